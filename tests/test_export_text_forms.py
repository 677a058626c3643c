"""Tables of small cases: cleaning, links, languages, dates, Markdown escapes, wrapping, Atom."""

from __future__ import annotations

from datetime import UTC, date, datetime

import feedparser
import pytest
from lxml import etree
from markdown_it import MarkdownIt
from sample_digest import BANK, sample_digest, translated

from kawaraban.export import wording
from kawaraban.export.atom import ATOM, XHTML, render_atom
from kawaraban.export.headlines import headline
from kawaraban.export.markdown import escaped, render_markdown
from kawaraban.export.safe import clean, safe_link
from kawaraban.export.spans import figures_en, language_runs, marked_paragraphs
from kawaraban.export.text import width, wrap
from kawaraban.types import NumberCheck, Translation

CLEAN = [
    ("株価が上昇", "株価が上昇"),
    ("一行目\r\n二行目\t三", "一行目 二行目 三"),
    ("\u202e逆\u2066順\u2069", "逆順"),
    ("a\x00b\x1bc\u200bd", "abcd"),
    ("👨\u200d👩", "👨\u200d👩"),
    ("壊\ud800れ", "壊れ"),
]
LINKS = [
    ("https://example.com/a?b=c&d=e#f", "https://example.com/a?b=c&d=e#f"),
    ("http://example.jp/記事", "http://example.jp/%E8%A8%98%E4%BA%8B"),
    ("https://example.com/a%20b", "https://example.com/a%20b"),
    ('https://example.com/"><b>', "https://example.com/%22%3E%3Cb%3E"),
    ("https://example.com/a(b)", "https://example.com/a%28b%29"),
    ("javascript:alert(1)", None),
    ("JaVaScRiPt:alert(1)", None),
    ("data:text/html,x", None),
    ("file:///etc/passwd", None),
    ("//example.com/", None),
    ("https://user:pw@example.com/", None),
    ("https://exa\nmple.com/", None),
    ("https://[bad/", None),
    ("", None),
    (None, None),
]
RUNS = [
    ("“1800人” is missing", [("en", "“"), ("ja", "1800人"), ("en", "” is missing")]),
    ("青葉経済新聞 · 25 November", [("ja", "青葉経済新聞"), ("en", " · 25 November")]),
    ("watch: 半導体", [("en", "watch: "), ("ja", "半導体")]),
    ("3 outlets", [("en", "3 outlets")]),
    ("1.2兆円です。", [("ja", "1.2兆円です。")]),
    ("", []),
]
MARKDOWN = [
    "plain text",
    "# not a heading",
    "#hashtag",
    "- not a list",
    "+ not a list",
    "1. not a list",
    "2026) not a list",
    "--- not a rule",
    "=====",
    "*not* _em_ **strong**",
    "`code` and ``more``",
    "[link](javascript:alert(1)) ![image](x)",
    "<b>tag</b> <https://auto.example>",
    "&lt; &#60; &amp; AT&T",
    "a | b | c",
    "~~gone~~",
    "back\\slash \\*",
    "> quote",
    "日本語の*強調*",
    "$5 trillion and 11_19%",
]
WRAPPED = [
    ("short", 20, ["short"]),
    ("two words here", 9, ["two words", "here"]),
    ("日本語の長い文です。", 10, ["日本語の長", "い文です。"]),
    ("文の終わり。", 11, ["文の終わ", "り。"]),
    ("averyveryverylongword x", 10, ["averyveryverylongword", "x"]),
    ("英語 English 混在", 12, ["英語 English", "混在"]),
]


