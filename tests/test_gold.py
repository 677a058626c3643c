"""The benchmark's verdict on gold figures and names does not lean on the program's own reading."""

from __future__ import annotations

from typing import Literal

import pytest

from benchmarks.gold import Gold, judge
from kawaraban.translation.glossary import Glossary
from kawaraban.types import Flag, Translation

Kind = Literal["number", "name"]
# kind, gold Japanese, gold English, sentence, English, reasons of flags, verdict
CASES = [
    ("number", "5兆ドル", "$5 trillion", "5兆ドルだ。", "It is $5 trillion.", [], "right"),
    ("number", "5兆ドル", "$5 trillion", "5兆ドルだ。", "It is 5 trillion dollars.", [], "right"),
    ("number", "5兆ドル", "$5 trillion", "5兆ドルだ。", "It is $5 billion.", [], "silent"),
    (
        "number", "5兆ドル", "$5 trillion", "5兆ドルだ。", "It is $5 billion.",
        ["5兆ドル (5000000000000) reads $5 billion in the English"], "marked",
    ),
    ("name", "習近平", "Xi Jinping", "習近平氏", "Xi said so.", [], "right"),
    ("name", "タレブ氏", "Taleb (Nassim Taleb)", "タレブ氏は", "Nassim Taleb said.", [], "right"),
    ("name", "タレブ氏", "Taleb (Nassim Taleb)", "タレブ氏は", "Tareb said.", [], "silent"),
    (
        "name", "タレブ氏", "Taleb (Nassim Taleb)", "タレブ氏は", "Tareb said.",
        ["タレブ: not in the glossary, spelling guessed"], "marked",
    ),
    (
        "name", "タレブ氏", "Taleb (Nassim Taleb)", "タレブ氏は", "Tareb said.",
        ["サックス: not in the glossary, spelling guessed"], "silent",
    ),
    ("name", "AppStore", "App Store", "AppStoreで", "On AppStore.", [], "right"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "ja", "en", "sentence", "made", "reasons", "verdict"), CASES)
def test_judge_when_english_is_read_then_verdict(
    kind: Kind, ja: str, en: str, sentence: str, made: str, reasons: list[str], verdict: str
) -> None:
    flags = tuple(Flag("name", reason) for reason in reasons)
    shown = {"000": [Translation(sentence, made, -0.3, "m@1", flags)]}
    cases = judge([Gold("000", ja, en, kind, "person")], shown, Glossary([]))
    assert [case.verdict for case in cases] == [verdict]


def test_judge_when_shown_japanese_first_then_doubted_and_parts_of_longer_names_left_out() -> None:
    shown = {"000": [Translation("米国防総省が", "They did.", -0.3, "m@1", (Flag("length", "x"),))]}
    gold = [
        Gold("000", "米国防総省", "the Pentagon", "name", "org"),
        Gold("000", "国防総省", "the Pentagon", "name", "org"),
    ]
    cases = judge(gold, shown, Glossary([]))
    assert [(case.gold.ja, case.verdict) for case in cases] == [("米国防総省", "doubted")]
