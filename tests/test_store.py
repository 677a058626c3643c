import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from kawaraban.errors import StoreError, UsageError
from kawaraban.store import HUMAN, Store
from kawaraban.store.connection import (
    REVISIONS,
    VERSION_TABLE,
    alembic_config,
    connect,
    upgrade,
    writing,
)
from kawaraban.store.memory import text_hash
from kawaraban.store.tables import metadata
from kawaraban.types import (
    Article,
    Coverage,
    Digest,
    DigestEntry,
    Document,
    Flag,
    Sentence,
    Skipped,
    Story,
    Translation,
)

NOON = datetime(2026, 11, 26, 3, tzinfo=UTC)
TODAY = date(2026, 11, 26)
SERVERS = (
    "postgresql+psycopg://root@127.0.0.1:5432/test",
    "postgresql+psycopg://postgres@127.0.0.1:5432/test",
)


def postgres_url() -> Iterator[str]:
    """A URL whose tables live in a schema of their own, dropped afterwards."""
    schema = f"kawaraban_{uuid.uuid4().hex[:12]}"
    for server in SERVERS:
        engine = create_engine(server, connect_args={"connect_timeout": 2})
        try:
            with engine.begin() as connection:
                connection.execute(text(f"CREATE SCHEMA {schema}"))
        except OperationalError:
            continue
        yield f"{server}?options=-csearch_path%3D{schema}"
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()
        return
    pytest.skip("no PostgreSQL server on 127.0.0.1:5432")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kawaraban.db'}"
    else:
        yield from postgres_url()


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    with Store.open(url, home=tmp_path) as opened:
        yield opened


def make_document(body: bytes = b"<p>\xe5\x86\x86</p>", **changes: object) -> Document:
    document = Document(
        id=sha256(body).hexdigest(),
        source="市報",
        location="pages/a.html",
        media_type="text/html",
        body=body,
        fetched_at=NOON,
        charset="utf-8",
        title="市の発表",
        published_at=NOON - timedelta(hours=1),
    )
    return replace(document, **changes)


def make_article(number: int = 1, **changes: object) -> Article:
    article = Article(
        id=f"id{number}",
        title=f"第{number}号の記事",
        paragraphs=("雨が降った。", "風も\x00吹いた。"),
        source="市報",
        location=f"pages/{number}.html",
        key_points=("大雨",),
        published_at=NOON,
    )
    return replace(article, **changes)


def make_digest(*, day: date = TODAY, created_at: datetime = NOON, rank: float = 1.0) -> Digest:
    title = Translation("大雨", "Heavy rain", -0.25, "m@1", (Flag("name", "a guess"),))
    story = Story("s1", (DigestEntry(make_article(), title, (), 2),), rank=rank)
    coverage = Coverage(n_articles=1, skipped=(Skipped("b.html", "extract", "empty"),))
    return Digest(day, created_at, (story,), coverage, brief=((0, 0),))


def test_document_when_saved_then_comes_back_with_its_bytes(store: Store) -> None:
    document = make_document(bytes(range(256)) * 99)
    store.save_document(document)
    store.save_document(document)
    assert store.get_document(document.id) == document
    assert store.find_document("no such id") is None


def test_document_when_found_at_two_locations_then_bytes_are_kept_once(
    store: Store, tmp_path: Path
) -> None:
    first = make_document()
    store.save_document(make_document(location="b.html", fetched_at=NOON + timedelta(days=1)))
    store.save_document(first)
    assert store.get_document(first.id) == first
    assert len(list((tmp_path / "documents").rglob("body"))) == 1


@pytest.mark.parametrize("damage", ["missing", "other", "cut"])
def test_document_when_its_file_is_damaged_then_the_error_names_it(
    store: Store, tmp_path: Path, damage: str
) -> None:
    document = make_document()
    store.save_document(document)
    path = tmp_path / "documents" / document.id[:2] / document.id / "body"
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-5])
    else:
        path.write_bytes(b"other")
    with pytest.raises(StoreError, match=f"document {document.id} of pages/a.html: found no whole"):
        store.get_document(document.id)


def test_articles_when_saved_then_come_back_equal_with_sentences(store: Store) -> None:
    articles = [make_article(1), make_article(2, published_at=None, url="https://example.jp/2")]
    sentences = {
        "id1": [Sentence(0, "雨が降った。", 0, 6, 0), Sentence(1, "風も吹いた。", 7, 14, 1)]
    }
    store.save_articles(articles, sentences=sentences)
    store.save_articles(articles, sentences=sentences)
    assert [store.get_article(a.id) for a in articles] == articles
    assert store.get_sentences("id1") == sentences["id1"]
    assert store.get_sentences("id2") == []
    assert store.find_article("id3") is None


