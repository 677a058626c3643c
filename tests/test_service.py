"""The service's own API over ASGI, with a real translation model of toy size."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sample_digest import sample_digest
from service_fixtures import LOCAL, make_client

TEXT = (
    "日銀、利上げを決定\n\n"
    "日銀は29日の金融政策決定会合で、政策金利の引き上げを決めた。利上げは1年ぶりとなる。\n"
    "日銀の総裁は会合の後の記者会見で「物価の上昇が続いている」と述べ、利上げの理由を説明した。"
    "総裁は今後の利上げについては「経済と物価の情勢による」と話した。\n"
    "日銀の決定を受けて、市場では円が1ドル152円台まで上昇した。株価は日銀の発表の後に下落した。\n"
)


@pytest.fixture(scope="module")
def client(tiny_translation_model: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    with make_client(tiny_translation_model, tmp_path_factory.mktemp("home")) as client:
        yield client


def test_summarize_when_a_text_is_sent_then_both_languages_and_offsets_come_back(
    client: TestClient,
) -> None:
    answer = client.post("/v1/summarize", json={"text": TEXT, "sentences": 2})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    (article,) = found["articles"]
    assert article["title"]["ja"] == "日銀、利上げを決定"
    assert "BOJ" in article["title"]["en"]
    assert len(article["sentences"]) == 2
    body = client.post("/v1/articles", json={"text": TEXT}).json()["articles"][0]
    joined = "\n".join(body["paragraphs"])
    for sentence in article["sentences"]:
        assert joined[sentence["start"] : sentence["end"]] == sentence["ja"]
        assert sentence["en"] and sentence["log_prob"] <= 0 and sentence["salience"] is not None
    assert article["body"] is None
    assert found["models"]["translation"].startswith("tiny-dictionary@")


def test_summarize_when_all_is_wanted_then_every_sentence_is_translated(client: TestClient) -> None:
    answer = client.post(
        "/v1/summarize", json={"text": TEXT, "sentences": 1, "translate": "full", "focus": "株価"}
    )
    (article,) = answer.json()["articles"]
    assert len(article["body"]) == article["n_sentences"] == 6
    chosen = [sentence for sentence in article["body"] if sentence["salience"] is not None]
    assert chosen == article["sentences"]
    assert all(sentence["en"] for sentence in article["body"])


def test_summarize_when_a_page_is_sent_then_its_navigation_is_reported(client: TestClient) -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in TEXT.splitlines()[2:] if line)
    page = (
        "<html><body><nav><a href='/a'>経済</a><a href='/b'>社会</a></nav>"
        f"<article><h1>日銀、利上げを決定</h1>{paragraphs}</article></body></html>"
    )
    answer = client.post("/v1/summarize", json={"html": page, "base_url": "https://news.example/1"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [a["title"]["ja"] for a in found["articles"]] == ["日銀、利上げを決定"]
    assert found["articles"][0]["url"] == "https://news.example/1"
    assert {block["class"] for block in found["dropped"]} >= {"nav"}


# body → why it cannot be done
UNREADABLE = (
    (
        {"text": "Nothing here is Japanese, and there is a lot of it in this text." * 3},
        "not Japanese",
    ),
    ({"text": "\n\n"}, ""),
    ({"url": "http://127.0.0.1:1/x"}, "refused"),
    ({"url": "http://169.254.169.254/latest/meta-data"}, "refused"),
)


@pytest.mark.parametrize(("body", "reason"), UNREADABLE)
def test_summarize_when_nothing_can_be_done_then_says_why(
    client: TestClient, body: dict[str, str], reason: str
) -> None:
    answer = client.post("/v1/summarize", json=body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["articles"] == []
    assert any(reason in item["reason"] for item in found["skipped"])


def test_translate_when_a_list_is_sent_then_a_list_in_the_same_order_comes_back(
    client: TestClient,
) -> None:
    texts = ["日銀は29日、利上げを決めた。", "", "OK", "円は下落した。株価は上昇した。\n東京は雨。"]
    answer = client.post("/v1/translate", json={"texts": texts})
    assert answer.status_code == 200, answer.text
    found = answer.json()["translations"]
    assert [item["ja"] for item in found] == texts
    assert "BOJ" in found[0]["en"] and "29" in found[0]["en"]
    assert (found[1]["en"], found[2]["en"]) == ("", "OK")
    assert [len(item["sentences"]) for item in found] == [1, 0, 0, 3]
    assert found[3]["en"].count("\n") == 1


def test_translate_when_terms_are_given_then_they_are_obeyed(client: TestClient) -> None:
    body = {
        "texts": ["山田製薬は東京で発表した。"],
        "glossary": [{"ja": "山田製薬", "en": "Yamada Pharma"}],
    }
    found = client.post("/v1/translate", json=body).json()["translations"][0]["sentences"][0]
    assert {"ja": "山田製薬", "en": "Yamada Pharma"}.items() <= found["terms"][0].items()
    plain = client.post("/v1/translate", json={"texts": body["texts"]}).json()
    assert "山田製薬" not in [t["ja"] for t in plain["translations"][0]["sentences"][0]["terms"]]


# method, path, body → status, what the detail says
REFUSED = (
    ("POST", "/v1/summarize", {}, 422, "exactly one of text, html and url"),
    ("POST", "/v1/summarize", {"text": "あ", "html": "い"}, 422, "exactly one"),
    ("POST", "/v1/summarize", {"text": "あ", "sentences": 0}, 422, "sentences"),
    ("POST", "/v1/summarize", {"text": "あ", "sentences": "3"}, 422, "sentences"),
    ("POST", "/v1/summarize", {"text": "あ", "colour": 1}, 422, "colour"),
    ("POST", "/v1/summarize", {"text": "\ud800"}, 422, "text"),
    ("POST", "/v1/summarize", [None], 422, "exactly one"),
    ("POST", "/v1/summarize", {"url": "file:///etc/passwd"}, 422, "url"),
    ("POST", "/v1/summarize", {"url": "/etc/passwd"}, 422, "url"),
    ("POST", "/v1/translate", {"texts": []}, 422, "texts"),
    ("POST", "/v1/translate", {"texts": ["あ"] * 1001}, 422, "texts"),
    ("POST", "/v1/translate", {"texts": ["あ"], "glossary": [{"ja": "あ", "en": " "}]}, 422, "en"),
    ("POST", "/v1/runs", {"sources": ["/etc"]}, 422, "sources"),
    ("POST", "/v1/runs", {}, 409, "no sources.yaml"),
    ("GET", "/v1/digests/2026-01-01", None, 404, "no digest"),
    ("GET", "/v1/digests/yesterday", None, 422, "day"),
    ("GET", "/v1/articles/none", None, 404, "no article"),
    ("GET", "/v1/runs/none", None, 404, "no run"),
    ("GET", "/v1/search", None, 422, "q"),
    ("GET", "/v1/search?q=a&limit=1000", None, 422, "limit"),
    ("GET", "/v1/glossaries/none", None, 404, "no glossary"),
    ("GET", "/v1/glossaries/..%2fetc", None, 404, ""),
    ("GET", "/nowhere", None, 404, "Not Found"),
    ("GET", "/v1/translate", None, 405, ""),
)


@pytest.mark.parametrize(("method", "path", "body", "status", "detail"), REFUSED)
def test_request_when_it_cannot_be_obeyed_then_problem_details_say_why(
    client: TestClient, method: str, path: str, body: object, status: int, detail: str
) -> None:
    content = None if body is None else json.dumps(body)
    headers = {"content-type": "application/json", "x-request-id": "probe-1"}
    answer = client.request(method, path, content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "probe-1"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["request_id"] == "probe-1"
    assert problem["type"].startswith("urn:kawaraban:error:")
    assert detail in problem["detail"]


def test_readyz_when_asked_then_a_sentence_was_really_translated(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.text
    assert answer.json()["translation"].startswith("tiny-dictionary@")


def test_metrics_when_read_then_have_no_address_key_or_url(client: TestClient) -> None:
    client.post("/v1/translate", json={"texts": ["日銀は動いた。"]})
    client.get("/v1/articles/secret-id-in-the-url")
    text = client.get("/metrics").text
    assert 'kawaraban_requests_total{operation="translate",status="200"}' in text
    assert "kawaraban_queued_tokens 0.0" in text
    assert not any(word in text for word in ("secret-id", "127.0.0.1", "testclient", "/v1/"))
    assert len([line for line in text.splitlines() if not line.startswith("#")]) < 600


# headers → status, for a service without keys
ORIGINS = (
    ({}, 200),
    ({"host": "localhost:8000"}, 200),
    ({"host": "[::1]:8000"}, 200),
    ({"host": "evil.example"}, 403),
    ({"host": "127.0.0.1.evil.example"}, 403),
    ({"host": "[::1"}, 403),
    ({"origin": LOCAL}, 200),
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "null"}, 403),
)


@pytest.mark.parametrize(("headers", "status"), ORIGINS)
def test_request_when_keys_are_off_then_only_this_machine_is_answered(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/v1/translate", json={"texts": ["OK"]}, headers=headers)
    assert answer.status_code == status, answer.text


def test_glossary_when_replaced_then_is_read_back_and_obeyed_by_default(client: TestClient) -> None:
    terms = [{"ja": "海野電機", "en": "Unno Electric", "also": ["Unno"], "strict": True}]
    made = client.put("/v1/glossaries/default", json={"name": "会社", "terms": terms})
    assert made.status_code == 200, made.text
    assert client.get("/v1/glossaries/default").json() == made.json()
    assert [g["id"] for g in client.get("/v1/glossaries").json()["glossaries"]] == ["default"]
    text = {"texts": ["海野電機は発表した。"]}
    found = client.post("/v1/translate", json=text).json()["translations"][0]
    assert found["sentences"][0]["terms"][0]["en"] == "Unno Electric"
    twice = client.put("/v1/glossaries/default", json={"name": "", "terms": terms * 2})
    assert (twice.status_code, "twice" in twice.json()["detail"]) == (409, True)
    assert client.get("/v1/glossaries/default").json() == made.json()
    assert client.delete("/v1/glossaries/default").status_code == 204
    assert client.get("/v1/glossaries/default").status_code == 404


def test_digest_when_made_again_with_other_content_then_every_version_can_be_read(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    first = sample_digest()
    second = replace(
        first, created_at=first.created_at + timedelta(hours=1), stories=first.stories[:1], brief=()
    )
    with make_client(tiny_translation_model, tmp_path) as client:
        keys = [client.app.state.context.store.save_digest(made) for made in (first, second)]
        place = f"/v1/digests/{first.day.isoformat()}"
        versions = client.get(f"{place}/versions").json()["digests"]
        assert [found["key"] for found in versions] == keys[::-1]
        assert client.get("/v1/digests").json()["digests"] == versions
        assert client.get(place).json()["key"] == keys[1]
        for key, made in zip(keys, (first, second), strict=True):
            found = client.get(place, params={"version": key}).json()
            assert (found["key"], len(found["stories"])) == (key, len(made.stories))
        assert client.get(place, params={"version": "0" * 64}).status_code == 404
        assert client.get("/v1/digests/2020-01-01/versions").status_code == 404
