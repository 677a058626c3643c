"""Tags round the English: placed, kept letter for letter, never lost, never crossed."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kawaraban.errors import ParseError
from kawaraban.translation.glossary import Entry
from kawaraban.types import Translation
from service.markup import Rules, check_xml
from service.tagged import translate_marked

ENGLISH = {
    "日銀は利上げを決めた。": "The BOJ decided on a rate hike.",
    "利上げ": "Rate hike.",
    "日銀": "the BOJ",
    "円は下落した。": "The yen fell.",
    "円は": "Yen",
    "日銀は動いた。": "The BOJ moved.",
    "見出し": "Headline",
    "A社はB社を買収した。": "Company A bought B & Co.",
    "A社": "company A",
    "B社": "B & Co",
    "「設定」を開く。": "Open Settings.",
    "設定を開く。": "Open 設定.",
    "1 < 2 は正しい。": "1 < 2 is right.",
}


class Dictionary:
    model = "dictionary@1"

    def __init__(self) -> None:
        self.terms: list[Entry] = []

    def make(self, terms: Sequence[Entry]) -> Dictionary:
        self.terms = list(terms)
        return self

    def translate(self, sentences: Sequence[str]) -> list[Translation]:
        return [
            Translation(ja, ENGLISH.get(ja, f"({len(ja)} chars)"), -0.1, self.model)
            for ja in sentences
        ]


HTML = (
    ("日銀は動いた。", "The BOJ moved."),
    ("<p>日銀は動いた。</p>", "<p>The BOJ moved.</p>"),
    ("<p>日銀は<b>利上げ</b>を決めた。</p>", "<p>The BOJ decided on a <b>rate hike</b>.</p>"),
    (
        "<p><b>日銀</b>は<a href='/x?a=1&amp;b=2' class=y>利上げ</a>を決めた。</p>",
        "<p><b>The BOJ</b> decided on a <a href='/x?a=1&amp;b=2' class=y>rate hike</a>.</p>",
    ),
    ("<p><b><i>利上げ</i></b></p>", "<p><b><i>Rate hike.</i></b></p>"),
    ("<b>日銀は利上げを決めた。</b>", "<b>The BOJ decided on a rate hike.</b>"),
    (
        "<div><h1>見出し</h1>\n<p>\n  日銀は動いた。\n  円は下落した。\n</p></div>",
        "<div><h1>Headline</h1>\n<p>\n  The BOJ moved. The yen fell.\n</p></div>",
    ),
    ("日銀は動いた。<br>円は下落した。", "The BOJ moved.<br>The yen fell."),
    ("<p>A社はB社を買収した。</p>", "<p>Company A bought B &amp; Co.</p>"),
    (
        "<p><b>A社</b>は<i>B社</i>を買収した。</p>",
        "<p><b>Company A</b> bought <i>B &amp; Co</i>.</p>",
    ),
    ("<p>1 &lt; 2 は正しい。</p>", "<p>1 &lt; 2 is right.</p>"),
    ("<p translate=\"no\">日銀は動いた。</p>", "<p translate=\"no\">日銀は動いた。</p>"),
    (
        "<p class='a notranslate'>日銀は<b>動</b>いた。</p>",
        "<p class='a notranslate'>日銀は<b>動</b>いた。</p>",
    ),
    (
        "<script>var a = '日銀は動いた。<b>';</script>",
        "<script>var a = '日銀は動いた。<b>';</script>",
    ),
    ("<!-- 日銀は動いた。 --><p>円は下落した。</p>", "<!-- 日銀は動いた。 --><p>The yen fell.</p>"),
    ("<p>OK</p>", "<p>OK</p>"),
    ("", ""),
    ("<p></p>", "<p></p>"),
    ("<p>日銀は動いた。<img src=x></p>", "<p>The BOJ moved.<img src=x></p>"),
    ("</b>日銀は動いた。<i>", "</b>The BOJ moved.<i>"),
    ("<p>円<b>は下落</b>した。</p>", "<p><b>The yen</b> fell.</p>"),
    ("<b>日銀は動いた。円は</b>下落した。", None),
    ("日銀は<span translate=no>利上げ</span>を決めた。", None),
)  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), HTML)
def test_html_when_translated_then_tags_stand_where_they_belong(
    source: str, expected: str | None
) -> None:
    found = translate_marked([source], Dictionary().make, rules=Rules())[0]
    if expected is not None:
        assert found == expected
    assert tags(found) == tags(source)


def test_html_when_a_part_is_not_to_be_translated_then_it_is_a_term_and_stays() -> None:
    translator = Dictionary()
    source = "<span translate=no>設定</span>を開く。"
    found = translate_marked([source], translator.make, rules=Rules())[0]
    assert found == "Open <span translate=no>設定</span>."
    assert translator.terms == [Entry("設定", "設定")]


XML = (
    (
        "<doc><title>見出し</title><par>日銀は動いた。円は下落した。</par></doc>",
        Rules("xml"),
        "<doc><title>Headline</title><par>The BOJ moved. The yen fell.</par></doc>",
    ),
    (
        "日銀は<x>利上げ</x>を決めた。",
        Rules("xml"),
        "The BOJ decided on a <x>rate hike</x>.",
    ),
    (
        "<x>設定</x>を開く。",
        Rules("xml", ignore=frozenset({"x"})),
        "Open <x>設定</x>.",
    ),
    (
        "<k>日銀は動いた。</k>円は下落した。",
        Rules("xml", splitting=frozenset({"k"})),
        "<k>The BOJ moved.</k>The yen fell.",
    ),
    ("<Doc><P>見出し</P></Doc>", Rules("xml"), "<Doc><P>Headline</P></Doc>"),
)


@pytest.mark.parametrize(("source", "rules", "expected"), XML)
def test_xml_when_translated_then_structure_stays(source: str, rules: Rules, expected: str) -> None:
    assert translate_marked([source], Dictionary().make, rules=rules) == [expected]


@pytest.mark.parametrize(
    "source", ["<a>", "<a></b>", "a & b", "<a b=c/>", '<!DOCTYPE x [<!ENTITY y "z">]><a>&y;</a>']
)
def test_xml_when_it_is_not_well_formed_then_says_so(source: str) -> None:
    with pytest.raises(ParseError, match="Tag handling parsing failed"):
        check_xml(source)


def test_xml_when_it_is_well_formed_then_passes() -> None:
    check_xml('<?xml version="1.0"?><a b="c">日銀<d/></a>')


TAGGED = st.recursive(
    st.sampled_from(["日銀は動いた。", "円は", "利上げ", "OK ", "&amp;", "1 &lt; 2", "\n"]),
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(["b", "i", "a", "p", "div", "span", "code"]),
        st.lists(inner, min_size=1, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(TAGGED, max_size=4).map("".join))
def test_html_when_it_is_any_tree_then_every_tag_is_kept_and_nested(source: str) -> None:
    found = translate_marked([source], Dictionary().make, rules=Rules())[0]
    assert sorted(tags(found)) == sorted(tags(source))
    assert is_nested(found)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>/!-[]&;\"'= ab日。\n", max_size=60))
def test_markup_when_it_is_anything_then_nothing_breaks(source: str) -> None:
    for mode in ("html", "xml"):
        assert len(translate_marked([source], Dictionary().make, rules=Rules(mode))) == 1


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(f"<{tag} {sorted(attrs, key=str)}>")

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"</{tag}>")


def tags(source: str) -> list[str]:
    parser = _Tags()
    parser.feed(source)
    return parser.found


def is_nested(source: str) -> bool:
    stack = []
    for tag in tags(source):
        if tag.startswith("</"):
            if not stack or stack.pop() != tag[2:-1]:
                return False
        else:
            stack.append(tag[1:].split()[0])
    return not stack
