"""An open database and the folder beside it: what the topics of the store share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Engine, Table
from sqlalchemy.dialects import postgresql, sqlite

from kawaraban.errors import StoreError
from kawaraban.store.connection import connect, migrate, sqlite_path, writing

T = TypeVar("T")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Session:
    """Open it once per process; its threads share it."""

    def __init__(self, engine: Engine, *, home: Path | None) -> None:
        self.engine = engine
        self._home = home

    @classmethod
    def open(cls, url: str, *, home: Path | None = None) -> Self:
        """Connects and migrates. Raw documents lie under `home`: by default, where the file is."""
        engine = connect(url)
        try:
            migrate(engine)
        except StoreError:
            engine.dispose()
            raise
        path = sqlite_path(engine)
        return cls(engine, home=home or (path.parent if path else None))

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def home(self) -> Path:
        """The folder of the raw documents."""
        if self._home is None:
            raise StoreError(
                "found no folder for raw documents; expected one beside a PostgreSQL database; "
                "open the store with home=…"
            )
        return self._home

    def upsert(
        self, table: Table, rows: Sequence[dict[str, Any]], *, keep: tuple[str, ...] = ()
    ) -> None:
        """Inserts rows, replacing those with the same key but for the columns of `keep`."""
        if not rows:
            return
        keys = [column.name for column in table.primary_key]
        last = {tuple(row[key] for key in keys): storable(row) for row in rows}
        insert = sqlite.insert if self.engine.dialect.name == "sqlite" else postgresql.insert
        statement = insert(table)
        changed = {
            name: statement.excluded[name]
            for name in rows[0]
            if name not in keys and name not in keep
        }
        upsert = statement.on_conflict_do_update(index_elements=keys, set_=changed)
        with writing(self.engine) as connection:
            connection.execute(upsert, list(last.values()))


def storable(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with NUL and lone surrogates, which no database takes, as U+FFFD."""
    return {
        name: _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value
        for name, value in row.items()
    }


def field_values(value: Any) -> dict[str, Any]:
    """The fields of a flat dataclass by name."""
    return {item.name: getattr(value, item.name) for item in fields(value)}


def there(value: T | None, kind: str, identifier: str) -> T:
    """The value, or a StoreError that it is not there."""
    if value is None:
        raise StoreError(
            f"{kind} {identifier!r}: found nothing; expected one in the store; check the id and "
            "KAWARABAN_HOME, or make a digest first"
        )
    return value
