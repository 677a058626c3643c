import random
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path

import pytest
from tiny_models import JA_LINES, dictionary_model, write_manifest

from kawaraban.artifacts import embedded
from kawaraban.errors import ArtifactError, CorruptArtifactError, MissingArtifactError
from kawaraban.translation.annotation import annotate
from kawaraban.translation.batches import token_batches
from kawaraban.translation.cleaning import clean_output
from kawaraban.translation.engine import CTranslate2Translator, DecodeOptions, load_translator

# ja, en: what the dictionary model must say
TRANSLATIONS = [
    ("日銀は29日、利上げを決めた。", "BOJ 29 day, rate hike decided."),
    ("日銀は２９日、利上げを決めた。", "BOJ 29 day, rate hike decided."),
    ("  政府は\n株価を\x00発表した。\u200b", "government share prices announced."),
    ("", ""),
    ("\u3000 \r\n\ufeff", ""),
    ("東京で鑫が述べた。", "Tokyo at鑫 said."),
    ("市場は⟦円⟧と述べた。", "market [yen] that said."),
    ("円は\ud800上昇した。", "yen rose."),
]
# lengths, most tokens, workers, same length, batches
BATCHES = [
    ([], 100, 2, False, []),
    ([3, 9, 4, 8], 18, 1, False, [[1, 3], [2, 0]]),
    ([500], 100, 2, False, [[0]]),
    ([5, 5, 4, 5], 1000, 1, True, [[0, 1, 3], [2]]),
    ([64] * 4, 1000, 2, False, [[0, 1], [2, 3]]),
    ([16, 17, 30, 32, 33], 1000, 1, False, [[4], [3, 2, 1], [0]]),
]


@pytest.fixture(scope="module")
def translator(tiny_translation_model: Path) -> CTranslate2Translator:
    return load_translator(tiny_translation_model)


@pytest.mark.parametrize(("ja", "en"), TRANSLATIONS)
def test_translate_when_given_a_sentence_then_gives_the_english_of_the_model(
    translator: CTranslate2Translator, ja: str, en: str
) -> None:
    (translation,) = translator.translate([ja])
    assert (translation.ja, translation.en) == (ja, en)
    assert translation.model == translator.model
    assert translation.log_prob <= 0
    assert translation.flags == ()


def test_translate_when_given_a_list_then_keeps_length_and_order(
    translator: CTranslate2Translator,
) -> None:
    sentences = [*JA_LINES, "", *reversed(JA_LINES), JA_LINES[0] * 3]
    expected = [translator.translate([sentence])[0] for sentence in sentences]
    assert translator.translate(sentences) == expected
    assert len({t.en for t in expected}) == len(JA_LINES) + 2
    assert translator.translate([]) == []


def test_translate_when_sentence_is_too_long_then_translates_parts_and_flags(
    tiny_translation_model: Path,
) -> None:
    translator = load_translator(tiny_translation_model, max_sentence_tokens=12)
    (whole,) = translator.translate(["日銀は29日、" * 5 + "利上げを決めた。"])
    assert whole.en == "BOJ 29 day, " * 5 + "rate hike decided."
    assert [flag.kind for flag in whole.flags] == ["split"]


def test_translate_when_far_beyond_the_engine_limit_then_loses_nothing(
    translator: CTranslate2Translator,
) -> None:
    (translation,) = translator.translate(["円と" * 5000])
    assert translation.en.split() == ["yen", "that"] * 5000


def test_translate_when_output_does_not_end_then_flags_the_cut(
    endless_translation_model: Path,
) -> None:
    translator = load_translator(endless_translation_model)
    (translation,) = translator.translate(["日銀は利上げを決めた。"])
    assert [flag.kind for flag in translation.flags] == ["cut"]
    n_source = translator.count_tokens("日銀は利上げを決めた。")
    assert f"after {3 * n_source + 20} pieces" in translation.flags[0].reason


