"""Raw documents as files: the bytes as they came, gzip-compressed, named by their SHA-256.

    HOME/raw/3f/3fa9….gz

The same bytes are kept once. A file is written under another name first, so that a killed run
leaves no half of one.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from pathlib import Path

from kawaraban.errors import StoreError

FOLDER = "raw"


def raw_path(document_id: str) -> str:
    """Where the bytes lie, relative to the home folder, with forward slashes."""
    return f"{FOLDER}/{document_id[:2]}/{document_id}.gz"


def write_raw(home: Path, document_id: str, body: bytes) -> None:
    """Keeps the bytes; does nothing if they are kept already."""
    path = home / raw_path(document_id)
    if path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_bytes(gzip.compress(body, compresslevel=6, mtime=0))
    partial.replace(path)


def read_raw(home: Path, document_id: str) -> bytes:
    """The bytes; raises StoreError if they are gone or are not those that were kept."""
    path = home / raw_path(document_id)
    try:
        body = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        found = "no such file"
    except (OSError, EOFError, zlib.error) as error:
        found = str(error)
    else:
        if hashlib.sha256(body).hexdigest() == document_id:
            return body
        found = "other bytes than were kept"
    raise StoreError(
        f"{path}: found {found}; expected the raw document with that SHA-256; collect the source "
        "again, or bring it back with `kawaraban store restore`"
    )