@pytest.mark.parametrize(("text", "expected"), CLEAN)
def test_clean_takes_away_what_is_invisible(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(("url", "expected"), LINKS)
def test_safe_link_lets_only_web_addresses_through(url: str | None, expected: str | None) -> None:
    assert safe_link(url) == expected


@pytest.mark.parametrize(("text", "expected"), RUNS)
def test_language_runs_split_at_the_script(text: str, expected: list[tuple[str, str]]) -> None:
    assert language_runs(text) == expected


@pytest.mark.parametrize("text", MARKDOWN)
@pytest.mark.parametrize("preset", ["commonmark", "gfm-like"])
def test_markdown_escapes_parse_back_to_the_text(text: str, preset: str) -> None:
    parser = MarkdownIt(preset, {"linkify": False})
    for before in ("", "- "):
        tokens = parser.parse(f"{before}{escaped(text)}")
        inline = [token for token in tokens if token.type == "inline"]
        assert len(inline) == 1
        assert "".join(child.content for child in inline[0].children or []) == text
        assert {child.type for child in inline[0].children or []} <= {"text", "text_special"}


def test_markdown_has_the_parts_of_the_digest_in_order() -> None:
    text = render_markdown(sample_digest())
    parts = ["# Kawaraban", "## The day in brief", "## 1. Hokuto", "## 2. BOJ", "## Coverage"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "[original page](<https://www.aoba-keizai.example/articles/20261125-hokuto>)" in text
    assert "▲ **Negation:** ない (not) did not come through" in text


@pytest.mark.parametrize(("text", "columns", "lines"), WRAPPED)
def test_wrap_breaks_by_display_width(text: str, columns: int, lines: list[str]) -> None:
    assert wrap(text, columns=columns) == lines
    assert width("日本a") == 5


def test_dates_are_those_of_tokyo() -> None:
    assert wording.long_day(date(2026, 11, 26)) == "Thursday, 26 November 2026"
    assert wording.japanese_day(date(2026, 11, 26)) == "2026年11月26日(木)"
    late = datetime(2026, 11, 25, 20, 45, tzinfo=UTC)
    assert wording.tokyo_time(late) == "26 November, 05:45"


def test_headline_when_the_page_had_none_is_the_first_words() -> None:
    quake = sample_digest().stories[2].entries[0]
    found = headline(quake)
    en, ja = found.en, found.ja
    assert en == "An earthquake struck off the Sanriku coast at around 11:12 p.m. on the…"
    assert ja.startswith("25日午後11時12分ごろ、")
    assert ja.endswith("…")


def test_figures_en_passes_over_spans_that_do_not_fit() -> None:
    numbers = tuple(
        NumberCheck("5", "5", "5", "", "ok", en_span=span)
        for span in [(0, 3), (2, 5), (90, 99), (4, 4), (-2, 1), (6, 8)]
    )
    pieces = figures_en(Translation("五", "abcdefghij", 0.0, "m", numbers=numbers))
    assert "".join(text for text, _ in pieces) == "abcdefghij"
    assert [text for text, number in pieces if number] == ["abc", "gh"]


def test_marked_paragraphs_when_a_sentence_spans_two_marks_both_parts() -> None:
    entry = sample_digest().stories[1].entries[0]
    chosen = entry.sentences[0]
    start = BANK.text.index("\n") - 4
    sentence = type(chosen.sentence)(7, BANK.text[start : start + 9], start, start + 9, 0)
    spanning = type(entry)(
        BANK, entry.title, (type(chosen)(sentence, translated("x", "y"), 1.0),), 4
    )
    paragraphs = marked_paragraphs(spanning)
    assert ["".join(text for text, _ in pieces) for pieces in paragraphs] == list(BANK.paragraphs)
    assert [text for pieces in paragraphs for text, index in pieces if index == 7] == [
        BANK.text[start : start + 4],
        BANK.text[start + 5 : start + 9],
    ]


def test_atom_is_what_rfc_4287_asks_for() -> None:
    feed = etree.fromstring(render_atom(sample_digest()).encode())
    spaces = {"a": ATOM, "h": XHTML}
    for node in [feed, *feed.xpath("a:entry", namespaces=spaces)]:
        for name in ("id", "title", "updated"):
            assert len(node.xpath(f"a:{name}", namespaces=spaces)) == 1
        assert node.xpath("a:author/a:name", namespaces=spaces)
    ids = feed.xpath("//a:id/text()", namespaces=spaces)
    assert len(ids) == len(set(ids)) == 4
    assert all(one.startswith("tag:kawaraban.invalid,2026:2026-11-26") for one in ids)
    contents = feed.xpath("//a:content[@type='xhtml']", namespaces=spaces)
    assert [len(content) for content in contents] == [1, 1, 1]
    languages = feed.xpath("//h:p/@lang | //h:p//h:*/@lang", namespaces=spaces)
    assert set(languages) == {"en", "ja"}


def test_atom_is_read_by_a_feed_reader() -> None:
    feed = feedparser.parse(render_atom(sample_digest()))
    assert not feed.bozo
    assert feed.version == "atom10"
    first = feed.entries[0]
    assert first.title.startswith("Hokuto Semicon to build")
    assert first.link == "https://www.aoba-keizai.example/articles/20261125-hokuto"
    assert "総投資額は1兆2000億円で" in first.content[0].value
    assert first.authors[0].name == "青葉経済新聞"
