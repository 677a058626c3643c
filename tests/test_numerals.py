"""Figures: read in both languages, compared, rendered."""

from __future__ import annotations

from pathlib import Path

import pytest

from kawaraban.translation.numerals import (
    compare,
    compare_relative,
    parse_en,
    parse_ja,
    render_en,
)

QUALITY = Path(__file__).parent / "quality" / "numerals.tsv"

NOT_FIGURES = [
    "H200とGPT-5を使う。",
    "5Gから6Gへ移る。",
    "RTX Pro 6000Dの購入を禁じた。",
    "V3.2-expとRing-1Tを公開した。",
    "三菱電機と三井物産が四国で組む。",
    "五輪は十分に準備された。",
    "百貨店は千葉と八王子に出店した。",
    "四日市と六本木の一部で停電した。",
    "過半数の株主が反対した。",
    "件数と人数、指数の多数を数える。",
]

ENGLISH = [
    ("$5 trillion", "5000000000000", "USD"),
    ("750tn yen", "750000000000000", "JPY"),
    ("¥1.2bn", "1200000000", "JPY"),
    ("1.2 million people", "1200000", "person"),
    ("£2.8bn", "2800000000", "GBP"),
    ("one-fourth", "0.25", "fraction"),
    ("a quarter", "0.25", "fraction"),
    ("three-quarters", "0.75", "fraction"),
    ("fourfold", "4", "times"),
    ("twelve times", "12", "times"),
    ("mid-teens", "N*14", ""),
    ("a dozen", "12", ""),
    ("the 29th", "29", "ordinal"),
    ("Q2", "Q2", "Q"),
    ("second quarter", "Q2", "Q"),
    ("twenty-seven", "27", ""),
    ("two hundred thousand", "200000", ""),
    ("doubled", "2", "times"),
    ("halved", "0.5", "fraction"),
    ("3.2%", "3.2", "percent"),
    ("40 per cent", "40", "percent"),
    ("0.25 percentage point", "0.25", "point"),
    ("the 1990s", "1990s", "date"),
    ("Sept. 22", "--09-22", "date"),
    ("22 September 2005", "2005-09-22", "date"),
    ("October 4, 1957", "1957-10-04", "date"),
    ("December 2022", "2022-12", "date"),
    ("the end of 2026", "2026-12-31", "date"),
    ("3 p.m.", "T15:00", "time"),
    ("7.55am", "T07:55", "time"),
    ("billions of dollars", "N*1000000000", "USD"),
    ("several hundred thousand yen", "N*100000", "JPY"),
    ("two and a half years", "2.5", "year"),
    ("32-year-old", "32", "age"),
    ("No. 1", "1", "ordinal"),
    ("45th", "45", "ordinal"),
]

SAME = [
    ("約750兆円", "about 750 trillion yen"),
    ("数十億ドルの損失", "billions of dollars in losses"),
    ("数十億ドルの損失", "several billion dollars in losses"),
    ("3割が反対", "30% opposed"),
    ("4分の1に減った", "fell to a quarter"),
    ("2倍になった", "doubled"),
    ("11―19%", "11 to 19 percent"),
    ("4〜6月期", "the April-June quarter"),
    ("4〜6月期", "the second quarter"),
    ("半年で", "in six months"),
    ("1円=0.01ドル", "one yen is $0.01"),
    ("152円台", "in the 152 yen range"),
    ("152円台", "at 152.40 yen"),
    ("29日", "on Oct. 29"),
    ("29日", "on the 29th"),
    ("15年に設立", "founded in 2015"),
    ("15年の歴史", "a 15-year history"),
    ("十数人", "more than 10 people"),
    ("1兆2345億円", "about 1.2 trillion yen"),
    ("2人は会談した", "The pair met"),
    ("一つの理由", "the reason"),
    ("1社が残った", "a company remained"),
    ("▲3.2%", "fell 3.2%"),
    ("第二次世界大戦", "World War II"),
    ("5カ月連続", "for a fifth straight month"),
    ("20世紀初頭", "in the early 20th century"),
    ("午後3時", "at 3 p.m."),
    ("5時27分", "at 5:27 a.m."),
    ("2〜3万人", "20,000 to 30,000 people"),
    ("日経平均は300円安", "The Nikkei fell 300 points"),
    ("ペア12組", "a dozen pairs"),
    ("1日2回", "twice a day"),
    ("400メートルリレー", "the 4x100-meter relay"),
    ("トヨタ、ホンダ、日産の3社", "Toyota, Honda and Nissan"),
    ("3社とも黒字だった", "All were in the black"),
    ("3人組の音楽家", "a trio of musicians"),
    ("九条、桜川の両駅", "Kujo and Sakuragawa stations"),
    ("19年10月～20年9月", "10/2019-9/2020"),
    ("178回2/3を投げた", "pitched 178 2/3 innings"),
    ("身長166センチ", "1.66 m tall"),
    ("身長198センチ", "a 6-foot-6 guard"),
    ("300キロ以上続く", "runs for more than 300 km (180 miles)"),
    ("深さ5ミリ(1/5インチ)", "5 mm (1/5 inch) deep"),
    ("45億121万円", "4 billion 501 million 210 thousand yen"),
    ("順位は20位台", "ranks in the low 20s"),
    ("気温が90度を超えた", "temperatures in the 90s"),
    ("2〜3回の衝突", "a couple of clashes"),
    ("2〜3回の衝突", "a few clashes"),
    ("15〜20キロ", "15 to 20 kilometers"),
    ("3〜5%、最大で200万人", "3 to 5 percent, as many as 2 million"),
    ("4月15・16日の試合", "the games of April 15-16"),
    ("2008年11月26日に到着", "on the 26th of November they arrived (2008)"),
    ("紀元前27年1月16日", "on Jan. 16, 27 BC"),
    ("数十カ所の基地", "some four dozen bases"),
    ("開始15分に", "on the quarter-hour mark"),
    ("5勝7分け", "five wins and seven halves"),
    ("少なくとも1ポイント", "a point"),
]

