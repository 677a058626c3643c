"""The text between two block borders of a page → its paragraphs.

In: pieces of text as the parser gave them, with marks for links, <br>, cells and line ends of the
source. Out: paragraphs and how much of each is link. Example: 「今日は{line end}天気{br}{br}明日」
→ 「今日は天気」, 「明日」. All characters that show are kept.
"""

from __future__ import annotations

import re

from kawaraban.extraction.text import join_lines

BR = "\n"
CELL = "\t"
SOURCE_BREAK = "\x1f"  # a line end of the source, not of the page
LINK_START, LINK_END = "\ue000", "\ue001"
_OWN_MARKS = str.maketrans("", "", "\x1f\ue000\ue001\x00")
_LINKED = 0.6  # from here on a line is a link, and joined with no other

_SPACE = re.compile(r"[^\S\n\t　\x1f]+")
_AROUND_BREAK = re.compile(r"[ \t\x1f]*\n[ \t\x1f]*")
_WRAP = re.compile(r"(.?)[ \t]*\x1f[ \t\x1f]*(?=(.?))")
_TABS = re.compile(r" *\t[ \t]*")
_STRIPPED = " \n\t\r\f\v\xa0　\u200b\ufeff\x1f"


def clean(data: str) -> str:
    """Text of the page without the characters that serve as marks here."""
    return data.translate(_OWN_MARKS)


def paragraphs(text: str) -> list[tuple[str, float]]:
    """Paragraph and link density, in order; two <br> part, one may stand inside a sentence."""
    text = _AROUND_BREAK.sub("\n", _SPACE.sub(" ", text))
    text = _TABS.sub("\t", _WRAP.sub(_unwrap, text))
    found: list[tuple[str, float]] = []
    linked = False
    for chunk in re.split(r"\n{2,}", text):
        open_lines: list[str] = []
        for line in chunk.split("\n"):
            plain, density, linked = _density(line, linked)
            if not plain.strip(_STRIPPED):
                continue
            if density < _LINKED:
                open_lines.append(plain)
                continue
            found.extend((joined, 0.0) for joined in _joined(open_lines))
            open_lines = []
            found.append((plain.strip(_STRIPPED), density))
        found.extend((joined, 0.0) for joined in _joined(open_lines))
    return [(part, density) for part, density in found if part]


def _joined(lines: list[str]) -> list[str]:
    parts = join_lines(lines) if len(lines) > 1 else lines
    return [part.strip(_STRIPPED) for part in parts]


def _unwrap(found: re.Match[str]) -> str:
    """A line end of the source is a space between Latin words and nothing beside Japanese."""
    left, right = found[1], found[2]
    return f"{left} " if left.isascii() and right.isascii() and left and right else left


def _density(line: str, linked: bool) -> tuple[str, float, bool]:
    """The line without link marks, its link density, and whether a link is still open."""
    if LINK_START not in line and LINK_END not in line:
        return line, float(linked), linked
    n_linked = 0
    pieces = re.split(f"([{LINK_START}{LINK_END}])", line)
    plain: list[str] = []
    for piece in pieces:
        if piece in (LINK_START, LINK_END):
            linked = piece == LINK_START
        else:
            plain.append(piece)
            n_linked += len("".join(piece.split())) if linked else 0
    text = "".join(plain)
    n_chars = len("".join(text.split()))
    return text, n_linked / n_chars if n_chars else 0.0, linked
