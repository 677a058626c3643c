"""Figures of an English sentence: `parse_en(text)` → quantities in reading order.

    >>> [(q.surface, q.value, q.unit) for q in parse_en("It rose 3.2% to ¥1.2bn on Sept. 22.")]
    [('3.2%', '3.2', 'percent'), ('¥1.2bn', '1200000000', 'JPY'), ('Sept. 22', '--09-22', 'date')]

More is read than is ever written on purpose ("a quarter" is ¼ and three months): a reading that no
Japanese figure asks for does no harm. Words such as "one" and "both" are marked `weak`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kawaraban.translation.numerals import en_words as words
from kawaraban.translation.numerals.en_calendar import (
    read_dates,
    read_decades,
    read_eras,
    read_ordinals,
    read_quarters,
    read_seasons,
    read_times,
    read_years,
)
from kawaraban.translation.numerals.en_compounds import read_compounds
from kawaraban.translation.numerals.en_numbers import (
    read_degrees,
    read_folds,
    read_fractions,
    read_numbers,
    read_spelled,
    read_units,
    read_vague,
)
from kawaraban.translation.numerals.en_reading import make, unit_after
from kawaraban.translation.numerals.quantity import Quantity, plain

_ABOUT = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|some|an estimated|estimated|close "
    r"to|up to|over|more than|at least|in the|as (?:many|much) as) (?:the )?$",
    re.I,
)


def parse_en(text: str) -> list[Quantity]:
    """All figures of `text`, in order; overlapping readings are both kept only for fractions."""
    found: list[Quantity] = []
    taken = bytearray(len(text) + 1)
    for reader in (
        read_compounds,
        read_seasons,
        read_degrees,
        read_eras,
        read_dates,
        read_quarters,
        read_times,
        read_folds,
        read_vague,
        read_fractions,
        read_decades,
        read_years,
        read_ordinals,
        read_numbers,
        read_spelled,
        read_units,
    ):
        for quantity in reader(text):
            if not any(taken[quantity.start : quantity.end]):
                taken[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
                found.append(quantity)
    found.sort(key=lambda q: q.start)
    return _lend_scales(text, [_about(text, q) for q in _with_halves(text, found)])


def _with_halves(text: str, found: list[Quantity]) -> list[Quantity]:
    """ "two and a half years", "1½ times": the half joins the number before it."""
    out: list[Quantity] = []
    for quantity in found:
        previous = out[-1] if out else None
        gap = text[previous.end : quantity.start] if previous else ""
        if (
            previous
            and quantity.kind == "fraction"
            and quantity.low < 1
            and gap in (" and ", "", " and a ")
            and previous.kind == "number"
        ):
            number = previous.low + quantity.low
            unit, kind, end = unit_after(text, quantity.end)
            out[-1] = make(
                text,
                (previous.start, end),
                number,
                unit,
                kind,
                weak=True,
                also=(("number", "", previous.low),),
            )
            continue
        out.append(quantity)
    return out


def _lend_scales(text: str, found: list[Quantity]) -> list[Quantity]:
    """$2-3 billion, 2 to 3 million: the first number takes scale and unit of the second."""
    out = list(found)
    for i in range(len(out) - 1):
        first, second = out[i], out[i + 1]
        gap = text[first.end : second.start]
        if not re.fullmatch(r" ?(?:-|–|—|to|and|or|or even) ?", gap) or second.low <= 0:
            continue
        scale = re.search(r"(hundred|thousand|million|billion|trillion|mn|bn|tn)", second.surface)
        if (
            first.kind in ("number", "amount")
            and first.low < 1000
            and scale
            and not re.search(scale[1], first.surface)
        ):
            factor = words.SCALES[scale[1]]
            unit = first.unit or second.unit
            kind = first.kind if first.unit else second.kind
            out[i] = replace(
                first, low=first.low * factor, high=first.high * factor,
                value=plain(first.low * factor), unit=unit, kind=kind,
                also=(("number", "", first.low),),
            )  # fmt: skip
        elif first.kind == "number" and second.kind in (
            "rate",
            "duration",
            "amount",
            "count",
            "times",
        ):
            out[i] = replace(first, unit=second.unit, kind=second.kind)
    return out


def _about(text: str, quantity: Quantity) -> Quantity:
    match = _ABOUT.search(text[: quantity.start])
    if match is None:
        return quantity
    word = match[0].lower().strip()
    bound = (
        ">"
        if word.startswith(("over", "more", "at least"))
        else "<"
        if word.startswith(("up to", "nearly", "almost", "as "))
        else ""
    )
    return replace(quantity, approximate=True, bound=bound)
