"""Runs made by a Prefect server: the deployment is started by name over its HTTP API.

    runs = PrefectRuns("http://127.0.0.1:4200/api")
    runs.start(["https://news.example/feed.xml"], day=day, watch_words=[])

The service knows the API, not the library: `prefect` is imported by the flows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import httpx

from kawaraban.errors import UsageError
from service.batching import Overloaded
from service.runs import RunState, Status

DEPLOYMENT = "daily-digest/daily"
_TIMEOUT_S = 10.0
_STATUS: dict[str, Status] = {"COMPLETED": "done", "FAILED": "failed", "CRASHED": "failed"}
_STATUS |= {"CANCELLED": "failed", "CANCELLING": "failed"}


class PrefectRuns:
    """Runs of the scheduled flow's deployment."""

    def __init__(self, api_url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(
            base_url=api_url.rstrip("/") + "/", timeout=_TIMEOUT_S, transport=transport
        )

    def start(self, sources: Sequence[str], *, day: date, watch_words: Sequence[str]) -> RunState:
        if watch_words:
            raise UsageError(
                "watch_words: found some; expected none for a run by Prefect; set "
                "KAWARABAN_WATCH_WORDS for its workers"
            )
        deployment = self._ask("GET", f"deployments/name/{DEPLOYMENT}")
        if deployment is None:
            raise UsageError(
                f"found no deployment {DEPLOYMENT!r} on the Prefect server; expected the one of "
                "`kawaraban flows deploy`; make it first"
            )
        parameters: dict[str, Any] = {"day": day.isoformat()}
        if sources:
            parameters["sources"] = list(sources)
        made = self._ask(
            "POST", f"deployments/{deployment['id']}/create_flow_run", {"parameters": parameters}
        )
        return _state(made or {}, day=day)

    def find(self, run_id: str) -> RunState | None:
        found = self._ask("GET", f"flow_runs/{run_id}")
        return None if found is None else _state(found)

    def close(self) -> None:
        self._client.close()

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any] | None:
        """The answer's object; None for one that is not there."""
        try:
            answer = self._client.request(method, path, json=body)
            if answer.status_code in (404, 422):
                return None
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Overloaded(
                f"the Prefect server did not answer ({type(error).__name__}); check it, then try "
                "again",
                retry_after_s=10,
            ) from error
        return found


def _state(found: dict[str, Any], *, day: date | None = None) -> RunState:
    kind = str(found.get("state_type") or "SCHEDULED")
    started = found.get("start_time") or found.get("created")
    given = (found.get("parameters") or {}).get("day")
    return RunState(
        str(found.get("id", "")),
        _STATUS.get(kind, "running"),
        _moment(started) or datetime.now(UTC),
        _moment(found.get("end_time")),
        stage=kind.lower(),
        day=day or (date.fromisoformat(given) if given else None),
        message=str((found.get("state") or {}).get("message") or ""),
    )


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")) if text else None
