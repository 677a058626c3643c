"""The files in a ZIP, in memory and bounded; nothing is ever written where a name points.

Input: the bytes of a ZIP. Output: (name, bytes) for each member, or (name, reason) for one that
is refused: another ZIP, a name that climbs (`../../etc/passwd`), a bomb, an encrypted file.

    list(read_members(body, settings))   # [("a.html", b"<p>…"), ("b.zip", "a ZIP inside …")]
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from kawaraban.errors import ParseError
from kawaraban.settings import Settings

MAX_MEMBERS = 10_000
MAX_TOTAL_BYTES = 200_000_000
RATIO_FLOOR_BYTES = 1_000_000

_MAX_NAME_BYTES = 300  # on average, in the list of members
_CHUNK_BYTES = 65_536
_END = struct.Struct("<4s4H2LH")
_NESTED = (".zip", ".7z", ".rar", ".gz", ".tar", ".bz2", ".xz", ".lzh")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_members(body: bytes, settings: Settings) -> Iterator[tuple[str, bytes | str]]:
    """Members in the order of their names; raises ParseError if the whole cannot be read."""
    _refuse_long_list(body)
    with _open(body) as archive:
        n_left = MAX_TOTAL_BYTES
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            if info.is_dir() or _is_hidden(info.filename):
                continue
            reason = _refusal(info)
            if not reason:
                try:
                    member = _read(archive, info, min(settings.max_file_bytes, n_left), settings)
                    n_left -= len(member)
                    yield info.filename, member
                    continue
                except ParseError as error:
                    reason = str(error)
            yield info.filename, reason


def _refuse_long_list(body: bytes) -> None:
    """`zipfile` reads the whole list of members at once, so look first how long it is."""
    at = body.rfind(b"PK\x05\x06", max(len(body) - 65_557, 0))
    if at < 0 or len(body) - at < _END.size:
        raise ParseError("not a ZIP archive, or cut off at its end; expected a whole ZIP")
    n_bytes = _END.unpack_from(body, at)[5]
    if n_bytes > MAX_MEMBERS * _MAX_NAME_BYTES:
        raise ParseError(f"a ZIP of far more than {MAX_MEMBERS} files; split it")


def _open(body: bytes) -> zipfile.ZipFile:
    """Names without the UTF-8 mark come from a Mac, from Japanese Windows, or from anywhere."""
    for encoding in ("utf-8", "cp932", None):
        try:
            archive = zipfile.ZipFile(io.BytesIO(body), metadata_encoding=encoding)
        except UnicodeDecodeError:
            continue
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise ParseError(f"a damaged ZIP ({error}); make it again") from None
        if len(archive.infolist()) > MAX_MEMBERS:
            raise ParseError(f"a ZIP of more than {MAX_MEMBERS} files; split it")
        return archive
    raise ParseError("a ZIP whose file names cannot be read; make it again")


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or any(part.startswith(".") and part != ".." for part in parts)


def _refusal(info: zipfile.ZipInfo) -> str:
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
        return "a name that leads out of the archive; refused"
    if name.lower().endswith(_NESTED):
        return "an archive inside an archive; unpack it and name it as a source"
    if info.flag_bits & 0x1:
        return "encrypted; unpack it with its password first"
    if info.compress_type not in _METHODS:
        return f"compression method {info.compress_type}; expected stored or deflated"
    return ""


def _read(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_bytes: int, settings: Settings
) -> bytes:
    """Counts what really comes out: the sizes in the list may lie."""
    body = bytearray()
    try:
        with archive.open(info) as file:
            while chunk := file.read(_CHUNK_BYTES):
                body += chunk
                _check_size(len(body), info.compress_size, max_bytes, settings.fetch_max_ratio)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise ParseError(f"damaged in the ZIP ({error})") from None
    if body.startswith(b"PK\x03\x04"):
        raise ParseError("an archive inside an archive; unpack it and name it as a source")
    return bytes(body)


def _check_size(n_bytes: int, n_packed: int, max_bytes: int, max_ratio: float) -> None:
    if n_bytes > max_bytes:
        raise ParseError(
            f"larger than {max_bytes} bytes when unpacked; refused (one file may have "
            f"max_file_bytes, one ZIP {MAX_TOTAL_BYTES})"
        )
    ratio = n_bytes / max(n_packed, 1)
    if n_bytes > RATIO_FLOOR_BYTES and ratio > max_ratio:
        raise ParseError(f"unfolds {ratio:.0f} times, more than {max_ratio:.0f}: a ZIP bomb")
