"""Figures in Japanese and English, and whether they are the same figures.

parse_ja(text) → quantities      parse_en(text) → quantities
compare(ja, en) → one NumberCheck per figure      render_en(quantity) → "about 750 trillion yen"
compare_relative(text, text) → 昨年 against "this year"
"""

from kawaraban.translation.numerals.compare import compare
from kawaraban.translation.numerals.en import parse_en
from kawaraban.translation.numerals.ja import parse_ja
from kawaraban.translation.numerals.quantity import Quantity
from kawaraban.translation.numerals.relative import compare_relative
from kawaraban.translation.numerals.render import render_en

__all__ = ["Quantity", "compare", "compare_relative", "parse_en", "parse_ja", "render_en"]
