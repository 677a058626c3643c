"""The outbox in both databases: states only move forward, and only one process sends."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from test_store import postgres_url

from kawaraban.errors import StoreError
from kawaraban.store import Letter, Mailing, Store

NOW = datetime(2026, 11, 26, 21, tzinfo=UTC)
MAILING = Mailing("desk", date(2026, 11, 26))
LETTER = Letter(
    *("desk", MAILING.day, "a@example.com", "A <a@example.com>", "<1@example.com>", "queued"),
    *(0, NOW, NOW),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kawaraban.db'}"
    else:
        yield from postgres_url()


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    with Store.open(url, home=tmp_path) as opened:
        opened.enqueue([LETTER], tokens=["t" * 32])
        yield opened


def state(store: Store) -> str:
    return store.letters(MAILING)[0].state


def test_enqueue_when_called_again_then_adds_only_what_is_new_and_changes_nothing(
    store: Store,
) -> None:
    assert store.mark_sending(LETTER, now=NOW)
    other = replace(LETTER, address="b@example.com", message_id="<2@example.com>")
    assert store.enqueue([LETTER, other], tokens=["t" * 32, "u" * 32]) == 1
    assert [letter.state for letter in store.letters(MAILING)] == ["sending", "queued"]
    assert store.count_letters(MAILING)["queued"] == 1


def test_mark_sending_when_many_try_then_one_may(store: Store) -> None:
    got: list[bool] = []
    threads = [
        threading.Thread(target=lambda: got.append(store.mark_sending(LETTER, now=NOW)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 5 + [True]


@pytest.mark.parametrize("outcome", ["sent", "bounced", "unknown", "withdrawn"])
def test_mark_sending_when_a_letter_is_settled_then_never_again(store: Store, outcome: str) -> None:
    if outcome != "withdrawn":
        assert store.mark_sending(LETTER, now=NOW)
    store.settle(LETTER, outcome, reply="x", now=NOW, next_at=NOW)  # type: ignore[arg-type]
    assert state(store) == outcome
    assert not store.may_send(LETTER)
    assert not store.mark_sending(LETTER, now=NOW)
    store.settle(LETTER, "withdrawn", reply="", now=NOW, next_at=NOW)
    assert state(store) == outcome


def test_retry_when_put_off_then_waits_with_its_attempts(store: Store) -> None:
    due = NOW + timedelta(minutes=1)
    store.settle(LETTER, "retry", reply="451 later", now=NOW, next_at=due)
    (letter,) = store.letters(MAILING)
    assert (letter.attempts, letter.next_at, letter.reply) == (1, due, "451 later")
    assert store.may_send(letter)


def test_recover_when_a_run_was_killed_then_what_was_sending_is_unknown_until_decided(
    store: Store,
) -> None:
    assert store.mark_sending(LETTER, now=NOW)
    assert store.recover(MAILING, now=NOW) == 1
    assert state(store) == "unknown"
    assert store.recover(MAILING, now=NOW) == 0
    assert store.queue_again(MAILING, "unknown", now=NOW) == 1
    assert store.may_send(LETTER)


def test_open_mailing_when_begun_then_keeps_its_digest(store: Store) -> None:
    assert store.mailing_digest(MAILING) is None
    assert store.open_mailing(MAILING, digest_key="one", now=NOW) == "one"
    assert store.open_mailing(MAILING, digest_key="two", now=NOW) == "one"
    assert store.open_mailing(Mailing("board", MAILING.day), digest_key="two", now=NOW) == "two"


def test_leave_when_a_token_is_used_then_the_letter_may_not_go(store: Store) -> None:
    assert store.leave("t" * 32, by="test", now=NOW) == "desk"
    assert not store.may_send(LETTER)
    assert not store.mark_sending(LETTER, now=NOW)
    assert store.departed("desk") == {"a@example.com"}
    assert store.departed("board") == frozenset()


def test_secret_when_asked_for_again_then_is_the_same(store: Store, url: str) -> None:
    first = store.secret("newsletter")
    with Store.open(url) as other:
        assert other.secret("newsletter") == first
    assert store.secret("other") != first
    assert len(first) == 32


def test_sole_sender_when_another_holds_it_then_refuses_until_that_one_ends(
    store: Store, url: str, tmp_path: Path
) -> None:
    script = (
        "import sys\nfrom kawaraban.store import Store\n"
        "with Store.open(sys.argv[1]) as store, store.sole_sender():\n"
        "    print('holding', flush=True)\n    sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    with pytest.raises(StoreError, match="by another run"), store.sole_sender():
        pass
    holder.kill()
    holder.communicate()
    for _ in range(50):  # PostgreSQL notices a killed client a moment later
        try:
            with store.sole_sender():
                break
        except StoreError:
            threading.Event().wait(0.1)
    else:
        pytest.fail("the lock outlived its holder")
    with store.sole_sender():
        pass
