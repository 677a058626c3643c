"""A page of HTML → blocks: what block layout sets apart, with the features that the rules read.

In: decoded HTML. Out: a `Page` with the visible text, each character once: readings of kanji
(<rt>), scripts and hidden elements are left out. Line ends inside Japanese vanish: 「今日は\\n
天気」 becomes 「今日は天気」. Events instead of a tree: nesting and size cost no stack.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from kawaraban.extraction import runs
from kawaraban.extraction.landmarks import hidden, section_of
from kawaraban.extraction.metadata import HeadReader
from kawaraban.extraction.page import Page
from kawaraban.types import Block

RULE_TEXT = "――――"  # stands for <hr>
_CHUNK_CHARS = 1 << 16
_MAX_ROW_CHARS = 80  # a table cell with more is layout
_LOOK_BACK = 64  # open elements that an end tag may close


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SKIPPED = _names(
    "script style noscript template rt rp rtc svg math iframe object embed canvas audio video map "
    "head title datalist"
)
_INLINE = _names(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rb ruby s "
    "samp small span strike strong sub sup tt u var time label"
)
_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_OWN_TAG = _names(
    "p h1 h2 h3 h4 h5 h6 li dt dd figcaption caption td th blockquote pre button option legend "
    "address summary time"
)


@dataclass(frozen=True, slots=True)
class _Element:
    tag: str
    section: str
    group: int
    skipped: bool


@dataclass(slots=True)
class _Run:
    """Text since the last block border."""

    pieces: list[str] = field(default_factory=list)
    n_chars: int = 0
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
        self._stack: list[_Element] = [_Element("", "", 0, skipped=False)]
        self._run = _Run()
        self._n_groups = 0
        self._n_links = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.head.start(tag, attributes)
        parent = self._stack[-1]
        if tag == "br":
            self._run.pieces.append(runs.BR)
        elif tag == "hr":
            self._flush()
            self._append(RULE_TEXT, tag="hr", section=parent.section, group=parent.group)
        if tag in _VOID:
            return
        if tag not in _INLINE and tag not in _SKIPPED:
            self._border(tag)
        self._n_groups += tag == "article"
        group = self._n_groups if tag == "article" else parent.group
        section = section_of(tag, attributes, parent=parent.section, hints=self.hints)
        skipped = parent.skipped or tag in _SKIPPED or hidden(attributes)
        self._stack.append(_Element(tag, section, group, skipped))
        if tag == "a" and "href" in attributes:
            self._run.pieces.append(runs.LINK_START)
            self._n_links += 1

    def data(self, data: str) -> None:
        self.head.data(data)
        top = self._stack[-1]
        if top.skipped:
            return
        data = runs.clean(data)
        run = self._run
        n_chars = len("".join(data.split()))
        if n_chars and not run.tag:
            run.tag, run.section, run.group = self._own_tag(), top.section, top.group
        run.pieces.append(data if top.tag == "pre" else data.replace("\n", runs.SOURCE_BREAK))
        run.n_chars += n_chars

    def end(self, tag: str) -> None:
        self.head.end(tag)
        if tag in _VOID or not any(e.tag == tag for e in self._stack[-_LOOK_BACK:]):
            return
        if tag not in _INLINE and tag not in _SKIPPED:
            self._border(tag)
        if tag == "a" and self._n_links:
            self._run.pieces.append(runs.LINK_END)
            self._n_links -= 1
        while len(self._stack) > 1:
            if self._stack.pop().tag == tag:
                break

    def close(self) -> None:
        self._flush()

    def _border(self, tag: str) -> None:
        """Cells of a table row stay together, unless one of them is laid out like a column."""
        run = self._run
        if tag not in ("td", "th") or run.n_chars > _MAX_ROW_CHARS or runs.BR in run.pieces:
            self._flush()
        elif run.n_chars:
            run.pieces.append(runs.CELL)

    def _own_tag(self) -> str:
        for element in reversed(self._stack[-24:]):
            if element.tag in _OWN_TAG:
                return element.tag
        return "div"

    def _flush(self) -> None:
        run, self._run = self._run, _Run()
        if self._n_links:
            self._run.pieces.append(runs.LINK_START)
        if not run.n_chars:
            return
        for text, density in runs.paragraphs("".join(run.pieces)):
            self._append(text, tag=run.tag, section=run.section, group=run.group, density=density)

    def _append(
        self, text: str, *, tag: str, section: str, group: int, density: float = 0.0
    ) -> None:
        line = len(self.blocks) + 1
        block = Block(text, line, tag=tag, link_density=density, section=section)
        self.blocks.append(block)
        self.groups.append(group)


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
