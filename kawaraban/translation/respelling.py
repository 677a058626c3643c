"""Misspelt names put right in the English, where it is certain which words stand for which name.

    respell("Iami, Hyogo", [Name("伊丹市", ("Itami",))], vocabulary)
        → ("Itami, Hyogo", (Respelt("伊丹市", "Itami", "Iami"),))

The translator is told how a name is written and now and then slips: DepSeek, Brack Friday, Morosco,
Open AI. Words are replaced only where all of this holds: the name stands nowhere in the English;
the words are its letters with other spaces, or a few letters off (one in six, and the digits are
the same), or sound like its katakana; they are capitalised; what differs is no word or name that
the vocabulary or the Japanese sentence knows; and no other place of the sentence qualifies.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kawaraban.translation.term_checks import check_terms, normal_english
from kawaraban.translation.terms import LATIN_NAME, Term
from kawaraban.translation.transliteration import closeness
from kawaraban.types import TermCheck

_TOKEN = re.compile(r"[A-Za-zÀ-ɏ0-9]+(?:[-&.'’][A-Za-zÀ-ɏ0-9]+)*\+{0,2}")
_ARTICLE = re.compile(r"^(?:the|an?) ", re.I)
_POSSESSIVE = re.compile(r"['’]s?$")
_ENDINGS = re.compile(r"(?:['’]s|s|es|ed|ing|n|an|ese|ian)$")
_KATAKANA = re.compile(r"[ァ-ヴー・]{4,}")
_KATAKANA_BEFORE = re.compile(r"[ァ-ヴー][・＝ 　]$")
_KATAKANA_AFTER = re.compile(r"[・＝ 　][ァ-ヴー]")
_MIN_LETTERS = 4
_LETTERS_PER_SLIP = 6
_SAME_SOUND = 0.8
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Name:
    """A name that is not in the English: its Japanese, and how it may be written."""

    ja: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Respelt:
    """What was replaced: `before` stood where `en` stands now."""

    ja: str
    en: str
    before: str


def misspelt(terms: Sequence[Term], ja: str, en: str, known: Container[str]) -> list[Name]:
    """Glossary names of a sentence that are not in its English as they should be written.

    `known` are the glossary's English forms: a name in Latin letters that is one of them must have
    its capitals and spaces (OpenAI, not Open AI). A part of a longer katakana name (マルタ・ロペス)
    may be somebody else's name and is left alone.
    """
    return [
        Name(term.ja, (term.en, *term.also))
        for term in {term.ja: term for term in terms if term.required}.values()
        if _ARTICLE.sub("", term.en)[:1].isupper()
        and not _is_there(term, en, known)
        and not _KATAKANA_BEFORE.search(ja, 0, term.start)
        and not _KATAKANA_AFTER.match(ja, term.end)
    ]


def respelt_terms(terms: Sequence[TermCheck], respelt: Sequence[Respelt]) -> tuple[TermCheck, ...]:
    """The terms with what was replaced noted."""
    done = {item.ja: TermCheck(item.ja, item.en, True, "spelling", item.before) for item in respelt}
    shown = [done.pop(term.ja, term) for term in terms]
    return (*shown, *done.values())


def respell(
    en: str, names: Sequence[Name], vocabulary: Container[str] | None, *, ja: str = ""
) -> tuple[str, tuple[Respelt, ...]]:
    """The English with every name put right whose place is certain, and what was replaced.

    Without a vocabulary only spaces and capitals are put right.
    """
    done: list[Respelt] = []
    for name in names:
        found = _place(en, name, vocabulary, ja)
        if found is None:
            continue
        (start, end), form = found
        done.append(Respelt(name.ja, form, en[start:end]))
        en = en[:start] + form + en[end:]
    return en, tuple(done)


def vocabulary_of(forms: Sequence[str]) -> frozenset[str]:
    """Words of English forms, in lower case."""
    return frozenset(normal_english("\n".join(forms)).split())


def _is_there(term: Term, en: str, known: Container[str]) -> bool:
    if term.type == LATIN_NAME and term.en in known:
        return term.en in en
    return check_terms([term], en)[0].found


def _place(
    en: str, name: Name, vocabulary: Container[str] | None, ja: str
) -> tuple[Span, str] | None:
    """The one place that is nearly the name, and the form to write there."""
    close: list[tuple[float, Span, str]] = []
    for form in dict.fromkeys(_ARTICLE.sub("", form) for form in name.forms):
        words = frozenset(normal_english(form).split())
        for span in _windows(en, len(form.split())):
            text = en[slice(*span)]
            strange = _strange(text, words, vocabulary, ja)
            cost = _cost(text, form, name.ja, strange)
            if cost is not None and (cost == 0 or not _explained(text, name.ja, ja)):
                close.append((cost, span, form))
    if not close:
        return None
    cost, best, form = min(close)
    if any(end <= best[0] or best[1] <= start for _, (start, end), _ in close):
        return None
    return best, form


def _windows(en: str, size: int) -> Iterator[Span]:
    """Runs of `size` words, of one less and of one more, with nothing but a space between."""
    words = [match.span() for match in _TOKEN.finditer(en)]
    for at, (start, _) in enumerate(words):
        for n in (size - 1, size, size + 1):
            run = words[at : at + n]
            gaps = [en[left[1] : right[0]] for left, right in pairwise(run)]
            if n > 0 and len(run) == n and set(gaps) <= {" "}:
                stop = run[-1][1]
                yield start, stop - len(_tail(en[start:stop]))


def _tail(text: str) -> str:
    match = _POSSESSIVE.search(text)
    return match[0] if match else ""


def _strange(text: str, words: frozenset[str], vocabulary: Container[str] | None, ja: str) -> bool:
    """Whether there are words that are not the name's own, and nobody knows them."""
    others = [word for word in normal_english(text).split() if word not in words]
    if vocabulary is None or not others:
        return False
    known = frozenset(_TOKEN.findall(ja.lower()))
    return all(
        word not in vocabulary and _ENDINGS.sub("", word) not in vocabulary and word not in known
        for word in others
    )


def _cost(text: str, form: str, ja: str, strange: bool) -> float | None:
    """How far the words are from the form; None where they are not nearly it."""
    mine, wanted = _letters(text), _letters(form)
    if len(wanted) < _MIN_LETTERS or not any(char.isupper() for char in text):
        return None
    if mine == wanted:
        return 0.0 if text != form else None
    if mine.startswith(wanted[:-1]) and len(mine) >= len(wanted):  # Greenlandic, Spartans
        return None
    if not strange or re.sub(r"\D", "", mine) != re.sub(r"\D", "", wanted):
        return None
    slips = distance(mine, wanted)
    if slips <= max(1, len(wanted) // _LETTERS_PER_SLIP):
        return float(slips)
    katakana = max(_KATAKANA.findall(ja), key=len, default="")
    if katakana and " " not in text and closeness(katakana, text) >= _SAME_SOUND:
        return 10.0 + slips
    return None


def _explained(text: str, name: str, ja: str) -> bool:
    """Whether another katakana word of the sentence sounds as much like the words as the name."""
    others = [word for word in _KATAKANA.findall(ja) if word not in name]
    mine = max((closeness(word, text) for word in _KATAKANA.findall(name)), default=0.6)
    return any(closeness(other, text) >= mine for other in others)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9+]", "", normal_english(text))


def distance(one: str, other: str) -> int:
    """Letters to insert, delete or change.

    >>> distance("depseek", "deepseek")
    1
    """
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]
