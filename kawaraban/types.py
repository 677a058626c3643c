"""What travels between the stages: frozen values, standard library only.

    Document → Block → Article → Sentence → Translation → Summary → DigestEntry → Story → Digest

A stage that cannot do its work for one item returns a `Skipped`; a block that belongs to no article
becomes a `DroppedBlock`. Nothing else leaves the stream, so a digest can print its coverage.
Offsets count characters (code points) of `Article.text`. Times are aware UTC; a `day` is a date in
Tokyo. The two languages are always called `ja` and `en`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

BlockClass = Literal[
    "body",
    "heading",
    "key_point",
    "caption",
    "nav",
    "table",
    "related",
    "teaser",
    "disclaimer",
    "ad",
    "date",
    "author_note",
    "duplicate",
]

FlagKind = Literal[
    "number",  # a figure of the Japanese is missing or different in the English
    "term",  # a glossary term did not come through
    "name",  # a name that no glossary knows: the English spelling is a guess
    "empty",
    "copied",
    "japanese_left",
    "repetition",
    "length",
    "cut",
    "low_log_prob",
    "low_similarity",
    "negation",
    "question",
    "quote",
    "split",  # translated in parts because it was too long
    "consistency",  # a name or term reads otherwise elsewhere in the article or the digest
]

TermChange = Literal[
    "",  # as the translator gave it
    "form",  # another right form, made the same as elsewhere
    "spelling",  # nearly right, now spelt as it should be
    "full",  # a surname that is the first mention, now in full
    "surname",  # a later mention, by surname as in the Japanese
]

HUMAN = "human"  # the `model` of a translation that a reviewer wrote: never changed


@dataclass(frozen=True, slots=True)
class Document:
    """One page, feed entry or file as it came in: bytes, so that a run can be repeated."""

    id: str  # SHA-256 of `body`, hex
    source: str  # name of the source it came from
    location: str  # URL, or path as the user gave it (`archive.zip!inner.html` for a member)
    media_type: str  # "text/html", "text/plain", "multipart/related", "application/json" …
    body: bytes
    fetched_at: datetime
    url: str | None = None  # what a reader may open; None for a local file without one
    charset: str | None = None  # as declared by the transport; may be wrong
    title: str | None = None  # as given by a feed
    outlet: str | None = None  # "NHK", "example.jp"; falls back to `source`
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that layout set apart: a paragraph, heading, list item, line of a dump."""

    text: str
    line: int  # 1-based line of a dump, or ordinal of the block in a page
    tag: str = "line"  # HTML element name ("p", "h2", "li", "td", "figcaption") or "line"
    blank_before: bool = True  # an empty line, or block layout, stands before it
    link_density: float = 0.0  # share of characters inside links, 0 to 1
    section: str = ""  # nearest landmark: "nav", "aside", "footer", "header", "article", …


@dataclass(frozen=True, slots=True)
class DroppedBlock:
    """A block that is in no article, with the class and the rule that decided."""

    text: str
    label: BlockClass
    rule: str
    line: int = 0
    location: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One story as one outlet printed it."""

    id: str  # hash of title and text: the same article has the same id on every machine
    title: str
    paragraphs: tuple[str, ...]
    source: str
    location: str
    key_points: tuple[str, ...] = ()
    outlet: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    document_id: str = ""
    duplicate_of: str | None = None  # id of the article that says the same

    @property
    def text(self) -> str:
        """The body, paragraphs joined by a line break: what sentence offsets point into."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one document gave: its articles in reading order, and everything else with a reason."""

    articles: tuple[Article, ...]
    dropped: tuple[DroppedBlock, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article: `article.text[start:end] == text`."""

    index: int
    text: str
    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Flag:
    """What the reader should be careful about, in words."""

    kind: FlagKind
    reason: str


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """One figure in both languages. `value` is canonical ("5000000000000", "2..3", "--09-22")."""

    ja: str
    en: str | None
    value: str
    unit: str
    verdict: Literal["ok", "approximate", "missing", "wrong", "repaired"]
    ja_span: tuple[int, int] | None = None
    en_span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class TermCheck:
    """One term or name and whether its English form came through; `en` is as now shown where it
    was changed after translation, and `before` what stood there."""

    ja: str
    en: str
    found: bool
    change: TermChange = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """One sentence in both languages, with what is known about its quality."""

    ja: str
    en: str
    log_prob: float  # mean natural log-probability per target piece, ≤ 0
    model: str  # "name@version" of the translation model
    flags: tuple[Flag, ...] = ()
    numbers: tuple[NumberCheck, ...] = ()
    terms: tuple[TermCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """Which sentences carry an article: indices in document order, never text."""

    indices: tuple[int, ...]
    saliences: tuple[float, ...]  # one per index
    method: str


@dataclass(frozen=True, slots=True)
class DigestSentence:
    """A chosen sentence and its place in the article."""

    sentence: Sentence
    translation: Translation
    salience: float


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One article of the digest: headline and chosen sentences in both languages."""

    article: Article
    title: Translation
    sentences: tuple[DigestSentence, ...]
    n_sentences: int  # of the whole article


@dataclass(frozen=True, slots=True)
class Story:
    """What one or more outlets report about one event. `entries[0]` is the one that is shown."""

    id: str
    entries: tuple[DigestEntry, ...]
    duplicates: tuple[Article, ...] = ()  # verbatim or near copies of an entry
    rank: float = 0.0
    reasons: tuple[str, ...] = ()  # why it stands where it stands: "3 outlets", "watch: 半導体"

    @property
    def outlets(self) -> tuple[str, ...]:
        """Every outlet of the story once, the shown one first."""
        articles = [entry.article for entry in self.entries] + list(self.duplicates)
        return tuple(dict.fromkeys(a.outlet or a.source for a in articles))


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item that a stage could not do, and why. The rest of the run went on."""

    location: str
    stage: Literal["collect", "extract", "segment", "translate", "summarize", "export"]
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What came in and what became of it, for the foot of the digest."""

    n_documents: int = 0
    n_articles: int = 0
    n_duplicates: int = 0
    n_sentences: int = 0
    n_translated: int = 0
    n_flagged: int = 0
    n_numbers: int = 0
    n_numbers_ok: int = 0
    n_terms: int = 0  # names and terms whose English is settled
    n_terms_ok: int = 0
    n_terms_changed: int = 0  # made the same, spelt right, or named in full, after translation
    n_inconsistent: int = 0  # headlines and sentences marked: a name reads otherwise elsewhere
    n_dropped_blocks: int = 0
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """One day's news, bilingual. `brief` indexes (story, sentence) pairs of `stories`."""

    day: date
    created_at: datetime
    stories: tuple[Story, ...]
    coverage: Coverage
    brief: tuple[tuple[int, int], ...] = ()
    dropped: tuple[DroppedBlock, ...] = ()
    models: dict[str, str] = field(default_factory=dict)  # role → "name@version"
    settings: dict[str, str] = field(default_factory=dict)  # what else decided the output
    notices: tuple[str, ...] = ()  # what holds for the whole digest, shown on top