def test_article_when_at_two_outlets_then_both_stay_and_the_original_is_shown(store: Store) -> None:
    original = make_article(location="b.html")
    copy = make_article(location="a.html", duplicate_of="id1")
    store.save_articles([copy, original])
    assert store.get_article("id1") == original
    assert len(store.articles_between(NOON, NOON + timedelta(seconds=1))) == 2


def test_articles_between_when_some_have_no_date_then_the_first_sight_counts(store: Store) -> None:
    dated = make_article(1, published_at=NOON - timedelta(days=3))
    undated = make_article(2, published_at=None)
    store.save_articles([dated, undated], seen_at=NOON)
    store.save_articles([undated], seen_at=NOON + timedelta(days=9))
    day = timedelta(days=1)
    assert store.articles_between(NOON, NOON + day) == [undated]
    assert store.articles_between(NOON - 3 * day, NOON) == [dated]
    assert store.articles_between(NOON - 3 * day, NOON + day) == [dated, undated]


def test_translations_when_model_differs_then_are_not_found(store: Store) -> None:
    rain = Translation("雨が降った。", "It rained.", -0.5, "m@1", (Flag("split", "2 parts"),))
    store.save_translations([rain], model="m@1")
    assert store.find_translations([rain.ja, "晴れた。"], model="m@1") == {rain.ja: rain}
    assert store.find_translations([rain.ja], model="m@2") == {}


def test_translations_when_there_are_thousands_then_all_are_found(store: Store) -> None:
    many = [Translation(f"{n}円。", f"{n} yen.", -0.1, "m@1") for n in range(1500)]
    store.save_translations(many, model="m@1")
    assert store.find_translations([t.ja for t in many], model="m@1") == {t.ja: t for t in many}


def test_correction_when_saved_then_wins_over_every_model(store: Store) -> None:
    store.save_translations([Translation("雨。", "Candy.", -0.5, "m@1")], model="m@1")
    store.save_correction("雨。", "Rian.", reviewer="A")
    store.save_correction("雨。", "Rain.", reviewer="B")
    corrected = {"雨。": Translation("雨。", "Rain.", 0.0, HUMAN)}
    assert store.find_translations(["雨。"], model="m@1") == corrected
    assert store.find_translations(["雨。"], model="m@2") == corrected


CORRECTING = [  # acts (None: taken back), what stands then, what the last act found before it
    (("Fog.",), "Fog.", "Frog."),
    (("Fog.", "A fog."), "A fog.", "Fog."),
    (("Fog.", "Fog."), "Fog.", "Frog."),
    (("Fog.", None), "Frog.", "Fog."),
    (("Fog.", "A fog.", None), "Fog.", "A fog."),
    (("Fog.", "A fog.", None, None), "Frog.", "Fog."),
    (("Fog.", "A fog.", None, "Mist."), "Mist.", "Fog."),
    (("Fog.", "A fog.", None, "Mist.", None), "Fog.", "Mist."),
    (("Fog.", None, "Mist."), "Mist.", "Frog."),
]


@pytest.mark.parametrize(("acts", "stands", "before"), CORRECTING)
def test_correction_when_taken_back_then_what_stood_before_it_stands_again(
    store: Store, acts: tuple[str | None, ...], stands: str, before: str
) -> None:
    machine = Translation("霧。", "Frog.", -0.5, "m@1")
    store.save_translations([machine], model="m@1")
    for at, en in enumerate(acts):
        now, who = NOON + timedelta(minutes=at), f"R{at}"
        if en is None:
            assert store.undo_correction("霧。", reviewer=who, undone_at=now)
        else:
            store.save_correction("霧。", en, reviewer=who, before="Frog.", corrected_at=now)
    found = store.find_translations(["霧。"], model="m@1")["霧。"]
    assert found.en == stands and (found == machine or found.model == HUMAN)
    assert store.find_machine_translations(["霧。", "雨。"]) == {"霧。": machine}
    (newest, *older) = store.find_corrections(["霧。", "雨。"])["霧。"]
    assert (newest.before, newest.undone) == (before, acts[-1] is None)
    n_acts = 1 if acts == ("Fog.", "Fog.") else len(acts)
    assert (newest.reviewer, newest.made_at) == (
        f"R{n_acts - 1}",
        NOON + timedelta(0, 60 * (n_acts - 1)),
    )
    assert [act.reviewer for act in older] == [f"R{at}" for at in reversed(range(n_acts - 1))]


AT_ONCE = [f"霧{number}。" for number in range(20)]


def at_once(url: str, home: Path, *acts: Callable[[Store], None]) -> None:
    """Each act in a thread and a store of its own, all begun at the same moment."""
    start = threading.Barrier(len(acts), timeout=30)

    def run(act: Callable[[Store], None]) -> None:
        with Store.open(url, home=home) as own:
            start.wait()
            act(own)

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


