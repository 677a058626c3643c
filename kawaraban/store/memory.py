"""Translations in the store: the rows behind `translation.memory`."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from kawaraban.codec import from_json, to_json
from kawaraban.store import tables
from kawaraban.store.connection import reading
from kawaraban.store.session import Session
from kawaraban.types import HUMAN as HUMAN  # the `model` of a correction
from kawaraban.types import Translation

CHUNK_ROWS = 500


class Translations(Session):
    """One row per sentence and model; a correction per sentence, which wins."""

    def find_translations(self, sentences: Iterable[str], *, model: str) -> dict[str, Translation]:
        """What is known of these sentences: a correction, else the translation by `model`."""
        by_hash = {text_hash(ja): ja for ja in sentences}
        hashes = list(by_hash)
        found: dict[str, Translation] = {}
        t, c = tables.translations, tables.corrections
        with reading(self.engine) as connection:
            for start in range(0, len(hashes), CHUNK_ROWS):
                chunk = hashes[start : start + CHUNK_ROWS]
                machine = select(t.c.ja_sha256, t.c.body).where(
                    t.c.ja_sha256.in_(chunk), t.c.model == model
                )
                for ja_sha256, body in connection.execute(machine):
                    found[by_hash[ja_sha256]] = from_json(Translation, body)
                human = select(c.c.ja_sha256, c.c.en).where(c.c.ja_sha256.in_(chunk))
                for ja_sha256, en in connection.execute(human):
                    ja = by_hash[ja_sha256]
                    found[ja] = Translation(ja, en, 0.0, HUMAN)
        return {ja: replace(translation, ja=ja) for ja, translation in found.items()}

    def save_translations(
        self,
        translations: Iterable[Translation],
        *,
        model: str,
        created_at: datetime | None = None,
    ) -> None:
        """Remembers translations under `model`, in one transaction."""
        moment = created_at or datetime.now(UTC)
        rows = [
            {
                "ja_sha256": text_hash(translation.ja),
                "model": model,
                "log_prob": translation.log_prob,
                "created_at": moment,
                "body": to_json(translation),
            }
            for translation in translations
        ]
        self.upsert(tables.translations, rows)

    def find_machine_translations(self, sentences: Iterable[str]) -> dict[str, Translation]:
        """The newest translation of each by any model, corrections left aside."""
        by_hash = {text_hash(ja): ja for ja in sentences}
        hashes = list(by_hash)
        t = tables.translations
        found: dict[str, Translation] = {}
        with reading(self.engine) as connection:
            for start in range(0, len(hashes), CHUNK_ROWS):
                chosen = t.c.ja_sha256.in_(hashes[start : start + CHUNK_ROWS])
                query = select(t.c.ja_sha256, t.c.body).where(chosen)
                for ja_sha256, body in connection.execute(query.order_by(t.c.created_at)):
                    found[by_hash[ja_sha256]] = from_json(Translation, body)
        return {ja: replace(translation, ja=ja) for ja, translation in found.items()}


def text_hash(ja: str) -> str:
    """SHA-256 of the sentence in NFC: the key of the memory."""
    normal = unicodedata.normalize("NFC", ja)
    return hashlib.sha256(normal.encode("utf-8", "surrogatepass")).hexdigest()
