"""Names and words with known English forms, and where they stand in a sentence pair.

Input:  `SHARED/entities/NAME.tsv.xz` (ja, en, type).
Output: `Lexicon`, whose `matches(ja, en)` yields spans of the Japanese whose English form is
        really in the English sentence.

    lexicon.matches("日本銀行の植田総裁", "Bank of Japan Governor Ueda")
    → [(0, 4, "Bank of Japan", True), (5, 7, "Ueda", True)]
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from models.recipe.files import read_pairs

NAME_FILES = (
    "cldr",
    "municipalities",
    "diet_members",
    "personal_names",
    "wikipedia_titles",
    "kyoto_wiki_titles",
    "kyoto_lexicon",
)
WORD_FILES = ("words_mgsl",)

_TERM = re.compile(r"^(?:[㐀-鿿々]{2,}|[ァ-ヺー・]{2,}|[㐀-鿿々ァ-ヺー・ぁ-ん]{3,})$")
_CONTENT_WORD = re.compile(r"^(?:[㐀-鿿々]{2,}|[ァ-ヺー]{3,})$")
_GENERIC_TAIL = re.compile(r" (?:Prefecture|City|-ku|-shi|-cho|-mura)$|\s*\([^)]*\)$")
_ARTICLE = re.compile(r"^(?:the|a|an) ", re.IGNORECASE)
_PREPOSITION = re.compile(r"^(?:in|of|to|at|on|for|from|by|with|be) ", re.IGNORECASE)
_KATAKANA = re.compile(r"[ァ-ヺー]")

Match = tuple[int, int, str, bool]


@dataclass(frozen=True)
class Lexicon:
    """Japanese term → its English forms; names apart from common words."""

    names: dict[str, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]
    heads: frozenset[str]
    longest_chars: int

    def matches(self, ja: str, en: str) -> list[Match]:
        """Longest matches, left to right: (start, end, form as the English writes it, name?)."""
        lowered = en.lower()
        found: list[Match] = []
        at = 0
        while at < len(ja) - 1:
            match = self._match_at(ja, at, en, lowered) if ja[at : at + 2] in self.heads else None
            if match is None:
                at += 1
                continue
            found.append(match)
            at = match[1]
        return found

    def _match_at(self, ja: str, at: int, en: str, lowered: str) -> Match | None:
        for size in range(min(self.longest_chars, len(ja) - at), 1, -1):
            term = ja[at : at + size]
            forms = self.names.get(term)
            is_name = forms is not None
            forms = forms if forms is not None else self.words.get(term)
            if forms is None or _cuts_a_word(ja, at, at + size):
                continue
            surface = find_surface(forms, en, lowered)
            if surface is not None:
                return at, at + size, surface, is_name
        return None


def _cuts_a_word(ja: str, start: int, end: int) -> bool:
    """True where a katakana term is only a part of a longer katakana word: イラン in イランド."""
    before = start > 0 and _KATAKANA.match(ja[start - 1]) and _KATAKANA.match(ja[start])
    after = end < len(ja) and _KATAKANA.match(ja[end]) and _KATAKANA.match(ja[end - 1])
    return bool(before or after)


def find_surface(forms: tuple[str, ...], en: str, lowered: str) -> str | None:
    """The longest form that stands in `en` as whole words, written as it stands there.

    >>> find_surface(("tariff",), "New tariffs begin.", "new tariffs begin.")
    'tariffs'
    """
    best: str | None = None
    for form in forms:
        at = lowered.find(form.lower())
        while at >= 0:
            end = at + len(form)
            if end < len(en) and en[end] == "s" and not _letter(en, end + 1):
                end += 1
            if not _letter(en, at - 1) and not _letter(en, end):
                if best is None or end - at > len(best):
                    best = en[at:end]
                break
            at = lowered.find(form.lower(), at + 1)
    return best


def _letter(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isalnum()


def read_lexicon(shared: Path, names: tuple[str, ...] = NAME_FILES) -> Lexicon:
    """All names of the entity files, and content words of at least two kanji or three katakana."""
    named: dict[str, set[str]] = {}
    words: dict[str, set[str]] = {}
    folder = shared / "entities"
    for target, files, pattern in (
        (named, names, _TERM),
        (words, WORD_FILES, _CONTENT_WORD),
    ):
        for name in files:
            path = folder / f"{name}.tsv.xz"
            if not path.exists():
                continue
            for raw_ja, raw_en, kind in read_pairs(path):
                if kind == "emoji name":
                    continue
                ja = unicodedata.normalize("NFKC", raw_ja).strip()
                en = _ARTICLE.sub("", unicodedata.normalize("NFKC", raw_en).strip())
                usable = 2 <= len(en) <= 60 and en.isascii() and not _PREPOSITION.match(en)
                if usable and pattern.match(ja):
                    target.setdefault(ja, set()).update({en, _GENERIC_TAIL.sub("", en)})
    both = (*named, *words)
    return Lexicon(
        {ja: tuple(sorted(forms)) for ja, forms in named.items()},
        {ja: tuple(sorted(forms)) for ja, forms in words.items()},
        frozenset(ja[:2] for ja in both),
        min(16, max((len(ja) for ja in both), default=2)),
    )
