"""A whole article of the archive, over the API and in the reader: names agree as in a summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html as lxml_html
from sample_digest import BANK
from service_fixtures import make_client

from kawaraban.segmentation import segment
from kawaraban.store import HUMAN
from kawaraban.translation.consistency import agree_in_article
from kawaraban.types import Translation
from service.context import Context
from service.known import known_english

ARTICLE = replace(
    BANK,
    id="boj",
    title="日銀の植田和男総裁が講演",
    paragraphs=(
        "日銀の植田和男総裁は25日に講演した。植田氏は慎重に判断すると述べた。",
        "日銀は政策金利を据え置いた。植田和男総裁は午後に帰京した。",
    ),
    key_points=("日銀は据え置き",),
)
ENGLISH = {  # as the memory has it: sentence by sentence; the last one is not known
    ARTICLE.title: "BOJ Governor Kazuo Ueda gives a speech",
    "日銀は据え置き": "Bank of Japan stands pat",
    "日銀の植田和男総裁は25日に講演した。": "BOJ Governor Kazuo Ueda gave a speech on the 25th.",
    "植田氏は慎重に判断すると述べた。": "Kazuo Ueda said he would decide with care.",
    "日銀は政策金利を据え置いた。": "The Bank of Japan left its policy rate unchanged.",
}


@pytest.fixture
def client(tiny_translation_model: Path, tmp_path: Path) -> Iterator[TestClient]:
    with make_client(tiny_translation_model, tmp_path) as client:
        context = context_of(client)
        context.store.save_articles([ARTICLE], sentences={ARTICLE.id: segment(ARTICLE)})
        model = context.glossed.translator(()).model
        lines = [Translation(ja, en, -0.1, model) for ja, en in ENGLISH.items()]
        context.store.save_translations(lines, model=model)
        yield client


def context_of(client: TestClient) -> Context:
    context = client.app.state.context  # type: ignore[attr-defined]
    assert isinstance(context, Context)
    return context


def answer(client: TestClient) -> list[str | None]:
    found = client.get(f"/v1/articles/{ARTICLE.id}").json()["translations"]
    return [item and item["en"] for item in found]


def page(client: TestClient) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(client.get(f"/articles/{ARTICLE.id}").content)


def test_article_when_its_names_differ_in_the_memory_then_api_and_reader_show_them_agreed(
    client: TestClient,
) -> None:
    context = context_of(client)
    model = context.glossed.translator(()).model
    lines = [Translation(ja, en, -0.1, model) for ja, en in ENGLISH.items()]
    glossary = context.glossed.find(())[1]
    assert glossary is not None
    agreed = agree_in_article(ARTICLE, [lines[0], *lines[2:]], glossary)
    said = [line.en for line in agreed[1:]]
    assert said != [line.en for line in lines[2:]]
    assert said[1] == "Ueda said he would decide with care."
    assert answer(client) == [*said, None]
    shown = page(client)
    pairs = shown.xpath("//ol[@class='pairs paragraph']/li/p[@class='en']")
    assert [pair.text_content() for pair in pairs] == said
    assert shown.xpath("string(//h1)") == agreed[0].en
    assert "surname" in shown.xpath("string(//article)")  # why it reads otherwise


def test_article_when_a_reviewer_wrote_a_sentence_then_it_stays_as_written(
    client: TestClient,
) -> None:
    ja = list(ENGLISH)[3]
    by_hand = "Kazuo Ueda, the governor, will be careful."
    context_of(client).store.save_correction(ja, by_hand, reviewer="Mariko")
    assert answer(client)[1] == by_hand
    assert by_hand in page(client).text_content()


def test_article_when_a_digest_shows_a_sentence_then_it_reads_as_there(client: TestClient) -> None:
    context = context_of(client)
    title, _, _, chosen, _ = ENGLISH
    shown = [Translation(ja, f"As the digest has {ja}", -0.1, "m@1") for ja in (title, chosen)]
    known = known_english(context, ARTICLE, shown)
    assert [known[item.ja] for item in shown] == shown
    assert known.keys() == ENGLISH.keys()


def test_article_when_nothing_is_known_then_nothing_is_made_up(client: TestClient) -> None:
    other = replace(
        ARTICLE, title="霧", paragraphs=("植田和男総裁は霧の中にいた。",), key_points=()
    )
    assert known_english(context_of(client), other) == {}
    assert HUMAN not in {item.model for item in known_english(context_of(client), ARTICLE).values()}
