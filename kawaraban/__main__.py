"""The `kawaraban` command: the one place that wires settings, store, engines and leaves together.

Standard output is for programs (JSON), standard error for people. Exit code 0: done, 1: failed,
2: wrong use. Engines and leaves are imported inside the commands, so that `--help` stays quick.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kawaraban.errors import KawarabanError, UsageError
from kawaraban.settings import Settings

if TYPE_CHECKING:
    from kawaraban.pipeline import Progress, Stages
    from kawaraban.store import Store

app = typer.Typer(
    help="The Japanese news as a bilingual English digest, made on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
newsletter = typer.Typer(help="The digest as a mail.", no_args_is_help=True)
glossary = typer.Typer(help="Terms and names that the translation obeys.", no_args_is_help=True)
models = typer.Typer(help="Model directories: list, verify, add.", no_args_is_help=True)
flows = typer.Typer(help="The scheduled digest, through Prefect.", no_args_is_help=True)
store = typer.Typer(help="The database and the raw documents.", no_args_is_help=True)
for name, group in {
    "newsletter": newsletter,
    "glossary": glossary,
    "models": models,
    "flows": flows,
    "store": store,
}.items():
    app.add_typer(group, name=name)

Sources = Annotated[
    list[str],
    typer.Argument(help="File, folder, URL, feed URL, or a sources.yaml.", metavar="SOURCE..."),
]
Day = Annotated[str, typer.Option("--day", help="Tokyo date YYYY-MM-DD; default: today.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]


@app.command()
def digest(
    sources: Sources,
    day: Day = "",
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the files.")] = None,
    watch: Annotated[
        list[str] | None, typer.Option("--watch", help="Word that lifts a story; repeatable.")
    ] = None,
) -> None:
    """Make the bilingual digest of SOURCE… and write it as HTML, Markdown, JSON, Atom and mail.

    Example: kawaraban digest examples/ --out digest

    A source that fails is reported and left out; the digest is made of the others. Run it again
    and nothing is translated twice.
    """
    from kawaraban.export import write_digest
    from kawaraban.records import run_record
    from kawaraban.run import run_digest

    settings = Settings.from_env()
    with _open_store(settings) as database, _progress() as progress:
        made = run_digest(
            sources,
            settings=settings,
            store=database,
            day=_day(day),
            watch_words=tuple(watch or ()),
            progress=progress,
        )
        files = write_digest(made, out or settings.home / "digests" / made.day.isoformat())
    _print(run_record(made, {kind: str(path) for kind, path in files.items()}))
    _report(made.coverage.skipped)
    if not made.stories:
        raise typer.Exit(1)


@app.command()
def articles(sources: Sources, as_json: AsJson = False) -> None:
    """Show the articles found in SOURCE…, and what was left out with class and rule."""
    from kawaraban.pipeline import harvest, link
    from kawaraban.records import article_record, dropped_record, skipped_record
    from kawaraban.run import collect_all, load_encoder
    from kawaraban.segmentation import segment

    settings = Settings.from_env()
    encoder = load_encoder(settings)
    documents = collect_all(sources, settings=settings)
    found = link(harvest(documents, encoder=encoder), encoder=encoder)
    if as_json:
        for article in found.articles:
            _print(article_record(article, segment(article)))
        _print(
            {
                "dropped": [dropped_record(block) for block in found.dropped],
                "skipped": [skipped_record(item) for item in found.skipped],
            }
        )
    else:
        for article in found.articles:
            again = f"  (again: {article.duplicate_of})" if article.duplicate_of else ""
            print(f"{article.id}  {article.title}{again}  [{len(segment(article))} sentences]")
        for block in found.dropped:
            print(f"dropped  {block.label:<11} {block.rule:<28} {block.text[:60]}")
    _report(found.skipped)
    if not found.articles:
        raise typer.Exit(1)


@app.command()
def translate(
    file: Annotated[Path | None, typer.Argument(help="Text, a sentence a line; or stdin.")] = None,
    terms: Annotated[
        Path | None, typer.Option("--glossary", help="TSV of your own terms: ja, en.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Translate Japanese into English, one line in, one line out.

    With --json each line carries score, flags, the number ledger and the terms.
    """
    from kawaraban.records import translation_record
    from kawaraban.run import read_lines

    settings = Settings.from_env() if terms is None else _with_glossary(terms)
    lines = read_lines(file)
    with _open_stages(settings) as stages:
        for translation in stages.translator.translate(lines):
            if as_json:
                _print(translation_record(translation))
            else:
                print(translation.en)
                for flag in translation.flags:
                    print(f"! {flag.kind}: {flag.reason}  {translation.ja}", file=sys.stderr)


@app.command()
def summarize(
    source: Annotated[str, typer.Argument(help="File, folder or URL.", metavar="SOURCE")],
    sentences: Annotated[int, typer.Option("--sentences", min=1, help="Per article.")] = 3,
    focus: Annotated[str, typer.Option("--focus", help="What the choice leans to.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print the sentences that carry each article of SOURCE, in both languages."""
    from kawaraban.pipeline import harvest, link, process_articles
    from kawaraban.records import entry_record
    from kawaraban.run import collect_all
    from kawaraban.types import DigestEntry, Skipped

    settings = Settings.from_env()
    with _open_stages(settings) as stages:
        documents = collect_all([source], settings=settings)
        found = link(harvest(documents, encoder=stages.encoder), encoder=stages.encoder)
        made = process_articles(found.articles, stages, n_sentences=sentences, focus=focus)
    entries = [entry for entry in made if isinstance(entry, DigestEntry)]
    for entry in entries:
        if as_json:
            _print(entry_record(entry))
        else:
            print(f"{entry.title.en}\n{entry.title.ja}\n")
            for chosen in entry.sentences:
                print(f"  {chosen.translation.en}\n  {chosen.translation.ja}\n")
    _report([*found.skipped, *(entry for entry in made if isinstance(entry, Skipped))])
    if not entries:
        raise typer.Exit(1)


@contextmanager
def _open_store(settings: Settings) -> Iterator[Store]:
    from kawaraban.store import Store

    settings.home.mkdir(parents=True, exist_ok=True)
    database = Store.open(settings.store_url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _open_stages(settings: Settings) -> Iterator[Stages]:
    from kawaraban.pipeline import load_stages

    with _open_store(settings) as database:
        yield load_stages(settings, database)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            task = (
                tasks.setdefault(stage, bars.add_task(stage))
                if stage not in tasks
                else tasks[stage]
            )
            bars.update(task, completed=done, total=total)

        yield show


def _day(text: str) -> date:
    from kawaraban.run import TOKYO

    if not text:
        return datetime.now(UTC).astimezone(TOKYO).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--day {text!r}: expected YYYY-MM-DD, for example 2026-11-26") from None


def _print(record: dict[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)


def main() -> None:
    """Run the command line; errors become one line on standard error and an exit code."""
    try:
        app()
    except UsageError as error:
        print(f"kawaraban: {error}", file=sys.stderr)
        sys.exit(2)
    except KawarabanError as error:
        print(f"kawaraban: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)


if __name__ == "__main__":
    main()
