"""A text dump → blocks: one block for each line, lines that were broken mid-sentence joined.

In: decoded text. Out: a `Page` whose blocks carry the number of their first line. Example: the
lines 「日銀は31日、政策金利を」 「据え置くと決めた。」, wrapped at one width, become one block; a
headline over its article stays apart. Only white space is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kawaraban.extraction import forms
from kawaraban.extraction.page import Page
from kawaraban.types import Block

_NEWLINE = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CARRIES_ON = re.compile(r"(?:[、，・]|[^と]は|が|を|の|て|に|で|と|も|り|し|という|など)$")
_STARTS_LATER = re.compile(r"^[、。，．」』）)！？ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョa-z]")
_ENGLISH_GOES_ON = re.compile(r"[A-Za-z]{2}[,;]?$")
_ADDRESS = re.compile(r"(?:https?:|www\.|[\w.+-]+@)")
_MIN_WRAP_CELLS = 28
_MAX_WRAP_CELLS = 140
_SLACK_CELLS = 6  # a line is full if the wrap width is at most this far away
_MIN_PROSE_CHARS = 20
_MAX_JOINED_LINES = 400


@dataclass(frozen=True, slots=True)
class _Line:
    text: str  # stripped
    number: int
    blank_before: bool
    indented: bool  # by a full-width space: a paragraph starts here
    cells: int


def parse_text(text: str) -> Page:
    """Lays a dump out in blocks."""
    lines = _read_lines(text)
    wrap_cells = _wrap_width_cells(lines)
    shows_paragraphs = sum(line.indented for line in lines) >= 2 or _parts_by_gaps(lines)
    blocks: list[Block] = []
    pending: list[_Line] = []
    for line in lines:
        if pending and _continues(pending, line, wrap_cells, shows_paragraphs):
            pending.append(line)
        else:
            if pending:
                blocks.append(_block(pending))
            pending = [line]
    if pending:
        blocks.append(_block(pending))
    return Page(blocks=tuple(blocks), groups=(0,) * len(blocks))


def join_lines(lines: Sequence[str]) -> list[str]:
    """The same for the lines of one HTML element that were set apart by a single <br>."""
    return [block.text for block in parse_text("\n".join(lines)).blocks]


def _wrap_width_cells(lines: Sequence[_Line]) -> int:
    """The width at which a dump was wrapped, 0 if it was not: many sentences cut at one column."""
    wide = [x for x in lines if x.cells >= _MIN_WRAP_CELLS and not is_ruler(x.text)]
    longest = max((line.cells for line in wide), default=0)
    if len(wide) < 3 or longest > _MAX_WRAP_CELLS:
        return 0
    full = [line for line in wide if longest - line.cells <= _SLACK_CELLS]
    cut = [line for line in full if not forms.ends_sentence(line.text)]
    prose = [line for line in wide if "。" in line.text]
    enough = len(full) >= 3 and len(full) >= 0.4 * len(wide) and len(prose) >= 0.25 * len(wide)
    return longest if enough and cut else 0


def _read_lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    blank = True
    for number, raw in enumerate(_NEWLINE.split(text), start=1):
        stripped = raw.strip().strip("\ufeff\u200b").strip()
        if not stripped:
            blank = True
            continue
        # A line far beyond any wrap width is never measured.
        cells = forms.width_cells(stripped) if len(stripped) <= 200 else 2 * len(stripped)
        indented = raw.startswith("　") and not raw.startswith("　　　")
        lines.append(_Line(stripped, number, blank, indented, cells))
        blank = False
    return lines


def _continues(pending: list[_Line], line: _Line, wrap_cells: int, shows_paragraphs: bool) -> bool:
    """Does `line` go on in the sentence that the pending lines leave open?"""
    last = pending[-1]
    if len(pending) >= _MAX_JOINED_LINES or _starts_anew(line):
        return False
    if _closes_quotation(pending, line):
        return True
    if last.blank_before and not pending[1:] and forms.title_mark(last.text):
        return False
    if _is_full(last, wrap_cells) and not line.blank_before:
        if not forms.ends_full_stop(last.text):
            return True
        return shows_paragraphs and (forms.ends_full_stop(line.text) or _is_full(line, wrap_cells))
    short = len(last.text) < _MIN_PROSE_CHARS and not last.text.endswith(("、", "，"))
    if forms.ends_sentence(last.text) or short:
        return False
    if pending[0].indented and not line.indented and not line.blank_before:
        return True
    if line.text[:1].islower():
        return bool(_ENGLISH_GOES_ON.search(forms.tail(last.text))) and not _ADDRESS.match(
            line.text
        )
    if _STARTS_LATER.match(line.text):
        return True
    return bool(_CARRIES_ON.search(forms.tail(last.text))) and _completes(line, last)


def _is_full(line: _Line, wrap_cells: int) -> bool:
    return wrap_cells > 0 and 0 <= wrap_cells - line.cells <= _SLACK_CELLS


def _parts_by_gaps(lines: Sequence[_Line]) -> bool:
    """Empty lines part the paragraphs: most stand between several lines, not after each."""
    n_gaps = sum(line.blank_before for line in lines)
    return n_gaps >= 3 and len(lines) >= 1.5 * n_gaps


def _completes(line: _Line, last: _Line) -> bool:
    """A line ending in a particle is open only if prose follows: 「…金利を」「据え置いた。」."""
    if not (forms.is_prose(line.text) or forms.ends_full_stop(line.text)):
        return False
    if line.blank_before:
        return last.text.endswith(("、", "，")) or ("。" in last.text and "、" in last.text)
    return "、" in last.text or "。" in last.text


def _starts_anew(line: _Line) -> bool:
    text = line.text
    if line.indented and not _STARTS_LATER.match(text):
        return True
    return forms.is_bullet(text) or bool(forms.title_mark(text)) or is_ruler(text)


def _closes_quotation(pending: list[_Line], line: _Line) -> bool:
    """「…『序章に過ぎない（is just」 + 「a taste …)」」: the bracket comes to its end."""
    last = pending[-1]
    if forms.ends_full_stop(last.text) or len(last.text) < 2 * _MIN_PROSE_CHARS:
        return False
    if len(pending) > 8 or not forms.is_open(forms.tail(last.text)):
        return False
    if not (forms.is_prose(line.text) or _STARTS_LATER.match(line.text)):
        return False
    after = line.text
    return any(
        0 <= _find(after, c) < _find(after, o, len(after))
        for o, c in ("「」", "『』", "（）", "()")
    )


def _find(text: str, char: str, default: int = -1) -> int:
    at = text.find(char, 0, 400)
    return at if at >= 0 else default


def is_ruler(text: str) -> bool:
    """「━━━━━━」「-----」「＊　＊　＊」: a line of signs that parts two pieces."""
    signs = set(text) - set(" 　")
    return len(text) >= 3 and bool(signs) and signs <= _RULER_SIGNS


_RULER_SIGNS = frozenset("━─―—–-=＝*＊_＿~〜～・…‥◇◆■□●○☆★+＋#＃.．:：|｜┏┓┗┛┃┌┐└┘│├┤>＞<＜▼▽▲△^")


def _block(lines: list[_Line]) -> Block:
    text = lines[0].text
    pieces = [text]
    for line in lines[1:]:
        pieces.append(forms.joint(pieces[-1], line.text))
        pieces.append(line.text)
    first = lines[0]
    return Block(text="".join(pieces), line=first.number, blank_before=first.blank_before)
