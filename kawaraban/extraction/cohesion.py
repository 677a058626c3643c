"""How much two pieces of Japanese speak of the same thing, by the words they share.

In: text. Out: numbers from 0 to 1. Kanji count as pairs, katakana and Latin words whole, kana not
at all: `terms("日銀が利上げを見送り")` → {"日銀", "見送"…}. Linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from functools import lru_cache

_RUN = re.compile(r"[一-鿿々㐀-䶿]{2,}|[ァ-ヺー]{2,}|[A-Za-z][A-Za-z0-9.&'-]+")
_COMMON = frozenset(
    [
        "発表",
        "今回",
        "同社",
        "可能",
        "能性",
        "一方",
        "同氏",
        "関係",
        "問題",
        "影響",
        "今後",
        "状況",
        "必要",
        "指摘",
        "述べ",
        "示し",
        "強調",
        "明ら",
        "計画",
        "予定",
        "実施",
        "政府",
        "日本",
        "中国",
        "米国",
        "企業",
        "市場",
        "世界",
        "国内",
        "海外",
        "億円",
        "億ド",
        "万円",
        "今年",
        "昨年",
        "前年",
        "年度",
        "上昇",
        "下落",
        "増加",
        "減少",
        "拡大",
        "午前",
        "午後",
        "時点",
        "記者",
        "会見",
        "関連",
        "対象",
        "同日",
        "以上",
        "以下",
        "見通",
        "見方",
        "背景",
        "理由",
        "開発",
        "投資",
    ]
)


@lru_cache(maxsize=1024)
def terms(text: str) -> frozenset[str]:
    """What a text speaks of."""
    found: set[str] = set()
    for run in _RUN.findall(unicodedata.normalize("NFKC", text)):
        first = run[0]
        if "一" <= first <= "鿿" or first in "々" or "㐀" <= first <= "䶿":
            found.update(run[i : i + 2] for i in range(len(run) - 1))
        else:
            found.add(run.lower())
    return frozenset(found - _COMMON)


def share(part: Set[str], whole: Set[str]) -> float:
    """Share of the characters of `part`'s terms that `whole` has too."""
    total = sum(map(len, part))
    return sum(len(t) for t in part if t in whole) / total if total else 0.0
