"""Numbers with their units in a Japanese sentence, each read at a given place.

164円80銭 → 164.8 JPY      3割5分 → 35 percent      11―19% → 11..19 percent      2年半 → 2.5 years
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from kawaraban.translation.numerals.digits import (
    ARABIC,
    NUMERAL,
    Numeral,
    exact,
    magnitude,
    read,
)
from kawaraban.translation.numerals.kanji import kanji_figure
from kawaraban.translation.numerals.quantity import Kind, Quantity, plain
from kawaraban.translation.numerals.units import UNITS

_NUM = re.compile(NUMERAL)
UNIT = re.compile(" ?(" + "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True)) + ")")
_RANGE = re.compile(r" ?(?:[~〜～―–—‐・、-]|から|ないし|ー|または|または) ?")
_FRACTION = re.compile(rf"({NUMERAL}) ?分の ?({NUMERAL})")
_SLASHED = re.compile(r"(\d)/(\d{1,2})(?![\d/年月])")
_WARI = re.compile(rf"({ARABIC}|[一二三四五六七八九])割(?:({ARABIC}|[一二三四五六七八九])分)?(半)?")
_COMPOUND = re.compile(
    rf"(?:(?P<yen>{NUMERAL})円)?(?P<sen>\d{{1,2}}(?:\.\d+)?)銭"
    r"|(?P<min>\d{1,2})分(?P<sec>\d{1,2})秒(?P<frac>\d{1,3})?(?![\d間])"
    r"|(?P<foot>\d)フィート(?P<inch>\d{1,2})インチ"
    r"|(?P<sec2>\d{1,2})秒(?P<frac2>\d{1,3})(?!\d)"
)
HALVES = re.compile(
    r"半数|半分|半減|半額|半年間?|半世紀|半日|半月(?!板)|四半世紀|倍増|倍額|半期(?=に一度)"
)
_MONEY_SIGN = {"$": "USD", "¥": "JPY", "€": "EUR", "£": "GBP"}
_SIGNED = re.compile(
    rf"(?:(US|HK|NT|A|C|S|NZ) ?)?\\?([$¥€£]) ?({ARABIC}) ?(trillion|billion|million|tn|bn|mn"
    rf"|[兆億万]+)?",
    re.I,
)
_LATIN_SCALE = {
    "trillion": 10**12,
    "tn": 10**12,
    "billion": 10**9,
    "bn": 10**9,
    "million": 10**6,
    "mn": 10**6,
}


def read_signed(text: str, flat: str, pos: int) -> Quantity | None:
    back = re.search(r"(?:US|HK|NT|A|C|S|NZ)?\\?$", flat[:pos])
    start = back.start() if back else pos
    match = _SIGNED.match(flat, start)
    if match is None:
        return None
    number = Decimal(match[3].replace(",", ""))
    scale = (match[4] or "").lower()
    if scale:
        number *= _LATIN_SCALE.get(scale) or (read("1" + scale) or exact(Decimal(1))).low
    unit = {"HK": "HKD", "NT": "TWD", "A": "AUD", "C": "CAD", "S": "SGD", "NZ": "NZD"}.get(
        match[1] or "", _MONEY_SIGN[match[2]]
    )
    end = match.end() - (len(match[0]) - len(match[0].rstrip()))
    return Quantity(text[start:end], start, end, plain(number), number, number, unit, "amount")


def read_half(text: str, match: re.Match[str]) -> Quantity:
    number, unit, kind = {
        "半年": ("0.5", "year", "duration"), "半年間": ("0.5", "year", "duration"),
        "半世紀": ("50", "year", "duration"), "四半世紀": ("25", "year", "duration"),
        "半日": ("0.5", "day", "duration"), "半月": ("0.5", "month", "duration"),
        "倍増": ("2", "times", "times"), "倍額": ("2", "times", "times"),
    }.get(match[0], ("0.5", "fraction", "fraction"))  # fmt: skip
    value = Decimal(number)
    return Quantity(
        match[0], match.start(), match.end(), number, value, value, unit, _kind(kind),
        approximate=match[0] in ("倍増", "半減"), weak=match[0] in ("半分", "倍増", "半日", "半期"),
    )  # fmt: skip


def _kind(name: str) -> Kind:
    return name  # type: ignore[return-value]


def read_compound(text: str, flat: str, pos: int) -> Quantity | None:
    """164円80銭 → 164.8, 30銭 → 0.3, 10秒15 → 10.15, 2分34秒17 → 154.17 seconds."""
    match = _COMPOUND.match(flat, pos)
    if match is None:
        return None
    if match["sen"]:
        whole = read(match["yen"]) if match["yen"] else exact(Decimal(0))
        number = (whole or exact(Decimal(0))).low + Decimal(match["sen"]) / 100
        unit, kind = "JPY", "amount"
    elif match["foot"]:
        number, unit, kind = Decimal(int(match["foot"]) * 12 + int(match["inch"])), "inch", "count"
    else:
        seconds = f"{match['sec'] or match['sec2']}.{match['frac'] or match['frac2'] or 0}"
        number = Decimal(match["min"] or 0) * 60 + Decimal(seconds)
        unit, kind = "second", "duration"
    value = plain(number)
    return Quantity(
        text[pos : match.end()], pos, match.end(), value, number, number, unit, _kind(kind)
    )


def read_fraction(text: str, flat: str, pos: int) -> Quantity | None:
    slashed = _SLASHED.match(flat, pos)
    match = slashed or _FRACTION.match(flat, pos)
    if match is None:
        return None
    below, above = (
        (read(match[1]), read(match[2])) if slashed is None else (read(match[2]), read(match[1]))
    )
    if below is None or above is None or not below.low:
        return None
    number = (above.low / below.low).quantize(Decimal("1.000000")).normalize()
    vague = above.vague or below.vague
    return Quantity(
        text[pos : match.end()], pos, match.end(), plain(number), number, number,
        "fraction", "fraction",
        weak=vague or slashed is not None,
    )  # fmt: skip


def read_wari(text: str, flat: str, pos: int) -> Quantity | None:
    match = _WARI.match(flat, pos)
    if match is None or (first := read(match[1])) is None:
        return None
    number = first.low * 10
    if match[2] and (second := read(match[2])) is not None:
        number += second.low
    if match[3]:
        number += 5
    end = match.end()
    if tail := _RANGE.match(flat, end):
        other = _WARI.match(flat, tail.end())
        if other is not None and tail[0].strip() in "〜~～―–—-":
            high = (read(other[1]) or first).low * 10
            value = f"{plain(number)}..{plain(high)}"
            return Quantity(
                text[pos : other.end()], pos, other.end(), value, number, high, "percent", "rate"
            )
    return Quantity(text[pos:end], pos, end, plain(number), number, number, "percent", "rate")


def read_number(text: str, flat: str, pos: int) -> Quantity | None:
    match = _NUM.match(flat, pos)
    if match is None:
        return None
    written = match[0]
    if (
        re.match(r"数(?!10|[十百千万億])", written)
        and re.search(r"[一-龥々]$", flat[:pos])
        and not re.search(r"[約計間後前十百千約上下内今月日中近直更]$", flat[:pos])
    ):
        return None
    first = read(written)
    if first is None:
        return None
    ranged = _read_range(flat, match, first)
    low, high, end = ranged if ranged else (first, None, match.end())
    unit_match = UNIT.match(flat, end)
    if high is None and ranged is None:
        unit_match = UNIT.match(flat, match.end())
    return _assemble(text, flat, pos, end, low, high, unit_match)


def _read_range(
    flat: str, match: re.Match[str], first: Numeral
) -> tuple[Numeral, Numeral, int] | None:
    """2〜3年, 11―19%, 10%〜20%, 2、3倍, 500〜1000万円."""
    end = match.end()
    unit = UNIT.match(flat, end)
    joint = _RANGE.match(flat, end)
    if joint is None and unit is not None:
        joint = _RANGE.match(flat, unit.end())
        if joint is None or joint[0].strip() not in tuple("~〜～―–—"):
            return None
    if joint is None:
        return None
    second_match = _NUM.match(flat, joint.end())
    second = read(second_match[0]) if second_match else None
    if second is None or second_match is None or second.vague or first.vague:
        return None
    mark = joint[0].strip()
    second_unit = UNIT.match(flat, second_match.end())
    if (
        unit is not None
        and joint.start() >= unit.end()
        and (second_unit is None or second_unit[1] != unit[1])
    ):
        return None
    if mark in ("、", "・") and not (
        second_unit
        and second.low - first.low == 1
        and (first.low < 10 or second_unit[1] == "日")
        and match[0].isdigit() == second_match[0].isdigit()
    ):
        return None
    if mark in ("-", "ー", "・", "または") and second_unit is None:
        return None
    lent = magnitude(second_match[0])
    if magnitude(match[0]) == 1 and lent > 1 and first.low * 1 < second.low and first.low < 10000:
        first = exact(first.low * lent)
    if first.low >= second.low:
        return None
    return first, second, second_match.end()


def _assemble(
    text: str, flat: str, pos: int, end: int, low: Numeral, high: Numeral | None,
    unit_match: re.Match[str] | None,
) -> Quantity | None:  # fmt: skip
    written = flat[pos:end]
    word = unit_match[1] if unit_match else ""
    if (
        unit_match
        and re.fullmatch(r"[A-Za-z]+", word)
        and re.match(r"[A-Za-z0-9]", flat[unit_match.end() :])
    ):
        word = ""
    if not re.search(r"\d", written) and not kanji_figure(flat, pos, end, word):
        return None
    unit, kind = UNITS.get(word, ("", "number"))
    if word and unit_match:
        end = unit_match.end()
    lower, upper = low.low, (high.high if high else low.high)
    value = f"{plain(lower)}..{plain(high.low)}" if high else low.value
    if flat[pos - 1 : pos] == "第" and kind != "quarter":
        unit, kind, pos = "ordinal", "ordinal", pos - 1
    quantity = Quantity(text[pos:end], pos, end, value, lower, upper, unit, kind)
    quantity = _with_tail(text, flat, quantity, low)
    return replace(quantity, weak=quantity.weak or _is_weak(quantity, written))


def _with_tail(text: str, flat: str, quantity: Quantity, numeral: Numeral) -> Quantity:
    """半 (2年半), 台 (152円台), 弱/強 (震度6弱), 目 after the unit."""
    rest = flat[quantity.end :]
    if (
        rest.startswith("半")
        and not rest.startswith(("半ば", "半数", "半分", "半導"))
        and quantity.kind in ("duration", "times")
    ):
        number = quantity.low + Decimal("0.5")
        return replace(_extend(text, quantity, 1), value=plain(number), low=number, high=number)
    if (
        rest.startswith("台")
        and quantity.kind in ("amount", "rate", "number", "time", "count", "ordinal")
        and quantity.unit != "台"
    ):
        top = quantity.low + numeral.scale - Decimal("0.0001")
        return replace(_extend(text, quantity, 1), high=top, approximate=True)
    if quantity.unit == "age" and quantity.surface.endswith("代"):
        return replace(quantity, high=quantity.low + 9, value=f"{quantity.value}s")
    return quantity


def _extend(text: str, quantity: Quantity, chars: int) -> Quantity:
    end = quantity.end + chars
    return replace(quantity, end=end, surface=text[quantity.start : end])


def _is_weak(quantity: Quantity, written: str) -> bool:
    """One, two and three of something are often said another way: "both", "a", "the pair"."""
    if quantity.kind not in ("count", "ordinal", "duration", "number", "times", "amount"):
        return False
    small = quantity.high == 1 or (quantity.high <= 3 and not re.search(r"\d", written))
    small = (
        small
        or quantity.surface.endswith("世")
        or (quantity.kind == "amount" and quantity.high == 1)
    )
    return small or quantity.value == "N*1" or quantity.surface == "24時間"
