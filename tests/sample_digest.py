# ruff: noqa: E501  sentences stay whole
"""A day's digest written by hand, with every kind of flag and verdict, for the export tests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from kawaraban.types import (
    Article,
    Coverage,
    Digest,
    DigestEntry,
    DigestSentence,
    DroppedBlock,
    Flag,
    NumberCheck,
    Sentence,
    Skipped,
    Story,
    Translation,
)

DAY = date(2026, 11, 26)
MADE_AT = datetime(2026, 11, 25, 20, 45, tzinfo=UTC)
MODEL = "kawaraban-ja-en@1.0.0"
HOSTILE = (
    "<script>alert(1)</script>\r\nBcc: victim@example.com\r\n\r\n"
    '"><img src=x onerror=alert(1)> \u202e\u2066株価 [x](javascript:alert(1)) &lt;b&gt; {{ 7*7 }} \x00\ud800'
)
Numbers = Sequence[tuple[str, str | None, str, str, str]]


def translated(
    ja: str, en: str, *, flags: Sequence[Flag] = (), numbers: Numbers = ()
) -> Translation:
    """A translation whose ledger points at the first place of each surface in either language."""
    checks = tuple(
        NumberCheck(
            number_ja,
            number_en,
            value,
            unit,
            verdict,  # type: ignore[arg-type]
            ja_span=_span(ja, number_ja),
            en_span=_span(en, number_en),
        )
        for number_ja, number_en, value, unit, verdict in numbers
    )
    return Translation(ja, en, -0.31, MODEL, flags=tuple(flags), numbers=checks)


def _span(text: str, part: str | None) -> tuple[int, int] | None:
    at = text.find(part) if part else -1
    return (at, at + len(part)) if part and at >= 0 else None


def entry(article: Article, title: Translation, chosen: Sequence[Translation]) -> DigestEntry:
    """An entry whose chosen sentences are looked up in the article's text."""
    found = list(re.finditer(r"(?:「[^」]*」|[^。\n])+。?", article.text))
    starts = [match.start() for match in found]
    sentences = tuple(
        DigestSentence(
            Sentence(
                starts.index(article.text.index(translation.ja)),
                translation.ja,
                article.text.index(translation.ja),
                article.text.index(translation.ja) + len(translation.ja),
                0,
            ),
            translation,
            0.9 - at / 10,
        )
        for at, translation in enumerate(chosen)
    )
    return DigestEntry(article, title, sentences, len(found))


def _article(
    title: str, text: str, outlet: str, *, url: str | None, points: Sequence[str] = ()
) -> Article:
    return Article(
        id=f"{abs(hash_of(title + text)):016x}",
        title=title,
        paragraphs=tuple(text.split("\n")),
        source="Pages",
        location="pages/" + (url or "local").rsplit("/", 1)[-1],
        key_points=tuple(points),
        outlet=outlet,
        url=url,
        published_at=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
    )


def hostile_digest() -> Digest:
    """What a malicious page could put into titles, names, addresses, sentences and reasons."""
    article = replace(
        BANK,
        title=HOSTILE,
        paragraphs=(f"本文。{HOSTILE}。",),
        key_points=(HOSTILE,),
        outlet=HOSTILE,
        source=HOSTILE,
        location=HOSTILE,
        url="javascript:alert(1)",
    )
    flags = (Flag("number", HOSTILE), Flag("negation", HOSTILE))
    bad = Translation(HOSTILE, HOSTILE, -1.0, HOSTILE, flags=flags)
    sentence = DigestSentence(Sentence(1, f"{HOSTILE}。", 3, len(HOSTILE) + 4, 0), bad, 1.0)
    other = replace(article, id="other", url="https://user:pw@evil.example/")
    made = DigestEntry(article, bad, (sentence,), 2)
    story = Story(
        HOSTILE, (made, replace(made, article=other)), duplicates=(article,), reasons=(HOSTILE,)
    )
    return Digest(
        day=DAY,
        created_at=MADE_AT,
        stories=(story,),
        coverage=Coverage(1, 1, skipped=(Skipped(HOSTILE, "collect", HOSTILE),)),
        brief=((0, 0),),
        dropped=(DroppedBlock(HOSTILE, "nav", HOSTILE, 1, HOSTILE),),
        models={HOSTILE: HOSTILE},
    )


