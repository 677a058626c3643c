"""Names in Latin letters stay as the Japanese writes them."""

import pytest

from kawaraban.translation.glossary import Glossary, check_terms
from kawaraban.translation.latin import latin_names

# sentence, names
CASES = [
    ("中国のDeepSeekは新モデルを出した。", ["DeepSeek"]),
    ("「RTX Pro 6000D」の購入を禁止した。", ["RTX Pro 6000D"]),
    ("Hugging FaceのCEOはAIとGDPを語った。", ["Hugging Face"]),
    ("BlackwellGPU3万枚を買う。", ["BlackwellGPU"]),
    ("NVIDIA製チップH200は5Gに使う。", ["NVIDIA"]),
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
