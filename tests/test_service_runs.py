"""Runs: in this process or by Prefect, with progress and events, and after a kill."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from service_fixtures import make_client
from test_store import postgres_url

from kawaraban.errors import UsageError
from kawaraban.store import Store
from service.batching import Overloaded
from service.errors import Conflict
from service.prefect_runs import PrefectRuns

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "examples" / "pages"
DAY = date(2026, 11, 26)
LEASE_S = 4.0
TEXT = (
    "日銀、利上げを決定\n\n日銀は29日の金融政策決定会合で、政策金利の引き上げを決めた。"
    "利上げは1年ぶりとなる。日銀の総裁は記者会見で利上げの理由を説明した。\n"
)


def test_run_when_started_then_its_events_end_with_a_digest_in_the_archive(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "news.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(
        "sources:\n  - name: test\n    path: news.txt\n", encoding="utf-8"
    )
    with make_client(tiny_translation_model, tmp_path) as client:
        started = client.post("/v1/runs", json={"day": "2026-11-26", "watch_words": ["利上げ"]})
        assert started.status_code == 202, started.text
        place = started.headers["location"]
        events = client.get(f"{place}/events")
        assert events.headers["content-type"].startswith("text/event-stream")
        last = events.text.strip().split("\n\n")[-1]
        assert last.startswith("event: end\n")
        state = json.loads(last.partition("data: ")[2])
        assert state["message"] == ""
        assert (state["status"], state["counters"].get("articles")) == ("done", 1), state
        assert client.get(place).json() == state
        assert [d["day"] for d in client.get("/v1/digests").json()["digests"]] == ["2026-11-26"]
        digest = client.get("/v1/digests/2026-11-26").json()
        entry = digest["stories"][0]["entries"][0]
        assert entry["title"]["ja"] == "日銀、利上げを決定"
        article = client.get(f"/v1/articles/{entry['id']}").json()
        assert any(article["translations"])
        for query in ("利上げ", "BOJ"):
            hits = client.get("/v1/search", params={"q": query}).json()["hits"]
            assert [hit["article_id"] for hit in hits] == [entry["id"]]
        assert list((tmp_path / "digests" / "2026-11-26").glob("*.html"))
    with make_client(tiny_translation_model, tmp_path) as client:  # after a restart
        assert client.get(place).json() == state


def test_run_when_it_cannot_be_made_then_says_why(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "sources.yaml").write_text("sources: nonsense\n", encoding="utf-8")
    with make_client(tiny_translation_model, tmp_path) as client:
        place = client.post("/v1/runs", json={}).headers["location"]
        last = client.get(f"{place}/events").text.strip().split("\n\n")[-1]
        state = json.loads(last.partition("data: ")[2])
        assert state["status"] == "failed"
        assert "sources.yaml" in state["message"]


@contextmanager
def slow_source() -> Iterator[tuple[str, threading.Event, threading.Event]]:
    """A page that comes when its gate is opened; the other event says that it was asked for."""
    gate, asked = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            gate.wait(60)
            page = f"<html><body><article><p>{TEXT}</p></article></body></html>".encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/1.html", gate, asked
    gate.set()
    server.shutdown()
    server.server_close()


def ended(client: TestClient, place: str, *, within_s: float = 60) -> dict[str, Any]:
    """The run at its end."""
    deadline = time.monotonic() + within_s
    while (run := client.get(place).json())["status"] == "running":
        assert time.monotonic() < deadline, run
        time.sleep(0.1)
    return run


@contextmanager
def other_service(environ: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`kawaraban serve` in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kawaraban", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ)
    url = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            try:
                if httpx.get(f"{url}/healthz").is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url, process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kawaraban.db'}"
    else:
        yield from postgres_url()


@pytest.mark.timeout(240)
def test_run_when_its_service_is_killed_then_another_tells_it_failed_and_starts_it_again(
    tiny_translation_model: Path, tmp_path: Path, database_url: str
) -> None:
    environ = {
        "KAWARABAN_HOME": str(tmp_path),
        "KAWARABAN_DATABASE_URL": database_url,
        "KAWARABAN_TRANSLATION_MODEL": str(tiny_translation_model),
        "KAWARABAN_FETCH_ALLOW": "127.0.0.1",
        "KAWARABAN_RUN_LEASE_S": str(LEASE_S),
    }
    settings = {"database_url": database_url, "fetch_allow": ("127.0.0.1",)}
    settings |= {"run_lease_s": LEASE_S, "fetch_pause_s": 0.0}
    with slow_source() as (source, gate, _):
        body = {"sources": [source], "day": DAY.isoformat()}
        with other_service(environ) as (url, process):
            started = httpx.post(f"{url}/v1/runs", json=body)
            lost = started.headers["location"]
            process.send_signal(signal.SIGKILL)
            process.wait()
        with make_client(tiny_translation_model, tmp_path, **settings) as client:
            assert client.get(lost).json()["status"] == "running"
            alive = client.post("/v1/runs", json=body).headers["location"]
            run = ended(client, lost)
            assert (run["status"], run["day"]) == ("failed", DAY.isoformat())
            assert "interrupted" in run["message"]
            assert client.get(f"{lost}/events").text.startswith("event: end\n")
            time.sleep(LEASE_S)
            assert client.get(alive).json()["status"] == "running"
            assert client.post(f"{alive}/restart").status_code == 409
            again = client.post(f"{lost}/restart")
            assert again.status_code == 202, again.text
            gate.set()
            for place in (alive, again.headers["location"]):
                run = ended(client, place)
                assert (run["status"], run["counters"]["articles"]) == ("done", 1), run
            assert client.get("/v1/digests").status_code == 200


def test_run_when_too_many_wait_or_the_service_is_stopped_then_is_told_at_once(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    with slow_source() as (source, _, asked):
        with make_client(tiny_translation_model, tmp_path, fetch_allow=("127.0.0.1",)) as client:
            body = {"sources": [source]}
            first = client.post("/v1/runs", json=body)
            assert asked.wait(60)
            # eight may wait while one is made
            *waiting, refused = [client.post("/v1/runs", json=body) for _ in range(9)]
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
            places = [answer.headers["location"] for answer in (first, *waiting)]
        with make_client(tiny_translation_model, tmp_path) as client:
            for place in places:
                run = client.get(place).json()
                assert (run["status"], run["message"]) == (
                    "failed",
                    "interrupted: the service was stopped; start it again",
                )


def test_restart_when_the_run_is_unknown_or_of_the_command_then_says_so(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    with make_client(tiny_translation_model, tmp_path) as client:
        store = client.app.state.context.store
        of_command = store.start_run("abc", day=DAY)
        store.finish_run(of_command.id, status="failed")
        assert client.post("/v1/runs/none/restart").status_code == 404
        answer = client.post(f"/v1/runs/{of_command.id}/restart")
        assert answer.status_code == 409
        assert "was not started here" in answer.json()["detail"]


def prefect_answer(request: httpx.Request) -> httpx.Response:
    """A Prefect server as its API documents it."""
    path = request.url.path
    run = {"id": "run-1", "created": "2026-11-26T00:00:00Z", "parameters": {"day": "2026-11-26"}}
    if path == "/api/deployments/name/daily-digest/daily":
        return httpx.Response(200, json={"id": "dep-1"})
    if path == "/api/deployments/dep-1/create_flow_run":
        body = json.loads(request.content)
        given = {"sources": ["https://a.example/"], "watch_words": ["日銀"]}
        assert body == {"parameters": {"day": "2026-11-26", **given}}
        return httpx.Response(201, json=run | {"state_type": "SCHEDULED"})
    if path == "/api/flow_runs/run-1":
        ended = {"state_type": "COMPLETED", "end_time": "2026-11-26T00:05:00Z"}
        return httpx.Response(200, json=run | ended)
    return httpx.Response(404, json={"detail": "not found"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}", home=tmp_path) as store:
        yield store


def test_prefect_runs_when_a_server_is_set_then_the_deployment_is_started_by_name(
    store: Store,
) -> None:
    runs = PrefectRuns("http://prefect/api", store, transport=httpx.MockTransport(prefect_answer))
    started = runs.start(["https://a.example/"], day=DAY, watch_words=["日銀"])
    assert (started.id, started.status, started.day) == ("run-1", "running", DAY)
    found = runs.find("run-1")
    assert found is not None
    assert (found.status, found.day) == ("done", DAY)
    assert runs.find("run-2") is None
    runs.close()


def test_prefect_runs_when_the_flow_fell_silent_then_is_told_as_failed(store: Store) -> None:
    running = {"id": "run-1", "created": "2026-11-26T00:00:00Z", "state_type": "RUNNING"}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=running))
    runs = PrefectRuns("http://prefect/api", store, transport=transport)
    store.start_run("abc", run_id="run-1", lease_s=60)
    store.renew_run("run-1", lease_s=60, stage="articles", done=20, total=60)
    found = runs.find("run-1")
    assert found is not None
    assert (found.status, found.stage, found.done, found.total) == ("running", "articles", 20, 60)
    with pytest.raises(Conflict, match="is running"):
        runs.again("run-1")
    store.renew_run("run-1", lease_s=-1, stage="articles", done=40, total=60)
    found = runs.find("run-1")
    assert found is not None
    assert (found.status, found.done) == ("failed", 40)
    assert "interrupted" in found.message
    runs.close()


def test_prefect_runs_when_the_server_is_away_or_refuses_then_says_what_to_do(
    store: Store,
) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    def refusing(request: httpx.Request) -> httpx.Response:
        found = request.method == "GET"
        return httpx.Response(200, json={"id": "1"}) if found else httpx.Response(409, json={})

    cases = (
        (away, Overloaded, "Prefect server did not answer"),
        (lambda request: httpx.Response(404), UsageError, "make it first"),
        (refusing, UsageError, "make it again"),
    )
    for answer, error, message in cases:
        runs = PrefectRuns("http://prefect/api", store, transport=httpx.MockTransport(answer))
        with pytest.raises(error, match=message):
            runs.start([], day=DAY, watch_words=[])
        runs.close()


@contextmanager
def worker(environ: dict[str, str]) -> Iterator[None]:
    """Makes what is deployed, until the end."""
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "kawaraban"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.mark.timeout(600)
def test_run_when_a_prefect_server_is_set_then_its_worker_makes_it_and_the_service_follows(
    prefect: dict[str, str], tiny_translation_model: Path, tmp_path: Path
) -> None:
    environ = prefect | {
        "KAWARABAN_HOME": str(tmp_path),
        "KAWARABAN_TRANSLATION_MODEL": str(tiny_translation_model),
        "KAWARABAN_ARTICLES_PER_BATCH": "1",
        "PYTHONPATH": str(ROOT),
    }
    deploy = [sys.executable, "-m", "kawaraban", "flows", "deploy", str(PAGES)]
    subprocess.run(deploy, cwd=tmp_path, env=environ, capture_output=True, check=True)
    server = environ["PREFECT_API_URL"]
    with (
        worker(environ),
        make_client(tiny_translation_model, tmp_path, prefect_api_url=server) as client,
    ):
        body = {"day": "2026-11-26", "watch_words": ["半導体"]}
        started = client.post("/v1/runs", json=body)
        assert (started.status_code, started.json()["status"]) == (202, "running"), started.text
        place = started.headers["location"]
        events = [
            (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
            for name, _, data in (
                part.partition("\n")
                for part in client.get(f"{place}/events").text.strip().split("\n\n")
                if not part.startswith(":")
            )
        ]
        assert [name for name, _ in events[:-1]] == ["progress"] * (len(events) - 1)
        name, run = events[-1]
        assert (name, run["status"]) == ("end", "done"), run
        assert run["stage"] == "articles"
        assert 1 < run["done"] == run["total"] <= run["counters"]["articles"]
        assert client.get(place).json() == run
        digest = client.get("/v1/digests/2026-11-26").json()
        assert digest["settings"]["watch_words"] == "半導体"
        reasons = [reason for story in digest["stories"] for reason in story["reasons"]]
        assert any("半導体" in reason for reason in reasons)
        again = client.post(f"{place}/restart").json()
        assert (again["day"], again["status"]) == ("2026-11-26", "running")
        assert again["id"] != run["id"]
