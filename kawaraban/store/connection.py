"""Engines, transactions and the schema's revision, for SQLite and PostgreSQL alike.

Input:  an SQLAlchemy URL: `sqlite:////data/kawaraban.db`, `postgresql://user@host/name`.
Output: an engine whose database has the newest schema.

A writing transaction takes the write lock at its start (BEGIN IMMEDIATE), so that two processes
wait for each other and neither fails half-way. A new database gets its tables at once; an older
one is migrated by Alembic (`kawaraban/migrations`), one step after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from kawaraban.errors import StoreError, UsageError
from kawaraban.store.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
)  # oldest first; the last is the schema of tables.py
VERSION_TABLE = "kawaraban_version"
_BUSY_TIMEOUT_MS = 60_000
_LOCK_KEY = 0x6B617761  # any number: names the lock under which PostgreSQL is migrated
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def connect(url: str) -> Engine:
    """An engine for the database; SQLite's folder is made, nothing else is touched."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise UsageError(
            f"database URL: found {error}; expected sqlite:///PATH or postgresql://USER@HOST/NAME; "
            "correct KAWARABAN_DATABASE_URL (PostgreSQL needs `pip install kawaraban[postgres]`)"
        ) from error
    if engine.dialect.name == "sqlite":
        if path := sqlite_path(engine):
            path.parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def sqlite_path(engine: Engine) -> Path | None:
    """The file of an SQLite database; None for another kind or a database in memory."""
    name = engine.url.database
    in_file = engine.dialect.name == "sqlite" and name and name != ":memory:"
    return Path(name) if in_file and name else None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database from its first statement on."""
    with _errors_named(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine, *, durable: bool = False) -> Iterator[Connection]:
    """A transaction that is written as a whole or not at all.

    Once it has ended it outlives the process; with `durable` also a power failure.
    """
    with _errors_named(engine), engine.connect() as connection:
        connection = connection.execution_options(kawaraban_writes=True, kawaraban_durable=durable)
        with connection.begin():
            yield connection


def wait_for_turn(connection: Connection, key: int) -> None:
    """One writer at a time under this key (signed, 64 bits), until the transaction ends.

    A writing transaction of SQLite is alone from its start.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def migrate(engine: Engine) -> None:
    """Brings the schema to the newest revision; does nothing but look if it is there already."""
    with reading(engine) as connection:
        if _revision(connection) == REVISIONS[-1]:
            return
    with writing(engine) as connection:
        wait_for_turn(connection, _LOCK_KEY)
        found = _revision(connection)
        if found is None:
            metadata.create_all(connection)
            stamp(connection, REVISIONS[-1])
        elif found not in REVISIONS:
            raise StoreError(
                f"{engine.url}: found schema revision {found}; expected at most {REVISIONS[-1]}: "
                "a newer kawaraban made it; upgrade the program, or restore an older backup"
            )
        elif found != REVISIONS[-1]:
            upgrade(connection, REVISIONS[-1])


def stamp(connection: Connection, revision: str) -> None:
    """Notes which revision the schema has."""
    connection.execute(text(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) PRIMARY KEY)"))
    insert = text(f"INSERT INTO {VERSION_TABLE} VALUES (:revision)")  # noqa: S608
    connection.execute(insert, {"revision": revision})


def upgrade(connection: Connection, revision: str) -> None:
    """Runs the migrations up to `revision` inside the transaction of `connection`."""
    from alembic import command

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def alembic_config() -> Config:
    """Alembic's view of the packaged migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    query = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608
    return connection.execute(query).scalar_one_or_none()


@contextmanager
def _errors_named(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(
            f"{engine.url}: found {cause}; expected a readable and writable database; check the "
            "path, its permissions and free space, or bring one back with `kawaraban store restore`"
        ) from error


def _set_pragmas(connection: Any, record: object) -> None:
    connection.isolation_level = None  # this module begins its transactions itself
    for pragma in (
        f"busy_timeout = {_BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("kawaraban_writes", False):
        level = "FULL" if options.get("kawaraban_durable", False) else "NORMAL"
        connection.exec_driver_sql(f"PRAGMA synchronous = {level}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
