"""The terms that a model ships with: Japanese words that nearly always take one English form.

Input:  `lexicon.tsv` of a model directory (Japanese, English, share of the cases in which the form
        was right), a sentence.
Output: spans for `annotation.annotate`. A small network then need not know the words; the user's
        glossary and the number rules go first, the lexicon fills what they leave.

    >>> lexicon = TermLexicon({"関税": "tariffs", "首相": "Prime Minister"})
    >>> lexicon.spans("首相は関税を批判した。", taken=[(0, 2)])
    [(3, 5, 'tariffs')]
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from kawaraban.errors import CorruptArtifactError

Span = tuple[int, int, str]
_WORD = re.compile(r"[^\W\d_]{2,}")


class TermLexicon:
    """Longest match from left to right; a katakana term must be a whole katakana word."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self._terms = {term: form for term, form in terms.items() if len(term) > 1}
        self._heads = frozenset(term[:2] for term in self._terms)
        self._longest = max((len(term) for term in self._terms), default=0)

    def __len__(self) -> int:
        return len(self._terms)

    @property
    def forms(self) -> Collection[str]:
        """All English forms."""
        return self._terms.values()

    def is_name(self, form: str) -> bool:
        """Whether a form is a proper name: Salzburg, but not Airport, since "airport" is a word."""
        return form[:1].isupper() and any(
            word[0].isupper() and word.lower() not in self._common for word in _WORD.findall(form)
        )

    @cached_property
    def _common(self) -> frozenset[str]:
        """Words that some form has in small letters."""
        return frozenset(
            word for form in self.forms for word in _WORD.findall(form) if word.islower()
        )

    def spans(self, text: str, *, taken: Sequence[tuple[int, int]] = ()) -> list[Span]:
        """Spans of `text` with their English, none of which touches a span of `taken`."""
        closed = {at for start, end in taken for at in range(start, end)}
        found: list[Span] = []
        at = 0
        while at < len(text) - 1:
            end = self._end(text, at, closed) if text[at : at + 2] in self._heads else at
            if end > at:
                found.append((at, end, self._terms[text[at:end]]))
            at = max(at + 1, end)
        return found

    def _end(self, text: str, at: int, closed: set[int]) -> int:
        """Where the longest term that begins at `at` ends; `at` itself if there is none."""
        for end in range(min(at + self._longest, len(text)), at + 1, -1):
            whole = text[at:end] in self._terms and not _cuts_katakana(text, at, end)
            if whole and closed.isdisjoint(range(at, end)):
                return end
        return at


def read_lexicon(path: Path, *, least_share: float = 0.0) -> TermLexicon:
    """Terms of a file whose share is at least `least_share`; 0 marks terms from word lists."""
    terms: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        cells = line.split("\t")
        if len(cells) != 3:
            raise CorruptArtifactError(
                f"{path}, line {number}: found {len(cells)} columns; expected Japanese, English "
                "and share; restore the model directory"
            )
        share = float(cells[2])
        if share == 0 or share >= least_share:
            terms[cells[0]] = cells[1]
    return TermLexicon(terms)


def _katakana(char: str) -> bool:
    return "ァ" <= char <= "ヺ" or char == "ー"


def _cuts_katakana(text: str, start: int, end: int) -> bool:
    """True for イラン in ブイランド."""
    before = start > 0 and _katakana(text[start - 1]) and _katakana(text[start])
    return before or (end < len(text) and _katakana(text[end]) and _katakana(text[end - 1]))
