"""Whether the terms of a Japanese sentence came through in its English.

check_terms(glossary.find_terms("日銀は…"), "The BOJ …")   → (TermCheck("日銀", …, found=True),)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from kawaraban.translation.terms import LATIN_NAME, Term
from kawaraban.types import TermCheck


def check_terms(terms: Sequence[Term], en: str) -> tuple[TermCheck, ...]:
    """One TermCheck per Japanese form among `terms`."""
    shown = normal_english(en)
    unique = {term.ja: term for term in terms}
    return tuple(
        TermCheck(term.ja, term.en, found=_present(term, shown)) for term in unique.values()
    )


def normal_english(text: str) -> str:
    """Lower case, no accents, no dots of abbreviations, hyphens as spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("’", "'"))
        text = "".join(char for char in text if not unicodedata.combining(char))
    plain = text.lower().replace("&", " and ")
    plain = plain.replace("ø", "o").replace("ł", "l").replace("æ", "ae")
    plain = re.sub(r"(?<=\b[a-z])\.|(?<=[a-z])\.(?=[a-z])", "", plain)
    return " ".join(re.sub(r"[-–—/,]", " ", plain).split())


def _present(term: Term, shown: str) -> bool:
    if term.type == LATIN_NAME:
        return _spaced_at_will(normal_english(term.en)).search(shown) is not None
    return any(_has_form(form, shown) for form in (term.en, *term.also))


def _has_form(form: str, shown: str) -> bool:
    """Whether a form stands in normal English: articles optional, plural and possessive allowed."""
    body = _body(form)
    return body in shown and _whole(body).search(shown) is not None


@lru_cache(maxsize=5_000)
def _spaced_at_will(name: str) -> re.Pattern[str]:
    """iPodtouch is found in "iPod touch": Japanese leaves out the spaces of English names."""
    letters = " ?".join(map(re.escape, name.replace(" ", "")))
    return re.compile(rf"(?<![a-z0-9]){letters}(?:'s|s)?(?![a-z0-9])")


@lru_cache(maxsize=50_000)
def _body(form: str) -> str:
    plain = re.sub(r"^(?:the|an?) ", "", normal_english(form)).strip(' ."')
    plain = re.sub(r"\b(?:inc|corp|co|ltd|plc)\b\.?$", "", plain)
    return plain.strip(" .,")


@lru_cache(maxsize=5_000)
def _whole(body: str) -> re.Pattern[str]:
    suffix = r"(?:'s|s'|s|es|n|an|ese|led|based|made)?"
    return re.compile(rf"(?<![a-z0-9]){re.escape(body)}{suffix}(?![a-z0-9])")
