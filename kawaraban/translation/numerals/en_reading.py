"""What all readers of English figures share: making a Quantity, finding the unit after a number."""

from __future__ import annotations

import re
from decimal import Decimal

from kawaraban.translation.numerals import en_words as words
from kawaraban.translation.numerals.quantity import Kind, Quantity, plain

_UNIT = re.compile(
    r"(?:[ -]|\b)?(?P<u>"
    + "|".join(sorted(map(re.escape, words.UNIT_WORDS), key=len, reverse=True))
    + r")(?![a-zA-Z])",
    re.I,
)
_KIND: dict[str, Kind] = {
    "amount": "amount",
    "rate": "rate",
    "duration": "duration",
    "count": "count",
    "times": "times",
}


def make(
    text: str, span: tuple[int, int], number: Decimal, unit: str, kind: Kind, **extra: object
) -> Quantity:
    start, end = span
    fields: dict[str, object] = {"value": plain(number), "low": number, "high": number} | extra
    return Quantity(text[start:end], start, end, unit=unit, kind=kind, **fields)  # type: ignore[arg-type]


def span_of(match: re.Match[str]) -> tuple[int, int]:
    start, end = match.span()
    while end > start and match.string[end - 1] == " ":
        end -= 1
    return start, end


def unit_after(text: str, pos: int) -> tuple[str, Kind, int]:
    """Unit, kind and end of what follows a number."""
    match = _UNIT.match(text, pos)
    product = (
        match is not None
        and match["u"].lower() == "x"
        and (match.start("u") != pos or re.match(r" ?\d", text[match.end() :]) is not None)
    )
    if match is None or product:
        return "", "number", pos
    word = match["u"].lower()
    if (
        match.start("u") == pos
        and word[0].isalpha()
        and word not in ("km", "kg", "cm", "mm", "nm", "gw", "mw", "x", "bp", "bps", "pp")
    ):
        return "", "number", pos
    unit, kind = words.UNIT_WORDS[word]
    if unit in ("year", "month") and (
        age := re.match(r"[- ](?:olds?\b|of age)", text[match.end() :])
    ):
        return "age", "count", match.end() + age.end()
    return unit, _KIND[kind], match.end()


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1] in " -":
        end -= 1
    while start < end and text[start] == " ":
        start += 1
    return start, end
