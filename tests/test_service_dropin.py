"""The official DeepL client and a LibreTranslate client, unchanged, against a running server."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import deepl
import pytest
from deepl.api_data import MultilingualGlossaryDictionaryEntries
from libretranslatepy import LibreTranslateAPI
from service_fixtures import run_server

from kawaraban.store import Store

JA = "日銀は29日、利上げを決めた。"


@pytest.fixture(scope="module")
def url(tiny_translation_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_server(tiny_translation_model, tmp_path_factory.mktemp("home")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def keyed(
    tiny_translation_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Store]]:
    home = tmp_path_factory.mktemp("keyed")
    with run_server(tiny_translation_model, home, service_keys="always") as served:
        yield served


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[deepl.DeepLClient]:
    with closing(deepl.DeepLClient("any", server_url=url)) as client:
        yield client


def post(url: str, body: object, *, kind: str = "application/json") -> tuple[int, Any]:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"content-type": kind})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_deepl_client_when_one_text_is_sent_then_english_comes_back(
    client: deepl.DeepLClient,
) -> None:
    found = client.translate_text(JA, target_lang="EN-US")
    assert "BOJ" in found.text and "29" in found.text
    assert found.detected_source_lang == "JA"
    assert found.billed_characters == len(JA)


def test_deepl_client_when_many_texts_are_sent_then_order_and_language_are_kept(
    client: deepl.DeepLClient,
) -> None:
    texts = [f"円は{i}円下落した。" for i in range(49)] + ["The yen fell."]
    found = client.translate_text(texts, target_lang="EN-GB", model_type="latency_optimized")
    assert [str(i) in f.text for i, f in enumerate(found[:49])] == [True] * 49
    assert (found[49].text, found[49].detected_source_lang) == ("The yen fell.", "EN")
    assert found[0].model_type_used == "latency_optimized"
    with pytest.raises(deepl.DeepLException, match="at most 50"):
        client.translate_text(["円"] * 51, target_lang="EN-US")


def test_deepl_client_when_tags_are_handled_then_they_come_back(client: deepl.DeepLClient) -> None:
    page = '<p lang="ja">日銀は<b>利上げ</b>を決めた。</p><p translate="no">政府</p>'
    found = client.translate_text(page, target_lang="EN-US", tag_handling="html").text
    assert found.startswith('<p lang="ja">') and "<b>" in found
    assert '<p translate="no">政府</p>' in found and "利上げ" not in found
    xml = "<doc><x>政府</x><par>日銀は<k>利上げ</k>を決めた。</par></doc>"
    found = client.translate_text(
        xml,
        target_lang="EN-US",
        tag_handling="xml",
        ignore_tags=["x"],
        split_sentences="nonewlines",
    ).text
    assert found.startswith("<doc><x>政府</x><par>") and found.count("<k>") == 1
    with pytest.raises(deepl.DeepLException, match="Tag handling parsing failed"):
        client.translate_text(
            "<a>円", target_lang="EN-US", tag_handling="xml", tag_handling_version="v2"
        )


UNSUPPORTED = (
    ({"target_lang": "DE"}, "Value for 'target_lang' not supported"),
    ({"target_lang": "EN-US", "source_lang": "ZH"}, "Value for 'source_lang' not supported"),
    ({"target_lang": "EN-US", "formality": "more"}, "Value for 'formality' not supported"),
    ({"target_lang": "EN-US", "style_rule": "x"}, "Value for 'style_id' not supported"),
    ({"target_lang": "EN-US", "source_lang": "JA", "glossary": "none"}, "Not found"),
    ({"target_lang": "EN-US", "tag_handling": "rtf"}, "Value for 'tag_handling' not supported"),
)


@pytest.mark.parametrize(("options", "message"), UNSUPPORTED)
def test_deepl_client_when_something_is_unsupported_then_raises_as_with_deepl(
    client: deepl.DeepLClient, options: dict[str, str], message: str
) -> None:
    with pytest.raises(deepl.DeepLException, match=message):
        client.translate_text(JA, **options)


def test_deepl_client_when_it_asks_around_then_languages_and_usage_are_known(
    client: deepl.DeepLClient,
) -> None:
    assert [lang.code for lang in client.get_source_languages()] == ["JA"]
    assert [lang.code for lang in client.get_target_languages()] == ["EN-GB", "EN-US"]
    pairs = [(p.source_lang, p.target_lang) for p in client.get_glossary_languages()]
    assert pairs == [("ja", "en")]
    before = client.get_usage().character
    client.translate_text(JA, target_lang="EN-US")
    after = client.get_usage().character
    assert after.count - before.count == len(JA)
    assert not after.limit_reached


def test_deepl_client_when_a_v2_glossary_is_made_then_it_is_obeyed_listed_and_deleted(
    client: deepl.DeepLClient,
) -> None:
    made = client.create_glossary("companies", "JA", "EN", {"山田製薬": "Yamada Pharma"})
    assert (made.name, made.ready, made.entry_count) == ("companies", True, 1)
    assert client.get_glossary(made.glossary_id).creation_time == made.creation_time
    assert client.get_glossary_entries(made) == {"山田製薬": "Yamada Pharma"}
    assert made.glossary_id in [g.glossary_id for g in client.list_glossaries()]
    client.translate_text(
        "山田製薬は発表した。", source_lang="JA", target_lang="EN-US", glossary=made
    )
    client.delete_glossary(made)
    with pytest.raises(deepl.GlossaryNotFoundException):
        client.get_glossary(made.glossary_id)
    with pytest.raises(deepl.DeepLException, match="Unsupported glossary"):
        client.create_glossary("x", "EN", "DE", {"a": "b"})


def test_deepl_client_when_a_v3_glossary_is_made_then_it_can_be_changed(
    client: deepl.DeepLClient,
) -> None:
    def entries(terms: dict[str, str]) -> MultilingualGlossaryDictionaryEntries:
        return MultilingualGlossaryDictionaryEntries("JA", "EN", terms)

    made = client.create_multilingual_glossary("one", [entries({"甲": "A", "乙": "B"})])
    assert made.dictionaries[0].entry_count == 2
    assert client.update_multilingual_glossary_name(made, "two").name == "two"
    client.update_multilingual_glossary_dictionary(made, entries({"乙": "Bee", "丙": "C"}))
    found = client.get_multilingual_glossary_entries(made, "JA", "EN").dictionaries[0].entries
    assert found == "甲\tA\n乙\tBee\n丙\tC\n"
    replaced = client.replace_multilingual_glossary_dictionary(made, entries({"丁": "D"}))
    assert replaced.entry_count == 1
    client.delete_multilingual_glossary_dictionary(made, source_lang="ja", target_lang="en")
    assert client.get_multilingual_glossary(made.glossary_id).dictionaries == []
    assert made.glossary_id in [g.glossary_id for g in client.list_multilingual_glossaries()]
    client.delete_multilingual_glossary(made)
    with pytest.raises(deepl.GlossaryNotFoundException):
        client.get_multilingual_glossary(made.glossary_id)


def test_deepl_client_when_the_service_has_keys_then_a_valid_one_is_needed(
    keyed: tuple[str, Store],
) -> None:
    url, store = keyed
    _, token = store.create_key("deepl")
    with (
        closing(deepl.DeepLClient("wrong", server_url=url)) as wrong,
        pytest.raises(deepl.AuthorizationException),
    ):
        wrong.translate_text(JA, target_lang="EN-US")
    with closing(deepl.DeepLClient(token, server_url=url)) as right:
        assert "BOJ" in right.translate_text(JA, target_lang="EN-US").text


def test_deepl_form_when_sent_as_curl_does_then_is_understood(url: str) -> None:
    form = urllib.parse.urlencode(
        [
            ("text", JA),
            ("text", "円は下落した。"),
            ("target_lang", "en-us"),
            ("split_sentences", "0"),
        ]
    )
    status, found = post(f"{url}/v2/translate", form, kind="application/x-www-form-urlencoded")
    assert (status, len(found["translations"])) == (200, 2)
    assert "billed_characters" not in found["translations"][0]


def test_libretranslate_client_when_it_is_used_then_everything_works(url: str) -> None:
    client = LibreTranslateAPI(url)
    assert "BOJ" in client.translate(JA, "ja", "en")
    assert client.translate("Hello", "en", "en") == "Hello"
    assert client.detect(JA) == [{"confidence": 100.0, "language": "ja"}]
    assert client.detect("Hello") == [{"confidence": 50.0, "language": "en"}]
    assert {lang["code"]: lang["targets"] for lang in client.languages()} == {
        "ja": ["en", "ja"],
        "en": ["en"],
    }


def test_libretranslate_client_when_the_service_has_keys_then_answers_as_theirs(
    keyed: tuple[str, Store],
) -> None:
    url, store = keyed
    _, token = store.create_key("libre")
    assert "BOJ" in LibreTranslateAPI(url, token).translate(JA, "ja", "en")
    for key, status in ((None, 400), ("wrong", 403)):
        with pytest.raises(urllib.error.HTTPError) as refused:
            LibreTranslateAPI(url, key).translate(JA, "ja", "en")
        with refused.value as error:
            assert error.code == status
            assert "API key" in json.load(io.TextIOWrapper(error))["error"]


LIBRE = (
    ({"q": [JA, "円。"], "source": "ja", "target": "en"}, 200, ["translatedText"]),
    ({"q": JA, "source": "auto", "target": "en"}, 200, ["detectedLanguage", "translatedText"]),
    (
        {"q": JA, "source": "ja", "target": "en", "alternatives": 2, "format": "text"},
        200,
        ["alternatives", "translatedText"],
    ),
    ({"q": f"<p>{JA}</p>", "source": "ja", "target": "en", "format": "html"}, 200, None),
    ({"source": "ja", "target": "en"}, 400, "Invalid request: missing q parameter"),
    ({"q": JA, "target": "en"}, 400, "Invalid request: missing source parameter"),
    ({"q": JA, "source": "ja"}, 400, "Invalid request: missing target parameter"),
    ({"q": JA, "source": "fr", "target": "en"}, 400, "fr is not supported"),
    ({"q": JA, "source": "ja", "target": "de"}, 400, "de is not supported"),
    (
        {"q": "Hi", "source": "en", "target": "ja"},
        400,
        "Japanese (ja) is not available as a target language from English (en)",
    ),
    (
        {"q": JA, "source": "ja", "target": "en", "format": "rtf"},
        400,
        "rtf format is not supported",
    ),
    (
        {"q": JA, "source": "ja", "target": "en", "alternatives": "x"},
        400,
        "Invalid request: alternatives parameter is not a number",
    ),
)


@pytest.mark.parametrize(("body", "status", "expected"), LIBRE)
def test_libretranslate_when_asked_then_answers_with_its_codes_and_bodies(
    url: str, body: dict[str, Any], status: int, expected: object
) -> None:
    found = post(f"{url}/translate", body)
    assert found[0] == status, found
    if status != 200:
        assert found[1] == {"error": expected}
    elif isinstance(expected, list):
        assert sorted(found[1]) == expected
        if isinstance(body["q"], list):
            assert len(found[1]["translatedText"]) == len(body["q"])
    else:
        assert found[1]["translatedText"].startswith("<p>")


def test_libretranslate_when_its_page_asks_then_settings_health_and_refusals_are_theirs(
    url: str,
) -> None:
    with urllib.request.urlopen(f"{url}/frontend/settings", timeout=60) as answer:
        assert json.load(answer)["language"]["source"] == {"code": "ja", "name": "Japanese"}
    with urllib.request.urlopen(f"{url}/health", timeout=60) as answer:
        assert json.load(answer) == {"status": "ok"}
    assert post(f"{url}/suggest", {})[0] == 403
    assert post(f"{url}/translate", "{", kind="application/json") == (
        400,
        {"error": "Invalid JSON format"},
    )
