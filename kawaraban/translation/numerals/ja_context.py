"""What stands round a Japanese figure: sign, 約, 最大, 以上, 震度, 1ドル=.

▲3.2% → -3.2      最大2億ドル → <=200000000      200名以上 → >=200      震度6弱 → 6-lower
"""

from __future__ import annotations

import re
from dataclasses import replace

from kawaraban.translation.numerals.quantity import Quantity

_SIGN = re.compile(r"(?:[▲△]|マイナス|(?<![0-9A-Za-z%円年月日人〜~])-)$")
_PREFIX = re.compile(
    r"(?:約|およそ|おおよそ|概算|ほぼ|推定|ざっと|最大で|最大|最高で|最高|少なくとも|最低でも"
    r"|最低|計)$"
)
_SUFFIX = re.compile(
    r"以上|以下|未満|以内|超|余り|あまり|余|前後|程度|ほど|近く|弱|強(?![いくさ化調豪])|足らず"
    r"|くらい|ぐらい|を超|を上回|を下回"
)
# 2年生 (a sophomore), 8強 (the quarterfinals), 24時間のバス (around the clock), 3社 after a list
_LIST_MARK = re.compile(r"[、・と]|や(?!す)")
_LOOSE = re.compile(r"生(?![産命活き])|強(?!い|く|化)|日?制")


def with_context(text: str, flat: str, quantity: Quantity, *, floor: int) -> Quantity:
    """Adds what stands before and after: sign, 約, 最大, 以上, 震度, 1ドル=."""
    before, after = flat[floor : quantity.start], flat[quantity.end :]
    if level := re.search(r"(震度|マグニチュード|(?<![A-Za-z])M) ?\(?$", before):
        return _level(text, flat, quantity, floor + level.start())
    if quantity.low == 1 and re.match(r" ?(?:[=＝]|当た|あた|につき|\d)", after):
        return replace(quantity, weak=True)
    if _LOOSE.match(after) and quantity.kind in ("duration", "number", "count"):
        quantity = replace(quantity, weak=True)
    if quantity.kind == "count" and _sums_up(flat, quantity):
        quantity = replace(quantity, weak=True)
    if quantity.kind in ("date", "year", "time", "quarter", "ordinal"):
        return quantity
    sign = _SIGN.search(flat[: quantity.start])
    if sign and quantity.kind in ("rate", "amount", "number", "count"):
        start, value = max(floor, sign.start()), f"-{quantity.value}"
        quantity = replace(
            quantity, start=start, surface=text[start : quantity.end], value=value,
            low=-quantity.high, high=-quantity.low,
        )  # fmt: skip
    return _bounded(text, flat, quantity, floor)


def _sums_up(flat: str, quantity: Quantity) -> bool:
    """A、B、Cの3社: the number of those just named; 3社とも: all of those known."""
    if not 2 <= quantity.low == quantity.high <= 6:
        return False
    if flat.startswith("とも", quantity.end):
        return True
    named = re.search(r"([^。]{2,60})の$", flat[: quantity.start])
    return named is not None and len(_LIST_MARK.findall(named[1])) >= quantity.low - 1


def _level(text: str, flat: str, quantity: Quantity, start: int) -> Quantity:
    end, value = quantity.end, quantity.value
    if flat[start:].startswith("震度") and flat[end : end + 1] in ("弱", "強"):
        value += "-lower" if flat[end] == "弱" else "-upper"
        end += 1
    unit = "shindo" if flat[start:].startswith("震度") else "magnitude"
    return replace(
        quantity,
        surface=text[start:end],
        start=start,
        end=end,
        value=value,
        unit=unit,
        kind="level",
        weak=False,
    )


def _bounded(text: str, flat: str, quantity: Quantity, floor: int) -> Quantity:
    prefix = _PREFIX.search(flat[floor : quantity.start])
    if (
        prefix is None
        and quantity.surface == "半減"
        and (limit := re.search(r"最大で?$", flat[: quantity.start]))
    ):
        prefix = limit
    suffix = _SUFFIX.match(flat, quantity.end)
    word, tail = (prefix[0] if prefix else ""), (suffix[0] if suffix else "")
    if quantity.kind == "duration" and tail in ("以内", "以上") and quantity.value.startswith("N*"):
        tail = ""
    bound = ""
    if word.startswith(("最大", "最高")) or tail in ("以下", "以内"):
        bound = "<="
    elif word.startswith(("少なくとも", "最低")) or tail == "以上":
        bound = ">="
    elif tail in ("超", "余り", "あまり", "余", "を超", "を上回", "強"):
        bound = ">"
    elif tail in ("未満", "近く", "弱", "足らず", "を下回"):
        bound = "<"
    vague = word in ("約", "およそ", "おおよそ", "ほぼ", "推定", "ざっと", "概算") or tail in (
        "前後", "程度", "ほど", "くらい", "ぐらい", "近く", "余り", "弱", "強"
    )  # fmt: skip
    start = quantity.start - len(word) if word != "計" else quantity.start
    end = quantity.end + (len(tail) if not tail.startswith("を") else 0)
    shown = (
        bound
        if bound in (">=", "<=") and "*" not in quantity.value and ".." not in quantity.value
        else ""
    )
    return replace(
        quantity, surface=text[start:end], start=start, end=end, bound=bound,
        value=f"{shown}{quantity.value}", approximate=quantity.approximate or vague,
    )  # fmt: skip
