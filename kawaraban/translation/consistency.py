"""Names and terms stay the same: inside an article's entry, and over a whole digest.

Input:  finished translations with their article. Output: the same, with names made to agree.

    agree_in_entry(entry, glossary)       headline and shown sentences of one article
    agree_in_digest(entries, glossary)    then all articles of a day
    agree_in_article(article, lines, …)   any lines of one article, its headline first

This is an edit after translation, made from what stands in the article and is shown of it, so the
translation memory (sentence by sentence) never holds it, and the same digest is made again from
it. Every change is in `Translation.terms` (`change`, `before`); what is not certain is a flag of
kind "consistency" with both forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from kawaraban.translation.agreement import agree_on_terms, spell_terms
from kawaraban.translation.glossary import Glossary
from kawaraban.translation.naming import explain_names, name_people
from kawaraban.translation.people import Cast, People
from kawaraban.translation.same_spelling import agree_on_unknown
from kawaraban.types import Article, DigestEntry, Translation

RULES = 1  # raise when the same translations come out otherwise


def agree_in_entry(entry: DigestEntry, glossary: Glossary) -> DigestEntry:
    """The entry with its names in agreement, each person in full at the first mention shown."""
    return _with_lines(entry, agree_in_article(entry.article, _lines(entry), glossary))


def agree_in_article(
    article: Article, lines: Sequence[Translation], glossary: Glossary
) -> list[Translation]:
    """The headline (`lines[0]`) and any sentences of an article, in its order."""
    text = f"{article.title}\n{article.text}"
    spelt = [spell_terms(line, glossary.find_terms(line.ja)) for line in lines]
    agreed = agree_on_unknown(agree_on_terms(spelt, glossary), glossary)
    cast = Cast(_people(glossary), text)
    named = [*name_people(agreed[:1], cast, glossary), *name_people(agreed[1:], cast, glossary)]
    return [explain_names(line, text) for line in named]


def agree_in_digest(entries: Sequence[DigestEntry], glossary: Glossary) -> list[DigestEntry]:
    """The entries with glossary names and unknown full names in one form over all of them."""
    lines = [line for entry in entries for line in _lines(entry)]
    agreed = agree_on_unknown(agree_on_terms(lines, glossary), glossary, in_full=True)
    done = []
    at = 0
    for entry in entries:
        stop = at + 1 + len(entry.sentences)
        done.append(_with_lines(entry, agreed[at:stop]))
        at = stop
    return done


def _lines(entry: DigestEntry) -> list[Translation]:
    return [entry.title, *(chosen.translation for chosen in entry.sentences)]


def _with_lines(entry: DigestEntry, lines: Sequence[Translation]) -> DigestEntry:
    sentences = tuple(
        replace(chosen, translation=line)
        for chosen, line in zip(entry.sentences, lines[1:], strict=True)
    )
    return replace(entry, title=lines[0], sentences=sentences)


@lru_cache(maxsize=16)
def _people(glossary: Glossary) -> People:
    return People(glossary.entries)
