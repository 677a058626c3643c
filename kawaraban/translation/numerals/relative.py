"""Days, weeks, months and years told from today: 昨年 must not become "this year".

    compare_relative("昨年末に合意した。", "They agreed at the end of this year.")
        → one check: 昨年 (year-1) reads "this year", verdict "wrong"

A translator may put a date instead, or leave the word out; so a check is made only where the
English has such a word of the same kind: "ok" if it is the right one, "wrong" if none is.
"""

from __future__ import annotations

import re

from kawaraban.types import NumberCheck

_JA = {
    "year-1": r"昨年|去年|前年|昨季|昨シーズン",
    "year+0": r"今年|本年|ことし|今季|今シーズン|同年",
    "year+1": r"来年|翌年|来季|来シーズン",
    "month-1": r"先月|前月",
    "month+0": r"今月|同月",
    "month+1": r"来月|翌月",
    "week-1": r"先週|前週",
    "week+0": r"今週|同週",
    "week+1": r"来週|翌週",
    "day-1": r"昨日|きのう|前日|昨夜|昨晩",
    "day+0": r"今日|きょう|本日|今夜|今晩|同日",
    "day+1": r"明日|あした|あす(?=[のにはも、])|翌日",
}
_EN = {
    "-1": r"(?:last|previous|prior|past) {0}|{0} (?:earlier|ago|before)"
    r"|{0}-earlier|{0}-(?:on|over)-{0}",
    "+0": r"(?:this|current|same) {0}|{0} to date",
    "+1": r"(?:next|following|coming) {0}|{0} (?:later|after)",
}
_EN_DAYS = {
    "-1": r"yesterday|previous day|day (?:before|earlier)|last night",
    "+0": r"today|tonight|same day|this (?:morning|afternoon|evening)",
    "+1": r"tomorrow|next day|following day|day (?:later|after)",
}


def compare_relative(ja: str, en: str) -> tuple[NumberCheck, ...]:
    """One check for each kind of relative date that both sentences hold."""
    checks = []
    for kind in ("year", "month", "week", "day"):
        said = [(m, step) for step in _EN for m in re.finditer(_JA[f"{kind}{step}"], ja)]
        patterns = _EN_DAYS if kind == "day" else {s: p.format(kind) for s, p in _EN.items()}
        heard = [
            (m, step)
            for step, pattern in patterns.items()
            for m in re.finditer(rf"\b(?:{pattern})\b", en, re.I)
        ]
        if not said or not heard:
            continue
        first, step = min(said, key=lambda item: item[0].start())
        right = [m for m, other in heard if any(other == mine for _, mine in said)]
        shown = right[0] if right else heard[0][0]
        checks.append(
            NumberCheck(
                first[0], shown[0], f"{kind}{step}", "relative", "ok" if right else "wrong",
                first.span(), shown.span(),
            )
        )  # fmt: skip
    return tuple(checks)
