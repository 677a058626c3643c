"""Keys, bounds, clients who go away, runs and their events, logs without content."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from service_fixtures import make_client, run_server, shared_stages

from kawaraban.settings import Settings
from kawaraban.store import Lease
from kawaraban.types import Translation
from service.logs import JsonFormatter

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


def test_settings_when_prefect_sets_its_api_then_runs_go_there() -> None:
    environ = {"PREFECT_API_URL": "http://127.0.0.1:4200/api"}
    assert Settings.from_env(environ).prefect_api_url == "http://127.0.0.1:4200/api"
    assert Settings.from_env({}).prefect_api_url == ""


def test_followers_when_they_wait_then_take_no_places_of_requests(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    settings = {"service_max_concurrent": 1, "service_max_followers": 2}
    with run_server(tiny_translation_model, tmp_path, **settings) as (url, store):
        lease = Lease(store, store.start_run("abc"))
        place = f"{url}/v1/runs/{lease.run.id}"
        with ExitStack() as stack:
            followers = [
                stack.enter_context(httpx.stream("GET", f"{place}/events", timeout=30))
                for _ in range(2)
            ]
            assert [found.status_code for found in followers] == [200, 200]
            assert httpx.post(f"{url}/v1/translate", json={"texts": ["円。"]}).status_code == 200
            refused = httpx.get(f"{place}/events")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
            lease.finish("done")
            for found in followers:
                assert found.read().decode().strip().split("\n\n")[-1].startswith("event: end")
        assert httpx.get(f"{place}/events").status_code == 200


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
