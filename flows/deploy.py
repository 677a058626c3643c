"""Give the daily digest a schedule on a Prefect server.

    kawaraban flows deploy sources.yaml --cron "0 6 * * *" [--mail sources.yaml]

makes a process work pool (once) and a deployment in it; a worker on this machine, or on several
that share the database, then runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.schedules import Cron

WORK_POOL = "kawaraban"
DEPLOYMENT = "daily"
DIGEST = "flows/daily_digest.py:daily_digest"
MORNING = "flows/newsletter.py:morning"


def deploy(
    sources: Sequence[str], *, cron: str, timezone: str = "Asia/Tokyo", lists: str = ""
) -> str:
    """Create or update the deployment "daily-digest/daily"; returns its id.

    With `lists` it is "morning/daily": the digest, then its mail to the lists of that file.
    Relative paths among `sources` are made absolute: a worker starts in another folder.
    """
    with get_client(sync_client=True) as client, suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type="process"))
    root = Path(__file__).resolve().parent.parent
    loaded = cast(
        Flow[..., Any],
        Flow.from_source(source=str(root), entrypoint=MORNING if lists else DIGEST),
    )
    deployment_id = loaded.deploy(
        name=DEPLOYMENT,
        work_pool_name=WORK_POOL,
        schedules=[Cron(cron, timezone=timezone)],
        parameters={"sources": [_absolute(source) for source in sources]}
        | ({"lists": _absolute(lists)} if lists else {}),
        print_next_steps=False,
        ignore_warnings=True,
    )
    return str(deployment_id)


def _absolute(source: str) -> str:
    return source if "://" in source else str(Path(source).resolve())
