"""Wrong figures put right in the English, where it is certain which figure stands for which.

    replace_figures("投資額は30億円だ。", "The investment is 30 billion yen.", …)
        → ("The investment is 3 billion yen.", one check with verdict "repaired")

Certain means all of this: no other figure of the sentence is wrong or missing in the same unit; the
English figure is of the same unit or also a date; it is no repeat of a figure that is right
elsewhere; it is nearly the right one (a power of ten, a digit, the month, a.m. for p.m.) or both
sentences have just this one figure of the unit; and afterwards fewer figures are wrong than before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kawaraban.translation.numerals import Quantity, compare, parse_en, render_en
from kawaraban.translation.numerals.matching import match_grade
from kawaraban.translation.numerals.quantity import plain
from kawaraban.types import NumberCheck

_OFFSET = re.compile(r"[A-Za-z][+−-]$")  # UTC+9
_COMPOSITE = re.compile(r"\d[^\d.,]+\d")
Checks = tuple[NumberCheck, ...]


def replace_figures(
    ja: str, en: str, quantities: Sequence[Quantity], numbers: Checks
) -> tuple[str, Checks]:
    """The English with every figure replaced whose place is certain, and its checks."""
    for item in numbers:
        if item.verdict != "wrong" or item.ja_span is None or item.en_span is None:
            continue
        form = _replacement(item, en, quantities, numbers)
        if not form:
            continue
        changed = _put(form, en, item.en_span)
        checks = compare(quantities, parse_en(changed), source=ja)
        if _n_bad(checks) < _n_bad(numbers) and _is_right(item, checks):
            return replace_figures(ja, changed, quantities, _marked(checks, item, numbers))
    return en, numbers


def _put(form: str, en: str, span: tuple[int, int]) -> str:
    before, after = en[: span[0]], en[span[1] :]
    if form.startswith("the ") and before.lower().endswith("the "):
        form = form.removeprefix("the ")
    return before + form + after


def _is_right(item: NumberCheck, checks: Checks) -> bool:
    return any(c.ja_span == item.ja_span and c.verdict == "ok" for c in checks)


def _marked(checks: Checks, item: NumberCheck, earlier: Checks) -> Checks:
    """The new checks, with `item` and what was repaired before it marked so."""
    spans = {c.ja_span for c in earlier if c.verdict == "repaired"} | {item.ja_span}
    return tuple(replace(c, verdict="repaired") if c.ja_span in spans else c for c in checks)


def _replacement(
    item: NumberCheck, en: str, quantities: Sequence[Quantity], numbers: Checks
) -> str:
    """The figure to write in place of `item.en`; "" where another figure could be meant."""
    quantity = next((q for q in quantities if (q.start, q.end) == item.ja_span), None)
    wrong = next((q for q in parse_en(en) if (q.start, q.end) == item.en_span), None)
    bad = [c for c in numbers if c.verdict in ("wrong", "missing")]
    if quantity is None or wrong is None or sum(c.unit == item.unit for c in bad) > 1:
        return ""
    same_unit = wrong.unit == quantity.unit != ""
    bare = wrong.kind == "number" and quantity.kind in ("count", "number", "ordinal")
    calendar = {wrong.kind, quantity.kind} <= {"date", "year"}
    if not (same_unit or calendar or (bare and len(bad) == 1)) or _OFFSET.search(en[: wrong.start]):
        return ""
    if any(match_grade(other, wrong) > 1 for other in quantities if other is not quantity):
        return ""
    alone = _is_alone(quantity, quantities) and _is_alone(wrong, parse_en(en))
    if not (_is_near(quantity, wrong) or (same_unit and alone)):
        return ""
    return render_en(replace(quantity, approximate=False, bound=""))


def _is_alone(figure: Quantity, figures: Sequence[Quantity]) -> bool:
    """Whether no other figure has its unit; of 41分24秒, which is written in two, never."""
    if figure.unit in ("", "date") or _COMPOSITE.search(figure.surface):
        return False
    return sum(other.unit == figure.unit for other in figures) == 1


def _is_near(one: Quantity, other: Quantity) -> bool:
    """Whether a slip makes one of the other."""
    if {one.kind, other.kind} <= {"date", "year"}:
        pairs = [(a, b) for a, b in zip(one.parts, other.parts, strict=True) if a and b]
        return len(pairs) > 1 and sum(a != b for a, b in pairs) == 1
    if one.kind == other.kind == "time":
        return one.low % 720 == other.low % 720 or one.low // 60 == other.low // 60
    if one.low == other.low:
        return True
    mine, theirs = plain(abs(one.low)), plain(abs(other.low))
    digits, wrong_digits = mine.replace(".", ""), theirs.replace(".", "")
    if digits.strip("0") == wrong_digits.strip("0") or mine.startswith(f"{theirs}."):
        return True
    same_length = len(digits) == len(wrong_digits) > 1
    return same_length and sum(a != b for a, b in zip(digits, wrong_digits, strict=True)) == 1


def _n_bad(numbers: Iterable[NumberCheck]) -> int:
    return sum(item.verdict in ("wrong", "missing") for item in numbers)
