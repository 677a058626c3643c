"""What reviewers wrote in place of the machine's English, and how it came to be.

store.save_correction("霧。", "Fog.", reviewer="Mariko", before="Frog.")
store.find_translations(["霧。"], model="any")  →  "Fog.", by HUMAN
store.undo_correction("霧。", reviewer="Ken")    →  True; the machine's English stands again
store.find_corrections(["霧。"])                →  both acts, newest first

The history is only ever added to. `corrections` has what stands now: what the history comes to.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from kawaraban.store import tables
from kawaraban.store.connection import reading, wait_for_turn, writing
from kawaraban.store.memory import CHUNK_ROWS, text_hash
from kawaraban.store.session import Session, field_values, storable


@dataclass(frozen=True, slots=True)
class Correction:
    """One act of a reviewer: an English written, or the last one taken back."""

    ja: str
    en: str  # what stands since; empty: the machine's English
    before: str  # what stood there; empty: nothing, or nobody noted it
    reviewer: str
    made_at: datetime
    undone: bool  # the one before was taken back


class Corrections(Session):
    """A reviewer's English for a sentence: it wins over every model until it is taken back."""

    def save_correction(
        self,
        ja: str,
        en: str,
        *,
        reviewer: str = "",
        before: str = "",
        corrected_at: datetime | None = None,
    ) -> None:
        """Sets the English of a sentence; nothing happens if it stands so already."""
        with writing(self.engine) as connection:
            acts = _acts_in_turn(connection, ja)
            standing = _standing(acts)
            if standing and standing[-1].en == en:
                return
            act = Correction(
                ja,
                en,
                standing[-1].en if standing else before,
                reviewer,
                corrected_at or datetime.now(UTC),
                undone=False,
            )
            _note(connection, act, number=len(acts) + 1, now=act)

    def undo_correction(
        self,
        ja: str,
        *,
        reviewer: str = "",
        n_seen: int | None = None,
        undone_at: datetime | None = None,
    ) -> bool:
        """Back to the English before the last correction; False if none stands.

        With `n_seen`, the acts that the reviewer saw, nothing happens if there are more by now:
        a second click takes no second correction back.
        """
        with writing(self.engine) as connection:
            acts = _acts_in_turn(connection, ja)
            standing = _standing(acts)
            if not standing or n_seen not in (None, len(acts)):
                return False
            now = standing[-2] if len(standing) > 1 else None
            act = Correction(
                ja,
                now.en if now else "",
                standing[-1].en,
                reviewer,
                undone_at or datetime.now(UTC),
                undone=True,
            )
            _note(connection, act, number=len(acts) + 1, now=now)
        return True

    def find_corrections(self, sentences: Iterable[str]) -> dict[str, tuple[Correction, ...]]:
        """The history of those sentences that have one, newest first."""
        by_hash = {text_hash(ja): ja for ja in sentences}
        hashes = list(by_hash)
        t = tables.correction_history
        found: dict[str, list[Correction]] = {}
        with reading(self.engine) as connection:
            for start in range(0, len(hashes), CHUNK_ROWS):
                chosen = t.c.ja_sha256.in_(hashes[start : start + CHUNK_ROWS])
                query = select(t).where(chosen).order_by(t.c.ja_sha256, t.c.number.desc())
                for row in connection.execute(query):
                    found.setdefault(by_hash[row.ja_sha256], []).append(_correction(row))
        return {ja: tuple(acts) for ja, acts in found.items()}


def _acts_in_turn(connection: Connection, ja: str) -> list[Correction]:
    """The history, oldest first; who writes to the same sentence meanwhile waits."""
    key = text_hash(ja)
    wait_for_turn(connection, int.from_bytes(bytes.fromhex(key)[:8], signed=True))
    t = tables.correction_history
    query = select(t).where(t.c.ja_sha256 == key).order_by(t.c.number)
    return [_correction(row) for row in connection.execute(query)]


def _standing(acts: Iterable[Correction]) -> list[Correction]:
    """The corrections that were not taken back; the last one is shown."""
    standing: list[Correction] = []
    for act in acts:
        if act.undone:
            standing.pop()
        else:
            standing.append(act)
    return standing


def _note(connection: Connection, act: Correction, *, number: int, now: Correction | None) -> None:
    """The act in the history, and the correction that stands after it, if any does."""
    ja_sha256, ja = text_hash(act.ja), unicodedata.normalize("NFC", act.ja)
    row = field_values(act) | {"ja": ja, "undone": int(act.undone)}
    row |= {"ja_sha256": ja_sha256, "number": number}
    connection.execute(insert(tables.correction_history).values(**storable(row)))
    t = tables.corrections
    connection.execute(delete(t).where(t.c.ja_sha256 == ja_sha256))
    if now:
        by = {"reviewer": now.reviewer, "corrected_at": now.made_at}
        values = {"ja_sha256": ja_sha256, "ja": ja, "en": now.en, **by}
        connection.execute(insert(t).values(**storable(values)))


def _correction(row: Row[Any]) -> Correction:
    return Correction(row.ja, row.en, row.before, row.reviewer, row.made_at, bool(row.undone))
