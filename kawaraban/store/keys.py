"""Keys of the HTTP service: made once, shown once, kept as hashes.

key, token = store.create_key("newsroom")   # token "kw_…": 256 random bits, not stored
store.find_key(token)                       # the key, or None if unknown or revoked
store.add_characters(key.id, 120, month="2026-11", limit=key.character_limit)   # False: too many
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from kawaraban.store import tables
from kawaraban.store.connection import reading, writing
from kawaraban.store.session import Session, field_values, there

PREFIX = "kw_"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Who may use the service. `id` is public; the token is known to its owner alone."""

    id: str
    name: str
    created_at: datetime
    revoked_at: datetime | None = None
    character_limit: int | None = None  # per calendar month in UTC; None: no limit


_COLUMNS = [tables.api_keys.c[item.name] for item in fields(ApiKey)]


class Keys(Session):
    """One row per key, revoked ones too, and one per key and month for its characters."""

    def create_key(
        self,
        name: str,
        *,
        character_limit: int | None = None,
        created_at: datetime | None = None,
    ) -> tuple[ApiKey, str]:
        """A new key and its token, which cannot be shown again."""
        token = PREFIX + secrets.token_urlsafe(32)
        now = created_at or datetime.now(UTC)
        key = ApiKey(secrets.token_hex(4), name, now, character_limit=character_limit)
        self.upsert(tables.api_keys, [field_values(key) | {"sha256": _hash(token)}])
        return key, token

    def find_key(self, token: str) -> ApiKey | None:
        """The valid key of a token. The hash of 256 random bits gives nothing away by timing."""
        t = tables.api_keys
        query = select(*_COLUMNS).where(t.c.sha256 == _hash(token), t.c.revoked_at.is_(None))
        with reading(self.engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else ApiKey(*row)

    def list_keys(self) -> list[ApiKey]:
        """All keys, the oldest first."""
        t = tables.api_keys
        query = select(*_COLUMNS)
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(t.c.created_at, t.c.id)).all()
        return [ApiKey(*row) for row in rows]

    def revoke_key(self, key_id: str, *, revoked_at: datetime | None = None) -> None:
        """The key is refused from now on; raises StoreError for one that is not there."""
        t = tables.api_keys
        with writing(self.engine) as connection:
            done = connection.execute(
                update(t).where(t.c.id == key_id).values(revoked_at=revoked_at or datetime.now(UTC))
            ).rowcount
        there(key_id if done else None, "key", key_id)

    def add_characters(
        self, key_id: str, n_characters: int, *, month: str, limit: int | None = None
    ) -> bool:
        """Counts characters of a month ("2026-11"); False, and nothing counted, over the limit.

        One statement: several services that share the database cannot overdraw a key together.
        """
        if limit is not None and n_characters > limit:
            return False
        t = tables.key_usage
        insert = sqlite.insert if self.engine.dialect.name == "sqlite" else postgresql.insert
        row = {"key_id": key_id, "month": month, "n_characters": n_characters}
        statement = insert(t).values(row)
        after = t.c.n_characters + statement.excluded.n_characters
        statement = statement.on_conflict_do_update(
            index_elements=[t.c.key_id, t.c.month],
            set_={"n_characters": after},
            where=None if limit is None else after <= limit,
        )
        with writing(self.engine) as connection:
            counted = connection.execute(statement.returning(t.c.key_id))
            return counted.first() is not None

    def count_characters(self, key_id: str, *, month: str) -> int:
        """Characters that a key has had translated in a month."""
        t = tables.key_usage
        query = select(t.c.n_characters).where(t.c.key_id == key_id, t.c.month == month)
        with reading(self.engine) as connection:
            return connection.execute(query).scalar_one_or_none() or 0


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
