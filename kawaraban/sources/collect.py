"""From what the user names to documents: a file, a folder, a URL, a feed, or a sources.yaml.

Input: a SOURCE as on the command line, or an entry of a sources.yaml. Output: documents as they
come in, each with `media_type` "text/html" or "text/plain", and a Skipped for whatever could not
be had; the rest of the source goes on.

    for item in collect("sources.yaml", fetcher=fetcher, settings=settings, now=now): ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from kawaraban.settings import Settings
from kawaraban.sources.collection import Collection, Fetching
from kawaraban.sources.config import SourceConfig, SourceKind, load_sources, source_from_text
from kawaraban.sources.file import collect_path
from kawaraban.sources.page import collect_url
from kawaraban.types import Document, Skipped

SOURCES: dict[SourceKind, Callable[[Collection], Iterator[Document | Skipped]]] = {
    "path": collect_path,
    "url": collect_url,
    "feed": collect_url,
}


def collect(
    spec: str | Path | SourceConfig, *, fetcher: Fetching, settings: Settings, now: datetime
) -> Iterator[Document | Skipped]:
    """Everything a source gives; raises UsageError for a sources.yaml that cannot be obeyed."""
    for source in read_spec(spec):
        collection = Collection(source, fetcher, settings, now)
        yield from _limited(SOURCES[source.kind](collection), collection)


def read_spec(spec: str | Path | SourceConfig) -> tuple[SourceConfig, ...]:
    """The sources that a SOURCE stands for: the entries of a YAML file, or itself."""
    if isinstance(spec, SourceConfig):
        return (spec,)
    source = source_from_text(str(spec))
    path = Path(source.location).expanduser()
    if source.kind == "path" and path.suffix.lower() in (".yaml", ".yml") and path.is_file():
        return load_sources(path)
    return (source,)


def _limited(
    items: Iterator[Document | Skipped], collection: Collection
) -> Iterator[Document | Skipped]:
    """No more documents than the source may give; local files are bounded only if told."""
    most = collection.source.max_articles
    if most is None and collection.source.kind != "path":
        most = collection.settings.max_articles_per_source
    n_documents = 0
    for item in items:
        if isinstance(item, Document):
            if n_documents == most:
                reason = f"it has more than {most} documents; the rest was left (max_articles)"
                yield collection.skipped(collection.source.location, reason)
                return
            n_documents += 1
        yield item
