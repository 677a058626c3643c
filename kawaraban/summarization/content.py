"""Text → the terms that carry its content, for comparing a headline with a sentence.

    terms("日銀、0.25%へ利上げ") → {"日銀", "0.25%", "利上"}

Terms are Latin words, numbers with their unit sign, and pairs of neighbouring kanji or katakana.
Hiragana only bends and joins, so it is left out. Width and case do not count.
"""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(
    r"(?P<number>\d[\d,.]*(?:兆|億|万|千|%|人|年|月|日|円|ドル)?)"
    r"|(?P<word>[a-z][a-z0-9&+-]*)"
    r"|(?P<pairs>[一-鿿々]+|[ァ-ヺー]+)"
)

_FIGURE = re.compile(
    r"(?:\d+(?:[.,]\d+)*[兆億万千]?)+(?:%|ドル|ユーロ|[円人年月日時分台件社戸度強弱歳倍])?"
)


def terms(text: str) -> frozenset[str]:
    """The content terms of a text."""
    found: set[str] = set()
    for run in _RUN.finditer(_fold(text)):
        token = run.group()
        if run.lastgroup == "pairs" and len(token) > 2:
            found.update(token[i : i + 2] for i in range(len(token) - 1))
        else:
            found.add(token)
    return frozenset(found)


def figures_in(text: str) -> list[tuple[int, str]]:
    """Place and form of each figure of an NFKC text, unit included: 1兆2000億円, 0.25%, 29日."""
    return [(found.start(), found.group().replace(",", "")) for found in _FIGURE.finditer(text)]


def figures(text: str) -> frozenset[str]:
    """The figures of a text, wherever they stand."""
    return frozenset(value for _, value in figures_in(_fold(text)))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()
