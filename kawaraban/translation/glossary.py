"""Names and terms whose English is fixed: found in the Japanese, checked in the English.

    >>> glossary = load_glossary()
    >>> [(t.ja, t.en) for t in glossary.find_terms("日銀の植田和男氏とトランプ氏")]
    [('日銀', 'the Bank of Japan'), ('植田和男', 'Kazuo Ueda'), ('トランプ', 'Trump')]

The longest form wins, as a whole word only: モディ is not in コモディティ, 小林健 not in 小林健太.
A term marked for the translator ("mark") is strict: its absence from the English is a flag, and so
is a country's. The others (titles, common terms with many right forms) are reported only.

The user's own file (TSV, CSV or TBX) comes on top: columns ja, en, then optionally type, also, use.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from kawaraban.translation.abbreviations import find_countries
from kawaraban.translation.term_checks import check_terms
from kawaraban.translation.term_extents import administration, extended, with_latin_names
from kawaraban.translation.term_files import Entry, parse_rows, read_entries
from kawaraban.translation.term_places import stands_at
from kawaraban.translation.terms import HONORIFICS, PEOPLE, Term, term_of
from kawaraban.translation.terms import flat as flat_form
from kawaraban.types import TermCheck

_SURNAME = re.compile(rf"([ァ-ヴー]{{3,}})(?={HONORIFICS}|[前旧元]?政権)")


class Glossary:
    """An index over entries; a later entry replaces an earlier one with the same Japanese."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = {flat_form(entry.ja): entry for entry in entries}
        self._lengths: dict[str, tuple[int, ...]] = {}
        heads: dict[str, set[int]] = {}
        for ja in self._entries:
            heads.setdefault(ja[:2], set()).add(len(ja))
        self._lengths = {head: tuple(sorted(n, reverse=True)) for head, n in heads.items()}
        self._surnames = _surnames(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries.values())

    @cached_property
    def version(self) -> str:
        """Hash of all entries: part of every key under which a translation is remembered."""
        digest = hashlib.sha256()
        for ja, entry in sorted(self._entries.items()):
            digest.update(repr((ja, entry.en, entry.also, entry.strict)).encode())
        return digest.hexdigest()[:12]

    def find_terms(self, text: str) -> list[Term]:
        """Terms of `text` in order, longest first, none overlapping."""
        flat = flat_form(text)
        found: list[Term] = []
        pos = 0
        while pos < len(flat) - 1:
            entry = self._entry_at(flat, pos, floor=found[-1].end if found else 0)
            if entry is None:
                pos += 1
                continue
            term = extended(entry, flat, pos)
            found.append(replace(term, ja=text[pos : term.end]))
            pos = term.end
        found += self._surname_terms(text, flat, found)
        found += [
            Term(start, end, text[start:end], en, kind, also, strict=False)
            for start, end, en, also, kind in find_countries(flat)
            if not any(term.start < end and start < term.end for term in found)
        ]
        return sorted(with_latin_names(text, flat, found), key=lambda term: term.start)

    def check(self, ja: str, en: str) -> tuple[TermCheck, ...]:
        """Whether each term of `ja` came through in `en`, once per Japanese form."""
        return check_terms(self.find_terms(ja), en)

    def knows(self, name: str) -> bool:
        """Whether a Japanese form is an entry."""
        return flat_form(name) in self._entries

    def _entry_at(self, flat: str, pos: int, *, floor: int) -> Entry | None:
        for length in self._lengths.get(flat[pos : pos + 2], ()):
            entry = self._entries.get(flat[pos : pos + length])
            if entry and stands_at(entry, flat, pos, floor=floor):
                return entry
        return None

    def _surname_terms(self, text: str, flat: str, found: Sequence[Term]) -> list[Term]:
        """フアン氏 → Huang, where the surname belongs to one English surname only."""
        terms = []
        for match in _SURNAME.finditer(flat):
            start, end = match.span(1)
            en = self._surnames.get(match[1])
            taken = any(term.start < end and start < term.end for term in found)
            if en and not taken and flat[start - 1 : start] not in ("・", "ー"):
                entry = Entry(match[1], en, "person")
                term = administration(entry, flat, start) or term_of(entry, start)
                terms.append(replace(term, ja=text[start : term.end]))
        return terms


def load_glossary(user: str | Path | None = None) -> Glossary:
    """The built-in glossary, with the user's file on top; raises UsageError naming file:line."""
    built_in = files("kawaraban").joinpath("data/glossary.tsv").read_text(encoding="utf-8")
    entries = parse_rows(built_in.splitlines(), name="glossary.tsv", separator="\t")
    return Glossary([*entries, *(read_entries(Path(user)) if user else [])])


def _surnames(entries: Iterable[Entry]) -> dict[str, str]:
    """Katakana surname → English surname, for those that have only one."""
    forms: dict[str, set[str]] = {}
    for entry in entries:
        if entry.type in PEOPLE and re.fullmatch(r"[ァ-ヴー・A-Z]+・[ァ-ヴー]{3,}", entry.ja):
            surname = entry.ja.rpartition("・")[2]
            english = entry.also[0] if entry.also else entry.en.split()[-1]
            forms.setdefault(surname, set()).add(english)
    return {ja: next(iter(english)) for ja, english in forms.items() if len(english) == 1}


__all__ = ["Entry", "Glossary", "load_glossary", "read_entries"]
