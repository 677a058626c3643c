"""The JSON that commands print: one function per shape, plain values only.

    article_record(article, sentences) → {"id": "…", "title": "…", "sentences": ["…"], …}

Programs rely on these keys: add keys, never rename or drop one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kawaraban.types import (
    Article,
    Digest,
    DigestEntry,
    DroppedBlock,
    Flag,
    Sentence,
    Skipped,
    TermCheck,
    Translation,
)

Record = dict[str, Any]


def article_record(article: Article, sentences: Sequence[Sentence]) -> Record:
    """One article as extracted; `sentence_spans` are offsets into the joined paragraphs."""
    return {
        "id": article.id,
        "title": article.title,
        "key_points": list(article.key_points),
        "paragraphs": list(article.paragraphs),
        "sentences": [sentence.text for sentence in sentences],
        "sentence_spans": [[sentence.start, sentence.end] for sentence in sentences],
        "source": article.source,
        "outlet": article.outlet,
        "location": article.location,
        "url": article.url,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "duplicate_of": article.duplicate_of,
    }


def dropped_record(dropped: DroppedBlock) -> Record:
    """One block that is in no article; `class` is the block class."""
    return {
        "text": dropped.text,
        "class": dropped.label,
        "rule": dropped.rule,
        "line": dropped.line,
        "location": dropped.location,
    }


def skipped_record(skipped: Skipped) -> Record:
    return {"location": skipped.location, "stage": skipped.stage, "reason": skipped.reason}


def translation_record(translation: Translation) -> Record:
    """One sentence with its score, flags, number ledger and terms."""
    return {
        "ja": translation.ja,
        "en": translation.en,
        "log_prob": round(translation.log_prob, 4),
        "flags": [_flag(flag) for flag in translation.flags],
        "numbers": [
            {
                "ja": number.ja,
                "en": number.en,
                "value": number.value,
                "unit": number.unit,
                "verdict": number.verdict,
            }
            for number in translation.numbers
        ],
        "terms": [_term(term) for term in translation.terms],
        "model": translation.model,
    }


def _flag(flag: Flag) -> Record:
    return {"kind": flag.kind, "reason": flag.reason}


def _term(term: TermCheck) -> Record:
    """`before` is what stood there where a name was changed after translation."""
    changed = {"change": term.change, "before": term.before} if term.change else {}
    return {"ja": term.ja, "en": term.en, "found": term.found} | changed


def entry_record(entry: DigestEntry) -> Record:
    """One article's bilingual extract."""
    return {
        "id": entry.article.id,
        "title": {"ja": entry.title.ja, "en": entry.title.en},
        "title_flags": [_flag(flag) for flag in entry.title.flags],
        "title_terms": [_term(term) for term in entry.title.terms],
        "sentences": [
            {
                "index": chosen.sentence.index,
                "ja": chosen.translation.ja,
                "en": chosen.translation.en,
                "salience": round(chosen.salience, 4),
                "flags": [_flag(flag) for flag in chosen.translation.flags],
                "terms": [_term(term) for term in chosen.translation.terms],
                "span": [chosen.sentence.start, chosen.sentence.end],
            }
            for chosen in entry.sentences
        ],
        "n_sentences": entry.n_sentences,
        "source": entry.article.source,
        "url": entry.article.url,
        "duplicate_of": entry.article.duplicate_of,
        "model": entry.title.model,
    }


def run_record(digest: Digest, files: dict[str, str]) -> Record:
    """What `kawaraban digest` prints: where the files are, and the figures of the run."""
    coverage = digest.coverage
    return {
        "day": digest.day.isoformat(),
        "files": files,
        "stories": len(digest.stories),
        "documents": coverage.n_documents,
        "articles": coverage.n_articles,
        "duplicates": coverage.n_duplicates,
        "sentences": coverage.n_sentences,
        "translated": coverage.n_translated,
        "flagged": coverage.n_flagged,
        "numbers": coverage.n_numbers,
        "numbers_ok": coverage.n_numbers_ok,
        "terms": coverage.n_terms,
        "terms_ok": coverage.n_terms_ok,
        "terms_changed": coverage.n_terms_changed,
        "inconsistent": coverage.n_inconsistent,
        "dropped_blocks": coverage.n_dropped_blocks,
        "skipped": [skipped_record(item) for item in coverage.skipped],
        "models": digest.models,
    }
