"""Addresses that were refused on an earlier day: left alone, counted, tried again when told to."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from mail_server import MailServer
from sample_digest import DAY, sample_digest
from test_newsletter_forms import kawaraban
from test_newsletter_sending import settings_for
from test_store import postgres_url

from kawaraban.newsletter.mailing import (
    Job,
    count_withheld,
    is_complete,
    prepare,
    preview,
    queue_bounced,
    send,
)
from kawaraban.newsletter.recipients import MailingList, Recipient
from kawaraban.newsletter.sending import refuses_reader
from kawaraban.settings import Settings
from kawaraban.store import Letter, Mailing, Store

DAYS = [DAY + timedelta(days=at) for at in range(4)]
NOW = datetime(2026, 11, 26, tzinfo=UTC)
REPLIES = [
    ("550 5.1.1 <reader>: no such user", True),
    ("552 5.2.2 mailbox full", True),
    ("550 no such user", True),
    ("550", True),
    ("554 5.7.1 <reader>: Relay access denied", False),
    ("550 5.7.25 no reverse DNS", False),
    ("mail refused: 554 5.6.0 rejected", False),
    ("mail refused: 550 5.1.1 rejected", False),
    ("", False),
]
# What became of an address on the days before → whether it is among the bounced.
HISTORIES: list[tuple[list[str], bool]] = [
    ([], False),
    (["bounced"], True),
    (["sent", "bounced"], True),
    (["bounced", "sent"], False),
    (["bounced", "queued"], False),
    (["bounced", "bounced"], True),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}", home=tmp_path) as opened:
        for day in DAYS:
            opened.save_digest(replace(sample_digest(), day=day))
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'outbox.db'}"
    else:
        yield from postgres_url()


def job_of(store: Store, settings: Settings, day: date, *, name: str = "desk") -> Job:
    readers = tuple(Recipient(f"{who}@example.com") for who in ("good", "Gone", "strict"))
    return prepare(store, MailingList(name, readers), day=day, settings=settings)


def bounced(day: date, address: str, *, state: str = "bounced", name: str = "desk") -> Letter:
    reply = "550 5.1.1 <reader>: no such user"
    letter = Letter(name, day, address, address, f"<{day}@x>", "sent", 1, NOW, NOW, reply)
    return replace(letter, state=state)  # type: ignore[arg-type]


@pytest.mark.parametrize(("reply", "expected"), REPLIES)
def test_refuses_reader_tells_the_address_from_the_mail_and_the_sender(
    reply: str, expected: bool
) -> None:
    assert refuses_reader(reply) is expected


def test_bounced_before_when_days_follow_each_other_then_the_newest_earlier_one_decides(
    url: str, tmp_path: Path
) -> None:
    with Store.open(url, home=tmp_path) as store:
        for at, (states, _) in enumerate(HISTORIES):
            letters = [
                bounced(day, f"r{at}@example.com", state=state)
                for day, state in zip(DAYS, states, strict=False)
            ]
            letters.append(bounced(DAYS[3], f"r{at}@example.com"))
            letters.append(bounced(DAYS[2], f"r{at}@example.com", name="board"))
            store.enqueue(letters, tokens=[f"{letter.list_name}{at}" for letter in letters])
        found = store.bounced_before(Mailing("desk", DAYS[3]))
    expected = [f"r{at}@example.com" for at, (_, among) in enumerate(HISTORIES) if among]
    assert sorted(letter.address for letter in found) == expected
    assert {letter.list_name for letter in found} == {"desk"}
    assert all(letter.day < DAYS[3] for letter in found)


def test_send_when_an_address_was_refused_earlier_then_waits_for_the_word_to_try_again(
    store: Store,
) -> None:
    script = {"Gone@example.com": ["550"], "strict@example.com": ["550 at dot"]}
    with MailServer(script) as server:
        settings = settings_for(server)
        first, second, third, fourth = (job_of(store, settings, day) for day in DAYS)
        assert send(store, first, settings=settings)["bounced"] == 2
        assert count_withheld(store, first.mailing) == 0

        actions = {record["to"]: record["action"] for record in preview(store, second)}
        assert actions == {
            "good@example.com": "send",
            "Gone@example.com": "withhold",
            "strict@example.com": "send",
        }
        for job in (second, second, third):
            counts = send(store, job, settings=settings)
            assert is_complete(counts)
            assert (counts["sent"], counts["bounced"]) == (2, 1)
            assert count_withheld(store, job.mailing) == 1
        assert server.n_rcpt["Gone@example.com"] == 1
        (letter,) = store.letters(third.mailing, states=("bounced",))
        assert letter.reply == "550 5.1.1 <reader>: not now or never"

        queue_bounced(store, third.mailing)
        assert send(store, third, settings=settings)["sent"] == 3
        assert send(store, fourth, settings=settings)["sent"] == 3
        assert count_withheld(store, fourth.mailing) == 0
    assert server.counts()["Gone@example.com"] == 2


def test_send_when_an_address_was_refused_on_another_list_then_this_list_tries_it(
    store: Store,
) -> None:
    with MailServer({"Gone@example.com": ["550"]}) as server:
        settings = settings_for(server)
        send(store, job_of(store, settings, DAYS[0]), settings=settings)
        board = job_of(store, settings, DAYS[1], name="board")
        assert send(store, board, settings=settings)["sent"] == 3


@pytest.mark.timeout(300)
def test_command_when_an_address_is_withheld_then_names_the_command_that_tries_it_again(
    store: Store, tmp_path: Path
) -> None:
    store.enqueue([bounced(DAY - timedelta(days=1), "gone@example.com")], tokens=["t" * 32])
    (tmp_path / "lists.yaml").write_text(
        "lists: [{name: desk, recipients: [a@example.com, gone@example.com]}]\n"
    )
    with MailServer() as server:
        port = str(server.port)
        sent = kawaraban(tmp_path, "send", "--list", "desk", KAWARABAN_SMTP_PORT=port)
        assert sent.returncode == 0
        assert "1 addresses refused on an earlier day were not tried again" in sent.stderr
        assert "@example.com" not in sent.stdout + sent.stderr
        assert server.counts() == {"a@example.com": 1}
        (told,) = re.findall("`kawaraban newsletter ([^`]*)`", sent.stderr)
        assert kawaraban(tmp_path, *shlex.split(told)).returncode == 0
        again = kawaraban(tmp_path, "send", "--list", "desk", KAWARABAN_SMTP_PORT=port)
    assert (again.returncode, again.stderr.count("refused")) == (0, 0)
    assert server.counts() == {"a@example.com": 1, "gone@example.com": 1}
