"""Keys and full-text search in the store, and an archive made before there were any."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sample_digest import sample_digest
from sqlalchemy import inspect, text

from kawaraban.errors import StoreError
from kawaraban.store import Store
from kawaraban.store.connection import connect, upgrade, writing
from kawaraban.types import Article, Digest, Story

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def article(number: int, title: str, *paragraphs: str) -> Article:
    published_at = NOW - timedelta(hours=number)
    return Article(
        f"a{number}", title, paragraphs, "test", f"{number}.txt", published_at=published_at
    )


ARTICLES = (
    article(1, "日銀、利上げを見送り", "日本銀行は金融政策を維持した。", "円は対ドルで下落した。"),
    article(2, "円相場が急落", "市場では日銀の会合に注目が集まる。ＧＤＰ統計も近い。"),
    article(3, "100%増の50_000台を販売", "電池の工場を新設する。"),
)
# query → ids, those with the words in the headline first, then the newest
SEARCHES = (
    ("日銀", ["a1", "a2"]),
    ("利上げ", ["a1"]),
    ("金融政策", ["a1"]),
    ("日銀　会合", ["a2"]),
    ("gdp統計", ["a2"]),
    ("円", ["a2", "a1"]),
    ("100%", ["a3"]),
    ("50_0", ["a3"]),
    ("5%", []),
    ("円_場", []),
    ('"円相場" OR', []),
    ("野球", []),
    ("", []),
    ("　", []),
    ("\x00日銀", ["a1", "a2"]),
    ("金融政策 " * 30, ["a1"]),
)


def is_unique(story: Story, digest: Digest) -> bool:
    ids = [entry.article.id for other in digest.stories for entry in other.entries]
    return all(ids.count(entry.article.id) == 1 for entry in story.entries)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    home = tmp_path_factory.mktemp("home")
    with Store.open(f"sqlite:///{home / 'kawaraban.db'}", home=home) as store:
        store.save_articles(ARTICLES, seen_at=NOW)
        yield store


@pytest.mark.parametrize(("query", "ids"), SEARCHES)
def test_search_when_asked_then_gives_what_holds_every_word(
    store: Store, query: str, ids: list[str]
) -> None:
    assert [hit.article_id for hit in store.search(query)] == ids


def test_search_when_a_digest_was_saved_then_finds_english_and_shows_where(tmp_path: Path) -> None:
    digest = sample_digest()
    story = next(story for story in digest.stories if is_unique(story, digest))
    entry = story.entries[0]
    word = max(entry.title.en.split(), key=len)
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}", home=tmp_path) as store:
        store.save_digest(digest)
        store.save_articles([entry.article], seen_at=NOW)  # a later run sees the article again
        hits = [hit for hit in store.search(word.upper()) if hit.article_id == entry.article.id]
        assert [(hit.day, hit.title_en) for hit in hits] == [(digest.day, entry.title.en)]
        assert word in hits[0].snippet
        changed = replace(entry.title, en="Quintessence of headlines")
        story = replace(story, entries=(replace(entry, title=changed),))
        store.save_digest(replace(digest, stories=(story,)))
        assert [hit.title_en for hit in store.search("quintessence")] == [changed.en]


def test_search_when_letters_are_large_or_wide_then_snippet_reads_as_written(store: Store) -> None:
    for query in ("gdp統計", "ＧＤＰ統計", "Gdp"):
        (hit,) = store.search(query)
        assert "GDP統計も近い" in hit.snippet


@pytest.mark.parametrize(
    ("title", "start"),
    [
        ("The governor" + " said" * 15 + " the Fed", "…"),
        ("日本銀行の総裁は" * 9 + "the Fed", "…"),
        ("Said the Fed", "Said the Fed"),
    ],
)
def test_search_when_the_snippet_is_cut_then_no_latin_word_is_cut_at_its_start(
    tmp_path: Path, title: str, start: str
) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}", home=tmp_path) as store:
        store.save_articles([article(1, title)], seen_at=NOW)
        (hit,) = store.search("fed")
        shown = hit.snippet.removeprefix("…")
        assert hit.snippet.startswith(start) and title.endswith(shown)
        before = title[: -len(shown)][-1:]
        assert not (before.isascii() and before.isalnum())


def test_search_when_an_older_day_is_made_later_then_the_newer_day_stays(tmp_path: Path) -> None:
    digest = sample_digest()
    older = replace(digest, day=digest.day - timedelta(days=1), created_at=NOW)
    word = max(digest.stories[0].entries[0].title.en.split(), key=len)
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}", home=tmp_path) as store:
        for made in (digest, older):
            store.save_digest(made)
        assert {hit.day for hit in store.search(word)} == {digest.day}


def test_search_when_paged_then_pages_join_without_gap(store: Store) -> None:
    pages = [store.search("。", limit=1, offset=offset) for offset in range(4)]
    assert [hit.article_id for page in pages for hit in page] == ["a1", "a2", "a3"]


def made_by_an_older_program(store: Store, url: str, revision: str) -> None:
    """A database with the schema of `revision` and the rows that it can hold."""
    engine = connect(url)
    with store.engine.connect() as source, writing(engine) as connection:
        upgrade(connection, revision)
        for name in ("articles", "digests", "search_entries"):
            if inspect(connection).has_table(name):
                rows = [
                    dict(row) for row in source.execute(text(f"SELECT * FROM {name}")).mappings()
                ]
                places = ", ".join(f":{column}" for column in rows[0])
                connection.execute(text(f"INSERT INTO {name} VALUES ({places})"), rows)
        if revision == "0004":
            connection.execute(text("UPDATE search_entries SET ja = lower(ja), en = lower(en)"))
    engine.dispose()


@pytest.mark.parametrize("revision", ["0002", "0004"])
def test_open_when_the_search_is_missing_or_holds_small_letters_then_finds_all_as_written(
    tmp_path: Path, revision: str
) -> None:
    digest = sample_digest()
    entry = next(story for story in digest.stories if is_unique(story, digest)).entries[0]
    queries = (entry.title.en, "日銀", "金融政策", "ＧＤＰ")
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with Store.open(f"sqlite:///{tmp_path / 'new.db'}", home=tmp_path) as store:
        store.save_articles([*ARTICLES, entry.article], seen_at=NOW)
        store.save_digest(digest)
        expected = [store.search(query) for query in queries]
        made_by_an_older_program(store, url, revision)
    with Store.open(url, home=tmp_path) as store:
        assert [store.search(query) for query in queries] == expected
        assert all(expected)


def test_key_when_made_then_is_found_by_its_token_alone_and_stored_as_a_hash(
    tmp_path: Path,
) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}", home=tmp_path) as store:
        key, token = store.create_key("newsroom", created_at=NOW)
        other, other_token = store.create_key("desk", created_at=NOW)
        assert store.find_key(token) == key
        assert store.find_key(other_token) == other
        assert [store.find_key(t) for t in ("", "kw_", token[:-1], token + "x", "\ud800")] == [
            None
        ] * 5
        store.revoke_key(key.id, revoked_at=NOW)
        assert store.find_key(token) is None
        assert [k.revoked_at for k in store.list_keys() if k.id == key.id] == [NOW]
        with pytest.raises(StoreError, match="found nothing"):
            store.revoke_key("none")
    assert len(token) >= 46
    assert token.encode() not in (tmp_path / "kawaraban.db").read_bytes()
