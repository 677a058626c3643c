"""Whole texts through a translator of sentences.

Input:  texts of any length, with line breaks, perhaps with lines that are not Japanese.
Output: for each text its English, with the same line breaks, and its sentences.

    日銀は動いた。円は下げた。  →  The BOJ moved. The yen fell.
    OK                       →  OK            (no Japanese in it: it stays as it is)

All sentences of all texts go to the translator in one call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kawaraban.pipeline import Translator
from kawaraban.segmentation import split_sentences
from kawaraban.types import Translation

Splitting = Literal["lines", "nonewlines", "none"]

_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾟ㐀-鿿豈-﫿々〆〇]")
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
_BREAKS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Prose:
    """A text in English. `translations` are its Japanese sentences, in order."""

    ja: str
    en: str
    translations: tuple[Translation, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or something that is passed on as it is."""

    before: str  # white space before it, as it stands
    text: str
    is_japanese: bool


def translate_texts(
    texts: Sequence[str], translator: Translator, *, splitting: Splitting = "lines"
) -> list[Prose]:
    """English of each text, in order."""
    pieces = [_pieces(text, splitting) for text in texts]
    wanted = [piece.text for found in pieces for piece in found if piece.is_japanese]
    translations = iter(translator.translate(wanted))
    return [
        _prose(text, found, [next(translations) for piece in found if piece.is_japanese])
        for text, found in zip(texts, pieces, strict=True)
    ]


def is_japanese(text: str) -> bool:
    """Whether there is anything in it that needs a translation."""
    return _JAPANESE.search(text) is not None


def _pieces(text: str, splitting: Splitting) -> list[_Piece]:
    if splitting != "lines":
        text = _join_lines(text)
    spans = split_sentences(text) if splitting != "none" else [(0, len(text))] if text else []
    pieces = []
    carried = ""
    for start, end in spans:
        match = _EDGES.fullmatch(text, start, end)
        before, sentence, after = match.groups() if match else ("", text[start:end], "")
        pieces.append(_Piece(carried + before, sentence, is_japanese(sentence)))
        carried = after
    if carried:
        pieces.append(_Piece(carried, "", False))
    return pieces


def _join_lines(text: str) -> str:
    """Lines of one sentence as one line: no space between Japanese characters."""

    def space(match: re.Match[str]) -> str:
        around = (
            text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
        )
        return "" if len(around) == 2 and is_japanese(around[0]) and is_japanese(around[1]) else " "

    return _BREAKS.sub(space, text.strip("\n"))


def _prose(text: str, pieces: Sequence[_Piece], translations: list[Translation]) -> Prose:
    parts: list[str] = []
    left = iter(translations)
    for piece in pieces:
        english = next(left).en if piece.is_japanese else piece.text
        before = piece.before.replace("\u3000", " ")
        if parts and not before and english and not parts[-1].endswith(("\n", " ")):
            before = " "
        parts.append(before + english)
    return Prose(text, "".join(parts), tuple(translations))
