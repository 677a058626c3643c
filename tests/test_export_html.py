"""The HTML page: one file, languages named, flags in sight, contrast, anchors with targets."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise

import pytest
from lxml import html as lxml_html
from sample_digest import BANK, PLANT, sample_digest

from kawaraban.export.html import render_html
from kawaraban.export.templating import TEMPLATES

JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
COLOUR_PAIRS = [  # text, ground, least contrast (WCAG 2.2 AA)
    ("--ink", "--paper", 4.5),
    ("--soft", "--paper", 4.5),
    ("--seal", "--paper", 4.5),
    ("--bad", "--paper", 4.5),
    ("--care", "--paper", 4.5),
    ("--ink", "--sheet", 4.5),
    ("--ink", "--mark", 4.5),
    ("--ink", "--care-bg", 4.5),
    ("--soft", "--care-bg", 4.5),
    ("--care", "--care-bg", 4.5),
    ("--bad", "--care-bg", 4.5),
    ("--on-seal", "--seal", 4.5),
]


@pytest.fixture(scope="module")
def page() -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(render_html(sample_digest()).encode())


def test_every_text_stands_in_an_element_of_its_language(page: lxml_html.HtmlElement) -> None:
    wrong = []
    for node in page.xpath("//body//text()[normalize-space()]"):
        near = node.getparent() if node.is_text else node.getparent().getparent()
        language = near.xpath("ancestor-or-self::*[@lang][1]/@lang")[0]
        japanese = JAPANESE.search(node)
        if (japanese or re.search("[a-z]{4}", node)) and language != ("ja" if japanese else "en"):
            wrong.append(str(node))
    assert wrong == []


def test_the_page_needs_nothing_from_elsewhere(page: lxml_html.HtmlElement) -> None:
    assert page.xpath("//script | //link | //img | //iframe | //@src | //@style") == []
    assert not re.search(r"@import|url\(", page.xpath("string(//style)"))


def test_the_policy_names_the_hash_of_the_style_sheet(page: lxml_html.HtmlElement) -> None:
    css = page.xpath("string(//style)")
    expected = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert f"style-src 'sha256-{expected}'" in policy
    assert policy.startswith("default-src 'none'")


def test_ids_are_unique_and_every_anchor_has_its_target(page: lxml_html.HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")}
    assert targets <= set(ids)
    assert {"story-1", "story-2", "story-3"} <= targets


def test_headings_skip_no_level(page: lxml_html.HtmlElement) -> None:
    levels = [int(node.tag[1]) for node in page.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_chosen_sentences_are_marked_in_the_whole_text(page: lxml_html.HtmlElement) -> None:
    first = page.xpath("//article[@id='story-1']")[0]
    source = first.xpath("./details/div[@class='source']")[0]
    shown = ["".join(p.itertext()).strip() for p in source.xpath("./p")]
    assert shown == list(PLANT.paragraphs)
    marks = [mark.text_content() for mark in source.xpath(".//mark")]
    chosen = sample_digest().stories[0].entries[0].sentences
    assert marks == [one.sentence.text for one in chosen]


def test_a_suspect_sentence_stands_in_japanese_first_with_its_reason(
    page: lxml_html.HtmlElement,
) -> None:
    pairs = page.xpath("//li[contains(@class, 'suspect')]")
    assert len(pairs) == 3
    for pair in pairs:
        assert [p.get("class") for p in pair.xpath("./p")] == ["ja", "en"]
        assert "not reliable" in pair.text_content()
        assert pair.xpath("./ul[contains(@class, 'notes')]/li")


def test_every_flag_is_visible_text_without_hovering(page: lxml_html.HtmlElement) -> None:
    reasons = {
        flag.reason
        for story in sample_digest().stories
        for entry in story.entries
        for chosen in entry.sentences
        for flag in chosen.translation.flags
    }
    notes = " ".join(note.text_content() for note in page.xpath("//ul[@class='notes plain']/li"))
    assert {reason for reason in reasons if reason not in notes} == set()


def test_every_figure_of_the_english_carries_its_verdict(page: lxml_html.HtmlElement) -> None:
    first = page.xpath("//article[@id='story-1']/ol")[0]
    figures = [
        (figure.get("class").removeprefix("fig "), figure.text)
        for figure in first.xpath(".//p[@class='en']//span[starts-with(@class, 'fig')]")
    ]
    assert figures == [
        ("ok", "1.2 trillion yen"),
        ("approximate", "about 40%"),
        ("repaired", "480 billion yen"),
        ("wrong", "about 180 people"),
        ("ok", "60%"),
    ]


def test_outlets_copies_coverage_and_drops_are_there(page: lxml_html.HtmlElement) -> None:
    text = " ".join(page.text_content().split())
    for part in (
        *("the same text at 日南通信", "陸奥日報", BANK.title, "16, of which 2 repeated"),
        *("HTTP 503 after 3 attempts", "link_density", "× 2", "kawaraban-ja-en@1.0.0"),
    ):
        assert part in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), COLOUR_PAIRS)
def test_colours_have_the_contrast_of_wcag_aa(
    scheme: str, text: str, ground: str, least: float
) -> None:
    css = (TEMPLATES / "digest.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, flags=re.DOTALL)
    colours = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6})\b", blocks[scheme == "dark"]))
    assert contrast(colours[text], colours[ground]) >= least


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours as WCAG defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
