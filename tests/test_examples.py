"""The example sources: what they are said to hold is what the program finds in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kawaraban.pipeline import Harvest, harvest, link
from kawaraban.run import collect_all, load_encoder
from kawaraban.segmentation import segment
from kawaraban.settings import Settings

EXAMPLES = Path(__file__).parent.parent / "examples"
MAX_ARTICLES = 18  # so that the first digest of a new user takes seconds

# location (of the feed: end of the link), beginning of the title, least number of sentences
ARTICLES = [
    ("morning-dump.txt", "ルミナAI、企業価値40兆円に", 12),
    ("morning-dump.txt", "日銀の早川審議委員", 11),
    ("morning-dump.txt", "25日午後11時12分ごろ、三陸沖を震源とする地震", 11),
    ("morning-dump.txt", "トキワ自動車、営業益28%減", 12),
    ("morning-dump.txt", "生成AIに学習データの開示義務", 12),
    ("morning-dump.txt", "日銀の早川審議委員", 11),
    ("aoba-keizai.html", "北斗セミコン、宮城に1.2兆円", 15),
    ("kanto-digital.html", "北斗セミコン、大衡村に新工場", 13),
    ("retto-weekly.html", "政府、21兆円の経済対策", 10),
    ("retto-weekly.html", "コンビニ3位のマルフク", 11),
    ("toto-online.html", "電力需要、2035年度に1.3倍", 13),
    ("yasashii-news.html", "生まれる子ども、年66万人前後に", 10),
    ("mutsu-nippo.html", "大衡に半導体新工場", 11),
    ("20261125-017", "訪日客、10月は412万人", 12),
    ("20261125-021", "北斗セミコン、宮城に1.2兆円", 15),
    ("20261125-024", "日韓、水素とアンモニアを共同調達", 10),
]
NOISE = [
    *("ログイン", "続きを読む", "無断転載", "Copyright", "……", "広告", "【PR】", "関連ニュース"),
    *("(25日、東京都港区)", "22.4万件", "9,820", "アクセスランキング", "編集部", "阿部真理子"),
    *("ことばのせつめい", "雪見の宿", "こうせいろうどうしょう", "せつめい", "完成予想図"),
]


@pytest.fixture(scope="module")
def found() -> Harvest:
    encoder = load_encoder(Settings())
    sources = [str(EXAMPLES / "sources.yaml")]
    return link(
        harvest(collect_all(sources, settings=Settings()), encoder=encoder), encoder=encoder
    )


def test_the_articles_are_those_that_were_written_in_their_order(found: Harvest) -> None:
    seen = [(article.location.split("/")[-1], article.title) for article in found.articles]
    wanted = [(place, title) for place, title, _ in ARTICLES]
    assert [place for place, _ in seen] == [place for place, _ in wanted]
    assert [
        got for (_, got), (_, title) in zip(seen, wanted, strict=True) if title not in got
    ] == []
    assert len(seen) <= MAX_ARTICLES
    assert found.skipped == ()


def test_no_sentence_is_lost_and_none_is_noise(found: Harvest) -> None:
    for article, (place, title, least) in zip(found.articles, ARTICLES, strict=True):
        assert len(segment(article)) >= least, (place, title)
        assert [noise for noise in NOISE if noise in article.text] == [], (place, title)


def test_the_two_copies_are_linked_to_what_they_repeat(found: Harvest) -> None:
    titles = {article.id: article.title for article in found.articles}
    copies = {
        (article.location.split("/")[-1], titles[article.duplicate_of])
        for article in found.articles
        if article.duplicate_of
    }
    assert copies == {
        ("morning-dump.txt", "日銀の早川審議委員「12月の利上げ、排除せず」 高松で講演"),
        ("20261125-021", "北斗セミコン、宮城に1.2兆円の半導体工場 政府が4割補助"),
    }


def test_the_old_page_is_really_shift_jis() -> None:
    body = (EXAMPLES / "shift-jis" / "mutsu-nippo.html").read_bytes()
    assert "半導体" in body.decode("cp932")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_every_file_is_described_in_the_readme() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    files = [path for path in EXAMPLES.rglob("*") if path.is_file() and path.name != "README.md"]
    names = [path.relative_to(EXAMPLES).as_posix() for path in files]
    assert [name for name in names if f"`{name}`" not in readme] == []
    assert "CC0" in readme
