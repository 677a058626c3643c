"""Runs in the store: who makes a digest now, how far it is, and how it ended.

    lease = Lease(store, store.start_run(params_hash))
    lease.progress("articles", 20, 60)
    lease.finish("done", counters={"articles": 60})

A run is held by a lease that its process renews. One whose lease has run out is lost: whoever looks
next, on whatever machine, finds it failed, with the reason. Time is the database's, so the clocks
of the machines do not matter.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Select, func, or_, select, update

from kawaraban.codec import from_json, to_json
from kawaraban.errors import StoreError
from kawaraban.store import tables
from kawaraban.store.connection import reading, writing
from kawaraban.store.session import Session, field_values, storable, there

LEASE_S = 60.0
LOST = "interrupted: the process that made it ended without a word; start it again"
_TICK_S = 0.5  # progress is written this often at most

RunStatus = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Run:
    """When work was done, from what (`params_hash`), how far it is and how it ended.

    `sources` and `watch_words` are those with which it can be started again, where it can.
    """

    id: str
    started_at: datetime
    params_hash: str
    status: RunStatus = "running"
    finished_at: datetime | None = None
    counters: Mapping[str, int] = field(default_factory=dict)
    message: str = ""
    lease_until: datetime | None = None
    stage: str = ""
    done: int = 0
    total: int = 0
    day: date | None = None
    sources: tuple[str, ...] = ()
    watch_words: tuple[str, ...] = ()


class Runs(Session):
    """One row per run."""

    def start_run(
        self,
        params_hash: str,
        *,
        run_id: str = "",
        started_at: datetime | None = None,
        lease_s: float = LEASE_S,
        day: date | None = None,
        sources: Sequence[str] = (),
        watch_words: Sequence[str] = (),
    ) -> Run:
        """Notes that work begins; an id that is there already begins again."""
        with reading(self.engine) as connection:
            now = _now(connection)
        run = Run(
            run_id or secrets.token_hex(8),
            started_at or now,
            params_hash,
            lease_until=now + timedelta(seconds=lease_s),
            day=day,
            sources=tuple(sources),
            watch_words=tuple(watch_words),
        )
        lists = {name: to_json(getattr(run, name)) for name in ("sources", "watch_words")}
        self.upsert(tables.runs, [{**field_values(run), "counters": "{}", **lists}])
        return run

    def renew_run(
        self, run_id: str, *, lease_s: float = LEASE_S, stage: str, done: int, total: int
    ) -> None:
        """Holds a run for longer, and notes how far it is; one that has ended stays as it is."""
        t = tables.runs
        change = update(t).where(t.c.id == run_id, t.c.status == "running")
        with writing(self.engine) as connection:
            until = _now(connection) + timedelta(seconds=lease_s)
            values = {"lease_until": until, "stage": stage, "done": done, "total": total}
            connection.execute(change.values(**storable(values)))

    def finish_run(
        self,
        run_id: str,
        *,
        status: Literal["done", "failed"],
        counters: Mapping[str, int] | None = None,
        message: str = "",
        finished_at: datetime | None = None,
    ) -> None:
        """Notes how it ended. Its own process knows best: one that was held for lost may end."""
        t = tables.runs
        with writing(self.engine) as connection:
            values = {
                "status": status,
                "counters": to_json(dict(counters or {})),
                "message": message,
                "finished_at": finished_at or _now(connection),
                "lease_until": None,
            }
            done = connection.execute(
                update(t).where(t.c.id == run_id).values(**storable(values))
            ).rowcount
        there(run_id if done else None, "run", run_id)

    def end_lost_runs(self) -> int:
        """Marks the runs whose lease has run out as failed; gives how many there were."""
        t = tables.runs
        with writing(self.engine) as connection:
            lost = or_(t.c.lease_until.is_(None), t.c.lease_until < _now(connection))
            change = update(t).where(t.c.status == "running", lost)
            ended_at = func.coalesce(t.c.lease_until, t.c.started_at)
            values = {"status": "failed", "message": LOST, "finished_at": ended_at}
            return connection.execute(change.values(**values, lease_until=None)).rowcount

    def list_runs(self, *, limit: int = 50) -> list[Run]:
        """The newest runs first."""
        t = tables.runs
        return self._read(select(t).order_by(t.c.started_at.desc(), t.c.id).limit(limit))

    def find_run(self, run_id: str) -> Run | None:
        """The run with that id, or None."""
        found = self._read(select(tables.runs).where(tables.runs.c.id == run_id))
        return found[0] if found else None

    def _read(self, query: Select[Any]) -> list[Run]:
        """What the query finds, after the lost ones among it were marked."""
        with reading(self.engine) as connection:
            runs = [_run(row) for row in connection.execute(query).mappings()]
            now = _now(connection)
        if not any(run.status == "running" and _is_lost(run, now) for run in runs):
            return runs
        self.end_lost_runs()
        with reading(self.engine) as connection:
            return [_run(row) for row in connection.execute(query).mappings()]


class Lease:
    """A run in progress: holds it while this process lives, and ends it once."""

    def __init__(self, store: Runs, run: Run, *, lease_s: float = LEASE_S) -> None:
        self.run = run
        self._store = store
        self._lease_s = lease_s
        self._progress = (run.stage, run.done, run.total)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._hold, name="lease", daemon=True)
        self._thread.start()

    def progress(self, stage: str, done: int, total: int) -> None:
        """How far the run is; written by the lease's own thread. Raises once the run has ended."""
        if self._ended.is_set():
            raise StoreError(f"run {self.run.id!r}: found it ended; expected it to go on; start it")
        self._progress = (stage, done, total)

    def finish(
        self,
        status: Literal["done", "failed"],
        *,
        counters: Mapping[str, int] | None = None,
        message: str = "",
    ) -> None:
        """Notes how it ended; the first end counts."""
        with self._lock:
            if self._ended.is_set():
                return
            self._ended.set()
        self._thread.join()
        self._renew()
        self._store.finish_run(self.run.id, status=status, counters=counters, message=message)

    def _hold(self) -> None:
        written, due = self._progress, time.monotonic() + self._lease_s / 4
        while not self._ended.wait(_TICK_S):
            if self._progress == written and time.monotonic() < due:
                continue
            written = self._progress
            try:
                self._renew()
            except StoreError:
                continue  # the database may be back before the lease has run out
            due = time.monotonic() + self._lease_s / 4

    def _renew(self) -> None:
        stage, done, total = self._progress
        self._store.renew_run(
            self.run.id, lease_s=self._lease_s, stage=stage, done=done, total=total
        )


def _is_lost(run: Run, now: datetime) -> bool:
    return run.lease_until is None or run.lease_until < now


def _now(connection: Connection) -> datetime:
    """The database's time; SQLite's is that of its one machine."""
    if connection.dialect.name == "postgresql":
        now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return now.astimezone(UTC)
    return datetime.now(UTC)


def _run(row: RowMapping) -> Run:
    lists = {name: from_json(tuple[str, ...], row[name]) for name in ("sources", "watch_words")}
    return Run(**{**row, "counters": from_json(dict[str, int], row["counters"]), **lists})
