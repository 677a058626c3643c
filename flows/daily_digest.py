"""The daily digest as a Prefect flow: collect, read, process, assemble, export.

    daily_digest(["sources.yaml"])  →  {"day": "2026-11-26", "files": {"html": "…", …}, …}

The flow only says what runs when; all work is in `kawaraban`. A task holds seconds of work (a
source, or a batch of articles), never a sentence. What tasks hand on is JSON of plain values, and
their cache keys are content hashes, so a run that was killed does not read a page again; sentences
that were translated before the kill come from the translation memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import INPUTS, TASK_SOURCE
from prefect.client.schemas.objects import TaskRun
from prefect.states import State
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import Task

from flows import resources
from kawaraban.codec import from_json, to_json
from kawaraban.errors import FetchError
from kawaraban.pipeline import Harvest, harvest, link, process_articles
from kawaraban.records import run_record
from kawaraban.run import ARTICLES_PER_BATCH, TOKYO, collect_all, finish
from kawaraban.types import DigestEntry, Document, Skipped


@dataclass(frozen=True)
class Collected:
    """What one source gave: ids of its raw documents, and what it could not give."""

    document_ids: tuple[str, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class Entries:
    """The bilingual entries of one batch of articles."""

    items: tuple[DigestEntry | Skipped, ...]


def _world_failed(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Retry what the network may give next time; a wrong file stays wrong."""
    return isinstance(state.result(raise_on_failure=False), FetchError)


@task(
    task_run_name="collect {source}",
    retries=2,
    retry_delay_seconds=[10, 60],
    retry_condition_fn=_world_failed,
    persist_result=False,
)
def collect_source(source: str) -> str:
    """Fetch one source and keep its raw bytes. Raises FetchError when a URL gave nothing."""
    items = list(collect_all([source], settings=resources.settings(), store=resources.store()))
    documents = tuple(item.id for item in items if isinstance(item, Document))
    skipped = tuple(item for item in items if isinstance(item, Skipped))
    if not documents and skipped and source.startswith(("http://", "https://")):
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


@task(task_run_name="process articles {first} to {last}", persist_result=False)
def process_batch(article_ids: list[str], first: int, last: int) -> str:
    """Summarize and translate one batch; finished sentences come from the translation memory."""
    articles = [resources.store().get_article(article_id) for article_id in article_ids]
    return to_json(Entries(tuple(process_articles(articles, resources.stages()))))


@task(task_run_name="assemble {day}", persist_result=False)
def assemble_digest(found: str, batches: list[str], day: date) -> dict[str, str]:
    """Group, rank, save and write the digest; gives the files by kind and leaves an artifact."""
    from kawaraban.export import write_digest

    entries = [item for batch in batches for item in from_json(Entries, batch).items]
    digest = finish(
        from_json(Harvest, found),
        entries,
        resources.stages(),
        store=resources.store(),
        day=day,
        now=datetime.now(UTC),
    )
    folder = resources.settings().home / "digests" / day.isoformat()
    files = {kind: str(path) for kind, path in write_digest(digest, folder).items()}
    create_markdown_artifact(_figures(run_record(digest, files)), key=f"digest-{day.isoformat()}")
    return files


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


@flow(
    name="daily-digest", task_runner=ThreadPoolTaskRunner(max_workers=4), validate_parameters=True
)
def daily_digest(sources: list[str], day: date | None = None) -> dict[str, str]:
    """Make the digest of `day` (Tokyo; default: today) from the named sources."""
    day = day or datetime.now(UTC).astimezone(TOKYO).date()
    stages = resources.stages()
    found = Harvest()
    collecting = [(source, collect_source.submit(source)) for source in sources]
    for source, future in collecting:
        state = future.wait() or future.state
        if state.is_failed():
            reason = str(state.result(raise_on_failure=False))
            found += Harvest(skipped=(Skipped(source, "collect", reason),))
            continue
        collected = from_json(Collected, future.result())
        found += Harvest(skipped=collected.skipped)
        if collected.document_ids:
            ids = list(collected.document_ids)
            found += from_json(Harvest, read_documents(ids, len(ids), stages.encoder.model))
    found = link(found, encoder=stages.encoder)
    resources.store().save_articles(found.articles)
    fresh = [article.id for article in found.articles if article.duplicate_of is None]
    batches = [
        process_batch(
            fresh[start : start + ARTICLES_PER_BATCH],
            start + 1,
            min(start + ARTICLES_PER_BATCH, len(fresh)),
        )
        for start in range(0, len(fresh), ARTICLES_PER_BATCH)
    ]
    return assemble_digest(to_json(found), batches, day)
