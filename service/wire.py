"""The core's types → bodies of answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kawaraban.codec import digest_key
from kawaraban.records import article_record, dropped_record
from kawaraban.segmentation import segment
from kawaraban.store import DigestInfo, Hit, Run
from kawaraban.types import (
    Article,
    Digest,
    DigestEntry,
    DroppedBlock,
    Flag,
    Sentence,
    Skipped,
    Story,
    Translation,
)
from service.glossaries import UserGlossary
from service.prose import Prose
from service.schemas import answers as out


def flags(found: Iterable[Flag]) -> list[out.FlagOut]:
    return [out.FlagOut(kind=flag.kind, reason=flag.reason) for flag in found]


def _fields(translation: Translation) -> dict[str, object]:
    return {
        "ja": translation.ja,
        "en": translation.en,
        "log_prob": round(translation.log_prob, 4),
        "flags": flags(translation.flags),
        "numbers": [
            out.NumberOut(ja=n.ja, en=n.en, value=n.value, unit=n.unit, verdict=n.verdict)
            for n in translation.numbers
        ],
        "terms": [
            out.TermOut(ja=t.ja, en=t.en, found=t.found, change=t.change, before=t.before)
            for t in translation.terms
        ],
        "model": translation.model,
    }


def translation(found: Translation) -> out.TranslationOut:
    return out.TranslationOut.model_validate(_fields(found))


def text(prose: Prose) -> out.TextOut:
    found = dict.fromkeys(flag for item in prose.translations for flag in item.flags)
    return out.TextOut(
        ja=prose.ja,
        en=prose.en,
        flags=flags(found),
        sentences=[translation(item) for item in prose.translations],
    )


def sentence(place: Sentence, found: Translation, salience: float | None) -> out.SentenceOut:
    return out.SentenceOut.model_validate(
        _fields(found)
        | {
            "index": place.index,
            "start": place.start,
            "end": place.end,
            "paragraph": place.paragraph,
            "salience": None if salience is None else round(salience, 4),
        }
    )


def summary(
    entry: DigestEntry, *, body: Sequence[tuple[Sentence, Translation]] | None = None
) -> out.SummaryOut:
    """`body` are all sentences of the article, translated."""
    saliences = {chosen.sentence.index: chosen.salience for chosen in entry.sentences}
    article = entry.article
    return out.SummaryOut(
        id=article.id,
        title=translation(entry.title),
        sentences=[sentence(c.sentence, c.translation, c.salience) for c in entry.sentences],
        body=None
        if body is None
        else [sentence(place, found, saliences.get(place.index)) for place, found in body],
        n_sentences=entry.n_sentences,
        outlet=article.outlet,
        url=article.url,
        published_at=article.published_at,
        duplicate_of=article.duplicate_of,
    )


def article(found: Article) -> out.ArticleOut:
    return out.ArticleOut.model_validate(article_record(found, segment(found)))


def stored_article(
    found: Article, sentences: Sequence[Sentence], known: dict[str, Translation]
) -> out.StoredArticleOut:
    translated = [known.get(place.text) for place in sentences]
    return out.StoredArticleOut.model_validate(
        article_record(found, sentences)
        | {"translations": [item and translation(item) for item in translated]}
    )


def dropped(blocks: Iterable[DroppedBlock]) -> list[out.DroppedOut]:
    return [out.DroppedOut.model_validate(dropped_record(block)) for block in blocks]


def skipped(items: Iterable[Skipped]) -> list[out.SkippedOut]:
    return [
        out.SkippedOut(location=item.location, stage=item.stage, reason=item.reason)
        for item in items
    ]


def digest_info(info: DigestInfo) -> out.DigestInfoOut:
    return out.DigestInfoOut(
        day=info.day, created_at=info.created_at, key=info.key, n_stories=info.n_stories
    )


def digest(found: Digest) -> out.DigestOut:
    coverage = found.coverage
    return out.DigestOut(
        key=digest_key(found),
        day=found.day,
        created_at=found.created_at,
        brief=list(found.brief),
        stories=[_story(story) for story in found.stories],
        coverage=out.CoverageOut(
            documents=coverage.n_documents,
            articles=coverage.n_articles,
            duplicates=coverage.n_duplicates,
            sentences=coverage.n_sentences,
            translated=coverage.n_translated,
            flagged=coverage.n_flagged,
            numbers=coverage.n_numbers,
            numbers_ok=coverage.n_numbers_ok,
            terms=coverage.n_terms,
            terms_ok=coverage.n_terms_ok,
            terms_changed=coverage.n_terms_changed,
            inconsistent=coverage.n_inconsistent,
            dropped_blocks=coverage.n_dropped_blocks,
        ),
        dropped=dropped(found.dropped),
        skipped=skipped(coverage.skipped),
        models=found.models,
        settings=found.settings,
    )


def _story(story: Story) -> out.StoryOut:
    return out.StoryOut(
        id=story.id,
        rank=story.rank,
        reasons=list(story.reasons),
        outlets=list(story.outlets),
        entries=[summary(entry) for entry in story.entries],
        duplicates=[duplicate.id for duplicate in story.duplicates],
    )


def hit(found: Hit) -> out.HitOut:
    return out.HitOut(
        article_id=found.article_id,
        title_ja=found.title_ja,
        title_en=found.title_en,
        day=found.day,
        moment=found.moment,
        snippet=found.snippet,
    )


def run(found: Run) -> out.RunOut:
    return out.RunOut(
        id=found.id,
        status=found.status,
        started_at=found.started_at,
        finished_at=found.finished_at,
        stage=found.stage,
        done=found.done,
        total=found.total,
        day=found.day,
        counters=dict(found.counters),
        message=found.message,
    )


def glossary_info(found: UserGlossary) -> out.GlossaryInfoOut:
    return out.GlossaryInfoOut(
        id=found.id, name=found.name, created_at=found.created_at, n_terms=len(found.entries)
    )


def glossary(found: UserGlossary) -> out.GlossaryOut:
    return out.GlossaryOut(
        id=found.id,
        name=found.name,
        created_at=found.created_at,
        n_terms=len(found.entries),
        terms=[
            out.GlossaryTermOut(
                ja=entry.ja,
                en=entry.en,
                type=entry.type,
                also=list(entry.also),
                strict=entry.strict,
            )
            for entry in found.entries
        ],
    )
