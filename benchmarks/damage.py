"""Deliberate damage to true translations, to measure what the checks find.

Each function takes an English sentence (and what it needs) and gives a wrong one, or None where the
damage cannot be done. None of them uses the parsers that are measured.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_FIGURE = re.compile(r"(?<![A-Za-z\d.,-])\d[\d,]*(?:\.\d+)?(?![A-Za-z\d]|-[A-Z])")
_SCALES = ("thousand", "million", "billion", "trillion")
_MONTHS = (
    "January", "February", "April", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ABBREVIATED = ("Jan.", "Feb.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_WORDS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_NEGATIONS = (
    (r"\bis not\b", "is"), (r"\bwas not\b", "was"), (r"\bare not\b", "are"),
    (r"\bdid not\b", "did"),
    (r"\bdoes not\b", "does"), (r"\bwill not\b", "will"), (r"\bcannot\b", "can"),
    (r"\bis\b", "is not"),
    (r"\bwas\b", "was not"), (r"\bwill\b", "will not"), (r"\bhas\b", "has not"),
    (r"\bare\b", "are not"),
)  # fmt: skip


def wrong_figure(en: str, rng: random.Random) -> tuple[str, str] | None:
    """(kind, damaged): one figure changed: a digit, a power of ten, a scale word, a month."""
    choices = [("digit", m) for m in _FIGURE.finditer(en)]
    choices += [("ten", m) for m in _FIGURE.finditer(en)]
    choices += [("scale", m) for m in re.finditer(rf"\b(?:{'|'.join(_SCALES)})\b", en)]
    months = "|".join(map(re.escape, (*_MONTHS, *_ABBREVIATED)))
    choices += [("month", m) for m in re.finditer(rf"\b(?:{months})(?!\w)", en)]
    if not choices:
        return None
    kind, match = rng.choice(choices)
    return kind, en[: match.start()] + _changed(kind, match[0], rng) + en[match.end() :]


def wrong_number_word(en: str, rng: random.Random) -> str | None:
    """A spelled number changed: "three people" → "seven people"."""
    found = list(re.finditer(rf"\b(?:{'|'.join(_WORDS)})\b", en))
    if not found:
        return None
    match = rng.choice(found)
    other = rng.choice([word for word in _WORDS if word != match[0]])
    return en[: match.start()] + other + en[match.end() :]


def _changed(kind: str, text: str, rng: random.Random) -> str:
    if kind == "ten":
        return text + "0" if "." not in text else text.replace(".", "")
    if kind == "digit":
        at = rng.choice([i for i, char in enumerate(text) if char.isdigit()])
        lowest = 1 if at == 0 else 0
        digit = rng.choice([d for d in "0123456789"[lowest:] if d != text[at]])
        return text[:at] + digit + text[at + 1 :]
    if kind == "scale":
        return rng.choice([scale for scale in _SCALES if scale != text])
    return rng.choice([month for month in _MONTHS if month[:3] != text[:3]])


def dropped_clause(en: str, rng: random.Random) -> str | None:
    """A clause of a quarter to two thirds of the sentence left out."""
    words = en.split()
    if len(words) < 12:
        return None
    size = rng.randint(len(words) // 4 + 1, len(words) * 2 // 3)
    start = rng.randint(0, len(words) - size)
    kept = words[:start] + words[start + size :]
    return " ".join(kept)


def swapped_name(
    en: str, names: Sequence[str], others: Sequence[str], rng: random.Random
) -> str | None:
    """One of the sentence's own names replaced by another."""
    present = [name for name in names if name in en]
    if not present:
        return None
    name = rng.choice(present)
    other = rng.choice([other for other in others if other not in en])
    return en.replace(name, other)


def repeated(en: str, rng: random.Random) -> str | None:
    """A phrase said again and again, as a decoder in a loop says it."""
    words = en.split()
    if len(words) < 6:
        return None
    size = rng.randint(1, min(6, len(words) - 2))
    start = rng.randint(0, len(words) - size)
    times = rng.randint(2, 4)
    return " ".join(
        words[: start + size] + words[start : start + size] * times + words[start + size :]
    )


def invented(en: str, other: str) -> str:
    """Another sentence said on top."""
    return f"{en.rstrip('.')}, and {other[:1].lower()}{other[1:]}"


def unrelated(other: str) -> str:
    """A fluent sentence that translates something else."""
    return other


def truncated(en: str, rng: random.Random) -> str | None:
    """Cut in the middle."""
    words = en.split()
    return " ".join(words[: rng.randint(1, len(words) // 2)]) if len(words) >= 8 else None


def negated(en: str) -> str | None:
    """A "not" lost or won."""
    for pattern, other in _NEGATIONS:
        if re.search(pattern, en):
            return re.sub(pattern, other, en, count=1)
    return None


def untranslated(en: str, ja: str) -> str:
    """Some of the Japanese left in."""
    words = en.split()
    middle = len(words) // 2
    return " ".join([*words[:middle], ja[: max(2, len(ja) // 6)], *words[middle:]])
