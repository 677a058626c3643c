"""Text cut at the places that the digest points to: figures, chosen sentences, languages.

    language_runs("“1800人” is missing") → [("en", "“"), ("ja", "1800人"), ("en", "” is missing")]

Each function gives back pieces whose concatenation is the text. Spans that do not fit the text
(out of range, overlapping) are passed over, never obeyed half.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeVar

from kawaraban.types import DigestEntry, NumberCheck, Translation

Language = Literal["ja", "en"]
T = TypeVar("T")

_JA = (
    "\u3005-\u3007\u3021-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_WIDE = "\u3000-\u3004\u3008-\u3020\uff00-\uff65\uffa0-\uffef"  # punctuation and full-width forms
_RUN = re.compile(f"[0-9A-Za-z.,%{_WIDE}]*[{_JA}]+(?:[0-9A-Za-z.,%{_JA}{_WIDE}]*[{_JA}{_WIDE}])?")


def language_runs(text: str) -> list[tuple[Language, str]]:
    """The text in runs of one language: what holds kana or kanji is `ja`, the rest `en`."""
    runs: list[tuple[Language, str]] = []
    at = 0
    for match in _RUN.finditer(text):
        if match.start() > at:
            runs.append(("en", text[at : match.start()]))
        runs.append(("ja", match.group()))
        at = match.end()
    if at < len(text):
        runs.append(("en", text[at:]))
    return runs


def figures_en(translation: Translation) -> list[tuple[str, NumberCheck | None]]:
    """The English, cut at the figures of its ledger."""
    spans = [(number.en_span, number) for number in translation.numbers]
    return _cut(translation.en, [(span, number) for span, number in spans if span])


def figures_ja(translation: Translation) -> list[tuple[str, NumberCheck | None]]:
    """The Japanese, cut at the figures of its ledger."""
    spans = [(number.ja_span, number) for number in translation.numbers]
    return _cut(translation.ja, [(span, number) for span, number in spans if span])


def marked_paragraphs(entry: DigestEntry) -> list[list[tuple[str, int | None]]]:
    """The whole Japanese text by paragraphs; a piece of a chosen sentence carries its index."""
    spans = [
        ((chosen.sentence.start, chosen.sentence.end), chosen.sentence.index)
        for chosen in entry.sentences
    ]
    paragraphs = []
    start = 0
    for paragraph in entry.article.paragraphs:
        end = start + len(paragraph)
        inside = [
            ((max(left, start) - start, min(right, end) - start), index)
            for (left, right), index in spans
            if left < end and right > start
        ]
        paragraphs.append(_cut(paragraph, inside))
        start = end + 1  # the line break between two paragraphs
    return paragraphs


def _cut(text: str, spans: Sequence[tuple[tuple[int, int], T]]) -> list[tuple[str, T | None]]:
    pieces: list[tuple[str, T | None]] = []
    at = 0
    for (start, end), value in sorted(spans, key=lambda item: item[0]):
        if not at <= start < end <= len(text):
            continue
        if start > at:
            pieces.append((text[at:start], None))
        pieces.append((text[start:end], value))
        at = end
    if at < len(text):
        pieces.append((text[at:], None))
    return pieces
