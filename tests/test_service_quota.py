"""Characters a month: a key's limit at every door, and DeepL's usage."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import deepl
import pytest
from service_fixtures import make_client, run_server

from kawaraban.store import Store
from service.errors import QuotaExceeded
from service.quota import UNLIMITED, Meter

JA = "日銀は29日、利上げを決めた。"
PAGE = f"日銀、利上げを決定\n\n{JA}利上げは1年ぶりとなる。円は対ドルで上昇した。株価は下落した。\n"
DOORS: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("/v1/translate", {"texts": [JA]}, 429),
    ("/v1/summarize", {"text": PAGE}, 429),
    ("/translate", {"q": JA, "source": "ja", "target": "en"}, 429),
    ("/v2/translate", {"text": [JA], "target_lang": "EN-US"}, 456),
)


def test_deepl_client_when_the_limit_of_its_key_is_reached_then_raises_as_with_deepl(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    with run_server(tiny_translation_model, tmp_path, service_keys="always") as (url, store):
        _, token = store.create_key("desk", character_limit=2 * len(JA))
        _, unlimited = store.create_key("newsroom")
        with (
            closing(deepl.DeepLClient(token, server_url=url)) as client,
            closing(deepl.DeepLClient(unlimited, server_url=url)) as other,
        ):
            assert client.get_usage().character.limit == 2 * len(JA)
            client.translate_text([JA, JA], target_lang="EN-US")
            usage = client.get_usage()
            assert usage.character.count == 2 * len(JA)
            assert usage.any_limit_reached
            with pytest.raises(deepl.QuotaExceededException):
                client.translate_text("円", target_lang="EN-US")
            assert client.get_usage().character.count == 2 * len(JA)
            other.translate_text(JA, target_lang="EN-US")
            found = other.get_usage().character
            assert (found.count, found.limit) == (len(JA), UNLIMITED)


@pytest.mark.parametrize(("path", "body", "status"), DOORS)
def test_key_when_its_characters_are_used_up_then_no_door_translates(
    tiny_translation_model: Path, tmp_path: Path, path: str, body: dict[str, Any], status: int
) -> None:
    with make_client(tiny_translation_model, tmp_path, service_keys="always") as client:
        key, token = client.app.state.context.store.create_key("desk", character_limit=20)
        scheme = "DeepL-Auth-Key" if path == "/v2/translate" else "Bearer"
        headers = {"authorization": f"{scheme} {token}"}
        body = body | ({"api_key": token} if path == "/translate" else {})
        assert client.post(path, json=body, headers=headers).status_code == 200
        refused = client.post(path, json=body, headers=headers)
        assert refused.status_code == status, refused.text
        assert int(refused.headers["retry-after"]) <= 31 * 24 * 3600
        context = client.app.state.context
        assert context.meter.usage(key)[0] >= len(JA)


def test_meter_when_the_work_fails_then_it_is_not_counted(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}") as store:
        now = datetime(2026, 12, 31, 23, 59, 50, tzinfo=UTC)
        meter = Meter(store, now=lambda: now)
        key, _ = store.create_key("desk", character_limit=100)
        for holder in (None, key):
            with pytest.raises(ZeroDivisionError), meter.charge(holder, 60):
                raise ZeroDivisionError
            with meter.charge(holder, 60):
                pass
            assert meter.usage(holder)[0] == 60
        with pytest.raises(QuotaExceeded, match="expected at most 100") as caught:
            meter.charge(key, 41).__enter__()
        assert caught.value.retry_after_s == 11
        now = datetime(2027, 1, 1, tzinfo=UTC)
        assert meter.usage(key) == (0, 100)
        with meter.charge(key, 41):
            pass
        assert meter.usage(key) == (41, 100)
