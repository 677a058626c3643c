"""The newsletter as a Prefect flow: after the digest, each list's mail is rendered, checked, sent.

    morning(["sources.yaml"], lists="sources.yaml")
        →  {"files": {"html": "…", …}, "newsletter": [{"list": "desk", "sent": 12, …}]}

A check that fails, or a mail server that does, stops the mail of that list and nothing else: the
digest is made and kept, the other lists get theirs, and the flow ends as failed so that it is seen.
Running it again sends what is left, to nobody twice: that is kept in the outbox, not in Prefect.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact

from flows import resources
from flows.daily_digest import daily_digest
from kawaraban.errors import ExportError
from kawaraban.newsletter.mailing import counts_record, is_complete, lists_file, prepare, send
from kawaraban.newsletter.recipients import MailingList, load_lists
from kawaraban.run import TOKYO


@task(task_run_name="mail {name}", persist_result=False)
def mail_list(name: str, file: str, day: date) -> dict[str, Any]:
    """Render, check and send to one list; gives the letters by state. Raises what stopped it."""
    (mailing_list,) = (item for item in load_lists(Path(file)) if item.name == name)
    return mail(mailing_list, day)


def mail(mailing_list: MailingList, day: date) -> dict[str, Any]:
    """One list's mail of one day, with the worker's store and settings."""
    store, settings = resources.store(), resources.settings()
    job = prepare(store, mailing_list, day=day, settings=settings)
    return counts_record(job.mailing, send(store, job, settings=settings))


@flow(name="newsletter")
def newsletter(lists: str = "", day: date | None = None) -> list[dict[str, Any]]:
    """Mail the stored digest of `day` (Tokyo; default: today) to every list of the file."""
    day = day or datetime.now(UTC).astimezone(TOKYO).date()
    file = lists_file(resources.settings(), Path(lists) if lists else None)
    states = [
        (item.name, mail_list(item.name, str(file), day, return_state=True))
        for item in load_lists(file)
    ]
    results = [state.result(raise_on_failure=False) for _, state in states]
    records = [result for result in results if isinstance(result, dict)]
    create_table_artifact(records, key=f"newsletter-{day.isoformat()}")
    failed = [
        f"{name}: {result}"
        for (name, _), result in zip(states, results, strict=True)
        if not isinstance(result, dict)
    ]
    failed += [
        f"{record['list']}: letters are left; see `kawaraban newsletter outbox`"
        for record in records
        if not is_complete(record)
    ]
    if failed:
        raise ExportError("; ".join(failed))
    return records


@flow(name="morning")
def morning(sources: list[str], lists: str = "", day: date | None = None) -> dict[str, Any]:
    """The digest, then its mail. What goes wrong with the mail leaves the digest as it is."""
    day = day or datetime.now(UTC).astimezone(TOKYO).date()
    files = daily_digest(sources, day)
    state = newsletter(lists, day, return_state=True)
    sent = state.result(raise_on_failure=False)
    if isinstance(sent, BaseException):
        raise ExportError(f"the digest of {day.isoformat()} is made, its mail is not sent: {sent}")
    return {"files": files, "newsletter": sent}
