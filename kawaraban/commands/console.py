"""What the commands share: JSON out, reports to people, store and engines opened and closed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kawaraban.errors import UsageError
from kawaraban.settings import Settings

if TYPE_CHECKING:
    from rich.progress import TaskID

    from kawaraban.pipeline import Progress, Stages
    from kawaraban.store import Store
    from kawaraban.types import Skipped

Sources = Annotated[
    list[str],
    typer.Argument(help="File, folder, URL, feed URL, or a sources.yaml.", metavar="SOURCE..."),
]
Day = Annotated[str, typer.Option("--day", help="Tokyo date YYYY-MM-DD; default: today.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]


def group(help_text: str) -> typer.Typer:
    """A group of commands that shows its help when called alone."""
    return typer.Typer(help=help_text, no_args_is_help=True)


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The database under `home` (or the one of `database_url`), migrated and ready."""
    from kawaraban.store import Store

    settings.home.mkdir(parents=True, exist_ok=True)
    database = Store.open(settings.store_url, home=settings.home)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def open_stages(settings: Settings) -> Iterator[Stages]:
    """The engines, with the translation memory of the store in front."""
    from kawaraban.pipeline import load_stages

    with open_store(settings) as database:
        yield load_stages(settings, database)


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Bars on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total)

        yield show


def parse_day(text: str) -> date:
    """A Tokyo date; today there when empty."""
    from kawaraban.run import TOKYO

    if not text:
        return datetime.now(UTC).astimezone(TOKYO).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--day {text!r}: expected YYYY-MM-DD, for example 2026-11-26") from None


def print_json(record: dict[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)


def tell(message: str) -> None:
    """One line for the person at the terminal."""
    print(message, file=sys.stderr)


def report(skipped: Iterable[Skipped]) -> None:
    """Say what was left out, and why."""
    for item in skipped:
        tell(f"skipped  {item.location}  [{item.stage}] {item.reason}")
