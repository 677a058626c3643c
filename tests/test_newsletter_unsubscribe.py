"""Leaving a list: who may, what a POST does, what a GET never does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kawaraban.errors import UsageError
from kawaraban.newsletter.unsubscribe import (
    SECRET,
    answer_get,
    answer_post,
    is_one_click,
    token_for,
    unsubscribe_url,
)
from kawaraban.store import Letter, Store

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)
BODIES = [
    (ONE_CLICK, True),
    (b"a=b&List-Unsubscribe=One-Click", True),
    (MULTIPART, True),
    (MULTIPART.replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain\r\n\r\n", 1), True),
    (b"", False),
    (b"List-Unsubscribe=", False),
    (b"List-Unsubscribe=One-Clicks", False),
    (b"List-Unsubscribe=One-Click&List-Unsubscribe=No", False),
    (b"x=List-Unsubscribe%3DOne-Click", False),
    (MULTIPART.replace(b"One-Click", b"No"), False),
    (b"\xff" * 50, False),
    (b"&" * 200, False),
]
BASES = [
    ("https://news.example.com", True),
    ("https://news.example.com/mail/", True),
    ("http://news.example.com", False),
    ("https://news.example.com/?a=b", False),
    ("https://user:pw@news.example.com", False),
    ("https://news.example.com\r\nX: y", False),
    ("", False),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'k.db'}") as opened:
        yield opened


def subscribed(store: Store, address: str) -> str:
    token = token_for(store.secret(SECRET), "desk", address)
    letter = Letter(
        "desk", date(2026, 11, 26), address, address, f"<{token}@x>", "queued", 0, NOW, NOW
    )
    store.enqueue([letter], tokens=[token])
    return token


def test_token_says_nothing_and_stays(store: Store, tmp_path: Path) -> None:
    first = token_for(store.secret(SECRET), "desk", "A@example.com")
    with Store.open(f"sqlite:///{tmp_path / 'k.db'}") as again:
        assert token_for(again.secret(SECRET), "desk", "a@example.com") == first
    assert len(first) == 32
    others = {
        token_for(store.secret(SECRET), "board", "a@example.com"),
        token_for(store.secret(SECRET), "desk", "b@example.com"),
        token_for(b"other", "desk", "a@example.com"),
    }
    assert len(others | {first}) == 4


@pytest.mark.parametrize(("body", "expected"), BODIES)
def test_is_one_click_reads_both_kinds_of_form(body: bytes, expected: bool) -> None:
    assert is_one_click(body) is expected


def test_get_when_opened_then_shows_a_button_and_changes_nothing(store: Store) -> None:
    token = subscribed(store, "a@example.com")
    answer = answer_get(store, token)
    assert answer.status == 200
    assert not answer.left
    assert '<form method="post">' in answer.page
    assert "example.com" not in answer.page
    assert store.departed("desk") == frozenset()


def test_post_when_one_click_then_the_reader_has_left_at_once_and_again_is_the_same(
    store: Store,
) -> None:
    token, other = subscribed(store, "a@example.com"), subscribed(store, "b@example.com")
    for _ in range(2):
        answer = answer_post(store, token, ONE_CLICK, now=NOW)
        assert (answer.status, answer.left) == (200, True)
    assert store.departed("desk") == {"a@example.com"}
    assert store.list_of_token(other) == "desk"
    assert store.come_back("desk", "a@example.com")
    assert store.departed("desk") == frozenset()


@pytest.mark.parametrize("body", [b"", b"List-Unsubscribe=No", b"x" * 20_000])
def test_post_when_the_body_is_another_then_nothing_changes(store: Store, body: bytes) -> None:
    answer = answer_post(store, subscribed(store, "a@example.com"), body, now=NOW)
    assert answer.status in (400, 413)
    assert store.departed("desk") == frozenset()


@pytest.mark.parametrize("token", ["", "a" * 32, "a" * 31, "' OR 1=1", "../../etc", "Ａ" * 32])
def test_requests_when_the_token_is_unknown_then_say_so(store: Store, token: str) -> None:
    subscribed(store, "a@example.com")
    assert answer_get(store, token).status == 404
    assert answer_post(store, token, ONE_CLICK, now=NOW).status == 404
    assert store.departed("desk") == frozenset()


@pytest.mark.parametrize(("base", "good"), BASES)
def test_unsubscribe_url_when_the_base_is_not_https_then_it_is_refused(
    base: str, good: bool
) -> None:
    if good:
        url = unsubscribe_url(base, "t" * 32)
        assert url == f"{base.rstrip('/')}/newsletter/unsubscribe/{'t' * 32}"
    else:
        with pytest.raises(UsageError, match="KAWARABAN_NEWSLETTER_URL"):
            unsubscribe_url(base, "t" * 32)
