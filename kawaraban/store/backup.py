"""One archive of database and raw documents, for SQLite and PostgreSQL, and from one to the other.

    kawaraban-backup.tar.gz
        backup.json            format, schema revision, time, rows per table
        tables/articles.jsonl  one row per line, columns by name
        documents/…, visits/…  the raw documents, as they lie under `home`

The tables are read in one transaction: a backup sees one moment, while other runs go on writing.
Restoring happens in one transaction too: an archive that is damaged leaves everything as it was.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import json
import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, TableClause, column, func, select, table, text
from sqlalchemy import inspect as inspect_schema

from kawaraban.errors import StoreError
from kawaraban.sources.raw import write_whole
from kawaraban.store.connection import (
    REVISIONS,
    VERSION_TABLE,
    connect,
    migrate,
    reading,
    sqlite_path,
    upgrade,
    writing,
)
from kawaraban.store.database import Store
from kawaraban.store.tables import metadata

_FORMAT = 1
_HEAD = "backup.json"
_CHUNK_ROWS = 500
_SPOOL_BYTES = 32_000_000
_TABLE_NAME = re.compile(r"tables/([a-z_]+)\.jsonl")
_FOLDERS = ("documents", "visits")
_FILE_NAME = re.compile(
    r"documents/[0-9a-f]{2}/(?P<sha256>[0-9a-f]{64})/(?P<file>body|[0-9a-f]{16}\.json)"
    r"|visits/[0-9a-f]{64}\.json"
)


def backup(store: Store, archive: Path, *, home: Path | None = None) -> None:
    """Writes database and raw documents (under `home`) into `archive`, replacing it when done."""
    home = home or store.home
    partial = archive.with_name(f"{archive.name}.partial")
    try:
        archive.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(partial, "w:gz") as tar:
            with reading(store.engine) as connection:
                _write_tables(tar, connection)
            for path in sorted(path for name in _FOLDERS for path in (home / name).rglob("*")):
                name = path.relative_to(home).as_posix()
                if _FILE_NAME.fullmatch(name):
                    with path.open("rb") as file:
                        _write_member(tar, name, file)
        partial.replace(archive)
    except OSError as error:
        raise StoreError(
            f"{archive}: found {error}; expected a place to write the backup; choose another"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def restore(archive: Path, *, url: str, home: Path, force: bool = False) -> None:
    """Brings an archive back. The database must be empty; with `force` it is replaced."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            head = _read_head(tar, archive)
            engine = _open_for_restore(url, force=force)
            try:
                with writing(engine) as connection:
                    _replace_tables(connection, head["revision"])
                    _read_members(tar, connection, home=home, expected=head["rows"])
                    upgrade(connection, REVISIONS[-1])
            finally:
                engine.dispose()
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError, KeyError) as error:
        raise StoreError(
            f"{archive}: found {error}; expected an archive of `kawaraban store backup`; nothing "
            "was changed in the database; try another backup"
        ) from error


def _write_tables(tar: tarfile.TarFile, connection: Connection) -> None:
    counts = {
        name: connection.execute(select(func.count()).select_from(found)).scalar_one()
        for name, found in metadata.tables.items()
    }
    head = {
        "format": _FORMAT,
        "revision": REVISIONS[-1],
        "created_at": datetime.now(UTC).isoformat(),
        "rows": counts,
    }
    _write_member(tar, _HEAD, io.BytesIO(json.dumps(head, indent=1).encode()))
    for name, found in metadata.tables.items():
        with tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as lines:
            rows = connection.execute(select(_untyped(name, list(found.columns.keys()))))
            for row in rows.mappings():
                lines.write(json.dumps(dict(row), ensure_ascii=False).encode() + b"\n")
            lines.seek(0)
            _write_member(tar, f"tables/{name}.jsonl", lines)


def _write_member(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    file.seek(0, io.SEEK_END)
    member.size = file.tell()
    file.seek(0)
    tar.addfile(member, file)


def _read_head(tar: tarfile.TarFile, archive: Path) -> dict[str, Any]:
    member = tar.next()
    file = tar.extractfile(member) if member is not None and member.name == _HEAD else None
    if file is None:
        raise ValueError(f"no {_HEAD} at the start")
    head: dict[str, Any] = json.load(file)
    if head["format"] != _FORMAT or head["revision"] not in REVISIONS:
        raise StoreError(
            f"{archive}: found format {head['format']}, schema {head['revision']}; expected format "
            f"{_FORMAT}, schema up to {REVISIONS[-1]}; upgrade the program"
        )
    return head


def _open_for_restore(url: str, *, force: bool) -> Engine:
    engine = connect(url)
    try:
        migrate(engine)
    except StoreError:
        path = sqlite_path(engine)
        engine.dispose()
        if not force or path is None or not path.is_file():
            raise
        path.replace(path.with_name(f"{path.name}.damaged"))
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        migrate(engine)
    if not force:
        with reading(engine) as connection:
            for name, found in metadata.tables.items():
                if connection.execute(select(found).limit(1)).first() is not None:
                    raise StoreError(
                        f"{engine.url}: found rows in {name}; expected an empty database; use "
                        "--force to replace everything in it"
                    )
    return engine


def _replace_tables(connection: Connection, revision: str) -> None:
    """Empty tables with the schema that the archive has."""
    for name in (*metadata.tables, VERSION_TABLE):
        connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    upgrade(connection, revision)


def _read_members(
    tar: tarfile.TarFile, connection: Connection, *, home: Path, expected: dict[str, int]
) -> None:
    columns = {
        name: {item["name"] for item in inspect_schema(connection).get_columns(name)}
        for name in expected
    }
    for member in tar:
        file = tar.extractfile(member)
        if file is None:
            raise ValueError(f"{member.name} is not a file")
        if match := _TABLE_NAME.fullmatch(member.name):
            name = match.group(1)
            n_rows = _insert(connection, name, _rows(file, columns[name]))
            if n_rows != expected[name]:
                raise ValueError(f"{n_rows} rows of {name}, not {expected[name]}")
        elif match := _FILE_NAME.fullmatch(member.name):
            data = file.read()
            is_body = match["file"] == "body"
            if is_body and hashlib.sha256(data).hexdigest() != match["sha256"]:
                raise ValueError(f"{member.name} holds other bytes than its name says")
            write_whole(home / member.name, data)
        elif member.name != _HEAD:
            raise ValueError(f"a member {member.name}")


def _rows(file: IO[bytes], columns: set[str]) -> Iterator[dict[str, Any]]:
    for line in file:
        row = json.loads(line)
        if row.keys() != columns:
            raise ValueError(f"columns {sorted(row)}, not {sorted(columns)}")
        yield row


def _insert(connection: Connection, name: str, rows: Iterator[dict[str, Any]]) -> int:
    n_rows = 0
    while chunk := list(itertools.islice(rows, _CHUNK_ROWS)):
        connection.execute(_untyped(name, list(chunk[0])).insert(), chunk)
        n_rows += len(chunk)
    return n_rows


def _untyped(name: str, columns: list[str]) -> TableClause:
    """The table with its values as the database holds them: text and numbers."""
    return table(name, *(column(item) for item in columns))