def test_translate_when_neighbour_is_longer_then_the_limit_stays_its_own(
    endless_translation_model: Path,
) -> None:
    translator = load_translator(endless_translation_model)
    sentences = ["円は上昇した。", "円は上昇した。" * 6, "株価は東京で下落した。"]
    alone = {s: translator.translate([s])[0] for s in sentences}
    for order in permutations(sentences):
        assert translator.translate(order) == [alone[s] for s in order]


def test_decode_when_annotated_then_marks_are_pieces_and_the_term_is_read(
    translator: CTranslate2Translator,
) -> None:
    text = annotate("日銀は29日、利上げを決めた。", [(0, 2, "the Bank")])
    ((hypothesis, *_),) = translator.decode([text])
    assert hypothesis.text == "BOJ the Bank 29 day, rate hike decided."


def test_decode_when_the_model_has_no_marks_then_annotation_is_taken_out(tmp_path: Path) -> None:
    model = dictionary_model(tmp_path / "plain")
    write_manifest(model, name="plain", annotation=None)
    text = annotate("日銀は利上げを決めた。", [(0, 2, "the Bank")])
    ((hypothesis, *_),) = load_translator(model).decode([text])
    assert hypothesis.text == "BOJ rate hike decided."


def test_decode_when_asked_for_hypotheses_then_gives_them_best_first(
    translator: CTranslate2Translator,
) -> None:
    options = DecodeOptions(beam_size=4, n_hypotheses=3)
    (hypotheses, empty) = translator.decode([JA_LINES[0], ""], options)
    assert len({h.text for h in hypotheses}) == 3
    assert [h.log_prob for h in hypotheses] == sorted(
        (h.log_prob for h in hypotheses), reverse=True
    )
    assert hypotheses[0].text == "BOJ 29 day, rate hike decided."
    assert [h.text for h in empty] == [""]


@pytest.mark.parametrize("length_penalty", [0.0, 0.2, 1.0])
def test_decode_when_length_penalty_changes_then_log_prob_means_the_same(
    translator: CTranslate2Translator, length_penalty: float
) -> None:
    ((hypothesis,),) = translator.decode(
        [JA_LINES[0]], DecodeOptions(length_penalty=length_penalty)
    )
    ((reference, *_),) = translator.decode([JA_LINES[0]])
    assert hypothesis.log_prob == pytest.approx(reference.log_prob, rel=1e-3)


def test_decode_when_ngrams_may_not_repeat_then_they_do_not(
    endless_translation_model: Path,
) -> None:
    translator = load_translator(endless_translation_model)
    ((hypothesis,),) = translator.decode(["円は上昇した。"], DecodeOptions(no_repeat_ngram_size=2))
    bigrams = list(zip(hypothesis.pieces, hypothesis.pieces[1:], strict=False))
    assert len(bigrams) == len(set(bigrams)) > 10


@pytest.mark.parametrize("strict", [False, True])
def test_translate_when_neighbours_change_then_the_english_stays(
    random_translation_model: Path, strict: bool
) -> None:
    rng = random.Random(5)
    characters = sorted(set("".join(JA_LINES)))
    sentences = ["".join(rng.choices(characters, k=rng.randint(1, 12))) for _ in range(80)]
    translator = load_translator(random_translation_model, strict=strict, max_batch_tokens=256)
    first = dict(zip(sentences, translator.translate(sentences), strict=True))
    assert len({t.en for t in first.values()}) > 40
    for n_sentences in (80, 17, 1):
        chosen = rng.sample(sentences, n_sentences)
        made = translator.translate(chosen)
        assert [t.en for t in made] == [first[s].en for s in chosen]
        if strict:
            assert made == [first[s] for s in chosen]


