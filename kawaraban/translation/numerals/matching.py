"""How well an English figure answers a Japanese one: a grade from 0 (not at all) to 4.

12倍 and "twelvefold" 4      11 of 11―19% and "11" 3      1兆2345億円 and "about 1.2 trillion yen" 1
"""

from __future__ import annotations

import re
from decimal import Decimal

from kawaraban.translation.numerals.measures import same_measure
from kawaraban.translation.numerals.quantity import Quantity, plain

ROUNDING = Decimal("0.05")  # what "about" may hide, as a share of the value
_DAYS = {
    "minute": Decimal(1) / 1440, "hour": Decimal(1) / 24, "day": Decimal(1), "night": Decimal(1),
    "week": Decimal(7),
    "month": Decimal(365) / 12, "year": Decimal(365), "decade": Decimal(3650),
    "century": Decimal(36500),
    "second": Decimal(1) / 86400, "quarter": Decimal(365) / 4,
}  # fmt: skip
_DIGIT = re.compile(r"\d")
_Reading = tuple[str, str, Decimal, Decimal]  # kind, unit, low, high


def match_grade(ja: Quantity, en: Quantity) -> int:
    """4 same value and unit, 3 one side has no unit, 2 another reading, 1 rounded, 0 no."""
    if ja.kind == "year" and ".." in ja.value:
        return 0  # a pair of years is answered by both
    if ja.kind == "date" and en.kind in ("number", "count") and not _DIGIT.search(en.surface):
        return 0  # 1月2日 is no "duo"
    if (
        ja.kind in ("date", "year")
        and en.kind in ("date", "year")
        and (grade := _date_grade(ja, en))
    ):
        return grade
    if ja.kind == "time" and en.kind == "time":
        return _time_grade(ja, en)
    if ja.kind == "quarter" and en.kind == "quarter":
        return _quarter_grade(ja, en)
    if ja.low < ja.high and "*" not in ja.value and ja.low * Decimal("0.9") <= en.low < ja.low:
        return 1  # 十数人 as "more than 10", 三十数カ所 as "30-odd"
    few = en.value == "N*1" or en.surface.lower().startswith("a couple")
    if few and 2 <= ja.low < ja.high <= 10:
        return 1  # 2〜3回 as "a few times"
    if en.value.endswith("0s") and en.low <= ja.low == ja.high <= en.high and _in_tens(ja):
        return 2
    single = ja.kind == en.kind == "count" and ja.low == ja.high
    if single and same_measure(abs(ja.low), ja.unit, en.low, en.unit):
        return 2
    return _best_reading(ja, en)


def _best_reading(ja: Quantity, en: Quantity) -> int:
    best = 0
    for i, left in enumerate(_readings(ja, ja=True)):
        for j, right in enumerate(_readings(en, ja=False)):
            grade = _reading_grade(left, right, _tolerance(ja, en), loose=_vague(ja))
            best = max(best, grade - (1 if grade > 2 and i + j else 0))
    return best


def _in_tens(ja: Quantity) -> bool:
    """90度を超す as "in the 90s", 20位台 as "in the 20s"."""
    return ja.unit in ("degree", "ordinal") and ja.low % 10 == 0


def _tolerance(ja: Quantity, en: Quantity) -> Decimal:
    """ "about 1.2 trillion" may stand for 1兆2345億, "about 406" never for 約400."""
    rounder = _digits(en.low) < _digits(ja.low)
    return (
        ROUNDING if en.approximate and rounder and ja.kind not in ("year", "date") else Decimal(0)
    )


def _digits(number: Decimal) -> int:
    return len(plain(abs(number)).replace(".", "").strip("0"))


def _vague(quantity: Quantity) -> bool:
    return (
        "*" in quantity.value
        or "数" in quantity.surface
        or quantity.surface.endswith(("台", "代", "s"))
    )


