"""Names from the pipeline to every form of the digest and to the service's answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from service_fixtures import LOCAL, shared_stages

from kawaraban.export.html import render_html
from kawaraban.export.markdown import render_markdown
from kawaraban.export.text import render_text
from kawaraban.pipeline import Harvest, Stages, assemble, process_articles
from kawaraban.records import run_record
from kawaraban.settings import Settings
from kawaraban.store import Store
from kawaraban.translation.glossary import Glossary, load_glossary
from kawaraban.translation.memory import MemoryTranslator
from kawaraban.translation.names import name_flags
from kawaraban.translation.term_checks import check_terms
from kawaraban.types import Article, Digest, DigestEntry, Translation
from service.app import create_app

TITLE = "高市首相と北斗社長が会談"
ENGLISH = {
    TITLE: "Takaichi meets president of Hokuto",
    "高市早苗首相は29日、東京都内で北斗の山岡健一氏と会談した。": (
        "Prime Minister Takaichi met Hokuto's Kenichi Yamaoka in Tokyo on the 29th."
    ),
    "高市氏は会談の後、記者団に「投資を歓迎する」と述べた。": (
        'Sanae Takaichi told reporters after the talks, "We welcome the investment."'
    ),
    "山岡氏は宮城県に新しい工場を建設する計画を説明した。": (
        "Yamooka explained a plan to build a new plant in Miyagi Prefecture."
    ),
    "山岡氏によると、日銀の総裁も計画を評価したという。": (
        "According to Santaka, the governor of the BOJ also praised the plan."
    ),
    "日銀は会談について何も述べていないと発表した。": (
        "The Bank of Japan announced that it had said nothing about the talks."
    ),
}
AGREED = [
    "Prime Minister Sanae Takaichi met Hokuto's Kenichi Yamaoka in Tokyo on the 29th.",
    'Takaichi told reporters after the talks, "We welcome the investment."',
    "Yamaoka explained a plan to build a new plant in Miyagi Prefecture.",
    "According to Santaka, the governor of the Bank of Japan also praised the plan.",
    "The Bank of Japan announced that it had said nothing about the talks.",
]
DAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, tzinfo=UTC)


class ScriptedTranslator:
    """Knows the sentences of the article, and checks names as the real one does."""

    model = "scripted@1"

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary

    def translate(self, sentences: Sequence[str]) -> list[Translation]:
        return [self._translation(ja) for ja in sentences]

    def _translation(self, ja: str) -> Translation:
        en, terms = ENGLISH.get(ja, "Rain."), self._glossary.find_terms(ja)
        flags = tuple(name_flags(ja, en, terms))
        return Translation(ja, en, -0.3, self.model, flags, (), check_terms(terms, en))


@pytest.fixture(scope="module")
def stages(tiny_translation_model: Path) -> Stages:
    glossary = load_glossary()
    return replace(
        shared_stages(tiny_translation_model),
        translator=ScriptedTranslator(glossary),
        with_glossary=ScriptedTranslator,
        glossary=glossary,
    )


def digest(stages: Stages) -> Digest:
    body = "".join(ja for ja in ENGLISH if ja != TITLE)
    found = Harvest(1, (Article("a", TITLE, (body,), "s", "l"),))
    entries = process_articles(found.articles, stages, n_sentences=5)
    return assemble(found, entries, stages, day=DAY, now=NOW)


def entry_of(made: Digest) -> DigestEntry:
    return made.stories[0].entries[0]


def test_digest_names_agree_and_the_foot_counts_what_was_done(stages: Stages) -> None:
    made = digest(stages)
    entry = entry_of(made)
    assert entry.title.en == "Sanae Takaichi meets president of Hokuto"
    assert [chosen.translation.en for chosen in entry.sentences] == AGREED
    assert made.coverage.n_terms_changed == 5
    assert made.coverage.n_inconsistent == 1
    assert made.coverage.n_terms_ok <= made.coverage.n_terms
    assert made.settings["name_rules"]
    record = run_record(made, {})
    assert (record["terms_changed"], record["inconsistent"]) == (5, 1)
    assert digest(stages) == made


def test_digest_without_a_glossary_leaves_names_as_translated(stages: Stages) -> None:
    entry = entry_of(digest(replace(stages, glossary=None)))
    assert [c.translation.en for c in entry.sentences] == list(ENGLISH.values())[1:]


def test_memory_holds_the_sentence_as_translated(stages: Stages, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/k.db") as store:
        memory = MemoryTranslator(stages.translator, store)
        first = digest(replace(stages, translator=memory))
        assert digest(replace(stages, translator=memory)) == first
        assert [c.translation.en for c in entry_of(first).sentences] == AGREED
        known = store.find_translations(list(ENGLISH), model=memory.model)
        assert {ja: found.en for ja, found in known.items()} == ENGLISH


@pytest.mark.parametrize("render", [render_html, render_markdown, render_text])
def test_every_form_shows_the_flag_and_the_counts(stages: Stages, render: object) -> None:
    assert callable(render)
    page = " ".join(str(render(digest(stages))).split())
    assert "Not the same:" in page
    assert "Santaka here, Yamaoka elsewhere" in page
    assert "Names made the same" in page
    assert "5 after translation, 1 marked" in page


def test_html_lists_what_stood_there_before(stages: Stages) -> None:
    page = render_html(digest(stages))
    rows = [row for row in page.split("<tr>") if "first mention, in full" in row]
    assert len(rows) == 2  # headline and text
    assert all("Takaichi" in row and "Sanae Takaichi" in row for row in rows)


def test_service_names_agree_by_the_glossary_of_the_request(
    stages: Stages, tiny_translation_model: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, translation_model=str(tiny_translation_model))
    text = f"{TITLE}\n\n" + "".join(ja for ja in ENGLISH if ja != TITLE) + "\n"
    own = {"ja": "日銀", "en": "the BOJ", "also": ["Bank of Japan"]}
    body = {"text": text, "sentences": 1, "translate": "full", "glossary": [own]}
    with Store.open(settings.store_url, home=tmp_path) as store:
        app = create_app(settings, stages=stages, store=store)
        with TestClient(app, base_url=LOCAL) as client:
            answer = client.post("/v1/summarize", json=body)
    assert answer.status_code == 200, answer.text
    (article,) = answer.json()["articles"]
    english = [sentence["en"] for sentence in article["body"]]
    assert english[0] == AGREED[0]
    assert english[2:4] == [AGREED[2], AGREED[3].replace("Bank of Japan", "BOJ")]
    changed = [
        t for sentence in article["body"] for t in sentence["terms"] if t["change"] == "form"
    ]
    assert [(t["ja"], t["en"], t["before"]) for t in changed] == [("日銀", "BOJ", "Bank of Japan")]


def test_reader_tells_what_was_done_to_a_name(
    stages: Stages, tiny_translation_model: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, translation_model=str(tiny_translation_model))
    with Store.open(settings.store_url, home=tmp_path) as store:
        made = digest(stages)
        store.save_articles([entry_of(made).article])
        store.save_digest(made)
        with TestClient(create_app(settings, stages=stages, store=store), base_url=LOCAL) as client:
            page = client.get(f"/days/{DAY.isoformat()}/stories/1").text
    assert "first mention, in full; it was" in page
