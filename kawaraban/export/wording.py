"""What the exports say in their own words: dates, flags, figures, coverage. Same in each format.

    long_day(date(2026, 11, 26))       → "Thursday, 26 November 2026"
    japanese_day(date(2026, 11, 26))   → "2026年11月26日(木)"

Everything here is a function of the digest alone, so that an export of it is always the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kawaraban.types import (
    Article,
    BlockClass,
    Digest,
    DroppedBlock,
    FlagKind,
    NumberCheck,
    Story,
    TermChange,
    Translation,
)

TOKYO = ZoneInfo("Asia/Tokyo")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_KANJI_DAYS = "月火水木金土日"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

FLAG_LABELS: dict[FlagKind, str] = {
    "number": "Figure",
    "term": "Term",
    "name": "Name",
    "empty": "No translation",
    "copied": "Not translated",
    "japanese_left": "Partly untranslated",
    "repetition": "Repetition",
    "length": "Length",
    "cut": "Cut off",
    "low_log_prob": "Unsure",
    "low_similarity": "Meaning may differ",
    "negation": "Negation",
    "question": "Question",
    "quote": "Quotation",
    "split": "In parts",
    "consistency": "Not the same",
}

# With one of these the Japanese is shown first: the English may say something else.
SUSPECT: frozenset[FlagKind] = frozenset(
    {
        *("empty", "copied", "japanese_left", "repetition", "length", "cut"),
        *("low_similarity", "negation"),
    }
)

BLOCK_LABELS: dict[BlockClass, str] = {
    "body": "Running text outside any article",
    "heading": "Headings outside any article",
    "key_point": "Key points without an article",
    "caption": "Photo captions",
    "nav": "Navigation",
    "table": "Tables",
    "related": "Headlines of other articles",
    "teaser": "Teasers, cut off on the page",
    "disclaimer": "Disclaimers and legal notices",
    "ad": "Advertisements",
    "date": "Dates",
    "author_note": "Author notes",
    "duplicate": "Repeated text",
}

VERDICT_MARKS = {"ok": "✓", "approximate": "≈", "repaired": "↻", "missing": "✗", "wrong": "✗"}
VERDICT_WORDS = {
    "ok": "agrees",
    "approximate": "agrees, rounded",
    "repaired": "corrected after translation",
    "missing": "missing in the English",
    "wrong": "differs in the English",
}

CHANGE_WORDS: dict[TermChange, str] = {
    "": "as translated",
    "form": "the same form as elsewhere",
    "spelling": "spelling corrected",
    "full": "first mention, in full",
    "surname": "named before, so by surname",
}


def long_day(day: date) -> str:
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def japanese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日({_KANJI_DAYS[day.weekday()]})"


def tokyo_time(at: datetime) -> str:
    """The clock in Tokyo: "25 November, 18:30"."""
    local = at.astimezone(TOKYO)
    return f"{local.day} {_MONTHS[local.month - 1]}, {local:%H:%M}"


def outlet(article: Article) -> str:
    return article.outlet or article.source


def is_suspect(translation: Translation) -> bool:
    """Whether the Japanese comes first because the English cannot be relied on."""
    return any(flag.kind in SUSPECT for flag in translation.flags)


def byline(article: Article) -> str:
    """Outlet and time: "青葉経済新聞 · 25 November, 18:30 Tokyo"."""
    if article.published_at is None:
        return outlet(article)
    return f"{outlet(article)} · {tokyo_time(article.published_at)} Tokyo"


def copies(story: Story) -> tuple[str, ...]:
    """Where the shown text or one like it stands once more: "日南通信", each once."""
    return tuple(dict.fromkeys(outlet(article) for article in story.duplicates))


def figure(number: NumberCheck) -> str:
    """One line of the ledger: "1兆2000億円 → 1.2 trillion yen ✓"."""
    english = number.en if number.en else "—"
    return f"{number.ja} → {english} {VERDICT_MARKS[number.verdict]}"


def value(number: NumberCheck) -> str:
    """The canonical value for the eye: "1,200,000,000,000 JPY", "09-22 date"."""
    text = number.value
    if text.isdecimal():
        text = f"{int(text):,}"
    elif number.unit == "date":
        text = text.lstrip("-")  # what the Japanese leaves open
    return f"{text} {number.unit}".strip()


def plural(count: int, noun: str, nouns: str = "") -> str:
    """A count with its noun: "1 story", "12 stories"."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def contents_line(digest: Digest) -> str:
    """What the digest holds: "12 stories from 16 articles in 8 documents"."""
    found = digest.coverage
    return (
        f"{plural(len(digest.stories), 'story', 'stories')} from "
        f"{plural(found.n_articles, 'article')} in {plural(found.n_documents, 'document')}"
    )


