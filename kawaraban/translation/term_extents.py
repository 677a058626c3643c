"""How far a term reaches: what belongs to its name in the text, and names in Latin letters.

extended(メルツ, "メルツ政権は", 0)     → メルツ政権, "the Merz administration"
extended(ChatGPT, "ChatGPT 4.1が", 0)   → ChatGPT 4.1
with_latin_names(…)                     → RTX Pro 6000D is no mention of the company RTX
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kawaraban.translation.latin import latin_names
from kawaraban.translation.term_files import Entry
from kawaraban.translation.terms import LATIN_NAME, PEOPLE, Term, term_of

_ADMINISTRATION = re.compile(r"(?P<past>前|旧|元)?(?:政権|内閣)(?!交代|公約|運営)")
_VERSION = re.compile(r" \d+(?:\.\d+)?(?![\d.,:万億兆千百十年月日人社台件個本枚基回倍割%％ドル円])")


def extended(entry: Entry, flat: str, start: int) -> Term:
    """The entry at `start`, with an administration or a version that follows it."""
    term = administration(entry, flat, start) or _versioned(entry, flat, start)
    return term or term_of(entry, start)


def administration(entry: Entry, flat: str, start: int) -> Term | None:
    """メルツ政権 → the Merz administration, where the leader is known."""
    match = _ADMINISTRATION.match(flat, start + len(entry.ja))
    if match is None or entry.type not in PEOPLE or not entry.strict:
        return None
    name = entry.also[0] if entry.also else entry.en
    nouns = ("administration", "government", "Cabinet", "era", "regime")
    also = [form for noun in nouns for form in (f"{name} {noun}", f"{name}'s {noun}", f"{noun} of")]
    en = f"the {'former ' if match['past'] else ''}{name} administration"
    return Term(start, match.end(), flat[start : match.end()], en, "administration", tuple(also))


def _versioned(entry: Entry, flat: str, start: int) -> Term | None:
    """ChatGPT 4.1: the version is part of the name."""
    match = _VERSION.match(flat, start + len(entry.ja))
    if match is None or not entry.ja.isascii() or not entry.strict:
        return None
    also = tuple(f"{form}{match[0]}" for form in entry.also)
    en = f"{entry.en}{match[0]}"
    return Term(start, match.end(), flat[start : match.end()], en, entry.type, also)


def with_latin_names(text: str, flat: str, found: list[Term]) -> list[Term]:
    """The terms with names in Latin letters; RTX in RTX Pro 6000D is not the company."""
    for start, end in latin_names(flat):
        inside = [term for term in found if term.start < end and start < term.end]
        rest = flat[start:end]
        for term in inside:
            rest = rest.replace(term.ja, "")
        if not inside or (re.search(r"[a-z0-9]", rest) and _same_letters(inside)):
            found = [term for term in found if term not in inside]
            found.append(Term(start, end, text[start:end], flat[start:end], LATIN_NAME))
    return found


def _same_letters(terms: Sequence[Term]) -> bool:
    return all(term.ja.lower() == term.en.lower() for term in terms)
