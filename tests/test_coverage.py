"""Length and meaning: what the English has no room for is seen, and named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kawaraban.artifacts import embedded
from kawaraban.embedding import OnnxEncoder
from kawaraban.pipeline import Vectors
from kawaraban.translation.checks import check
from kawaraban.translation.coverage import (
    expected_chars,
    leave_outs,
    length_score,
    meanings,
    missing_score,
)

WHOLE = (
    "日銀は利上げを決め、政府は大雨の被災地に新しい住宅を建てると発表した。",
    "The Bank of Japan decided to raise interest rates, and the government announced that it would "
    "build new housing in areas hit by heavy rain.",
)
HALF = (WHOLE[0], "The Bank of Japan decided to raise its interest rates.")
FILLED = (
    WHOLE[0],
    "The Bank of Japan decided to raise interest rates, and it held a long press conference on its "
    "monetary policy and its view of the currency market.",
)


class Counting:
    """An encoder of letters, which remembers how many texts it was asked for."""

    model = "letters"

    def __init__(self) -> None:
        self.n_texts = 0

    def embed(self, sentences: Sequence[str]) -> Vectors:
        self.n_texts += len(sentences)
        rows = np.zeros((len(sentences), 64), dtype=np.float32)
        for row, text in zip(rows, sentences, strict=True):
            for char in text:
                row[ord(char) % 64] += 1
            row /= max(1.0, float(np.linalg.norm(row)))
        return rows


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [("経済対策決定", "しかしながら"), ("経済対策", "コンピュ"), ("経済対策", "2026")],
)
def test_expected_chars_when_kanji_then_more_english(longer: str, shorter: str) -> None:
    assert expected_chars(longer) > expected_chars(shorter)


def test_length_score_when_same_ratio_then_a_long_sentence_says_more() -> None:
    ja, en = "政府は対策を急ぐ。", "The cabinet hurries."
    assert length_score(ja * 4, f"{en} " * 4) < length_score(ja, en) < 0 < length_score(ja, en * 4)


def test_leave_outs_when_cut_then_rest_and_stretch_are_the_sentence() -> None:
    ja = WHOLE[0]
    outs = leave_outs(ja)
    assert len(outs) > 3
    for rest, stretch in outs:
        at = ja.index(stretch)
        assert rest == ja[:at] + ja[at + len(stretch) :]
    assert leave_outs("雨。") == []


def test_meanings_when_texts_repeat_then_each_is_embedded_once() -> None:
    encoder = Counting()
    found = meanings(encoder, [WHOLE, HALF, WHOLE])
    assert found[0] == found[2] != found[1]
    assert encoder.n_texts == 3 + len({rest for rest, _ in leave_outs(WHOLE[0])})
    assert meanings(encoder, []) == []


def test_check_when_clause_is_missing_then_names_it() -> None:
    encoder = OnnxEncoder(embedded("sentence-encoder"), threads=1)
    whole, half, filled = meanings(encoder, [WHOLE, HALF, FILLED])
    assert "住宅" in half.part
    assert "住宅" in filled.part
    assert whole.gain < half.gain
    scores = [
        missing_score(length_score(*pair), meaning)
        for pair, meaning in ((WHOLE, whole), (FILLED, filled), (HALF, half))
    ]
    assert scores == sorted(scores)
    assert check(*WHOLE, meaning=whole) == ()
    reasons = [flag.reason for flag in check(*HALF, meaning=half) if flag.kind == "length"]
    assert reasons == [f"part of the sentence may be missing: {half.part}"]
