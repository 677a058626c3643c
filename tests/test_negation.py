"""A "not" lost or won is seen; forms that only look negative are left alone."""

from __future__ import annotations

import pytest

from kawaraban.translation.negation import check_negation

WON = [
    ("政府は増税を決めた。", "The government did not decide on a tax hike."),
    ("同社は生産を停止した。", "The company did not halt production."),
    ("不動産価格は上昇している。", "Real estate prices are not rising."),
    ("無線機の輸出が増えた。", "Exports of radios have not increased."),
    ("未来の都市を展示する。", "It doesn't exhibit the city of the future."),
    ("株価は下がるかもしれない。", "Share prices will not fall."),
    ("対策を急がなければならない。", "Measures must not be taken quickly."),
    ("まず原因を調べる。", "The cause will not be examined first."),
]
LOST = [
    ("両国は合意に至らなかった。", "The two countries reached an agreement."),
    ("銀行は融資を認めません。", "The bank approves the loan."),
    ("大学は授業を再開せず、", "The university resumes classes in the United States."),
    ("首相は会談に応じないと述べた。", "The prime minister said he would agree to talks."),
]
SAME = [
    ("両国は合意に至らなかった。", "The two countries failed to reach an agreement."),
    ("影響は避けられないだろう。", "The impact is likely inevitable."),
    ("価格だけでなく性能も重要だ。", "Performance matters as well as price."),
    ("損失は取り戻さなければなりません。", "The losses have to be recovered."),
    ("日程は未定だ。", "The schedule has not been decided."),
    ("被告に無罪が言い渡された。", "The defendant was found not guilty."),
    ("その名も知らぬ会社だ。", "It is a company I do not know."),
    ("創業者を逃がすな、との声がある。", "Some say the founder should not be let go."),
    ("工事の終わりは30年にずれ込む。", "The works will not end until 2030."),
    ("反対する人は少なくない。", "Many people are opposed."),
    ("ネットにつないだ。", "It was connected to the net."),
    ("事故で2人死ぬ", "Two Die in Accident"),
    ("「行かない」と言う彼を、車で運んだ。", "He was driven there in spite of his words."),
]


@pytest.mark.parametrize(("ja", "en"), WON)
def test_check_negation_when_not_was_won_then_says_so(ja: str, en: str) -> None:
    assert [f.reason for f in check_negation(ja, en)] == [
        "the English is negative, the Japanese is not"
    ]


@pytest.mark.parametrize(("ja", "en"), LOST)
def test_check_negation_when_not_was_lost_then_says_so(ja: str, en: str) -> None:
    assert [f.reason for f in check_negation(ja, en)] == [
        "the Japanese is negative, the English is not"
    ]


@pytest.mark.parametrize(("ja", "en"), SAME)
def test_check_negation_when_both_mean_the_same_then_is_silent(ja: str, en: str) -> None:
    assert check_negation(ja, en) == []
