"""The recipe: its rules by tables, and the whole chain from a toy corpus to a verified model."""

from __future__ import annotations

import json
import lzma
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from kawaraban.artifacts import verify
from kawaraban.translation.annotation import annotate, escape, strip_annotation
from models.recipe.clean import normalize_ja, reason_to_drop
from models.recipe.lexicon import Lexicon, find_surface
from models.recipe.numbers import form_in, number_forms, ordinal, swap_numbers

REPOSITORY = Path(__file__).resolve().parents[1]
TINY = REPOSITORY / "models" / "recipe" / "configs" / "tiny.toml"

ANNOTATIONS = [
    ("日銀は動いた", [(0, 2, "Bank of Japan")], "⟦日銀⟼ Bank of Japan⟧は動いた"),
    ("日銀は動いた", [], "日銀は動いた"),
    ("日本銀行", [(0, 2, "Japan"), (0, 4, "Bank of Japan")], "⟦日本銀行⟼ Bank of Japan⟧"),
    ("東京都", [(0, 2, "Tokyo"), (1, 3, "Kyoto")], "⟦東京⟼ Tokyo⟧都"),
    ("甲⟦乙⟧丙", [(4, 5, "C⟧")], "甲[乙]⟦丙⟼ C]⟧"),
    ("空", [(0, 1, "  ")], "空"),
]


@pytest.mark.parametrize(("text", "spans", "expected"), ANNOTATIONS)
def test_annotate_when_given_spans_then_marks_them_and_strip_undoes_it(
    text: str, spans: list[tuple[int, int, str]], expected: str
) -> None:
    assert annotate(text, spans) == expected
    assert strip_annotation(expected) == escape(text)


DROPS = [
    ("売上高は24%減った。", "Sales fell 24%.", None),
    ("売上高は24%減った。", "Sales fell 42%.", "number"),
    ("参加者は12万人だった。", "There were 120,000 participants.", None),
    ("同じ", "同じ", "copy"),
    ("", "Nothing.", "empty"),
    ("English only here.", "English only here, too.", "not Japanese"),
    ("会議が開かれた。", "The 会議 was held.", "Japanese in English"),
    (
        "短い。",
        "This is far too long a translation for a sentence of two characters.",
        "length ratio",
    ),
]


@pytest.mark.parametrize(("ja", "en", "reason"), DROPS)
def test_reason_to_drop_when_pair_is_judged_then_names_the_rule(
    ja: str, en: str, reason: str | None
) -> None:
    assert reason_to_drop(ja, en, {}) == reason


def test_normalize_ja_when_full_width_and_spaced_then_nfkc_without_spaces() -> None:
    assert normalize_ja("ＡＩ の 利用は　５割") == "AIの利用は5割"


NUMBERS = [
    ("売上高は1億2000万円", "1億2000万円", "120 million yen"),
    ("時価総額は5兆ドル", "5兆ドル", "$5 trillion"),
    ("1.5億人が見た", "1.5億", "150 million"),
    ("12万5000人が集まった", "12万5000", "125,000"),
    ("29日に発表", "29日", "29th"),
    ("3月22日に", "3月22日", "March 22"),
    ("平成15年の", "平成15年", "2003"),
    ("令和元年に", "令和元年", "2019"),
    ("支持は6割", "6割", "60%"),
    ("8割5分が", "8割5分", "85%"),
    ("24.5%増", "24.5%", "24.5%"),
    ("2ポイント上昇", "2ポイント", "2 percentage points"),
    ("売上は3倍", "3倍", "3 times"),
]


@pytest.mark.parametrize(("text", "span", "first"), NUMBERS)
def test_number_forms_when_a_rule_knows_the_number_then_writes_its_value(
    text: str, span: str, first: str
) -> None:
    found = {text[start:end]: forms[0] for start, end, forms in number_forms(text)}
    assert found == {span: first}


def test_form_in_when_form_is_part_of_a_longer_number_then_not_found() -> None:
    assert form_in(("5%",), "It rose 2.5% to 15%.") is None
    assert form_in(("5%",), "It rose 5%.") == "5%"


def test_swap_numbers_when_both_sides_agree_then_values_stay_equal() -> None:
    rng = random.Random(3)
    for _ in range(200):
        swapped = swap_numbers(
            "売上高は24%減の5兆円だった。", "Sales fell 24% to 5 trillion yen.", rng
        )
        assert swapped is not None
        spans = list(number_forms(swapped[0]))
        assert len(spans) == 2
        assert all(form_in(forms, swapped[1]) for _, _, forms in spans)


def test_find_surface_when_form_is_inflected_or_inside_a_word_then_whole_words_only() -> None:
    assert find_surface(("tariff",), "New Tariffs begin", "new tariffs begin") == "Tariffs"
    assert find_surface(("art",), "a party", "a party") is None


def test_matches_when_term_is_cut_out_of_a_katakana_word_then_left_alone() -> None:
    lexicon = Lexicon({"イラン": ("Iran",)}, {}, frozenset({"イラ"}), 3)
    assert lexicon.matches("イランは", "Iran says") == [(0, 3, "Iran", True)]
    assert lexicon.matches("ブイランド", "Iran says") == []


