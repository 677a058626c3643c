"""Summaries, translations and extraction of what the client sends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from fastapi import APIRouter

from kawaraban.pipeline import Harvest, Stages, harvest, link, process_articles
from kawaraban.run import collect_all
from kawaraban.segmentation import segment
from kawaraban.settings import Settings
from kawaraban.translation.consistency import agree_in_article
from kawaraban.translation.glossary import Entry, Glossary
from kawaraban.types import DigestEntry, Document, Sentence, Skipped, Translation
from service import wire
from service.access import ContextDep, KeyDep, TicketDep
from service.context import Context
from service.prose import translate_texts
from service.schemas import answers as out
from service.schemas import requests as req

router = APIRouter(prefix="/v1", tags=["reading"])


@router.post("/summarize")
def summarize(
    body: req.SummarizeIn, context: ContextDep, ticket: TicketDep, key: KeyDep
) -> out.SummarizeOut:
    """The articles of a text, a page or a URL, each with the sentences that carry it."""
    context.meter.check(key)
    stages = context.request_stages(ticket, terms=entries_of(body.glossary))
    found = _found(body, stages, context.settings)
    made = process_articles(
        found.articles,
        stages,
        n_sentences=body.sentences,
        max_chars=body.max_chars,
        focus=body.focus.strip(),
    )
    entries = [entry for entry in made if isinstance(entry, DigestEntry)]
    bodies = _bodies(entries, stages) if body.translate == "full" else [None] * len(entries)
    shown = [entry.title for entry in entries]
    shown += [chosen.translation for entry in entries for chosen in entry.sentences]
    _count(context, shown)
    whole = [sentence for body in bodies if body for sentence, _ in body]
    context.meter.add(key, sum(len(item.ja) for item in shown) + sum(len(s.text) for s in whole))
    return out.SummarizeOut(
        articles=[
            wire.summary(entry, body=whole) for entry, whole in zip(entries, bodies, strict=True)
        ],
        dropped=wire.dropped(found.dropped),
        skipped=wire.skipped([*found.skipped, *(e for e in made if isinstance(e, Skipped))]),
        models={"translation": stages.translator.model, "encoder": stages.encoder.model},
    )


@router.post("/translate")
def translate(
    body: req.TranslateIn, context: ContextDep, ticket: TicketDep, key: KeyDep
) -> out.TranslateOut:
    """Each text in English, its sentences with scores, flags, figures and terms."""
    translator = context.translator(ticket, terms=entries_of(body.glossary))
    with context.meter.charge(key, sum(map(len, body.texts))):
        texts = translate_texts(body.texts, translator)
    _count(context, [item for prose in texts for item in prose.translations])
    return out.TranslateOut(
        translations=[wire.text(prose) for prose in texts], model=translator.model
    )


@router.post("/articles")
def extract_articles(body: req.ExtractIn, context: ContextDep) -> out.ArticlesOut:
    """The articles of a text, a page or a URL, and everything else with a reason."""
    found = _found(body, context.stages, context.settings)
    return out.ArticlesOut(
        articles=[wire.article(article) for article in found.articles],
        dropped=wire.dropped(found.dropped),
        skipped=wire.skipped(found.skipped),
    )


def entries_of(terms: list[req.TermIn]) -> list[Entry]:
    """Terms of a request as entries of a glossary; of two for the same Japanese the last."""
    entries = {term.ja: Entry(term.ja, term.en, also=tuple(term.also)) for term in terms}
    return list(entries.values())


def _found(body: req.SummarizeIn | req.ExtractIn, stages: Stages, settings: Settings) -> Harvest:
    found = harvest(_documents(body, settings), encoder=stages.encoder)
    return link(found, encoder=stages.encoder)


def _documents(
    body: req.SummarizeIn | req.ExtractIn, settings: Settings
) -> Iterator[Document | Skipped]:
    if isinstance(body, req.UrlIn | req.ExtractUrlIn):
        yield from collect_all([body.url], settings=settings)
        return
    if isinstance(body, req.TextIn | req.ExtractTextIn):
        yield document_of(body.text)
    else:
        yield document_of(body.html, media_type="text/html", url=body.base_url)


def document_of(text: str, *, media_type: str = "text/plain", url: str | None = None) -> Document:
    """What a client sent, as if it had been collected."""
    raw = text.encode()
    return Document(
        id=hashlib.sha256(raw).hexdigest(),
        source="request",
        location="request",
        media_type=media_type,
        body=raw,
        fetched_at=datetime.now(UTC),
        url=url,
        charset="utf-8",
    )


def _bodies(entries: list[DigestEntry], stages: Stages) -> list[list[tuple[Sentence, Translation]]]:
    """All sentences of each article; those that are translated already are not done again."""
    known = [{c.sentence.index: c.translation for c in entry.sentences} for entry in entries]
    sentences = [segment(entry.article) for entry in entries]
    missing = [
        sentence.text
        for done, found in zip(known, sentences, strict=True)
        for sentence in found
        if sentence.index not in done
    ]
    fresh = iter(stages.translator.translate(missing))
    bodies = [
        [(s, done[s.index] if s.index in done else next(fresh)) for s in found]
        for done, found in zip(known, sentences, strict=True)
    ]
    if stages.glossary is None:
        return bodies
    return [
        _agreed(entry, body, stages.glossary) for entry, body in zip(entries, bodies, strict=True)
    ]


def _agreed(
    entry: DigestEntry, body: list[tuple[Sentence, Translation]], glossary: Glossary
) -> list[tuple[Sentence, Translation]]:
    """The whole text with its names in agreement; a sentence of the extract reads as there."""
    lines = [entry.title, *(translation for _, translation in body)]
    agreed = agree_in_article(entry.article, lines, glossary)[1:]
    chosen = {item.sentence.index for item in entry.sentences}
    return [
        (place, line if place.index in chosen else other)
        for (place, line), other in zip(body, agreed, strict=True)
    ]


def _count(context: Context, translations: list[Translation]) -> None:
    context.metrics.sentences.inc(len(translations))
    context.metrics.flagged.inc(sum(bool(item.flags) for item in translations))