def _readings(quantity: Quantity, *, ja: bool) -> list[_Reading]:
    low, high = quantity.low, quantity.high
    if low < 0:
        low, high = abs(high), abs(low)
    readings: list[_Reading] = []
    if quantity.kind in ("date", "year"):
        year, month, day = quantity.parts if "s" not in quantity.value else (None, None, None)
        if year and not month:
            readings.append(("year", "date", Decimal(year), Decimal(year)))
        elif day and (not month or ja):
            readings.append(("date", "day", Decimal(day), Decimal(day)))
        elif "s" in quantity.value:
            readings.append(
                ("year", "decade", low, low)
                if low > 100
                else (quantity.kind, quantity.unit, low, high)
            )
    elif quantity.kind == "quarter":
        readings.append(("quarter", quantity.unit, low, high))
    else:
        readings.append((quantity.kind, quantity.unit, low, high))
    return readings + [(kind, unit, number, number) for kind, unit, number in quantity.also]


def _reading_grade(left: _Reading, right: _Reading, tolerance: Decimal, *, loose: bool) -> int:
    kind, unit, low, high = left
    kind2, unit2, low2, high2 = right
    family, family2 = family_of(kind, unit), family_of(kind2, unit2)
    if {family, family2} in ({"money", "point"}, {"share", "point"}):  # 日経平均は300円安
        return 2 if low == low2 and "" not in (unit, unit2) else 0
    if "plain" not in (family, family2) and family != family2:
        return 0
    if family == family2 == "money" and unit != unit2:
        return 0
    if family == family2 and family not in ("plain", "money"):
        low, high = _scaled(kind, unit, low), _scaled(kind, unit, high)
        low2, high2 = _scaled(kind2, unit2, low2), _scaled(kind2, unit2, high2)
    if low == low2 and high == high2:
        return 4 if family == family2 and (kind == kind2 or family != "plain") else 3
    if loose and low <= high2 and low2 <= high:
        return 3 if family == family2 else 2
    slack = (
        Decimal("0.02")
        if family == family2 in ("duration", "share") and unit != unit2
        else Decimal(0)
    )
    if slack and low == high and abs(low - low2) <= slack * low:
        return 2
    if tolerance and low and abs(low - low2) <= tolerance * low:
        return 1
    return 0


def family_of(kind: str, unit: str) -> str:
    if kind == "amount":
        return "money"
    if kind in ("rate", "fraction"):
        return "point" if unit in ("point", "basis point") else "share"
    if kind == "duration":
        return "duration"
    if kind in ("year", "time", "date", "decade", "quarter"):
        return kind
    if kind == "times":
        return "times"
    return "plain"


def _scaled(kind: str, unit: str, number: Decimal) -> Decimal:
    if kind == "rate":
        return number / 100
    if kind == "duration":
        return number * _DAYS.get(unit, Decimal(1))
    return number


def _date_grade(ja: Quantity, en: Quantity) -> int:
    if "s" in ja.value or "s" in en.value:
        return 4 if ja.value == en.value else 0
    if ja.value.endswith("12-31") and en.value == ja.value:
        return 4
    mine, theirs = ja.parts, en.parts
    year_end = ja.value.endswith("-12-31") or en.value.endswith("-12-31")
    if year_end and mine[0] == theirs[0] and mine[0] is not None:
        return 3
    shared = [(a, b) for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None]
    if not shared or any(a != b for a, b in shared):
        return 0
    asked = [i for i, a in enumerate(mine) if a is not None]
    if all(theirs[i] is not None for i in asked):
        return 4
    return 3 if len(shared) * 2 >= len(asked) else 0


def _time_grade(ja: Quantity, en: Quantity) -> int:
    if ja.low == en.low:
        return 4
    if "time12" in (ja.unit, en.unit) and ja.low % 720 == en.low % 720:
        return 3
    return 0


def _quarter_grade(ja: Quantity, en: Quantity) -> int:
    if ja.value == en.value:
        return 4
    first = (ja if ja.unit == "month" else en).low
    number = (en if ja.unit == "month" else ja).low
    calendar = (int(first) + 2) // 3
    fiscal = (calendar - 2) % 4 + 1
    return 3 if number in (calendar, fiscal) else 0
