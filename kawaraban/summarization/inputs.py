"""What a summarizer gets, what it must be callable as, and how long a summary may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kawaraban.types import Sentence, Summary

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class SummaryInput:
    """One segmented article with its vectors: float32, unit rows, one row for each sentence."""

    title: str
    sentences: Sequence[Sentence]
    vectors: Vectors  # shape (n_sentences, dim)
    title_vector: Vectors | None = None  # shape (dim,)
    key_point_vectors: Vectors | None = None  # shape (n_key_points, dim)
    focus_vector: Vectors | None = None  # shape (dim,): what the reader asked for
    key_points: Sequence[str] = ()

    def __post_init__(self) -> None:
        if len(self.vectors) != len(self.sentences):
            raise ValueError(
                f"{len(self.vectors)} vectors for {len(self.sentences)} sentences; "
                "expected one for each: embed the texts of `sentences`, in order"
            )


class Summarizer(Protocol):
    """No limit means every sentence; where nothing fits, the best one sentence is given anyway."""

    def __call__(
        self, inputs: SummaryInput, *, n_sentences: int | None, max_chars: int | None
    ) -> Summary: ...


@dataclass(frozen=True)
class Budget:
    """How long a summary may become."""

    n_sentences: int | None
    max_chars: int | None

    def admits(self, n_sentences: int, n_chars: int) -> bool:
        """Whether a summary of this size is within both limits."""
        return (self.n_sentences is None or n_sentences <= self.n_sentences) and (
            self.max_chars is None or n_chars <= self.max_chars
        )
