"""Digests that are made on demand: in this process, or by the Prefect server that is set.

    run = runs.start(["https://news.example/feed.xml"], day=day)   # at once, status "running"
    runs.find(run.id)                                              # progress, then how it ended

In this process one run is made at a time, by the engines and through the queue that requests use,
so that a digest and the clients share the machine fairly. Its state is in the store as well; what
a restart leaves behind is found there.
"""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, Protocol

from kawaraban.errors import KawarabanError
from kawaraban.pipeline import Stages
from kawaraban.settings import Settings
from kawaraban.store import Run, Store
from service.batching import Overloaded
from service.logs import log_error, log_event

_MAX_WAITING = 8
_STATES_KEPT = 100

Status = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class RunState:
    """A run as its client sees it. `stage`, `done`, `total` say how far it is."""

    id: str
    status: Status
    started_at: datetime
    finished_at: datetime | None = None
    stage: str = ""
    done: int = 0
    total: int = 0
    day: date | None = None
    counters: dict[str, int] | None = None
    message: str = ""


class Runs(Protocol):
    """Where runs are made."""

    def start(
        self, sources: Sequence[str], *, day: date, watch_words: Sequence[str]
    ) -> RunState: ...

    def find(self, run_id: str) -> RunState | None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Order:
    run: Run
    sources: tuple[str, ...]
    day: date
    watch_words: tuple[str, ...]


class LocalRuns:
    """Runs in a thread of this process."""

    def __init__(self, settings: Settings, store: Store, stages: Callable[[], Stages]) -> None:
        self._settings = settings
        self._store = store
        self._stages = stages
        self._lock = threading.Lock()
        self._states: OrderedDict[str, RunState] = OrderedDict()
        self._orders: queue.Queue[_Order | None] = queue.Queue(_MAX_WAITING)
        self._thread: threading.Thread | None = None

    def start(self, sources: Sequence[str], *, day: date, watch_words: Sequence[str]) -> RunState:
        from kawaraban.run import params_hash

        with self._lock:
            if self._orders.full():
                raise Overloaded(
                    f"found {_MAX_WAITING} runs waiting; try again later", retry_after_s=60
                )
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="runs", daemon=True)
                self._thread.start()
            run = self._store.start_run(params_hash(sources, day, self._settings))
            state = RunState(run.id, "running", run.started_at, stage="waiting", day=day)
            self._states[run.id] = state
            while len(self._states) > _STATES_KEPT:
                self._states.popitem(last=False)
            self._orders.put_nowait(_Order(run, tuple(sources), day, tuple(watch_words)))
        return state

    def find(self, run_id: str) -> RunState | None:
        with self._lock:
            if state := self._states.get(run_id):
                return state
        run = self._store.find_run(run_id)
        return None if run is None else _from_store(run)

    def close(self) -> None:
        """Lets the thread end after the run it is making; the process need not wait for it."""
        if self._thread is not None and not self._orders.full():
            self._orders.put_nowait(None)

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            try:
                self._make(order)
            except KawarabanError as error:
                self._end(order.run.id, "failed", message=str(error))
            except Exception as error:  # entry point of the thread: the next run must go on
                log_error(error)
                self._end(order.run.id, "failed", message=f"unexpected {type(error).__name__}")

    def _make(self, order: _Order) -> None:
        from kawaraban.export import write_digest
        from kawaraban.run import run_digest

        made = run_digest(
            order.sources,
            settings=self._settings,
            store=self._store,
            day=order.day,
            watch_words=order.watch_words,
            progress=lambda stage, done, total: self._change(
                order.run.id, stage=stage, done=done, total=total
            ),
            stages=self._stages(),
            run=order.run,
        )
        write_digest(made, self._settings.home / "digests" / made.day.isoformat())
        self._end(order.run.id, "done")

    def _end(self, run_id: str, status: Status, *, message: str = "") -> None:
        run = self._store.find_run(run_id)
        if run is not None and run.status == "running":
            self._store.finish_run(run_id, status="failed", message=message)
            run = self._store.find_run(run_id)
        if run is not None:
            self._change(
                run_id,
                status=status,
                finished_at=run.finished_at,
                counters=dict(run.counters),
                message=message or run.message,
            )
        log_event("run", run_id=run_id, status=status)

    def _change(self, run_id: str, **values: object) -> None:
        with self._lock:
            if run_id in self._states:
                self._states[run_id] = replace(self._states[run_id], **values)  # type: ignore[arg-type]


def _from_store(run: Run) -> RunState:
    return RunState(
        run.id,
        run.status,
        run.started_at,
        run.finished_at,
        counters=dict(run.counters),
        message=run.message,
    )
