"""The digest as Markdown that also reads well raw.

    render_markdown(digest) → "# Kawaraban 瓦版, Thursday, 26 November 2026\\n…"

Text of the sources is escaped where a Markdown reader could see markup, HTML or a link in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kawaraban.export import wording
from kawaraban.export.headlines import UNRELIABLE, headline
from kawaraban.export.safe import clean, safe_link
from kawaraban.types import Article, Digest, DigestEntry, Flag, Story, Translation

DROPPED_PER_CLASS = 50

_MARKUP = re.compile(r"[\\`*_\[\]<>|~]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_AT_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+=](?=[\s=-]|$)|\d{1,9}(?=[.)]))")


def render_markdown(digest: Digest) -> str:
    """The whole digest. The same digest gives the same bytes."""
    lines = [
        f"# Kawaraban 瓦版, {wording.long_day(digest.day)}",
        "",
        f"{wording.japanese_day(digest.day)} · {wording.contents_line(digest)}",
    ]
    if not digest.stories:
        lines += ["", wording.empty_reason(digest)]
    for notice in digest.notices:
        lines += ["", f"**{escaped(notice)}**"]
    if digest.brief:
        lines += ["", "## The day in brief"]
        for at, index in digest.brief:
            chosen = digest.stories[at].entries[0].sentences[index].translation
            lines += ["", *_pair(chosen, suffix=f" (story {at + 1})")]
    for number, story in enumerate(digest.stories, start=1):
        lines += _story(number, story)
    lines += _foot(digest)
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """One line of text that no Markdown reader takes for anything else."""
    text = _MARKUP.sub(r"\\\g<0>", clean(text).strip())
    text = _ENTITY.sub(r"\\&", text)
    return _AT_START.sub(lambda match: _escaped_start(match[1], match[2]), text)


def _escaped_start(space: str, mark: str) -> str:
    return f"{space}{mark}\\" if mark.isdecimal() else f"{space}\\{mark}"


def _story(number: int, story: Story) -> list[str]:
    lines = ["", *_entry(story.entries[0], f"## {number}. ", reasons=story.reasons)]
    if copies := wording.copies(story):
        lines += ["", "The same text at " + ", ".join(map(escaped, copies)) + "."]
    for other in story.entries[1:]:
        lines += ["", *_entry(other, "### Also: ")]
    return lines


def _entry(entry: DigestEntry, heading: str, *, reasons: Iterable[str] = ()) -> list[str]:
    first, *rest = headline(entry).lines()
    lines = [f"{heading}{escaped(first.marked)}", ""]
    for line in rest:
        text = escaped(line.marked)
        lines += [text if line.doubted else f"**{text}**", ""]
    place = " · ".join([_place(entry.article), *map(escaped, reasons)])
    lines += _broken([place, *_flags(entry.title.flags)])
    for chosen in entry.sentences:
        lines += ["", *_pair(chosen.translation)]
    return lines


def _place(article: Article) -> str:
    link = safe_link(article.url)
    where = f"[original page](<{link}>)" if link else escaped(article.location)
    return f"{escaped(wording.byline(article))} · {where}"


def _pair(translation: Translation, *, suffix: str = "") -> list[str]:
    en, ja = escaped(translation.en) or "(none)", escaped(translation.ja)
    if wording.is_suspect(translation):
        first, second = ja, f"{UNRELIABLE}{en}"
    else:
        first, second = en, ja
    lines = _broken([f"{first}{suffix}", second, *_flags(translation.flags)])
    return [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]


def _flags(flags: Iterable[Flag]) -> list[str]:
    return [f"▲ **{wording.FLAG_LABELS[flag.kind]}:** {escaped(flag.reason)}" for flag in flags]


def _broken(lines: list[str]) -> list[str]:
    """Lines of one paragraph that stay apart: two spaces at the end of all but the last."""
    return [*(f"{line}  " for line in lines[:-1]), lines[-1]]


def _foot(digest: Digest) -> list[str]:
    lines = ["", "## Coverage", "", "| | |", "| --- | --- |"]
    lines += [f"| {label} | {value} |" for label, value in wording.coverage_rows(digest)]
    if digest.coverage.skipped:
        lines += ["", "## Left out", ""]
        lines += [
            f"- {escaped(item.location)} ({item.stage}): {escaped(item.reason)}"
            for item in digest.coverage.skipped
        ]
    if digest.dropped:
        lines += ["", "## Drop report"]
        for label, blocks in wording.by_class(digest.dropped):
            lines += ["", f"### {wording.BLOCK_LABELS[label]}", ""]
            lines += [
                f"- {escaped(wording.shortened(block.text, 160))}"
                f"{f' × {count}' if count > 1 else ''} ({escaped(block.rule)})"
                for block, count in blocks[:DROPPED_PER_CLASS]
            ]
            if len(blocks) > DROPPED_PER_CLASS:
                lines += [f"- and {len(blocks) - DROPPED_PER_CLASS} more"]
    lines += ["", "## Made with", ""]
    lines += [f"- {escaped(role)}: {escaped(value)}" for role, value in wording.signature(digest)]
    return lines