def test_correction_when_two_reviewers_save_at_once_then_the_history_has_both(
    store: Store, url: str, tmp_path: Path
) -> None:
    def reviewer(name: str) -> Callable[[Store], None]:
        def save(own: Store) -> None:
            for ja in AT_ONCE:
                own.save_correction(ja, f"Fog, says {name}.", reviewer=name, before="Frog.")

        return save

    at_once(url, tmp_path, reviewer("Mariko"), reviewer("Ken"))
    histories = store.find_corrections(AT_ONCE)
    assert len(histories) == len(AT_ONCE)
    for ja, (newest, oldest) in histories.items():
        assert {newest.reviewer, oldest.reviewer} == {"Mariko", "Ken"}
        assert (newest.before, oldest.before) == (oldest.en, "Frog.")
        assert store.find_translations([ja], model="any")[ja].en == newest.en


def test_correction_when_two_take_it_back_at_once_then_it_goes_once(
    store: Store, url: str, tmp_path: Path
) -> None:
    for ja in AT_ONCE:
        store.save_correction(ja, "Fog.")
        store.save_correction(ja, "Mist.")

    def undo(own: Store) -> None:
        for ja in AT_ONCE:
            own.undo_correction(ja, n_seen=2)

    at_once(url, tmp_path, undo, undo)
    for ja, acts in store.find_corrections(AT_ONCE).items():
        assert [act.undone for act in acts] == [True, False, False]
        assert store.find_translations([ja], model="any")[ja].en == "Fog."


def test_correction_when_none_stands_then_nothing_is_taken_back(store: Store) -> None:
    assert not store.undo_correction("霧。")
    store.save_correction("霧。", "Fog.")
    assert store.undo_correction("霧。") and not store.undo_correction("霧。")
    assert [act.undone for act in store.find_corrections(["霧。"])["霧。"]] == [True, False]
    assert store.find_translations(["霧。"], model="m@1") == {}


def test_correction_when_taken_back_twice_by_a_double_click_then_only_one_goes(
    store: Store,
) -> None:
    for en in ("Fog.", "A fog."):
        store.save_correction("霧。", en)
    assert store.undo_correction("霧。", n_seen=2) and not store.undo_correction("霧。", n_seen=2)
    assert store.find_translations(["霧。"], model="m@1")["霧。"].en == "Fog."


def test_machine_translation_when_there_are_two_models_then_the_newest_is_found(
    store: Store,
) -> None:
    for at, en in ((1, "Fog."), (0, "Frog.")):
        made = NOON + timedelta(minutes=at)
        model = f"m@{at}"
        store.save_translations(
            [Translation("霧。", en, -0.5, model)], model=model, created_at=made
        )
    assert store.find_machine_translations(["霧。"])["霧。"].en == "Fog."


def test_digest_when_saved_twice_then_the_newest_of_the_day_counts(store: Store) -> None:
    first, second = make_digest(), make_digest(created_at=NOON + timedelta(hours=1), rank=2.0)
    other_day = make_digest(day=date(2026, 11, 25))
    keys = [store.save_digest(digest) for digest in (other_day, first, second, first)]
    assert store.get_digest(TODAY) == second
    assert store.get_digest(TODAY, key=keys[1]) == first
    assert store.get_digest(date(2026, 1, 1)) is None
    assert store.list_days() == [TODAY, date(2026, 11, 25)]
    assert [(i.day, i.key, i.n_stories) for i in store.list_digests()] == [
        (TODAY, keys[2], 1),
        (TODAY, keys[1], 1),
        (date(2026, 11, 25), keys[0], 1),
    ]


def test_digest_when_made_again_with_equal_content_then_becomes_the_newest(store: Store) -> None:
    first, second = make_digest(), make_digest(created_at=NOON + timedelta(hours=1), rank=2.0)
    again = replace(first, created_at=NOON + timedelta(hours=2))
    keys = [store.save_digest(digest) for digest in (first, second, again)]
    assert keys[0] == keys[2] != keys[1]
    assert store.get_digest(TODAY) == again
    assert len(store.list_digests()) == 2


def test_run_when_finished_then_says_how(store: Store) -> None:
    run = store.start_run("abc", started_at=NOON)
    assert store.list_runs() == [run]
    end = NOON + timedelta(minutes=2)
    store.finish_run(
        run.id, status="failed", counters={"articles": 3}, message="円", finished_at=end
    )
    (finished,) = store.list_runs()
    assert finished == replace(
        run,
        status="failed",
        counters={"articles": 3},
        message="円",
        finished_at=end,
        lease_until=None,
    )
    with pytest.raises(StoreError, match="run 'nobody': found nothing"):
        store.finish_run("nobody", status="done")


@pytest.mark.parametrize("what", ["document", "article"])
def test_get_when_the_id_is_unknown_then_says_so(store: Store, what: str) -> None:
    with pytest.raises(StoreError, match=f"{what} 'x': found nothing"):
        getattr(store, f"get_{what}")("x")


