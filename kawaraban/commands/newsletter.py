"""`kawaraban newsletter`: the digest as a mail, checked and sent, never twice."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kawaraban.commands.console import (
    Day,
    group,
    open_store,
    parse_day,
    print_json,
    progress_bars,
    tell,
)
from kawaraban.errors import UsageError
from kawaraban.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    from kawaraban.newsletter.mailing import Job
    from kawaraban.newsletter.recipients import MailingList
    from kawaraban.store import Store

app = group("The digest as a mail.")

ListName = Annotated[str, typer.Option("--list", help="Name of a list.")]
ListsFile = Annotated[
    Path | None,
    typer.Option("--lists", help="File with the lists; default: KAWARABAN_LISTS."),
]


class Format(StrEnum):
    """What `newsletter export` writes."""

    EML = "eml"
    HTML = "html"
    TXT = "txt"
    MBOX = "mbox"
    LISTMONK = "listmonk"


class FeedFormat(StrEnum):
    """What `newsletter feed` writes."""

    ATOM = "atom"
    JSON = "json"


@app.callback()
def _group() -> None:
    """The digest as a mail."""


@app.command()
def export(
    day: Day = "",
    format: Annotated[
        Format,
        typer.Option("--format", help="Whole message, a part, a mailbox, a listmonk campaign."),
    ] = Format.EML,
) -> None:
    """Write the mail of a stored digest to standard output: the same bytes for the same digest."""
    from kawaraban.export.email import MailOptions
    from kawaraban.export.mail_forms import render_mail_as

    when = parse_day(day)
    settings = Settings.from_env()
    with open_store(settings) as database:
        digest = database.get_digest(when)
    if digest is None:
        raise UsageError(
            f"no digest of {when.isoformat()} in the store; make one with "
            f"`kawaraban digest SOURCE... --day {when.isoformat()}`"
        )
    options = MailOptions(sender=settings.newsletter_sender)
    sys.stdout.buffer.write(render_mail_as(digest, format.value, options=options))


@app.command()
def feed(
    days: Annotated[int, typer.Option("--days", help="So many newest digests.", min=1)] = 7,
    format: Annotated[FeedFormat, typer.Option("--format", help="Kind of feed.")] = FeedFormat.ATOM,
    url: Annotated[str, typer.Option("--url", help="Where the feed will be found.")] = "",
) -> None:
    """Write a feed of the newest digests to standard output, both languages in full."""
    from kawaraban.export.atom import render_atom
    from kawaraban.export.jsonfeed import render_json_feed

    with open_store(Settings.from_env()) as database:
        found = [database.get_digest(when) for when in database.list_days()[:days]]
    digests = [digest for digest in found if digest is not None]
    if not digests:
        raise UsageError("no digest in the store; make one with `kawaraban digest SOURCE...`")
    render = render_atom if format is FeedFormat.ATOM else render_json_feed
    sys.stdout.buffer.write(render(digests[0], digests[1:], url=url).encode())


@app.command()
def check(
    day: Day = "",
    list_name: ListName = "",
    lists: ListsFile = None,
    online: Annotated[
        bool, typer.Option("--online", help="Also open the address of each article.")
    ] = False,
) -> None:
    """Check the mail of a digest as it would go out; exit code 1 with a list of what is wrong.

    Without --list every list of the file is checked; where there is no file, a mail to no list.
    """
    from kawaraban.newsletter.links import unreachable
    from kawaraban.newsletter.mailing import check as check_job

    n_problems = 0
    settings, when = Settings.from_env(), parse_day(day)
    with open_store(settings) as database:
        for job in _jobs(database, settings, list_name, lists, when):
            problems = check_job(job)
            if online:
                problems += unreachable(job.press.digest, settings=settings)
            n_problems += len(problems)
            print_json(
                {
                    "list": job.mailing.list_name,
                    "day": when.isoformat(),
                    "ok": not problems,
                    "problems": [{"check": p.check, "found": p.found} for p in problems],
                }
            )
    if n_problems:
        raise typer.Exit(1)


@app.command()
def send(
    list_name: ListName,
    day: Day = "",
    lists: ListsFile = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print who would get what; send nothing.")
    ] = False,
) -> None:
    """Send the mail of a day to a list, each reader once, however often this is run.

    Example: kawaraban newsletter send --list desk --day 2026-11-26

    Exit code 1 while letters wait or their fate is unknown; `newsletter outbox` names them.
    Addresses refused on an earlier day are counted, not tried.
    """
    from kawaraban.newsletter.mailing import count_withheld, counts_record, is_complete, preview
    from kawaraban.newsletter.mailing import send as send_job

    settings, when = Settings.from_env(), parse_day(day)
    with open_store(settings) as database, progress_bars() as progress:
        (job,) = _jobs(database, settings, list_name, lists, when)
        if dry_run:
            for record in preview(database, job):
                print_json(record)
            return
        # Asked to end, it finishes the letters whose last line is written: none becomes unknown.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        counts = send_job(
            database,
            job,
            settings=settings,
            progress=lambda settled, total: progress("letters", settled, total),
        )
        withheld = count_withheld(database, job.mailing)
    print_json(counts_record(job.mailing, counts))
    if counts["unknown"]:
        tell(
            f"{counts['unknown']} letters may or may not have been taken; they are not sent again "
            "by themselves: see `kawaraban newsletter resolve --help`"
        )
    if withheld:
        tell(
            f"{withheld} addresses refused on an earlier day were not tried again; to try them: "
            f"`kawaraban newsletter resolve --list {list_name} --day {when} --bounced`, then send"
        )
    if not is_complete(counts):
        raise typer.Exit(1)


@app.command()
def outbox(
    list_name: ListName,
    day: Day = "",
    state: Annotated[list[str] | None, typer.Option("--state", help="Only these.")] = None,
) -> None:
    """Show the letters of a mailing with their state and the server's last answer."""
    from kawaraban.newsletter.mailing import letter_record
    from kawaraban.store import Mailing

    with open_store(Settings.from_env()) as database:
        for letter in database.letters(Mailing(list_name, parse_day(day))):
            if not state or letter.state in state:
                print_json(letter_record(letter))


