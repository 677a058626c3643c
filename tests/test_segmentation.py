from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kawaraban.segmentation import segment, split_sentences
from kawaraban.types import Article

QUALITY = Path(__file__).parent / "quality" / "segmentation.tsv"
CASES = [
    line.split("\t")
    for line in QUALITY.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]

# text, spans
SPANS = [
    ("", []),
    ("   ", [(0, 3)]),
    ("\n\n", [(0, 2)]),
    ("　雨だ。 風だ。\n", [(0, 5), (5, 9)]),
    ("\n\n雨だ。\n\n\n風だ", [(0, 8), (8, 10)]),
    ("雨だ。\u200b", [(0, 4)]),
    ("雨だ。\r\n風だ。", [(0, 5), (5, 8)]),
]

NEWSLIKE = st.text(
    alphabet='円が。！？!?.．「」『』（）()[]"“” 　\n\r・、とはだAa1※①￥',
    max_size=120,
)


def article(*paragraphs: str) -> Article:
    return Article("id", "見出し", paragraphs, "source", "location")


@pytest.mark.parametrize(("rule", "marked"), CASES, ids=[case[0] for case in CASES])
def test_split_sentences_when_case_of_the_table_then_cut_as_marked(rule: str, marked: str) -> None:
    joiner = "\n" if rule == "lines" else ""
    expected = marked.split("¦")
    text = joiner.join(expected)
    assert [text[a:b].rstrip("\n") for a, b in split_sentences(text)] == expected


@pytest.mark.parametrize(("text", "spans"), SPANS)
def test_split_sentences_when_blank_stands_around_then_spans_cover_all(
    text: str, spans: list[tuple[int, int]]
) -> None:
    assert split_sentences(text) == spans


@given(st.one_of(NEWSLIKE, st.text(max_size=200)))
@example("「" * 50 + "。" + "」" * 20 + "雨。")
@example("\x85\u2028。\x1c")
def test_split_sentences_when_any_text_then_joined_spans_give_it_back(text: str) -> None:
    spans = split_sentences(text)
    assert "".join(text[a:b] for a, b in spans) == text
    assert all(a < b for a, b in spans)
    assert all(left[1] == right[0] for left, right in pairwise(spans))
    if text.strip():
        assert all(text[a:b].strip() for a, b in spans)


@given(st.lists(NEWSLIKE, max_size=5))
def test_segment_when_any_paragraphs_then_offsets_point_at_the_text(paragraphs: list[str]) -> None:
    body = article(*paragraphs)
    sentences = segment(body)
    covered = bytearray(len(body.text))
    for number, sentence in enumerate(sentences):
        assert sentence.index == number
        assert body.text[sentence.start : sentence.end] == sentence.text != ""
        assert sentence.text == sentence.text.strip()
        assert sentence.text in paragraphs[sentence.paragraph]
        covered[sentence.start : sentence.end] = b"\1" * (sentence.end - sentence.start)
    outside = "".join(c for c, inside in zip(body.text, covered, strict=True) if not inside)
    assert outside.strip("\u200b\ufeff \t\n\r\f\v").strip() == ""


@given(st.lists(NEWSLIKE, min_size=2, max_size=4))
def test_split_sentences_when_lines_are_joined_then_no_line_changes_another(
    lines: list[str],
) -> None:
    lines = [line.replace("\n", "").replace("\r", "") + "終" for line in lines]
    together = "\n".join(lines)
    alone = [line[a:b].strip() for line in lines for a, b in split_sentences(line)]
    assert [together[a:b].strip() for a, b in split_sentences(together)] == alone


def test_segment_when_two_paragraphs_then_sentences_carry_paragraph_and_offset() -> None:
    body = article("雨が降る。風も吹く。", "", "　明日は「晴れ。たぶん」と予報官。")
    found = [(s.index, s.text, s.start, s.paragraph) for s in segment(body)]
    assert found == [
        (0, "雨が降る。", 0, 0),
        (1, "風も吹く。", 5, 0),
        (2, "明日は「晴れ。たぶん」と予報官。", 13, 2),
    ]


def test_split_sentences_when_pair_closes_too_far_away_then_it_protects_nothing() -> None:
    text = "「" + "雨が降る。" * 150 + "」と書いた。"
    assert len(split_sentences(text)) == 150
    short = "「" + "雨が降る。" * 80 + "」と書いた。"
    assert len(split_sentences(short)) == 1
