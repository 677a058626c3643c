"""A page of HTML → blocks: what block layout sets apart, with the features that the rules read.

In: decoded HTML. Out: a `Page` with the visible text, each character once: readings of kanji (<rt>),
scripts and hidden elements are left out. Line breaks inside Japanese vanish: 「今日は\n天気」 →
「今日は天気」. Events instead of a tree: nesting and size cost no stack.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from kawaraban.extraction.landmarks import hidden, section_of
from kawaraban.extraction.metadata import HeadReader
from kawaraban.extraction.page import Page
from kawaraban.extraction.text import join_lines
from kawaraban.types import Block

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "rt",
        "rp",
        "rtc",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "head",
        "datalist",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rb",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
        "var",
        "wbr",
        "time",
    ]
)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_OWN_TAG = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "dt",
        "dd",
        "figcaption",
        "caption",
        "td",
        "th",
        "blockquote",
        "pre",
        "button",
        "option",
        "legend",
        "address",
        "summary",
        "time",
    ]
)
_BREAK = "\n"
_SOURCE_BREAK = "\x1f"  # a line end of the source, not of the page
_CHUNK_CHARS = 1 << 16
_MAX_ROW_CHARS = 80
_SPACE = re.compile(r"[^\S\n\t　\x1f]+")
_AROUND_BREAK = re.compile(r"[ \t]*\n[ \t\x1f]*|[ \t\x1f]+(?=\n)")
_WRAP = re.compile(r"(.?)[ \t]*\x1f[ \t\x1f]*(?=(.?))")
_TABS = re.compile(r" *\t[ \t]*")


@dataclass(slots=True)
class _Element:
    tag: str
    section: str
    group: int
    skipped: bool
    linked: bool


@dataclass(slots=True)
class _Run:
    """Text since the last block border."""

    pieces: list[str] = field(default_factory=list)
    n_chars: int = 0
    n_linked: int = 0
    tag: str = ""
    section: str = ""
    group: int = 0


class _Reader:
    """Receives the parser's events."""

    def __init__(self, *, hints: bool) -> None:
        self.hints = hints
        self.head = HeadReader()
        self.blocks: list[Block] = []
        self.groups: list[int] = []
        self._stack: list[_Element] = [_Element("", "", 0, False, False)]
        self._run = _Run()
        self._n_groups = 0
        self._cells: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.head.start(tag, attributes)
        if tag == "br":
            self._run.pieces.append(_BREAK)
            return
        if tag == "hr":
            self._flush()
            self._append(
                "――――", tag="hr", section=self._stack[-1].section, group=self._stack[-1].group
            )
            return
        if tag in _VOID:
            return
        parent = self._stack[-1]
        if tag not in _INLINE and tag not in _SKIPPED:
            self._border(tag)
        group = parent.group
        if tag == "article":
            self._n_groups += 1
            group = self._n_groups
        skipped = parent.skipped or tag in _SKIPPED or hidden(attributes)
        section = section_of(tag, attributes, parent=parent.section, hints=self.hints)
        linked = parent.linked or (tag == "a" and "href" in attributes)
        self._stack.append(_Element(tag, section, group, skipped, linked))

    def data(self, data: str) -> None:
        self.head.data(data)
        top = self._stack[-1]
        if top.skipped:
            return
        run = self._run
        n_chars = len(data) - data.count(" ") - data.count("\n")
        if n_chars and not run.tag:
            run.tag, run.section, run.group = self._own_tag(), top.section, top.group
        run.pieces.append(data if top.tag == "pre" else data.replace("\n", _SOURCE_BREAK))
        run.n_chars += n_chars
        run.n_linked += n_chars if top.linked else 0

    def end(self, tag: str) -> None:
        self.head.end(tag)
        if tag in _VOID or not any(element.tag == tag for element in self._stack[-64:]):
            return
        if tag not in _INLINE and tag not in _SKIPPED:
            self._border(tag)
        while len(self._stack) > 1:
            element = self._stack.pop()
            if element.tag == tag:
                break

    def _border(self, tag: str) -> None:
        """Cells of a table row stay together, unless one of them holds a paragraph."""
        if tag in ("td", "th") and self._run.n_chars < _MAX_ROW_CHARS:
            self._run.pieces.append("\t")
        else:
            self._flush()

    def close(self) -> None:
        self._flush()

    def _own_tag(self) -> str:
        for element in reversed(self._stack[-24:]):
            if element.tag in _OWN_TAG:
                return element.tag
        return "div"

    def _flush(self) -> None:
        run, self._run = self._run, _Run()
        if not run.n_chars:
            return
        density = run.n_linked / run.n_chars
        for text in _paragraphs("".join(run.pieces)):
            self._append(text, tag=run.tag, section=run.section, group=run.group, density=density)

    def _append(
        self, text: str, *, tag: str, section: str, group: int, density: float = 0.0
    ) -> None:
        self.blocks.append(
            Block(
                text=text, line=len(self.blocks) + 1, tag=tag, link_density=density, section=section
            )
        )
        self.groups.append(group)


def _paragraphs(text: str) -> list[str]:
    """Lines set apart by <br>: two part paragraphs, one may stand inside a sentence."""
    text = _AROUND_BREAK.sub("\n", _SPACE.sub(" ", text))
    text = _TABS.sub("\t", _WRAP.sub(_unwrap, text))
    parts: list[str] = []
    for chunk in re.split(r"\n{2,}", text):
        lines = [line for line in chunk.split("\n") if line.strip()]
        parts.extend(join_lines(lines) if len(lines) > 1 else lines)
    return [part.strip(_STRIPPED) for part in parts if part.strip(_STRIPPED)]


_STRIPPED = " \n\t\r\f\v\xa0　\u200b\ufeff\x1f"


def _unwrap(found: re.Match[str]) -> str:
    """A line end of the source is a space between Latin words and nothing beside Japanese."""
    left, right = found[1], found[2]
    return f"{left} " if left.isascii() and right.isascii() and left and right else left


def parse_html(text: str, *, hints: bool = True) -> Page:
    """Lays a page out in blocks; `hints` lets class and id names speak for landmarks."""
    reader = _Reader(hints=hints)
    parser = etree.HTMLParser(
        target=reader,  # type: ignore[arg-type]  # the stubs ask for events that are not needed
        encoding="utf-8",
        huge_tree=True,
    )
    data = text.replace("\x00", "")
    for at in range(0, len(data), _CHUNK_CHARS):
        parser.feed(data[at : at + _CHUNK_CHARS].encode("utf-8", "replace"))
    parser.close()
    return Page(
        blocks=tuple(reader.blocks),
        groups=tuple(reader.groups),
        metadata=reader.head.metadata(),
        hints=hints,
    )