def hash_of(text: str) -> int:
    """Stable across processes, unlike `hash`."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % (1 << 60)


PLANT = _article(
    "北斗セミコン、宮城に1.2兆円の半導体工場 政府が4割補助",
    "半導体受託製造の北斗セミコンダクター(仙台市)は25日、宮城県大衡村に新工場を建設すると正式に発表した。"
    "総投資額は1兆2000億円で、政府がこのうち約4割にあたる4800億円を上限に補助する。\n"
    "新工場では、データセンターや自動車に使う回路線幅5〜7ナノメートルの先端品を製造する。"
    "雇用は約1800人を予定し、このうち6割を東北6県から採用する。\n"
    "記者会見した桐谷真一社長は「国内で安定して調達したいという顧客の声に、ようやく応えられる」と述べた。"
    "25日の東京株式市場で同社株は一時、制限値幅の上限となる前日比700円高の5,230円まで上昇した。",
    "青葉経済新聞",
    url="https://www.aoba-keizai.example/articles/20261125-hokuto",
    points=("投資額は1兆2000億円", "政府が最大4800億円を補助"),
)
PLANT_LOCAL = _article(
    "大衡に半導体新工場　北斗、２９年量産へ",
    "同社は県庁で遠藤隆知事と立地協定を結んだ。"
    "県は独自に５０億円の補助金を用意し、固定資産税を３年間免除する。\n"
    "ただ、世界的な供給過剰を懸念する声もある。"
    "及川誠主任研究員は「補助金が切れた後も競争力を保てるかどうかが問われる」と指摘する。",
    "陸奥日報",
    url=None,
)
BANK = _article(
    "日銀の早川審議委員「12月の利上げ、排除せず」 高松で講演",
    "日本銀行の早川麻衣子審議委員は25日、高松市で講演し、政策金利を引き上げていくとの考えを示した。"
    "「特定の会合で利上げを排除する考えはない」と語った。\n"
    "10月の全国消費者物価指数は生鮮食品を除く総合で前年同月比2.6%上昇し、55カ月連続で2%以上となった。"
    "25日の東京外国為替市場で円は一時1ドル=154円台後半まで買われた。",
    "Morning dump",
    url=None,
)
QUAKE = _article(
    "",
    "25日午後11時12分ごろ、三陸沖を震源とする地震があり、岩手県と宮城県で最大震度5弱を観測した。"
    "青森県から福島県にかけての沿岸に津波注意報が出されたが、26日午前1時30分にすべて解除された。\n"
    "消防庁によると、転倒などで8人がけがをしたが、いずれも命に別条はないという。"
    "佐々木和夫さん(68)は「家族の無事を確かめるまで生きた心地がしなかった」と話した。",
    "Morning dump",
    url=None,
)


def sample_digest() -> Digest:
    """Three stories: three outlets with a copy, one with suspect sentences, one without headline."""
    return Digest(
        day=DAY,
        created_at=MADE_AT,
        stories=(_plant_story(), _bank_story(), _quake_story()),
        coverage=Coverage(
            n_documents=8,
            n_articles=16,
            n_duplicates=2,
            n_sentences=151,
            n_translated=13,
            n_flagged=6,
            n_numbers=19,
            n_numbers_ok=17,
            n_dropped_blocks=5,
            skipped=(
                Skipped("https://example.com/live", "collect", "HTTP 503 after 3 attempts"),
                Skipped(
                    "pages/登録.html",
                    "extract",
                    "no article on the page; its 4 blocks are in the drop report",
                ),
            ),
        ),
        brief=((0, 0), (1, 0), (2, 0)),
        dropped=_DROPPED,
        models={"translation": MODEL, "encoder": "kawaraban-encoder@1.0.0"},
        settings={"summarizer": "centrality", "watch_words": "半導体"},
    )


def _plant_story() -> Story:
    title = translated(
        PLANT.title,
        "Hokuto Semicon to build 1.2 trillion yen chip plant in Miyagi; government to subsidize 40%",
        numbers=(
            ("1.2兆円", "1.2 trillion yen", "1200000000000", "JPY", "ok"),
            ("4割", "40%", "0.4", "ratio", "ok"),
        ),
    )
    chosen = (
        translated(
            "総投資額は1兆2000億円で、政府がこのうち約4割にあたる4800億円を上限に補助する。",
            "The total investment is 1.2 trillion yen, of which the government will subsidize about 40%, up to 480 billion yen.",
            numbers=(
                ("1兆2000億円", "1.2 trillion yen", "1200000000000", "JPY", "ok"),
                ("約4割", "about 40%", "0.4", "ratio", "approximate"),
                ("4800億円", "480 billion yen", "480000000000", "JPY", "repaired"),
            ),
        ),
        translated(
            "雇用は約1800人を予定し、このうち6割を東北6県から採用する。",
            "It plans to employ about 180 people, with 60% hired from the Tohoku region.",
            flags=(
                Flag("number", "1800人 (1800) became “180”"),
                Flag("number", "6県 (6) is missing in the English"),
            ),
            numbers=(
                ("約1800人", "about 180 people", "1800", "people", "wrong"),
                ("6割", "60%", "0.6", "ratio", "ok"),
                ("6県", None, "6", "prefectures", "missing"),
            ),
        ),
        translated(
            "記者会見した桐谷真一社長は「国内で安定して調達したいという顧客の声に、ようやく応えられる」と述べた。",
            "“We can finally respond to customers who want stable procurement in Japan,” President Shinichi Kiritani told a press conference.",
            flags=(Flag("name", "桐谷真一: the spelling “Shinichi Kiritani” is a guess"),),
        ),
    )
    local = entry(
        PLANT_LOCAL,
        translated(
            PLANT_LOCAL.title, "New chip plant in Ohira; Hokuto to start volume production in 2029"
        ),
        (
            translated(
                "県は独自に５０億円の補助金を用意し、固定資産税を３年間免除する。",
                "The prefecture will provide its own subsidy of 5 billion yen and waive property tax for three years.",
                numbers=(
                    ("５０億円", "5 billion yen", "5000000000", "JPY", "ok"),
                    ("３年間", "three years", "3", "years", "ok"),
                ),
            ),
            translated(
                "及川誠主任研究員は「補助金が切れた後も競争力を保てるかどうかが問われる」と指摘する。",
                "“The question is whether it can stay competitive after the subsidies end,” said senior researcher Makoto Oikawa.",
                flags=(
                    Flag("low_log_prob", "the model was unsure of this sentence (−1.9 a piece)"),
                ),
            ),
        ),
    )
    copy = replace(PLANT, id="copy", outlet="日南通信", duplicate_of=PLANT.id)
    return Story(
        "story-plant",
        (entry(PLANT, title, chosen), local),
        duplicates=(copy,),
        rank=3.0,
        reasons=("3 outlets", "watch: 半導体"),
    )


def _bank_story() -> Story:
    title = translated(
        BANK.title,
        "BOJ board member Hayakawa does not rule out December rate hike in Takamatsu speech",
    )
    chosen = (
        translated(
            "日本銀行の早川麻衣子審議委員は25日、高松市で講演し、政策金利を引き上げていくとの考えを示した。",
            "Bank of Japan Policy Board member Maiko Hayakawa, in a speech in Takamatsu on the 25th, said the bank would go on raising its policy rate.",
            numbers=(("25日", "the 25th", "---25", "date", "ok"),),
        ),
        translated(
            "「特定の会合で利上げを排除する考えはない」と語った。",
            "“I am thinking of ruling out a rate hike at a specific meeting,” she said.",
            flags=(
                Flag(
                    "negation", "ない (not) did not come through: the English may say the opposite"
                ),
            ),
        ),
        translated(
            "10月の全国消費者物価指数は生鮮食品を除く総合で前年同月比2.6%上昇し、55カ月連続で2%以上となった。",
            "The nationwide consumer price index for October 生鮮食品 rose 2.6% from a year earlier.",
            flags=(
                Flag("japanese_left", "生鮮食品 stayed Japanese"),
                Flag("length", "the English is much shorter than the Japanese"),
            ),
            numbers=(
                ("2.6%", "2.6%", "0.026", "ratio", "ok"),
                ("55カ月", None, "55", "months", "missing"),
            ),
        ),
    )
    return Story("story-bank", (entry(BANK, title, chosen),), rank=2.0, reasons=("watch: 日銀",))


def _quake_story() -> Story:
    chosen = (
        translated(
            "25日午後11時12分ごろ、三陸沖を震源とする地震があり、岩手県と宮城県で最大震度5弱を観測した。",
            "An earthquake struck off the Sanriku coast at around 11:12 p.m. on the 25th, with a maximum intensity of lower 5 recorded in Iwate and Miyagi prefectures.",
            numbers=(
                ("25日午後11時12分", "11:12 p.m. on the 25th", "---25T23:12", "date", "ok"),
                ("震度5弱", "intensity of lower 5", "5-", "shindo", "ok"),
            ),
        ),
        translated(
            "消防庁によると、転倒などで8人がけがをしたが、いずれも命に別条はないという。",
            "",
            flags=(Flag("empty", "the model gave nothing back"),),
        ),
    )
    return Story("story-quake", (entry(QUAKE, translated("", ""), chosen),), rank=1.0)


_DROPPED = (
    DroppedBlock("トップ | 経済 | 社会", "nav", "link_density", 1, "pages/20261125-hokuto"),
    DroppedBlock("トップ | 経済 | 社会", "nav", "link_density", 1, "pages/other"),
    DroppedBlock(
        "冬の電気代、意外な落とし穴とは……", "teaser", "ends_in_ellipsis", 40, "morning-dump.txt"
    ),
    DroppedBlock(
        "記事・写真の無断転載を禁じます。", "disclaimer", "rights_notice", 48, "morning-dump.txt"
    ),
    DroppedBlock(
        "(仙台支局 阿部真理子)", "author_note", "bracketed_name_at_end", 22, "pages/20261125-hokuto"
    ),
)
