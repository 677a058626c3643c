"""Digests that are made on demand: in this process, or by the Prefect server that is set.

    run = runs.start(["https://news.example/feed.xml"], day=day, watch_words=[])   # at once
    runs.find(run.id)                                      # progress, then how it ended
    runs.again(run.id)                                     # a new run with the same order

In this process one run is made at a time, by the engines and through the queue that requests use,
so that a digest and the clients share the machine fairly. All that is told of a run stands in the
store, under a lease: every service on the same database tells the same, and a run whose service
was killed is told as failed.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kawaraban.errors import KawarabanError
from kawaraban.pipeline import Stages
from kawaraban.settings import Settings
from kawaraban.store import Lease, Run, Store
from service.errors import Conflict, NotFound, TooMany
from service.logs import log_error, log_event

_MAX_WAITING = 8
_STOPPING_S = 2.0
_STOPPED = "interrupted: the service was stopped; start it again"


class Runs(Protocol):
    """Where runs are made."""

    poll_s: float  # how often a follower may ask

    def start(self, sources: Sequence[str], *, day: date, watch_words: Sequence[str]) -> Run: ...

    def again(self, run_id: str) -> Run: ...

    def find(self, run_id: str) -> Run | None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Order:
    lease: Lease
    sources: tuple[str, ...]
    day: date
    watch_words: tuple[str, ...]


class LocalRuns:
    """Runs in a thread of this process."""

    poll_s = 0.5

    def __init__(self, settings: Settings, store: Store, stages: Callable[[], Stages]) -> None:
        self._settings = settings
        self._store = store
        self._stages = stages
        self._lock = threading.Lock()
        self._orders: queue.Queue[_Order | None] = queue.Queue(_MAX_WAITING)
        self._unfinished: dict[str, Lease] = {}
        self._thread: threading.Thread | None = None

    def start(self, sources: Sequence[str], *, day: date, watch_words: Sequence[str]) -> Run:
        from kawaraban.run import params_hash

        with self._lock:
            if self._orders.full():
                raise TooMany(
                    f"found {_MAX_WAITING} runs waiting; try again later", retry_after_s=60
                )
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="runs", daemon=True)
                self._thread.start()
            lease_s = self._settings.run_lease_s
            run = self._store.start_run(
                params_hash(sources, day, self._settings),
                lease_s=lease_s,
                day=day,
                sources=sources,
                watch_words=watch_words,
            )
            lease = Lease(self._store, run, lease_s=lease_s)
            lease.progress("waiting", 0, 0)
            self._unfinished[run.id] = lease
            self._orders.put_nowait(_Order(lease, tuple(sources), day, tuple(watch_words)))
        return run

    def again(self, run_id: str) -> Run:
        run = self._store.find_run(run_id)
        if run is None:
            raise NotFound(f"no run {run_id!r}; runs are started by POST /v1/runs")
        check_ended(run)
        if not run.sources or run.day is None:
            raise Conflict(f"run {run_id!r} was not started here; start one with POST /v1/runs")
        return self.start(run.sources, day=run.day, watch_words=run.watch_words)

    def find(self, run_id: str) -> Run | None:
        return self._store.find_run(run_id)

    def close(self) -> None:
        """Ends every unfinished run: the one that is being made stops at its next step."""
        with self._lock:
            while not self._orders.empty():
                self._orders.get_nowait()
            self._orders.put_nowait(None)
            leases = list(self._unfinished.values())
        for lease in leases:
            lease.finish("failed", message=_STOPPED)
        if self._thread is not None:
            self._thread.join(_STOPPING_S)

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            status, run_id = "failed", order.lease.run.id
            try:
                self._make(order)
                status = "done"
            except KawarabanError as error:
                order.lease.finish("failed", message=str(error))
            except Exception as error:  # entry point of the thread: the next run must go on
                log_error(error)
                order.lease.finish("failed", message=f"unexpected {type(error).__name__}")
            with self._lock:
                del self._unfinished[run_id]
            log_event("run", run_id=run_id, status=status)

    def _make(self, order: _Order) -> None:
        from kawaraban.export import write_digest
        from kawaraban.run import run_digest

        folder = self._settings.home / "digests" / order.day.isoformat()
        run_digest(
            order.sources,
            settings=self._settings,
            store=self._store,
            day=order.day,
            watch_words=order.watch_words,
            stages=self._stages(),
            lease=order.lease,
            export=lambda made: write_digest(made, folder),
        )


def check_ended(run: Run) -> None:
    """Raises Conflict for a run that is still being made."""
    if run.status == "running":
        raise Conflict(f"run {run.id!r} is running; expected one that has ended; wait for it")
