"""The lexicon of a model: which terms of a sentence get an English form."""

from __future__ import annotations

from pathlib import Path

import pytest

from kawaraban.errors import CorruptArtifactError
from kawaraban.translation.lexicon import TermLexicon, read_lexicon

TERMS = {
    "関税": "tariffs",
    "関税率": "tariff rate",
    "イラン": "Iran",
    "税": "tax",
    "首相": "premier",
}

SPANS = [
    ("首相は関税を批判した。", [], [(0, 2, "premier"), (3, 5, "tariffs")]),
    ("首相は関税を批判した。", [(0, 2)], [(3, 5, "tariffs")]),
    ("関税率が上がる", [], [(0, 3, "tariff rate")]),
    ("関税率が上がる", [(2, 3)], [(0, 2, "tariffs")]),
    ("イランとブイランド", [], [(0, 3, "Iran")]),
    ("税", [], []),
    ("", [], []),
]


@pytest.mark.parametrize(("text", "taken", "expected"), SPANS)
def test_spans_when_terms_overlap_then_longest_free_whole_terms(
    text: str, taken: list[tuple[int, int]], expected: list[tuple[int, int, str]]
) -> None:
    assert TermLexicon(TERMS).spans(text, taken=taken) == expected


def test_read_lexicon_when_share_is_low_then_term_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("首相\tpremier\t0.40\n関税\ttariffs\t0.91\n酸素\toxygen\t0\n", "utf-8")
    assert len(read_lexicon(path)) == 3
    lexicon = read_lexicon(path, least_share=0.5)
    assert lexicon.spans("首相 関税 酸素") == [(3, 5, "tariffs"), (6, 8, "oxygen")]


def test_read_lexicon_when_a_column_is_missing_then_error_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("首相\tpremier\t0.4\n関税\ttariffs\n", "utf-8")
    with pytest.raises(CorruptArtifactError, match="line 2: found 2 columns"):
        read_lexicon(path)