SUBJECTS = [
    ("日本銀行", "The Bank of Japan"),
    ("政府", "The government"),
    ("会社", "The company"),
    ("首相", "The prime minister"),
    ("市場", "The market"),
    ("東京都", "Tokyo"),
]
VERBS = [
    ("増えた", "rose"),
    ("減った", "fell"),
    ("発表した", "was announced"),
    ("決まった", "was set"),
]
THINGS = [
    ("売上高", "sales"),
    ("予算", "the budget"),
    ("株価", "the share price"),
    ("輸出", "exports"),
    ("人口", "the population"),
]


def toy_pairs(count: int, seed: int) -> list[tuple[str, str]]:
    rng = random.Random(seed)
    pairs = []
    for _ in range(count):
        subject, thing, verb = rng.choice(SUBJECTS), rng.choice(THINGS), rng.choice(VERBS)
        day, rate = rng.randint(1, 31), rng.randint(1, 99)
        place = rng.choice([f"{rate}%", f"{rate}億円"])
        english = next(number_forms(place))[2][0]
        pairs.append(
            (
                f"{subject[0]}によると、{day}日に{thing[0]}が{place}{verb[0]}。",
                f"{subject[1]} said {thing[1]} {verb[1]} by {english} on the {ordinal(day)}.",
            )
        )
    return pairs


def write_toy_shared(shared: Path) -> None:
    for folder in ("corpus", "eval/systems", "entities", "samples"):
        (shared / folder).mkdir(parents=True)
    dev = toy_pairs(40, seed=1)
    (shared / "eval" / "toy-dev.ja").write_text("".join(ja + "\n" for ja, _ in dev), "utf-8")
    (shared / "eval" / "toy-dev.en").write_text("".join(en + "\n" for _, en in dev), "utf-8")
    train = "".join(f"{ja}\t{en}\ttech\n" for ja, en in toy_pairs(3000, seed=2) + dev)
    with lzma.open(shared / "corpus" / "toy.tsv.xz", "wt", encoding="utf-8") as out:
        out.write(train)
    with lzma.open(shared / "entities" / "cldr.tsv.xz", "wt", encoding="utf-8") as out:
        out.write("日本銀行\tBank of Japan\tname\n東京都\tTokyo\tname\n")


def recipe(work: Path, shared: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "models.recipe.run",
            str(TINY),
            "--work",
            str(work),
            "--shared",
            str(shared),
            "--out",
            str(work / "out"),
            *more,
        ],
        cwd=REPOSITORY,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )


@pytest.mark.timeout(300)
def test_recipe_when_run_on_a_toy_corpus_then_ends_in_a_verified_model(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="training needs the `train` extra")
    ctranslate2 = pytest.importorskip("ctranslate2")
    sentencepiece = pytest.importorskip("sentencepiece")
    shared, work = tmp_path / "shared", tmp_path / "work"
    write_toy_shared(shared)
    done = recipe(work, shared)
    assert done.returncode == 0, done.stderr[-3000:]

    report = json.loads((work / "clean" / "report.json").read_text())["toy"]
    assert report["overlap with evaluation"] + report.get("duplicate", 0) >= 40
    parity = json.loads((work / "tiny" / "parity.json").read_text())
    assert parity["float32"] == parity["sentences"] == 20
    assert parity["distinct"] >= 5

    manifest = verify(work / "out")
    assert manifest.direction == "ja-en"
    assert manifest.annotation is not None
    scores = {entry["system"]: entry for entry in manifest.scores}
    assert {"kawaraban", "annotated"} <= scores.keys()
    log = (work / "tiny" / "log.jsonl").read_text().splitlines()
    losses = [json.loads(line)["loss"] for line in log]
    assert losses[-1] < losses[0] / 2

    pieces = sentencepiece.SentencePieceProcessor(
        model_file=str(work / "out" / manifest.tokenizer.source)
    )
    engine = ctranslate2.Translator(str(work / "out"), compute_type="int8")
    result = engine.translate_batch([pieces.encode("政府によると、輸出が増えた。", out_type=str)])
    assert pieces.decode(result[0].hypotheses[0])

    steps = json.loads((work / "out" / "manifest.json").read_text())["recipe"]["training"]["steps"]
    again = recipe(work, shared, "--only", "train")
    assert f"goes on at step {steps}" in again.stdout

    from models.recipe import convert, shipped

    weights, shape = shipped.read_model(work / "out" / "model.bin")
    convert.write_model(weights, shape, work / "out" / "sentencepiece.model", tmp_path / "anew")
    anew = tmp_path / "anew" / "model.bin"
    assert anew.read_bytes() == (work / "out" / "model.bin").read_bytes()

    pack = [sys.executable, "-m", "models.recipe.pack"]
    last, parts, back = work / "tiny" / "last.pt", tmp_path / "parts", tmp_path / "back.pt"
    subprocess.run([*pack, "weights", last, parts], cwd=REPOSITORY, check=True)
    subprocess.run([*pack, "restore", parts, back], cwd=REPOSITORY, check=True)
    assert back.stat().st_size > parts.joinpath("weights.00").stat().st_size > 10_000
