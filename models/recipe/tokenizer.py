"""Stage 2: clean pairs → one SentencePiece vocabulary for both languages.

Input:  `WORK/clean/NAME.tsv`.
Output: `WORK/tokenizer/sentencepiece.model`, and `.vocab` beside it.

Unigram with byte fallback (no character is ever lost), single digits (a number is copied digit by
digit), and the annotation marks as user-defined symbols. Ids: 0 <unk>, 1 <s>, 2 </s>.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import sentencepiece

from kawaraban.translation.annotation import MARKS
from models.recipe.files import read_pairs, write_lines

UNK, BOS, EOS = 0, 1, 2


def model_path(work: Path) -> Path:
    return work / "tokenizer" / "sentencepiece.model"


def load(work: Path) -> Any:
    return sentencepiece.SentencePieceProcessor(model_file=str(model_path(work)))


def vocabulary(processor: Any) -> list[str]:
    """All pieces, by id."""
    return [processor.id_to_piece(at) for at in range(processor.vocab_size())]


def sample_lines(work: Path, settings: dict[str, Any]) -> list[str]:
    """Lines of both languages; `domains` gives how often a domain may be repeated."""
    pairs: list[tuple[str, str]] = []
    rest: list[tuple[str, str]] = []
    for name, times in settings["domains"].items():
        domain = [(ja, en) for ja, en, _ in read_pairs(work / "clean" / f"{name}.tsv")]
        if times > 1:
            pairs += domain * times
        else:
            rest += domain
    random.Random(0).shuffle(rest)
    pairs += rest[: max(0, settings["sentences"] // 2 - len(pairs))]
    return [line for pair in pairs for line in pair]


def run(work: Path, config: dict[str, Any]) -> None:
    """Trains the vocabulary unless it exists."""
    target = model_path(work)
    if target.exists():
        return
    settings = config["tokenizer"]
    text = work / "tokenizer" / "sample.txt"
    write_lines(text, sample_lines(work, settings))
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(target.with_suffix("")) + ".partial",
        vocab_size=settings["vocab_size"],
        model_type="unigram",
        normalization_rule_name="nmt_nfkc",
        character_coverage=settings.get("character_coverage", 0.9995),
        byte_fallback=True,
        split_digits=True,
        user_defined_symbols=list(MARKS),
        unk_id=UNK,
        bos_id=BOS,
        eos_id=EOS,
        pad_id=-1,
        num_threads=2,
        minloglevel=1,
        hard_vocab_limit=not settings.get("small_corpus", False),
    )
    target.with_suffix(".partial.vocab").replace(target.with_suffix(".vocab"))
    target.with_suffix(".partial.model").replace(target)
    text.unlink()
