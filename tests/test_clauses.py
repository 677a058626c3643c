import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.translation.annotation import annotate
from kawaraban.translation.clauses import split_clauses

# text, most characters a part may have, parts
CASES = [
    ("雨が降った。", 20, ["雨が降った。"]),
    (
        "雨が降り、風が吹いたため、試合は中止された。",
        12,
        ["雨が降り、", "風が吹いたため、", "試合は中止された。"],
    ),
    (
        "知事は「渇水で、田が乾いた」と述べ、対策を急ぐ考えを示した。",
        20,
        ["知事は「渇水で、田が乾いた」と述べ、", "対策を急ぐ考えを示した。"],
    ),
    (
        "会長は「苦しいが、必ず立て直す。社員の雇用は守り、工場も残す」と話す",
        25,
        ["会長は「苦しいが、必ず立て直す。", "社員の雇用は守り、工場も残す」と話す"],
    ),
    (
        "港湾の整備に1兆2,345億6,789万円を投じて国際競争力を高める",
        26,
        ["港湾の整備に1兆2,345億6,789万円を投じて", "国際競争力を高める"],
    ),
    (
        "市民は新しい駅を「みらい駅」と名付けて開業を祝った",
        16,
        ["市民は新しい駅を", "「みらい駅」と名付けて", "開業を祝った"],
    ),
    ("沖合の 1 つの島が揺れた", 8, ["沖合の ", "1 つの島が", "揺れた"]),
    ("工場をつくって雇用をふやす", 8, ["工場をつくって", "雇用をふやす"]),
    ("半導体メーカーのNVIDIA社", 8, ["半導体メーカーの", "NVIDIA社"]),
]


@pytest.mark.parametrize(("text", "max_pieces", "parts"), CASES)
def test_split_clauses_when_a_sentence_is_too_long_then_cuts_at_the_best_place(
    text: str, max_pieces: int, parts: list[str]
) -> None:
    assert split_clauses(text, len, max_pieces=max_pieces) == parts


@given(st.text("あ漢カA1、。「」兆 ,.", max_size=200), st.integers(1, 30))
def test_split_clauses_when_joined_then_gives_the_sentence_back(text: str, limit: int) -> None:
    parts = split_clauses(text, len, max_pieces=limit)
    assert "".join(parts) == text
    assert len(parts) == 1 or all(parts)


def test_split_clauses_when_nothing_is_a_boundary_then_keeps_the_limit() -> None:
    parts = split_clauses("漢" * 1000, len, max_pieces=30)
    assert max(map(len, parts)) <= 30


def test_split_clauses_when_text_is_annotated_then_never_cuts_inside_an_annotation() -> None:
    spans = [(i, i + 4, f"the Bank, No. {i}") for i in range(0, 400, 8)]
    text = annotate("日本銀行は株価を" * 50, spans)
    parts = split_clauses(text, len, max_pieces=40)
    assert len(parts) > 10
    for part in parts:
        assert re.fullmatch("[^⟦⟼⟧]*(?:⟦[^⟦⟼⟧]*⟼[^⟦⟼⟧]*⟧[^⟦⟼⟧]*)*", part)


@pytest.mark.parametrize("word", ["1,234,567円", "NVIDIA", "二千四百万", "カンブリコン"])
def test_split_clauses_when_there_is_another_place_then_words_and_numbers_stay_whole(
    word: str,
) -> None:
    for before in range(3, 20):
        text = "漢" * before + word + "漢" * (23 - before)
        assert any(word in part for part in split_clauses(text, len, max_pieces=22)), text
