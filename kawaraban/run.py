"""One run on this machine: from the names of sources to the day's digest, in this process.

`run_digest` is what `kawaraban digest` calls; the scheduled flow calls the same pieces as tasks.
A run that is killed and started again finds its translations in the store and its raw documents
under `home`, and a run over the same articles gives back the digest that is already there.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kawaraban.errors import UsageError
from kawaraban.pipeline import (
    Encoder,
    Harvest,
    Progress,
    Stages,
    assemble,
    harvest,
    link,
    load_stages,
    process_articles,
)
from kawaraban.settings import Settings
from kawaraban.types import Article, Digest, DigestEntry, Document, Skipped

if TYPE_CHECKING:
    from kawaraban.sources.config import SourceConfig
    from kawaraban.store import Lease, Store

TOKYO = ZoneInfo("Asia/Tokyo")


def run_digest(
    sources: Sequence[str],
    *,
    settings: Settings,
    store: Store,
    day: date,
    watch_words: tuple[str, ...] = (),
    progress: Progress = lambda stage, done, total: None,
    now: datetime | None = None,
    stages: Stages | None = None,
    lease: Lease | None = None,
    export: Callable[[Digest], object] = lambda made: None,
) -> Digest:
    """Collect, extract, summarize, translate and assemble; save the digest and give it back.

    A process that holds the engines already hands them in, and the lease of the run if it has
    begun one. `export` belongs to the run: it is done when the files are there.
    """
    from kawaraban.store import Lease

    settings = replace(settings, watch_words=settings.watch_words + watch_words)
    stages = replace(stages, settings=settings) if stages else load_stages(settings, store)
    now = now or datetime.now(UTC)
    remembered = stages.n_from_memory()  # engines that are shared count on from run to run
    if lease is None:
        name, seconds = params_hash(sources, day, settings), settings.run_lease_s
        run = store.start_run(name, started_at=now, lease_s=seconds, day=day)
        lease = Lease(store, run, lease_s=seconds)
    held = lease

    def tell(stage: str, done: int, total: int) -> None:
        held.progress(stage, done, total)
        progress(stage, done, total)

    try:
        made = _run(sources, stages, store=store, day=day, progress=tell, now=now)
        export(made)
    except BaseException as error:
        held.finish("failed", message=f"{type(error).__name__}: {error}")
        raise
    held.finish(
        "done",
        counters={
            "articles": made.coverage.n_articles,
            "translated": made.coverage.n_translated,
            "from_memory": stages.n_from_memory() - remembered,
        },
    )
    return made


def params_hash(sources: Sequence[str], day: date, settings: Settings) -> str:
    """Names what a run is made from."""
    return hashlib.sha256(repr((tuple(sources), day, settings)).encode()).hexdigest()


def _run(
    sources: Sequence[str],
    stages: Stages,
    *,
    store: Store,
    day: date,
    progress: Progress,
    now: datetime,
) -> Digest:
    documents = collect_all(sources, settings=stages.settings, store=store)
    found = link(
        harvest(_counted(documents, progress), encoder=stages.encoder), encoder=stages.encoder
    )
    store.save_articles(found.articles)
    fresh = [article for article in found.articles if article.duplicate_of is None]
    entries: list[DigestEntry | Skipped] = []
    for batch in batched(fresh, stages.settings.articles_per_batch):
        entries += process_articles(batch, stages)
        progress("articles", len(entries), len(fresh))
    return finish(found, entries, stages, store=store, day=day, now=now)


def collect_all(
    sources: Sequence[str | SourceConfig], *, settings: Settings, store: Store | None = None
) -> Iterator[Document | Skipped]:
    """Every document of the named sources; with a store, raw bytes and their origin are kept."""
    from kawaraban.sources.collect import collect
    from kawaraban.sources.fetch import Fetcher
    from kawaraban.sources.raw import save_raw

    now = datetime.now(UTC)
    fetcher = Fetcher.from_settings(settings)
    for source in sources:
        for item in collect(source, fetcher=fetcher, settings=settings, now=now):
            if store is not None and isinstance(item, Document):
                save_raw(item, settings.home)
                store.save_document(item)
            yield item


def batched(articles: Sequence[Article], size: int) -> Iterator[Sequence[Article]]:
    """Runs of `size` articles, the last one shorter."""
    for start in range(0, len(articles), size):
        yield articles[start : start + size]


def finish(
    found: Harvest,
    entries: Sequence[DigestEntry | Skipped],
    stages: Stages,
    *,
    store: Store,
    day: date,
    now: datetime,
) -> Digest:
    """Assemble and save the digest; the same content on the same day is the stored digest.

    The watch words that the user keeps count beside those of the settings.
    """
    from kawaraban.codec import digest_key
    from kawaraban.watch import read_watch_words

    settings = stages.settings
    words = dict.fromkeys((*settings.watch_words, *read_watch_words(settings.home)))
    stages = replace(stages, settings=replace(settings, watch_words=tuple(words)))
    made = assemble(found, entries, stages, day=day, now=now)
    known = store.get_digest(day, key=digest_key(made))
    if known is None:
        store.save_digest(made)
    return known or made


def load_encoder(settings: Settings) -> Encoder:
    """The sentence encoder alone, for commands that do not translate."""
    from kawaraban.artifacts import embedded
    from kawaraban.embedding import OnnxEncoder

    return OnnxEncoder(settings.sentence_encoder or embedded("sentence-encoder"))


def read_lines(file: Path | None) -> list[str]:
    """Lines of a file or of standard input, in any Japanese encoding, line ends removed."""
    from kawaraban.sources.encoding import decode

    try:
        body = sys.stdin.buffer.read() if file is None else file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; expected a readable text file") from None
    text = decode(body).text.replace("\r\n", "\n")
    return text.removesuffix("\n").split("\n") if text else []


def _counted(
    items: Iterable[Document | Skipped], progress: Progress
) -> Iterator[Document | Skipped]:
    for count, item in enumerate(items, start=1):
        progress("documents", count, count)
        yield item
