"""Sentences of either language → unit vectors of one shared space. Alone knows onnxruntime.

Input:  a model directory of kind "sentence-encoder", and sentences.
Output: float32 (n_sentences, dim), unit rows in the order of the sentences.

    >>> encoder = OnnxEncoder(embedded("sentence-encoder"))
    >>> ja, en = encoder.embed(["日銀は利上げを見送った。", "The BOJ held off on raising rates."])
    >>> float(ja @ en) > 0.5
    True

What a vector depends on: the sentence, the weights and the CPU; not on the sentences beside it (to
1e-5 a component, which is the noise of float sums of different shapes). A sentence longer than the
model's limit is embedded in windows of nearly equal size, and its vector is their mean weighted by
size: nothing is cut off. A text without any piece (empty, or only spaces) gets a zero row, which is
similar to nothing, itself included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kawaraban.artifacts import verify
from kawaraban.errors import CorruptArtifactError

if TYPE_CHECKING:
    from kawaraban.pipeline import Vectors

_BATCH = 32
_BESIDE = r"぀-ヿ㐀-鿿々、。「」『』（）"
_SPACE = re.compile(rf"(?<=[{_BESIDE}])\s+|\s+(?=[{_BESIDE}])")


def prepare(text: str) -> str:
    """What the tokenizer sees: no spaces beside Japanese characters.

    >>> prepare("AI の 利用が　広がる。 ")
    'AIの利用が広がる。'
    """
    return " ".join(_SPACE.sub("", text).split())


@dataclass(frozen=True, slots=True)
class _Window:
    """A run of pieces of one sentence that the network takes at once."""

    sentence: int
    pieces: Sequence[int]


class OnnxEncoder:
    """A verified model directory, loaded. Safe to share between threads."""

    def __init__(self, directory: str | Path, *, threads: int = 1) -> None:
        """Checks the files against the manifest; `threads` are the cores that one call may use."""
        import onnxruntime
        import sentencepiece

        directory = Path(directory)
        manifest = verify(directory)
        if manifest.kind != "sentence-encoder":
            raise CorruptArtifactError(
                f"{directory}: found a model of kind {manifest.kind!r}; expected a "
                "'sentence-encoder'; name the directory of a sentence encoder"
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning workers take the cores from the translator, and a recycled libgomp worker of one
        # engine that waits for the other's is a deadlock.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self.model = manifest.id
        self.dim = manifest.dim
        self.max_tokens = manifest.max_tokens
        self._tokenizer = sentencepiece.SentencePieceProcessor(
            model_file=str(directory / manifest.tokenizer.source)
        )
        self._session = onnxruntime.InferenceSession(
            str(directory / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """float32 (n_sentences, dim): unit rows in order, zero rows for texts without content."""
        windows = sorted(self._windows(sentences), key=lambda window: len(window.pieces))
        sums = np.zeros((len(sentences), self.dim), dtype=np.float32)
        for start in range(0, len(windows), _BATCH):
            batch = windows[start : start + _BATCH]
            for window, vector in zip(batch, self._run(batch), strict=True):
                sums[window.sentence] += vector * np.float32(len(window.pieces))
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        units: Vectors = np.divide(sums, norms, out=np.zeros_like(sums), where=norms > 0)
        return units

    def _windows(self, sentences: Sequence[str]) -> Iterator[_Window]:
        # One thread: by default a pool over all cores is woken for each call.
        encoded = self._tokenizer.encode([prepare(text) for text in sentences], num_threads=1)
        for index, pieces in enumerate(encoded):
            count = -(-len(pieces) // self.max_tokens)
            for part in range(count):
                start, end = len(pieces) * part // count, len(pieces) * (part + 1) // count
                yield _Window(index, pieces[start:end])

    def _run(self, batch: Sequence[_Window]) -> Vectors:
        """Unit vectors (len(batch), dim); the batch is sorted, so that there is little padding."""
        longest = len(batch[-1].pieces)
        ids = np.zeros((len(batch), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, window in enumerate(batch):
            ids[row, : len(window.pieces)] = window.pieces
            mask[row, : len(window.pieces)] = 1
        outputs = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})
        vectors: Vectors = outputs[0]
        return vectors
