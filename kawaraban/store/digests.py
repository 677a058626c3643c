"""Digests and runs in the store."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy import RowMapping, select, update

from kawaraban.codec import digest_key, from_json, to_json
from kawaraban.store import tables
from kawaraban.store.connection import reading, writing
from kawaraban.store.search import Search
from kawaraban.store.session import field_values, storable, there
from kawaraban.types import Digest


@dataclass(frozen=True, slots=True)
class DigestInfo:
    """A stored digest without its stories."""

    day: date
    created_at: datetime
    key: str
    n_stories: int


@dataclass(frozen=True, slots=True)
class Run:
    """When work was done, from what (`params_hash`), and how it ended."""

    id: str
    started_at: datetime
    params_hash: str
    status: Literal["running", "done", "failed"] = "running"
    finished_at: datetime | None = None
    counters: Mapping[str, int] = field(default_factory=dict)
    message: str = ""


class Digests(Search):
    """What was made, and the runs that made it."""

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

    def list_digests(self) -> list[DigestInfo]:
        """All digests, newest day and newest version first."""
        t = tables.digests
        query = select(t.c.day, t.c.created_at, t.c.key, t.c.n_stories)
        query = query.order_by(t.c.day.desc(), t.c.created_at.desc(), t.c.key)
        with reading(self.engine) as connection:
            return [DigestInfo(*row) for row in connection.execute(query)]

    def list_days(self) -> list[date]:
        """Days that have a digest, newest first."""
        return list(dict.fromkeys(info.day for info in self.list_digests()))

    def start_run(self, params_hash: str, *, started_at: datetime | None = None) -> Run:
        """Notes that work begins; `params_hash` says from what."""
        run = Run(secrets.token_hex(8), started_at or datetime.now(UTC), params_hash)
        self.upsert(tables.runs, [{**field_values(run), "counters": "{}"}])
        return run

    def finish_run(
        self,
        run_id: str,
        *,
        status: Literal["done", "failed"],
        counters: Mapping[str, int] | None = None,
        message: str = "",
        finished_at: datetime | None = None,
    ) -> None:
        """Notes how it ended."""
        values = {
            "status": status,
            "counters": to_json(dict(counters or {})),
            "message": message,
            "finished_at": finished_at or datetime.now(UTC),
        }
        t = tables.runs
        with writing(self.engine) as connection:
            done = connection.execute(
                update(t).where(t.c.id == run_id).values(**storable(values))
            ).rowcount
        there(run_id if done else None, "run", run_id)

    def list_runs(self, *, limit: int = 50) -> list[Run]:
        """The newest runs first."""
        t = tables.runs
        query = select(t).order_by(t.c.started_at.desc(), t.c.id).limit(limit)
        with reading(self.engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [_run(row) for row in rows]

    def find_run(self, run_id: str) -> Run | None:
        """The run with that id, or None."""
        t = tables.runs
        with reading(self.engine) as connection:
            row = connection.execute(select(t).where(t.c.id == run_id)).mappings().first()
        return None if row is None else _run(row)


def _run(row: RowMapping) -> Run:
    return Run(**{**row, "counters": from_json(dict[str, int], row["counters"])})
