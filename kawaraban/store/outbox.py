"""The outbox: how far the mail to each recipient has come, and who has left a list.

    queued ──► sending ──► sent
       │          ├──► bounced    the server refused for good (5xx), at the dot or before
       │          ├──► retry      the server asked to come again (4xx): due at `next_at`
       │          └──► unknown    the connection or this program ended after the final dot
       └──► withdrawn             the reader left before the letter did

A letter is marked `sending` when all of it but the final dot is with the server, which cannot
deliver it before the dot; so a crash earlier leaves it queued, and nothing is lost. From the mark
until the answer is kept nobody can know whether it was taken: such a letter becomes `unknown` and
is not sent again by itself, so that nothing is sent twice.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Table, and_, exists, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from kawaraban.errors import StoreError
from kawaraban.store import tables
from kawaraban.store.connection import reading, sqlite_path, writing
from kawaraban.store.session import Session, field_values, storable

LetterState = Literal["queued", "sending", "sent", "retry", "bounced", "unknown", "withdrawn"]
Outcome = Literal["sent", "retry", "bounced", "unknown", "withdrawn"]
STATES: tuple[LetterState, ...] = get_args(LetterState)
_OPEN = ("queued", "retry")
_SENDER_LOCK = 0x6B6D6169  # any number: the lock that the one sender holds in PostgreSQL


@dataclass(frozen=True, slots=True)
class Mailing:
    """One list on one day."""

    list_name: str
    day: date


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one recipient. `address` is the key: lower case, without a name."""

    list_name: str
    day: date
    address: str
    recipient: str  # as the list writes it: "Name <address>"
    message_id: str
    state: LetterState
    attempts: int
    next_at: datetime
    changed_at: datetime
    reply: str = ""  # the server's last answer, without the address

    @property
    def mailing(self) -> Mailing:
        return Mailing(self.list_name, self.day)


