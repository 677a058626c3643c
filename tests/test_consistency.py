"""Names and terms stay the same in an article and a digest; people are in full once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kawaraban.translation.consistency import agree_in_article, agree_in_digest, agree_in_entry
from kawaraban.translation.glossary import Glossary, load_glossary
from kawaraban.translation.names import name_flags
from kawaraban.translation.romaji import is_romaji
from kawaraban.translation.term_checks import check_terms
from kawaraban.types import (
    HUMAN,
    Article,
    DigestEntry,
    DigestSentence,
    NumberCheck,
    Sentence,
    Translation,
)

Pair = tuple[str, str]
GLOSSARY = load_glossary()


def translated(ja: str, en: str, *, glossary: Glossary = GLOSSARY) -> Translation:
    terms = glossary.find_terms(ja)
    return Translation(
        ja, en, -0.3, "m@1", tuple(name_flags(ja, en, terms)), (), check_terms(terms, en)
    )


def article(*lines: str, text: str = "") -> Article:
    """A headline and sentences; `text` stands in the article and is not shown."""
    return Article("a", lines[0], (text, *lines[1:]), "s", "l")


def agreed(*pairs: Pair, text: str = "", title: Pair = ("会見", "News")) -> list[str]:
    """English of the sentences after the names agree."""
    lines = [translated(*pair) for pair in (title, *pairs)]
    made = article(*(ja for ja, _ in (title, *pairs)), text=text)
    return [line.en for line in agree_in_article(made, lines, GLOSSARY)][1:]


PEOPLE = [
    (
        "the first mention is in full, a later one by surname",
        [
            ("高市早苗首相は会見した。", "Prime Minister Takaichi met the press."),
            ("高市氏は述べた。", "Sanae Takaichi spoke."),
        ],
        "",
        ["Prime Minister Sanae Takaichi met the press.", "Takaichi spoke."],
    ),
    (
        "only a later sentence is shown: in full all the same",
        [("高市氏は述べた。", "Takaichi spoke."), ("高市首相は去った。", "Takaichi left.")],
        "高市早苗首相は会見した。",
        ["Sanae Takaichi spoke.", "Takaichi left."],
    ),
    (
        "a later full name of the Japanese stays full",
        [("高市早苗首相だ。", "Sanae Takaichi."), ("高市早苗首相だ。", "It is Sanae Takaichi.")],
        "",
        ["Sanae Takaichi.", "It is Sanae Takaichi."],
    ),
    (
        "one person under three Japanese names",
        [
            ("黄仁勳氏は述べた。", "Huang spoke."),
            ("フアンCEOは去った。", "CEO Jensen Huang left."),
            ("ジェンスン・フアン氏だ。", "It is Jensen Huang."),
        ],
        "",
        ["Jensen Huang spoke.", "CEO Huang left.", "It is Jensen Huang."],
    ),
    (
        "family name first is the same name",
        [("高市早苗首相だ。", "It is Takaichi Sanae.")],
        "",
        ["It is Sanae Takaichi."],
    ),
    (
        "a misspelt given name is no other person",
        [("高市早苗首相だ。", "It is Prime Minister Sane Takaichi.")],
        "",
        ["It is Prime Minister Sanae Takaichi."],
    ),
    (
        "what is called after a person is no mention",
        [("トランプ関税は続く。", "Trump tariffs go on."), ("トランプ氏だ。", "It is Trump.")],
        "",
        ["Trump tariffs go on.", "It is Donald Trump."],
    ),
    (
        "nor is a term that holds the name",
        [("ジェボンズ・パラドックスはジェヴォンズ氏による。", "Jevons paradox is by Jevons.")],
        "ウィリアム・スタンレー・ジェヴォンズ氏がいた。",
        ["Jevons paradox is by William Stanley Jevons."],
    ),
    (
        "a government is no mention",
        [("高市政権は動いた。", "The Takaichi administration acted.")],
        "高市早苗首相は会見した。",
        ["The Takaichi administration acted."],
    ),
    (
        "two people of that surname: nobody is named in full",
        [("バイデン氏は述べた。", "Biden spoke.")],
        "ジョー・バイデン氏とハンター・バイデン氏が来た。",
        ["Biden spoke."],
    ),
    (
        "an unknown namesake in the article: nobody is named in full",
        [("安倍氏は述べた。", "Abe spoke.")],
        "安倍洋三郎氏が来た。",
        ["Abe spoke."],
    ),
    (
        "a relative beside the person in the English is somebody else",
        [("トランプ氏は述べた。", "Mary Trump spoke.")],
        "",
        ["Mary Trump spoke."],
    ),
    (
        "the surname is of the one whom the article names",
        [("菅氏は述べた。", "Suga spoke.")],
        "菅直人元首相が来た。",
        ["Naoto Kan spoke."],
    ),
    (
        "a short form that no glossary lists, known from the full name in the article",
        [("神田氏は述べた。", "Kanda spoke."), ("神田氏は去った。", "Kanta left.")],
        "神田真人財務官が来た。",
        ["Masato Kanda spoke.", "Kanda left."],
    ),
    (
        "surnames that two people of the article share in English are not cut",
        [
            ("金正恩総書記が来た。", "Kim Jong Un came."),
            ("金総書記は述べた。", "Kim Jong Un spoke."),
        ],
        "金与正氏も来た。",
        ["Kim Jong Un came.", "Kim Jong Un spoke."],
    ),
]


@pytest.mark.parametrize(("pairs", "text", "expected"), [row[1:] for row in PEOPLE])
def test_people_are_named_in_full_once(pairs: list[Pair], text: str, expected: list[str]) -> None:
    assert agreed(*pairs, text=text) == expected


TERMS = [
    (
        [("日銀が動いた。", "The BOJ acted."), ("日本銀行だ。", "It is the Bank of Japan.")],
        ["The Bank of Japan acted.", "It is the Bank of Japan."],
    ),
    (
        [("日銀が動いた。", "The BOJ acted."), ("日銀だ。", "It is the BOJ.")],  # the same already
        ["The BOJ acted.", "It is the BOJ."],
    ),
    (
        [("日銀の官僚だ。", "A BOJ official."), ("日銀だ。", "It is the Bank of Japan.")],
        ["A Bank of Japan official.", "It is the Bank of Japan."],
    ),
    (  # both forms in one sentence: it introduces the short one
        [("日銀だ。", "The Bank of Japan (BOJ)."), ("日銀だ。", "It is the Bank of Japan.")],
        ["The Bank of Japan (BOJ).", "It is the Bank of Japan."],
    ),
    (  # "the ministry" is how English goes on
        [("財務省だ。", "It is the Finance Ministry."), ("財務省だ。", "The ministry said so.")],
        ["It is the Finance Ministry.", "The ministry said so."],
    ),
    (
        [("ソブリンAIだ。", "It is Soblin AI."), ("ソブリンAIは伸びる。", "SoblinAI will grow.")],
        ["It is sovereign AI.", "Sovereign AI will grow."],
    ),
]


@pytest.mark.parametrize(("pairs", "expected"), TERMS)
def test_terms_take_one_form(pairs: list[Pair], expected: list[str]) -> None:
    assert agreed(*pairs) == expected


UNKNOWN = [
    (
        [
            ("ザレンバノフ氏だ。", "It is Zarembanov."),
            ("ザレンバノフ氏だ。", "Zalembanoff it is."),
            ("ザレンバノフ氏だ。", "So says Zarembanov."),
        ],
        ["It is Zarembanov.", "Zarembanov it is.", "So says Zarembanov."],
    ),
    (
        [("山岡健一氏だ。", "It is Kenichi Yamaoka."), ("山岡氏は去った。", "Yamooka left.")],
        ["It is Kenichi Yamaoka.", "Yamaoka left."],
    ),
    (
        [("山岡健一氏だ。", "It is Kenichi Yamaoka."), ("山岡氏は去った。", "He left Tokyo.")],
        ["It is Kenichi Yamaoka.", "He left Tokyo."],
    ),
]


@pytest.mark.parametrize(("pairs", "expected"), UNKNOWN)
def test_unknown_names_take_one_spelling(pairs: list[Pair], expected: list[str]) -> None:
    assert agreed(*pairs) == expected


def test_when_two_spellings_have_nothing_in_common_then_flagged_with_both() -> None:
    pairs = [
        ("会見", "News"),
        ("山岡氏だ。", "It is Yamaoka."),
        ("山岡氏は去った。", "Sanooka left."),
    ]
    lines = agree_in_article(
        article(*(ja for ja, _ in pairs)), [translated(*pair) for pair in pairs], GLOSSARY
    )
    flags = [flag.reason for line in lines for flag in line.flags if flag.kind == "consistency"]
    assert flags == ["山岡 reads Sanooka here, Yamaoka elsewhere"]
    assert lines[2].en == "Sanooka left."


def test_headline_and_text_each_name_in_full() -> None:
    title = ("高市首相、会見", "Prime Minister Takaichi meets press")
    made = [title, ("高市氏は述べた。", "Takaichi spoke.")]
    lines = agree_in_article(
        article(*(ja for ja, _ in made)), [translated(*pair) for pair in made], GLOSSARY
    )
    assert [line.en for line in lines] == [
        "Prime Minister Sanae Takaichi meets press",
        "Sanae Takaichi spoke.",
    ]


def test_every_change_is_recorded_and_figures_keep_their_place() -> None:
    ja, en = "高市氏は29日に述べた。", "Takaichi spoke on the 29th."
    line = replace(
        translated(ja, en),
        numbers=(NumberCheck("29日", "29th", "---29", "date", "ok", (4, 7), (22, 26)),),
    )
    _, after = agree_in_article(article("会見", ja), [translated("会見", "News"), line], GLOSSARY)
    assert after.en == "Sanae Takaichi spoke on the 29th."
    [number] = after.numbers
    assert number.en_span is not None
    assert after.en[slice(*number.en_span)] == "29th"
    changed = [(t.ja, t.en, t.change, t.before) for t in after.terms if t.change]
    assert changed == [("高市氏", "Sanae Takaichi", "full", "Takaichi")]


def test_what_a_reviewer_wrote_is_never_changed_and_is_followed() -> None:
    by_hand = replace(translated("ザレンバノフ氏だ。", "It is Zalembanoff."), model=HUMAN)
    other = translated("ザレンバノフ氏は去った。", "Zarembanov left.")
    person = replace(translated("高市氏だ。", "It is Takaichi."), model=HUMAN)
    lines = [translated("会見", "News"), by_hand, other, person]
    after = agree_in_article(article(*(line.ja for line in lines)), lines, GLOSSARY)
    assert [line.en for line in after[1:]] == [
        "It is Zalembanoff.",
        "Zalembanoff left.",
        "It is Takaichi.",
    ]


def test_unknown_surname_is_told_with_the_full_name_of_the_article() -> None:
    lines = [translated("会見", "News"), translated("山岡氏は去った。", "Yamaoka left.")]
    after = agree_in_article(
        article(*(line.ja for line in lines), text="山岡健一氏は来た。"), lines, GLOSSARY
    )
    assert after[1].flags[0].reason.endswith("; in full 山岡健一 in the article")


def entry(ja: str, en: str, *, text: str = "") -> DigestEntry:
    sentence = DigestSentence(Sentence(0, ja, 0, len(ja), 0), translated(ja, en), 1.0)
    return DigestEntry(article("会見", ja, text=text), translated("会見", "News"), (sentence,), 1)


def test_articles_of_a_digest_agree_and_doing_it_again_changes_nothing() -> None:
    entries = [
        agree_in_entry(entry("日銀が動いた。", "The BOJ acted."), GLOSSARY),
        agree_in_entry(entry("日銀だ。", "It is the Bank of Japan."), GLOSSARY),
        agree_in_entry(entry("スミス氏だ。", "It is Smith."), GLOSSARY),
        agree_in_entry(entry("スミス氏は去った。", "Smyth left."), GLOSSARY),  # another Smith
    ]
    once = agree_in_digest(entries, GLOSSARY)
    assert [made.sentences[0].translation.en for made in once] == [
        "The Bank of Japan acted.",
        "It is the Bank of Japan.",
        "It is Smith.",
        "Smyth left.",
    ]
    assert agree_in_digest(once, GLOSSARY) == once
    assert [agree_in_entry(made, GLOSSARY) for made in once] == once


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Yamaoka", True), ("Kenichi", True), ("Police", False), ("Japan", False), ("The", False)],
)
def test_romaji(word: str, expected: bool) -> None:
    assert is_romaji(word) is expected