DIFFERENT = [
    ("1月2日に明らかになった。", "It became known of the comedy duo.", "missing"),
    ("約750兆円", "about 750 billion yen", "wrong"),
    ("5兆ドル", "$500 billion", "wrong"),
    ("134億ドル", "$134 billion", "wrong"),
    ("90億円", "900 million yen", "wrong"),
    ("5兆ドル", "5 trillion yen", "wrong"),
    ("9月22日", "Sept. 23", "wrong"),
    ("9月22日", "Oct. 22", "wrong"),
    ("2026年末", "the end of 2025", "wrong"),
    ("3割が反対", "3% opposed", "wrong"),
    ("約400人", "about 406 people", "wrong"),
    ("11―19%", "11 to 18 percent", "wrong"),
    ("3カ月", "nine months", "missing"),
    ("2日間遮断した", "shut for eight days", "wrong"),
    ("2つの問題", "five problems", "wrong"),
    ("数億円", "tens of billions of yen", "missing"),
    ("4〜6月期", "the July-September quarter", "wrong"),
    ("午後3時", "3 a.m.", "wrong"),
    ("2歳の娘", "a three-year-old daughter", "missing"),
    ("0.25ポイント", "0.5 percentage point", "wrong"),
    ("1.5倍", "five times", "missing"),
    ("4万社", "companies", "missing"),
    ("身長198センチ", "a 6-foot-8 guard", "wrong"),
    ("300キロ続く", "runs for 250 miles", "wrong"),
    ("身長166センチ", "1.76 m tall", "wrong"),
    ("400メートルリレー", "the 4x200-meter relay", "wrong"),
    ("45億121万円", "4 billion 510 million yen", "wrong"),
    ("紀元前27年", "in 72 BC", "wrong"),
    ("2015/16シーズン", "the 2014/15 season", "wrong"),
]

RENDERED = [
    ("5兆ドル", "$5 trillion"),
    ("約750兆円", "about 750 trillion yen"),
    ("1兆2,345億円", "1.2345 trillion yen"),
    ("39,800万円", "398 million yen"),
    ("134億ドル", "$13.4 billion"),
    ("2000ドル", "$2,000"),
    ("11―19%", "11% to 19%"),
    ("0.25ポイント", "0.25 percentage point"),
    ("9月22日", "September 22"),
    ("29日", "the 29th"),
    ("2026年末", "the end of 2026"),
    ("22年12月", "December 2022"),
    ("1957年10月4日", "October 4, 1957"),
    ("7月中旬", "mid-July"),
    ("4〜6月期", "April-June quarter"),
    ("3ヶ月", "three months"),
    ("10〜20年後", "10 to 20 years"),
    ("2年半", "two and a half years"),
    ("7つ", "seven"),
    ("約4万社", "about 40,000"),
    ("3億回以上", "more than 300 million"),
    ("最大2億ドル", "up to $200 million"),
    ("数十億ドル", "billions of dollars"),
    ("数千人", "thousands of people"),
    ("約12倍", "about 12 times"),
    ("10分の1", "one-tenth"),
    ("21世紀", "21st century"),
    ("午後3時", "3 p.m."),
    ("震度6弱", "lower 6"),
    ("10代", "teens"),
    ("1200万トン", "12 million tons"),
]


RELATIVE = [
    ("昨年末に合意した。", "They agreed at the end of last year.", ["ok"]),
    ("昨年末に合意した。", "They agreed at the end of this year.", ["wrong"]),
    ("来月、訪米する。", "He visited the U.S. last month.", ["wrong"]),
    ("前年同期比で増えた。", "It rose from a year earlier.", ["ok"]),
    ("先週と今週の株価", "Stocks this week", ["ok"]),
    ("昨年、合意した。", "They agreed in 2024.", []),
    ("前日比で下げた。", "It fell from the previous day.", ["ok"]),
]


