"""Digests on demand: start a run, ask how far it is, or be told as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from kawaraban.errors import UsageError
from kawaraban.run import TOKYO
from kawaraban.store import Run
from service import wire
from service.access import ContextDep
from service.batching import Overloaded
from service.context import Context
from service.errors import Conflict, NotFound
from service.schemas import answers as out
from service.schemas.requests import ID, RunIn

router = APIRouter(prefix="/v1/runs", tags=["runs"])

_EVENT = {
    "type": "object",
    "properties": {"event": {"enum": ["progress", "end"]}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
RunId = Annotated[str, Path(pattern=ID)]
_KEEP_ALIVE_S = 15.0  # a comment line this often keeps proxies from closing the stream
_STARTED: dict[int | str, dict[str, Any]] = {
    202: {"headers": {"Location": {"schema": {"type": "string"}}}}
}


@router.post("", status_code=202, responses=_STARTED)
def start_run(body: RunIn, context: ContextDep, response: Response) -> out.RunOut:
    """Start making a digest; follow it at the address in `Location`."""
    run = context.runs.start(
        body.sources or _configured(context),
        day=_day(body.day),
        watch_words=body.watch_words,
    )
    return _started(run, response)


@router.post("/{run_id}/restart", status_code=202, responses=_STARTED)
def restart_run(run_id: RunId, context: ContextDep, response: Response) -> out.RunOut:
    """Start a new run from what one that has ended was started from."""
    return _started(context.runs.again(run_id), response)


@router.get("/{run_id}")
def get_run(run_id: RunId, context: ContextDep) -> out.RunOut:
    """How far a run is, or how it ended."""
    return wire.run(_find(context, run_id))


@router.get(
    "/{run_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": _EVENT}}}},
)
async def follow_run(run_id: RunId, context: ContextDep) -> StreamingResponse:
    """Server-sent events: `progress` with each change, then `end`."""
    run = await run_in_threadpool(_find, context, run_id)
    return StreamingResponse(_events(context, run), media_type="text/event-stream")


async def _events(context: Context, run: Run) -> AsyncIterator[str]:
    yield _event(run)
    silent_s = 0.0
    while run.status == "running":
        await asyncio.sleep(context.runs.poll_s)
        silent_s += context.runs.poll_s
        now = await run_in_threadpool(_look, context, run)
        if wire.run(now) != wire.run(run):
            run, silent_s = now, 0.0
            yield _event(run)
        elif silent_s >= _KEEP_ALIVE_S:
            silent_s = 0.0
            yield ": still running\n\n"


def _look(context: Context, run: Run) -> Run:
    """How it is now; as it was, while nobody can say."""
    try:
        return _find(context, run.id)
    except Overloaded:
        return run


def _event(run: Run) -> str:
    name = "progress" if run.status == "running" else "end"
    return f"event: {name}\ndata: {wire.run(run).model_dump_json()}\n\n"


def _started(run: Run, response: Response) -> out.RunOut:
    response.headers["Location"] = f"/v1/runs/{run.id}"
    return wire.run(run)


def _find(context: Context, run_id: str) -> Run:
    run = context.runs.find(run_id)
    if run is None:
        raise NotFound(f"no run {run_id!r}; runs are started by POST /v1/runs")
    return run


def _configured(context: Context) -> list[str]:
    if context.settings.prefect_api_url:
        return []  # the deployment has its own
    path = context.settings.home / "sources.yaml"
    if not path.is_file():
        raise Conflict(
            "sources: found none, and no sources.yaml under KAWARABAN_HOME; name some, or write it"
        )
    return [str(path)]


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).astimezone(TOKYO).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"day: found {text!r}; expected a day of the calendar") from None
