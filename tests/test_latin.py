"""Names in Latin letters stay as the Japanese writes them."""

import pytest

from kawaraban.translation.glossary import Glossary
from kawaraban.translation.latin import latin_names
from kawaraban.translation.term_checks import check_terms

# sentence, names
CASES = [
    ("中国のDeepSeekは新モデルを出した。", ["DeepSeek"]),
    ("「RTX Pro 6000D」の購入を禁止した。", ["RTX Pro 6000D"]),
    ("Anthropic CEOとモデルR1、G7、F1を語る。", ["Anthropic", "R1"]),
    ("Hugging FaceのCEOはAIとGDPを語った。", ["Hugging Face"]),
    ("BlackwellGPU3万枚を買う。", ["BlackwellGPU"]),
    ("NVIDIA製チップH200は5Gに使う。", ["5G", "H200", "NVIDIA"]),
    ("「C3PO++」と「5G-Advanced」、G7、CO2を語った。", ["5G-Advanced", "C3PO++"]),
    ("ChatGPT 4.1とClaude 4 Opusを比べた。", ["ChatGPT 4.1", "Claude 4 Opus"]),
    ("Qwen 3は10万社、iPhone 16は5万人が使う。", ["Qwen 3", "iPhone 16"]),
    ("長さは5km、重さは3kgだ。", []),
    ("Google.orgが500万ドルを出す。", ["Google.org"]),
    (
        "『Retail investors pour money into Nvidia as they chase it』と報じた。",
        ["Nvidia", "Retail"],
    ),
    ("詳しくは https://example.com/News を見る。", []),
    ("窓口はinfo@Example.comだ。", []),
]


@pytest.mark.parametrize(("ja", "names"), CASES)
def test_latin_names_when_read_then_those_names(ja: str, names: list[str]) -> None:
    assert sorted(ja[start:end] for start, end in latin_names(ja)) == sorted(names)


def test_check_terms_when_a_latin_name_is_misspelled_then_it_is_missing() -> None:
    terms = Glossary([]).find_terms("DeepSeekが発表した。")
    assert [t.found for t in check_terms(terms, "DepSeek announced it.")] == [False]
    assert [t.found for t in check_terms(terms, "DeepSeek announced it.")] == [True]


def test_check_terms_when_english_spaces_a_latin_name_then_it_is_there() -> None:
    terms = Glossary([]).find_terms("iPodtouchを発売した。")
    assert [t.found for t in check_terms(terms, "It released the iPod touch.")] == [True]
    assert [t.found for t in check_terms(terms, "It released the iPad touch.")] == [False]
