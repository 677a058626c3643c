"""Leaving a list over HTTP: no key, no log of who, and a GET that changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kawaraban.newsletter.unsubscribe import PATH, SECRET, token_for
from kawaraban.pipeline import Stages
from kawaraban.settings import Settings
from kawaraban.store import Letter, Store
from service.app import create_app

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Silent:
    """Stands where an engine would; leaving a list needs none."""

    model = "none@0"

    def translate(self, sentences: object) -> list[object]:
        raise AssertionError("nothing is translated here")

    embed = translate


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'k.db'}", home=tmp_path) as opened:
        yield opened


@pytest.fixture
def client(store: Store, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path, service_keys="auto")
    stages = Stages(Silent(), Silent(), settings)  # type: ignore[arg-type]
    app = create_app(settings, stages=stages, store=store)
    with TestClient(app, base_url="https://news.example.com") as made:
        yield made


@pytest.fixture
def path(store: Store) -> str:
    token = token_for(store.secret(SECRET), "desk", "a@example.com")
    letter = Letter(
        *("desk", date(2026, 11, 26), "a@example.com", "a@example.com", "<x@x>", "sent"),
        *(1, NOW, NOW),
    )
    store.enqueue([letter], tokens=[token])
    return f"{PATH}{token}"


def test_get_and_head_when_a_scanner_opens_the_link_then_nobody_leaves(
    client: TestClient, store: Store, path: str
) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert client.head(path).status_code in (200, 405)
    assert store.departed("desk") == frozenset()


@pytest.mark.parametrize("multipart", [False, True])
def test_post_when_a_mail_program_sends_one_click_then_the_reader_has_left(
    client: TestClient, store: Store, path: str, multipart: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    if multipart:
        answer = client.post(path, files={"List-Unsubscribe": (None, "One-Click")})
    else:
        answer = client.post(path, data=ONE_CLICK, headers={"Origin": "https://news.example.com"})
    assert answer.status_code == 200
    assert store.departed("desk") == {"a@example.com"}
    ours = [r for r in caplog.records if r.name.startswith("kawaraban")]
    said = "".join(str(getattr(r, "fields", "")) + r.getMessage() for r in ours)
    assert "a@example.com" not in said
    assert path.removeprefix(PATH) not in said


def test_post_when_the_body_is_empty_or_the_token_unknown_then_nobody_leaves(
    client: TestClient, store: Store, path: str
) -> None:
    assert client.post(path).status_code == 400
    assert client.post(f"{PATH}{'a' * 32}", data=ONE_CLICK).status_code == 404
    assert store.departed("desk") == frozenset()


def test_other_paths_when_asked_under_the_public_name_then_stay_closed(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 403
