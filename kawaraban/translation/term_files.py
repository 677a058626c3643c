"""Glossary files: TSV, CSV and TBX in, entries out; every complaint names file and line.

    ja	en	type	also	use
    日銀	the Bank of Japan	government	BOJ|Bank of Japan	mark

The first two columns are required. A header line that begins with "ja" gives the order; lines that
begin with # are notes. `also` lists other right forms, separated by |. `use` is "mark" (told to the
translator and checked; the default) or "check" (looked up only).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from defusedxml import ElementTree

from kawaraban.errors import UsageError

_COLUMNS = ("ja", "en", "type", "also", "use", "source")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Entry:
    """One Japanese form and its English."""

    ja: str
    en: str
    type: str = "term"
    also: tuple[str, ...] = ()
    strict: bool = True


def read_entries(path: Path, *, problems: list[str] | None = None) -> list[Entry]:
    """Entries of the user's file; UsageError says what is wrong on which line.

    With `problems`, wrong lines are told there, and the rest is read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}: cannot be read as UTF-8 text ({error}); check the path"
        ) from None
    if path.suffix.lower() in (".tbx", ".xml"):
        return _parse_tbx(text, name=str(path))
    separator = "," if path.suffix.lower() == ".csv" else "\t"
    return parse_rows(text.splitlines(), name=str(path), separator=separator, problems=problems)


def parse_rows(
    lines: Iterable[str], *, name: str, separator: str, problems: list[str] | None = None
) -> list[Entry]:
    """Entries of a TSV or CSV."""
    columns: tuple[str, ...] = _COLUMNS
    entries: dict[str, tuple[int, Entry]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t") if separator == "\t" else next(csv.reader([line]))
        cells = [cell.strip() for cell in cells]
        try:
            if cells[0].lower() == "ja" and not entries:
                columns = _header(cells, f"{name}:{number}")
                continue
            entry = _entry(dict(zip(columns, cells, strict=False)), f"{name}:{number}")
            _check_repeated(entry, entries, f"{name}:{number}")
        except UsageError as error:
            if problems is None:
                raise
            problems.append(str(error))
        else:
            entries[entry.ja] = (number, entry)
    return [entry for _, entry in entries.values()]


def _check_repeated(entry: Entry, entries: dict[str, tuple[int, Entry]], place: str) -> None:
    first, other = entries.get(entry.ja, (0, entry))
    if other.en != entry.en:
        raise UsageError(
            f"{place}: {entry.ja} is {entry.en!r} here but {other.en!r} on line {first}; "
            "keep one line"
        )


def _header(cells: list[str], place: str) -> tuple[str, ...]:
    names = tuple(cell.lower() for cell in cells)
    unknown = [name for name in names if name not in _COLUMNS]
    if unknown or "en" not in names:
        raise UsageError(
            f"{place}: header has {', '.join(names)}; expected ja, en and any of type, also, "
            f"use, source"
        )
    return names


def _entry(row: dict[str, str], place: str) -> Entry:
    ja, en, use = row.get("ja", ""), row.get("en", ""), row.get("use", "") or "mark"
    if not ja or not en:
        raise UsageError(f"{place}: found ja={ja!r}, en={en!r}; expected both, separated by a tab")
    if not any(ord(char) > 0x2E7F for char in ja) and len(ja) < 2:
        raise UsageError(
            f"{place}: {ja!r} is one letter and would match everywhere; remove the line"
        )
    if use not in ("mark", "check"):
        raise UsageError(f'{place}: use is {use!r}; expected "mark" or "check"')
    also = tuple(form.strip() for form in row.get("also", "").split("|") if form.strip())
    return Entry(ja, en, row.get("type", "") or "term", also, use == "mark")


def _parse_tbx(text: str, *, name: str) -> list[Entry]:
    """TBX (any dialect): each concept with a ja and an en term; further en terms are also right."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise UsageError(
            f"{name}: not well-formed XML ({error}); export the term base again"
        ) from None
    entries: list[Entry] = []
    for concept in root.iter():
        if _tag(concept) not in ("termEntry", "conceptEntry"):
            continue
        terms: dict[str, list[str]] = {"ja": [], "en": []}
        for section in concept:
            language = (section.get(_XML_LANG) or section.get("lang") or "")[:2].lower()
            if language in terms:
                terms[language] += [
                    (node.text or "").strip() for node in section.iter() if _tag(node) == "term"
                ]
        english = terms["en"]
        found = [ja for ja in terms["ja"] if ja and english]
        entries += [Entry(ja, english[0], "term", tuple(english[1:])) for ja in found]
    if not entries:
        raise UsageError(f"{name}: no concept with a ja and an en term; expected TBX with xml:lang")
    return entries


def _tag(node: object) -> str:
    return str(getattr(node, "tag", "")).rpartition("}")[2]
