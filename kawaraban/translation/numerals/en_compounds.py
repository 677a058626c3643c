"""English figures that are said in several numbers.

1 minute 23.19 seconds → 83.19 seconds      4 billion 501 million yen → 4501000000 JPY
178 2/3 → 178.666667      6-foot-6 → 78 inches      4x100-meter → 400 m      four dozen → 48
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from kawaraban.translation.numerals import en_words as words
from kawaraban.translation.numerals.en_reading import make, span_of, unit_after
from kawaraban.translation.numerals.quantity import Quantity

_CLOCK = re.compile(r"\b(?P<m>\d+)[- ]minutes?,? (?:and )?(?P<s>\d+(?:\.\d+)?)[- ]seconds?\b")
_PART = r"\d[\d,]*(?:\.\d+)? (?:trillion|billion|million|thousand)"
_SCALED = re.compile(rf"(?<![\d.,$€£¥-]){_PART}(?: {_PART})+\b")
_MIXED = re.compile(r"(?<![\d.,/-])(?P<n>\d{1,4}) (?P<top>\d)/(?P<low>[1-9]\d?)(?![\d/])")
_HEIGHT = re.compile(
    r"(?<![\d.])(?P<f>\d)(?:[- ](?:foot|feet|ft)[- ]|['’])(?P<i>\d{1,2})(?![\d.,])"
    r"(?:[- ]?(?:inch(?:es)?\b|[\"”]))?"
)
_PRODUCT = re.compile(
    r"(?<![\d.])(?P<n>\d) ?[x×] ?(?P<m>\d{2,4})(?=[- ]?m(?:et(?:er|re)s?)?\b| relay)"
)
_DOZEN = re.compile(rf"\b(?P<n>{'|'.join(words.ONES)}|twenty)[- ]dozen\b", re.I)


def read_compounds(text: str) -> list[Quantity]:
    """All of them; a reading that is not certain gives its first number as well."""
    return [
        *(
            make(text, span_of(m), Decimal(m["m"]) * 60 + Decimal(m["s"]), "second", "duration")
            for m in _CLOCK.finditer(text)
        ),
        *(_sum(text, m) for m in _SCALED.finditer(text) if _descends(m[0])),
        *(_mixed(text, m) for m in _MIXED.finditer(text)),
        *(
            make(text, span_of(m), Decimal(int(m["f"]) * 12 + int(m["i"])), "inch", "count")
            for m in _HEIGHT.finditer(text)
        ),
        *(_product(text, m) for m in _PRODUCT.finditer(text)),
        *(_dozens(text, m) for m in _DOZEN.finditer(text)),
    ]


def _parts(phrase: str) -> list[tuple[Decimal, int]]:
    return [
        (Decimal(number.replace(",", "")), words.SCALES[scale])
        for number, scale in re.findall(r"([\d,.]+) ([a-z]+)", phrase)
    ]


def _descends(phrase: str) -> bool:
    scales = [scale for _, scale in _parts(phrase)]
    return all(a > b for a, b in pairwise(scales))


def _sum(text: str, match: re.Match[str]) -> Quantity:
    total = sum((number * scale for number, scale in _parts(match[0])), Decimal(0))
    unit, kind, end = unit_after(text, match.end())
    return make(text, (match.start(), end), total, unit, kind)


def _mixed(text: str, match: re.Match[str]) -> Quantity:
    whole, share = Decimal(match["n"]), Decimal(match["top"]) / Decimal(match["low"])
    number = (whole + share).quantize(Decimal("1.000000")).normalize()
    unit, kind, end = unit_after(text, match.end())
    return make(text, (match.start(), end), number, unit, kind, also=(("number", "", whole),))


def _product(text: str, match: re.Match[str]) -> Quantity:
    number = Decimal(int(match["n"]) * int(match["m"]))
    unit, kind, end = unit_after(text, match.end())
    leg = Decimal(match["m"])
    return make(text, (match.start(), end), number, unit, kind, also=((kind, unit, leg),))


def _dozens(text: str, match: re.Match[str]) -> Quantity:
    word = match["n"].lower()
    number = Decimal(12 * (words.ONES.get(word) or words.TENS[word]))
    return make(text, span_of(match), number, "", "number", weak=True)
