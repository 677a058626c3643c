"""Names that no glossary knows in one spelling over all texts of an article or a digest.

    ザレンバ氏 → "Zaremba" twice, "Zalenba" once                all read "Zaremba"
    山岡健一氏, 山岡氏 → "Kenichi Yamaoka", "Yamooka"            reads "Yamaoka"

Which word is the name is told by the sound of the katakana; for kanji it is a word of Japanese
syllables. The spelling that most texts have wins, then the nearest to the sound, then the first;
what a reviewer wrote wins over all, and is never changed. Where the words have nothing in common,
or several come into question, the text is flagged with both forms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kawaraban.translation.edits import Span, edited, flagged
from kawaraban.translation.glossary import Glossary
from kawaraban.translation.names import unknown_names
from kawaraban.translation.romaji import is_romaji
from kawaraban.translation.spelling import (
    is_capital,
    is_free,
    letters,
    places_of,
    ratio,
    sound,
    tokens,
)
from kawaraban.types import HUMAN, Translation

Lines = list[Translation]
_SAME_SOUND = 0.62  # a word of the English is the katakana's
_SAME_NAME = 0.7  # two words are one name spelt two ways


def agree_on_unknown(
    lines: Sequence[Translation], glossary: Glossary, *, in_full: bool = False
) -> Lines:
    """Names that no glossary knows in one spelling; `in_full`: only those with a given name."""
    agreed = list(lines)
    terms = [glossary.find_terms(line.ja) for line in lines]
    named = [unknown_names(line.ja, found) for line, found in zip(lines, terms, strict=True)]
    for key, holders in _keys(named, in_full=in_full).items():
        words = {
            at: _candidates(key, agreed[at], places_of(terms[at], agreed[at].en)) for at in holders
        }
        agreed = _one_spelling(agreed, key, words)
    return agreed


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
