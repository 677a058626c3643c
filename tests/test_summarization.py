import zlib
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kawaraban.segmentation import segment
from kawaraban.summarization import SUMMARIZERS, SummaryInput
from kawaraban.summarization.centrality import Weights, summarize
from kawaraban.summarization.content import figures, terms
from kawaraban.summarization.guards import (
    announces_quote,
    is_bare_quote,
    is_debris,
    leans_back,
    units,
)
from kawaraban.types import Article

DEBRIS = [
    ("写真：通信社", True),
    ("（写真＝記者撮影）", True),
    ("工場の完成予想図＝ミナト電機提供", True),
    ("記者会見する佐伯社長＝25日、東京都港区（山田太郎撮影）", True),
    ("© 2026 東都新聞社", True),
    ("Copyright Toto Shimbun", True),
    ("無断転載を禁じます。", True),
    ("本記事は投資勧誘を目的としたものではありません。", True),
    ("投資に関する判断はご自身の責任で行ってください。", True),
    ("当社は一切の責任を負いません。", True),
    ("『港町に新工場、来春着工へ』。", True),
    ("東都新聞、2026年11月25日。", True),
    ("通信社電子版『港町に新工場、来春着工へ』。", True),
    ("市区町村：" + "甲野市、乙山町、" * 60, True),
    ("続きを読む", True),
    ("※※※", True),
    ("背景", True),
    ("写真の投稿サイトが人気を集めている。", False),
    ("写真家の作品が売れた。", False),
    ("提供を始めた。", False),
    ("責任は重い。", False),
    ("成長は急だ。", False),
    ("自己責任論が再び広がっている。", False),
    ("同社は来年、撮影所を新設する。", False),
    ("国が資料を公開したと発表した。", False),
    ("ミナト電機は2026年11月25日、新工場を発表した。", False),
    ("『港の歌』が賞を受けた。", False),
    ("大賞に選ばれたのは『港の歌』。", False),
    ("需要が爆発的に増加", False),
]

BARE_QUOTES = [
    ("「もう限界だ。」", True),
    ("「もう限界だ」。", True),
    ("「行くぞ。」「おう。」", True),
    ("「もう限界だ」と述べた。", False),
    ("社長は「限界だ」", False),
]

ANNOUNCING = [
    ("社長はこう語った。", True),
    ("同氏は記者団に次のように述べた。", True),
    ("監督は試合後、以下のようにコメントした：", True),
    ("社長は計画を語った。", False),
    ("こうして町は栄えた。", False),
]

LEANING = [
    ("同氏は反対の立場だ。", True),
    ("同社は増産を決めた。", True),
    ("これに対し、野党は反発した。", True),
    ("しかし、費用は膨らむ。", True),
    ("また、新型車も出す。", True),
    ("そのため開業は遅れる。", True),
    ("彼女は席を立った。", True),
    ("この急落を好機とみる投資家もいる。", True),
    ("その結果、開業は遅れる。", True),
    ("同モデルは来春に公開される。", True),
    ("こうして町は栄えた。", True),
    ("「そうか」と言って「帰ろう。", True),
    ("同時に二つの工場が動く。", False),
    ("同盟国が集まる。", False),
    ("同様の動きは各地で広がる。", False),
    ("またたび科の植物が見つかった。", False),
    ("彼岸花が見頃を迎えた。", False),
    ("この夏の気温は平年を上回った。", False),
    ("ミナト電機は増産を決めた。", False),
]

# body, units
UNITS = [
    ("工場は動く。人は足りない。", [(0,), (1,)]),
    ("社長はこう語った。「退くつもりはない。」株価は下げた。", [(0, 1), (2,)]),
    ("雨が降る。「もう遅い。」彼女は席を立った。", [(0,), (1, 2)]),
    ("社長は首を横に振った。\n「退くつもりはない。」", [(0, 1)]),
    ("「退くつもりはない。」", [(0,)]),
    ("写真：通信社\n「退くつもりはない。」\n株価は下げた。", [(1,), (2,)]),
    ("工場は来春に動く。\n写真：通信社", [(0,)]),
]


def hashed(texts: Sequence[str]) -> NDArray[np.float32]:
    vectors = np.zeros((len(texts), 256), dtype=np.float32)
    for row, text in zip(vectors, texts, strict=True):
        for i in range(len(text) - 1):
            row[zlib.crc32(text[i : i + 2].encode()) % 256] += 1.0
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.maximum(length, 1e-9)).astype(np.float32)


