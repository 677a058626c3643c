"""Inline term annotation: how the translator is told which English form a Japanese term takes.

The translation model is trained on sources in which some terms carry their English form
between three marks (Dinu et al. 2019, "Training neural machine translation to apply
terminology constraints"). Such a model copies the given form instead of guessing one.

Input:  a Japanese sentence and spans (start, end, English form) over it.
Output: the source string for the translator.

    >>> annotate("日銀は29日、利上げを決めた。", [(0, 2, "Bank of Japan"), (3, 6, "29th")])
    '⟦日銀⟼ Bank of Japan⟧は⟦29日⟼ 29th⟧、利上げを決めた。'

A space stands before the English form so that its pieces are the ones the target uses. Marks
that occur in the input itself are replaced by ordinary characters of the same length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MARK_OPEN = "⟦"
MARK_SEP = "⟼"
MARK_CLOSE = "⟧"
MARKS = (MARK_OPEN, MARK_SEP, MARK_CLOSE)

_ESCAPES = str.maketrans({MARK_OPEN: "[", MARK_SEP: "→", MARK_CLOSE: "]"})
_ANNOTATED = re.compile(
    f"{MARK_OPEN}([^{MARK_SEP}{MARK_CLOSE}]*){MARK_SEP}[^{MARK_CLOSE}]*{MARK_CLOSE}"
)


def escape(text: str) -> str:
    """Replaces the marks in `text` one character for one: offsets stay valid."""
    return text.translate(_ESCAPES)


def annotate(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """Writes each span's English form into `text`.

    Spans may come in any order; of two that overlap, the one that starts first wins, and of
    two that start together, the longer. Empty spans and empty forms are left out.
    """
    out: list[str] = []
    done = 0
    for start, end, form in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < done or end <= start or end > len(text) or not form.strip():
            continue
        out.append(escape(text[done:start]))
        term = escape(text[start:end])
        out.append(f"{MARK_OPEN}{term}{MARK_SEP} {escape(form.strip())}{MARK_CLOSE}")
        done = end
    out.append(escape(text[done:]))
    return "".join(out)


def strip_annotation(text: str) -> str:
    """Gives back the plain sentence: terms stay, their English forms and all marks go."""
    plain = _ANNOTATED.sub(lambda match: match.group(1), text)
    for mark in MARKS:
        plain = plain.replace(mark, "")
    return plain
