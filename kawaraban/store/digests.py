"""Digests in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from kawaraban.codec import digest_key, from_json, to_json
from kawaraban.store import tables
from kawaraban.store.connection import reading
from kawaraban.store.search import Search
from kawaraban.types import Digest


@dataclass(frozen=True, slots=True)
class DigestInfo:
    """A stored digest without its stories."""

    day: date
    created_at: datetime
    key: str
    n_stories: int


class Digests(Search):
    """What was made: each day's digest in all its versions."""

    def save_digest(self, digest: Digest) -> str:
        """Keeps a digest and gives its key; equal content of a day is one, with the new time."""
        key = digest_key(digest)
        row = {
            "day": digest.day,
            "key": key,
            "created_at": digest.created_at,
            "n_stories": len(digest.stories),
            "body": to_json(digest),
        }
        self.upsert(tables.digests, [row])
        self.index_digest(digest)
        return key

    def get_digest(self, day: date, *, key: str | None = None) -> Digest | None:
        """The day's newest digest, or the one with that key; None if there is none."""
        t = tables.digests
        query = select(t.c.body).where(t.c.day == day).order_by(t.c.created_at.desc(), t.c.key)
        if key is not None:
            query = query.where(t.c.key == key)
        with reading(self.engine) as connection:
            body = connection.execute(query).scalars().first()
        return None if body is None else from_json(Digest, body)

    def list_digests(self, day: date | None = None) -> list[DigestInfo]:
        """All digests, or those of a day: newest day and newest version first."""
        t = tables.digests
        query = select(t.c.day, t.c.created_at, t.c.key, t.c.n_stories)
        if day is not None:
            query = query.where(t.c.day == day)
        query = query.order_by(t.c.day.desc(), t.c.created_at.desc(), t.c.key)
        with reading(self.engine) as connection:
            return [DigestInfo(*row) for row in connection.execute(query)]

    def list_days(self) -> list[date]:
        """Days that have a digest, newest first."""
        return list(dict.fromkeys(info.day for info in self.list_digests()))
