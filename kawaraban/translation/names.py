"""Names that no glossary knows: the English spelling is a guess, and the reader is told so.

ザレンバノフ氏 → Flag("name", '…: not in the glossary, spelling guessed; perhaps "Zarembanof"')
山岡健一氏 → Flag("name", "山岡健一: not in the glossary, the reading is a guess")
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kawaraban.translation.terms import HONORIFICS, Term
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
    return [Flag("name", f"{name}: {_guess(name)}") for name in unknown_names(ja, terms)]


def unknown_names(ja: str, terms: Sequence[Term]) -> list[str]:
    """Names before 氏, さん, 社長 … that no term covers: katakana first, then kanji."""
    katakana = [m[1] for m in _KATAKANA_NAME.finditer(ja) if not _known(m.span(1), terms)]
    kanji = [m[1] for m in _KANJI_NAME.finditer(ja) if not _known(m.span(1), terms)]
    return katakana + [name for name in kanji if not _NOT_NAMES.search(name)]


def _guess(name: str) -> str:
    if _KATAKANA_NAME.match(f"{name}氏"):
        return f'not in the glossary, spelling guessed; perhaps "{romanize(name)}"'
    return "not in the glossary, the reading is a guess"


def _known(span: tuple[int, int], terms: Sequence[Term]) -> bool:
    return any(term.start < span[1] and span[0] < term.end for term in terms)
