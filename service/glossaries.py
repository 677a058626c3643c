"""The user's glossaries: one TSV file each under KAWARABAN_HOME/glossaries, readable by hand.

    # name: 金融の用語
    # created_at: 2026-11-26T03:00:00+00:00
    日銀	the Bank of Japan	term	BOJ	mark

The file `default.tsv` is obeyed by every translation of the service; the others by requests that
name them. A file that somebody wrote by hand is as good as one that came over HTTP. Replacing is
atomic: a reader sees the old terms or the new.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kawaraban.errors import UsageError
from kawaraban.sources.raw import write_whole
from kawaraban.translation.term_files import Entry, parse_rows, read_entries
from service.errors import Conflict, NotFound

DEFAULT = "default"
MAX_TERMS = 10_000
_HEADER = ["ja\ten\ttype\talso\tuse"]
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NOTE = re.compile(r"# (name|created_at): (.*)")
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class UserGlossary:
    """A glossary file, read."""

    id: str
    name: str
    created_at: datetime
    entries: tuple[Entry, ...]


class Shelf:
    """The folder of the glossaries."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, glossary_id: str) -> Path:
        if not _ID.fullmatch(glossary_id):
            raise NotFound(f"no glossary {glossary_id[:64]!r}; see the list of glossaries")
        return self._folder / f"{glossary_id}.tsv"

    def list(self) -> list[UserGlossary]:
        """All glossaries by id; a file that cannot be read is left out."""
        found = []
        for path in sorted(self._folder.glob("*.tsv")):
            if _ID.fullmatch(path.stem):
                try:
                    found.append(self.read(path.stem))
                except UsageError:
                    continue
        return found

    def read(self, glossary_id: str) -> UserGlossary:
        """Raises NotFound, or UsageError that names file and line."""
        path = self.path(glossary_id)
        if not path.is_file():
            raise NotFound(f"no glossary {glossary_id!r}; see the list of glossaries")
        notes = dict(_NOTE.findall("\n".join(path.read_text("utf-8-sig").splitlines()[:5])))
        created_at = _moment(notes.get("created_at", ""), path)
        name = notes.get("name") or glossary_id
        return UserGlossary(glossary_id, name, created_at, tuple(read_entries(path)))

    def create(self, name: str, entries: Sequence[Entry]) -> UserGlossary:
        """A new glossary under an id of its own."""
        hexes = secrets.token_hex(16)
        lengths = (8, 4, 4, 4, 12)
        parts, at = [], 0
        for length in lengths:
            parts.append(hexes[at : at + length])
            at += length
        return self.replace("-".join(parts), name, entries)

    def replace(
        self, glossary_id: str, name: str, entries: Sequence[Entry], *, now: datetime | None = None
    ) -> UserGlossary:
        """Writes a glossary as a whole, and reads it again as everybody else will."""
        path = self.path(glossary_id)
        created_at = now or datetime.now(UTC)
        if path.is_file():
            created_at = self._created_at(path)
        check_entries(entries)
        lines = [f"# name: {_one_line(name)}", f"# created_at: {created_at.isoformat()}"]
        lines += [*_HEADER, *(_line(entry) for entry in entries)]
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, ("\n".join(lines) + "\n").encode())
        return self.read(glossary_id)

    def delete(self, glossary_id: str) -> None:
        self.read(glossary_id)
        self.path(glossary_id).unlink()

    def _created_at(self, path: Path) -> datetime:
        notes = dict(_NOTE.findall("\n".join(path.read_text("utf-8-sig").splitlines()[:5])))
        return _moment(notes.get("created_at", ""), path)


def check_entries(entries: Iterable[Entry]) -> None:
    """Raises UsageError that says which term cannot be used, and why."""
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        if number > MAX_TERMS:
            raise UsageError(f"found more than {MAX_TERMS} terms; expected fewer; split them")
        for side, text in (("ja", entry.ja), ("en", entry.en)):
            if not text.strip() or text != text.strip():
                raise UsageError(
                    f"term {number}, {side}: found {text!r}; expected text without spaces round it"
                )
            if _UNWRITABLE.search(text):
                raise UsageError(f"term {number}, {side}: found a control character; remove it")
        if entry.ja.startswith("#"):
            raise UsageError(f"term {number}, ja: found '#' at the start, which begins a note")
        if entry.ja.lower() == "ja":
            raise UsageError(f"term {number}, ja: found 'ja', which begins the line of the columns")
        if entry.ja in seen:
            raise Conflict(f"term {number}: found {entry.ja!r} twice; expected one English each")
        seen.add(entry.ja)
        parse_rows([*_HEADER, _line(entry)], name=f"term {number}", separator="\t")


def _line(entry: Entry) -> str:
    use = "mark" if entry.strict else "check"
    return "\t".join((entry.ja, entry.en, entry.type, "|".join(entry.also), use))


def _one_line(name: str) -> str:
    return _UNWRITABLE.sub(" ", name).strip()


def _moment(text: str, path: Path) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
