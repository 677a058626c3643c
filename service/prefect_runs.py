"""Runs made by a Prefect server: the deployment is started by name over its HTTP API.

    runs = PrefectRuns("http://127.0.0.1:4200/api", store)
    runs.start(["https://news.example/feed.xml"], day=day, watch_words=["半導体"])

The service knows the API, not the library: `prefect` is imported by the flows alone. How far the
flow is and what it counted it notes in the store that the service shares with the workers, under
the id of its flow run; also that it is lost, which Prefect does not notice by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import httpx

from kawaraban.errors import UsageError
from kawaraban.store import Run, Store
from kawaraban.store.runs import RunStatus
from service.batching import Overloaded
from service.errors import NotFound
from service.runs import check_ended

DEPLOYMENT = "daily-digest/daily"
_TIMEOUT_S = 10.0
_STATUS: dict[str, RunStatus] = {"COMPLETED": "done", "FAILED": "failed", "CRASHED": "failed"}
_STATUS |= {"CANCELLED": "failed", "CANCELLING": "failed"}


class PrefectRuns:
    """Runs of the scheduled flow's deployment."""

    poll_s = 1.0

    def __init__(
        self, api_url: str, store: Store, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._store = store
        self._client = httpx.Client(
            base_url=api_url.rstrip("/") + "/", timeout=_TIMEOUT_S, transport=transport
        )

    def start(self, sources: Sequence[str], *, day: date, watch_words: Sequence[str]) -> Run:
        deployment = self._ask("GET", f"deployments/name/{DEPLOYMENT}")
        if deployment is None:
            raise UsageError(
                f"found no deployment {DEPLOYMENT!r} on the Prefect server; expected the one of "
                "`kawaraban flows deploy`; make it first"
            )
        parameters: dict[str, Any] = {"day": day.isoformat()}
        if sources:
            parameters["sources"] = list(sources)
        if watch_words:
            parameters["watch_words"] = list(watch_words)
        return self._create(deployment["id"], parameters)

    def again(self, run_id: str) -> Run:
        found, run = self._ask("GET", f"flow_runs/{run_id}"), self.find(run_id)
        if found is None or run is None:
            raise NotFound(f"no run {run_id!r}; runs are started by POST /v1/runs")
        check_ended(run)
        return self._create(found["deployment_id"], found["parameters"])

    def find(self, run_id: str) -> Run | None:
        found, noted = self._ask("GET", f"flow_runs/{run_id}"), self._store.find_run(run_id)
        return noted if found is None else _run(found, noted=noted)

    def close(self) -> None:
        self._client.close()

    def _create(self, deployment_id: str, parameters: dict[str, Any]) -> Run:
        path = f"deployments/{deployment_id}/create_flow_run"
        made = self._ask("POST", path, {"parameters": parameters})
        if made is None:
            raise UsageError(
                "the Prefect server refused the run: its deployment is gone, or another release "
                "made it; make it again with `kawaraban flows deploy`"
            )
        return _run(made, noted=None)

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any] | None:
        """The answer's object; None for one that is not there or cannot be."""
        try:
            answer = self._client.request(method, path, json=body)
            if answer.status_code in (404, 409, 422):
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


def _run(found: dict[str, Any], *, noted: Run | None) -> Run:
    """A flow run, with what the flow noted of itself."""
    kind = str(found.get("state_type") or "SCHEDULED")
    given = (found.get("parameters") or {}).get("day")
    run = Run(
        str(found.get("id", "")),
        _moment(found.get("start_time") or found.get("created")) or datetime.now(UTC),
        "",
        _STATUS.get(kind, "running"),
        _moment(found.get("end_time")),
        message=str((found.get("state") or {}).get("message") or ""),
        stage=kind.lower(),
        day=date.fromisoformat(given) if given else None,
    )
    if noted is None:
        return run
    lost = run.status == "running" and noted.status == "failed"
    return replace(
        noted if lost else run,
        stage=noted.stage or run.stage,
        done=noted.done,
        total=noted.total,
        counters=noted.counters,
        day=run.day or noted.day,
    )


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")) if text else None
