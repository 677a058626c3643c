"""A glossary term in a sentence, and what kinds of terms there are.

    Term(0, 2, "日銀", "the Bank of Japan", "organization")

`flat` is the form in which texts and entries are compared: full-width letters and digits, and the
signs of katakana names, in one shape; each character keeps its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kawaraban.translation.term_files import Entry

PEOPLE = frozenset(
    {
        "head of state or government", "Japanese politician", "official", "business person",
        "scientist or thinker", "athlete", "person",
    }
)  # fmt: skip
LATIN_NAME = "name in Latin letters"
HONORIFICS = (
    r"氏|さん|首相|大統領|副大統領|CEO|COO|CFO|CTO|CISO|最高経営責任者|会長|社長|長官|議長|総裁"
    r"|委員長|代表|教授|博士|選手|投手|監督"
    r"|容疑者|被告|議員|知事|市長|大使|国王|皇太子|教皇|将軍|司令官|報道官|補佐官|外相|国防相"
    r"|財務相|研究員|アナリスト|エコノミスト|夫人"
)
_LOANWORD = re.compile(r"[ァ-ヴー・]{4,}")
_WIDE = {0xFF10 + i: 0x30 + i for i in range(10)}
_WIDE |= {0xFF21 + i: 0x41 + i for i in range(26)} | {0xFF41 + i: 0x61 + i for i in range(26)}
_WIDE |= {ord("･"): ord("・"), ord("＆"): ord("&"), ord("＝"): ord("・"), ord("　"): ord(" ")}


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term in a sentence: `text[start:end] == ja`."""

    start: int
    end: int
    ja: str
    en: str
    type: str
    also: tuple[str, ...] = ()
    strict: bool = True  # told to the translator

    @property
    def required(self) -> bool:
        """Its absence from the English is a flag: Japan or Japanese, but one of them; and a
        loanword (データセンター) hardly has another English."""
        is_loanword = self.type.endswith("term") and _LOANWORD.fullmatch(self.ja) is not None
        return self.strict or self.type == "country" or is_loanword


def term_of(entry: Entry, start: int) -> Term:
    """The entry where it stands in a text."""
    end = start + len(entry.ja)
    return Term(start, end, entry.ja, entry.en, entry.type, entry.also, entry.strict)


def flat(text: str) -> str:
    """The text in its form for comparing: as long as before."""
    return text.translate(_WIDE)
