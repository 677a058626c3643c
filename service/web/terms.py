"""The user's glossary as the reader edits it, and what a term does to sentences of the archive.

    effect_of(Entry("日銀", "the BOJ"), context, ticket)
        →  Effect(uses=(Use(ja="日銀は…", before="The Bank of Japan …", after="The BOJ …"),))

The terms are those of the glossary `default`, which every translation of the service obeys. The
effect is shown by translating anew, beside the memory: looking changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from kawaraban.export.wording import translations
from kawaraban.store import HUMAN
from kawaraban.translation.glossary import Entry, Glossary, load_glossary
from kawaraban.types import Translation
from service.batching import Ticket
from service.context import Context
from service.errors import NotFound
from service.glossaries import DEFAULT, check_entries
from service.web.sheets import corrected

_SHOWN = 100  # terms of each kind on the page
_USES = 4
_DAYS_LOOKED_AT = 7
_EDITING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that are shown, and how many there are."""

    own: tuple[Entry, ...]
    n_own: int
    built_in: tuple[Entry, ...]
    n_built_in: int


@dataclass(frozen=True, slots=True)
class Use:
    """A sentence with the term: its English in the digest, and its English with the term."""

    ja: str
    before: str
    after: str
    found_before: bool
    found_after: bool
    by_hand: bool  # a reviewer's English, which the glossary does not change


@dataclass(frozen=True, slots=True)
class Effect:
    entry: Entry
    saved: bool
    uses: tuple[Use, ...]


def own_terms(context: Context) -> tuple[Entry, ...]:
    """The terms of the user's glossary; none if there is no file yet."""
    if not context.shelf.path(DEFAULT).is_file():
        return ()
    return context.shelf.read(DEFAULT).entries


def find_terms(context: Context, query: str) -> Terms:
    """The user's terms that hold the query, and the built-in ones if there is a query."""
    wanted = query.strip().lower()
    mine = own_terms(context)
    own = [entry for entry in mine if _holds(entry, wanted)]
    names = {entry.ja for entry in mine}
    others = load_glossary(context.settings.glossary).entries
    found = [e for e in others if wanted and e.ja not in names and _holds(e, wanted)]
    return Terms(tuple(own[:_SHOWN]), len(own), tuple(found[:_SHOWN]), len(found or others))


def _holds(entry: Entry, wanted: str) -> bool:
    return any(wanted in form.lower() for form in (entry.ja, entry.en, *entry.also))


def save_term(context: Context, entry: Entry) -> None:
    """Adds the term, or replaces the one with the same Japanese where it stands."""
    check_entries([entry])
    with _EDITING:
        entries = list(own_terms(context))
        at = next((i for i, known in enumerate(entries) if known.ja == entry.ja), None)
        if at is None:
            entries.insert(0, entry)
        else:
            entries[at] = entry
        context.shelf.replace(DEFAULT, _name(context), entries)


def remove_term(context: Context, ja: str) -> None:
    with _EDITING:
        kept = [entry for entry in own_terms(context) if entry.ja != ja]
        context.shelf.replace(DEFAULT, _name(context), kept)


def _name(context: Context) -> str:
    try:
        return context.shelf.read(DEFAULT).name
    except NotFound:
        return "Own terms"


def glossary_path(query: str, ja: str) -> str:
    values = {"q": query, "ja": ja}
    return "/glossary?" + urlencode({name: value for name, value in values.items() if value})


def effect_of(entry: Entry, context: Context, ticket: Ticket) -> Effect:
    """Sentences of the last digests with the term, translated with it."""
    check_entries([entry])
    saved = entry in own_terms(context)
    before = list(islice(_sentences(entry, context), _USES))
    engine = context.glossed.translator(() if saved else [entry])
    after = context.batcher.translator(engine, ticket).translate([use.ja for use in before])
    uses = (_use(entry, old, new) for old, new in zip(before, after, strict=True))
    return Effect(entry, saved, tuple(uses))


def _sentences(entry: Entry, context: Context) -> Iterator[Translation]:
    seen: set[str] = set()
    glossary = Glossary([entry])
    for day in context.store.list_days()[:_DAYS_LOOKED_AT]:
        digest = context.store.get_digest(day)
        if digest is None:
            continue
        for translation in translations(corrected(digest, context.store)):
            if translation.ja not in seen and holds_term(entry, glossary, translation.ja):
                seen.add(translation.ja)
                yield translation


def holds_term(entry: Entry, glossary: Glossary, ja: str) -> bool:
    """Whether the term itself is in the sentence; a glossary finds countries (米関税) besides."""
    return any(term.en == entry.en for term in glossary.find_terms(ja))


def _use(entry: Entry, old: Translation, new: Translation) -> Use:
    by_hand = old.model == HUMAN
    after = old.en if by_hand else new.en
    return Use(
        old.ja,
        old.en,
        after,
        found_before=_came_through(entry, old.ja, old.en),
        found_after=_came_through(entry, old.ja, after),
        by_hand=by_hand,
    )


def _came_through(entry: Entry, ja: str, en: str) -> bool:
    checks = Glossary([entry]).check(ja, en)
    return all(check.found for check in checks if check.en == entry.en)
