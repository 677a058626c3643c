"""Keys of the HTTP service: made once, shown once, kept as hashes.

key, token = store.create_key("newsroom")   # token "kw_…": 256 random bits, not stored
store.find_key(token)                       # the key, or None if unknown or revoked
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update

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


class Keys(Session):
    """One row per key, revoked ones too."""

    def create_key(self, name: str, *, created_at: datetime | None = None) -> tuple[ApiKey, str]:
        """A new key and its token, which cannot be shown again."""
        token = PREFIX + secrets.token_urlsafe(32)
        key = ApiKey(secrets.token_hex(4), name, created_at or datetime.now(UTC))
        self.upsert(tables.api_keys, [field_values(key) | {"sha256": _hash(token)}])
        return key, token

    def find_key(self, token: str) -> ApiKey | None:
        """The valid key of a token. The hash of 256 random bits gives nothing away by timing."""
        t = tables.api_keys
        query = select(t.c.id, t.c.name, t.c.created_at, t.c.revoked_at)
        query = query.where(t.c.sha256 == _hash(token), t.c.revoked_at.is_(None))
        with reading(self.engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else ApiKey(*row)

    def list_keys(self) -> list[ApiKey]:
        """All keys, the oldest first."""
        t = tables.api_keys
        query = select(t.c.id, t.c.name, t.c.created_at, t.c.revoked_at)
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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
