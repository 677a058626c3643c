"""Documents, articles and their sentences in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, func, select

from kawaraban.codec import from_json, to_json
from kawaraban.errors import StoreError
from kawaraban.sources.raw import load_body, save_raw
from kawaraban.store import tables
from kawaraban.store.connection import reading, writing
from kawaraban.store.search import Search
from kawaraban.store.session import storable, there
from kawaraban.types import Article, Document, Sentence


class Articles(Search):
    """What was collected and what was found in it."""

    def save_document(self, document: Document) -> None:
        """Keeps the bytes once, and where and when they were found."""
        save_raw(document, self.home)
        row = {
            "id": document.id,
            "location": document.location,
            "source": document.source,
            "url": document.url,
            "media_type": document.media_type,
            "charset": document.charset,
            "title": document.title,
            "outlet": document.outlet,
            "published_at": document.published_at,
            "fetched_at": document.fetched_at,
        }
        self.upsert(tables.documents, [row])

    def find_document(self, document_id: str) -> Document | None:
        """The document as it was first found, or None."""
        t = tables.documents
        query = select(t).where(t.c.id == document_id).order_by(t.c.fetched_at, t.c.location)
        with reading(self.engine) as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        body = load_body(document_id, self.home)
        if body is None:
            raise StoreError(
                f"document {document_id} of {row['location']}: found no whole file of its bytes "
                f"under {self.home}; expected one; collect the source again, or bring it back with "
                "`kawaraban store restore`"
            )
        return Document(**row, body=body)

    def get_document(self, document_id: str) -> Document:
        return there(self.find_document(document_id), "document", document_id)

    def save_articles(
        self,
        articles: Iterable[Article],
        *,
        sentences: Mapping[str, Sequence[Sentence]] | None = None,
        seen_at: datetime | None = None,
    ) -> None:
        """Keeps articles, and sentences by article id; the first `seen_at` (default: now) stays."""
        moment = seen_at or datetime.now(UTC)
        articles = list(articles)
        rows = [
            {
                "id": article.id,
                "location": article.location,
                "document_id": article.document_id,
                "source": article.source,
                "title": article.title,
                "published_at": article.published_at,
                "seen_at": moment,
                "duplicate_of": article.duplicate_of,
                "body": to_json(article),
            }
            for article in articles
        ]
        self.upsert(tables.articles, rows, keep=("seen_at",))
        self.index_articles(articles, seen_at=moment)
        if sentences:
            self.save_sentences(sentences)

    def save_sentences(self, sentences: Mapping[str, Sequence[Sentence]]) -> None:
        """Replaces the sentences of the articles that are named."""
        t = tables.sentences
        rows = [
            {
                "article_id": article_id,
                "position": sentence.index,
                "text": sentence.text,
                "start_char": sentence.start,
                "end_char": sentence.end,
                "paragraph": sentence.paragraph,
            }
            for article_id, found in sentences.items()
            for sentence in found
        ]
        with writing(self.engine) as connection:
            for article_id in sentences:
                connection.execute(delete(t).where(t.c.article_id == article_id))
            if rows:
                connection.execute(t.insert(), [storable(row) for row in rows])

    def find_article(self, article_id: str) -> Article | None:
        """The article with that text; of several, the first seen that is no duplicate."""
        t = tables.articles
        query = (
            select(t.c.body)
            .where(t.c.id == article_id)
            .order_by(t.c.duplicate_of.is_not(None), t.c.seen_at, t.c.location)
        )
        with reading(self.engine) as connection:
            body = connection.execute(query).scalars().first()
        return None if body is None else from_json(Article, body)

    def get_article(self, article_id: str) -> Article:
        return there(self.find_article(article_id), "article", article_id)

    def get_sentences(self, article_id: str) -> list[Sentence]:
        """Sentences of an article in order; empty if none were saved."""
        t = tables.sentences
        query = select(t).where(t.c.article_id == article_id).order_by(t.c.position)
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        return [
            Sentence(row.position, row.text, row.start_char, row.end_char, row.paragraph)
            for row in rows
        ]

    def articles_between(self, start: datetime, end: datetime) -> list[Article]:
        """Articles published (or, without a date, first seen) from `start` to before `end`."""
        t = tables.articles
        moment = func.coalesce(t.c.published_at, t.c.seen_at)
        query = (
            select(t.c.body)
            .where(moment >= start, moment < end)
            .order_by(moment, t.c.id, t.c.location)
        )
        with reading(self.engine) as connection:
            return [from_json(Article, body) for body in connection.execute(query).scalars()]
