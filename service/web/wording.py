"""What the reader says beyond the exports: what each flag means and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kawaraban.export.wording import long_day, plural
from kawaraban.store import HUMAN
from kawaraban.types import FlagKind, NumberCheck, Translation

EXPLANATIONS: dict[FlagKind, str] = {
    "number": "Figures are read from the Japanese as values and looked for in the English. "
    "Trust the Japanese figure.",
    "term": "The glossary fixes the English of this term, and it did not come through.",
    "name": "No glossary knows this name, so its spelling is a guess from the sound. "
    "Add it to the glossary once you know.",
    "empty": "The model gave no English for this sentence.",
    "copied": "The model gave the Japanese back instead of translating it.",
    "japanese_left": "Part of the sentence stayed Japanese.",
    "repetition": "The English says the same words over and over, as a model does when it is lost.",
    "length": "The English is much shorter or longer than such Japanese becomes: "
    "something may be missing or added.",
    "cut": "The English ends before the sentence does.",
    "low_log_prob": "The model gave this English a low probability: it may be right, but read it "
    "with care.",
    "low_similarity": "The two sentences are far apart in meaning, as measured by the sentence "
    "encoder.",
    "negation": "The Japanese denies something, and the English may not: it could say the "
    "opposite.",
    "question": "One side is a question and the other is not.",
    "quote": "Quotation marks do not agree: who says what may be blurred.",
    "consistency": "The same name reads otherwise in another sentence, and which of the two "
    "is right is not certain.",
    "split": "The sentence was too long and was translated in parts: how they connect may be lost.",
}


def month(day: date) -> str:
    """ "November 2026"."""
    return " ".join(long_day(day).split()[-2:])


def short_day(day: date) -> str:
    """ "Thu 26 Nov"."""
    name, number, month_name, _ = long_day(day).split()
    return f"{name[:3]} {number} {month_name[:3]}"


def has_doubt(numbers: Sequence[NumberCheck]) -> bool:
    """Whether a figure differs or is missing in the English."""
    return any(number.verdict in ("missing", "wrong") for number in numbers)


def numbers_line(numbers: Sequence[NumberCheck]) -> str:
    """The figures of a sentence in a line: "3 figures agree", "1 of 4 figures to check"."""
    if not has_doubt(numbers):
        return plural(len(numbers), "figure") + (" agrees" if len(numbers) == 1 else " agree")
    bad = sum(has_doubt([number]) for number in numbers)
    return f"{bad} of {plural(len(numbers), 'figure')} to check"


def translation_line(translation: Translation) -> str:
    """Who made the English, and how sure: "kawaraban-ja-en@1.0.0, −0.31 per piece"."""
    if translation.model == HUMAN:
        return "written by a reviewer"
    if not translation.model:
        return "none"
    return f"{translation.model}, mean log-probability {translation.log_prob:.2f} per piece"


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The text cut at the words, each piece with whether it is one of them."""
    if not words:
        return [(text, False)]
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pieces = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    return [(piece, bool(at % 2)) for at, piece in enumerate(pieces) if piece]
