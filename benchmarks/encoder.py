"""How fast and how good the shipped sentence encoder is, on this machine.

    python -m benchmarks.encoder [--shared DIR] [--model DIR] [--sentences N]

Input:  the model directory; `SHARED/articles` (real sentences), `SHARED/corpus` (held-out pairs).
Output: JSON: hardware, sentences/s (tokenizing included, batches of 32) on one thread and on two,
        one call per sentence, the same network in float32 PyTorch on one thread where torch is
        installed, and Japanese→English retrieval over 1,000 held-out pairs.

`sentences_per_s` is the best of five rounds by the clock, `sentences_per_cpu_s` by CPU seconds:
on a machine that does other work, trust the second.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kawaraban.artifacts import embedded, load_manifest
from kawaraban.embedding import OnnxEncoder, prepare
from models.recipe.encoder_evaluate import (
    Vectors,
    evaluate_retrieval,
    hardware,
    speed,
    validation_articles,
)
from models.recipe.run import default_shared


class OneByOne:
    """The encoder called for each sentence alone: what batching and sorting save."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self.encoder = encoder

    def embed(self, sentences: Sequence[str]) -> Vectors:
        return np.concatenate([self.encoder.embed([text]) for text in sentences])


class TorchEncoder:
    """The same shapes with random weights in float32 PyTorch, sorted batches of 32."""

    def __init__(self, directory: Path, threads: int) -> None:
        import sentencepiece
        import torch

        from models.recipe.encoder_network import SentenceEncoder

        torch.set_num_threads(threads)
        manifest = load_manifest(directory)
        recipe: Any = manifest.recipe
        self.tokenizer = sentencepiece.SentencePieceProcessor(
            model_file=str(directory / manifest.tokenizer.source)
        )
        self.max_tokens = manifest.max_tokens
        self.network = SentenceEncoder(
            self.tokenizer.get_piece_size(), manifest.max_tokens, recipe["network"]
        ).eval()

    def embed(self, sentences: Sequence[str]) -> Vectors:
        import torch

        from models.recipe.encoder_batches import padded

        rows = [
            np.array(pieces[: self.max_tokens] or [1])
            for pieces in self.tokenizer.encode([prepare(text) for text in sentences])
        ]
        order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
        out = np.zeros((len(rows), self.network.position.shape[1]), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), 32):
                batch = order[start : start + 32]
                out[batch] = self.network(*padded([rows[i] for i in batch])).numpy()
        return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=default_shared())
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--sentences", type=int, default=1000)
    given = parser.parse_args()
    directory = given.model or embedded("sentence-encoder")
    if not (given.shared / "articles").is_dir():
        print(
            f"{given.shared}: found no articles/; name the shared data by --shared", file=sys.stderr
        )
        return 2
    lines = [s for article in validation_articles(given.shared) for s in article.sentences]
    lines = lines[: given.sentences]
    report: dict[str, Any] = {"hardware": hardware(), "model": load_manifest(directory).name}
    for threads in (1, 2):
        report[f"{threads} thread(s)"] = speed(OnnxEncoder(directory, threads=threads), lines)
    report["one by one, 1 thread"] = speed(OneByOne(OnnxEncoder(directory, threads=1)), lines[:200])
    if importlib.util.find_spec("torch"):
        report["torch float32, 1 thread"] = speed(TorchEncoder(directory, 1), lines)
        ours, theirs = report["1 thread(s)"], report["torch float32, 1 thread"]
        report["ratio to torch, CPU seconds"] = round(
            ours["sentences_per_cpu_s"] / theirs["sentences_per_cpu_s"], 2
        )
    recipe: Any = load_manifest(directory).recipe
    report["retrieval"] = evaluate_retrieval(OnnxEncoder(directory), given.shared, recipe)
    print(json.dumps(report, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
