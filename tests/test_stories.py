import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kawaraban.segmentation import segment
from kawaraban.stories import build_stories, group_stories, lead_text, pick_brief
from kawaraban.types import (
    Article,
    DigestEntry,
    DigestSentence,
    Flag,
    FlagKind,
    Story,
    Translation,
)

QUALITY = Path(__file__).parent / "quality" / "stories.tsv"
ENCODER = Path(__file__).parents[1] / "models" / "sentence-encoder"
DAY = date(2026, 11, 25)


class HashedPairs:
    """A stand-in for the sentence encoder: hashed character pairs."""

    model = "hashed-pairs@1"

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(sentences), 256), dtype=np.float32)
        for row, text in zip(vectors, sentences, strict=True):
            for i in range(len(text) - 1):
                row[zlib.crc32(text[i : i + 2].encode()) % 256] += 1.0
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.maximum(length, 1e-9)).astype(np.float32)


def article(
    title: str,
    body: str,
    *,
    outlet: str = "東都新聞",
    published_at: str = "",
    duplicate_of: str | None = None,
) -> Article:
    when = datetime.fromisoformat(published_at) if published_at else None
    return Article(
        id=f"{zlib.crc32((outlet + title + body).encode()):08x}",
        title=title,
        paragraphs=tuple(body.split("¶")),
        source=outlet,
        location="test",
        outlet=outlet,
        published_at=when,
        duplicate_of=duplicate_of,
    )


