"""A model directory and lines of Japanese → lines of English; needs no torch.

    python -m models.recipe.translate MODEL_DIR < lines.ja > lines.en

Used by validation and evaluation in a process of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
import sentencepiece

from kawaraban.translation.engine import OUTPUT_PIECES, DecodeOptions


def translate(
    model: Path, lines: Sequence[str], *, beam: int = 1, threads: int = 1, compute: str = "default"
) -> list[str]:
    """Greedy search, or beam search with the program's own penalties; one line a line."""
    options = DecodeOptions() if beam > 1 else DecodeOptions(1, 1.0, 1.0)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model / "sentencepiece.model"))
    translator = ctranslate2.Translator(
        str(model), device="cpu", inter_threads=threads, intra_threads=1, compute_type=compute
    )
    results = translator.translate_batch(
        pieces.encode(list(lines), out_type=str),
        beam_size=beam,
        length_penalty=options.length_penalty,
        repetition_penalty=options.repetition_penalty,
        max_batch_size=1024,
        batch_type="tokens",
        use_vmap=(model / OUTPUT_PIECES).exists(),
        max_input_length=0,
        max_decoding_length=256,
    )
    return [pieces.decode(result.hypotheses[0]) for result in results]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--beam", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    lines = sys.stdin.read().splitlines()
    for line in translate(given.model, lines, beam=given.beam, threads=given.threads):
        print(line.replace("\n", " "))


if __name__ == "__main__":
    main()