def inputs(
    body: str, *, title: str = "", key_points: Sequence[str] = (), focus: str = ""
) -> SummaryInput:
    sentences = segment(Article("id", title, tuple(body.split("\n")), "source", "location"))
    return SummaryInput(
        title=title,
        sentences=sentences,
        vectors=hashed([sentence.text for sentence in sentences]),
        title_vector=hashed([title])[0] if title else None,
        key_point_vectors=hashed(key_points) if key_points else None,
        focus_vector=hashed([focus])[0] if focus else None,
        key_points=key_points,
    )


NEWS = (
    "秋晴れの空の下、町の広場に多くの人が集まった。"
    "ミナト電機は25日、熊本県に半導体の新工場を建てると発表した。"
    "投資額は1兆2000億円で、2029年の稼働を目指す。"
    "同社の佐伯社長は会見で国内の供給網を守ると語った。"
    "ミナト電機は25日、熊本県に半導体の新工場を建てると改めて発表した。"
    "しかし、地元では地下水の不足を心配する声がある。"
    "県は来年、地下水の調査を始める。"
    "写真：ミナト電機"
)
HEADLINE = "ミナト電機、熊本に半導体新工場　1兆2000億円"


@pytest.mark.parametrize(("text", "expected"), DEBRIS)
def test_is_debris_when_text_then_credits_and_disclaimers_only(text: str, expected: bool) -> None:
    assert is_debris(text) is expected


@pytest.mark.parametrize(("text", "expected"), BARE_QUOTES)
def test_is_bare_quote_when_text_then_speakerless_only(text: str, expected: bool) -> None:
    assert is_bare_quote(text) is expected


@pytest.mark.parametrize(("text", "expected"), ANNOUNCING)
def test_announces_quote_when_text_then_as_expected(text: str, expected: bool) -> None:
    assert announces_quote(text) is expected


@pytest.mark.parametrize(("text", "expected"), LEANING)
def test_leans_back_when_text_then_pronouns_and_connectives_only(text: str, expected: bool) -> None:
    assert leans_back(text) is expected


@pytest.mark.parametrize(("body", "expected"), UNITS)
def test_units_when_quotes_then_speaker_and_quote_are_together(
    body: str, expected: list[tuple[int, ...]]
) -> None:
    assert units(inputs(body).sentences) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("日銀、0.25%へ利上げ", {"日銀", "0.25%", "利上"}),
        ("ＡＩ半導体", {"ai", "半導", "導体"}),
        ("が、のと", set()),
    ],
)
def test_terms_when_text_then_content_only(text: str, expected: set[str]) -> None:
    assert terms(text) == expected


def test_figures_when_text_then_whole_numbers_with_units() -> None:
    assert figures("投資額は1兆2,000億円、２５％増の5.5倍") == {"1兆2000億円", "25%", "5.5倍"}


@pytest.mark.parametrize("name", SUMMARIZERS)
def test_summarizers_when_limits_then_length_is_kept(name: str) -> None:
    article = inputs(NEWS, title=HEADLINE)
    for n_sentences in (1, 2, 3):
        summary = SUMMARIZERS[name](article, n_sentences=n_sentences, max_chars=None)
        assert len(summary.indices) == len(summary.saliences) == n_sentences
        assert list(summary.indices) == sorted(set(summary.indices))
        assert summary.method == name
    summary = SUMMARIZERS[name](article, n_sentences=None, max_chars=70)
    assert 0 < sum(len(article.sentences[index].text) for index in summary.indices) <= 70
    summary = SUMMARIZERS[name](article, n_sentences=2, max_chars=35)
    assert len(summary.indices) == 1


@pytest.mark.parametrize("name", SUMMARIZERS)
@pytest.mark.parametrize(
    ("body", "indices"),
    [("", ()), ("一文だけの記事である。", (0,)), ("二文ある。短い記事だ。", (0, 1))],
)
def test_summarizers_when_article_is_short_then_all_of_it(
    name: str, body: str, indices: tuple[int, ...]
) -> None:
    summary = SUMMARIZERS[name](inputs(body, title="記事"), n_sentences=3, max_chars=None)
    assert summary.indices == indices


