"""The user's terms: a file merged into those kept so far, and terms written out in three forms.

    own:   日銀 → the Bank of Japan        file:  日銀 → the BOJ, 瓦版 → Kawaraban
    merge(own, file, on_conflict="keep")   →  日銀 → the Bank of Japan, 瓦版 → Kawaraban
                                              conflict: 日銀, "the Bank of Japan" or "the BOJ"

Two terms are in conflict when the same Japanese has other English. A term whose English is the same
but whose other columns differ is brought up to date.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kawaraban.errors import UsageError
from kawaraban.translation.term_files import Entry

OnConflict = Literal["stop", "keep", "replace"]
_HEADER = ("ja", "en", "type", "also", "use")


@dataclass(frozen=True, slots=True)
class TermConflict:
    """One Japanese form with two English ones."""

    ja: str
    own: str
    other: str


@dataclass(frozen=True, slots=True)
class Merged:
    """All terms after a merge, own ones first, and what happened to those of the file."""

    entries: tuple[Entry, ...]
    n_added: int
    n_changed: int
    n_unchanged: int
    conflicts: tuple[TermConflict, ...]


def merge_terms(
    own: Sequence[Entry], incoming: Sequence[Entry], *, on_conflict: OnConflict = "stop"
) -> Merged:
    """Own terms with those of a file; in conflicts the own English stays, unless "replace"."""
    entries = {entry.ja: entry for entry in own}
    conflicts = []
    n_added = n_changed = n_unchanged = 0
    for entry in unique_terms(incoming):
        known = entries.get(entry.ja)
        if known is None:
            n_added += 1
        elif known == entry:
            n_unchanged += 1
            continue
        elif known.en != entry.en:
            conflicts.append(TermConflict(entry.ja, known.en, entry.en))
            if on_conflict != "replace":
                continue
            n_changed += 1
        else:
            n_changed += 1
        entries[entry.ja] = entry
    return Merged(tuple(entries.values()), n_added, n_changed, n_unchanged, tuple(conflicts))


def unique_terms(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Each Japanese form once; UsageError if one file gives it two English ones."""
    unique: dict[str, Entry] = {}
    for entry in entries:
        known = unique.setdefault(entry.ja, entry)
        if known.en != entry.en:
            raise UsageError(
                f"the file says {known.en!r} and {entry.en!r} for {entry.ja}; expected one "
                "English form; remove the other, or list it under also"
            )
    return tuple(unique.values())


def render_terms(entries: Sequence[Entry], form: str) -> str:
    """The terms as a TSV, CSV or TBX file. TBX has no place for the columns type and use."""
    if form == "tbx":
        return _tbx(entries)
    rows = [_HEADER, *(_row(entry) for entry in entries)]
    if form == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue()
    return "".join("\t".join(row) + "\n" for row in rows)


def _row(entry: Entry) -> tuple[str, ...]:
    use = "mark" if entry.strict else "check"
    return (entry.ja, entry.en, entry.type, "|".join(entry.also), use)


def _tbx(entries: Sequence[Entry]) -> str:
    """TBX-Core in the style of ISO 30042:2019: one concept per Japanese form."""
    concepts = []
    for number, entry in enumerate(entries, 1):
        japanese = _section("ja", [entry.ja])
        english = _section("en", [entry.en, *entry.also])
        concepts.append(f'<conceptEntry id="c{number}">\n{japanese}{english}</conceptEntry>\n')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<tbx type="TBX-Core" style="dca" xml:lang="ja" xmlns="urn:iso:std:iso:30042:ed-2">\n'
        "<tbxHeader><fileDesc><sourceDesc><p>Kawaraban glossary</p></sourceDesc></fileDesc>"
        f"</tbxHeader>\n<text><body>\n{''.join(concepts)}</body></text>\n</tbx>\n"
    )


def _section(language: str, terms: Sequence[str]) -> str:
    body = "".join(
        f"<termSec><term>{html.escape(term, quote=False)}</term></termSec>" for term in terms
    )
    return f'<langSec xml:lang="{language}">{body}</langSec>\n'
