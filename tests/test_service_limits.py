"""Keys, bounds, clients who go away, runs and their events, logs without content."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from service_fixtures import make_client, run_server, shared_stages

from kawaraban.errors import UsageError
from kawaraban.settings import Settings
from kawaraban.types import Translation
from service.batching import Overloaded
from service.logs import JsonFormatter
from service.prefect_runs import PrefectRuns

TEXT = (
    "日銀、利上げを決定\n\n日銀は29日の金融政策決定会合で、政策金利の引き上げを決めた。"
    "利上げは1年ぶりとなる。日銀の総裁は記者会見で利上げの理由を説明した。\n"
)


class GatedTranslator:
    """Waits at a gate, so that a test decides when a translation is done."""

    model = "gated@1"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.n_translated = 0

    def translate(self, sentences: Sequence[str]) -> list[Translation]:
        self.entered.set()
        assert self.gate.wait(30)
        self.n_translated += len(sentences)
        return [Translation(ja, "Done.", -0.1, self.model) for ja in sentences]


@pytest.fixture
def gated(
    tiny_translation_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, GatedTranslator]]:
    """A real server whose translator waits; three requests at most, and a small queue."""
    translator = GatedTranslator()
    loaded = shared_stages(tiny_translation_model)
    stages = replace(loaded, translator=translator, with_glossary=None)
    settings = {"service_max_concurrent": 3, "service_max_queue_tokens": 100}
    with run_server(tiny_translation_model, tmp_path, stages=stages, **settings) as (url, _):
        yield url, translator
        translator.gate.set()


def yen(n: int) -> list[str]:
    """Sentences of eight estimated tokens each, all different."""
    return [f"円は{i}円下落した。" for i in range(10, 10 + n)]


def send(url: str, path: str, body: object) -> http.client.HTTPConnection:
    """Sends a request and does not wait for its answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    data = json.dumps(body).encode()
    connection.request("POST", path, data, {"content-type": "application/json"})
    return connection


def ask(url: str, path: str, body: object) -> tuple[int, dict[str, str], Any]:
    connection = send(url, path, body)
    answer = connection.getresponse()
    found = json.loads(answer.read())
    connection.close()
    return answer.status, dict(answer.headers), found


def wait_until(url: str, line: str) -> None:
    """Until a line is in the metrics."""
    pause = threading.Event()
    for _ in range(600):
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        if line in text.splitlines():
            return
        pause.wait(0.02)
    raise AssertionError(f"no {line!r} in {text}")


def test_service_when_too_many_ask_at_once_then_the_others_are_told_when_to_come_back(
    gated: tuple[str, GatedTranslator],
) -> None:
    url, translator = gated
    with ThreadPoolExecutor(3) as pool:
        body = {"texts": ["円。"]}
        waiting = [pool.submit(ask, url, "/v1/translate", body) for _ in range(3)]
        wait_until(url, "kawaraban_requests_in_flight 4.0")
        for path, status in (("/v1/translate", 503), ("/translate", 429), ("/v2/translate", 429)):
            found = ask(url, path, body)
            assert found[0] == status
            assert int(found[1]["retry-after"]) >= 1
        assert http_get(url, "/healthz") == 200
        translator.gate.set()
        assert [future.result(30)[0] for future in waiting] == [200, 200, 200]


def test_service_when_the_queue_is_full_then_refuses_and_a_large_request_never_fits(
    gated: tuple[str, GatedTranslator],
) -> None:
    url, translator = gated
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, url, "/v1/translate", {"texts": ["円。"]})
        assert translator.entered.wait(10), first.result(1)
        second = pool.submit(ask, url, "/v1/translate", {"texts": yen(12)})
        wait_until(url, "kawaraban_queued_tokens 96.0")
        found = ask(url, "/v1/translate", {"texts": ["日銀は利上げを見送った。"]})
        assert (found[0], found[2]["type"]) == (503, "urn:kawaraban:error:overloaded")
        assert ask(url, "/v1/translate", {"texts": yen(80)})[0] == 413
        translator.gate.set()
        assert (first.result(30)[0], second.result(30)[0]) == (200, 200)


def test_service_when_a_client_goes_away_then_its_work_is_dropped(
    gated: tuple[str, GatedTranslator],
) -> None:
    url, translator = gated
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, url, "/v1/translate", {"texts": ["円。"]})
        assert translator.entered.wait(10), first.result(1)
        gone = send(url, "/v1/translate", {"texts": yen(10)})
        wait_until(url, "kawaraban_queued_tokens 80.0")
        gone.sock.shutdown(socket.SHUT_RDWR)
        gone.close()
        wait_until(url, "kawaraban_queued_tokens 0.0")
        wait_until(url, 'kawaraban_requests_total{operation="translate",status="499"} 1.0')
        translator.gate.set()
        assert first.result(30)[0] == 200
    assert translator.n_translated == 1


