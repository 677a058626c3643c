"""Articles → stories: what several outlets report about one event, ranked, and the day's brief.

Two articles tell the same story when the terms of headline and lead overlap enough, rare terms
counting most, and their vectors agree. They do not when more than a day and a half lies between,
or when their figures speak against it: 「24日の日経平均は312円高」 and 「25日は588円安」
are alike in every word but the ones that matter. A group grows only while each article fits each
other, so that a chain of loosely similar stories does not become one.

    group_stories(articles, vectors)  → [[0, 3], [1], [2]]   indices, each once
    build_stories(entries, duplicates, encoder=…, watch_words=("半導体",), day=day)
        → (Story(entries=(…), reasons=("3 outlets", "watch: 半導体")), …)   best first
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from kawaraban.summarization import guards
from kawaraban.summarization.content import figures_in, terms
from kawaraban.types import Article, DigestEntry, DigestSentence, Story

if TYPE_CHECKING:
    from kawaraban.pipeline import Encoder, Vectors

_TOKYO = ZoneInfo("Asia/Tokyo")
_LEAD_CHARS = 160
_WINDOW = timedelta(hours=36)
_SAME_STORY = 0.28  # likeness on average between the articles of a story
_NO_STRANGER = 0.2  # likeness of the least alike pair in it
_TERM_SHARE = 0.75  # the rest of likeness is the vectors'
_TYPICAL_DAY_ARTICLES = 100  # a term is rare or common as on a day with at least so many
_LABEL_CHARS = 3
_NO_FACT = re.compile(r"\d+[年月日時分]|\d{1,2}")  # dates, and 4 in 4〜9月期
_DAY_OF_MONTH = re.compile(r"(?<![\d〜~])([1-3]?\d)日(?!ぶり|間|連続|以内|後|前)")
_REPEATS = 0.5  # share of terms above which two sentences of the brief say the same
_SERIOUS_FLAGS = frozenset({"empty", "copied", "japanese_left", "repetition", "cut", "number"})

_Matrix = NDArray[np.float64]


def lead_text(article: Article) -> str:
    """Headline and opening of the body: what an article is compared by."""
    return f"{article.title}。{''.join(article.paragraphs)[:_LEAD_CHARS]}"


def group_stories(articles: Sequence[Article], vectors: Vectors) -> list[list[int]]:
    """Indices of the articles, one list a story, in order of their first article.

    `vectors`: those of `lead_text`, unit rows. A duplicate is in the story of its original.
    """
    place = {article.id: i for i, article in enumerate(articles) if article.duplicate_of is None}
    originals = sorted(place.values())
    groups = _complete_linkage(_likeness(articles, vectors), originals)
    home = {index: group for group in groups for index in group}
    for i, article in enumerate(articles):
        if article.duplicate_of in place and i not in home:
            home[i] = home[place[article.duplicate_of]]
            home[i].append(i)
        elif i not in home:
            home[i] = [i]
    return sorted({id(group): sorted(group) for group in home.values()}.values())


def _complete_linkage(likeness: _Matrix, indices: Sequence[int]) -> list[list[int]]:
    """Join the most alike groups first, while no pair across is a stranger to the other."""
    group_of = {index: [index] for index in indices}
    pairs = [
        (likeness[i, j], i, j)
        for i, j in np.argwhere(np.triu(likeness, 1) >= _SAME_STORY).tolist()
        if i in group_of and j in group_of
    ]
    for _, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        left, right = group_of[i], group_of[j]
        if left is right:
            continue
        across = likeness[np.ix_(left, right)]
        if across.min() >= _NO_STRANGER and across.mean() >= _SAME_STORY:
            left += right
            group_of |= dict.fromkeys(right, left)
    return list({id(group): group for group in group_of.values()}.values())


def _likeness(articles: Sequence[Article], vectors: Vectors) -> _Matrix:
    """How much two articles tell the same, 0 to 1: float64, shape (n, n); 0 where they cannot."""
    texts = [lead_text(article) for article in articles]
    similarity = np.asarray(vectors, dtype=np.float64)
    likeness = _TERM_SHARE * _term_similarity(texts) + (1 - _TERM_SHARE) * np.clip(
        similarity @ similarity.T, 0.0, 1.0
    )
    facts = [_Facts.of(article) for article in articles]
    for i, j in np.argwhere(np.tril(likeness, -1) >= _NO_STRANGER).tolist():
        if facts[i].contradict(facts[j]):
            likeness[i, j] = likeness[j, i] = 0.0
    return likeness


def _term_similarity(texts: Sequence[str]) -> _Matrix:
    """Cosine of term vectors, terms weighted by rarity in this set: shape (n, n)."""
    found = [terms(text) for text in texts]
    frequency = Counter(term for each in found for term in each)
    n_articles = max(len(texts), _TYPICAL_DAY_ARTICLES)
    weight = {term: math.log(1 + n_articles / n) for term, n in frequency.items()}
    shared = sorted(term for term, n in frequency.items() if n > 1)
    column = {term: at for at, term in enumerate(shared)}
    matrix = np.zeros((len(texts), len(shared)))
    for row, each in zip(matrix, found, strict=True):
        length = math.sqrt(sum(weight[term] ** 2 for term in sorted(each))) or 1.0
        for term in each & column.keys():
            row[column[term]] = weight[term] / length
    return matrix @ matrix.T


@dataclass(frozen=True)
class _Facts:
    """When an article appeared, the days of the month it names, and its other figures.

    A figure is kept with the characters before it: 前日比588円安 → ("前日比", "588円").
    """

    article: Article
    days: frozenset[str]
    figures: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, article: Article) -> _Facts:
        text = unicodedata.normalize("NFKC", lead_text(article))
        figures = frozenset(
            (text[max(start - _LABEL_CHARS, 0) : start], value)
            for start, value in figures_in(text)
            if not _NO_FACT.fullmatch(value)
        )
        return cls(article, frozenset(_DAY_OF_MONTH.findall(text)), figures)

    def contradict(self, other: _Facts) -> bool:
        """Too far apart in time; or of one series: other days, or other figures for one thing."""
        published, theirs = self.article.published_at, other.article.published_at
        if published and theirs and abs(published - theirs) > _WINDOW:
            return True
        if {value for _, value in self.figures} & {value for _, value in other.figures}:
            return False
        other_days = self.days and other.days and not self.days & other.days
        same_thing = {label for label, _ in self.figures} & {label for label, _ in other.figures}
        return bool(other_days or same_thing)


def build_stories(
    entries: Sequence[DigestEntry],
    duplicates: Sequence[Article],
    *,
    encoder: Encoder,
    watch_words: Sequence[str],
    day: date,
) -> tuple[Story, ...]:
    """Entries grouped to stories, best first; `duplicates` are listed with their original."""
    vectors = encoder.embed([lead_text(entry.article) for entry in entries])
    likeness = np.asarray(vectors, dtype=np.float64)
    likeness = likeness @ likeness.T
    copies = _copies(entries, duplicates)
    stories = []
    for group in group_stories([entry.article for entry in entries], vectors):
        best = max(group, key=lambda i: (likeness[i, group].sum(), entries[i].n_sentences, -i))
        order = [best, *(i for i in group if i != best)]
        members = tuple(entries[i] for i in order)
        story = Story(
            id=hashlib.sha256(members[0].article.id.encode()).hexdigest()[:16],
            entries=members,
            duplicates=tuple(copy for i in order for copy in copies.get(i, ())),
        )
        central = float(np.delete(likeness[best], group).mean()) if len(group) < len(entries) else 0
        stories.append(rank_story(story, watch_words=watch_words, day=day, centrality=central))
    return tuple(sorted(stories, key=lambda story: -story.rank))


def _copies(
    entries: Sequence[DigestEntry], duplicates: Sequence[Article]
) -> dict[int, list[Article]]:
    """Duplicates by the index of their original; a copy of a copy goes to the first one."""
    original = {copy.id: copy.duplicate_of for copy in duplicates}
    place = {entry.article.id: index for index, entry in enumerate(entries)}
    copies: dict[int, list[Article]] = {}
    for copy in duplicates:
        wanted, seen = copy.duplicate_of, {copy.id}
        while wanted in original and wanted not in place and wanted not in seen:
            seen.add(wanted)
            wanted = original[wanted]
        if wanted in place:
            copies.setdefault(place[wanted], []).append(copy)
    return copies


def rank_story(story: Story, *, watch_words: Sequence[str], day: date, centrality: float) -> Story:
    """The story with its rank and the reasons for it; a watch word in the headline counts 1.

    `centrality`: mean similarity to the other stories of the day.
    """
    watched = {word: value for word in watch_words if (value := _watch_value(story, word))}
    n_outlets = len(story.outlets)
    newest = min(story.entries, key=lambda entry: _age_days(entry.article, day)).article
    n_days = _age_days(newest, day)
    n_sentences = max(entry.n_sentences for entry in story.entries)
    rank = (
        sum(value / 2**i for i, value in enumerate(sorted(watched.values(), reverse=True)))
        + 0.5 * math.log2(n_outlets)
        + 0.5 * centrality
        + 0.1 * min(math.log2(1 + n_sentences) / 5, 1.0)
        - 0.15 * min(n_days, 6)
    )
    reasons = [f"{n_outlets} outlets"] if n_outlets > 1 else []
    reasons += [f"watch: {word}" for word in watched]
    if n_days > 14 and newest.published_at:
        reasons.append(f"from {newest.published_at.astimezone(_TOKYO):%Y-%m-%d}")
    elif n_days > 1:  # a morning's digest is mostly yesterday's news
        reasons.append(f"{n_days} days old")
    return replace(story, rank=round(rank, 4), reasons=tuple(reasons))


def _age_days(article: Article, day: date) -> int:
    """Days in Tokyo from publication to the day of the digest; 0 when it is not known."""
    if article.published_at is None:
        return 0
    return max((day - article.published_at.astimezone(_TOKYO).date()).days, 0)


def _watch_value(story: Story, word: str) -> float:
    """1 where a watch word stands in what is shown, 0.4 where only in the rest of an article.

    Latin words match whole, with a plural -s: "chip" finds "chips", "AI" does not find "said".
    """
    shown = []
    for entry in story.entries:
        texts = [entry.title, *(chosen.translation for chosen in entry.sentences)]
        shown += [entry.article.title, *(text for each in texts for text in (each.ja, each.en))]
    if _mentions("\n".join(shown), word):
        return 1.0
    return 0.4 * _mentions("\n".join(entry.article.text for entry in story.entries), word)


def _mentions(text: str, word: str) -> bool:
    text, wanted = _fold(text), _fold(word).strip()
    if not wanted or not wanted.isascii():
        return bool(wanted) and wanted in text
    return re.search(rf"(?<![a-z0-9]){re.escape(wanted)}(?:s|es)?(?![a-z0-9])", text) is not None


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def pick_brief(stories: Sequence[Story], *, n_sentences: int) -> tuple[tuple[int, int], ...]:
    """The day in a few sentences: (story, sentence of its first entry), at most one a story.

    The most salient sentence that can stand alone, is not marked, and says nothing that an
    earlier one of the brief has said.
    """
    brief: list[tuple[int, int]] = []
    said: list[frozenset[str]] = []
    for number, story in enumerate(stories):
        if len(brief) >= n_sentences:
            break
        sentences = story.entries[0].sentences
        order = sorted(range(len(sentences)), key=lambda i: (*_drawbacks(sentences[i]), i))
        for index in order:
            found = terms(sentences[index].sentence.text)
            if not any(_share(found, earlier) > _REPEATS for earlier in said):
                brief.append((number, index))
                said.append(found)
                break
    return tuple(brief)


def _drawbacks(chosen: DigestSentence) -> tuple[bool, bool, float]:
    """What speaks against a sentence in the brief, the worst first."""
    text = chosen.sentence.text
    marked = any(flag.kind in _SERIOUS_FLAGS for flag in chosen.translation.flags)
    torn = guards.leans_back(text) or guards.is_bare_quote(text) or guards.announces_quote(text)
    return marked, torn, -chosen.salience


def _share(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / max(min(len(left), len(right)), 1)
