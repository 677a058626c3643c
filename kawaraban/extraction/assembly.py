"""Judged blocks → drafts of articles, in reading order.

In: `Judged` blocks. Out: `Draft`s that hold indices into them, and a new verdict for each block
that looked like part of an article and is not. Example: heading, key points, two paragraphs,
heading, paragraph → two drafts, or one with a subhead, as boundaries.py decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from kawaraban.extraction import cohesion, forms
from kawaraban.extraction.blocks import HEADING_TAGS, LOOSE, Judged, Verdict
from kawaraban.extraction.boundaries import Gap, starts_article
from kawaraban.types import BlockClass

Similarity = Callable[[Sequence[str], Sequence[str]], float]

_LIST_PAGE_RULES = frozenset({"nav.listing", "nav.masthead"})
_WINDOW = 8  # paragraphs of the open article that are compared
_RELEVANT = 0.34  # share of a headline's words that its article says
_UNRELATED = 0.12
_MAX_SITE_CHARS = 12
_NO_LEVEL = 9
_MIN_HEADLINE_CHARS = 20  # what stands above the first title and is shorter names the site


@dataclass(slots=True)
class Draft:
    """Indices into the judged blocks."""

    title: int | None = None
    key_points: list[int] = field(default_factory=list)
    paragraphs: list[int] = field(default_factory=list)
    stamps_before: list[int] = field(default_factory=list)
    stamps_after: list[int] = field(default_factory=list)
    group: int = 0


class Assembler:
    """Reads the blocks once, from top to bottom."""

    def __init__(
        self, judged: list[Judged], *, page_title: str, similarity: Similarity | None
    ) -> None:
        self.judged = judged
        self.page_title = page_title
        self.similarity = similarity
        self.drafts: list[Draft] = []
        self.verdicts: dict[int, Verdict] = {}
        self._heads: list[int] = []
        self._between: list[int] = []
        self._known: dict[str, tuple[int, int]] = {}  # paragraph → (draft, place)
        self._own_keys: set[str] = set()
        self._lists_articles = any(item.rule in _LIST_PAGE_RULES for item in judged)

    def run(self) -> list[Draft]:
        """Fills `drafts` and `verdicts`."""
        for i, item in enumerate(self.judged):
            if item.rule == "key_point.below_head" and self.drafts and not self._heads:
                self.drafts[-1].key_points.append(i)
            elif item.label in LOOSE:
                self._heads.append(i)
            elif item.label == "body":
                self._add_body(i)
            else:
                self._between.append(i)
        self._close_gap(new=False)
        for i in self._heads:
            self.verdicts[i] = ("related", "related.no_body")
        return self.drafts

    def _add_body(self, i: int) -> None:
        if self._is_repeated(i):
            self.verdicts[i] = ("duplicate", "duplicate.paragraph")
            return
        if not self.drafts or self._repeats_article(i) or starts_article(self._gap(i)):
            self._open_draft(i)
        else:
            self._close_gap(new=False)
            self.drafts[-1].key_points.extend(self._heads)
        self._heads = []
        draft = self.drafts[-1]
        key = _key(self.judged[i].text)
        self._known.setdefault(key, (len(self.drafts) - 1, len(draft.paragraphs)))
        self._own_keys.add(key)
        draft.paragraphs.append(i)

    def _open_draft(self, i: int) -> None:
        draft = Draft(group=self.judged[i].group)
        self._own_keys = set()
        self._close_gap(new=True, draft=draft)
        self.drafts.append(draft)
        before, title, key_points = self._split_heads(i)
        draft.title, draft.key_points = title, key_points
        for k in before:
            first = len(self.drafts) == 1 and len(self.judged[k].text) < _MIN_HEADLINE_CHARS
            label: BlockClass = "nav" if first else "related"
            self.verdicts[k] = (label, f"{label}.before_title")

    def _close_gap(self, *, new: bool, draft: Draft | None = None) -> None:
        stamps = [k for k in self._between if self.judged[k].label == "date"]
        if self.drafts:
            self.drafts[-1].stamps_after.extend(stamps)
        if new and draft is not None:
            draft.stamps_before.extend(stamps)
        self._between = []

    def _gap(self, i: int) -> Gap:
        draft = self.drafts[-1]
        paragraphs = [self.judged[k].text for k in draft.paragraphs[-_WINDOW:]]
        section = self._section(i)
        similarity = None
        if self.similarity is not None:
            similarity = partial(self.similarity, paragraphs, section[:3])
        return Gap(
            title=None if draft.title is None else self.judged[draft.title],
            paragraphs=paragraphs,
            group=draft.group,
            heads=[self.judged[k] for k in self._heads],
            between=[self.judged[k] for k in self._between],
            section="\n".join(section),
            section_group=self.judged[i].group,
            n_articles=len(self.drafts),
            lists_articles=self._lists_articles,
            marked_up=self.judged[i].block.tag != "line",
            similarity=similarity,
        )

    def _section(self, i: int) -> list[str]:
        """Paragraphs from i to the next headline, about 1,000 characters."""
        parts: list[str] = []
        n_chars = 0
        for item in self.judged[i : i + 30]:
            parted = parts and item.label in ("author_note", "date")
            if item.label in LOOSE or item.rule == "nav.ruler" or parted or n_chars >= 1_000:
                break
            if item.label == "body":
                parts.append(item.text[:1_000])
                n_chars += len(item.text)
        return parts

    def _is_repeated(self, i: int) -> bool:
        """A paragraph once more in its article; not an article that stands twice."""
        key = _key(self.judged[i].text)
        return key in self._own_keys and not self._repeats_article(i)

    def _repeats_article(self, i: int) -> bool:
        """First paragraph of an article that is known, under its title or with its second one."""
        known = self._known.get(_key(self.judged[i].text))
        if known is None or known[1] != 0:
            return False
        draft = self.drafts[known[0]]
        titles = {_key(self.judged[k].text) for k in self._heads}
        if draft.title is not None and _key(self.judged[draft.title].text) in titles:
            return True
        following = next(
            (j for j in range(i + 1, len(self.judged)) if self.judged[j].label == "body"), None
        )
        if len(draft.paragraphs) == 1 or following is None:
            return False
        return _key(self.judged[following].text) == _key(self.judged[draft.paragraphs[1]].text)

    def _split_heads(self, i: int) -> tuple[list[int], int | None, list[int]]:
        """Which of the headlines above paragraph i is its title; the rest before and after it."""
        heads = self._heads
        if not heads:
            return [], None, []
        at = self._title_place(i)
        return heads[:at], heads[at], heads[at + 1 :]

    def _title_place(self, i: int) -> int:
        heads = [self.judged[k] for k in self._heads]
        if (named := self._named_by_page(heads)) is not None:
            return named
        body = cohesion.terms("\n".join(self._section(i)))
        relevance = [cohesion.share(cohesion.terms(h.text), body) for h in heads]
        if any(h.block.tag in HEADING_TAGS for h in heads):
            return _highest_heading(heads, relevance)
        return _first_relevant(heads, relevance)

    def _named_by_page(self, heads: list[Judged]) -> int | None:
        """The headline that <title> or og:title names."""
        wanted = _key(self.page_title)
        for at, item in enumerate(heads):
            key = _key(item.text)
            names = key in wanted and len(key) >= 0.6 * len(wanted)
            if len(key) >= 6 and wanted and (names or wanted in key):
                return at
        return None


def _highest_heading(heads: list[Judged], relevance: list[float]) -> int:
    """<h1>, unless it names the site and an <h2> below it fits the article."""
    levels = [_level(h) for h in heads]
    for level in sorted(set(levels) - {_NO_LEVEL}):
        at = levels.index(level)
        below = [k for k in range(at + 1, len(heads)) if levels[k] != _NO_LEVEL]
        fits_better = any(relevance[k] >= max(_RELEVANT, relevance[at]) for k in below)
        names_site = relevance[at] < _UNRELATED or len(heads[at].text) <= _MAX_SITE_CHARS
        if not (fits_better and names_site):
            return at
    return levels.index(min(levels))


def _level(item: Judged) -> int:
    return int(item.block.tag[1]) if item.block.tag in HEADING_TAGS else _NO_LEVEL


def _first_relevant(heads: list[Judged], relevance: list[float]) -> int:
    """The first line, unless short or foreign lines stand over one that fits the article."""
    at = 0
    while at < len(heads) - 1:
        short = len(heads[at].text) < 16 or len(heads) - at > 12
        better = [
            k
            for k in range(at + 1, len(heads))
            if relevance[k] >= _RELEVANT
            and len(heads[k].text) >= 14
            and heads[k].label == "heading"
        ]
        if (
            relevance[at] >= _UNRELATED
            or not better
            or not (short or heads[better[0]].block.blank_before)
        ):
            break
        at = better[0] if len(heads) - at > 12 else at + 1
    return at


def _key(text: str) -> str:
    """For comparison: without white space and signs."""
    return re.sub(r"[\W_]+", "", forms.strip_ornament(text[:2_000]))
