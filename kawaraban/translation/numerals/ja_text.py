"""Japanese text made even before it is read: full width to ASCII, ヶ to カ, stray spaces out.

５．２５％ → 5.25%      3ヶ月 → 3カ月      10 月 15 日 → 10月15日      ３・９８ → 3.98
"""

from __future__ import annotations

import re
from dataclasses import replace

from kawaraban.translation.numerals.quantity import Quantity

_WIDE = {
    ord(wide): ord(narrow)
    for wide, narrow in zip("％．，＄￥：／－＋（）㍉", "%.,$¥:/-+()ミ", strict=True)
}
_WIDE |= {0xFF10 + i: 0x30 + i for i in range(10)}
_WIDE |= {0xFF21 + i: 0x41 + i for i in range(26)} | {0xFF41 + i: 0x61 + i for i in range(26)}
_WIDE |= {ord("憶"): ord("億"), ord("−"): ord("-"), ord("拾"): ord("十"), ord("　"): ord(" ")}
_CJK = r"[぀-ヿ一-龥％%第約]"
KEPT = re.compile(rf"[^ \u3000]|[ \u3000](?![ \u3000]?(?:(?<=\d.){_CJK}|(?<={_CJK}.)\d))", re.S)
_POINT = re.compile(r"(?<=\d)・(?=\d{1,3}(?![月日世号期次年人\d]))")
_WHAT = re.compile(r"何(?=[十百千万億])")
_KA = re.compile(r"(?<=[0-9〇一二三四五六七八九十百千万数])(?: ?)[ヶケヵか箇個](?=[月国所村年条])")


def flatten(text: str) -> str:
    """Full-width digits, letters and marks made ASCII, ヶ/ヵ/ケ/か made カ; same length."""
    text = _WHAT.sub("数", text)
    return _POINT.sub(".", _KA.sub(lambda m: m[0][:-1] + "カ", text.translate(_WIDE)))


def moved(text: str, kept: list[int], quantity: Quantity) -> Quantity:
    start, end = kept[quantity.start], kept[quantity.end - 1] + 1
    return replace(quantity, start=start, end=end, surface=text[start:end])