@app.command()
def resolve(
    list_name: ListName,
    day: Day = "",
    log: Annotated[
        Path | None,
        typer.Option("--log", help="Lines of the mail server's log about letters it has taken."),
    ] = None,
    resend: Annotated[
        bool, typer.Option("--resend", help="Without a log: let all of them go out again.")
    ] = False,
    bounced: Annotated[
        bool, typer.Option("--bounced", help="Let refused and withheld letters go out.")
    ] = False,
) -> None:
    """Decide about letters of which nobody knows whether the server took them.

    With --log those whose Message-ID stands in it count as sent and the others wait again for
    `newsletter send`. Give it only lines that say a letter was taken.
    """
    from kawaraban.newsletter.mailing import counts_record, queue_bounced
    from kawaraban.newsletter.mailing import resolve as resolve_unknown
    from kawaraban.run import read_lines
    from kawaraban.store import Mailing

    if (log is not None) + resend + bounced != 1:
        raise UsageError("expected one of --log FILE, --resend and --bounced")
    mailing = Mailing(list_name, parse_day(day))
    with open_store(Settings.from_env()) as database:
        if bounced:
            counts = queue_bounced(database, mailing)
        else:
            text = None if log is None else "\n".join(read_lines(log))
            counts = resolve_unknown(database, mailing, accepted_log=text)
    print_json(counts_record(mailing, counts))


@app.command()
def unsubscribe(
    address: Annotated[str, typer.Argument(help="Whose mail stops.")],
    list_name: ListName,
    undo: Annotated[bool, typer.Option("--undo", help="Take the address back in.")] = False,
) -> None:
    """Take a reader who asked for it off a list, or back in; effective at once."""
    from kawaraban.newsletter.unsubscribe import SECRET, token_for

    with open_store(Settings.from_env()) as database:
        if undo:
            done = database.come_back(list_name, address.lower())
        else:
            token = token_for(database.secret(SECRET), list_name, address)
            done = database.leave(token, by="operator", now=datetime.now(UTC)) is not None
    if not done:
        raise UsageError(f"that address is not known to list {list_name!r}; check both")
    print_json({"list": list_name, "subscribed": undo})


def _jobs(
    store: Store, settings: Settings, list_name: str, lists: Path | None, day: date
) -> Iterator[Job]:
    from kawaraban.newsletter.mailing import prepare
    from kawaraban.newsletter.recipients import NO_LIST

    for item in _lists(settings, list_name, lists):
        if item is NO_LIST and not settings.newsletter_url:
            settings = replace(settings, newsletter_url="https://kawaraban.invalid")
        yield prepare(store, item, day=day, settings=settings)


def _lists(settings: Settings, name: str, named: Path | None) -> tuple[MailingList, ...]:
    from kawaraban.newsletter.mailing import lists_file
    from kawaraban.newsletter.recipients import NO_LIST, load_lists, pick_list

    file = lists_file(settings, named)
    if not (name or named or settings.lists or file.exists()):
        return (NO_LIST,)
    lists = load_lists(file)
    return (pick_list(lists, name),) if name else lists