@pytest.mark.parametrize("strict", [False, True])
def test_translate_when_the_shipped_model_has_other_neighbours_then_the_english_stays(
    strict: bool,
) -> None:
    try:
        translator = load_translator(embedded("ja-en"), strict=strict, beam_size=2)
    except MissingArtifactError:
        pytest.skip("no model ja-en in this checkout")
    rng = random.Random(7)
    openings = [line.split("は")[0] for line in JA_LINES]
    endings = ["を発表した。", "が3.2%増えた。", "は29日、見直すと述べた。", "をめぐり協議した。"]
    clauses = [f"{a}と{b}{c}" for a in openings for b in openings[:5] for c in endings]
    sentences = [clause + "".join(rng.sample(clauses, rng.randint(0, 2))) for clause in clauses]
    first = dict(zip(sentences, translator.translate(sentences), strict=True))
    assert len({t.en for t in first.values()}) > 190
    rng.shuffle(sentences)
    for start in range(0, 200, 40):
        chosen = sentences[start : start + 40]
        made = translator.translate(chosen)
        assert [t.en for t in made] == [first[s].en for s in chosen]
        if strict:
            assert made == [first[s] for s in chosen]


def test_translate_when_threads_share_it_then_each_gets_its_own(
    translator: CTranslate2Translator,
) -> None:
    expected = [translator.translate([sentence])[0] for sentence in JA_LINES]
    with ThreadPoolExecutor(8) as pool:
        rotations = [JA_LINES[n:] + JA_LINES[:n] for n in range(len(JA_LINES))] * 3
        for rotation, made in zip(
            rotations, pool.map(translator.translate, rotations), strict=True
        ):
            assert made == [expected[JA_LINES.index(sentence)] for sentence in rotation]


def test_model_when_what_decides_the_output_changes_then_is_another(
    tiny_translation_model: Path, random_translation_model: Path
) -> None:
    variants = [
        load_translator(tiny_translation_model),
        load_translator(tiny_translation_model, beam_size=1),
        load_translator(tiny_translation_model, max_sentence_tokens=50),
        load_translator(tiny_translation_model, strict=True),
        load_translator(random_translation_model),
    ]
    assert len({translator.model for translator in variants}) == len(variants)
    threads = load_translator(tiny_translation_model, threads=1, max_batch_tokens=64)
    assert threads.model == variants[0].model


def test_load_translator_when_a_file_is_damaged_then_names_it(tmp_path: Path) -> None:
    model = dictionary_model(tmp_path / "damaged")
    weights = model / "model.bin"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00\x01")
    with pytest.raises(CorruptArtifactError, match=r"model\.bin: found \d+ bytes; expected"):
        load_translator(model)


def test_load_translator_when_files_are_as_named_but_no_model_then_says_so(tmp_path: Path) -> None:
    model = dictionary_model(tmp_path / "nonsense")
    (model / "model.bin").write_bytes(b"not a model")
    write_manifest(model, name="nonsense")
    with pytest.raises(CorruptArtifactError, match="do not load"):
        load_translator(model)


def test_load_translator_when_given_an_encoder_then_refuses(tmp_path: Path) -> None:
    model = dictionary_model(tmp_path / "encoder")
    write_manifest(model, name="encoder", kind="sentence-encoder", format="onnx")
    with pytest.raises(ArtifactError, match="expected 'translation'"):
        load_translator(model)


@pytest.mark.parametrize(("lengths", "max_tokens", "n_workers", "same_length", "batches"), BATCHES)
def test_token_batches_when_given_lengths_then_groups_them(
    lengths: list[int], max_tokens: int, n_workers: int, same_length: bool, batches: list[list[int]]
) -> None:
    found = token_batches(
        lengths, max_tokens=max_tokens, n_workers=n_workers, same_length=same_length
    )
    assert found == batches


def test_clean_output_when_a_told_form_follows_a_bracket_then_no_space_stands_between() -> None:
    assert (
        clean_output("The firm ( Sendai) said “ BOJ” (5) .") == "The firm (Sendai) said “BOJ” (5) ."
    )


def test_clean_output_when_pieces_decompose_then_english_is_nfc(
    translator: CTranslate2Translator,
) -> None:
    (translation,) = translator.translate(["Cafe\u0301で述べた。"])
    assert translation.en == unicodedata.normalize("NFC", translation.en)
