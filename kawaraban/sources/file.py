"""Files and folders: pages, text dumps, saved feeds, web archives, JSON lines, and ZIPs of them.

Input: a source with a path. Output: documents of type "text/html" or "text/plain", one for each
page, feed entry or JSON line, in the order of the names; what cannot be read is a Skipped.

    news/page.html  news/dump.txt  news/saved.mhtml  news/day.jsonl  news/week.zip  news/feed.xml
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePath

from kawaraban.errors import ParseError, SourceError
from kawaraban.sources.archive import read_members
from kawaraban.sources.collection import Collection, checked_text, refuse_long_lines
from kawaraban.sources.encoding import decode
from kawaraban.sources.feed import collect_entries
from kawaraban.sources.mhtml import parse_mhtml
from kawaraban.sources.record import read_json, read_json_lines
from kawaraban.sources.sniff import TextKind, is_japanese, kind_of_text
from kawaraban.sources.syndication import parse_feed
from kawaraban.types import Document, Skipped

_HTML = (".html", ".htm", ".xhtml", ".shtml")
_MHTML = (".mhtml", ".mht")
_LINES = (".jsonl", ".ndjson")
_FEEDS = (".rss", ".atom", ".rdf")
_TEXTS = (".txt", ".text", ".md", ".markdown")
_LISTS = (".yaml", ".yml")
_OTHERS = (".tsv", ".csv", ".css", ".js", ".py", ".toml", ".ini", ".log", ".svg", ".eml")


def collect_path(collection: Collection) -> Iterator[Document | Skipped]:
    """The documents of a file, or of all files of a folder and its folders."""
    location = collection.source.location
    path = Path(location).expanduser()
    if not os.path.lexists(path):
        reason = "no such file or folder; check the path (an address begins with https://)"
        yield collection.skipped(location, reason)
        return
    for file in _files(path):
        yield from _read(collection, file)


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or a folder's in order; hidden ones and linked folders are left alone."""
    if not path.is_dir():
        yield path
        return
    for folder, names, files in os.walk(path):
        names[:] = sorted(name for name in names if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(files) if not name.startswith("."))


def _read(collection: Collection, path: Path) -> Iterator[Document | Skipped]:
    location = _label(path)
    try:
        body = _bytes(path, collection.settings.max_file_bytes)
        if path.suffix.lower() == ".zip" or body.startswith(b"PK\x03\x04"):
            for name, member in read_members(body, collection.settings):
                place = f"{location}!{name}"
                if isinstance(member, str):
                    yield collection.skipped(place, member)
                else:
                    yield from documents_of(collection, member, place)
        else:
            yield from documents_of(collection, body, location)
    except SourceError as error:
        yield collection.skipped(location, error)


def _label(path: Path) -> str:
    """The path to show; a name in an old encoding, which Python keeps as bytes, made readable."""
    raw = os.fsencode(path)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return decode(raw).text


def _bytes(path: Path, max_bytes: int) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ParseError("not a regular file; expected a page, a text, a feed or a ZIP of them")
        with path.open("rb") as file:
            body = file.read(max_bytes + 1)
    except OSError as error:
        raise ParseError(f"cannot be read ({error.strerror})") from None
    if len(body) > max_bytes:
        raise ParseError(
            f"larger than {max_bytes} bytes; split it, or raise the setting max_file_bytes"
        )
    return body


def documents_of(
    collection: Collection, body: bytes, location: str
) -> Iterator[Document | Skipped]:
    """The documents in the bytes of one file; the name ends as the format says."""
    try:
        yield from _documents(collection, body, location, PurePath(location).suffix.lower())
    except SourceError as error:
        yield collection.skipped(location, error)


def _kind(text: str, suffix: str) -> TextKind:
    """The name decides where it is clear, else the text."""
    if suffix in _TEXTS:
        return "text"
    if suffix in _HTML:
        return "html"
    if suffix in _FEEDS:
        return "feed"
    found = kind_of_text(text)
    if suffix == ".json":
        return "feed" if found == "feed" else "json"
    return "xml" if suffix == ".xml" and found == "text" else found


def _documents(
    collection: Collection, body: bytes, location: str, suffix: str
) -> Iterator[Document | Skipped]:
    if suffix in _MHTML:
        page = parse_mhtml(body)
        checked_text(page.body, charset=page.charset)
        yield collection.document(
            page.body, location, media_type="text/html", charset=page.charset, url=page.url
        )
        return
    if suffix in _LISTS:
        raise ParseError("a list of sources or settings; name it as a source itself to read it")
    if suffix in _OTHERS:
        raise ParseError(f"a {suffix} file; expected pages, texts, feeds or a ZIP of them")
    text = checked_text(body)
    if suffix in _LINES:
        yield from read_json_lines(collection, text, location)
        return
    kind = _kind(text, suffix)
    if kind == "feed":
        yield from collect_entries(parse_feed(text), collection, location=location)
    elif kind == "json":
        yield from read_json(collection, text, location)
    elif kind == "xml":
        raise ParseError("XML that is neither a page nor a feed")
    elif kind == "html":
        yield collection.document(body, location, media_type="text/html")
    else:
        if suffix not in (".txt", "") and not is_japanese(text):
            raise ParseError(f"a {suffix} file without Japanese text; expected pages or text")
        refuse_long_lines(text)
        yield collection.document(body, location, media_type="text/plain")
