"""Misspelt names are put right only where it is certain which words stand for which name."""

from __future__ import annotations

import pytest

from kawaraban.translation.glossary import Glossary
from kawaraban.translation.respelling import (
    Name,
    distance,
    misspelt,
    respell,
    respelt_terms,
    vocabulary_of,
)
from kawaraban.translation.term_files import Entry
from kawaraban.types import TermCheck

VOCABULARY = vocabulary_of(
    ["Cook", "Saito", "Kano", "the Islamic Dominican order", "semiconductor"]
)
DEEPSEEK = Name("DeepSeek", ("DeepSeek",))
MOROCCO = Name("モロッコ", ("Morocco", "Moroccan"))
ITAMI = Name("伊丹市", ("Itami",))
HOKUTO = Name("北斗セミコンダクター", ("Hokuto Semiconductor",))
# Japanese, English, name, English afterwards
PUT_RIGHT = [
    ("DeepSeekは", "DepSeek said so.", DEEPSEEK, "DeepSeek said so."),
    ("DeepSeekの", "It is DepSeek's model.", DEEPSEEK, "It is DeepSeek's model."),
    ("モロッコの", "Youths in Morosco rose.", MOROCCO, "Youths in Morocco rose."),
    ("伊丹市の女性", "A woman in Iami spoke.", ITAMI, "A woman in Itami spoke."),
    ("C3PO++を", "It made C3PO+ faster.", Name("C3PO++", ("C3PO++",)), "It made C3PO++ faster."),
    ("OpenAIは", "Open AI signed.", Name("OpenAI", ("OpenAI",)), "OpenAI signed."),
    (
        "ブラックフライデー",
        "On Brack Friday,",
        Name("ブラックフライデー", ("Black Friday",)),
        "On Black Friday,",
    ),
    ("北斗セミコンダクターは", "Issumicondake rose.", HOKUTO, "Hokuto Semiconductor rose."),
]
LEFT_ALONE = [
    ("佐藤氏は", "Saito spoke.", Name("佐藤", ("Sato",))),  # a name that is known
    ("H20は", "The H800 sells.", Name("H20", ("H20",))),  # other digits
    ("グリーンランドの", "Greenlandic natives", Name("グリーンランド", ("Greenland",))),
    ("モロッコの", "Morosco and Moroco rose.", MOROCCO),  # two places
    ("モロッコの", "They morosco rose.", MOROCCO),  # no capital
    ("ドミニコ会の", "The Dominican priest", Name("ドミニコ会", ("Dominican Order",))),
    ("モロッコとモロスコは", "Morosco rose.", MOROCCO),  # another name says it better
    ("ライコネン(フィンランド)は", "Licond (", Name("フィンランド", ("Finland", "Finnish"))),
    ("クック所長は", "Cooke said so.", Name("x", ("Cook",))),  # derived, not a slip
]


@pytest.mark.parametrize(("ja", "en", "name", "expected"), PUT_RIGHT)
def test_respell_when_place_is_certain_then_puts_it_right(
    ja: str, en: str, name: Name, expected: str
) -> None:
    made, done = respell(en, [name], VOCABULARY, ja=ja)
    assert made == expected
    assert [(item.ja, item.en in expected) for item in done] == [(name.ja, True)]
    assert all(item.before in en for item in done)


@pytest.mark.parametrize(("ja", "en", "name"), LEFT_ALONE)
def test_respell_when_not_certain_then_leaves_it(ja: str, en: str, name: Name) -> None:
    assert respell(en, [name], VOCABULARY, ja=ja) == (en, ())


def test_respell_when_no_vocabulary_then_only_spaces_and_capitals() -> None:
    names = [DEEPSEEK, Name("OpenAI", ("OpenAI",))]
    assert respell("DepSeek and Open AI", names, None)[0] == "DepSeek and OpenAI"


def test_misspelt_when_part_of_a_longer_katakana_name_then_not_it() -> None:
    glossary = Glossary([Entry("マルタ", "Malta", "country")])
    cases = {"マルタは小さい。": ["マルタ"], "マルタ・スプリシー氏は": [], "カサ・マルタで": []}
    for ja, names in cases.items():
        found = misspelt(glossary.find_terms(ja), ja, "Marta is small.", frozenset())
        assert [name.ja for name in found] == names


def test_respelt_terms_when_put_right_then_says_what_stood_there() -> None:
    _, done = respell("Iami", [ITAMI], VOCABULARY)
    assert respelt_terms((TermCheck("伊丹市", "Itami", True),), done) == (
        TermCheck("伊丹市", "Itami", True, "spelling", "Iami"),
    )


@pytest.mark.parametrize(
    ("one", "other", "slips"), [("depseek", "deepseek", 1), ("", "ab", 2), ("kitten", "sitting", 3)]
)
def test_distance_when_compared_then_counts_slips(one: str, other: str, slips: int) -> None:
    assert distance(one, other) == slips
