"""Searching the archive in either language.

store.save_digest(digest)
store.search("利上げ")        →  hits, newest first, those with the words in the headline before
store.search("Bank of Japan")
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Integer, and_, column, or_, select, text

from kawaraban.store import tables
from kawaraban.store.connection import reading
from kawaraban.store.fulltext import (
    TRIGRAM_CHARS,
    like_pattern,
    match_expression,
    normal,
    row_id,
    terms,
)
from kawaraban.store.session import Session
from kawaraban.types import Article, Digest

_SNIPPET_CHARS = 60  # on each side of what was found


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that holds all words of the query, with the place of the first of them."""

    article_id: str
    title_ja: str
    title_en: str  # empty: not in a digest
    day: date | None  # of the newest digest that shows it
    moment: datetime  # published, or first seen
    snippet: str


class Search(Session):
    """One row per article: its Japanese, and the English of the digest that showed it last."""

    def index_articles(self, articles: Iterable[Article], *, seen_at: datetime) -> None:
        """The Japanese of articles can be found; English that is there stays."""
        rows = [_row(article, seen_at) for article in articles]
        self.upsert(tables.search_entries, rows, keep=("moment", "day", "title_en", "en"))

    def index_digest(self, digest: Digest) -> None:
        """Headlines and chosen sentences of a digest can be found in English too."""
        rows = []
        for entry in (entry for story in digest.stories for entry in story.entries):
            english = [entry.title.en, *(chosen.translation.en for chosen in entry.sentences)]
            rows.append(
                _row(entry.article, digest.created_at)
                | {
                    "day": digest.day,
                    "title_en": entry.title.en,
                    "en": normal("\n".join(english)),
                }
            )
        newer = self._in_newer_digests(digest)
        self.upsert(tables.search_entries, [row for row in rows if row["id"] not in newer])

    def _in_newer_digests(self, digest: Digest) -> frozenset[int]:
        """Rows of articles that a digest of a later day shows too: that day stays."""
        t = tables.search_entries
        with reading(self.engine) as connection:
            return frozenset(
                connection.execute(select(t.c.id).where(t.c.day > digest.day)).scalars()
            )

    def search(self, query: str, *, limit: int = 20, offset: int = 0) -> list[Hit]:
        """Articles that hold every word of the query, in one language or the other."""
        words = terms(query)
        if not words:
            return []
        t = tables.search_entries
        found = select(t).where(self._holds(words))
        in_title = and_(
            *(
                or_(
                    t.c.title_ja.ilike(like_pattern(word), escape="!"),
                    t.c.title_en.ilike(like_pattern(word), escape="!"),
                )
                for word in words
            )
        )
        found = found.order_by(in_title.desc(), t.c.moment.desc(), t.c.id)
        with reading(self.engine) as connection:
            rows = connection.execute(found.limit(limit).offset(offset)).all()
        return [
            Hit(
                row.article_id,
                row.title_ja,
                row.title_en,
                row.day,
                row.moment,
                _snippet(row.ja, row.en, words),
            )
            for row in rows
        ]

    def _holds(self, words: tuple[str, ...]) -> ColumnElement[bool]:
        t = tables.search_entries
        long = tuple(word for word in words if len(word) >= TRIGRAM_CHARS)
        conditions: list[ColumnElement[bool]] = []
        if self.engine.dialect.name == "sqlite" and long:
            index = text("search_index")
            matching = select(column("rowid", Integer)).select_from(index)
            bound = matching.where(text("search_index MATCH :words")).params(
                words=match_expression(long)
            )
            conditions.append(t.c.id.in_(bound))
            words = tuple(word for word in words if word not in long)
        for word in words:
            pattern = like_pattern(word)
            conditions.append(
                or_(t.c.ja.ilike(pattern, escape="!"), t.c.en.ilike(pattern, escape="!"))
            )
        return and_(*conditions)


def _row(article: Article, seen_at: datetime) -> dict[str, object]:
    return {
        "id": row_id(article.id),
        "article_id": article.id,
        "moment": (article.published_at or seen_at).astimezone(UTC),
        "day": None,
        "title_ja": article.title,
        "title_en": "",
        "ja": normal(f"{article.title}\n{article.text}"),
        "en": "",
    }


def _snippet(ja: str, en: str, words: tuple[str, ...]) -> str:
    """The text round the first word, in the language in which it stands."""
    for side in (ja, en):
        for word in words:
            if found := re.search(re.escape(word), side, re.IGNORECASE):
                start = _whole_word(side, max(0, found.start() - _SNIPPET_CHARS), found.start())
                end = found.end() + _SNIPPET_CHARS
                cut = side[start:end].replace("\n", " ").strip()
                return ("…" if start else "") + cut + ("…" if end < len(side) else "")
    return ""


def _whole_word(text: str, start: int, stop: int) -> int:
    """`start`, or the next word's start where a Latin word would be cut there."""
    if start == 0 or not (text[start - 1].isascii() and text[start - 1].isalnum()):
        return start
    rest = re.compile(r"[A-Za-z0-9]*\s*").match(text, start, stop)
    return rest.end() if rest else start
