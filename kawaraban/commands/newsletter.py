"""`kawaraban newsletter`: the digest as a mail."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from kawaraban.commands.console import Day, group, open_store, parse_day
from kawaraban.errors import UsageError
from kawaraban.settings import Settings

app = group("The digest as a mail.")


class Format(StrEnum):
    """What `newsletter export` writes."""

    EML = "eml"
    HTML = "html"
    TXT = "txt"


@app.callback()
def _group() -> None:
    """The digest as a mail."""


@app.command()
def export(
    day: Day = "",
    format: Annotated[
        Format, typer.Option("--format", help="Whole message, or a part.")
    ] = Format.EML,
) -> None:
    """Write the mail of a stored digest to standard output: the same bytes for the same digest."""
    from kawaraban.export.email import render_email_as

    when = parse_day(day)
    with open_store(Settings.from_env()) as database:
        digest = database.get_digest(when)
    if digest is None:
        raise UsageError(
            f"no digest of {when.isoformat()} in the store; make one with "
            f"`kawaraban digest SOURCE... --day {when.isoformat()}`"
        )
    sys.stdout.buffer.write(render_email_as(digest, format.value))
