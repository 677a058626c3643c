"""Nothing vanishes; nothing hangs; what a page says of itself; which pages are refused."""

from __future__ import annotations

import html
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_extraction_pages import document

from kawaraban.errors import ArticleError
from kawaraban.extraction import extract
from kawaraban.extraction.boundaries import DATELINE
from kawaraban.extraction.dates import is_stamp, parse_stamp
from kawaraban.extraction.forms import is_headline, is_prose, strip_ornament
from kawaraban.extraction.tails import split_tail
from kawaraban.extraction.text import parse_text
from kawaraban.types import Extraction

BODY = "架空銀行は31日の会合で、政策金利を0.5%程度に据え置くことを決めた。市場では円が売られた。"
ORNAMENTS = set("■□◆◇●○◎▼▽▲△★☆►▶▷⇒→・•※◉▪▫＊*✓✔‣⁃–—- 　\u200b\ufeff")

LINES = [
    BODY,
    "■日銀、利上げ見送り　物価見通しは引き上げ",
    "・政策金利は0.5%",
    "関連記事",
    "円、一時151円台に下落",
    "2025年8月1日 10:30",
    "━━━━━━━━━━",
    "日経平均　38,712.44　-257.11",
    "会見する架空太郎知事＝31日、千葉市",
    "会見する架空太郎知事＝31日、千葉市",
    "当社は一切の責任を負いません。お客様ご自身の判断でお願いします。",
    "政府は追加の経済対策を……",
    "総裁は「リスクは高まっている（risks are",
    "rising）」と述べた。 (関連記事: 円安続く",
    "同社は値上げを発表した。（編集：架空山子）",
    "　新しい段落の文がここで",
    "続いて終わる。",
    "【PR】今すぐ登録",
    "目次",
    "",
    "",
]
ALPHABET = "あのをは漢字日銀カナー。、「」（）()aBc19% 　\t…━■・※▶→【】=＝:："


def shown(text: str) -> Counter[str]:
    """Characters that must not vanish: all but white space and signs that are layout."""
    return Counter(c for c in text if not c.isspace() and c not in ORNAMENTS)


def placed(extraction: Extraction) -> Counter[str]:
    total: Counter[str] = Counter()
    for article in extraction.articles:
        titled = article.title if not article.paragraphs[0].startswith(article.title) else ""
        total += shown(titled)
        total += shown("".join((*article.key_points, *article.paragraphs)))
    for block in extraction.dropped:
        total += shown(block.text)
    return total


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(LINES) | st.text(ALPHABET, max_size=60), max_size=25))
def test_extract_when_any_dump_then_every_character_is_in_one_place(lines: list[str]) -> None:
    text = "\n".join(["見出しの行がここにあります", *lines])
    assert placed(extract(document(text))) == shown(text)


TAGS = (
    "div",
    "p",
    "span",
    "a",
    "h1",
    "h2",
    "li",
    "ul",
    "td",
    "tr",
    "table",
    "b",
    "section",
    "article",
    "aside",
    "figcaption",
    "dd",
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> tuple[str, str]:
    """Markup, and the text that a browser shows of it."""
    markup, text = [], []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["text", "br", "hidden", "tree"]))
        if kind == "br":
            markup.append("<br>")
        elif kind == "hidden":
            markup.append("<script>見えない</script><ruby>漢<rt>かん</rt></ruby>")
            text.append("漢")
        elif kind == "tree" and depth:
            inner, inner_text = draw(trees(depth=depth - 1))
            tag = draw(st.sampled_from(TAGS))
            link = ' href="/x"' if tag == "a" else ""
            markup.append(f"<{tag}{link}>{inner}</{tag}>")
            text.append(inner_text)
        else:
            words = draw(st.sampled_from(LINES) | st.text(ALPHABET, max_size=40))
            markup.append(html.escape(words))
            text.append(words)
    return "".join(markup), "".join(text)


@settings(max_examples=150, deadline=None)
@given(trees())
def test_extract_when_any_markup_then_every_visible_character_is_in_one_place(
    tree: tuple[str, str],
) -> None:
    markup, text = tree
    page = f"<html><body><p>{BODY}</p>{markup}</body></html>"
    assert placed(extract(document(page, "text/html"))) == shown(BODY + text)


