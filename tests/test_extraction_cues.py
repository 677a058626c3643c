"""Each cue word against the examples that stand beside it in cues.toml."""

from __future__ import annotations

from typing import get_args

import pytest

from kawaraban.extraction.cues import Cue, is_disclaimer_prose, load_cues, match_cue
from kawaraban.types import BlockClass

CUES = load_cues()


@pytest.mark.parametrize("cue", CUES, ids=[cue.rule for cue in CUES])
def test_cue_when_its_example_is_read_then_it_is_the_first_to_match(cue: Cue) -> None:
    found = match_cue(cue.example)
    assert found is not None
    assert found.rule == cue.rule
    assert found.label in get_args(BlockClass)


COUNTER_EXAMPLES = [(cue.rule, text) for cue in CUES for text in cue.not_for]


@pytest.mark.parametrize(("rule", "text"), COUNTER_EXAMPLES)
def test_cue_when_its_counter_example_is_read_then_it_does_not_match(rule: str, text: str) -> None:
    found = match_cue(text)
    assert found is None or found.rule != rule


NEWS_LINES = [
    "日銀は31日の金融政策決定会合で、政策金利を0.5%程度に据え置くことを決めた。",
    "広告大手の電報堂は25日、純利益が前年同期比12%増の310億円だったと発表した。",
    "写真フィルム大手が医薬品事業に2000億円を投じる。",
    "著作権をめぐる訴訟で、最高裁は無断で複製した業者の上告を退けた。",
    "同社は「損害は限定的だ」と説明し、リスクを管理していると強調した。",
    "首相は「最終的な判断は国会に委ねる」と述べた。",
    "総務省は、電話勧誘をする事業者への規制を強める方針だ。",
    "日銀、利上げ見送り　物価見通しは引き上げ",
    "トヨタ、EV専用工場を九州に建設",
    "ホーム最終戦、観客5万人が沸く",
    "続く円安、家計に重荷",
    "コメント欄の中傷、削除の基準を公表　動画大手",
    "目次のない本、異例のヒット",
    "検索大手に課徴金2億ユーロ　欧州委",
]


@pytest.mark.parametrize("text", NEWS_LINES)
def test_cue_when_news_is_read_then_none_matches(text: str) -> None:
    assert match_cue(text) is None
    assert not is_disclaimer_prose(text)


DISCLAIMERS = [
    "本資料は情報提供を目的としたものであり、投資勧誘を目的とするものではありません。",
    "当社は、本レポートの正確性、完全性を保証するものではなく、利用により生じた損害について責任を負いません。",
    "掲載情報は投資の勧誘を目的としたものではありません。最終判断はご自身でお願いします。",
    "お客様は、当サイトの情報を第三者に提供し、または再配信することはできません。",
]


@pytest.mark.parametrize("text", DISCLAIMERS)
def test_disclaimer_when_in_the_voice_of_the_publisher_then_recognised(text: str) -> None:
    assert is_disclaimer_prose(text)
