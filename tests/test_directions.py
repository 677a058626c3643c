"""A fall is no rise: the direction of a matched figure in both languages."""

import pytest

from kawaraban.translation.directions import check_directions
from kawaraban.translation.numerals import compare, parse_en, parse_ja

# Japanese, English, whether the direction is turned round
CASES = [
    (
        "利益は前期比28%減の3800億円だった。",
        "Profit rose 28% to 380 billion yen.",
        True,
    ),
    (
        "利益は前期比28%減の3800億円だった。",
        "Profit was 380 billion yen, up 28%.",
        True,
    ),
    (
        "利益は前期比28%減の3800億円だった。",
        "Profit fell 28% to 380 billion yen.",
        False,
    ),
    ("売上高は12%増えた。", "Sales were down 12%.", True),
    ("売上高は12%増えた。", "Sales grew by 12%.", False),
    ("株価は3.2%下落した。", "Shares gained 3.2%.", True),
    ("株価は3.2%下落した。", "Shares slid by more than 3.2%.", False),
    ("輸出は5%増、輸入は4%減だった。", "Exports rose 5% and imports fell 4%.", False),
    ("輸出は5%増、輸入は4%減だった。", "Exports fell 5% and imports rose 4%.", True),
    ("投資額は40億円だった。", "Investment rose to 4 billion yen.", False),
    ("人員を8%減らすのをやめ、増員する。", "It will not cut staff by 8% but raise it.", False),
]


@pytest.mark.parametrize(("ja", "en", "turned"), CASES)
def test_check_directions_when_both_sides_say_one_then_turned_is_flagged(
    ja: str, en: str, turned: bool
) -> None:
    flags = check_directions(ja, en, compare(parse_ja(ja), parse_en(en)))
    assert bool(flags) == turned
