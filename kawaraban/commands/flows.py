"""`kawaraban flows`: the scheduled face of the digest."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kawaraban.commands.console import Day, Sources, group, parse_day, print_json, tell
from kawaraban.errors import UsageError
from kawaraban.settings import Settings

Mail = Annotated[
    Path | None, typer.Option("--mail", help="Then mail it to the lists of this file.")
]

app = group("The scheduled digest, through Prefect.")


@app.command()
def run(sources: Sources, day: Day = "", mail: Mail = None) -> None:
    """Run the daily flow here, now; with --mail also the newsletter after it.

    With PREFECT_API_URL set the run is recorded there; without it a Prefect server is started for
    the length of the run (20 to 40 seconds), and its history stays under KAWARABAN_HOME.
    """
    settings = Settings.from_env()
    when = parse_day(day)
    os.environ.setdefault("PREFECT_HOME", str(settings.home.resolve() / "prefect"))
    if "PREFECT_API_URL" in os.environ:
        print_json(_run(sources, when, mail))
        return
    from flows.server import temporary_server

    tell("starting a Prefect server for this run")
    with temporary_server({}) as url:
        os.environ["PREFECT_API_URL"] = url
        print_json(_run(sources, when, mail))


def _run(sources: list[str], day: date, mail: Path | None) -> dict[str, object]:
    if mail is not None:
        from flows.newsletter import morning

        return {"day": day.isoformat(), **morning(sources, str(mail), day)}
    from flows.daily_digest import daily_digest

    return {"day": day.isoformat(), "files": daily_digest(sources, day)}


@app.command()
def deploy(
    sources: Sources,
    cron: Annotated[str, typer.Option("--cron", help="Five fields, in --timezone.")] = "0 6 * * *",
    timezone: Annotated[str, typer.Option("--timezone", help="IANA name.")] = "Asia/Tokyo",
    mail: Mail = None,
) -> None:
    """Give the daily flow a schedule on the Prefect server of PREFECT_API_URL.

    Example: kawaraban flows deploy sources.yaml --cron "0 6 * * *"
    """
    if "PREFECT_API_URL" not in os.environ:
        raise UsageError(
            "PREFECT_API_URL is not set; start a server with `prefect server start`, then "
            "`export PREFECT_API_URL=http://127.0.0.1:4200/api`"
        )
    from flows.deploy import WORK_POOL, deploy

    lists = str(mail.resolve()) if mail else ""
    with redirect_stdout(sys.stderr):  # Prefect prints a table for people
        made = deploy(sources, cron=cron, timezone=timezone, lists=lists)
    print_json({"deployment": f"{'morning' if mail else 'daily-digest'}/daily", "id": made})
    tell(f"start a worker: prefect worker start --pool {WORK_POOL}")
