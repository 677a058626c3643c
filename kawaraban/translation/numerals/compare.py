"""Whether the figures of a Japanese sentence are those of its English: one verdict per figure.

    compare(parse_ja("約750兆円"), parse_en("about 750 billion yen")) → verdict "wrong"

Figures are matched one to one, the best pairs first. A figure said twice may be answered once.
Tolerance is given only where the words give it: 数十億 against "billions", 152円台 against 152.4,
"about 1.2 trillion" against 1兆2345億. A weak figure (一つ, 1社, 二人) that has no counterpart is
left out of the ledger: a translator may well write "both" or "a company".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from kawaraban.translation.numerals.ja import flatten
from kawaraban.translation.numerals.quantity import Kind, Quantity, date_parts, plain
from kawaraban.types import NumberCheck

ROUNDING = Decimal("0.05")  # what "about" may hide, as a share of the value

_DAYS = {
    "minute": Decimal(1) / 1440, "hour": Decimal(1) / 24, "day": Decimal(1), "night": Decimal(1), "week": Decimal(7),
    "month": Decimal(365) / 12, "year": Decimal(365), "decade": Decimal(3650), "century": Decimal(36500),
    "second": Decimal(1) / 86400, "quarter": Decimal(365) / 4,
}  # fmt: skip
_Reading = tuple[str, str, Decimal, Decimal]  # kind, unit, low, high


def compare(
    ja: Sequence[Quantity], en: Sequence[Quantity], *, source: str | None = None
) -> tuple[NumberCheck, ...]:
    """One check per figure of `ja`, in order; given the Japanese `source`, also one per figure
    that only `en` has (invented: verdict "wrong", empty `ja`)."""
    pairs = _pair(ja, en)
    claimed = {index for indices, _ in pairs.values() for index in indices}
    spare = [i for i, quantity in enumerate(en) if i not in claimed and not quantity.weak]
    checks: list[NumberCheck] = []
    for i, quantity in enumerate(ja):
        soft = _is_soft(quantity)
        if i in pairs:
            indices, grade = pairs[i]
            checks.append(_check(quantity, en[indices[0]], "ok" if grade > 1 else "approximate"))
        elif soft or not quantity.weak:
            suspect = _soft_suspect(quantity, en, claimed) if soft else _suspect(quantity, en, spare)
            if suspect is not None:
                claimed.add(suspect)
                spare = [j for j in spare if j != suspect]
                checks.append(_check(quantity, en[suspect], "wrong"))
            elif not soft:
                checks.append(_check(quantity, None, "missing"))
    if source is not None:
        checks += [_invented(en[i]) for i in spare if not _explained(en[i], ja, source)]
    return tuple(checks)


def _pair(
    ja: Sequence[Quantity], en: Sequence[Quantity]
) -> dict[int, tuple[tuple[int, ...], int]]:
    """Index in `ja` → indices in `en` that answer it, and how well."""
    grades = [
        (grade, i, j)
        for i, left in enumerate(ja)
        for j, right in enumerate(en)
        if (grade := match_grade(left, right)) > 0
    ]
    grades.sort(key=lambda item: (-item[0], item[1], item[2]))
    pairs: dict[int, tuple[tuple[int, ...], int]] = {}
    claimed: set[int] = set()
    for grade, i, j in grades:
        if i not in pairs and j not in claimed:
            pairs[i] = ((j,), grade)
            claimed.add(j)
    for grade, i, j in grades:
        if i not in pairs and any(_same(ja[i], ja[k]) and pairs[k][0] == (j,) for k in pairs):
            pairs[i] = ((j,), grade)
    for i, quantity in enumerate(ja):
        if i not in pairs and (found := _endpoints(quantity, en)):
            pairs[i] = (found, 2)
    return pairs


def _same(left: Quantity, right: Quantity) -> bool:
    return (
        (abs(left.low) == abs(right.low)
        and left.high == right.high)
        or left.value.strip("<>=-") == right.value.strip("<>=-")
    )


def _endpoints(quantity: Quantity, en: Sequence[Quantity]) -> tuple[int, ...]:
    """A range is answered by its two ends: 11〜19% by "11" and "19 percent"."""
    if ".." not in quantity.value:
        return ()
    found = []
    for value in quantity.value.lstrip("<>=").split(".."):
        end = _single(quantity, value)
        hits = [j for j, right in enumerate(en) if match_grade(end, right) > 1]
        if not hits:
            return ()
        found.append(hits[0])
    return tuple(found)


def _single(quantity: Quantity, value: str) -> Quantity:
    if quantity.unit == "day" and quantity.surface.endswith("日"):
        value = f"---{int(value):02d}"
    calendar = value.startswith("--")
    number = Decimal(sum(part or 0 for part in date_parts(value))) if calendar else abs(Decimal(value))
    kind: Kind = "date" if calendar else quantity.kind
    return Quantity(
        quantity.surface, quantity.start, quantity.end, value, number, number,
        quantity.unit, kind, quantity.approximate,
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
            grade = _reading_grade(left, right, _tolerance(ja, en), loose=_vague(ja))
            best = max(best, grade - (1 if grade > 2 and i + j else 0))
    return best


def _tolerance(ja: Quantity, en: Quantity) -> Decimal:
    """"about 1.2 trillion" may stand for 1兆2345億, "about 406" never for 約400."""
    rounder = _digits(en.low) < _digits(ja.low)
    return ROUNDING if en.approximate and rounder and ja.kind not in ("year", "date") else Decimal(0)


def _digits(number: Decimal) -> int:
    return len(plain(abs(number)).replace(".", "").strip("0"))


def _vague(quantity: Quantity) -> bool:
    return "*" in quantity.value or "数" in quantity.surface or quantity.surface.endswith(("台", "代", "s"))


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
    family, family2 = _family(kind, unit), _family(kind2, unit2)
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
    slack = Decimal("0.02") if family == family2 in ("duration", "share") and unit != unit2 else Decimal(0)
    if slack and low == high and abs(low - low2) <= slack * low:
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
    families = [(_calendar(_family(q.kind, q.unit)), q.unit) for q in en]
    mine = (_calendar(_family(quantity.kind, quantity.unit)), quantity.unit)
    same_unit = [i for i in spare if families[i] == mine and mine[0] != "plain"]
    same_kind = [i for i in spare if families[i][0] == mine[0]]
    loose = [i for i in spare if "plain" in (families[i][0], mine[0])]
    for candidates in (same_unit, same_kind, loose):
        if candidates:
            return candidates[0]
    return None


def _calendar(family: str) -> str:
    return "date" if family in ("year", "quarter", "date") else family


def _is_soft(quantity: Quantity) -> bool:
    """2人 may be "the pair" and 1日 "a day": only another number in its place is an error."""
    if quantity.kind == "date":
        return quantity.value == "---01"
    if quantity.weak:
        return 2 <= quantity.low == quantity.high <= 3 and quantity.kind == "count"
    small = quantity.high <= 2 and quantity.kind in ("count", "duration", "ordinal", "number")
    return small and quantity.unit not in ("age", "times", "degree", "回")


def _soft_suspect(quantity: Quantity, en: Sequence[Quantity], claimed: set[int]) -> int | None:
    """A small number that answers no other figure and could count the same thing."""
    for i, other in enumerate(en):
        if i in claimed or not 2 <= other.low == other.high <= 12:
            continue
        if other.kind == quantity.kind == "duration":
            return i
        if quantity.kind != "duration" and other.kind in ("number", "count") and other.unit != "age":
            return i
    return None


def _explained(en: Quantity, ja: Sequence[Quantity], source: str) -> bool:
    """An English figure that repeats one of the Japanese, or copies digits of a name there."""
    digits = re.findall(r"\d+(?:\.\d+)?", en.surface.replace(",", ""))
    flat = flatten(source).replace(",", "")
    return any(match_grade(left, en) for left in ja) or all(
        re.search(rf"(?<![\d.]){re.escape(run)}(?![\d.])", flat) for run in digits
    )


def _check(ja: Quantity, en: Quantity | None, verdict: str) -> NumberCheck:
    return NumberCheck(
        ja.surface, en.surface if en else None, ja.value, ja.unit, verdict,  # type: ignore[arg-type]
        (ja.start, ja.end), (en.start, en.end) if en else None,
    )  # fmt: skip


def _invented(en: Quantity) -> NumberCheck:
    return NumberCheck("", en.surface, en.value, en.unit, "wrong", None, (en.start, en.end))
