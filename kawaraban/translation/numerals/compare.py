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

from kawaraban.translation.numerals.ja_text import flatten
from kawaraban.translation.numerals.matching import family_of, match_grade
from kawaraban.translation.numerals.quantity import Kind, Quantity, date_parts
from kawaraban.types import NumberCheck


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
            suspect = (
                _soft_suspect(quantity, en, claimed) if soft else _suspect(quantity, en, spare)
            )
            if suspect is not None:
                claimed.add(suspect)
                spare = [j for j in spare if j != suspect]
                checks.append(_check(quantity, en[suspect], "wrong"))
            elif not soft:
                checks.append(_check(quantity, None, "missing"))
    if source is not None:
        checks += [_invented(en[i]) for i in spare if not _explained(en[i], ja, source)]
    return tuple(checks)


def _pair(ja: Sequence[Quantity], en: Sequence[Quantity]) -> dict[int, tuple[tuple[int, ...], int]]:
    """Index in `ja` → indices in `en` that answer it, and how well."""
    grades = [
        (grade, i, j)
        for i, left in enumerate(ja)
        for j, right in enumerate(en)
        if (grade := match_grade(left, right)) > 0
    ]
    grades.sort(key=lambda item: (-item[0], ja[item[1]].value != en[item[2]].value, *item[1:]))
    pairs = {
        i: (ends, 2)
        for i, quantity in enumerate(ja)
        if not quantity.surface.endswith("日") and (ends := _endpoints(quantity, en))
    }
    claimed = {j for ends, _ in pairs.values() for j in ends}
    for grade, i, j in grades:
        if i not in pairs and j not in claimed:
            pairs[i] = ((j,), grade)
            claimed.add(j)
    for grade, i, j in grades:
        if i not in pairs and any(_same(ja[i], ja[k]) and pairs[k][0] == (j,) for k in pairs):
            pairs[i] = ((j,), grade)
    for i, quantity in enumerate(ja):  # 4月15・16日: April 15 answers 4月 as well
        if i not in pairs and (ends := _endpoints(quantity, en)):
            pairs[i] = (ends, 2)
    return pairs


def _same(left: Quantity, right: Quantity) -> bool:
    return (abs(left.low) == abs(right.low) and left.high == right.high) or left.value.strip(
        "<>=-"
    ) == right.value.strip("<>=-")


def _endpoints(quantity: Quantity, en: Sequence[Quantity]) -> tuple[int, ...]:
    """A range is answered by its two ends: 11〜19% by "11" and "19 percent"."""
    if ".." not in quantity.value or quantity.value.endswith("s"):
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
    number = (
        Decimal(sum(part or 0 for part in date_parts(value))) if calendar else abs(Decimal(value))
    )
    kind: Kind = "date" if calendar else quantity.kind
    return Quantity(
        quantity.surface, quantity.start, quantity.end, value, number, number,
        quantity.unit, kind, quantity.approximate,
    )  # fmt: skip


def _suspect(quantity: Quantity, en: Sequence[Quantity], spare: Sequence[int]) -> int | None:
    """The unclaimed English figure that most likely stands where `quantity` should."""
    families = [(_calendar(family_of(q.kind, q.unit)), q.unit) for q in en]
    mine = (_calendar(family_of(quantity.kind, quantity.unit)), quantity.unit)
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
        if (
            quantity.kind != "duration"
            and other.kind in ("number", "count")
            and other.unit != "age"
        ):
            return i
    return None


def _explained(en: Quantity, ja: Sequence[Quantity], source: str) -> bool:
    """An English figure that repeats one of the Japanese, or copies digits of a name there."""
    if any(match_grade(left, en) or _part_of(left, en) for left in ja):
        return True
    rest = list(flatten(source))
    for quantity in ja:
        rest[quantity.start : quantity.end] = " " * (quantity.end - quantity.start)
    names = "".join(rest).replace(",", "")
    digits = re.findall(r"\d+(?:\.\d+)?", en.surface.replace(",", ""))
    return bool(digits) and all(
        re.search(rf"(?<![\d.]){re.escape(run)}(?![\d.])", names) for run in digits
    )


def _part_of(ja: Quantity, en: Quantity) -> bool:
    """ "2008" is said of 2008年11月26日, when the day and month stand elsewhere."""
    if ja.kind != "date" or en.kind not in ("date", "year") or "s" in en.value:
        return False
    said = [(a, b) for a, b in zip(ja.parts, en.parts, strict=True) if b is not None]
    return bool(said) and all(a == b for a, b in said)


def _check(ja: Quantity, en: Quantity | None, verdict: str) -> NumberCheck:
    return NumberCheck(
        ja.surface, en.surface if en else None, ja.value, ja.unit, verdict,  # type: ignore[arg-type]
        (ja.start, ja.end), (en.start, en.end) if en else None,
    )  # fmt: skip


def _invented(en: Quantity) -> NumberCheck:
    return NumberCheck("", en.surface, en.value, en.unit, "wrong", None, (en.start, en.end))