HOSTILE = {
    "a line of 10 MB": ("日銀は金利を据え置いた。市場は" * 230_000, "text/plain"),
    "a line of 3 MB without an end": ("「（かな" * 250_000, "text/plain"),
    "50,000 nodes": ("<body>" + f"<div><p>{BODY}</p></div>" * 25_000, "text/html"),
    "50,000 levels": ("<body>" + "<div>" * 50_000 + BODY * 2, "text/html"),
    "50,000 inline levels": ("<body><p>" + "<span>かな" * 50_000, "text/html"),
    "50,000 line breaks": ("<body>" + "日銀は<br>" * 50_000, "text/html"),
    "deep JSON-LD": (
        '<script type="application/ld+json">' + "[" * 90_000 + f"</script><p>{BODY}",
        "text/html",
    ),
    "40,000 short lines": ("日銀は動く\n" * 40_000, "text/plain"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_extract_when_page_is_hostile_then_done_in_seconds(name: str) -> None:
    text, media_type = HOSTILE[name]
    start = time.process_time()
    extraction = extract(document(text, media_type))
    assert time.process_time() - start < 20
    assert extraction.articles or extraction.dropped


REFUSED = [
    "人民银行周五宣布下调贷款市场报价利率十个基点，以支持经济增长。分析人士认为此举符合预期，市场反应平淡。",
    "The central bank kept its policy rate unchanged on Thursday, as expected by most economists.",
    "한국은행은 목요일 기준금리를 동결했다. 시장의 예상과 일치하는 결정이었다."
    " 물가는 안정세를 보이고 있다.",
]


@pytest.mark.parametrize("text", REFUSED)
def test_extract_when_page_is_not_japanese_then_refused_with_share(text: str) -> None:
    with pytest.raises(ArticleError, match="kana are"):
        extract(document(text))


@pytest.mark.parametrize("text", ["", "\n\n　\n", "<html><body></body></html>", "ホーム"])
def test_extract_when_page_has_no_article_then_empty_or_all_dropped(text: str) -> None:
    extraction = extract(document(text))
    assert extraction.articles == ()
    assert placed(extraction) == shown("ホーム" if "ホーム" in text else "")


def test_extract_when_head_tells_then_title_time_outlet_and_url_are_known() -> None:
    head = (
        "<title>架空銀、据え置き | 架空新聞</title>"
        "<meta property='og:site_name' content='架空新聞'>"
        "<link rel=canonical href='https://news.example.jp/1'><script type='application/ld+json'>"
        '{"@graph":[{"@type":["NewsArticle"],"datePublished":"2025-07-31T12:05:00+09:00"}]}'
        "</script>"
    )
    page = f"<html><head>{head}</head><body><p>{BODY}</p></body></html>"
    (article,) = extract(document(page, "text/html")).articles
    assert article.title == "架空銀、据え置き"
    assert article.outlet == "架空新聞"
    assert article.url == "https://news.example.jp/1"
    assert article.published_at == datetime(2025, 7, 31, 3, 5, tzinfo=UTC)


def test_extract_when_no_title_then_first_sentence_is_title_and_stays_in_body() -> None:
    (article,) = extract(document(BODY)).articles
    assert article.title == BODY.split("。")[0] + "。"
    assert article.paragraphs == (BODY,)


def test_extract_when_one_date_above_all_articles_then_all_have_it() -> None:
    text = (
        "2025年8月1日\n\n■架空港、貨物が3年ぶり増\n架空港湾局は31日、取扱量が3年ぶりに増えたと発表した。"
        "\n\n■架空大、新薬の治験を開始\n架空大学は31日、心不全の新薬の治験を始めたと明らかにした。"
    )
    found = extract(document(text)).articles
    assert [a.title for a in found] == ["架空港、貨物が3年ぶり増", "架空大、新薬の治験を開始"]
    assert {a.published_at for a in found} == {datetime(2025, 7, 31, 15, tzinfo=UTC)}


STAMPS = [
    ("2025-08-01 10:30", "2025-08-01T01:30"),
    ("2025年8月1日 午後3時05分 更新", "2025-08-01T06:05"),
    ("２０２５／０８／０１（金）　10:30配信 架空通信", "2025-08-01T01:30"),
    ("令和7年8月1日", "2025-07-31T15:00"),
    ("8/1(金) 10:30 配信", "2025-08-01T01:30"),
    ("12/30 09:00 更新", "2024-12-30T00:00"),
]


@pytest.mark.parametrize(("text", "expected"), STAMPS)
def test_stamp_when_line_is_a_date_then_time_in_utc(text: str, expected: str) -> None:
    near = datetime(2025, 8, 2, tzinfo=UTC)
    assert is_stamp(text)
    assert parse_stamp(text, near=near) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "8月1日、日銀は金利を据え置いた",
        "1ドル=150円20銭",
        "2025年の成長率は1.2%",
        "50年債、30日に入札",
    ],
)
def test_stamp_when_line_says_more_than_a_date_then_no_stamp(text: str) -> None:
    assert not is_stamp(text)


