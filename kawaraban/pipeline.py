"""The middle of the book: which stages there are, and how pages become a digest.

    collect → extract → link duplicates → segment → embed → summarize → translate → names agree
    → stories → digest

The scheduled flow, the command line and the HTTP service call the same three functions here:
`harvest` (documents → articles), `process_articles` (articles → bilingual entries) and `assemble`
(entries → digest). Everything they need is an argument, so that each can be run alone:

    stages = load_stages(settings, store)
    found = harvest(collect("examples/", ...), encoder=stages.encoder)
    entries = process_articles(found.articles, stages)
    digest = assemble(found, entries, stages, day=day, now=now)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from kawaraban.errors import KawarabanError
from kawaraban.settings import Settings
from kawaraban.types import (
    Article,
    Digest,
    DigestEntry,
    DigestSentence,
    Document,
    DroppedBlock,
    Extraction,
    Sentence,
    Skipped,
    Summary,
    Translation,
)

if TYPE_CHECKING:
    from kawaraban.store import Store
    from kawaraban.summarization import SummaryInput
    from kawaraban.translation.glossary import Glossary

Vectors = NDArray[np.float32]
Progress = Callable[[str, int, int], None]  # stage, done, total


class Translator(Protocol):
    """Japanese sentences in, translations out: same length, same order."""

    @property
    def model(self) -> str:
        """ "name@version" of the weights and of all that decides the output."""
        ...

    def translate(self, sentences: Sequence[str]) -> list[Translation]: ...


class Encoder(Protocol):
    """Sentences of either language in, one shared space out."""

    @property
    def model(self) -> str: ...

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """float32, shape (n_sentences, dim), unit rows; shape (0, dim) for no sentences."""
        ...


@dataclass(frozen=True)
class Stages:
    """The loaded engines, and the settings that decide what they do."""

    translator: Translator
    encoder: Encoder
    settings: Settings
    n_from_memory: Callable[[], int] = lambda: 0  # translations that were not made anew
    notices: tuple[str, ...] = ()  # what the models want every reader to know
    with_glossary: Callable[[Glossary], Translator] | None = None  # the engine, other terms
    alternatives: Callable[[str, int], list[str]] | None = None  # the n best English forms
    glossary: Glossary | None = None  # what names agree with; None: they stay as translated


@dataclass(frozen=True)
class Harvest:
    """What the documents of a run held. Duplicates are in `articles`, with `duplicate_of` set."""

    n_documents: int = 0
    articles: tuple[Article, ...] = ()
    dropped: tuple[DroppedBlock, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def __add__(self, other: Harvest) -> Harvest:
        return Harvest(
            self.n_documents + other.n_documents,
            self.articles + other.articles,
            self.dropped + other.dropped,
            self.skipped + other.skipped,
        )


def load_stages(settings: Settings, store: Store | None = None) -> Stages:
    """Load and verify the models named in `settings`; with a store, remember translations in it."""
    from kawaraban.artifacts import embedded
    from kawaraban.embedding import OnnxEncoder
    from kawaraban.translation.annotation import escape
    from kawaraban.translation.engine import DecodeOptions, load_translator
    from kawaraban.translation.glossary import load_glossary
    from kawaraban.translation.lexicon import read_lexicon
    from kawaraban.translation.memory import MemoryTranslator
    from kawaraban.translation.repair import FaithfulTranslator

    encoder = OnnxEncoder(settings.sentence_encoder or embedded("sentence-encoder"))
    model = Path(settings.translation_model or embedded("ja-en"))
    engine = load_translator(
        model,
        threads=settings.threads,
        beam_size=settings.beam_size,
        max_batch_tokens=settings.max_batch_tokens,
        max_sentence_tokens=settings.max_sentence_tokens,
    )
    terms = model / "lexicon.tsv"
    lexicon = read_lexicon(terms) if terms.is_file() else None

    def faithful(glossary: Glossary) -> Translator:
        return FaithfulTranslator(engine, glossary, encoder=encoder, lexicon=lexicon)

    def alternatives(ja: str, n: int) -> list[str]:
        options = DecodeOptions(beam_size=max(n, 4), n_hypotheses=n)
        return [hypothesis.text for hypothesis in engine.decode([escape(ja)], options)[0]]

    glossary = load_glossary(settings.user_glossary)
    stages = Stages(
        faithful(glossary),
        encoder,
        settings,
        with_glossary=faithful,
        alternatives=alternatives,
        notices=(engine.notice,) if engine.notice else (),
        glossary=glossary,
    )
    if store is None:
        return stages
    memory = MemoryTranslator(stages.translator, store)
    return replace(stages, translator=memory, n_from_memory=lambda: memory.n_hits)


def harvest(items: Iterable[Document | Skipped], *, encoder: Encoder) -> Harvest:
    """Extract the articles of each document; what cannot be read is a `Skipped`, in its place."""
    from kawaraban.extraction import extract

    found = Harvest()
    seen: dict[str, str] = {}
    for item in items:
        if isinstance(item, Skipped):
            found += Harvest(skipped=(item,))
        elif item.id in seen:
            reason = f"the same bytes as {seen[item.id]}, which is in the digest"
            found += Harvest(1, skipped=(Skipped(item.location, "extract", reason),))
        else:
            seen[item.id] = item.location
            try:
                extraction = extract(item, encoder=encoder)
            except KawarabanError as error:
                skipped = Skipped(item.location, "extract", str(error))
                found += Harvest(1, skipped=(skipped,))
            else:
                found += _found(item, extraction)
    return found


def _found(document: Document, extraction: Extraction) -> Harvest:
    skipped: tuple[Skipped, ...] = ()
    if not extraction.articles:
        n_blocks = len(extraction.dropped)
        reason = f"no article on the page; its {n_blocks} blocks are in the drop report"
        skipped = (Skipped(document.location, "extract", reason),)
    return Harvest(1, extraction.articles, extraction.dropped, skipped)


def link(found: Harvest, *, encoder: Encoder) -> Harvest:
    """Set `duplicate_of` on articles that say what an earlier one of the run says."""
    from kawaraban.extraction import link_duplicates

    return replace(found, articles=tuple(link_duplicates(found.articles, encoder=encoder)))


def process_articles(
    articles: Sequence[Article],
    stages: Stages,
    *,
    n_sentences: int | None = None,
    max_chars: int | None = None,
    focus: str = "",
) -> list[DigestEntry | Skipped]:
    """Summarize in Japanese, then translate headlines and chosen sentences in one batch; names
    are then made to agree inside each article.

    Returns one entry per article, in order; an article without a sentence is a `Skipped`.
    `focus` is a text of either language that the choice leans to.
    """
    from kawaraban.segmentation import segment
    from kawaraban.summarization import SUMMARIZERS

    if n_sentences is None and max_chars is None:
        n_sentences = stages.settings.sentences_per_article
    sentences = [segment(article) for article in articles]
    inputs = _summary_inputs(articles, sentences, stages.encoder, focus)
    summarize = SUMMARIZERS[stages.settings.summarizer]
    summaries = [summarize(item, n_sentences=n_sentences, max_chars=max_chars) for item in inputs]
    texts = [
        text
        for article, found, summary in zip(articles, sentences, summaries, strict=True)
        for text in (article.title, *(found[index].text for index in summary.indices))
    ]
    translations = iter(stages.translator.translate(texts))
    return [
        _entry(article, found, summary, translations, stages.glossary)
        if summary.indices
        else Skipped(article.location, "summarize", f"no sentence to show in {article.title!r}")
        for article, found, summary in zip(articles, sentences, summaries, strict=True)
    ]


def _summary_inputs(
    articles: Sequence[Article],
    sentences: Sequence[Sequence[Sentence]],
    encoder: Encoder,
    focus: str,
) -> list[SummaryInput]:
    """Embed title, key points and sentences of all articles in one call."""
    from kawaraban.summarization import SummaryInput

    texts = [focus]
    for article, found in zip(articles, sentences, strict=True):
        texts += [article.title, *article.key_points, *(sentence.text for sentence in found)]
    vectors = encoder.embed(texts)
    inputs = []
    at = 1
    for article, found in zip(articles, sentences, strict=True):
        n_points = len(article.key_points)
        stop = at + 1 + n_points + len(found)
        inputs.append(
            SummaryInput(
                title=article.title,
                sentences=found,
                vectors=vectors[at + 1 + n_points : stop],
                title_vector=vectors[at] if article.title else None,
                key_point_vectors=vectors[at + 1 : at + 1 + n_points] if n_points else None,
                focus_vector=vectors[0] if focus else None,
                key_points=article.key_points,
            )
        )
        at = stop
    return inputs


def _entry(
    article: Article,
    sentences: Sequence[Sentence],
    summary: Summary,
    translations: Iterator[Translation],
    glossary: Glossary | None,
) -> DigestEntry:
    """Take the headline's and the chosen sentences' translations from the front of the stream."""
    from kawaraban.translation.consistency import agree_in_entry

    title = next(translations)
    chosen = tuple(
        DigestSentence(sentences[index], next(translations), salience)
        for index, salience in zip(summary.indices, summary.saliences, strict=True)
    )
    entry = DigestEntry(article, title, chosen, len(sentences))
    return agree_in_entry(entry, glossary) if glossary else entry


def assemble(
    found: Harvest,
    entries: Sequence[DigestEntry | Skipped],
    stages: Stages,
    *,
    day: date,
    now: datetime,
) -> Digest:
    """Group entries to ranked stories and put the day's digest together.

    `found` is linked; `entries` are those of its articles that are no duplicates.
    """
    from kawaraban.coverage import count
    from kawaraban.stories import build_stories, pick_brief
    from kawaraban.translation import consistency

    skipped = found.skipped + tuple(entry for entry in entries if isinstance(entry, Skipped))
    kept = [entry for entry in entries if isinstance(entry, DigestEntry)]
    if stages.glossary:
        kept = consistency.agree_in_digest(kept, stages.glossary)
    duplicates = [article for article in found.articles if article.duplicate_of]
    stories = build_stories(
        kept,
        duplicates,
        encoder=stages.encoder,
        watch_words=stages.settings.watch_words,
        day=day,
    )
    return Digest(
        day=day,
        created_at=now,
        stories=stories,
        coverage=count(found, kept, skipped),
        brief=pick_brief(stories, n_sentences=stages.settings.brief_sentences),
        dropped=found.dropped,
        notices=stages.notices,
        models={"translation": stages.translator.model, "encoder": stages.encoder.model},
        settings={
            "summarizer": stages.settings.summarizer,
            "sentences_per_article": str(stages.settings.sentences_per_article),
            "watch_words": ", ".join(stages.settings.watch_words),
            "name_rules": str(consistency.RULES) if stages.glossary else "",
        },
    )
