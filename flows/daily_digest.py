"""The daily digest as a Prefect flow: collect, read, process, assemble, export.

    daily_digest(["sources.yaml"])  →  {"day": "2026-11-26", "files": {"html": "…", …}, …}

The flow only says what runs when; all work is in `kawaraban`. A task holds seconds of work (a
source, or a batch of articles), never a sentence. What tasks hand on is JSON of plain values, and
their cache keys are content hashes, so a run that was killed does not read a page again; sentences
that were translated before the kill come from the translation memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import INPUTS, TASK_SOURCE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import Task

from flows import resources
from kawaraban.codec import from_json, to_json
from kawaraban.errors import FetchError
from kawaraban.pipeline import Harvest, harvest, link, process_articles
from kawaraban.records import run_record
from kawaraban.run import TOKYO, batched, collect_all, finish, params_hash
from kawaraban.sources.collect import read_spec
from kawaraban.sources.config import SourceConfig
from kawaraban.store import Lease
from kawaraban.types import Article, DigestEntry, Document, Skipped


@dataclass(frozen=True)
class Collected:
    """What one source gave: ids of its raw documents, and what it could not give."""

    document_ids: tuple[str, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class Batch:
    """The articles of one task."""

    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Entries:
    """The bilingual entries of one batch of articles."""

    items: tuple[DigestEntry | Skipped, ...]


@dataclass(frozen=True)
class Made:
    """The files of a digest by kind, and what was counted."""

    files: dict[str, str]
    counters: dict[str, int]


def _world_failed(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Retry what the network may give next time; a wrong file stays wrong."""
    return isinstance(state.result(raise_on_failure=False), FetchError)


@task(
    task_run_name="collect {name}",
    retries=2,
    retry_delay_seconds=[10, 60],
    retry_condition_fn=_world_failed,
    persist_result=False,
)
def collect_source(source: str, name: str) -> str:
    """Fetch one source and keep its raw bytes. Raises FetchError when the web gave nothing."""
    config = from_json(SourceConfig, source)
    items = list(collect_all([config], settings=resources.settings(), store=resources.store()))
    documents = tuple(item.id for item in items if isinstance(item, Document))
    skipped = tuple(item for item in items if isinstance(item, Skipped))
    if not documents and skipped and config.kind != "path":
        raise FetchError("; ".join(item.reason for item in skipped))
    return to_json(Collected(documents, skipped))


@task(
    task_run_name="read {n_documents} documents",
    persist_result=True,
    cache_policy=INPUTS + TASK_SOURCE,
    result_serializer="json",
)
def read_documents(document_ids: list[str], n_documents: int, encoder: str) -> str:
    """Extract the articles of documents named by the hash of their bytes."""
    del encoder  # part of the cache key: another encoder may split pages otherwise
    documents = [resources.store().get_document(document_id) for document_id in document_ids]
    return to_json(harvest(documents, encoder=resources.stages().encoder))


@task(task_run_name="process batch {number}", persist_result=False)
def process_batch(batch: str, number: int) -> str:
    """Summarize and translate one batch; finished sentences come from the translation memory."""
    articles = from_json(Batch, batch).articles
    return to_json(Entries(tuple(process_articles(articles, resources.stages()))))


@task(task_run_name="assemble {day}", persist_result=False)
def assemble_digest(found: str, batches: list[str], day: date, watch_words: list[str]) -> str:
    """Group, rank, save and write the digest; gives it as Made and leaves an artifact."""
    from kawaraban.export import write_digest

    entries = [item for batch in batches for item in from_json(Entries, batch).items]
    stages = resources.stages()
    words = (*stages.settings.watch_words, *watch_words)
    digest = finish(
        from_json(Harvest, found),
        entries,
        replace(stages, settings=replace(stages.settings, watch_words=words)),
        store=resources.store(),
        day=day,
        now=datetime.now(UTC),
    )
    folder = resources.settings().home / "digests" / day.isoformat()
    files = {kind: str(path) for kind, path in write_digest(digest, folder).items()}
    create_markdown_artifact(_figures(run_record(digest, files)), key=f"digest-{day.isoformat()}")
    coverage = digest.coverage
    counters = {"articles": coverage.n_articles, "translated": coverage.n_translated}
    return to_json(Made(files, counters))


def _figures(record: dict[str, Any]) -> str:
    """The run's figures as a Markdown table for Prefect's own pages."""
    rows = [
        f"| {name.replace('_', ' ')} | {value} |"
        for name, value in record.items()
        if isinstance(value, int)
    ]
    skipped = [
        f"* `{item['location']}` {item['stage']}: {item['reason']}" for item in record["skipped"]
    ]
    table = "\n".join(
        [f"# Digest of {record['day']}", "", "| figure | value |", "| --- | ---: |", *rows]
    )
    return "\n".join([table, "", "## Skipped", "", *(skipped or ["nothing"])])


@flow(name="daily-digest", task_runner=cast(Any, ThreadPoolTaskRunner(max_workers=4)))
def daily_digest(
    sources: list[str], day: date | None = None, watch_words: list[str] | None = None
) -> dict[str, str]:
    """Make the digest of `day` (Tokyo; default: today) from the named sources.

    Stories with one of the watch words come first. The store knows how far the run is, under the
    id of the flow run.
    """
    day = day or datetime.now(UTC).astimezone(TOKYO).date()
    lease = _begin(sources, day)
    remembered = resources.stages().n_from_memory()
    try:
        found = _collect(sources, lease)
        batches = _process(found, lease)
        made = from_json(Made, assemble_digest(to_json(found), batches, day, watch_words or []))
    except BaseException as error:
        lease.finish("failed", message=f"{type(error).__name__}: {error}")
        raise
    n_remembered = resources.stages().n_from_memory() - remembered
    lease.finish("done", counters={**made.counters, "from_memory": n_remembered})
    return made.files


def _begin(sources: list[str], day: date) -> Lease:
    settings = resources.settings()
    run = resources.store().start_run(
        params_hash(sources, day, settings),
        run_id=str(flow_run.id or ""),
        lease_s=settings.run_lease_s,
        day=day,
    )
    return Lease(resources.store(), run, lease_s=settings.run_lease_s)


def _collect(sources: list[str], lease: Lease) -> Harvest:
    """Every article of the sources, linked; a source that gave nothing is skipped with reason."""
    encoder = resources.stages().encoder
    found = Harvest()
    configs = [config for spec in sources for config in read_spec(spec)]
    collecting = [collect_source.submit(to_json(config), config.name) for config in configs]
    for number, (config, future) in enumerate(zip(configs, collecting, strict=True)):
        lease.progress("sources", number, len(configs))
        future.wait()
        if future.state.is_failed():
            reason = str(future.state.result(raise_on_failure=False))
            found += Harvest(skipped=(Skipped(config.location, "collect", reason),))
            continue
        collected = from_json(Collected, future.result())
        found += Harvest(skipped=collected.skipped)
        if ids := list(collected.document_ids):
            found += from_json(Harvest, read_documents(ids, len(ids), encoder.model))
    return link(found, encoder=encoder)


def _process(found: Harvest, lease: Lease) -> list[str]:
    """The entries of all articles that are told once, batch by batch."""
    resources.store().save_articles(found.articles)
    fresh = [article for article in found.articles if article.duplicate_of is None]
    entries, done = [], 0
    for number, batch in enumerate(batched(fresh, resources.settings().articles_per_batch), 1):
        lease.progress("articles", done, len(fresh))
        entries.append(process_batch(to_json(Batch(tuple(batch))), number))
        done += len(batch)
    lease.progress("articles", done, len(fresh))
    return entries
