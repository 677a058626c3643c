"""One run on this machine: from the names of sources to the day's digest, in this process.

`run_digest` is what `kawaraban digest` calls; the scheduled flow calls the same pieces as tasks.
A run that is killed and started again finds its translations in the store and its raw documents
under `home`, and a run over the same articles gives back the digest that is already there.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
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
from kawaraban.types import Digest, DigestEntry, Document, Skipped

if TYPE_CHECKING:
    from kawaraban.store import Store

TOKYO = ZoneInfo("Asia/Tokyo")
ARTICLES_PER_BATCH = 20  # some seconds of work: what a task of the flow holds


def run_digest(
    sources: Sequence[str],
    *,
    settings: Settings,
    store: Store,
    day: date,
    watch_words: tuple[str, ...] = (),
    progress: Progress = lambda stage, done, total: None,
    now: datetime | None = None,
) -> Digest:
    """Collect, extract, summarize, translate and assemble; save the digest and give it back."""
    settings = replace(settings, watch_words=settings.watch_words + watch_words)
    stages = load_stages(settings, store)
    documents = collect_all(sources, settings=settings, store=store)
    found = link(
        harvest(_counted(documents, progress), encoder=stages.encoder), encoder=stages.encoder
    )
    store.save_articles(found.articles)
    fresh = [article for article in found.articles if article.duplicate_of is None]
    entries: list[DigestEntry | Skipped] = []
    for start in range(0, len(fresh), ARTICLES_PER_BATCH):
        entries += process_articles(fresh[start : start + ARTICLES_PER_BATCH], stages)
        progress("articles", len(entries), len(fresh))
    return finish(found, entries, stages, store=store, day=day, now=now or datetime.now(UTC))


def collect_all(
    sources: Sequence[str], *, settings: Settings, store: Store | None = None
) -> Iterator[Document | Skipped]:
    """Every document of the named sources; with a store, raw bytes and their origin are kept."""
    from kawaraban.sources import Fetcher, collect
    from kawaraban.sources.raw import save_raw

    now = datetime.now(UTC)
    with Fetcher.from_settings(settings) as fetcher:
        for source in sources:
            for item in collect(source, fetcher=fetcher, settings=settings, now=now):
                if store is not None and isinstance(item, Document):
                    save_raw(item, settings.home)
                    store.save_document(item)
                yield item


def finish(
    found: Harvest,
    entries: Sequence[DigestEntry | Skipped],
    stages: Stages,
    *,
    store: Store,
    day: date,
    now: datetime,
) -> Digest:
    """Assemble and save the digest; the same content on the same day is the stored digest."""
    made = assemble(found, entries, stages, day=day, now=now)
    key = content_key(made)
    known = store.get_digest(day)
    if known is not None and content_key(known) == key:
        return known
    store.save_digest(made)
    return made


def content_key(digest: Digest) -> str:
    """SHA-256 of all of a digest but the moment it was made."""
    from kawaraban.codec import to_json

    timeless = replace(digest, created_at=datetime(1970, 1, 1, tzinfo=UTC))
    return hashlib.sha256(to_json(timeless).encode()).hexdigest()


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
