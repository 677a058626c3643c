"""Digests on demand: start a run, ask how far it is, or be told as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from kawaraban.errors import UsageError
from kawaraban.run import TOKYO
from service import wire
from service.access import ContextDep
from service.context import Context
from service.errors import Conflict, NotFound
from service.runs import RunState
from service.schemas import answers as out
from service.schemas.requests import ID, RunIn

router = APIRouter(prefix="/v1/runs", tags=["runs"])

_EVENT = {
    "type": "object",
    "properties": {"event": {"enum": ["progress", "end"]}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
RunId = Annotated[str, Path(pattern=ID)]
_POLL_S = 0.25
_KEEP_ALIVE_POLLS = 60  # a comment line every 15 s keeps proxies from closing the stream


@router.post(
    "",
    status_code=202,
    responses={202: {"headers": {"Location": {"schema": {"type": "string"}}}}},
)
def start_run(body: RunIn, context: ContextDep, response: Response) -> out.RunOut:
    """Start making a digest; follow it at the address in `Location`."""
    state = context.runs.start(
        body.sources or _configured(context),
        day=_day(body.day),
        watch_words=body.watch_words,
    )
    response.headers["Location"] = f"/v1/runs/{state.id}"
    return wire.run(state)


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
    state = await run_in_threadpool(_find, context, run_id)
    return StreamingResponse(_events(context, state), media_type="text/event-stream")


async def _events(context: Context, state: RunState) -> AsyncIterator[str]:
    yield _event(state)
    polls = 0
    while state.status == "running":
        await asyncio.sleep(_POLL_S)
        polls += 1
        now = await run_in_threadpool(_find, context, state.id)
        if now != state:
            state = now
            yield _event(state)
        elif polls % _KEEP_ALIVE_POLLS == 0:
            yield ": still running\n\n"


def _event(state: RunState) -> str:
    name = "progress" if state.status == "running" else "end"
    return f"event: {name}\ndata: {wire.run(state).model_dump_json()}\n\n"


def _find(context: Context, run_id: str) -> RunState:
    state = context.runs.find(run_id)
    if state is None:
        raise NotFound(f"no run {run_id!r}; runs are started by POST /v1/runs")
    return state


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
