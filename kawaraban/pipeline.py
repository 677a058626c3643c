"""The middle of the book: which stages there are, and how a page becomes an entry of the digest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kawaraban.types import Translation

Vectors = NDArray[np.float32]


class Translator(Protocol):
    """Japanese sentences in, translations out: same length, same order."""

    @property
    def model(self) -> str:
        """ "name@version" of the weights and of all that decides the output."""
        ...

    def translate(self, sentences: Sequence[str]) -> list[Translation]: ...


class Encoder(Protocol):
    """Sentences of either language in, one shared space out."""

    @property
    def model(self) -> str: ...

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """float32, shape (n_sentences, dim), unit rows; shape (0, dim) for no sentences."""
        ...
