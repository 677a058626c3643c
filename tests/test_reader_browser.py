"""The reader in a real browser: keyboard, lit sentences, layout, forms, and axe without findings.

Needs Debian's Chromium and, for axe, the file `axe.min.js` of the package axe-core, named by
KAWARABAN_AXE; what is not there is skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reader_fixtures import HOSTILE_DAY, fill, review
from sample_digest import DAY, PLANT
from service_fixtures import run_server

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.timeout(300),
]
STORY = f"/days/{DAY}/stories/story-plant"
SEEN_BY_AXE = [
    *("/", STORY, f"/articles/{PLANT.id}?day={DAY}", "/days", "/search?q=半導体"),
    *("/glossary?q=日銀", "/words", "/days/2020-01-01", f"/days/{HOSTILE_DAY}"),
    *("/search", "/search?q=nowhere", f"/days/{HOSTILE_DAY}/stories/1", "/articles/hostile-0"),
]
SEEN_WHEN_EMPTY = ["/", "/days", "/search", "/search?q=日銀", "/glossary", "/words"]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def url(tiny_translation_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with run_server(tiny_translation_model, home, watch_words=("半導体",)) as (url, store):
        fill(store)
        review(store)
        yield url


@pytest.fixture(scope="module")
def empty_url(
    tiny_translation_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A service whose user has made no digest yet."""
    with run_server(tiny_translation_model, tmp_path_factory.mktemp("empty")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    assert page.complaints == []
    context.close()


def focused(tab: Any) -> str:
    return str(tab.evaluate("document.activeElement.id"))


def ground(tab: Any, selector: str) -> str:
    return str(tab.locator(selector).evaluate("node => getComputedStyle(node).backgroundColor"))


def test_keys_when_pressed_then_they_lead_through_stories_and_sentences(tab: Any, url: str) -> None:
    tab.goto(url)
    seen = []
    for key in ("j", "j", "j", "j", "k"):
        tab.keyboard.press(key)
        seen.append(focused(tab))
    assert seen == ["story-1", "story-2", "story-3", "story-3", "story-2"]
    tab.keyboard.press("k")
    tab.keyboard.press("o")
    tab.wait_for_url(f"**{STORY}")
    tab.keyboard.press("j")
    assert focused(tab) == "s1-1"
    tab.keyboard.press("o")
    assert tab.locator("#s1-1 .tools").get_attribute("open") is not None
    tab.keyboard.press("u")
    tab.wait_for_url(f"**/days/{DAY}#story-1")
    tab.keyboard.press("?")
    assert tab.locator("dialog").is_visible()
    tab.locator("[data-keys]").uncheck()
    tab.keyboard.press("Escape")
    before = focused(tab)
    tab.keyboard.press("j")
    assert focused(tab) == before
    tab.reload()
    tab.keyboard.press("?")
    assert not tab.locator("dialog").is_visible()


def test_keys_when_pressed_in_a_field_then_they_are_letters(tab: Any, url: str) -> None:
    tab.goto(url)
    tab.keyboard.press("/")
    tab.keyboard.type("jok?/")
    assert tab.locator("[data-search]").input_value() == "jok?/"


def test_sentence_when_pointed_at_or_focused_then_the_other_language_lights_up(
    tab: Any, url: str
) -> None:
    tab.goto(url + STORY)
    dark = "rgba(0, 0, 0, 0)"
    assert ground(tab, "#s1-1 > .ja > bdi") == dark
    tab.hover("#s1-1 > .en > bdi")
    assert ground(tab, "#s1-1 > .ja > bdi") not in (dark, "")
    tab.hover("#s1-3 > .ja > bdi")
    assert ground(tab, "#s1-3 > .en > bdi") not in (dark, "")
    assert ground(tab, "#s1-1 > .ja > bdi") == dark
    tab.mouse.move(0, 0)
    tab.locator("#s1-4 .tools summary").focus()
    assert ground(tab, "#s1-4 > .ja > bdi") not in (dark, "")


def test_layout_when_switched_then_it_is_remembered_without_cookies(tab: Any, url: str) -> None:
    tab.goto(url + STORY)

    def beside() -> bool:
        left, right = (tab.locator(f"#s1-1 > {side}").bounding_box() for side in (".en", ".ja"))
        return bool(abs(left["y"] - right["y"]) < 12 and right["x"] > left["x"] + 100)

    assert beside()
    tab.locator("[data-layout]").click()
    assert not beside()
    tab.reload()
    assert not beside()
    tab.keyboard.press("s")
    assert beside()
    assert tab.context.cookies() == []


def test_correction_when_undone_by_the_keyboard_then_the_machine_stands_again(
    tab: Any, url: str
) -> None:
    tab.goto(url + STORY)
    machine = tab.locator("#s1-4 > .en").inner_text().removesuffix(" (By hand.)")
    assert "(By hand.)" in tab.locator("#s1-4 > .en").inner_text()
    assert "Corrected by Mariko" in tab.locator("#s1-4 .hand").inner_text()
    tab.locator("#s1-4").focus()
    tab.keyboard.press("z")
    tab.wait_for_url(f"**{STORY}#s1-4")
    assert tab.locator("#s1-4 > .en").inner_text() == machine
    tab.locator("#s1-4 .hand summary").click()
    tab.locator("#s1-4 .past button").click()
    assert "(By hand.)" in tab.locator("#s1-4 > .en").inner_text()


def test_correction_when_the_browser_runs_no_script_then_it_can_be_undone(
    browser: Any, url: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(url + STORY)
    tab.locator("h1 ~ .hand >> text=Undo").first.click()
    assert "(By hand.)" not in tab.locator("h1").inner_text()
    context.close()


def test_versions_when_opened_then_the_older_one_is_a_click_away(tab: Any, url: str) -> None:
    tab.goto(url)
    tab.locator(".versions summary").click()
    tab.locator(".versions li:last-child a").click()
    assert "older version" in tab.locator("[role=note]").inner_text()
    tab.keyboard.press("j")
    tab.keyboard.press("o")
    tab.wait_for_url("**/stories/**")
    tab.keyboard.press("u")
    tab.wait_for_url(re.compile(r"\?version=[0-9a-f]{12}#story-1$"))


def test_correction_when_written_in_the_browser_then_it_stands_there(tab: Any, url: str) -> None:
    tab.goto(url + f"/days/{DAY}/stories/story-bank")
    tab.locator("#s2-1 summary").click()
    tab.locator("#s2-1 textarea").fill("“I do not intend to rule out a rate hike,” she said.")
    tab.locator("#s2-1 .tools button").click()
    tab.wait_for_url("**/story-bank#s2-1")
    assert "I do not intend to rule out" in tab.locator("#s2-1 > .en").inner_text()
    assert tab.locator("#s2-1 .hand").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_when_seen_by_axe_then_there_are_no_findings_and_nothing_sticks_out(
    browser: Any, url: str, empty_url: str, scheme: str, width: int
) -> None:
    axe = Path(os.environ.get("KAWARABAN_AXE", ""))
    if not axe.is_file():
        pytest.skip("KAWARABAN_AXE names no axe.min.js (npm pack axe-core)")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    tab = context.new_page()
    tab.goto(url)
    pages = [url + path for path in SEEN_BY_AXE]
    pages += [url + str(tab.locator(".versions li:last-child a").get_attribute("href"))]
    pages += [empty_url + path for path in SEEN_WHEN_EMPTY]
    found = []
    for address in pages:
        tab.goto(address)
        tab.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true })")
        tab.evaluate(axe.read_text(encoding="utf-8"))
        result = tab.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        found += [
            (address, rule["impact"], rule["id"], node["html"][:120])
            for rule in result["violations"]
            for node in rule["nodes"][:2]
        ]
        overflow = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, address
    context.close()
    assert found == []