def quality_articles() -> list[tuple[str, Article]]:
    rows = [
        line.split("\t")
        for line in QUALITY.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return [
        (event, article(title, body, outlet=outlet, published_at=when))
        for event, outlet, when, title, body in rows
    ]


def entry(item: Article, *, en: str = "", kinds: Sequence[FlagKind] = ()) -> DigestEntry:
    sentences = segment(item)
    flags = tuple(Flag(kind, "test") for kind in kinds)
    chosen = tuple(
        DigestSentence(s, Translation(s.text, en or "English", -0.3, "test@1", flags), 1 / (1 + i))
        for i, s in enumerate(sentences)
    )
    return DigestEntry(item, Translation(item.title, en, -0.3, "test@1"), chosen, len(sentences))


def stories_of(
    items: Sequence[Article],
    *,
    duplicates: Sequence[Article] = (),
    watch_words: Sequence[str] = (),
    en: str = "",
) -> tuple[Story, ...]:
    return build_stories(
        [entry(item, en=en) for item in items],
        duplicates,
        encoder=HashedPairs(),
        watch_words=watch_words,
        day=DAY,
    )


def grouped(items: Sequence[Article]) -> list[list[int]]:
    return group_stories(items, HashedPairs().embed([lead_text(item) for item in items]))


def assert_events_are_stories(encoder: HashedPairs) -> None:
    events, items = zip(*quality_articles(), strict=True)
    vectors = encoder.embed([lead_text(item) for item in items])
    wanted = [
        [i for i, event in enumerate(events) if event == name] for name in dict.fromkeys(events)
    ]
    found = group_stories(items, vectors)
    assert [[events[i] for i in group] for group in found] == [
        [events[i] for i in group] for group in wanted
    ]
    assert found == wanted


def test_group_stories_when_a_day_of_news_then_each_event_is_one_story() -> None:
    assert_events_are_stories(HashedPairs())


@pytest.mark.skipif(not (ENCODER / "manifest.json").exists(), reason="no sentence encoder yet")
def test_group_stories_when_embedded_encoder_then_each_event_is_one_story() -> None:
    from kawaraban.embedding import OnnxEncoder

    assert_events_are_stories(OnnxEncoder(ENCODER))


def test_group_stories_when_order_is_reversed_then_groups_are_the_same() -> None:
    items = [item for _, item in quality_articles()]
    there = {frozenset(items[i].id for i in group) for group in grouped(items)}
    items = items[::-1]
    assert {frozenset(items[i].id for i in group) for group in grouped(items)} == there


def test_group_stories_when_chain_of_overlaps_then_ends_stay_apart() -> None:
    items = [
        article(
            "甲野市の新駅、来春に開業へ", "甲野市の新駅が来春に開業する。駅前に商業施設ができる。"
        ),
        article(
            "新駅の駅前に商業施設、丙川百貨店が進出",
            "甲野市の駅前の商業施設に丙川百貨店が進出する。",
        ),
        article(
            "丙川百貨店、乙山市の旗艦店を閉店", "丙川百貨店は乙山市の旗艦店を閉める。跡地は未定だ。"
        ),
    ]
    for group in grouped(items):
        assert not {0, 2} <= set(group)


def test_group_stories_when_same_text_two_days_later_then_two_stories() -> None:
    body = "秋の交通安全運動が始まり、県警は夜間の取り締まりを強める。"
    early = article("秋の交通安全運動始まる", body, published_at="2026-11-21T00:00:00+00:00")
    late = article("秋の交通安全運動始まる", body + "。", published_at="2026-11-25T00:00:00+00:00")
    assert grouped([early, late]) == [[0], [1]]
    assert grouped([replace(early, published_at=None), late]) == [[0, 1]]


def test_group_stories_when_duplicate_then_it_is_with_its_original() -> None:
    first = article("港で花火大会", "港で花火大会があった。")
    other = article("国会が開会", "国会が開会し、首相が演説した。")
    copy = replace(other, id="copy", title="全く別の見出し", duplicate_of=first.id)
    lost = replace(other, id="lost", duplicate_of="gone")
    assert grouped([copy, first, other, lost]) == [[0, 1], [2], [3]]


@given(st.lists(st.text(alphabet="日経半導体高値円安1234、。", max_size=30), max_size=8))
def test_group_stories_when_any_texts_then_each_article_is_in_one_story(texts: list[str]) -> None:
    items = [article(text, text, outlet=str(i)) for i, text in enumerate(texts)]
    assert sorted(i for group in grouped(items) for i in group) == list(range(len(texts)))


def test_build_stories_when_more_outlets_report_then_story_is_first_and_says_so() -> None:
    stories = stories_of([item for _, item in quality_articles()])
    assert stories[0].reasons[0] == "3 outlets"
    assert len(stories[0].outlets) == 3
    ranks = [story.rank for story in stories]
    assert ranks == sorted(ranks, reverse=True)
    assert len({story.id for story in stories}) == len(stories)


@pytest.mark.parametrize(
    ("word", "en", "title"),
    [
        ("クマ", "", "住宅街にクマ、2人軽傷　富山市"),
        ("ｸﾏ", "", "住宅街にクマ、2人軽傷　富山市"),
        ("JR西日本", "", "珠洲市で強い揺れ、北陸新幹線が一時停止"),
    ],
)
def test_build_stories_when_watch_word_stands_in_japanese_then_story_is_first(
    word: str, en: str, title: str
) -> None:
    stories = stories_of([item for _, item in quality_articles()], watch_words=(word,), en=en)
    assert f"watch: {word}" in stories[0].reasons
    assert title in [each.article.title for each in stories[0].entries]


@pytest.mark.parametrize(
    ("word", "en", "found"),
    [
        ("chip", "Export rules for chips are under review.", True),
        ("Chip", "The CHIP plant opens.", True),
        ("AI", "He said nothing.", False),
        ("AI", "生成AIの規制", True),
        ("rare earth", "Rare earths stay scarce.", True),
        ("", "Anything at all.", False),
    ],
)
def test_build_stories_when_watch_word_is_latin_then_whole_words_count(
    word: str, en: str, found: bool
) -> None:
    (story,) = stories_of([article("見出し", "本文がある。")], watch_words=(word,), en=en)
    assert (f"watch: {word}" in story.reasons) is found


def test_build_stories_when_watch_word_is_only_in_passing_then_headline_goes_first() -> None:
    passing = article("電力需要が増加へ", "電力の需要が増える。" * 4 + "半導体工場も一因だ。")
    about = article("半導体の新工場", "熊本県に工場が建つ。")
    entries = [
        replace(entry(item), sentences=entry(item).sentences[:2]) for item in (passing, about)
    ]
    stories = build_stories(entries, (), encoder=HashedPairs(), watch_words=("半導体",), day=DAY)
    assert [story.entries[0].article.title for story in stories] == [about.title, passing.title]
    assert stories[1].reasons == ("watch: 半導体",)


def test_build_stories_when_article_is_old_then_it_sinks_and_says_why() -> None:
    fresh = article(
        "港で花火大会", "港で花火大会があった。", published_at="2026-11-25T03:00:00+00:00"
    )
    old = article("国会が開会", "国会が開会した。", published_at="2026-11-22T20:00:00+00:00")
    stories = stories_of([old, fresh])
    assert [story.entries[0].article.title for story in stories] == ["港で花火大会", "国会が開会"]
    assert stories[1].reasons == ("2 days old",)
    ancient = replace(old, published_at=datetime(2025, 7, 31, 20, 0, tzinfo=UTC))
    assert stories_of([ancient])[0].reasons == ("from 2025-08-01",)


def test_build_stories_when_duplicates_then_their_outlets_are_listed() -> None:
    first = article("港で花火大会", "港で花火大会があった。")
    copy = replace(first, id="copy", outlet="経済日報", duplicate_of=first.id)
    second = replace(first, id="second", outlet="北陸時報", duplicate_of="copy")
    circle = replace(first, id="circle", duplicate_of="circle")
    (story,) = stories_of([first], duplicates=[copy, second, circle])
    assert story.duplicates == (copy, second)
    assert story.outlets == ("東都新聞", "経済日報", "北陸時報")
    assert "3 outlets" in story.reasons


def test_build_stories_when_nothing_then_nothing() -> None:
    assert stories_of([]) == ()
    assert pick_brief((), n_sentences=5) == ()


def test_build_stories_when_run_twice_then_the_same() -> None:
    items = [item for _, item in quality_articles()]
    assert stories_of(items) == stories_of(items)


def test_pick_brief_when_stories_then_one_sentence_each_in_rank_order() -> None:
    stories = stories_of([item for _, item in quality_articles()])
    brief = pick_brief(stories, n_sentences=5)
    assert len(brief) == 5
    numbers = [number for number, _ in brief]
    assert numbers == sorted(set(numbers))
    for number, index in brief:
        assert stories[number].entries[0].sentences[index].sentence.text


def test_pick_brief_when_two_stories_say_the_same_then_the_second_says_something_else() -> None:
    first = Story("a", (entry(article("港で花火", "港で恒例の花火大会が開かれた。")),))
    second = Story("b", (entry(article("花火の夜", "港で恒例の花火大会が開催。店も賑わった。")),))
    assert pick_brief((first, second), n_sentences=2) == ((0, 0), (1, 1))
    third = Story("c", (entry(article("花火の夜", "港で恒例の花火大会が開催。")),))
    assert pick_brief((first, third), n_sentences=2) == ((0, 0),)


def test_pick_brief_when_sentence_is_marked_or_leans_then_another_is_taken() -> None:
    item = article("協議続く", "同氏は協議を続けると述べた。両国の代表が外務省で協議した。")
    assert pick_brief((Story("a", (entry(item),)),), n_sentences=1) == ((0, 1),)
    good = entry(article("協議続く", "両国の代表が協議した。首相は会見を開いた。"))
    bad = replace(good.sentences[0].translation, flags=(Flag("japanese_left", "test"),))
    marked = replace(good.sentences[0], translation=bad)
    item_marked = replace(good, sentences=(marked, good.sentences[1]))
    assert pick_brief((Story("a", (item_marked,)),), n_sentences=1) == ((0, 1),)


def test_fixtures_when_read_then_times_are_aware() -> None:
    dated = [item.published_at for _, item in quality_articles() if item.published_at]
    assert dated and all(when.tzinfo == UTC for when in dated)
