import gzip
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect
from test_store import NOON, TODAY, make_article, make_digest, make_document, postgres_url

from kawaraban.errors import StoreError
from kawaraban.store import Store, backup, restore
from kawaraban.store.connection import REVISIONS, VERSION_TABLE, connect, upgrade, writing
from kawaraban.types import Sentence, Translation

DOCUMENT = make_document(b"\x00\xff" * 1000)
Members = dict[str, bytes]


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'kawaraban.db'}"


def fill(store: Store) -> None:
    store.save_document(DOCUMENT)
    store.save_articles(
        [make_article(n) for n in range(1200)], sentences={"id1": [Sentence(0, "雨。", 0, 2, 0)]}
    )
    store.save_translations([Translation("雨。", "Rain.", -0.1, "m@1")], model="m@1")
    store.save_correction("霧。", "Fog.")
    store.save_digest(make_digest())
    store.finish_run(store.start_run("abc").id, status="done", counters={"articles": 2})


def contents(store: Store) -> object:
    return (
        store.get_document(DOCUMENT.id),
        store.articles_between(NOON, NOON + timedelta(days=1)),
        store.get_sentences("id1"),
        store.find_translations(["雨。", "霧。"], model="m@1"),
        store.list_digests(),
        store.get_digest(TODAY),
        store.list_runs(),
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A backup of a filled SQLite store."""
    path = tmp_path / "backups" / "today.tar.gz"
    with Store.open(sqlite_url(tmp_path / "first")) as store:
        fill(store)
        backup(store, path)
    return path


@pytest.fixture
def server() -> Iterator[str]:
    yield from postgres_url()


def test_restore_when_into_an_empty_home_then_everything_is_there(
    archive: Path, tmp_path: Path
) -> None:
    home = tmp_path / "second"
    restore(archive, url=sqlite_url(home), home=home)
    with Store.open(sqlite_url(home)) as store, Store.open(sqlite_url(tmp_path / "first")) as first:
        assert contents(store) == contents(first)
    assert list(archive.parent.iterdir()) == [archive]


def test_restore_when_from_one_database_to_the_other_and_back_then_nothing_changes(
    archive: Path, server: str, tmp_path: Path
) -> None:
    restore(archive, url=server, home=tmp_path / "second")
    with Store.open(server, home=tmp_path / "second") as store:
        backup(store, tmp_path / "server.tar.gz")
    restore(tmp_path / "server.tar.gz", url=sqlite_url(tmp_path / "third"), home=tmp_path / "third")
    with (
        Store.open(sqlite_url(tmp_path / "third")) as store,
        Store.open(sqlite_url(tmp_path / "first")) as first,
    ):
        assert contents(store) == contents(first)


def test_restore_when_the_database_has_rows_then_needs_force(archive: Path, tmp_path: Path) -> None:
    home = tmp_path / "second"
    with Store.open(sqlite_url(home)) as store:
        store.save_articles([make_article(9999)])
    with pytest.raises(StoreError, match=r"found rows in articles; .* --force"):
        restore(archive, url=sqlite_url(home), home=home)
    with Store.open(sqlite_url(home)) as store:
        assert store.find_article("id1") is None
    restore(archive, url=sqlite_url(home), home=home, force=True)
    with Store.open(sqlite_url(home)) as store:
        assert store.find_article("id9999") is None
        assert store.find_article("id1") is not None


def test_restore_when_the_database_is_damaged_then_force_sets_it_aside(
    archive: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "second" / "kawaraban.db"
    damaged.parent.mkdir()
    damaged.write_bytes(b"no database " * 1000)
    url = sqlite_url(damaged.parent)
    with pytest.raises(StoreError, match="not a database"):
        restore(archive, url=url, home=damaged.parent)
    restore(archive, url=url, home=damaged.parent, force=True)
    assert damaged.with_name("kawaraban.db.damaged").read_bytes() == b"no database " * 1000
    with Store.open(url) as store:
        assert store.list_days() == [TODAY]


def read_members(archive: Path) -> Members:
    members: Members = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member)
            assert file is not None
            members[member.name] = file.read()
    return members


def write_members(archive: Path, members: Members) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))


def set_revision(members: Members, revision: str) -> None:
    head = json.loads(members["backup.json"])
    members["backup.json"] = json.dumps(head | {"revision": revision}).encode()


def drop_last_row(members: Members) -> None:
    lines = members["tables/articles.jsonl"].splitlines(keepends=True)
    members["tables/articles.jsonl"] = b"".join(lines[:-1])


def add_column(members: Members) -> None:
    row = json.loads(members["tables/digests.jsonl"])
    members["tables/digests.jsonl"] = json.dumps(row | {"x; DROP TABLE runs": 1}).encode() + b"\n"


def swap_raw(members: Members) -> None:
    (name,) = (name for name in members if name.endswith("/body"))
    members[name] = b"other bytes"


def escape_folder(members: Members) -> None:
    members["documents/../../evil.json"] = b"x"


def make_newer(members: Members) -> None:
    set_revision(members, "9999")


def drop_head(members: Members) -> None:
    del members["backup.json"]


DAMAGES: list[tuple[Callable[[Members], None], str]] = [
    (drop_last_row, "1199 rows of articles, not 1200"),
    (add_column, "columns "),
    (swap_raw, "holds other bytes than its name says"),
    (escape_folder, "a member documents/../../evil.json"),
    (make_newer, "found format 1, schema 9999; expected format 1, schema up to"),
    (drop_head, "no backup.json at the start"),
]


@pytest.mark.parametrize(("damage", "message"), DAMAGES)
def test_restore_when_the_archive_is_damaged_then_nothing_changes(
    archive: Path, tmp_path: Path, damage: Callable[[Members], None], message: str
) -> None:
    members = read_members(archive)
    damage(members)
    write_members(archive, members)
    home = tmp_path / "second"
    with Store.open(sqlite_url(home)) as store:
        store.save_articles([make_article(9999)])
        with pytest.raises(StoreError) as caught:
            restore(archive, url=sqlite_url(home), home=home, force=True)
        assert message in str(caught.value)
        assert store.find_article("id9999") is not None
        assert store.find_article("id1") is None
    assert not (tmp_path / "evil.json").exists()


def only_columns(body: bytes, names: set[str]) -> bytes:
    """The rows of a table as an older schema has them."""
    rows = [{k: v for k, v in json.loads(line).items() if k in names} for line in body.splitlines()]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_restore_when_the_archive_has_the_first_schema_then_is_migrated(
    archive: Path, tmp_path: Path
) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'schema.db'}")
    with writing(engine) as connection:
        upgrade(connection, REVISIONS[0])
        schema = inspect(connection)
        columns = {
            f"tables/{name}.jsonl": {column["name"] for column in schema.get_columns(name)}
            for name in set(schema.get_table_names()) - {VERSION_TABLE}
        }
    engine.dispose()
    members = read_members(archive)
    set_revision(members, REVISIONS[0])
    head = json.loads(members["backup.json"])
    rows = head["rows"].items()
    head["rows"] = {name: n for name, n in rows if f"tables/{name}.jsonl" in columns}
    members["backup.json"] = json.dumps(head).encode()
    kept = {
        name: only_columns(body, columns[name]) if name in columns else body
        for name, body in members.items()
        if not name.startswith("tables/") or name in columns
    }
    write_members(archive, kept)
    home = tmp_path / "second"
    restore(archive, url=sqlite_url(home), home=home)
    with Store.open(sqlite_url(home)) as store, Store.open(sqlite_url(tmp_path / "first")) as first:
        assert contents(store) == contents(first)


@pytest.mark.parametrize("body", [b"", b"no archive", gzip.compress(b"no tar")])
def test_restore_when_the_file_is_no_archive_then_says_so(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(body)
    with pytest.raises(StoreError, match="expected an archive of `kawaraban store backup`"):
        restore(path, url=sqlite_url(tmp_path), home=tmp_path)


def test_restore_when_the_archive_is_cut_off_then_nothing_changes(
    archive: Path, tmp_path: Path
) -> None:
    archive.write_bytes(archive.read_bytes()[:-200])
    home = tmp_path / "second"
    with pytest.raises(StoreError, match="expected an archive"):
        restore(archive, url=sqlite_url(home), home=home)
    with Store.open(sqlite_url(home)) as store:
        assert store.list_days() == []
        assert store.find_article("id1") is None


def test_backup_when_it_cannot_be_written_then_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (
        Store.open(sqlite_url(tmp_path)) as store,
        pytest.raises(StoreError, match="expected a place to write the backup"),
    ):
        backup(store, tmp_path / "file" / "backup.tar.gz")