def http_get(url: str, path: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_service_when_a_body_is_too_large_then_it_is_not_read(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    with make_client(tiny_translation_model, tmp_path, service_max_body_bytes=1000) as client:
        large = json.dumps({"texts": ["x" * 2000]})
        for headers in ({}, {"transfer-encoding": "chunked"}):
            content = large if not headers else iter([large[:500].encode(), large[500:].encode()])
            answer = client.post(
                "/v1/translate",
                content=content,
                headers={"content-type": "application/json", **headers},
            )
            assert answer.status_code == 413
            assert answer.json()["type"] == "urn:kawaraban:error:too-large"
        assert client.post("/v1/translate", json={"texts": ["OK"]}).status_code == 200


# host to listen on, service_keys → whether keys are asked for
BINDS = (
    ("127.0.0.1", "auto", False),
    ("::1", "auto", False),
    ("localhost", "auto", False),
    ("127.0.0.1", "always", True),
    ("0.0.0.0", "auto", True),
    ("::", "auto", True),
    ("192.168.1.5", "auto", True),
    ("news.internal", "auto", True),
    ("", "auto", True),
)


@pytest.mark.parametrize(("host", "keys", "required"), BINDS)
def test_service_when_it_listens_beyond_this_machine_then_keys_are_required(
    tiny_translation_model: Path, tmp_path: Path, host: str, keys: str, required: bool
) -> None:
    settings = {"service_host": host, "service_keys": keys}
    with make_client(tiny_translation_model, tmp_path, **settings) as client:
        store = client.app.state.context.store
        _, token = store.create_key("test")
        body = {"texts": ["OK"]}
        status = client.post("/v1/translate", json=body).status_code
        assert status == (401 if required else 200)
        for headers in ({"authorization": f"Bearer {token}"}, {"x-api-key": token}):
            assert client.post("/v1/translate", json=body, headers=headers).status_code == 200
        assert client.get("/healthz").status_code == 200
        if required:
            refused = client.get("/metrics", headers={"x-api-key": "kw_wrong"})
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert client.post("/v2/translate", json={}).status_code == 403


def test_key_when_revoked_then_is_refused_within_seconds(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    with make_client(tiny_translation_model, tmp_path, service_keys="always") as client:
        context = client.app.state.context
        now = 0.0
        context.clock = lambda: now
        key, token = context.store.create_key("test")
        headers = {"x-api-key": token}
        assert client.get("/v1/digests", headers=headers).status_code == 200
        context.store.revoke_key(key.id)
        assert client.get("/v1/digests", headers=headers).status_code == 200
        now = 11.0
        assert client.get("/v1/digests", headers=headers).status_code == 401


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
        client.app.state.context.runs._states.clear()  # as after a restart
        assert client.get(place).json()["status"] == "done"


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


def prefect(request: httpx.Request) -> httpx.Response:
    """A Prefect server as its API documents it."""
    path = request.url.path
    run = {"id": "run-1", "created": "2026-11-26T00:00:00Z", "parameters": {"day": "2026-11-26"}}
    if path == "/api/deployments/name/daily-digest/daily":
        return httpx.Response(200, json={"id": "dep-1"})
    if path == "/api/deployments/dep-1/create_flow_run":
        body = json.loads(request.content)
        assert body == {"parameters": {"day": "2026-11-26", "sources": ["https://a.example/"]}}
        return httpx.Response(201, json=run | {"state_type": "SCHEDULED"})
    if path == "/api/flow_runs/run-1":
        ended = {"state_type": "COMPLETED", "end_time": "2026-11-26T00:05:00Z"}
        return httpx.Response(200, json=run | ended)
    return httpx.Response(404, json={"detail": "not found"})


def test_prefect_runs_when_a_server_is_set_then_the_deployment_is_started_by_name() -> None:
    runs = PrefectRuns("http://prefect/api", transport=httpx.MockTransport(prefect))
    day = date(2026, 11, 26)
    started = runs.start(["https://a.example/"], day=day, watch_words=[])
    assert (started.id, started.status, started.day) == ("run-1", "running", day)
    found = runs.find("run-1")
    assert found is not None
    assert (found.status, found.day) == ("done", day)
    assert runs.find("run-2") is None
    with pytest.raises(UsageError, match="watch_words"):
        runs.start([], day=day, watch_words=["日銀"])
    runs.close()


def test_prefect_runs_when_the_server_is_away_then_says_when_to_try_again() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    runs = PrefectRuns("http://prefect/api", transport=httpx.MockTransport(away))
    with pytest.raises(Overloaded, match="Prefect server did not answer"):
        runs.find("run-1")
    missing = PrefectRuns(
        "http://prefect/api", transport=httpx.MockTransport(lambda request: httpx.Response(404))
    )
    with pytest.raises(UsageError, match="flows deploy"):
        missing.start([], day=date(2026, 11, 26), watch_words=[])
    runs.close()
    missing.close()


def test_settings_when_prefect_sets_its_api_then_runs_go_there() -> None:
    environ = {"PREFECT_API_URL": "http://127.0.0.1:4200/api"}
    assert Settings.from_env(environ).prefect_api_url == "http://127.0.0.1:4200/api"
    assert Settings.from_env({}).prefect_api_url == ""


def test_logs_when_requests_are_answered_then_hold_no_content(
    tiny_translation_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="kawaraban.service")
    secret = "極秘の買収計画"
    with make_client(tiny_translation_model, tmp_path, service_keys="always") as client:
        _, token = client.app.state.context.store.create_key("test")
        headers = {"x-api-key": token, "x-request-id": "abc-1"}
        client.post("/v1/translate", json={"texts": [secret]}, headers=headers)
        client.post("/v1/summarize", json={"text": secret, "x": secret}, headers=headers)
        client.get("/v1/search", params={"q": secret}, headers=headers)
        client.post("/v1/translate", json={"texts": [secret]}, headers={"x-request-id": "a\r\nb"})
        client.app.state.context.shelf = None  # a fault of the program itself
        broken = client.get("/v1/glossaries", headers=headers)
        assert (broken.status_code, broken.json()["title"]) == (500, "Internal Server Error")
    lines = [JsonFormatter().format(record) for record in caplog.records]
    entries = [json.loads(line) for line in lines]
    assert [e["operation"] for e in entries if e["event"] == "request"][:2] == [
        "translate",
        "summarize",
    ]
    assert entries[0]["request_id"] == "abc-1"
    assert "error" in [entry["event"] for entry in entries]
    assert not any(secret in line or token in line or "testclient" in line for line in lines)
