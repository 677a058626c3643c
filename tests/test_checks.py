"""Suspect translations: each sign is seen, and true translations are left alone."""

from __future__ import annotations

import pytest

from kawaraban.translation.checks import Limits, check
from kawaraban.translation.coverage import Meaning
from kawaraban.types import NumberCheck, TermCheck

SUSPECT = [
    ("市場は落ち着きを取り戻した。", "", "empty"),
    ("市場は落ち着きを取り戻した。", "...", "empty"),
    ("市場は落ち着きを取り戻した。", "市場は落ち着きを取り戻した。", "copied"),
    ("市場は落ち着きを取り戻した。", "The market 落ち着き regained its calm.", "japanese_left"),
    (
        "政府は対策を急ぐ方針だ。",
        "The government, the government, the government plans.",
        "repetition",
    ),
    ("首相は国会で説明した。", "I'm sorry. I'm sorry. I'm sorry. I'm sorry.", "repetition"),
    (
        "党内では首相の責任を問う声が強まっている。",
        "Calls for the prime minister to resign grow calls for the prime minister to resign grow "
        "calls for the prime minister.",
        "repetition",
    ),
    (
        "政府は来年度の予算案をまとめ、与党と最終的な調整を急いでいる。",
        "The government rushes.",
        "length",
    ),
    ("雨が降り、試合は中止になった。", "It rained " + "and rained hard " * 8, "length"),
    ("両国は合意に至らなかった。", "The two countries reached an agreement.", "negation"),
    ("政府は増税を決めた。", "The government did not decide on a tax hike.", "negation"),
    ("景気は本当に回復しているのでしょうか。", "The economy is really recovering.", "question"),
    (
        "社長は「今の価格では利益を出すことができない」と述べ、値上げを示唆した。",
        "The president found the price high and hinted at a hike.",
        "quote",
    ),
]
TRUE = [
    ("市場は落ち着きを取り戻した。", "The market regained its calm."),
    ("両国は合意に至らなかった。", "The two countries failed to reach an agreement."),
    ("対策を急がなければならない。", "Measures must be taken quickly."),
    ("影響は避けられないだろう。", "The impact is likely inevitable."),
    ("景気は本当に回復しているのでしょうか。", "Is the economy really recovering?"),
    ("「バブル」との見方もある。", "Some call it a bubble."),
    ("損失は取り戻さなければなりません。", "The losses have to be recovered."),
    ("価格だけでなく性能も重要だ。", "Performance matters as well as price."),
    ("はい。", "Yes."),
    ("はるか昔、はるか昔、はるか昔の話だ。", "Long ago, long ago, long ago, so the story goes."),
]


@pytest.mark.parametrize(("ja", "en", "kind"), SUSPECT)
def test_check_when_translation_is_bad_then_says_why(ja: str, en: str, kind: str) -> None:
    flags = check(ja, en)
    assert kind in [flag.kind for flag in flags]
    assert all(flag.reason for flag in flags)


@pytest.mark.parametrize(("ja", "en"), TRUE)
def test_check_when_translation_is_true_then_is_silent(ja: str, en: str) -> None:
    assert check(ja, en) == ()


@pytest.mark.parametrize(
    ("evidence", "kind"),
    [
        ({"hit_limit": True}, "cut"),
        ({"log_prob": -3.0}, "low_log_prob"),
        ({"meaning": Meaning(0.05)}, "low_similarity"),
    ],
)
def test_check_when_decoder_or_encoder_doubts_then_flags(
    evidence: dict[str, object], kind: str
) -> None:
    flags = check("市場は落ち着いた。", "The market calmed.", **evidence)  # type: ignore[arg-type]
    assert [flag.kind for flag in flags] == [kind]


def test_check_when_figure_is_wrong_then_shows_value_in_both_languages() -> None:
    number = NumberCheck("5兆円", "5 billion yen", "5000000000000", "JPY", "wrong")
    (flag,) = check("規模は5兆円だ。", "It is 5 billion yen.", numbers=[number])
    assert flag.kind == "number"
    assert "5兆円 (5000000000000) reads 5 billion yen" in flag.reason


def test_check_when_term_is_only_looked_up_then_does_not_flag_it() -> None:
    term = TermCheck("首相", "prime minister", found=False)
    ja, en = "首相が話した。", "He spoke to them."
    assert check(ja, en, terms=[term]) == ()
    flags = check(ja, en, terms=[term], strict_terms=frozenset({"首相"}))
    assert [flag.kind for flag in flags] == ["term"]


def test_check_when_several_names_left_no_trace_then_something_is_missing() -> None:
    ja = "マイケルとジョセフィーヌとアレクサンドラがコンピューターを買った。"
    flags = check(ja, "They bought something together at a shop in the town yesterday.")
    assert "may be missing" in " ".join(flag.reason for flag in flags)


def test_check_when_limits_are_moved_then_obeys_them() -> None:
    ja = "市場は落ち着きを取り戻したとの見方が広がる。"
    en = "The view is spreading that the market has regained its calm."
    assert check(ja, en) == ()
    assert [f.kind for f in check(ja, en, limits=Limits(max_short=-9.0))] == ["length"]
