"""The tables. What is asked for stands in columns; the value itself is JSON of the core's types.

    documents    one row per page and location; the bytes lie in files (kawaraban.sources.raw)
    articles     one row per article and location: the same text at two outlets has one id
    sentences    sentences of articles, by article and position
    translations the memory: one row per sentence and model
    corrections  a reviewer's English for a sentence; wins over every model
    correction_history  who wrote it or took it back, when, and what stood there before
    digests      one row per day and content
    runs         when a digest was made, from what, how far it is or how it ended
    api_keys     who may use the HTTP service: hashes of their keys
    key_usage    characters translated per key and month; the key "" is everybody without one
    search_entries  what the search looks through; in SQLite with an index beside it (fulltext.py)
    mailings     one row per list and day: which digest it gets, whatever is made later
    outbox       one row per mailing and recipient: how far its mail has come
    subscribers  one row per list and address that ever got a mail: token, and who left
    secrets      keys that this installation made for itself

Moments are ISO text in UTC with microseconds, days are ISO text: both sort as they stand and are
the same in SQLite, PostgreSQL and a backup.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    event,
)
from sqlalchemy.types import TypeDecorator

from kawaraban.store import fulltext

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """An aware datetime as `2026-11-26T03:04:05.678901+00:00`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"found {value} without a time zone; expected an aware datetime")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A date as `2026-11-26`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("location", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("url", Text),
    Column("media_type", Text, nullable=False),
    Column("charset", Text),
    Column("title", Text),
    Column("outlet", Text),
    Column("published_at", Moment),
    Column("fetched_at", Moment, nullable=False),
    Index("documents_fetched_at", "fetched_at"),
)
articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("location", Text, primary_key=True),
    Column("document_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published_at", Moment),
    Column("seen_at", Moment, nullable=False),
    Column("duplicate_of", Text),
    Column("body", Text, nullable=False),
    Index("articles_published_at", "published_at"),
    Index("articles_seen_at", "seen_at"),
)
sentences = Table(
    "sentences",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("paragraph", Integer, nullable=False),
)
translations = Table(
    "translations",
    metadata,
    Column("ja_sha256", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("log_prob", Float, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)
corrections = Table(
    "corrections",
    metadata,
    Column("ja_sha256", Text, primary_key=True),
    Column("ja", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("corrected_at", Moment, nullable=False),
)
correction_history = Table(
    "correction_history",
    metadata,
    Column("ja_sha256", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("ja", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("undone", Integer, nullable=False),
)
digests = Table(
    "digests",
    metadata,
    Column("day", Day, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("n_stories", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("status", Text, nullable=False),
    Column("params_hash", Text, nullable=False),
    Column("counters", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("lease_until", Moment),
    Column("stage", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("day", Day),
    Column("sources", Text, nullable=False),
    Column("watch_words", Text, nullable=False),
    Index("runs_started_at", "started_at"),
)
mailings = Table(
    "mailings",
    metadata,
    Column("list_name", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("digest_key", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
)
outbox = Table(
    "outbox",
    metadata,
    Column("list_name", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("reply", Text, nullable=False),
)
subscribers = Table(
    "subscribers",
    metadata,
    Column("list_name", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("left_at", Moment),
    Column("left_by", Text, nullable=False),
    Index("subscribers_token", "token", unique=True),
)
secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("character_limit", BigInteger),
    Index("api_keys_sha256", "sha256", unique=True),
)
key_usage = Table(
    "key_usage",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("n_characters", BigInteger, nullable=False),
)
search_entries = Table(
    "search_entries",
    metadata,
    Column(
        "id",
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("article_id", Text, nullable=False),
    Column("moment", Moment, nullable=False),
    Column("day", Day),
    Column("title_ja", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("ja", Text, nullable=False),
    Column("en", Text, nullable=False),
    Index("search_entries_moment", "moment"),
)
for _statement in fulltext.STATEMENTS:
    event.listen(
        search_entries,
        "after_create",
        DDL(_statement).execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]
    )
