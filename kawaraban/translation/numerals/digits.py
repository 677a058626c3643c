"""Japanese numerals: how much a run of digits and 十百千万億兆 is.

1兆2,345 + 億  → 1 234 500 000 000
二千四百       → 2400
数百億         → 20 000 000 000 to 99 900 000 000, value "N*10000000000"
十数万         → 110 000 to 190 000
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kawaraban.translation.numerals.quantity import SEVERAL_HIGH, SEVERAL_LOW, plain

ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\d)])\.\d+)"
KANJI = "〇零一二三四五六七八九十百千万億兆京"
NUMERAL = rf"(?:{ARABIC}|[{KANJI}数])+"

_DIGITS = {char: i for i, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "億": 10**8, "兆": 10**12, "京": 10**16}
_TOKEN = re.compile(rf"{ARABIC}|[〇零一二三四五六七八九]+|[十百千万億兆京]")
_SEVERAL = re.compile(r"数([十百千]?[万億兆]?)$")
_ODD = re.compile(rf"({ARABIC}|[一二三四五六七八九]?[十百])数([十百]?)([万億兆]?)$")


@dataclass(frozen=True, slots=True)
class Numeral:
    """Enclosed value of one numeral; `value` is its canonical spelling."""

    low: Decimal
    high: Decimal
    value: str
    vague: bool = False

    @property
    def scale(self) -> int:
        """The step of its last stated digit: 3万 → 10000, 152 → 1."""
        number, step = self.low, 1
        while number and number % (step * 10) == 0:
            step *= 10
        return step


def exact(number: Decimal) -> Numeral:
    """A numeral that says one number."""
    return Numeral(number, number, plain(number))


def read(token: str) -> Numeral | None:
    """Value of a token that `NUMERAL` matched; None when it is no numeral (億万, 万一)."""
    token = re.sub(r"(?<=数)10{1,3}(?=[万億兆]|$)", lambda m: "十百千"[len(m[0]) - 2], token)
    if match := _SEVERAL.match(token):
        scale = _multiply(match[1])
        return Numeral(SEVERAL_LOW * scale, SEVERAL_HIGH * scale, f"N*{scale}", vague=True)
    if match := _ODD.match(token):
        base, step, scale = _sum(match[1]), _multiply(match[2]), _multiply(match[3])
        if base is None:
            return None
        low, high = (base + step) * scale, (base + 9 * step) * scale
        return Numeral(low, high, f"{plain(low)}..{plain(high)}", vague=True)
    if "数" in token:
        return None
    total = _sum(token)
    return None if total is None else exact(total)


def magnitude(token: str) -> int:
    """The 万 億 兆 a numeral ends in, else 1: what 2〜3万 lends to its 2."""
    return _BIG.get(token[-1:], 1)


def _multiply(units: str) -> int:
    scale = 1
    for unit in units:
        scale *= _SMALL.get(unit) or _BIG[unit]
    return scale


def _sum(token: str) -> Decimal | None:
    total = section = Decimal(0)
    current: Decimal | None = None
    last_big = 10**20
    for part in _TOKEN.findall(token):
        if part in _SMALL:
            section += (Decimal(1) if current is None else current) * _SMALL[part]
            current = None
        elif part in _BIG:
            amount = section + (current or 0)
            if not amount or _BIG[part] >= last_big:
                return None
            total += amount * _BIG[part]
            section, current, last_big = Decimal(0), None, _BIG[part]
        elif current is not None:
            return None
        else:
            current = _digit_run(part)
    return total + section + (current or 0)


def _digit_run(part: str) -> Decimal:
    if part[0] in _DIGITS:
        return Decimal("".join(str(_DIGITS[char]) for char in part))
    return Decimal(part.replace(",", ""))
