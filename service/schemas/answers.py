"""The bodies of the service's answers, with examples.

They are not the core's types: a field here is a promise to other programs. Add fields, never rename
or drop one. `service/wire.py` makes them from the core's types.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Out(BaseModel):
    """A body of an answer."""

    model_config = ConfigDict(extra="forbid")


class ProblemOut(Out):
    """RFC 9457 problem details."""

    type: str = Field(examples=["urn:kawaraban:error:overloaded"])
    title: str = Field(examples=["Service Unavailable"])
    status: int = Field(examples=[503])
    detail: str = Field(examples=["found 60000 tokens waiting; expected room; try again later"])
    request_id: str = Field(examples=["5d0c3f1fae5f9a21"])
    errors: list[dict[str, str]] = Field(default=[], description="Each invalid field, with place.")


class FlagOut(Out):
    """What the reader should be careful about."""

    kind: str = Field(examples=["number"])
    reason: str = Field(examples=["29日 is not in the English"])


class NumberOut(Out):
    """One figure in both languages."""

    ja: str = Field(examples=["29日"])
    en: str | None = Field(examples=["the 29th"])
    value: str = Field(examples=["---29"])
    unit: str
    verdict: Literal["ok", "approximate", "missing", "wrong", "repaired"]


class TermOut(Out):
    """A term, and whether its English came through."""

    ja: str = Field(examples=["日銀"])
    en: str = Field(examples=["the Bank of Japan"])
    found: bool
    change: str = Field(
        default="",
        description="What was done to it after translation, so that names stay the same: form, "
        "spelling, full (first mention in full), surname (a later one); empty: nothing.",
    )
    before: str = Field(default="", description="The English before that change.")


class TranslationOut(Out):
    """A sentence in both languages."""

    ja: str = Field(examples=["日銀は29日、利上げを見送った。"])
    en: str = Field(examples=["The Bank of Japan held off on raising rates on the 29th."])
    log_prob: float = Field(description="Mean log-probability per piece, at most 0.")
    flags: list[FlagOut]
    numbers: list[NumberOut]
    terms: list[TermOut]
    model: str = Field(examples=["ja-en@0.1.0"])


class TextOut(Out):
    """A text in both languages: its English, and its sentences."""

    ja: str
    en: str
    flags: list[FlagOut]
    sentences: list[TranslationOut]


class TranslateOut(Out):
    translations: list[TextOut] = Field(description="In the order of `texts`.")
    model: str


class SentenceOut(TranslationOut):
    """A sentence of an article: `text[start:end]` of the joined paragraphs."""

    index: int
    start: int
    end: int
    paragraph: int
    salience: float | None = Field(description="Why it was chosen; null: it was not.")


class ArticleOut(Out):
    """An article as extracted."""

    id: str
    title: str
    key_points: list[str]
    paragraphs: list[str]
    sentences: list[str]
    sentence_spans: list[tuple[int, int]]
    source: str
    outlet: str | None
    location: str
    url: str | None
    published_at: datetime | None
    duplicate_of: str | None


class SummaryOut(Out):
    """An article's bilingual extract."""

    id: str
    title: TranslationOut
    sentences: list[SentenceOut] = Field(description="The chosen ones, in order.")
    body: list[SentenceOut] | None = Field(description='All, when `translate` is "full".')
    n_sentences: int
    outlet: str | None
    url: str | None
    published_at: datetime | None
    duplicate_of: str | None


class DroppedOut(Out):
    """A block that is in no article."""

    text: str
    class_: str = Field(alias="class", examples=["nav"])
    rule: str
    line: int
    location: str

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


class SkippedOut(Out):
    """Something that could not be done, and why."""

    location: str
    stage: str
    reason: str


class SummarizeOut(Out):
    articles: list[SummaryOut]
    dropped: list[DroppedOut]
    skipped: list[SkippedOut]
    models: dict[str, str] = Field(examples=[{"translation": "ja-en@0.1.0"}])


class ArticlesOut(Out):
    articles: list[ArticleOut]
    dropped: list[DroppedOut]
    skipped: list[SkippedOut]


class DigestInfoOut(Out):
    day: date
    created_at: datetime
    key: str = Field(description="Hash of the content: `version` in /v1/digests/{day}.")
    n_stories: int


class DigestsOut(Out):
    digests: list[DigestInfoOut]


class StoryOut(Out):
    id: str
    rank: float
    reasons: list[str]
    outlets: list[str]
    entries: list[SummaryOut]
    duplicates: list[str] = Field(description="Ids of articles that say the same.")


class CoverageOut(Out):
    documents: int
    articles: int
    duplicates: int
    sentences: int
    translated: int
    flagged: int
    numbers: int
    numbers_ok: int
    terms: int
    terms_ok: int
    terms_changed: int
    inconsistent: int
    dropped_blocks: int


class DigestOut(Out):
    key: str = Field(description="Hash of the content, by which this version can be asked for.")
    day: date
    created_at: datetime
    brief: list[tuple[int, int]] = Field(description="Pairs of story and sentence.")
    stories: list[StoryOut]
    coverage: CoverageOut
    dropped: list[DroppedOut]
    skipped: list[SkippedOut]
    models: dict[str, str]
    settings: dict[str, str]


class StoredArticleOut(ArticleOut):
    """An article with what is known of its English."""

    translations: list[TranslationOut | None] = Field(description="One per sentence, or null.")


class HitOut(Out):
    article_id: str
    title_ja: str
    title_en: str = Field(description="Empty: the article is in no digest.")
    day: date | None
    moment: datetime
    snippet: str


class SearchOut(Out):
    hits: list[HitOut]
    next_offset: int | None = Field(description="For the next page; null: this is the last.")


class RunOut(Out):
    id: str
    status: Literal["running", "done", "failed"]
    started_at: datetime
    finished_at: datetime | None
    stage: str = Field(examples=["articles"])
    done: int = Field(description="Of `total`, in this stage.")
    total: int
    day: date | None
    counters: dict[str, int] = Field(examples=[{"articles": 16, "translated": 60}])
    message: str = Field(description="Why it failed; one whose process ended is interrupted.")


class GlossaryInfoOut(Out):
    id: str
    name: str
    created_at: datetime
    n_terms: int


class GlossariesOut(Out):
    glossaries: list[GlossaryInfoOut]


class GlossaryTermOut(Out):
    ja: str
    en: str
    type: str
    also: list[str]
    strict: bool


class GlossaryOut(GlossaryInfoOut):
    terms: list[GlossaryTermOut]


class ReadyOut(Out):
    status: Literal["ready"]
    translation: str = Field(description="The translation model that was just tried.")
    encoder: str


class HealthOut(Out):
    status: Literal["ok"]
