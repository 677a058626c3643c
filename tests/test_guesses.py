"""Names whose English is a guess, or that were lost, are marked; sure ones are not."""

from __future__ import annotations

import pytest

from kawaraban.translation.drafts import Reader
from kawaraban.translation.glossary import Glossary
from kawaraban.translation.guesses import guess_flags, lost_flags
from kawaraban.translation.lexicon import TermLexicon
from kawaraban.translation.numerals.vague import compare_vague
from kawaraban.translation.term_files import Entry

GLOSSARY = Glossary(
    [Entry("ジェンスン・フアン", "Jensen Huang", "person"), Entry("国連憲章", "the U.N. Charter")]
)
LEXICON = TermLexicon({"ザルツブルク": "Salzburg", "スポーツ": "Sports", "スポーツ選手": "sports"})
# Japanese, English, name marked, words of the reason
MARKED = [
    (
        "ブレーク・ウィンドレッドが勝った。",
        "Break Windred won.",
        "ブレーク・ウィンドレッド",
        "guessed",
    ),
    ("ハンナ・シュトラウスは問う。", "The question is who.", "ハンナ・シュトラウス", "lost"),
    ("著書『石炭問題』で指摘した。", "He said so in a book.", "石炭問題", "title"),
    ("『石炭問題』の著者が語る。", "The author speaks.", "石炭問題", "title"),
    ("AI機会基金が支える。", "AI pay supports it.", "AI機会基金", "English name"),
    ("「脱炭素に向けた宣言」を採択。", "They adopted it.", "脱炭素に向けた宣言", "English name"),
    ("AMECの尹志堯会長は約束した。", "Chairman Lee promised.", "尹志堯", "reading"),
    ("ニールセンが率いる。", "The manager leads it.", "ニールセン", "lost"),
    ("ザルツブルクで上演した。", "It was staged in a village.", "ザルツブルク", "Salzburg"),
]
SURE = [
    ("ジェンスン・フアンが語る。", "Jensen Huang speaks."),
    ("国連憲章に反する。", "It violates the U.N. Charter."),
    ("ザルツブルクで上演した。", "It was staged in Salzburg."),
    ("スポーツを楽しむ。", "They enjoy it."),
    ("大学教授と県知事、予算委員長が話す。", "They talk."),
    ("ニールセンが率いる。", "Nielsen leads it."),
    ("『やめてほしい』と訴えた。", 'He said "stop."'),
    ("国際条約に基づく。", "It rests on an international treaty."),
]


@pytest.mark.parametrize(("ja", "en", "name", "words"), MARKED)
def test_guess_flags_when_name_is_guessed_or_lost_then_marks_it(
    ja: str, en: str, name: str, words: str
) -> None:
    source = Reader(GLOSSARY, LEXICON, obeys=True).read(ja)
    (flag,) = lost_flags(source, en) + guess_flags(source, en)
    assert flag.kind == "name"
    assert flag.reason.startswith(f"{name}: ")
    assert words in flag.reason


@pytest.mark.parametrize(("ja", "en"), SURE)
def test_guess_flags_when_name_is_sure_then_none(ja: str, en: str) -> None:
    source = Reader(GLOSSARY, LEXICON, obeys=True).read(ja)
    assert lost_flags(source, en) + guess_flags(source, en) == []


@pytest.mark.parametrize(
    ("ja", "en", "n_missing"),
    [
        ("今後数カ月かけて進める。", "It will go ahead.", 1),
        ("今後数カ月かけて進める。", "It will take a few months.", 0),
        ("数十年ぶりの水準だ。", "It is the level of long ago.", 0),
        ("数年後に完成する。", "It will be completed in several years.", 0),
        ("数年後に完成する。", "It will be completed later.", 1),
        ("22年8月から1年間で12倍になった。", "It rose twelvefold from August 2022.", 1),
        ("1年間の予算を決めた。", "It set the annual budget.", 0),
        ("紛争は11年間続いた。", "The conflict went on.", 0),  # the ledger's own figure
    ],
)
def test_compare_vague_when_the_unit_is_lost_then_missing(ja: str, en: str, n_missing: int) -> None:
    assert [item.verdict for item in compare_vague(ja, en)] == ["missing"] * n_missing
