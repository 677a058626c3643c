"""Raw bytes kept under `home`, so that a run can be repeated and any sentence traced to its page.

    documents/3f/3f9a…/body                the bytes, named by their SHA-256
    documents/3f/3f9a…/<origin>.json       where and when they came in: one file for each location

Each file appears whole or not at all; saving the same twice changes nothing but the time.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from kawaraban.errors import StoreError
from kawaraban.types import Document

_ID = re.compile(r"[0-9a-f]{64}")
_TIMES = ("fetched_at", "published_at")


def save_raw(document: Document, home: Path) -> Path:
    """Keep a document; returns the folder that holds it."""
    folder = _folder(document.id, home)
    if not _is_whole(folder, document.id):
        write_whole(folder / "body", document.body)
    origin = {field.name: getattr(document, field.name) for field in fields(Document)}
    del origin["body"]
    for key in _TIMES:
        origin[key] = origin[key].isoformat() if origin[key] else None
    text = json.dumps(origin, ensure_ascii=False, indent=1)
    write_whole(folder / f"{_key(document.location)}.json", text.encode())
    return folder


def load_raw(document_id: str, home: Path, *, location: str | None = None) -> Document:
    """The document as it came in; of several origins the one named, or else the latest."""
    folder = _folder(document_id, home)
    pattern = "*.json" if location is None else f"{_key(location)}.json"
    try:
        body = (folder / "body").read_bytes()
        origins = [json.loads(path.read_bytes()) for path in sorted(folder.glob(pattern))]
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder}: the raw document cannot be read ({error})") from error
    if hashlib.sha256(body).hexdigest() != document_id:
        raise StoreError(f"{folder / 'body'}: its SHA-256 is not its name; restore a backup")
    if not origins:
        raise StoreError(f"{folder}: no origin {location or ''}; collect the source again")
    origin = max(origins, key=lambda record: str(record["fetched_at"]))
    for key in _TIMES:
        origin[key] = datetime.fromisoformat(origin[key]) if origin[key] else None
    return Document(body=body, **origin)


def load_body(document_id: str, home: Path) -> bytes | None:
    """The bytes alone, or None if they are not there whole."""
    folder = _folder(document_id, home)
    return (folder / "body").read_bytes() if _is_whole(folder, document_id) else None


def save_body(body: bytes, home: Path) -> str:
    """Keep bytes without an origin; returns their id."""
    document_id = hashlib.sha256(body).hexdigest()
    folder = _folder(document_id, home)
    if not _is_whole(folder, document_id):
        write_whole(folder / "body", body)
    return document_id


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the target, then rename: a reader never sees half a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
            file.write(data)
        Path(file.name).replace(path)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written ({error.strerror}); expected a folder with room and the "
            "right to write (KAWARABAN_HOME names another)"
        ) from error


def _is_whole(folder: Path, document_id: str) -> bool:
    try:
        return hashlib.sha256((folder / "body").read_bytes()).hexdigest() == document_id
    except OSError:
        return False


def _folder(document_id: str, home: Path) -> Path:
    if not _ID.fullmatch(document_id):
        raise StoreError(f"{document_id!r} is no document id; expected 64 hexadecimal digits")
    return home / "documents" / document_id[:2] / document_id


def _key(location: str) -> str:
    return hashlib.sha256(location.encode()).hexdigest()[:16]
