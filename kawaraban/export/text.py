"""The digest as plain text for a terminal or the text part of a mail: complete, own layout.

    render_text(digest) → "KAWARABAN · Thursday, 26 November 2026\\n…"

Lines are wrapped at 72 columns, a Japanese character counting two. It holds every sentence that
the other formats show.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from kawaraban.export import wording
from kawaraban.export.headlines import UNRELIABLE, headline
from kawaraban.export.safe import clean, safe_link
from kawaraban.types import Article, Digest, DigestEntry, Flag, Story, Translation

COLUMNS = 72
_NOT_FIRST = "、。，．）」』】〕》！？ー々…・)]},.!?:;”’"


def render_text(digest: Digest, *, n_sentences: int | None = None, ja_first: bool = False) -> str:
    """The whole digest; `n_sentences` limits each article, 0 leaves the headlines."""
    lines = [f"KAWARABAN 瓦版 · {wording.long_day(digest.day)}", wording.contents_line(digest)]
    if not digest.stories:
        lines += ["", *wrap(wording.empty_reason(digest))]
    for notice in digest.notices:
        lines += ["", *wrap(notice)]
    if digest.brief and n_sentences != 0:
        lines += _heading("THE DAY IN BRIEF")
        for at, index in digest.brief:
            chosen = digest.stories[at].entries[0].sentences[index].translation
            lines += ["", *_pair(chosen, bullet=f"[{at + 1}] ", ja_first=ja_first)]
    for number, story in enumerate(digest.stories, start=1):
        lines += story_lines(number, story, n_sentences=n_sentences, ja_first=ja_first)
    lines += _heading("COVERAGE")
    lines += [f"{label}: {value}" for label, value in wording.coverage_rows(digest)]
    if digest.coverage.skipped:
        lines += _heading("LEFT OUT")
        for item in digest.coverage.skipped:
            lines += wrap(f"{item.location} ({item.stage}): {item.reason}", first="- ")
    lines += _heading("MADE WITH")
    for role, value in wording.signature(digest):
        lines += wrap(f"{role}: {value}")
    return "\n".join(lines) + "\n"


def wrap(text: str, *, first: str = "", rest: str = "", columns: int = COLUMNS) -> list[str]:
    """Break between English words and between any two Japanese characters, by display width."""
    rest = rest or " " * width(first)
    lines, line, filled = [], first, width(first)
    for unit in _units(clean(text).strip()):
        if filled + width(unit.rstrip()) > columns and line not in (first, rest):
            lines.append(line.rstrip())
            line, filled = rest, width(rest)
            unit = unit.lstrip()
        line += unit
        filled += width(unit)
    return [*lines, line.rstrip()]


def width(text: str) -> int:
    """Columns of a terminal that the text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _units(text: str) -> Iterator[str]:
    """Pieces that may not be broken: an English word with its space, a Japanese character."""
    unit = ""
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        glued = char in _NOT_FIRST or char == " "
        starts = wide or unit.endswith(" ") or (unit and width(unit[-1]) == 2)
        if unit and starts and not glued:
            yield unit
            unit = ""
        unit += char
    if unit:
        yield unit


def _heading(text: str) -> list[str]:
    return ["", "", text, "=" * width(text)]


def story_lines(
    number: int, story: Story, *, n_sentences: int | None = None, ja_first: bool = False
) -> list[str]:
    """One story with a line above it."""
    lines = ["", "", "-" * COLUMNS]
    if story.reasons:
        lines += wrap("(" + ", ".join(story.reasons) + ")")
    lines += _entry(story.entries[0], f"{number}. ", n_sentences=n_sentences, ja_first=ja_first)
    if copies := wording.copies(story):
        lines += ["", *wrap("The same text at " + ", ".join(copies))]
    for other in story.entries[1:]:
        lines += ["", *_entry(other, "Also: ", n_sentences=n_sentences, ja_first=ja_first)]
    return lines


def _entry(entry: DigestEntry, label: str, *, n_sentences: int | None, ja_first: bool) -> list[str]:
    indent = " " * width(label)
    first, *rest = headline(entry).lines(ja_first=ja_first)
    lines = wrap(first.marked, first=label)
    for line in rest:
        lines += wrap(line.marked, first=indent)
    lines += _flags(entry.title.flags, indent)
    lines += [f"{indent}{line}" for line in _place(entry.article)]
    for chosen in entry.sentences[:n_sentences]:
        lines += ["", *_pair(chosen.translation, bullet="* ", ja_first=ja_first)]
    return lines


def _place(article: Article) -> list[str]:
    link = safe_link(article.url)
    return [clean(wording.byline(article)), link or clean(article.location)]


def _pair(translation: Translation, *, bullet: str, ja_first: bool) -> list[str]:
    suspect = wording.is_suspect(translation)
    english = translation.en.strip() or "(none)"
    if suspect:
        english = f"{UNRELIABLE}{english}"
    texts = (translation.ja, english) if suspect or ja_first else (english, translation.ja)
    indent = " " * width(bullet)
    lines = [*wrap(texts[0], first=bullet), *wrap(texts[1], first=indent)]
    return lines + _flags(translation.flags, indent)


def _flags(flags: Sequence[Flag], indent: str) -> list[str]:
    return [
        line
        for flag in flags
        for line in wrap(f"{wording.FLAG_LABELS[flag.kind]}: {flag.reason}", first=f"{indent}! ")
    ]
