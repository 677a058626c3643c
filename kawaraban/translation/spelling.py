"""Where a name stands in the English: as it should be written, or nearly so.

    >>> spans_of("the Bank of Japan", "The Bank of Japan acted.")
    [(4, 17)]
    >>> nearest("DeepSeek", "DeepSeek", "A venture, DepSeek, did it.")
    (11, 18)

A near spelling counts only where it is certain: capitalised, not another name of the sentence, and
the only one in the English that is close, by letters or by the sound of the katakana.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from kawaraban.translation.edits import Span
from kawaraban.translation.term_checks import normal_english
from kawaraban.translation.terms import Term
from kawaraban.translation.transliteration import romanize

_TOKEN = re.compile(r"[A-Za-zÀ-ɏ0-9]+(?:[-&.][A-Za-zÀ-ɏ0-9]+)*")
_KATAKANA = re.compile(r"[ァ-ヴー・＝]+")
_SOUNDED = re.compile(r"[ァ-ヴー・＝A-Za-z0-9 .+-]+")
_MIN_LETTERS = 5
_MIN_RATIO = 0.8
_MIN_RATIO_WITH_TAIL = 0.68  # where the Latin end of ソブリンAI is in the English as it is


def body_of(form: str) -> str:
    """The form without its article."""
    return re.sub(r"^(?:the|an?) ", "", form, flags=re.I)


def spans_of(form: str, en: str) -> list[Span]:
    """Every place of the form, its article left out; capitals count for short acronyms only."""
    return [match.span() for match in _pattern(body_of(form)).finditer(en)]


def places_of(terms: Sequence[Term], en: str) -> list[Span]:
    """Every place of any form of the terms."""
    return [span for term in terms for form in (term.en, *term.also) for span in spans_of(form, en)]


@lru_cache(maxsize=20_000)
def _pattern(body: str) -> re.Pattern[str]:
    loose = re.escape(body).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]")
    flags = re.NOFLAG if body.isupper() else re.IGNORECASE
    return re.compile(rf"(?<![A-Za-z0-9]){loose}(?![A-Za-z0-9])", flags)


def tokens(en: str) -> list[Span]:
    """Words of the English, without a possessive."""
    return [match.span() for match in _TOKEN.finditer(en)]


def is_capital(word: str) -> bool:
    return any(char.isupper() for char in word)


def is_free(span: Span, taken: Sequence[Span]) -> bool:
    return not any(span[0] < end and start < span[1] for start, end in taken)


def letters(text: str) -> str:
    """Letters and digits alone, in lower case, without accents."""
    return re.sub(r"[^a-z0-9]", "", normal_english(text))


def sound(ja: str) -> str:
    """Letters that a form of katakana and Latin letters sounds like; "" for one with kanji."""
    if not _SOUNDED.fullmatch(ja):
        return ""
    return letters(_KATAKANA.sub(lambda match: romanize(match[0]), ja))


def ratio(one: str, other: str) -> float:
    """How alike two words are, 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def nearest(
    ja: str, form: str, en: str, *, taken: Sequence[Span] = (), others: Sequence[str] = ()
) -> Span | None:
    """The one place where the English nearly has `form`; `others` are the sentence's other names
    in Japanese, which may explain the word better."""
    tail = re.search(r"(?<=[ァ-ヴー])[A-Z]{2,}$", ja)
    wanted = [text for text in (letters(body_of(form)), sound(ja)) if len(text) >= _MIN_LETTERS]
    if not wanted:
        return None
    close = []
    for span in _windows(en, len(form.split()) + 1):
        word = letters(en[slice(*span)])
        score = max(ratio(text, word) for text in wanted)
        has_tail = tail is not None and en[slice(*span)].endswith(tail[0])
        enough = not _is_part(word, form) and score >= (
            _MIN_RATIO_WITH_TAIL if has_tail else _MIN_RATIO
        )
        if enough and is_free(span, taken) and not _explained(word, score, others):
            close.append((score, span[0] - span[1], span))
    if not close:
        return None
    best = max(close)[2]
    return best if all(not is_free(span, [best]) for _, _, span in close) else None


def _windows(en: str, size: int) -> list[Span]:
    """Runs of up to `size` words that begin and end with a capital."""
    words = tokens(en)
    found = []
    for at, (start, _) in enumerate(words):
        for _, end in words[at : at + size]:
            run = en[start:end].split()
            if (
                is_capital(run[0])
                and is_capital(run[-1])
                and not re.search(r"[,.;:] ", en[start:end])
            ):
                found.append((start, end))
    return found


def _is_part(word: str, form: str) -> bool:
    """Whether a word of the form is missing: what stands in its place is not known."""
    words = [letters(part) for part in form.split()]
    runs = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    return word in runs and word != "".join(words)


def _explained(word: str, score: float, others: Sequence[str]) -> bool:
    return any(ratio(spoken, word) > score for other in others if (spoken := sound(other)))
