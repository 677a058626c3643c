"""Encoder stage 1: clean pairs → one SentencePiece vocabulary for both languages.

Input:  `WORK/clean/NAME.tsv`, written by the `clean` stage.
Output: `WORK/encoder/sentencepiece.model`.

Unigram with case folding (a headline's NVIDIA is the body's Nvidia), whole numbers as pieces where
they are frequent, byte fallback (no character is lost). Ids: 0 padding, 1 <unk>.

    『エヌビディアの時価総額は5兆ドル。』 → ▁ エヌビディア の 時価総額 は 5 兆 ドル 。
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import sentencepiece

from kawaraban.embedding import prepare
from models.recipe.files import read_pairs, write_lines

PAD = 0


def model_path(work: Path) -> Path:
    return work / "encoder" / "sentencepiece.model"


def load(work: Path) -> Any:
    return sentencepiece.SentencePieceProcessor(model_file=str(model_path(work)))


def sample_lines(work: Path, lines: dict[str, int]) -> list[str]:
    """Per domain that many lines, half of each language; small domains are repeated to fill up."""
    chosen: list[str] = []
    for name, count in lines.items():
        pairs = [(ja, en) for ja, en, _ in read_pairs(work / "clean" / f"{name}.tsv")]
        random.Random(0).shuffle(pairs)
        for index in range(count // 2):
            chosen += [prepare(side) for side in pairs[index % len(pairs)]]
    return chosen


def run(work: Path, config: dict[str, Any]) -> None:
    """Trains the vocabulary unless it exists."""
    target = model_path(work)
    if target.exists():
        return
    settings = config["tokenizer"]
    text = work / "encoder" / "sample.txt"
    write_lines(text, sample_lines(work, settings["lines"]))
    partial = target.with_name("partial")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(partial),
        vocab_size=settings["vocab_size"],
        model_type="unigram",
        normalization_rule_name="nmt_nfkc_cf",
        character_coverage=settings["character_coverage"],
        byte_fallback=True,
        pad_id=PAD,
        unk_id=1,
        bos_id=-1,
        eos_id=-1,
        num_threads=1,
        minloglevel=1,
        hard_vocab_limit=False,
    )
    partial.with_suffix(".vocab").unlink()
    partial.with_suffix(".model").replace(target)
    text.unlink()