@pytest.mark.parametrize("text", ["2025-13-45 10:30", "2025年2月30日", "令和99999999年1月1日"])
def test_stamp_when_day_does_not_exist_then_no_time(text: str) -> None:
    assert parse_stamp(text) is None


TAILS = [
    ("規制緩和は画餅に等しい。 (関連記事: 円安続く 続きを読む", 1),
    ("同社は黒字に転換すると発表した。（編集：架空山子）", 1),
    ("首相は記者団に語った。（ワシントン支局 架空一郎記者）", 1),
    ("同社は黒字に転換すると発表した。（共同）", 1),
    ("同社は黒字（前期は赤字）に転換すると発表した。", 0),
    ("総裁は「関連記事を読んだ」と述べた。", 0),
]


@pytest.mark.parametrize(("text", "n_tails"), TAILS)
def test_split_tail_when_paragraph_has_tail_then_parted_and_whole(text: str, n_tails: int) -> None:
    parts = split_tail(text)
    assert len(parts) == 1 + n_tails
    assert shown("".join(parts)) == shown(text)


JOINS = [
    ("総裁は「序章にすぎない（it is just\n\na beginning)」と警告したと米紙は報じている。", 1),
    ("日銀、利上げ見送り　物価見通しは上方修正\n日銀は31日、金利を据え置いた。", 2),
    ("架空電機、黒字に転換\n架空自動車、減益\n架空商事、増配", 3),
    ("総裁は物価の見通しについて、\n上振れの可能性があると述べた。", 1),
    ("お問い合わせ先：広報室 03-0000-0000\nhttps://example.jp/", 2),
]


@pytest.mark.parametrize(("text", "n_blocks"), JOINS)
def test_parse_text_when_line_is_broken_mid_sentence_then_joined(text: str, n_blocks: int) -> None:
    blocks = parse_text(text).blocks
    assert len(blocks) == n_blocks
    assert all(a.line < b.line for a, b in pairwise(blocks))


FORMS = [
    ("日銀は31日、政策金利を据え置いた。", True),
    ("「関税の影響は限定的だ。値上げで吸収できる」", True),
    ("中国、NVIDIA製AIチップ購入を禁止。国産育成へ転換", False),
    ("なぜ円安は止まらないのか？", False),
    ("対象製品：中国向けの新型チップ", False),
]


@pytest.mark.parametrize(("text", "prose"), FORMS)
def test_form_when_line_is_read_then_prose_or_headline(text: str, prose: bool) -> None:
    assert is_prose(text) is prose
    assert is_headline(text) is not prose


ORNATE = [
    ("■日銀、据え置き", "日銀、据え置き"),
    ("・金利は0.5%", "金利は0.5%"),
    ("-3.2%の減収", "-3.2%の減収"),
]


@pytest.mark.parametrize(("text", "expected"), ORNATE)
def test_strip_ornament_when_sign_is_layout_then_left_out(text: str, expected: str) -> None:
    assert strip_ornament(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "【ロンドン＝架空太郎】英政府は",
        "[東京 25日 ロイター] - 架空製鉄は",
        "（ブルームバーグ）： 米半導体",
    ],
)
def test_dateline_when_wire_story_begins_then_recognised(text: str) -> None:
    assert DATELINE.match(text)
