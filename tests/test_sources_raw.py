"""Raw bytes under `home`: kept whole, found again, damage noticed."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kawaraban.errors import StoreError
from kawaraban.sources.raw import load_raw, save_raw
from kawaraban.types import Document

BODY = "市は発表した。".encode("cp932")
DOCUMENT = Document(
    id=hashlib.sha256(BODY).hexdigest(),
    source="青葉",
    location="https://aoba.example/1",
    media_type="text/html",
    body=BODY,
    fetched_at=datetime(2026, 11, 26, 3, 0, tzinfo=UTC),
    charset="Shift_JIS",
    published_at=datetime(2026, 11, 25, 7, 20, tzinfo=UTC),
)


def test_load_raw_when_saved_then_the_same_document(tmp_path: Path) -> None:
    folder = save_raw(DOCUMENT, tmp_path)
    assert load_raw(DOCUMENT.id, tmp_path) == DOCUMENT
    assert folder == tmp_path / "documents" / DOCUMENT.id[:2] / DOCUMENT.id
    [origin] = folder.glob("*.json")
    record = json.loads(origin.read_bytes())
    assert (record["location"], record["fetched_at"]) == (
        "https://aoba.example/1",
        "2026-11-26T03:00:00+00:00",
    )


def test_load_raw_when_two_origins_then_latest_or_the_one_named(tmp_path: Path) -> None:
    later = replace(
        DOCUMENT,
        location="https://mirror.example/1",
        fetched_at=DOCUMENT.fetched_at + timedelta(hours=1),
    )
    for document in (later, DOCUMENT, DOCUMENT):
        save_raw(document, tmp_path)
    assert load_raw(DOCUMENT.id, tmp_path) == later
    assert load_raw(DOCUMENT.id, tmp_path, location=DOCUMENT.location) == DOCUMENT


def test_save_raw_when_body_was_cut_off_then_it_is_written_anew(tmp_path: Path) -> None:
    folder = save_raw(DOCUMENT, tmp_path)
    (folder / "body").write_bytes(BODY[:3])
    with pytest.raises(StoreError, match="SHA-256"):
        load_raw(DOCUMENT.id, tmp_path)
    save_raw(DOCUMENT, tmp_path)
    assert load_raw(DOCUMENT.id, tmp_path) == DOCUMENT
    assert sorted(path.suffix for path in folder.iterdir()) == ["", ".json"]


@pytest.mark.parametrize("document_id", ["", "../../etc/passwd", "a" * 63, DOCUMENT.id.upper()])
def test_load_raw_when_id_is_no_hash_then_error(tmp_path: Path, document_id: str) -> None:
    with pytest.raises(StoreError, match="64 hexadecimal digits"):
        load_raw(document_id, tmp_path)


def test_load_raw_when_unknown_then_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        load_raw(DOCUMENT.id, tmp_path)


def test_save_raw_when_home_is_a_file_then_error_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError, match="KAWARABAN_HOME"):
        save_raw(DOCUMENT, tmp_path / "home")