def empty_reason(digest: Digest) -> str:
    """Why there is no story, for a digest without one."""
    found = digest.coverage
    if found.skipped:
        return "No story could be made. The reasons are listed under “Left out” below."
    if not found.n_documents:
        return "No document came in: the sources were empty or had nothing new."
    return "The documents that came in held no article. What they held is in the drop report."


def coverage_rows(digest: Digest) -> list[tuple[str, str]]:
    """What came in and what became of it, as (label, figure)."""
    found = digest.coverage
    marked = found.n_numbers - found.n_numbers_ok
    repaired = sum(
        number.verdict == "repaired"
        for translation in translations(digest)
        for number in translation.numbers
    )
    return [
        ("Documents read", f"{found.n_documents:,}"),
        ("Articles found", f"{found.n_articles:,}, of which {found.n_duplicates:,} repeated"),
        ("Sentences in them", f"{found.n_sentences:,}"),
        ("Headlines and sentences translated", f"{found.n_translated:,}"),
        ("Of these marked for care", f"{found.n_flagged:,}"),
        (
            "Figures compared",
            f"{found.n_numbers:,}: {found.n_numbers_ok:,} agree"
            f" ({repaired:,} after repair), {marked:,} marked",
        ),
        ("Names and terms compared", f"{found.n_terms:,}: {found.n_terms_ok:,} as settled"),
        (
            "Names made the same",
            f"{found.n_terms_changed:,} after translation, {found.n_inconsistent:,} marked",
        ),
        ("Blocks that belong to no article", f"{found.n_dropped_blocks:,}"),
        ("Items left out", f"{len(found.skipped):,}"),
    ]


def translations(digest: Digest) -> list[Translation]:
    """Every translation that the digest shows, in its order."""
    return [
        translation
        for story in digest.stories
        for entry in story.entries
        for translation in (entry.title, *(chosen.translation for chosen in entry.sentences))
    ]


def by_class(
    dropped: Iterable[DroppedBlock],
) -> list[tuple[BlockClass, list[tuple[DroppedBlock, int]]]]:
    """Blocks by class, the same text under the same rule once with its count; order of arrival."""
    groups: dict[BlockClass, dict[tuple[str, str], tuple[DroppedBlock, int]]] = {}
    for block in dropped:
        group = groups.setdefault(block.label, {})
        first, count = group.get((block.text, block.rule), (block, 0))
        group[block.text, block.rule] = (first, count + 1)
    return [(label, list(groups[label].values())) for label in BLOCK_LABELS if label in groups]


def shortened(text: str, limit: int) -> str:
    """The text, or its first words and an ellipsis where it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    head, last = text[: limit - 1], text[limit - 1]
    at = head.rfind(" ")
    if not last.isspace() and at > limit // 2:
        head = head[:at]
    return head.rstrip(" ,;:、。") + "…"


def signature(digest: Digest) -> list[tuple[str, str]]:
    """Models and settings that decided the digest, as (role, value)."""
    pairs: Sequence[tuple[str, str]] = [*digest.models.items(), *digest.settings.items()]
    return [(role.replace("_", " "), value) for role, value in pairs if value]