def _quality_rows() -> list[tuple[str, ...]]:
    lines = QUALITY.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("sentence", "surface", "value", "unit"), _quality_rows())
def test_parse_ja_when_figure_stands_in_sentence_then_reads_value(
    sentence: str, surface: str, value: str, unit: str
) -> None:
    found = [(q.surface, q.value, q.unit) for q in parse_ja(sentence)]
    assert (surface, value, unit) in found


@pytest.mark.parametrize("sentence", NOT_FIGURES)
def test_parse_ja_when_digits_belong_to_a_word_then_finds_nothing(sentence: str) -> None:
    assert [q.surface for q in parse_ja(sentence)] == []


@pytest.mark.parametrize(("text", "value", "unit"), ENGLISH)
def test_parse_en_when_figure_stands_in_sentence_then_reads_value(
    text: str, value: str, unit: str
) -> None:
    sentence = f"It was {text} then."
    found = [q for q in parse_en(sentence) if (q.value, q.unit) == (value, unit)]
    assert found
    assert sentence[found[0].start : found[0].end] == found[0].surface


@pytest.mark.parametrize(("ja", "en"), SAME)
def test_compare_when_english_says_the_same_then_is_content(ja: str, en: str) -> None:
    checks = compare(parse_ja(ja), parse_en(en), source=ja)
    assert [check.verdict for check in checks if check.verdict not in ("ok", "approximate")] == []


@pytest.mark.parametrize(("ja", "en", "verdict"), DIFFERENT)
def test_compare_when_english_says_another_figure_then_reports_it(
    ja: str, en: str, verdict: str
) -> None:
    checks = compare(parse_ja(ja), parse_en(en))
    assert verdict in [check.verdict for check in checks]


def test_compare_when_english_invents_a_figure_then_reports_it() -> None:
    ja, en = "売上高が増えた。", "Sales rose to $30 million."
    (check,) = compare(parse_ja(ja), parse_en(en), source=ja)
    assert (check.ja, check.en, check.verdict) == ("", "$30 million", "wrong")


def test_compare_when_invented_figure_has_digits_of_another_then_reports_it() -> None:
    ja, en = "10月30日に会談した。", "They met on Oct. 30 and on Oct. 10."
    verdicts = [check.verdict for check in compare(parse_ja(ja), parse_en(en), source=ja)]
    assert verdicts == ["ok", "wrong"]


def test_compare_when_name_digits_are_copied_then_is_content() -> None:
    ja, en = "GPT-5とH20を比べた。", "It compared GPT-5 with the H20."
    assert compare(parse_ja(ja), parse_en(en), source=ja) == ()


@pytest.mark.parametrize("ja", ["23年以降に10倍になった。", "23年度に10倍になった。"])
def test_compare_when_a_short_year_cannot_be_a_duration_then_years_do_not_answer(ja: str) -> None:
    wrong, right = (
        [check.verdict for check in compare(parse_ja(ja), parse_en(en)) if check.ja[:2] == "23"]
        for en in ("It rose tenfold in 23 years.", "It rose tenfold since 2023.")
    )
    assert right == ["ok"] and wrong != ["ok"]


def test_compare_when_a_year_and_a_month_of_it_compete_then_the_same_one_answers() -> None:
    ja = "17年度の上限を11万人に設定したが、17年1月にこれを覆した。"
    en = "It set the cap at 110,000, and in January 2017 it was overturned."
    verdicts = {check.ja: check.verdict for check in compare(parse_ja(ja), parse_en(en))}
    assert (verdicts["17年1月"], verdicts["17年度"]) == ("ok", "missing")


def test_compare_when_wrong_then_spans_point_at_both_figures() -> None:
    ja, en = "投資額は30億円だ。", "The investment is 30 billion yen."
    (check,) = compare(parse_ja(ja), parse_en(en))
    assert check.ja_span is not None
    assert check.en_span is not None
    assert ja[slice(*check.ja_span)] == "30億円"
    assert en[slice(*check.en_span)] == "30 billion yen"


@pytest.mark.parametrize(("ja", "en", "verdicts"), RELATIVE)
def test_compare_relative_when_both_are_told_from_today_then_compares(
    ja: str, en: str, verdicts: list[str]
) -> None:
    assert [check.verdict for check in compare_relative(ja, en)] == verdicts


@pytest.mark.parametrize(("surface", "english"), RENDERED)
def test_render_en_when_figure_is_certain_then_follows_house_style(
    surface: str, english: str
) -> None:
    assert [render_en(q) for q in parse_ja(surface)] == [english]


@pytest.mark.parametrize(("surface", "english"), RENDERED)
def test_render_en_when_read_again_then_is_the_same_figure(surface: str, english: str) -> None:
    checks = compare(parse_ja(surface), parse_en(english))
    assert [check.verdict for check in checks] == ["ok"]
