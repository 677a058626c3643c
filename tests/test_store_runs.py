"""Leases of runs and characters of keys, with several processes on one database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from test_store import postgres_url

from kawaraban.errors import StoreError
from kawaraban.store import Lease, Store
from kawaraban.store.runs import LOST

DAY = date(2026, 11, 26)


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """One database, opened twice, as by two processes."""
    sqlite = [f"sqlite:///{tmp_path / 'kawaraban.db'}"]
    for url in sqlite if request.param == "sqlite" else postgres_url():
        with Store.open(url, home=tmp_path) as one, Store.open(url, home=tmp_path) as other:
            yield one, other


def test_run_when_its_lease_runs_out_then_others_find_it_failed_once(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    run = one.start_run("abc", lease_s=60, day=DAY, sources=["a"], watch_words=["日銀"])
    one.renew_run(run.id, lease_s=60, stage="articles", done=20, total=60)
    found = other.find_run(run.id)
    assert found is not None
    assert (found.status, found.stage, found.done, found.total) == ("running", "articles", 20, 60)
    assert (found.day, found.sources, found.watch_words) == (DAY, ("a",), ("日銀",))
    assert other.end_lost_runs() == 0
    one.renew_run(run.id, lease_s=-1, stage="articles", done=40, total=60)
    (lost,) = other.list_runs()
    assert (lost.status, lost.message, lost.done, lost.lease_until) == ("failed", LOST, 40, None)
    assert lost.finished_at is not None
    one.renew_run(run.id, lease_s=60, stage="articles", done=60, total=60)
    assert one.find_run(run.id) == lost
    assert one.end_lost_runs() == 0


def test_run_when_it_was_held_for_lost_and_ends_then_its_end_counts(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    run = one.start_run("abc", lease_s=-1)
    assert other.end_lost_runs() == 1
    one.finish_run(run.id, status="done", counters={"articles": 3})
    found = other.find_run(run.id)
    assert found is not None
    assert (found.status, found.message, found.counters) == ("done", "", {"articles": 3})
    again = one.start_run("abc", run_id=run.id, lease_s=60)
    assert other.find_run(run.id) == again


def test_lease_when_held_then_is_renewed_until_the_first_end(stores: tuple[Store, Store]) -> None:
    one, other = stores
    lease = Lease(one, one.start_run("abc", lease_s=4), lease_s=4)
    lease.progress("articles", 1, 2)
    deadline = time.monotonic() + 6  # longer than the lease
    while time.monotonic() < deadline:
        found = other.find_run(lease.run.id)
        assert found is not None and found.status == "running"
        time.sleep(0.2)
    assert (found.stage, found.done, found.total) == ("articles", 1, 2)
    lease.progress("articles", 2, 2)
    lease.finish("done", counters={"articles": 2})
    lease.finish("failed", message="too late")
    found = other.find_run(lease.run.id)
    assert found is not None
    assert (found.status, found.message, found.done) == ("done", "", 2)
    with pytest.raises(StoreError, match="found it ended"):
        lease.progress("articles", 3, 3)


def test_characters_when_many_count_at_once_then_a_limit_is_never_overdrawn(
    stores: tuple[Store, Store],
) -> None:
    key, _ = stores[0].create_key("desk", character_limit=100)
    assert stores[1].list_keys() == [key]

    def count(number: int) -> bool:
        store = stores[number % 2]
        return store.add_characters(key.id, 7, month="2026-11", limit=key.character_limit)

    with ThreadPoolExecutor(8) as threads:
        counted = sum(threads.map(count, range(40)))
    assert counted == 14
    assert stores[0].count_characters(key.id, month="2026-11") == 98
    assert not stores[0].add_characters(key.id, 101, month="2026-12", limit=100)
    assert stores[0].add_characters(key.id, 100, month="2026-12", limit=100)
    assert stores[0].add_characters(key.id, 3, month="2026-11")
    assert stores[1].count_characters(key.id, month="2026-11") == 101
    assert stores[1].count_characters("nobody", month="2026-11") == 0
