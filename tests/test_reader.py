"""The reader over HTTP: pages, forms, hostile text, and that looking changes nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from fastapi.testclient import TestClient
from lxml import html as lxml_html
from reader_fixtures import HOSTILE_DAY, fill, review
from sample_digest import BANK, DAY, PLANT, sample_digest
from service_fixtures import LOCAL, make_client

from kawaraban.store import HUMAN, Store
from kawaraban.translation.glossary import Entry, Glossary
from kawaraban.translation.memory import MemoryTranslator
from kawaraban.types import Flag, FlagKind
from service.web.sheets import corrected
from service.web.terms import holds_term
from service.web.wording import EXPLANATIONS, marked

HOUR = timedelta(hours=1)
STORY = f"/days/{DAY}/stories/story-plant"
ARTICLE = f"/articles/{PLANT.id}"
PAGES = [  # path, what must be on the page
    ("/", "Hokuto Semicon to build"),
    (f"/days/{DAY}", "北斗セミコン、宮城に1.2兆円の半導体工場"),
    ("/days", "November 2026"),
    (STORY, "New chip plant in Ohira"),
    (f"/days/{DAY}/stories/3", "An earthquake struck"),
    (f"{ARTICLE}?day={DAY}", "新工場では、データセンターや自動車に使う"),
    (ARTICLE, "Drop report of this page"),
    ("/search?q=半導体", "北斗セミコン、宮城に"),
    ("/search?q=Takamatsu", "高松"),
    ("/search?q=nowhere-to-be-found", "Nothing found"),
    ("/search", "Type words"),
    ("/glossary", "New term"),
    ("/glossary?q=日銀", "the Bank of Japan"),
    ("/words", "半導体"),
]
MISSING = [  # path, status
    ("/days/2020-01-01", 404),
    ("/days/tomorrow", 404),
    (f"/days/{DAY}/stories/99", 404),
    ("/articles/none", 404),
    ("/static/../app.py", 404),
    ("/static/pages.py", 404),
    ("/search?q=" + "x" * 201, 422),
]
SAME = {"Sec-Fetch-Site": "same-origin"}
FORM_SENDERS = [  # headers, whether a form is obeyed
    (SAME, True),
    ({"Origin": LOCAL}, True),
    ({}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "same-site", "Origin": LOCAL}, False),
    ({"Sec-Fetch-Site": "none"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": "http://evil.example"}, False),
    ({"Origin": "http://127.0.0.1:8000.evil.example"}, False),
]


@pytest.fixture
def client(tiny_translation_model: Path, tmp_path: Path) -> Iterator[TestClient]:
    with make_client(tiny_translation_model, tmp_path, watch_words=("半導体",)) as client:
        fill(store_of(client))
        client.follow_redirects = False
        yield client


def store_of(client: TestClient) -> Store:
    store: Store = client.app.state.context.store  # type: ignore[attr-defined]
    return store


def page(client: TestClient, path: str) -> lxml_html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return lxml_html.document_fromstring(answer.content)


@pytest.mark.parametrize(("path", "expected"), PAGES)
def test_page_when_asked_for_then_it_shows_and_is_guarded(
    client: TestClient, path: str, expected: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert expected in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    found = lxml_html.document_fromstring(answer.content)
    assert found.xpath("//style | //script[not(@src)] | //@style | //@onclick") == []
    assert all(re.match(r"/static/\w", src) for src in found.xpath("//script/@src | //link/@href"))
    assert len(found.xpath("//h1")) == 1 and found.xpath("//html/@lang") == ["en"]
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("path", "status"), MISSING)
def test_page_when_it_is_not_there_then_the_answer_is_a_page(
    client: TestClient, path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "traceback" not in answer.text.lower()
    if not path.startswith("/static/.."):
        assert answer.headers["content-type"].startswith("text/html")
        assert "Content-Security-Policy" in answer.headers


def test_reader_when_there_is_no_digest_then_it_says_what_to_type(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    with make_client(tiny_translation_model, tmp_path) as client:
        assert "kawaraban digest" in client.get("/").text
        assert "kawaraban digest" in client.get("/days").text
        for path in ("/search?q=日銀", "/glossary", "/words"):
            assert client.get(path).status_code == 200


def test_sentence_when_flagged_then_reason_explanation_and_figures_stand_with_it(
    client: TestClient,
) -> None:
    found = page(client, STORY)
    (pair,) = found.xpath("//li[contains(@class, 'pair')][.//*[contains(text(), 'plans to em')]]")
    text = " ".join(pair.text_content().split())
    assert "1800人 (1800) became “180”" in text
    assert EXPLANATIONS["number"] in text
    rows = [" ".join(row.text_content().split()) for row in pair.xpath(".//tbody/tr")]
    assert len(rows) == 3 and "differs in the English" in rows[0]


def test_flags_when_there_is_a_new_kind_then_it_is_explained() -> None:
    assert set(EXPLANATIONS) == set(get_args(FlagKind))


def test_every_link_when_followed_inside_then_there_is_a_page(client: TestClient) -> None:
    seen: set[str] = set()
    for path in ("/", STORY, "/days", "/search?q=半導体", "/words"):
        for href in page(client, path).xpath("//main//a/@href"):
            target, _, anchor = href.partition("#")
            if href.startswith(("http://", "https://")) or (target, anchor) in seen:
                continue
            seen.add((target, anchor))  # type: ignore[arg-type]
            there = page(client, target or path)
            assert not anchor or there.xpath(f"//*[@id='{anchor}']"), href
    assert len(seen) > 10


def test_links_when_they_lead_out_then_only_over_http_and_without_opener(
    client: TestClient,
) -> None:
    for path in ("/", f"/days/{HOSTILE_DAY}", STORY, f"/days/{HOSTILE_DAY}/stories/1"):
        for link in page(client, path).xpath("//a[not(starts-with(@href, '/'))]"):
            href = link.get("href")
            assert href.startswith(("https://", "http://", "#")), href
            assert href.startswith("#") or link.get("rel") == "noopener noreferrer"


@pytest.mark.parametrize(
    "path",
    [f"/days/{HOSTILE_DAY}", f"/days/{HOSTILE_DAY}/stories/1", "/articles/hostile-0"],
)
@pytest.mark.parametrize("reviewed", [False, True])
def test_text_when_hostile_then_it_is_only_text(
    client: TestClient, path: str, reviewed: bool
) -> None:
    if reviewed:
        review(store_of(client))
    answer = client.get(path)
    assert ("taken back by" in answer.text) is reviewed
    found = lxml_html.document_fromstring(answer.content)
    assert found.xpath("//script[not(starts-with(@src, '/static/reader.js'))] | //img") == []
    assert not [name for name in found.xpath("//@*") if name.attrname.startswith("on")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", answer.text)
    assert "<script>alert(1)</script>" in found.xpath("string(//main)")
    assert not found.xpath("//a[contains(@href, 'javascript') or contains(@href, 'evil')]")


def test_search_when_the_query_is_hostile_then_it_is_only_text(client: TestClient) -> None:
    query = "\"><script>alert(1)</script>\u202e\r\nX-Injected: 1 ' OR 1=1 --"
    answer = client.get("/search", params={"q": query})
    found = lxml_html.document_fromstring(answer.content)
    assert answer.status_code == 200 and "x-injected" not in answer.headers
    assert len(found.xpath("//script")) == 1 and "\u202e" not in answer.text


def correct(client: TestClient, en: str, headers: dict[str, str] = SAME, **form: str):  # type: ignore[no-untyped-def]
    found = page(client, STORY)
    (chosen,) = found.xpath("//li[@id='s1-3']//form[.//textarea]")
    data = {**dict(chosen.form_values()), "en": en, **form}
    return client.post(chosen.get("action"), data=data, headers=headers)


def test_correction_when_sent_then_it_is_shown_and_remembered(client: TestClient) -> None:
    english = "It plans to hire about 1,800 people, <60%> of them from Tohoku."
    answer = correct(client, english + "\r\n")
    assert answer.status_code == 303 and answer.headers["location"] == f"{STORY}#s1-3"
    for path in ("/", STORY, ARTICLE):
        text = page(client, path).text_content()
        assert english in text and "Corrected by a reviewer" in text
    ja = "雇用は約1800人を予定し、このうち6割を東北6県から採用する。"
    context = client.app.state.context  # type: ignore[attr-defined]
    (made,) = MemoryTranslator(context.stages.translator, context.store).translate([ja])
    assert (made.en, made.model) == (english, HUMAN)


def test_correction_when_undone_then_the_machine_stands_again_also_in_the_memory(
    client: TestClient,
) -> None:
    machine = "It plans to employ about 180 people, with 60% hired from the Tohoku region."
    ja = "雇用は約1800人を予定し、このうち6割を東北6県から採用する。"
    store, basic = store_of(client), base64.b64encode(b"Mariko:").decode()
    named = {**SAME, "Authorization": f"Basic {basic}"}
    correct(client, "It plans to hire 1,800.", headers=named)
    correct(client, "It plans to hire 1,800 people.")
    assert store.find_translations([ja], model="any")[ja].en == "It plans to hire 1,800 people."
    for expected in ("It plans to hire 1,800.", machine):
        found = page(client, STORY)
        (form,) = found.xpath("//form[contains(@action, '/undo')]")
        data = dict(form.form_values())
        for _ in range(2):  # a second click of the same button takes nothing more back
            answer = client.post(form.get("action"), data=data, headers=SAME)
            assert answer.headers["location"] == f"{STORY}#s1-3"
        (shown,) = page(client, STORY).xpath("//li[@id='s1-3']/p[@lang='en' or @class='en']")
        assert shown.text_content().replace("✗", "") == expected
    assert ja not in store.find_translations([ja], model="any")
    (pair,) = page(client, STORY).xpath("//li[@id='s1-3']")
    history = " ".join(pair.xpath(".//ol[@class='past']")[0].text_content().split())
    assert re.search(
        r"Mariko wrote: It plans to hire 1,800\. .* Before:\s?It plans to employ", history
    )
    assert history.count("took back") == 2 and "Tokyo" in pair.xpath("string(.//summary)")
    assert not pair.xpath(".//form[contains(@action, '/undo')]")
    again = [dict(form.form_values()) for form in pair.xpath(".//ol[@class='past']//form")]
    assert [form["en"] for form in again] == [
        "It plans to hire 1,800 people.",
        "It plans to hire 1,800.",
    ]
    action = pair.xpath(".//ol[@class='past']//form/@action")[0]
    client.post(action, data=again[0], headers=SAME)
    assert store.find_translations([ja], model="any")[ja].en == again[0]["en"]


def test_correction_when_undone_then_digests_made_meanwhile_lose_it_too(
    client: TestClient,
) -> None:
    (story, *_), day = sample_digest().stories, date(2026, 11, 28)
    known, unknown = story.entries[0].title, story.entries[0].sentences[0].translation
    store = store_of(client)
    store.save_translations([known], model="m@1")
    for translation in (known, unknown):
        store.save_correction(translation.ja, "By hand.")
    made = corrected(replace(sample_digest(), day=day), store)
    store.save_digest(made)
    assert client.get(f"/days/{day}").text.count("By hand.") > 2
    for translation in (known, unknown):
        store.undo_correction(translation.ja)
    (article, *_) = page(client, f"/days/{day}").xpath("//article")
    assert article.xpath("string(.//h2)") == known.en
    (pair, *_) = article.xpath(".//li[contains(@class, 'pair')]")
    assert "No translation" in pair.text_content() and "(none)" in pair.text_content()


@pytest.mark.parametrize(
    ("form", "status"), [({}, 422), ({"n_seen": "0"}, 422), ({"n_seen": "1"}, 303)]
)
def test_undo_when_nothing_stands_then_nothing_happens(
    client: TestClient, form: dict[str, str], status: int
) -> None:
    path = f"{ARTICLE}/corrections/title/undo"
    assert client.post(path, data=form, headers=SAME).status_code == status
    assert client.post(path, data=form).status_code == 403
    assert client.get(path).status_code == 405
    assert store_of(client).find_corrections([PLANT.title]) == {}


def test_correction_when_its_figure_differs_then_it_is_marked_like_the_machine(
    client: TestClient,
) -> None:
    for english, doubted in (
        ("It plans to hire 8,100 people, 60%, in 6 prefectures.", True),
        ("It plans to hire 1,800 people, 60%, in 6 prefectures.", False),
    ):
        correct(client, english)
        (pair,) = page(client, STORY).xpath("//li[@id='s1-3']")
        text = pair.text_content()
        assert ("8,100" in text and "to check" in text) is doubted
        assert ("3 figures agree" in text) is not doubted


def test_day_when_made_again_then_each_version_can_be_read(client: TestClient) -> None:
    store, newest = store_of(client), sample_digest()
    older = replace(newest, stories=newest.stories[1:], created_at=newest.created_at - HOUR)
    older = replace(older, brief=())
    key = store.save_digest(older)
    day = page(client, f"/days/{DAY}")
    links = day.xpath("//details[contains(@class, 'versions')]//a")
    times = [link.text_content() for link in links]
    assert times == ["26 November, 05:45", "26 November, 04:45"]
    assert [link.get("aria-current") for link in links] == ["true", None]
    assert "2 versions" in client.get("/days").text
    there = page(client, links[1].get("href"))
    assert "older version" in there.text_content() and len(there.xpath("//article")) == 2
    assert page(client, f"/days/{DAY}?version={key}").xpath("//article[2]/@id") == ["story-2"]
    for href in there.xpath("//article//a[starts-with(@href, '/')]/@href"):
        assert f"version={key[:12]}" in href
        within = page(client, href.partition("#")[0])
        (up,) = within.xpath("//a[@data-up]/@href")
        assert up.startswith(f"/days/{DAY}?version={key[:12]}")
        form = within.xpath("//form[.//textarea]")[0]
        back = form.fields["back"]
        answer = client.post(form.get("action"), data={"en": "x", "back": back}, headers=SAME)
        assert answer.headers["location"] == back == href.partition("#")[0]
    assert client.get(f"/days/{DAY}?version=0000").status_code == 404
    assert client.get(f"/days/{DAY}?version=nothing").status_code == 422


def test_headline_when_its_english_is_suspect_then_the_japanese_stands_there(
    client: TestClient,
) -> None:
    (story, *others) = sample_digest().stories
    (entry, *more) = story.entries
    bad = replace(entry.title, en="Chips chips chips", flags=(Flag("repetition", "chips"),))
    stories = (replace(story, entries=(replace(entry, title=bad), *more)), *others)
    store_of(client).save_digest(replace(sample_digest(), stories=stories, day=date(2026, 11, 28)))
    found = page(client, "/days/2026-11-28")
    assert found.xpath("string((//article//h2)[1])") == bad.ja
    assert bad.ja in found.xpath("string(//nav[@class='contents']//li[1])")
    assert "not reliable: Chips chips chips" in found.xpath("string(//article)")
    assert "headline not translated" not in found.text_content()


def test_run_when_made_after_a_correction_and_a_watch_word_then_the_digest_has_both(
    client: TestClient, tmp_path: Path
) -> None:
    from kawaraban.run import run_digest
    from service.batching import Ticket

    dump = tmp_path / "dump.txt"
    dump.write_text("\n\n".join((PLANT.title, PLANT.text)), encoding="utf-8")
    context = client.app.state.context  # type: ignore[attr-defined]

    def run(day: date) -> str:
        stages = context.request_stages(Ticket())
        settings, store = context.settings, context.store
        run_digest([str(dump)], settings=settings, store=store, day=day, stages=stages)
        return client.get(f"/days/{day}").text

    assert "watch: 宮城" not in run(date(2026, 11, 27))
    (hit, *_) = store_of(client).search("宮城県大衡村")
    shown = page(client, f"/articles/{hit.article_id}?day=2026-11-27")
    (form,) = shown.xpath("//h1/following::form[1][contains(@action, '/corrections/title')]")
    client.post(form.get("action"), data={"en": "Chips from Miyagi"}, headers=SAME)
    client.post("/words", data={"word": "宮城"}, headers=SAME)
    text = run(date(2026, 11, 28))
    assert "Chips from Miyagi" in text and "watch: " in text and "宮城" in text
    newest = store_of(client).get_digest(date(2026, 11, 28))
    assert newest is not None and newest.stories[0].entries[0].title.model == HUMAN
    assert "watch: 宮城" in newest.stories[0].reasons


@pytest.mark.parametrize(("headers", "obeyed"), FORM_SENDERS)
def test_form_when_another_site_sends_it_then_it_is_refused(
    client: TestClient, headers: dict[str, str], obeyed: bool
) -> None:
    answer = correct(client, "New English.", headers=headers)
    assert answer.status_code == (303 if obeyed else 403)
    assert ("New English." in client.get(STORY).text) is obeyed
    for path in ("/words", "/glossary", f"{ARTICLE}/translation"):
        data = {"word": "円", "ja": "円", "en": "the yen"}
        status = client.post(path, data=data, headers=headers).status_code
        assert status == (303 if obeyed else 403)


@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/days/x\r\nX-A: 1"]
)
def test_correction_when_it_names_a_way_back_elsewhere_then_it_leads_to_the_article(
    client: TestClient, back: str
) -> None:
    answer = correct(client, "New English.", back=back, anchor="x\r\nX-A: 1")
    assert answer.headers["location"] == ARTICLE and "x-a" not in answer.headers


@pytest.mark.parametrize("place", ["title", "point-0", "0-4"])
def test_correction_when_the_place_is_there_then_it_is_taken(
    client: TestClient, place: str
) -> None:
    path = f"{ARTICLE}/corrections/{place}"
    assert client.post(path, data={"en": "English"}, headers=SAME).status_code == 303


@pytest.mark.parametrize("place", ["title2", "point-9", "4-4", "0-99999", "4-2", "-1"])
def test_correction_when_the_place_is_not_there_then_nothing_is_kept(
    client: TestClient, place: str
) -> None:
    path = f"{ARTICLE}/corrections/{place}"
    assert client.post(path, data={"en": "English"}, headers=SAME).status_code == 404


def test_correction_when_it_is_empty_then_it_is_refused(client: TestClient) -> None:
    assert correct(client, " \u202e\r\n ").status_code == 422


def test_article_when_the_rest_is_translated_then_every_sentence_has_english(
    client: TestClient,
) -> None:
    assert "Not translated yet" in client.get(ARTICLE).text
    answer = client.post(f"{ARTICLE}/translation", data={"back": ARTICLE}, headers=SAME)
    assert answer.status_code == 303
    text = client.get(ARTICLE).text
    assert "Not translated yet" not in text and "Translate the rest" not in text
    assert "It plans to employ about" in text.replace("</span>", "")


def test_glossary_when_a_term_is_saved_then_its_effect_is_shown(client: TestClient) -> None:
    term = {
        "ja": "日本銀行",
        "en": "Japan's central bank",
        "also": "BOJ | the BOJ",
        "strict": "true",
    }
    tried = client.post("/glossary", data={**term, "action": "try"}, headers=SAME)
    assert "only tried" in tried.text and "高松市で講演し" in tried.text
    assert "None yet." in client.get("/glossary").text
    saved = client.post("/glossary", data={**term, "action": "save"}, headers=SAME)
    assert saved.status_code == 303
    shown = page(client, saved.headers["location"].partition("#")[0])
    (effect,) = shown.xpath("//section[@id='effect']")
    assert "日本銀行 = Japan's central bank" in effect.text_content()
    assert "lacks the term" in effect.text_content() or "has the term" in effect.text_content()
    assert shown.xpath("//ul[contains(@class, 'terms')]//input[@name='en']/@value") == [term["en"]]
    client.post("/glossary", data={**term, "en": "the BoJ"}, headers=SAME)
    assert "the BoJ" in client.get("/glossary").text
    client.post("/glossary", data={"ja": "日本銀行", "action": "remove"}, headers=SAME)
    assert "None yet." in client.get("/glossary").text


@pytest.mark.parametrize(
    "term", [{"ja": "日銀", "en": ""}, {"ja": "#日銀", "en": "x"}, {"ja": "a", "en": "x"},
             {"ja": "ja", "en": "x"}, {"ja": "", "en": "x"}]
)  # fmt: skip
def test_glossary_when_a_term_cannot_be_used_then_it_says_why_and_stays_readable(
    client: TestClient, term: dict[str, str]
) -> None:
    assert client.post("/glossary", data=term, headers=SAME).status_code == 422
    assert client.get("/glossary").status_code == 200


@pytest.mark.parametrize(
    ("ja", "held"),
    [("日銀の支店長会議", True), ("米関税と円高が重荷", False), ("日銀総裁と米国", True)],
)
def test_effect_when_only_a_country_is_found_then_the_sentence_is_no_use_of_the_term(
    ja: str, held: bool
) -> None:
    entry = Entry("日銀", "the BOJ")
    assert holds_term(entry, Glossary([entry]), ja) is held


def test_glossary_when_a_term_holds_markup_then_it_is_only_text(client: TestClient) -> None:
    term = {"ja": "<b>円\t", "en": '"><script>\r\n', "also": "\t|<i>", "kind": "a\tb"}
    answer = client.post("/glossary", data=term, headers=SAME)
    shown = page(client, answer.headers["location"].partition("#")[0])
    assert shown.xpath("//input[@name='en']/@value")[-1] == '"><script>'
    assert len(shown.xpath("//script")) == 1


def test_words_when_changed_then_the_next_run_knows_them(client: TestClient) -> None:
    from kawaraban.watch import read_watch_words

    home = client.app.state.context.settings.home  # type: ignore[attr-defined]
    for word in ("日銀", " 円安 ", "日銀"):
        client.post("/words", data={"word": word}, headers=SAME)
    assert read_watch_words(home) == ("円安", "日銀")
    text = page(client, "/words").text_content()
    assert "BOJ board member Hayakawa" in text and "from the settings" in text
    client.post("/words", data={"word": "円安", "action": "remove"}, headers=SAME)
    assert read_watch_words(home) == ("日銀",)
    assert client.post("/words", data={"word": "  "}, headers=SAME).status_code == 422


def test_get_when_every_page_is_looked_at_then_nothing_has_changed(
    client: TestClient, tmp_path: Path
) -> None:
    client.post("/glossary", data={"ja": "日本銀行", "en": "the BOJ"}, headers=SAME)
    store = store_of(client)
    texts = [PLANT.title, BANK.title, *PLANT.paragraphs]
    model = client.app.state.context.glossed.translator(()).model  # type: ignore[attr-defined]

    def state() -> tuple[object, ...]:
        files = {
            path.relative_to(tmp_path): path.read_bytes()
            for path in tmp_path.rglob("*")
            if path.is_file() and ".db" not in path.name
        }
        return files, store.list_digests(), store.find_translations(texts, model=model)

    before = state()
    for path in [path for path, _ in PAGES] + ["/glossary?ja=日本銀行"]:
        assert client.get(path).status_code == 200
    assert state() == before
    for path in ("/glossary", "/words"):
        assert client.get(path, params={"action": "remove", "ja": "日本銀行"}).status_code == 200
    assert state() == before
    assert client.get(f"{ARTICLE}/corrections/title").status_code == 405


def test_day_when_it_is_not_today_then_the_page_says_so(client: TestClient) -> None:
    from service.web.pages import today

    overrides = client.app.dependency_overrides  # type: ignore[attr-defined]
    overrides[today] = lambda: date(2026, 11, 26)
    assert "no digest of today" not in client.get("/").text
    overrides[today] = lambda: date(2026, 11, 27)
    assert "no digest of today" in client.get("/").text


def test_static_when_asked_for_then_it_may_be_kept(client: TestClient) -> None:
    for address in page(client, "/").xpath("//script/@src | //link/@href"):
        answer = client.get(address)
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
        assert b"http://" not in answer.content.replace(b"http://www.w3.org/2000/svg", b"")


def test_reader_when_keys_are_required_then_the_browser_asks_for_one(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    with make_client(tiny_translation_model, tmp_path, service_keys="always") as client:
        _, token = store_of(client).create_key("analyst")
        refused = client.get("/")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic ")
        for password, status in ((token, 200), ("kw_wrong", 401)):
            basic = base64.b64encode(f"Mariko:{password}".encode()).decode()
            answer = client.get("/", headers={"Authorization": f"Basic {basic}"})
            assert answer.status_code == status
        assert client.get("/", headers={"Authorization": "Basic !!"}).status_code == 401


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("日銀の利上げ", ("利上げ",), [("日銀の", False), ("利上げ", True)]),
        ("a.c abc", ("a.c",), [("a.c", True), (" abc", False)]),
        ("no words", (), [("no words", False)]),
        ("", ("x",), []),
    ],
)
def test_snippet_when_marked_then_the_words_are_told_apart(
    text: str, words: tuple[str, ...], expected: list[tuple[str, bool]]
) -> None:
    assert marked(text, words) == expected
