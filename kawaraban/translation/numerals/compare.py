"""Whether the figures of a Japanese sentence are those of its English: one verdict per figure.

    compare(parse_ja("約750兆円"), parse_en("about 750 billion yen")) → verdict "wrong"

Figures are matched one to one, the best pairs first. A figure said twice may be answered once.
Tolerance is given only where the words give it: 数十億 against "billions", 152円台 against 152.4,
"about 1.2 trillion" against 1兆2345億. A weak figure (一つ, 1社, 二人) that has no counterpart is
left out of the ledger: a translator may well write "both" or "a company".
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kawaraban.translation.numerals.quantity import Kind, Quantity, date_parts
from kawaraban.types import NumberCheck

ROUNDING = Decimal("0.05")  # what "about" may hide, as a share of the value

_DAYS = {
    "minute": Decimal(1) / 1440, "hour": Decimal(1) / 24, "day": Decimal(1), "night": Decimal(1), "week": Decimal(7),
    "month": Decimal(365) / 12, "year": Decimal(365), "decade": Decimal(3650), "century": Decimal(36500),
    "second": Decimal(1) / 86400, "quarter": Decimal(365) / 4,
}  # fmt: skip
_Reading = tuple[str, str, Decimal, Decimal]  # kind, unit, low, high


def compare(
    ja: Sequence[Quantity], en: Sequence[Quantity], *, extras: bool = False
) -> tuple[NumberCheck, ...]:
    """One check per figure of `ja`, in order; with `extras` also those that only `en` has."""
    pairs = _pair(ja, en)
    claimed = {index for index, _ in pairs.values()}
    spare = [i for i, quantity in enumerate(en) if i not in claimed and not quantity.weak]
    checks: list[NumberCheck] = []
    for i, quantity in enumerate(ja):
        if i in pairs:
            index, grade = pairs[i]
            checks.append(_check(quantity, en[index], "ok" if grade > 1 else "approximate"))
        elif not quantity.weak:
            soft = _is_soft(quantity)
            suspect = _soft_suspect(en, claimed) if soft else _suspect(quantity, en, spare)
            if suspect is None and soft:
                continue
            if suspect is None:
                checks.append(_check(quantity, None, "missing"))
            else:
                claimed.add(suspect)
                spare = [i for i in spare if i != suspect]
                checks.append(_check(quantity, en[suspect], "wrong"))
    if extras:
        checks += [_extra(en[i]) for i in spare if not _repeated(en[i], ja)]
    return tuple(checks)


def _pair(ja: Sequence[Quantity], en: Sequence[Quantity]) -> dict[int, tuple[int, int]]:
    grades = [
        (grade, i, j)
        for i, left in enumerate(ja)
        for j, right in enumerate(en)
        if (grade := match_grade(left, right)) > 0
    ]
    grades.sort(key=lambda item: (-item[0], item[1], item[2]))
    pairs: dict[int, tuple[int, int]] = {}
    claimed: set[int] = set()
    for grade, i, j in grades:
        if i not in pairs and j not in claimed:
            pairs[i] = (j, grade)
            claimed.add(j)
    for grade, i, j in grades:
        if i not in pairs and any(_same(ja[i], ja[k]) and pairs[k][0] == j for k in pairs):
            pairs[i] = (j, grade)
    for i, quantity in enumerate(ja):
        if i not in pairs and (found := _endpoints(quantity, en)) is not None:
            pairs[i] = (found, 2)
    return pairs


def _same(left: Quantity, right: Quantity) -> bool:
    return (
        (abs(left.low) == abs(right.low)
        and left.high == right.high)
        or left.value.strip("<>=-") == right.value.strip("<>=-")
    )


def _endpoints(quantity: Quantity, en: Sequence[Quantity]) -> int | None:
    """A range is answered by its two ends: 11〜19% by "11" and "19 percent"."""
    if ".." not in quantity.value:
        return None
    ends = [_single(quantity, value) for value in quantity.value.lstrip("<>=").split("..")]
    found = []
    for end in ends:
        hits = [j for j, right in enumerate(en) if end is not None and match_grade(end, right) > 1]
        if not hits:
            return None
        found.append(hits[0])
    return found[0]


def _single(quantity: Quantity, value: str) -> Quantity | None:
    calendar = value.startswith("--")
    number = Decimal(date_parts(value)[1] or 0) if calendar else abs(Decimal(value))
    kind: Kind = "date" if calendar else quantity.kind
    also: tuple[tuple[Kind, str, Decimal], ...] = ()
    if quantity.surface.endswith("日"):
        also = (("date", "day", number),)
    return Quantity(
        quantity.surface, quantity.start, quantity.end, value, number, number,
        quantity.unit, kind, quantity.approximate, also=also,
    )  # fmt: skip


def match_grade(ja: Quantity, en: Quantity) -> int:
    """4 same value and unit, 3 same value and no unit on a side, 2 another reading, 1 rounded, 0 no."""
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
    best = 0
    for i, left in enumerate(_readings(ja, ja=True)):
        for j, right in enumerate(_readings(en, ja=False)):
            grade = _reading_grade(left, right, _tolerance(ja, en))
            best = max(best, grade - (1 if grade > 2 and i + j else 0))
    return best


def _tolerance(ja: Quantity, en: Quantity) -> Decimal:
    return ROUNDING if en.approximate and not ja.low == ja.high == en.low else Decimal(0)


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


def _reading_grade(left: _Reading, right: _Reading, tolerance: Decimal) -> int:
    kind, unit, low, high = left
    kind2, unit2, low2, high2 = right
    family, family2 = _family(kind, unit), _family(kind2, unit2)
    if {family, family2} in ({"money", "point"}, {"share", "point"}):  # 日経平均は300円安
        return 2 if low == low2 and "" not in (unit, unit2) else 0
    if "plain" not in (family, family2) and family != family2:
        return 0
    if family == family2 and family not in ("plain", "money"):
        low, high = _scaled(kind, unit, low), _scaled(kind, unit, high)
        low2, high2 = _scaled(kind2, unit2, low2), _scaled(kind2, unit2, high2)
    if family == family2 == "money" and unit != unit2 and "" not in (unit, unit2):
        return 0
    if low == low2 and high == high2:
        return 4 if family == family2 else 3
    if (
        (low, high) != (low2, high2)
        and low <= high2
        and low2 <= high
        and (low != high or low2 != high2)
    ):
        return 3 if family == family2 else 2
    slack = (
        Decimal("0.02")
        if family == family2 in ("duration", "share") and unit != unit2
        else Decimal(0)
    )
    if slack and abs(low - low2) <= slack * low:
        return 2
    if tolerance and low and abs(low - low2) <= tolerance * low:
        return 1
    return 0


def _family(kind: str, unit: str) -> str:
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
    if ja.value.endswith("-12-31") or en.value.endswith("-12-31"):
        if mine[0] == theirs[0] and mine[0] is not None:
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


def _suspect(quantity: Quantity, en: Sequence[Quantity], spare: Sequence[int]) -> int | None:
    """The unclaimed English figure that most likely stands where `quantity` should."""
    families = [(_family(q.kind, q.unit), q.unit) for q in en]
    mine = (_family(quantity.kind, quantity.unit), quantity.unit)
    same_unit = [i for i in spare if families[i] == mine and mine[0] != "plain"]
    same_kind = [i for i in spare if families[i][0] == mine[0]]
    loose = [i for i in spare if "plain" in (families[i][0], mine[0])]
    for candidates in (same_unit, same_kind, loose):
        if candidates:
            return candidates[0]
    return None


def _is_soft(quantity: Quantity) -> bool:
    """2人 may be "the pair" and 1日 "a day": only another number in its place is an error."""
    if quantity.kind == "date":
        return quantity.value == "---01"
    return quantity.kind in ("count", "duration", "ordinal") and quantity.high <= 3


def _soft_suspect(en: Sequence[Quantity], claimed: set[int]) -> int | None:
    for i, quantity in enumerate(en):
        if (
            i not in claimed
            and 2 <= quantity.low == quantity.high <= 12
            and quantity.kind in ("number", "count")
        ):
            return i
    return None


def _repeated(en: Quantity, ja: Sequence[Quantity]) -> bool:
    return any(match_grade(left, en) for left in ja)


def _check(ja: Quantity, en: Quantity | None, verdict: str) -> NumberCheck:
    return NumberCheck(
        ja.surface, en.surface if en else None, ja.value, ja.unit, verdict,  # type: ignore[arg-type]
        (ja.start, ja.end), (en.start, en.end) if en else None,
    )  # fmt: skip


def _extra(en: Quantity) -> NumberCheck:
    return NumberCheck("", en.surface, en.value, en.unit, "wrong", None, (en.start, en.end))
