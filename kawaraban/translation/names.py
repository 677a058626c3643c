"""Names that no glossary knows: the English spelling is a guess, and the reader is told so.

ザレンバノフ氏 → Flag("name", '…: not in the glossary, spelling guessed; perhaps "Zarembanof"')
山岡健一氏 → Flag("name", "山岡健一: not in the glossary, the reading is a guess")
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kawaraban.translation.glossary import HONORIFICS, Term
from kawaraban.translation.transliteration import romanize
from kawaraban.types import Flag

_KATAKANA_NAME = re.compile(rf"([ァ-ヴー]{{2,}}(?:[・＝][ァ-ヴーA-Z]+)*)(?=(?:{HONORIFICS}))")
_KANJI_NAME = re.compile(r"(?<![一-龥々ァ-ヴー])([一-龥々]{2,5})(?=氏|さん|容疑者|被告)")
_NOT_NAMES = re.compile(
    r"(?:同|両|各|二|三|元|前|某|皆|隣|奥|嫁|娘|孫|母|父|兄|姉|客|業者|患者|職人|本人|社|屋)$"
    r"|^(?:同|両|各)$"
)


def name_flags(ja: str, en: str, terms: Sequence[Term]) -> list[Flag]:
    """One flag per unknown name of the sentence."""
    flags = []
    for match in _KATAKANA_NAME.finditer(ja):
        if not _known(match.span(1), terms):
            reason = (
                f'{match[1]}: not in the glossary, spelling guessed; perhaps "{romanize(match[1])}"'
            )
            flags.append(Flag("name", reason))
    return flags + [
        Flag("name", f"{match[1]}: not in the glossary, the reading is a guess")
        for match in _KANJI_NAME.finditer(ja)
        if not _known(match.span(1), terms) and not _NOT_NAMES.search(match[1])
    ]


def _known(span: tuple[int, int], terms: Sequence[Term]) -> bool:
    return any(term.start < span[1] and span[0] < term.end for term in terms)
