"""The faithful translator over a scripted engine: what it asks, what it keeps, what it repairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from kawaraban.pipeline import Vectors
from kawaraban.translation.annotation import strip_annotation
from kawaraban.translation.engine import DecodeOptions, Hypothesis
from kawaraban.translation.glossary import Glossary
from kawaraban.translation.lexicon import TermLexicon
from kawaraban.translation.repair import FaithfulTranslator
from kawaraban.translation.term_files import Entry

GLOSSARY = Glossary([Entry("日銀", "the Bank of Japan", "government", ("BOJ",))])


class ScriptedEngine:
    """Answers from tables: `first` for the first pass, `again` for a second look (n-best)."""

    model = "scripted@1"

    def __init__(
        self,
        first: Mapping[str, str],
        again: Mapping[str, Sequence[str]] | None = None,
        *,
        obeys_annotations: bool = True,
    ) -> None:
        self.first, self.again = first, again or {}
        self.obeys_annotations = obeys_annotations
        self.calls: list[list[str]] = []

    def decode(
        self, texts: Sequence[str], options: DecodeOptions | None = None
    ) -> list[list[Hypothesis]]:
        self.calls.append(list(texts))
        several = options is not None and options.n_hypotheses > 1
        return [self._answer(strip_annotation(text), several) for text in texts]

    def _answer(self, ja: str, several: bool) -> list[Hypothesis]:
        outputs = self.again.get(ja, [self.first.get(ja, "Nothing.")]) if several else [
            self.first.get(ja, "Nothing.")
        ]  # fmt: skip
        return [Hypothesis(text, -0.3, tuple(text.split())) for text in outputs]


class ConstantEncoder:
    """Every sentence means the same, or nothing in common."""

    model = "constant@1"

    def __init__(self, *, similar: bool) -> None:
        self.similar = similar

    def embed(self, sentences: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(sentences), 2), dtype=np.float32)
        for i, sentence in enumerate(sentences):
            vectors[i, 0 if self.similar or sentence.isascii() else 1] = 1.0
        return vectors


REPAIRED = [
    ("投資額は30億円だ。", "The investment is 30 billion yen.", "The investment is 3 billion yen."),
    ("成長率は3.2%だった。", "The growth rate was 32%.", "The growth rate was 3.2%."),
    ("会談は9月22日に開く。", "The talks are on Sept. 23.", "The talks are on September 22."),
    ("記録は10秒15だった。", "The record was 10 seconds.", "The record was 10.15 seconds."),
    ("午前9時25分に着いた。", "He came at 9:25 p.m.", "He came at 9:25 a.m."),
    ("水深6千メートルだ。", "It is 60,100 meters deep.", "It is 6,000 meters deep."),
    ("時価総額は5兆ドルだ。", "Its value is $5 billion.", "Its value is $5 trillion."),
]
NOT_CERTAIN = [
    ("20億円から30億円に増えた。", "It rose from 40 billion yen to 50 billion yen."),
    ("投資額は30億円だ。", "The investment is large."),
    ("午後9時(UTC+9)に車61台が衝突した。", "At 9 p.m. (UTC+9) cars crashed."),  # no figure
    ("2003年12月から派遣され17日に着いた。", "Sent in December 2003, home in December 2003."),
    ("首位は202安打、37歳は最年長だ。", "He led with 202 hits in 202 hits."),  # a repeat
    ("負傷した31人が車10台に乗っていた。", "The 10 hurt were in 10 cars."),
]


@pytest.mark.parametrize(("ja", "en", "repaired"), REPAIRED)
def test_translate_when_place_of_wrong_figure_is_certain_then_replaces_it(
    ja: str, en: str, repaired: str
) -> None:
    (made,) = FaithfulTranslator(ScriptedEngine({ja: en}), GLOSSARY).translate([ja])
    assert made.en == repaired
    assert [number.verdict for number in made.numbers] == ["repaired"]
    assert made.flags == ()


@pytest.mark.parametrize(("ja", "en"), NOT_CERTAIN)
def test_translate_when_place_is_not_certain_then_flags(ja: str, en: str) -> None:
    (made,) = FaithfulTranslator(ScriptedEngine({ja: en}), GLOSSARY).translate([ja])
    assert made.en == en
    assert "number" in [flag.kind for flag in made.flags]


class SearchEngine:
    """Finds the hypotheses of one table for any text, whatever is asked."""

    model, obeys_annotations = "search@1", True

    def __init__(self, found: Sequence[tuple[str, float]]) -> None:
        self.found, self.calls = found, 0

    def decode(
        self, texts: Sequence[str], options: DecodeOptions | None = None
    ) -> list[list[Hypothesis]]:
        self.calls += 1
        return [[Hypothesis(en, score, tuple(en.split())) for en, score in self.found]] * len(texts)


class WordEncoder:
    """Similarity to any Japanese: 0.9 with the word "rates", else 0.4."""

    model = "words@1"

    def embed(self, sentences: Sequence[str]) -> Vectors:
        near = [1.0 if not s.isascii() else 0.9 if "rates" in s else 0.4 for s in sentences]
        return np.array([[x, (1 - x * x) ** 0.5] for x in near], dtype=np.float32)


LIKELIEST = [
    # the search's first, unless another is about as sure and nearer to the Japanese
    ([("The bank raised.", -0.3), ("The bank raised rates.", -0.5)], 1),
    ([("The bank raised.", -0.3), ("The bank raised rates.", -1.5)], 0),
    ([("The bank raised rates.", -0.3), ("The bank raised its rates.", -0.4)], 0),
]


@pytest.mark.parametrize(("found", "expected"), LIKELIEST)
def test_translate_when_the_search_finds_several_then_takes_the_likeliest_by_score_and_meaning(
    found: Sequence[tuple[str, float]], expected: int
) -> None:
    translator = FaithfulTranslator(SearchEngine(found), Glossary([]), encoder=WordEncoder())
    (trace,) = translator.trace(["銀行は金利を上げた。"])
    assert trace.first == found[expected][0]


def test_translate_when_another_hypothesis_of_the_search_is_right_then_decodes_no_more() -> None:
    found = [("Sales rose 5%.", -0.3), ("Sales rose 10%.", -0.9)]
    engine = SearchEngine(found)
    (made,) = FaithfulTranslator(engine, Glossary([])).translate(["売上高は10%増えた。"])
    assert (made.en, engine.calls) == ("Sales rose 10%.", 1)


def test_translate_when_a_second_hypothesis_is_right_then_takes_it() -> None:
    ja = "日銀は10%の増額を決めた。"
    engine = ScriptedEngine(
        {ja: "The bank decided on 5% more."},
        {ja: ["The bank decided on more.", "The Bank of Japan decided on an increase of 10%."]},
    )
    (made,) = FaithfulTranslator(engine, GLOSSARY).translate([ja])
    assert made.en == "The Bank of Japan decided on an increase of 10%."
    assert made.flags == ()
    assert [number.verdict for number in made.numbers] == ["ok"]
    assert [(term.ja, term.found) for term in made.terms] == [("日銀", True)]


def test_translate_when_model_obeys_then_figures_and_terms_are_given_inline() -> None:
    ja = "日銀は1兆2345億円を供給した。"
    engine = ScriptedEngine({ja: "The Bank of Japan supplied 1.2345 trillion yen."})
    FaithfulTranslator(engine, GLOSSARY).translate([ja])
    (text,) = engine.calls[0]
    assert "Bank of Japan" in text
    assert "1.2345 trillion yen" in text
    assert strip_annotation(text) == ja


def test_translate_when_model_knows_no_marks_then_text_stays_plain() -> None:
    ja = "日銀は10億円を供給した。"
    engine = ScriptedEngine({ja: "The BOJ supplied 1 billion yen."}, obeys_annotations=False)
    FaithfulTranslator(engine, GLOSSARY).translate([ja])
    assert engine.calls == [[ja]]


def test_translate_when_nothing_is_suspect_then_decodes_once_for_all() -> None:
    sentences = {"雨が降った。": "It rained.", "晴れた。": "The sky cleared."}
    engine = ScriptedEngine(sentences)
    made = FaithfulTranslator(engine, GLOSSARY).translate([*sentences, "雨が降った。"])
    assert [t.en for t in made] == ["It rained.", "The sky cleared.", "It rained."]
    assert [len(call) for call in engine.calls] == [2]


def test_translate_when_many_are_suspect_then_second_looks_go_in_batches() -> None:
    sentences = {f"費用は{i}億円だ。": "It costs a lot." for i in range(2, 42)}
    engine = ScriptedEngine(sentences)
    made = FaithfulTranslator(engine, GLOSSARY).translate(list(sentences))
    assert len(engine.calls) <= 4
    assert all(t.flags for t in made)


def test_translate_when_long_sentence_loses_a_clause_then_goes_clause_by_clause() -> None:
    parts = [
        "政府は来年度の予算案を閣議で決定し、",
        "与党の幹部は国会での早期成立を目指すと強調した。",
    ]
    ja = "".join(parts)
    engine = ScriptedEngine(
        {
            ja: "The budget.",
            parts[0]: "The government approved the budget for the next fiscal year.",
            parts[
                1
            ]: "Ruling party executives stressed that they aim for early passage in the Diet.",
        }
    )
    (made,) = FaithfulTranslator(engine, GLOSSARY).translate([ja])
    assert made.en.startswith("The government approved")
    assert "early passage" in made.en
    assert "split" in [flag.kind for flag in made.flags]


def test_translate_when_meanings_are_far_apart_then_flags_similarity() -> None:
    ja = "雨が降った。"
    engine = ScriptedEngine({ja: "The cat slept."})
    far = FaithfulTranslator(engine, GLOSSARY, encoder=ConstantEncoder(similar=False))
    near = FaithfulTranslator(engine, GLOSSARY, encoder=ConstantEncoder(similar=True))
    assert [flag.kind for flag in far.translate([ja])[0].flags] == ["low_similarity"]
    assert near.translate([ja])[0].flags == ()


def test_model_when_glossary_changes_then_changes() -> None:
    engine = ScriptedEngine({})
    other = Glossary([Entry("日銀", "the BoJ")])
    first, second = FaithfulTranslator(engine, GLOSSARY), FaithfulTranslator(engine, other)
    assert first.model.startswith("scripted@1")
    assert GLOSSARY.version in first.model
    assert first.model != second.model


def test_translate_when_there_is_nothing_then_gives_nothing() -> None:
    assert FaithfulTranslator(ScriptedEngine({}), GLOSSARY).translate([]) == []


def test_translate_when_a_country_is_lost_then_names_it() -> None:
    lost = {
        "米中の対立が続く。": "The U.S. dispute goes on.",
        "米アマゾンが伸びた。": "Amazon grew.",
    }
    made = FaithfulTranslator(ScriptedEngine(lost), GLOSSARY).translate(list(lost))
    reasons = [[flag.reason for flag in item.flags if flag.kind == "term"] for item in made]
    assert reasons == [["中 should read China"], []]


def test_translate_when_a_name_is_misspelt_then_respells_and_records_it() -> None:
    ja = "投資額は30億円だと日銀は言う。"
    engine = ScriptedEngine({ja: "The investment is 30 billion yen, the Bank of Jappan says."})
    translator = FaithfulTranslator(engine, GLOSSARY, lexicon=TermLexicon({"投資": "investment"}))
    (trace,) = translator.trace([ja])
    made = trace.translation
    assert made.en == "The investment is 3 billion yen, the Bank of Japan says."
    assert trace.first == trace.chosen == engine.first[ja]
    assert [(t.ja, t.change, t.before) for t in made.terms] == [
        ("日銀", "spelling", "Bank of Jappan")
    ]
    assert made.flags == ()
