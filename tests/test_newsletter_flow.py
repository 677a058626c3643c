"""The flow of the newsletter: what fails with one list's mail stops neither digest nor others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mail_server import MailServer
from sample_digest import DAY, sample_digest

from flows import newsletter as flow
from flows import resources
from kawaraban.errors import ExportError
from kawaraban.settings import Settings
from kawaraban.store import Store


class State:
    """How a task or flow ended, as Prefect tells it."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def result(self, *, raise_on_failure: bool) -> Any:
        assert not raise_on_failure
        return self._result


def ended(function: Any) -> Any:
    """The plain function of a task or flow, called as Prefect calls it with return_state."""

    def call(*arguments: Any, return_state: bool) -> State:
        assert return_state
        try:
            return State(function.fn(*arguments))
        except ExportError as error:
            return State(error)

    return call


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'k.db'}", home=tmp_path) as opened:
        opened.save_digest(sample_digest())
        yield opened


@pytest.fixture
def artifacts(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[dict[str, Any]]]:
    """The flow over a server on loopback; what it leaves for Prefect's pages."""
    made: list[dict[str, Any]] = []
    (tmp_path / "lists.yaml").write_text(
        "lists:\n- {name: desk, recipients: [a@example.com]}\n"
        "- {name: board, edition: headlines, recipients: [b@example.com]}\n"
    )
    with MailServer({"b@example.com": ["550"]}) as server:
        settings = Settings(
            home=tmp_path,
            newsletter_sender="news@example.com",
            newsletter_url="https://news.example.com",
            smtp_port=server.port,
            smtp_security="none",
            smtp_helo="desk.example",
        )
        monkeypatch.setattr(resources, "settings", lambda: settings)
        monkeypatch.setattr(resources, "store", lambda: store)
        monkeypatch.setattr(flow, "mail_list", ended(flow.mail_list))
        monkeypatch.setattr(flow, "newsletter", ended(flow.newsletter))
        monkeypatch.setattr(flow, "daily_digest", lambda sources, day: {"html": "digest.html"})
        monkeypatch.setattr(flow, "create_table_artifact", lambda table, key: made.extend(table))
        yield made


def test_morning_when_all_is_well_then_gives_files_and_letters(
    artifacts: list[dict[str, Any]],
) -> None:
    made = flow.morning.fn(["pages"], day=DAY)
    assert made["files"] == {"html": "digest.html"}
    assert [(r["list"], r["sent"], r["bounced"]) for r in made["newsletter"]] == [
        ("desk", 1, 0),
        ("board", 0, 1),
    ]
    assert "@" not in json.dumps(artifacts)


def test_morning_when_a_check_fails_then_the_digest_stays_and_the_other_list_is_sent(
    artifacts: list[dict[str, Any]], store: Store
) -> None:
    base = sample_digest()
    chosen = base.stories[0].entries[0].sentences[0]
    wrong = replace(chosen.translation.numbers[0], verdict="wrong")
    chosen = replace(chosen, translation=replace(chosen.translation, numbers=(wrong,), flags=()))
    entry = replace(base.stories[0].entries[0], sentences=(chosen,))
    bad = replace(base, stories=(replace(base.stories[0], entries=(entry,)),), brief=())
    store.save_digest(replace(bad, created_at=base.created_at.replace(hour=23)))
    with pytest.raises(ExportError, match=r"is made, its mail is not sent: desk: .*numbers"):
        flow.morning.fn(["pages"], day=DAY)
    assert [record["list"] for record in artifacts] == ["board"]
    assert store.get_digest(DAY) is not None
