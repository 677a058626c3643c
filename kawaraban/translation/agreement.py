"""The glossary's names in the same English over all texts of an article or a digest.

    日銀 → "the Bank of Japan" here, "the BOJ" there          both read "the Bank of Japan"
    ソブリンAI → "Soblin AI"                                    reads "sovereign AI"

A name takes the glossary's first form wherever two of its forms meet. Forms that are no variants of
each other (the Finance Ministry, the ministry) and both forms in one text are how English goes on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kawaraban.translation.edits import Span, edited
from kawaraban.translation.glossary import Glossary
from kawaraban.translation.spelling import (
    body_of,
    is_capital,
    is_free,
    nearest,
    places_of,
    sound,
    spans_of,
)
from kawaraban.translation.terms import PEOPLE, Term
from kawaraban.types import Translation

Lines = list[Translation]
_NOT_ONE_FORM = PEOPLE | {"country", "region", "city", "state", "prefecture", "administration"}
_NO_ARTICLE = re.compile(
    r"(?:\b(?:the|an?|this|that|its|their|our|his|her|former|new)|['’]s|s['’]|[-/(\"“”‘])\s*$", re.I
)
_KATAKANA_PARTS = re.compile(r"[ァ-ヴー]{3,}")
_OFFICES = frozenset(
    {"prime", "minister", "president", "chair", "chief", "secretary", "general", "governor"}
)


def spell_terms(line: Translation, terms: Sequence[Term]) -> Translation:
    """Terms that the English has as a name made up from their sound, Soblin AI for ソブリンAI,
    read as the glossary has them. Misspelt names were put right by the translator."""
    missing = [term for term in terms if _is_made_up(term, line) and sound(term.ja)]
    for term in missing:
        known = places_of(terms, line.en)
        others = [other.ja for other in terms if other.ja != term.ja]
        others += [m[0] for m in _KATAKANA_PARTS.finditer(line.ja) if m[0] not in term.ja]
        span = nearest(term.ja, term.en, line.en, taken=known, others=others)
        if span is not None:
            form = _fitting(term.en, line.en, span)
            line = edited(line, span, form, ja=term.ja, change="spelling")
    return line


def agree_on_terms(lines: Sequence[Translation], glossary: Glossary) -> Lines:
    """Glossary names in one form: the first of the glossary where a text has another one."""
    found = [[t for t in glossary.find_terms(line.ja) if _is_name(t)] for line in lines]
    uses: dict[str, dict[int, tuple[str, list[Span]]]] = {}
    for at, (line, terms) in enumerate(zip(lines, found, strict=True)):
        for term in {term.en: term for term in terms}.values():
            if use := _form_used(term, line.en):
                uses.setdefault(term.en, {})[at] = use
    agreed = list(lines)
    for en, places in uses.items():
        if len({body for body, _ in places.values()}) < 2:
            continue
        for at, (body, _) in places.items():
            if body != body_of(en):
                term = next(term for term in found[at] if term.en == en)
                agreed[at] = _take_first_form(agreed[at], term, body)
    return agreed


def _is_name(term: Term) -> bool:
    """A proper name; not a place, which is Setouchi or Setouchi City as the sentence goes."""
    return term.strict and term.type not in _NOT_ONE_FORM and is_capital(body_of(term.en)[:1])


def _is_made_up(term: Term, line: Translation) -> bool:
    if is_capital(body_of(term.en)[:1]):
        return False
    return any(check.ja == term.ja and not check.found for check in line.terms)


def _form_used(term: Term, en: str) -> tuple[str, list[Span]] | None:
    """The one form of the term in the English, with its places; None for none, or several."""
    bodies = sorted({body_of(form) for form in (term.en, *term.also)}, key=len, reverse=True)
    taken: list[Span] = []
    used: dict[str, list[Span]] = {}
    for body in bodies:
        places = [span for span in spans_of(body, en) if is_free(span, taken)]
        taken += places
        if places:
            used[body] = places
    if len(used) != 1:
        return None
    body, places = next(iter(used.items()))
    return (body, places) if _is_variant(body, body_of(term.en)) else None


def _is_variant(form: str, first: str) -> bool:
    """BOJ, Fed, Ministry of Finance of Bank of Japan, Federal Reserve, Finance Ministry."""
    if form == first:
        return True
    if not all(is_capital(word) for word in form.split() if len(word) > 3):
        return False
    shared = (_large_words(form) & _large_words(first)) - _OFFICES
    short = form in _acronyms(first) or first in _acronyms(form) or first.startswith(form)
    return short or bool(shared)


def _acronyms(name: str) -> tuple[str, str]:
    """BOJ and BJ of Bank of Japan."""
    words = name.split()
    return (
        "".join(word[0].upper() for word in words),
        "".join(word[0] for word in words if is_capital(word)),
    )


def _large_words(form: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]\w{3,}", form)}


def _take_first_form(line: Translation, term: Term, body: str) -> Translation:
    for span in reversed(spans_of(body, line.en)):
        form = _fitting(term.en, line.en, span)
        line = edited(line, span, form, ja=term.ja, change="form")
    return line


def _fitting(form: str, en: str, span: Span) -> str:
    """The form as it fits the place: its article where one is needed, a capital at the start."""
    body = body_of(form)
    goes_on = re.match(r" [A-Z]", en[span[1] :])
    needs_article = body != form and not _NO_ARTICLE.search(en[: span[0]]) and not goes_on
    fitting = form if needs_article and _is_sentence(en) else body
    starts = not en[: span[0]].strip(" \"“'")
    return fitting[0].upper() + fitting[1:] if starts else fitting


def _is_sentence(en: str) -> bool:
    """Headlines leave articles out."""
    return en.rstrip(" \"”'").endswith((".", "?", "!"))
