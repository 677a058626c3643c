"""The same Japanese name or term in the same English, over all texts of an article or a digest.

    日銀 → "the Bank of Japan" here, "the BOJ" there          both read "the Bank of Japan"
    ザレンバ氏 → "Zaremba" twice, "Zalenba" once                all read "Zaremba"
    ソブリンAI → "Soblin AI"                                    reads "sovereign AI"

A glossary name takes the glossary's first form wherever two of its forms meet. A name that no
glossary knows takes the spelling most texts have, or the first. What a reviewer wrote wins, and is
never changed. Where the place is not certain the text is flagged with both forms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kawaraban.translation.edits import Span, edited, flagged
from kawaraban.translation.glossary import PEOPLE, Glossary, Term
from kawaraban.translation.names import unknown_names
from kawaraban.translation.romaji import is_romaji
from kawaraban.translation.spelling import (
    body_of,
    is_capital,
    is_free,
    letters,
    nearest,
    ratio,
    sound,
    spans_of,
    tokens,
)
from kawaraban.types import HUMAN, Translation

Lines = list[Translation]
_NOT_ONE_FORM = PEOPLE | {"country", "region", "city", "state", "prefecture", "administration"}
_SAME_SOUND = 0.62  # a word of the English is the katakana's
_SAME_NAME = 0.7  # two words are one name spelt two ways
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
        known = _known_places(terms, line.en)
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


def agree_on_unknown(
    lines: Sequence[Translation], glossary: Glossary, *, in_full: bool = False
) -> Lines:
    """Names that no glossary knows in one spelling; `in_full`: only those with a given name."""
    agreed = list(lines)
    terms = [glossary.find_terms(line.ja) for line in lines]
    named = [unknown_names(line.ja, found) for line, found in zip(lines, terms, strict=True)]
    for key, holders in _keys(named, in_full=in_full).items():
        words = {
            at: _candidates(key, agreed[at], _known_places(terms[at], agreed[at].en))
            for at in holders
        }
        agreed = _one_spelling(agreed, key, words)
    return agreed


def _is_name(term: Term) -> bool:
    """A proper name; not a place, which is Setouchi or Setouchi City as the sentence goes."""
    return term.strict and term.type not in _NOT_ONE_FORM and is_capital(body_of(term.en)[:1])


def _is_made_up(term: Term, line: Translation) -> bool:
    if is_capital(body_of(term.en)[:1]):
        return False
    return any(check.ja == term.ja and not check.found for check in line.terms)


def _known_places(terms: Sequence[Term], en: str) -> list[Span]:
    return [span for term in terms for form in (term.en, *term.also) for span in spans_of(form, en)]


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
    initials = "".join(word[0].upper() for word in first.split())
    capitals = "".join(word[0] for word in first.split() if is_capital(word))
    shared = {w for w in _large_words(form) & _large_words(first) if w not in _OFFICES}
    return form in (initials, capitals) or first.startswith(form) or bool(shared)


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


def _keys(named: Sequence[Sequence[str]], *, in_full: bool) -> Mapping[str, list[int]]:
    """Name → the texts that have it, for names in more than one; surnames by themselves, since
    ヴォイチェフ・ザレンバ is ザレンバ later, and 山岡健一 is 山岡."""
    keys: dict[str, list[int]] = {}
    for at, names in enumerate(named):
        for name in names:
            if in_full and "・" not in name and len(name) < 4:
                continue
            for key in _parts(name, named):
                if at not in keys.setdefault(key, []):
                    keys[key].append(at)
    return {key: holders for key, holders in keys.items() if len(holders) > 1}


def _parts(name: str, named: Sequence[Sequence[str]]) -> list[str]:
    if sound(name):
        return [part for part in re.split("[・＝]", name) if len(part) > 2]
    shorter = {n for names in named for n in names if name.startswith(n)}
    return [min(shorter, key=len)]


def _candidates(key: str, line: Translation, known: Sequence[Span]) -> list[Span]:
    """Words of the English that may be the name: by sound, or Japanese names for kanji."""
    free = [span for span in tokens(line.en) if is_free(span, known)]
    words = [(span, line.en[slice(*span)]) for span in free]
    names = [(span, word) for span, word in words if is_capital(word)]
    if not (spoken := sound(key)):
        return [span for span, word in names if is_romaji(word)]
    scored = [(ratio(spoken, letters(word)), span) for span, word in names]
    best = max((score for score, _ in scored), default=0.0)
    return [span for score, span in scored if score >= _SAME_SOUND and score > best - 0.1]


def _one_spelling(lines: Lines, key: str, words: Mapping[int, list[Span]]) -> Lines:
    texts = {at: [lines[at].en[slice(*span)] for span in spans] for at, spans in words.items()}
    form = _common_form(key, lines, texts)
    if form is None:
        return lines
    agreed = list(lines)
    for at, spellings in texts.items():
        if not spellings or any(_same(form, spelling) for spelling in spellings):
            continue
        alike = [i for i, spelling in enumerate(spellings) if _alike(form, spelling)]
        if len(alike) == 1:
            agreed[at] = edited(agreed[at], words[at][alike[0]], form, ja=key, change="spelling")
        if agreed[at] == lines[at] and (alike or len(spellings) == 1):
            reading = " or ".join(spellings[i] for i in alike or [0])
            agreed[at] = flagged(agreed[at], f"{key} reads {reading} here, {form} elsewhere")
    return agreed


def _common_form(key: str, lines: Lines, texts: Mapping[int, list[str]]) -> str | None:
    """A reviewer's spelling, else the one that most texts have, or have nearly, and of those the
    nearest to the sound, or the first. None where no word is certain to be the name."""
    by_hand = [s for at, found in texts.items() if lines[at].model == HUMAN for s in found[:1]]
    if by_hand:
        return by_hand[0]
    best, form = (0, 0, 0.0), None
    for spelling in dict.fromkeys(s for found in texts.values() for s in found):
        exact = sum(any(_same(spelling, s) for s in found) for found in texts.values())
        alike = sum(any(_alike(spelling, s) for s in found) for found in texts.values())
        certain = exact > 1 or alike > 1 or [spelling] in texts.values()
        weight = (exact, alike, ratio(sound(key), letters(spelling)))
        if certain and weight > best:
            best, form = weight, spelling
    return form


def _alike(form: str, spelling: str) -> bool:
    return ratio(letters(form), letters(spelling)) >= _SAME_NAME


def _same(form: str, spelling: str) -> bool:
    return letters(form) == letters(spelling)
