"""A headline as it is shown: English over Japanese, the other way round where it is unreliable.

    headline(entry).lines()   → (HeadLine("BOJ holds rate", "en"), HeadLine("日銀、…", "ja"))
    suspect English           → (HeadLine("日銀、…", "ja"), HeadLine("BOJ no", "en", doubted=True))

Every export and the web reader show these lines; a doubted one stands behind `UNRELIABLE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kawaraban.export.wording import is_suspect, shortened
from kawaraban.types import DigestEntry

UNRELIABLE = "Machine English, not reliable: "


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One language of a headline; `doubted`: English that cannot be relied on."""

    text: str
    language: Literal["en", "ja"]
    doubted: bool = False

    @property
    def marked(self) -> str:
        """The text with its warning, for formats without styles."""
        return f"{UNRELIABLE}{self.text}" if self.doubted else self.text


@dataclass(frozen=True, slots=True)
class Headline:
    """Both languages; either may be empty."""

    ja: str
    en: str
    suspect: bool = False

    def lines(self, *, ja_first: bool = False) -> tuple[HeadLine, ...]:
        """One or two lines, the one that stands for the article first."""
        english = HeadLine(self.en, "en", doubted=self.suspect)
        japanese = HeadLine(self.ja, "ja")
        pair = (japanese, english) if ja_first or self.suspect else (english, japanese)
        return tuple(line for line in pair if line.text) or (HeadLine("(no headline)", "en"),)

    @property
    def lead(self) -> HeadLine:
        return self.lines()[0]


def headline(entry: DigestEntry) -> Headline:
    """Where the page had no headline, the first sentence stands in as the article's title; as a
    headline it is shortened, since it comes again below.
    """
    title = entry.title
    ja = title.ja.strip() or entry.article.title.strip()
    if not ja and entry.sentences:
        title = entry.sentences[0].translation
        ja = title.ja.strip()
    en = title.en.strip()
    if ja and entry.article.text.startswith(ja):
        ja, en = shortened(ja, 40), shortened(en, 76)
    return Headline(ja, en, is_suspect(title))


def lead_headline(entry: DigestEntry) -> str:
    """The one line that stands for an article: Japanese where the English cannot be relied on.
    English alone, of a page without Japanese, keeps its mark."""
    return headline(entry).lead.marked
