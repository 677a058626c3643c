"""Digests and articles → what a page shows: sentences with their places and addresses.

story_views(sheet)  →  stories with the lines of each entry, for the templates
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from kawaraban.export.headlines import Headline
from kawaraban.export.wording import is_suspect
from kawaraban.segmentation import segment
from kawaraban.store import Correction
from kawaraban.types import Article, DigestEntry, Sentence, Story, Translation
from service.errors import NotFound
from service.known import article_texts
from service.web.sheets import History, Sheet

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SPAN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_POINT = re.compile(r"point-([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, headline or key point. `translation` is None where there is no English yet."""

    anchor: str  # its id on the page
    ja: str
    translation: Translation | None
    correct: str  # where a correction of it is sent
    history: tuple[Correction, ...] = ()  # newest first
    place: str = ""  # "3/14"
    link: str = ""  # the place in the whole article
    chosen: bool = False  # stands in the digest


@dataclass(frozen=True, slots=True)
class Card:
    """An entry of a story, ready to be shown."""

    entry: DigestEntry
    title: Line
    lines: tuple[Line, ...]
    url: str  # of the whole article


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story with its number on the day's sheet and its own page."""

    story: Story
    number: int
    url: str
    cards: tuple[Card, ...]

    @property
    def n_marked(self) -> int:
        """Sentences of the first outlet, headline included, that carry a flag."""
        entry = self.cards[0].entry
        shown = (entry.title, *(chosen.translation for chosen in entry.sentences))
        return sum(bool(translation.flags) for translation in shown)


@dataclass(frozen=True, slots=True)
class ArticleView:
    """The whole article by paragraphs."""

    article: Article
    title: Line
    headline: Headline
    points: tuple[Line, ...]
    paragraphs: tuple[tuple[Line, ...], ...]
    n_missing: int  # sentences without English


def story_views(sheet: Sheet) -> list[StoryView]:
    return [_story_view(sheet, story, at) for at, story in enumerate(sheet.digest.stories, start=1)]


def find_story(views: Sequence[StoryView], name: str) -> StoryView:
    """By id, or by its number on the sheet; raises NotFound."""
    found = [view for view in views if view.story.id == name] or [
        view for view in views if str(view.number) == name
    ]
    if not found:
        raise NotFound(f"There is no story {name[:64]!r} in this digest.")
    return found[0]


def _story_view(sheet: Sheet, story: Story, number: int) -> StoryView:
    name = story.id if _PLAIN_ID.fullmatch(story.id) else str(number)
    cards = tuple(
        _card(sheet, entry, prefix=f"s{number}" + (f"e{at}" if at else ""))
        for at, entry in enumerate(story.entries)
    )
    day = sheet.digest.day.isoformat()
    return StoryView(story, number, f"/days/{day}/stories/{name}{sheet.query}", cards)


def _card(sheet: Sheet, entry: DigestEntry, *, prefix: str) -> Card:
    article = entry.article
    url = f"{article_path(article.id)}?day={sheet.digest.day.isoformat()}"
    if sheet.version:
        url += f"&version={sheet.version}"
    lines = tuple(
        Line(
            anchor=f"{prefix}-{chosen.sentence.index}",
            ja=chosen.sentence.text,
            translation=chosen.translation,
            correct=_correction_path(article, _span(chosen.sentence)),
            history=sheet.history.get(chosen.translation.ja, ()),
            place=f"{chosen.sentence.index + 1}/{entry.n_sentences}",
            link=f"{url}#s{chosen.sentence.index}",
        )
        for chosen in entry.sentences
    )
    history = sheet.history.get(entry.title.ja, ())
    title = Line(f"{prefix}-title", entry.title.ja, entry.title, _title_path(article), history)
    return Card(entry, title, lines, url)


def article_view(
    article: Article, known: dict[str, Translation], chosen: Sequence[int], history: History
) -> ArticleView:
    """`known` has the English by Japanese text, `chosen` the indices that the digest shows."""

    def line(anchor: str, ja: str, at: str) -> Line:
        path = _correction_path(article, at)
        return Line(anchor, ja, known.get(ja), path, history.get(ja, ()))

    sentences = segment(article)
    paragraphs: dict[int, list[Line]] = {}
    for sentence in sentences:
        plain = line(f"s{sentence.index}", sentence.text, _span(sentence))
        place = f"{sentence.index + 1}/{len(sentences)}"
        made = replace(plain, place=place, chosen=sentence.index in chosen)
        paragraphs.setdefault(sentence.paragraph, []).append(made)
    title = line("title", article.title, "title")
    points = (line(f"p{at}", ja, f"point-{at}") for at, ja in enumerate(article.key_points))
    return ArticleView(
        article,
        title,
        _headline(title),
        tuple(points),
        tuple(map(tuple, paragraphs.values())),
        sum(text not in known for text in dict.fromkeys(article_texts(article))),
    )


def _headline(title: Line) -> Headline:
    """Of a whole article: the English is there if it is known."""
    if title.translation is None:
        return Headline(title.ja.strip(), "")
    return Headline(title.ja.strip(), title.translation.en.strip(), is_suspect(title.translation))


def text_at(article: Article, place: str) -> str:
    """The Japanese at a place: "title", "point-0", or "12-40" in the text; raises NotFound."""
    if place == "title" and article.title:
        return article.title
    if point := _POINT.fullmatch(place):
        if int(point[1]) < len(article.key_points):
            return article.key_points[int(point[1])]
    elif span := _SPAN.fullmatch(place):
        start, end = int(span[1]), int(span[2])
        if start < end <= len(article.text):
            return article.text[start:end]
    raise NotFound(f"There is no sentence at {place[:40]!r} of this article.")


def article_path(article_id: str) -> str:
    return f"/articles/{quote(article_id, safe='', errors='replace')}"


def _title_path(article: Article) -> str:
    return _correction_path(article, "title")


def _correction_path(article: Article, place: str) -> str:
    return f"{article_path(article.id)}/corrections/{place}"


def _span(sentence: Sentence) -> str:
    return f"{sentence.start}-{sentence.end}"