def test_text_when_no_database_can_hold_it_then_is_kept_readable(store: Store) -> None:
    odd = make_article(title="a\x00b\ud800c", paragraphs=("x\ud800y\x00",))
    store.save_articles([odd])
    assert store.get_article(odd.id) == odd


# The schema


def test_migrations_when_run_from_nothing_then_give_the_schema_of_the_tables(url: str) -> None:
    engine = connect(url)
    with writing(engine) as connection:
        upgrade(connection, "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [
            difference
            for difference in compare_metadata(context, metadata)
            if VERSION_TABLE not in str(difference) and "search_index" not in str(difference)
        ]
    assert differences == []
    with Store.open(url, home=None) as store:
        assert store.list_days() == []
    engine.dispose()


def test_revisions_when_listed_then_are_those_of_the_migrations() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert tuple(r.revision for r in script.walk_revisions())[::-1] == REVISIONS


def test_open_when_the_database_is_older_then_migrates_and_keeps_its_rows(
    url: str, tmp_path: Path
) -> None:
    engine = connect(url)
    with writing(engine) as connection:
        upgrade(connection, REVISIONS[0])
        row = {"h": text_hash("円安"), "at": "2026-11-26T03:00:00.000000+00:00"}
        connection.execute(
            text("INSERT INTO corrections VALUES (:h, '円安', 'a weak yen', 'Mariko', :at)"), row
        )
    engine.dispose()
    with Store.open(url, home=tmp_path) as store:
        assert store.find_translations(["円安"], model="any")["円安"].en == "a weak yen"
        (act,) = store.find_corrections(["円安"])["円安"]
        assert (act.reviewer, act.made_at, act.undone) == ("Mariko", NOON, False)
        assert store.undo_correction("円安")
        assert store.find_translations(["円安"], model="any") == {}
        with store.engine.connect() as connection:
            found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
        assert found == REVISIONS[-1]


def test_open_when_the_database_is_newer_then_refuses_with_remedy(url: str) -> None:
    Store.open(url, home=None).close()
    engine = connect(url)
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match=r"found schema revision 9999; .* upgrade the program"):
        Store.open(url, home=None)


def test_open_when_the_schema_is_current_then_is_quick_and_loads_no_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kawaraban.db'}"
    Store.open(url).close()
    code = (
        "import sys, time\n"
        "from kawaraban.store import Store\n"
        "start = time.perf_counter()\n"
        f"Store.open({url!r}).close()\n"
        "print(time.perf_counter() - start, 'alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, alembic = done.stdout.split()
    assert alembic == "False"
    assert float(seconds) < 0.2


def test_open_when_the_file_is_no_database_then_says_so(tmp_path: Path) -> None:
    path = tmp_path / "kawaraban.db"
    path.write_bytes(b"these are not the bytes of a database" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        Store.open(f"sqlite:///{path}")


@pytest.mark.parametrize("url", ["", "kawaraban.db", "oracle9://x/y"])
def test_open_when_the_url_is_wrong_then_says_what_one_looks_like(url: str) -> None:
    with pytest.raises(UsageError, match="expected sqlite:///PATH or postgresql://"):
        Store.open(url)


def test_open_when_the_server_is_away_then_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="postgresql"):
        Store.open("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")


# Several writers

WRITER = """
import sys
from kawaraban.store import Store
from kawaraban.types import Translation
url, name = sys.argv[1:]
with Store.open(url, home=None) as store:
    for n in range(60):
        rows = [Translation(f"{name}{n}-{i}", "x", -0.5, "m") for i in range(5)]
        store.find_translations([row.ja for row in rows], model="m")
        store.save_translations(rows, model="m")
"""


def test_store_when_processes_open_and_write_at_once_then_none_fails(url: str) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, name], stderr=subprocess.PIPE, text=True
        )
        for name in ("a", "b", "c")
    ]
    errors = [writer.communicate(timeout=100)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], errors
    expected = [f"{name}{n}-{i}" for name in "abc" for n in range(60) for i in range(5)]
    with Store.open(url, home=None) as store:
        assert len(store.find_translations(expected, model="m")) == 900


def test_store_when_threads_write_at_once_then_none_fails(store: Store) -> None:
    failures: list[Exception] = []

    def work(name: int) -> None:
        try:
            for n in range(20):
                store.save_articles([make_article(100 * name + n)])
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.articles_between(NOON, NOON + timedelta(seconds=1))) == 160


def test_reading_when_another_writes_then_is_not_held_up(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}") as store:
        store.save_digest(make_digest())
        with writing(store.engine) as connection:
            connection.execute(text("DELETE FROM digests"))
            start = time.perf_counter()
            assert store.list_days() == [TODAY]
            assert time.perf_counter() - start < 1.0
