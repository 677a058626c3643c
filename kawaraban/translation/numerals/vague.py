"""Stretches of time told vaguely, or one of a unit: 数カ月 must leave its months in the English,
and 1年間 its year, which may well be "the year" or "annual".

    compare_vague("今後数カ月かけて進める。", "It will go ahead.")
        → one check: 数カ月 (N*1 month), verdict "missing"

"recent months" and "a few months" answer it alike, and so does the next larger unit.
"""

from __future__ import annotations

import re

from kawaraban.types import NumberCheck

_VAGUE = re.compile(
    r"(?:数|何)(?P<step>十|百)?(?P<unit>時間|日|週間|[カヶヵケか箇]月|年|世紀)"
    r"(?!目|前後|分の|学|度|生|[前後]?ぶり)"
)
_ONE = re.compile(
    r"(?<![\d.,．，〇一二三四五六七八九十百])(?P<step>)[1一](?P<unit>年|[カヶヵケか箇]月|週)間(?!半)"
)
_UNITS = {
    "時間": ("hour", r"hours?|overnight|all (?:day|night)"),
    "日": ("day", r"days?|weeks?|weekend"),
    "週": ("week", r"weeks?|weekly|days?|months?"),
    "週間": ("week", r"weeks?|months?"),
    "月": ("month", r"months?|years?"),
    "年": ("year", r"years?|yearslong|yearly|decades?|centur\w+|annual\w*"),
    "世紀": ("century", r"centur\w+"),
}


def compare_vague(ja: str, en: str) -> tuple[NumberCheck, ...]:
    """A check with verdict "missing" for each such stretch of time without its unit in English."""
    checks = []
    for match in (*_VAGUE.finditer(ja), *_ONE.finditer(ja)):
        unit, words = _UNITS.get(match["unit"], _UNITS["月"])
        if not re.search(rf"\b(?:{words})\b", en, re.I):
            step = {"十": 10, "百": 100}.get(match["step"], 1)
            value = "1" if match.re is _ONE else f"N*{step}"
            checks.append(NumberCheck(match[0], None, value, unit, "missing", match.span(), None))
    return tuple(checks)
