"""Wrong figures put right in the English, where it is certain which figure stands for which.

    replace_figures("投資額は30億円だ。", "The investment is 30 billion yen.", …)
        → ("The investment is 3 billion yen.", one check with verdict "repaired")

Certain means: no other figure of the sentence is wrong or missing in the same unit, the English
figure is of the same unit or also a date, and afterwards fewer figures are wrong than before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kawaraban.translation.numerals import Quantity, compare, parse_en, render_en
from kawaraban.types import NumberCheck

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
    if not (same_unit or calendar or (bare and len(bad) == 1)):
        return ""
    return render_en(replace(quantity, approximate=False, bound=""))


def _n_bad(numbers: Iterable[NumberCheck]) -> int:
    return sum(item.verdict in ("wrong", "missing") for item in numbers)
