"""Terms: found as whole words, checked in the English, read from the user's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from kawaraban.errors import UsageError
from kawaraban.translation.glossary import Glossary, load_glossary
from kawaraban.translation.names import name_flags
from kawaraban.translation.term_files import Entry, read_entries
from kawaraban.translation.transliteration import romanize, sounds_like

FOUND = [
    ("日銀の植田和男総裁が述べた。", [("日銀", "the Bank of Japan"), ("植田和男", "Kazuo Ueda")]),
    ("習近平国家主席が演説した。", [("習近平国家主席", "President Xi Jinping")]),
    ("黄仁勳氏は台湾を訪れた。", [("黄仁勳", "Jensen Huang")]),
    ("ジェンスン・フアンCEOが語る。", [("ジェンスン・フアン", "Jensen Huang")]),
    ("ヒントン教授は警告した。", [("ヒントン", "Hinton")]),
    ("日経平均株価は続伸した。", [("日経平均株価", "the Nikkei stock average")]),
    ("ＮＶＩＤＩＡの決算が出た。", [("ＮＶＩＤＩＡ", "Nvidia")]),
    ("寒武紀科技(カンブリコン・テクノロジーズ)", [("寒武紀科技", "Cambricon Technologies")]),
    ("RTX Pro 6000Dを買う。", [("RTX Pro 6000D", "RTX Pro 6000D")]),
    ("ChatGPT 4.1を出した。", [("ChatGPT 4.1", "ChatGPT 4.1")]),
    ("バイデン前政権下の規則", [("バイデン前政権", "the previous Biden administration")]),
    ("メルツ政権は否定した。", [("メルツ政権", "the Merz administration")]),
    ("尹錫悦前政権の方針", [("尹錫悦前政権", "the former Yoon administration")]),
    ("東大阪市の工場で火災。", [("東大阪市", "Higashiosaka")]),
    ("財務省が発表した。", [("財務省", "the Finance Ministry")]),
    ("米財務省が発表した。", [("米財務省", "the U.S. Treasury Department")]),
    ("米国の財務省が発表した。", [("米国の財務省", "the U.S. Treasury Department")]),
    ("米財務省証券を買う。", [("米財務省証券", "U.S. Treasury securities")]),
    ("英財務省が発表した。", [("英財務省", "the British Treasury")]),
]
NOT_FOUND = [
    ("コモディティ価格が上がる。", "モディ"),
    ("小林健太選手が勝った。", "小林健"),
    ("トランプ・メディアの株価。", "トランプ"),
    ("我那覇選手が得点した。", "那覇"),
    ("大連立の交渉が続く。", "大連"),
    ("楽天的な見通しだ。", "楽天"),
    ("ソウルフードを食べる。", "ソウル"),
]
COUNTRIES = [
    ("米中の対立が深まる。", ["米", "中"]),
    ("訪米した首相が会談した。", ["米"]),
    ("米テック企業が反発した。", ["米"]),
    ("独企業と英紙が伝えた。", ["独", "英"]),
    ("日米韓の連携を確認した。", ["日", "米", "韓"]),
    ("米を炊き、米の値段が上がる。", []),
    ("新米と備蓄米を売る。", []),
    ("日中の気温が上がる。", []),
    ("米中間選挙を控える。", ["米"]),
    ("24日朝に到着した。", []),
]
CHECKED = [
    ("日銀が利上げした。", "The BOJ raised rates.", True),
    ("日銀が利上げした。", "The Fed raised rates.", False),
    ("トヨタ自動車の決算", "Toyota Motor Corp.'s results", True),
    ("ゼレンスキー大統領が来日", "President Zelensky came to Japan", True),
    ("ウルズラ・フォンデアライエン氏", "Von der Leyen said", True),
    ("ウクライナの大統領", "the Ukrainian president", True),
    ("安保理が開かれた。", "The U.N. Security Council met.", True),
]
BAD_FILES = [
    ("terms.tsv", "日銀\n", "terms.tsv:1"),
    ("terms.tsv", "ja\ten\n日銀\tBOJ\n日銀\tBank of Japan\n", "terms.tsv:3"),
    ("terms.tsv", "ja\tde\n日銀\tBank\n", "terms.tsv:1"),
    ("terms.tsv", "ja\ten\tuse\n日銀\tBOJ\tsometimes\n", "terms.tsv:2"),
    ("terms.csv", "ja,en\n,BOJ\n", "terms.csv:2"),
    ("terms.tbx", "<tbx>", "terms.tbx"),
]


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


def test_built_in_glossary_has_three_thousand_own_entries(glossary: Glossary) -> None:
    assert len(glossary) >= 3000


@pytest.mark.parametrize(("sentence", "terms"), FOUND)
def test_find_terms_when_name_is_known_then_gives_english(
    glossary: Glossary, sentence: str, terms: list[tuple[str, str]]
) -> None:
    found = glossary.find_terms(sentence)
    assert set(terms) <= {(term.ja, term.en) for term in found}
    assert all(sentence[term.start : term.end] == term.ja for term in found)


@pytest.mark.parametrize(("sentence", "ja"), NOT_FOUND)
def test_find_terms_when_inside_another_word_then_leaves_it(
    glossary: Glossary, sentence: str, ja: str
) -> None:
    assert ja not in [term.ja for term in glossary.find_terms(sentence)]


@pytest.mark.parametrize(("sentence", "characters"), COUNTRIES)
def test_find_terms_when_character_stands_for_a_country_then_knows_it(
    glossary: Glossary, sentence: str, characters: list[str]
) -> None:
    found = [
        t.ja
        for t in glossary.find_terms(sentence)
        if t.type.startswith("country") and len(t.ja) == 1
    ]
    assert found == characters


@pytest.mark.parametrize(("ja", "en", "right"), CHECKED)
def test_check_when_english_has_a_right_form_then_found(
    glossary: Glossary, ja: str, en: str, right: bool
) -> None:
    strict = {term.ja for term in glossary.find_terms(ja)}
    checks = [check for check in glossary.check(ja, en) if check.ja in strict]
    assert checks[0].found is right


def test_version_when_an_entry_changes_then_changes() -> None:
    first = Glossary([Entry("瓦版", "Kawaraban")])
    same = Glossary([Entry("瓦版", "Kawaraban")])
    other = Glossary([Entry("瓦版", "broadsheet")])
    assert first.version == same.version != other.version


def test_load_glossary_when_user_has_an_entry_then_it_wins(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("ja\ten\talso\n日銀\tthe BoJ\tBOJ|Bank of Japan\n", encoding="utf-8")
    (term,) = load_glossary(path).find_terms("日銀")
    assert (term.en, term.also) == ("the BoJ", ("BOJ", "Bank of Japan"))


@pytest.mark.parametrize(("name", "text", "place"), BAD_FILES)
def test_read_entries_when_file_is_wrong_then_names_file_and_line(
    tmp_path: Path, name: str, text: str, place: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=place.replace(".", r"\.")):
        read_entries(path)


def test_read_entries_when_tbx_then_takes_ja_and_en_terms(tmp_path: Path) -> None:
    path = tmp_path / "base.tbx"
    path.write_text(
        '<tbx><conceptEntry id="1"><langSec xml:lang="ja"><termSec><term>物価</term></termSec>'
        '</langSec><langSec xml:lang="en"><termSec><term>prices</term></termSec><termSec>'
        "<term>price level</term></termSec></langSec></conceptEntry></tbx>",
        encoding="utf-8",
    )
    assert read_entries(path) == [Entry("物価", "prices", "term", ("price level",))]


def test_name_flags_when_name_is_unknown_then_offers_a_marked_guess(glossary: Glossary) -> None:
    ja = "バルザコフ氏とトランプ氏が会った。"
    (flag,) = name_flags(ja, "They met.", glossary.find_terms(ja))
    assert flag.kind == "name"
    assert "バルザコフ" in flag.reason
    assert "Baruzakofu" in flag.reason or "Barzakof" in flag.reason


@pytest.mark.parametrize(
    ("katakana", "english", "same"),
    [
        ("ジャーナリスト", "The journalist left.", True),
        ("ザレンバ", "Wojciech Zaremba spoke.", True),
        ("ラトニック", "Howard Lutnick spoke.", True),
        ("コンピューター", "The weather was fine.", False),
        ("ハリケーン", "A hurricane came.", True),
    ],
)
def test_sounds_like_when_consonants_agree_then_true(
    katakana: str, english: str, same: bool
) -> None:
    assert sounds_like(katakana, english) is same


@pytest.mark.parametrize(
    ("katakana", "latin"), [("ザレンバ", "Zaremba"), ("マリア・ロペス", "Maria Ropes")]
)
def test_romanize_when_katakana_then_spells_the_sounds(katakana: str, latin: str) -> None:
    assert romanize(katakana) == latin
