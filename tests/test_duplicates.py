"""Which articles say the same, and which only look alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kawaraban.extraction import link_duplicates
from kawaraban.extraction.duplicates import article_id
from kawaraban.pipeline import Vectors
from kawaraban.types import Article

BANK = (
    "架空銀行は31日の金融政策決定会合で、政策金利を0.5%程度に据え置くことを決めた。据え置きは4会合連続となる。"
    "同時に公表した展望リポートでは、2025年度の物価見通しを2.2%から2.7%に引き上げた。"
)
QUAKE = (
    "31日午前8時25分ごろ、カムチャツカ半島付近を震源とする地震があった。架空港で{height}センチの津波を観測した。"
    "消防によると、避難の際に転倒するなどして{hurt}人がけがをした。沿岸の自治体は{shelters}カ所の避難所を開いた。"
)
SPACE = (
    "架空宇宙開発は30日、小型ロケットの3号機を打ち上げ、衛星5基を軌道に投入した。"
    "国内の民間企業では初めてとなる。"
)

CASES = [
    ("the same text", BANK, BANK, True),
    ("other spaces and signs", BANK, BANK.replace("、", "､ ").replace("0.5%", "0.5％"), True),
    ("a light edit", BANK, BANK.replace("ことを決めた", "と決めた"), True),
    ("the copy is cut", BANK + SPACE, BANK + SPACE[:30], True),
    (
        "an update with new figures",
        QUAKE.format(height=30, hurt=3, shelters=12),
        QUAKE.format(height=60, hurt=11, shelters=48),
        False,
    ),
    ("two stories with one header", "架空新聞 31日\n" + BANK, "架空新聞 31日\n" + SPACE, False),
    ("two stories", BANK, SPACE, False),
]


def article(text: str, title: str = "題名") -> Article:
    paragraphs = tuple(text.split("\n"))
    return Article(article_id(title, paragraphs), title, paragraphs, "source", "location")


@pytest.mark.parametrize(("name", "first", "second", "same"), CASES, ids=[c[0] for c in CASES])
def test_link_duplicates_when_pair_is_given_then_only_copies_are_linked(
    name: str, first: str, second: str, same: bool
) -> None:
    a, b = link_duplicates([article(first), article(second, "別の題名")])
    assert a.duplicate_of is None
    assert b.duplicate_of == (a.id if same else None)


def test_link_duplicates_when_three_copies_then_all_point_to_the_first_in_order() -> None:
    articles = [article(BANK), article(SPACE), article(BANK, "二"), article(BANK, "三")]
    linked = link_duplicates(articles)
    assert [a.id for a in linked] == [a.id for a in articles]
    assert [a.duplicate_of for a in linked] == [None, None, articles[0].id, articles[0].id]


def test_link_duplicates_when_verbatim_with_title_then_points_to_its_own_id() -> None:
    first, second = link_duplicates([article(BANK), article(BANK)])
    assert first.id == second.id == second.duplicate_of


REWRITE = (
    "架空銀行が31日に開いた金融政策決定会合は、政策金利を0.5%程度で維持すると決定した。据え置きは4会合連続となる。"
    "展望リポートでは2025年度の物価の見通しについて、2.2%から2.7%への引き上げを示した。"
)


class TopicEncoder:
    """Central banks in one direction, everything else in another."""

    model = "toy@1"

    def embed(self, sentences: Sequence[str]) -> Vectors:
        rows = [[1.0, 0.0] if "架空銀行" in s or "展望" in s else [0.0, 1.0] for s in sentences]
        return np.array(rows, dtype=np.float32).reshape(len(sentences), 2)


def test_link_duplicates_when_rewritten_then_linked_only_with_encoder() -> None:
    pair = [article(BANK, "架空銀行が据え置き"), article(REWRITE, "架空銀行、金利維持")]
    assert link_duplicates(pair)[1].duplicate_of is None
    assert link_duplicates(pair, encoder=TopicEncoder())[1].duplicate_of == pair[0].id


def test_article_id_when_text_is_the_same_then_stable() -> None:
    assert article_id("題", ["本文。"]) == article_id("題", ("本文。",)) == "95ebfddc3ebd464b"
    assert article_id("題", ["本文。"]) != article_id("題本", ["文。"])