@pytest.mark.parametrize("name", SUMMARIZERS)
def test_summarizers_when_even_one_sentence_is_too_long_then_one_anyway(name: str) -> None:
    summary = SUMMARIZERS[name](inputs(NEWS, title=HEADLINE), n_sentences=3, max_chars=5)
    assert len(summary.indices) == 1


def test_summarize_when_lead_is_colour_then_news_is_found_and_not_repeated() -> None:
    summary = summarize(inputs(NEWS, title=HEADLINE), n_sentences=2, max_chars=None)
    assert summary.indices == (1, 2)


def test_summarize_when_all_are_wanted_then_credit_is_left_out() -> None:
    summary = summarize(inputs(NEWS, title=HEADLINE), n_sentences=20, max_chars=None)
    assert summary.indices == (0, 1, 2, 3, 4, 5, 6)


def test_summarize_when_nothing_but_debris_then_it_is_shown_rather_than_nothing() -> None:
    summary = summarize(inputs("写真：通信社"), n_sentences=3, max_chars=None)
    assert summary.indices == (0,)


def test_summarize_when_key_point_names_a_late_sentence_then_it_is_chosen() -> None:
    article = inputs(NEWS, title=HEADLINE, key_points=["県は来年、地下水を調査"])
    assert 6 in summarize(article, n_sentences=3, max_chars=None).indices


def test_summarize_when_focus_then_choice_leans_to_it() -> None:
    article = inputs(NEWS, title=HEADLINE, focus="県は来年、地下水の調査を始める。")
    assert 6 in summarize(article, n_sentences=2, max_chars=None).indices


def test_summarize_when_quote_is_chosen_then_its_speaker_is_too() -> None:
    body = (
        "市は新しい計画を公表した。\n佐藤市長はこう述べた。\n「地下水は必ず守る。」\n"
        "工事は春に始まる。\n費用は10億円だ。"
    )
    for n_sentences in range(1, 6):
        article = inputs(body, title="市長「地下水は必ず守る」")
        chosen = summarize(article, n_sentences=n_sentences, max_chars=None).indices
        assert (1 in chosen) == (2 in chosen)
    assert {1, 2} <= set(summarize(article, n_sentences=2, max_chars=None).indices)


def test_summarize_when_two_say_the_same_then_the_leaning_one_waits() -> None:
    body = "町は祭りを開いた。しかし、雨で客足は伸びなかった。雨で客足は伸びなかった。"
    summary = summarize(inputs(body, title="雨で客足伸びず"), n_sentences=1, max_chars=None)
    assert summary.indices == (2,)


def test_summary_input_when_vectors_are_missing_then_error_says_what_to_do() -> None:
    article = inputs(NEWS)
    with pytest.raises(ValueError, match="7 vectors for 8 sentences"):
        SummaryInput("題", article.sentences, article.vectors[:-1])


@given(
    st.lists(
        st.text(alphabet="円が上昇。「」写真：こう述べた12A", min_size=1, max_size=20), max_size=12
    ),
    st.one_of(st.none(), st.integers(1, 5)),
    st.one_of(st.none(), st.integers(1, 60)),
)
def test_summarizers_when_any_article_then_indices_are_sound_and_repeatable(
    lines: list[str], n_sentences: int | None, max_chars: int | None
) -> None:
    article = inputs("\n".join(lines), title="円が上昇")
    for method in SUMMARIZERS.values():
        summary = method(article, n_sentences=n_sentences, max_chars=max_chars)
        assert summary == method(article, n_sentences=n_sentences, max_chars=max_chars)
        assert bool(summary.indices) == bool(article.sentences)
        assert list(summary.indices) == sorted(set(summary.indices))
        assert all(0 <= index < len(article.sentences) for index in summary.indices)
        n_chars = sum(len(article.sentences[index].text) for index in summary.indices)
        assert len(summary.indices) <= (n_sentences or len(lines) * 20)
        assert max_chars is None or n_chars <= max_chars or len(summary.indices) == 1


def test_weights_when_all_but_position_are_zero_then_lead() -> None:
    position = Weights(
        headline_similarity=0,
        headline_terms=0,
        centrality=0,
        content=0,
        number=0,
        redundancy=0,
        leaning=0,
    )
    summary = summarize(inputs(NEWS, title="題"), n_sentences=3, max_chars=None, weights=position)
    assert summary.indices == (0, 1, 2)
