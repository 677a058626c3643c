"""Digests and articles → what a page shows: sentences with their places and addresses.

    story_lines(digest.stories[0], number=1, day=day)  →  lines of each entry, for the templates

A reviewer's correction stands at once wherever its sentence is shown (`corrected`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

from kawaraban.export import wording
from kawaraban.segmentation import segment
from kawaraban.store import HUMAN, Store
from kawaraban.types import Article, Digest, DigestEntry, Sentence, Story, Translation
from service.errors import NotFound

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


@dataclass(frozen=True, slots=True)
class ArticleView:
    """The whole article by paragraphs."""

    article: Article
    title: Line
    points: tuple[Line, ...]
    paragraphs: tuple[tuple[Line, ...], ...]
    n_missing: int  # sentences without English


def corrected(digest: Digest, store: Store) -> Digest:
    """The digest with the corrections that were made since."""
    known = store.find_translations(
        [translation.ja for translation in wording.translations(digest)], model=HUMAN
    )

    def entry(found: DigestEntry) -> DigestEntry:
        sentences = tuple(
            replace(chosen, translation=known.get(chosen.translation.ja, chosen.translation))
            for chosen in found.sentences
        )
        return replace(found, title=known.get(found.title.ja, found.title), sentences=sentences)

    stories = (replace(story, entries=tuple(map(entry, story.entries))) for story in digest.stories)
    return replace(digest, stories=tuple(stories)) if known else digest


def story_views(digest: Digest) -> list[StoryView]:
    return [story_view(story, at, digest.day) for at, story in enumerate(digest.stories, start=1)]


def find_story(digest: Digest, name: str) -> StoryView:
    """By id, or by its number on the sheet; raises NotFound."""
    numbered = list(enumerate(digest.stories, start=1))
    found = [pair for pair in numbered if pair[1].id == name] or [
        pair for pair in numbered if str(pair[0]) == name
    ]
    if found:
        return story_view(found[0][1], found[0][0], digest.day)
    raise NotFound(f"There is no story {name[:64]!r} on {digest.day.isoformat()}.")


def story_view(story: Story, number: int, day: date) -> StoryView:
    name = story.id if _PLAIN_ID.fullmatch(story.id) else str(number)
    cards = tuple(
        _card(entry, day, prefix=f"s{number}" + (f"e{at}" if at else ""))
        for at, entry in enumerate(story.entries)
    )
    return StoryView(story, number, f"/days/{day.isoformat()}/stories/{name}", cards)


def _card(entry: DigestEntry, day: date, *, prefix: str) -> Card:
    article = entry.article
    url = f"{article_path(article.id)}?day={day.isoformat()}"
    lines = tuple(
        Line(
            anchor=f"{prefix}-{chosen.sentence.index}",
            ja=chosen.sentence.text,
            translation=chosen.translation,
            correct=_correction_path(article, _span(chosen.sentence)),
            place=f"{chosen.sentence.index + 1}/{entry.n_sentences}",
            link=f"{url}#s{chosen.sentence.index}",
        )
        for chosen in entry.sentences
    )
    title = Line(f"{prefix}-title", entry.title.ja, entry.title, _title_path(article))
    return Card(entry, title, lines, url)


def article_texts(article: Article) -> list[str]:
    """Headline, key points and sentences: what there is to translate."""
    sentences = [sentence.text for sentence in segment(article)]
    return [text for text in (article.title, *article.key_points, *sentences) if text.strip()]


def article_view(
    article: Article, known: dict[str, Translation], chosen: Sequence[int]
) -> ArticleView:
    """`known` has the English by Japanese text, `chosen` the indices that the digest shows."""
    sentences = segment(article)
    paragraphs: dict[int, list[Line]] = {}
    for sentence in sentences:
        line = Line(
            anchor=f"s{sentence.index}",
            ja=sentence.text,
            translation=known.get(sentence.text),
            correct=_correction_path(article, _span(sentence)),
            place=f"{sentence.index + 1}/{len(sentences)}",
            chosen=sentence.index in chosen,
        )
        paragraphs.setdefault(sentence.paragraph, []).append(line)
    points = tuple(
        Line(f"p{at}", text, known.get(text), _correction_path(article, f"point-{at}"))
        for at, text in enumerate(article.key_points)
    )
    title = Line("title", article.title, known.get(article.title), _title_path(article))
    return ArticleView(
        article,
        title,
        points,
        tuple(map(tuple, paragraphs.values())),
        sum(text not in known for text in dict.fromkeys(article_texts(article))),
    )


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