class Outbox(Session):
    """Mailings, letters and subscribers."""

    def open_mailing(self, mailing: Mailing, *, digest_key: str, now: datetime) -> str:
        """Begin a mailing with this digest, or give the key of the one with which it began."""
        row = {**field_values(mailing), "digest_key": digest_key, "started_at": now}
        self._insert_new(tables.mailings, [row])
        return self.mailing_digest(mailing) or digest_key

    def mailing_digest(self, mailing: Mailing) -> str | None:
        """Key of the digest that a mailing carries; None if it has not begun."""
        t = tables.mailings
        query = select(t.c.digest_key).where(
            t.c.list_name == mailing.list_name, t.c.day == mailing.day
        )
        with reading(self.engine) as connection:
            return connection.execute(query).scalar_one_or_none()

    def enqueue(self, letters: Sequence[Letter], *, tokens: Sequence[str]) -> int:
        """Add letters that are not in the outbox; gives how many were new."""
        subscribers = [
            {
                "list_name": letter.list_name,
                "address": letter.address,
                "token": token,
                "left_at": None,
                "left_by": "",
            }
            for letter, token in zip(letters, tokens, strict=True)
        ]
        self._insert_new(tables.subscribers, subscribers)
        return self._insert_new(tables.outbox, [field_values(letter) for letter in letters])

    def _insert_new(self, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
        if not rows:
            return 0
        insert = sqlite.insert if self.engine.dialect.name == "sqlite" else postgresql.insert
        count = select(func.count()).select_from(table)
        with writing(self.engine, durable=True) as connection:
            before = connection.execute(count).scalar_one()
            connection.execute(
                insert(table).on_conflict_do_nothing(), [storable(row) for row in rows]
            )
            return connection.execute(count).scalar_one() - before

    def letters(self, mailing: Mailing, *, states: Iterable[LetterState] = STATES) -> list[Letter]:
        """Letters of a mailing, the one due first in front."""
        t = tables.outbox
        query = (
            select(t)
            .where(_of(mailing), t.c.state.in_(tuple(states)))
            .order_by(t.c.next_at, t.c.address)
        )
        with reading(self.engine) as connection:
            return [Letter(**row) for row in connection.execute(query).mappings()]

    def bounced_before(self, mailing: Mailing) -> list[Letter]:
        """The refused letters that are the newest of their address before the day of a mailing."""
        t = tables.outbox
        newest = (
            select(t.c.address, func.max(t.c.day).label("day"))
            .where(t.c.list_name == mailing.list_name, t.c.day < mailing.day)
            .group_by(t.c.address)
            .subquery()
        )
        same = and_(t.c.address == newest.c.address, t.c.day == newest.c.day)
        query = select(t).join(newest, same)
        query = query.where(t.c.list_name == mailing.list_name, t.c.state == "bounced")
        with reading(self.engine) as connection:
            return [Letter(**row) for row in connection.execute(query).mappings()]

    def count_letters(self, mailing: Mailing) -> dict[LetterState, int]:
        """How many letters are in each state; every state is named."""
        t = tables.outbox
        query = select(t.c.state, func.count()).where(_of(mailing)).group_by(t.c.state)
        with reading(self.engine) as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in STATES}

    def may_send(self, letter: Letter) -> bool:
        """Whether it still waits, and its recipient has not left."""
        t = tables.outbox
        query = select(t.c.address).where(_waits(letter), ~_left())
        with reading(self.engine) as connection:
            return connection.execute(query).first() is not None

    def mark_sending(self, letter: Letter, *, now: datetime) -> bool:
        """Mark it before the final dot. False: it is not to be sent (any more)."""
        change = (
            update(tables.outbox)
            .where(_waits(letter), ~_left())
            .values(state="sending", changed_at=now)
        )
        with writing(self.engine, durable=True) as connection:
            return connection.execute(change).rowcount == 1

    def settle(
        self, letter: Letter, state: Outcome, *, reply: str, now: datetime, next_at: datetime
    ) -> None:
        """Keep what became of an attempt."""
        t = tables.outbox
        values = {"state": state, "reply": reply, "changed_at": now, "next_at": next_at}
        from_states = _OPEN if state == "withdrawn" else (*_OPEN, "sending", "unknown")
        change = update(t).where(_is(letter), t.c.state.in_(from_states))
        with writing(self.engine, durable=True) as connection:
            connection.execute(change.values(**storable(values), attempts=t.c.attempts + 1))

    def recover(self, mailing: Mailing, *, now: datetime) -> int:
        """After a crash: what was `sending` is `unknown`. Only the one sender may call it."""
        return self._change(mailing, "sending", "unknown", now=now)

    def queue_again(
        self, mailing: Mailing, state: Literal["unknown", "bounced"], *, now: datetime
    ) -> int:
        """The operator's decision that all letters of that state are to go out again."""
        return self._change(mailing, state, "queued", now=now)

    def _change(
        self, mailing: Mailing, old: LetterState, new: LetterState, *, now: datetime
    ) -> int:
        t = tables.outbox
        change = update(t).where(_of(mailing), t.c.state == old)
        with writing(self.engine, durable=True) as connection:
            return connection.execute(
                change.values(state=new, changed_at=now, next_at=now)
            ).rowcount

    def leave(self, token: str, *, by: str, now: datetime) -> str | None:
        """Take the holder of a token off its list, at once; gives the list, None if unknown."""
        t = tables.subscribers
        found = select(t.c.list_name).where(t.c.token == token)
        change = update(t).where(t.c.token == token, t.c.left_at.is_(None))
        with writing(self.engine, durable=True) as connection:
            connection.execute(change.values(left_at=now, left_by=by))
            return connection.execute(found).scalar_one_or_none()

    def come_back(self, list_name: str, address: str) -> bool:
        """Undo a departure; False if that address had not left."""
        t = tables.subscribers
        change = update(t).where(
            t.c.list_name == list_name, t.c.address == address, t.c.left_at.is_not(None)
        )
        with writing(self.engine, durable=True) as connection:
            return connection.execute(change.values(left_at=None, left_by="")).rowcount == 1

    def list_of_token(self, token: str) -> str | None:
        """The list that a token belongs to."""
        t = tables.subscribers
        with reading(self.engine) as connection:
            query = select(t.c.list_name).where(t.c.token == token)
            return connection.execute(query).scalar_one_or_none()

    def departed(self, list_name: str) -> frozenset[str]:
        """Addresses that have left a list."""
        t = tables.subscribers
        query = select(t.c.address).where(t.c.list_name == list_name, t.c.left_at.is_not(None))
        with reading(self.engine) as connection:
            return frozenset(connection.execute(query).scalars())

    def secret(self, name: str) -> bytes:
        """A key of this installation, made at the first call and the same ever after."""
        row = {
            "name": name,
            "value": secrets.token_hex(32),
            "created_at": datetime.now(UTC),
        }
        self._insert_new(tables.secrets, [row])
        t = tables.secrets
        with reading(self.engine) as connection:
            value: str = connection.execute(select(t.c.value).where(t.c.name == name)).scalar_one()
        return bytes.fromhex(value)

    @contextmanager
    def sole_sender(self) -> Iterator[None]:
        """Holds what only one process may hold per database; freed when the process ends.

        So the holder knows that no other run is alive, and that its limits on rate and
        connections are those of the whole installation.
        """
        path = sqlite_path(self.engine)
        if self.engine.dialect.name == "sqlite":
            if path is None:
                yield
                return
            with closing(sqlite3.connect(f"{path}.sender", timeout=0)) as lock:
                try:
                    lock.execute("BEGIN EXCLUSIVE")
                except sqlite3.OperationalError:
                    raise _already_sending() from None
                yield
            return
        with self.engine.connect() as connection:
            free = connection.execute(
                text("SELECT pg_try_advisory_lock(:key)"), {"key": _SENDER_LOCK}
            ).scalar_one()
            connection.commit()
            if not free:
                raise _already_sending()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock_all()"))
                connection.commit()


def _already_sending() -> StoreError:
    return StoreError(
        "the newsletter is being sent by another run; expected to be the only one; "
        "wait for it, or end it and start again"
    )


def _of(mailing: Mailing) -> ColumnElement[bool]:
    t = tables.outbox
    return and_(t.c.list_name == mailing.list_name, t.c.day == mailing.day)


def _is(letter: Letter) -> ColumnElement[bool]:
    return and_(_of(letter.mailing), tables.outbox.c.address == letter.address)


def _waits(letter: Letter) -> ColumnElement[bool]:
    return and_(_is(letter), tables.outbox.c.state.in_(_OPEN))


def _left() -> ColumnElement[bool]:
    t, s = tables.outbox, tables.subscribers
    return exists().where(
        s.c.list_name == t.c.list_name, s.c.address == t.c.address, s.c.left_at.is_not(None)
    )
