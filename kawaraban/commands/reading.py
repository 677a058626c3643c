"""The commands that read news: digest, articles, translate, summarize."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from kawaraban.commands.console import (
    AsJson,
    Day,
    Sources,
    open_stages,
    open_store,
    parse_day,
    print_json,
    progress_bars,
    report,
    tell,
)
from kawaraban.settings import Settings


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
    with open_store(settings) as database, progress_bars() as progress:
        made = run_digest(
            sources,
            settings=settings,
            store=database,
            day=parse_day(day),
            watch_words=tuple(watch or ()),
            progress=progress,
        )
        files = write_digest(made, out or settings.home / "digests" / made.day.isoformat())
    print_json(run_record(made, {kind: str(path) for kind, path in files.items()}))
    for notice in made.notices:
        tell(notice)
    report(made.coverage.skipped)
    if not made.stories:
        raise typer.Exit(1)


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
            print_json(article_record(article, segment(article)))
        print_json(
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
    report(found.skipped)
    if not found.articles:
        raise typer.Exit(1)


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

    settings = Settings.from_env()
    if terms is not None:
        settings = replace(settings, glossary=terms)
    lines = read_lines(file)
    with open_stages(settings) as stages:
        for translation in stages.translator.translate(lines):
            if as_json:
                print_json(translation_record(translation))
            else:
                print(translation.en)
                for flag in translation.flags:
                    tell(f"! {flag.kind}: {flag.reason}  {translation.ja}")


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
    with open_stages(settings) as stages:
        documents = collect_all([source], settings=settings)
        found = link(harvest(documents, encoder=stages.encoder), encoder=stages.encoder)
        made = process_articles(found.articles, stages, n_sentences=sentences, focus=focus)
    entries = [entry for entry in made if isinstance(entry, DigestEntry)]
    for entry in entries:
        if as_json:
            print_json(entry_record(entry))
        else:
            print(f"{entry.title.en}\n{entry.title.ja}\n")
            for chosen in entry.sentences:
                print(f"  {chosen.translation.en}\n  {chosen.translation.ja}\n")
    report([*found.skipped, *(entry for entry in made if isinstance(entry, Skipped))])
    if not entries:
        raise typer.Exit(1)
