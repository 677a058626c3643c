"""The shipped sentence encoder behind `OnnxEncoder`: what a vector means and what it depends on."""

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from kawaraban.artifacts import embedded
from kawaraban.embedding import OnnxEncoder, prepare
from kawaraban.errors import CorruptArtifactError, MissingArtifactError

DIRECTORY = Path(__file__).resolve().parents[1] / "models" / "sentence-encoder"
TOLERANCE = 1e-5

if not (DIRECTORY / "manifest.json").exists():
    pytest.skip("no models/sentence-encoder in this checkout", allow_module_level=True)

PREPARED = [
    ("AI の 利用が　広がる。 ", "AIの利用が広がる。"),
    ("Nvidia  shares\trose", "Nvidia shares rose"),
    ("「 決めた 」 と Smith 氏", "「決めた」とSmith氏"),
    ("", ""),
    (" \n　", ""),
]

# Japanese, its English, an English sentence about something near it.
ADEQUATE = [
    ("日銀は政策金利の引き上げを見送った。", "The Bank of Japan left its policy rate unchanged.",
     "The Bank of Japan will issue new banknotes next summer."),
    ("台風10号の影響で新幹線が終日運休した。", "Typhoon No. 10 halted bullet trains all day.",
     "Bullet trains were crowded all day with holidaymakers."),
    ("同社は半導体工場に2兆円を投資する。", "The firm will invest 2 trillion yen in a chip plant.",
     "The company will cut 2,000 jobs at its headquarters."),
    ("与野党は年金改革法案の修正で合意した。",
     "Ruling and opposition parties agreed to amend the pension reform bill.",
     "The opposition parties submitted a no-confidence motion."),
    ("県内で新たに鳥インフルエンザが確認された。", "New bird flu was confirmed in the prefecture.",
     "A new hospital was opened in the prefecture."),
]  # fmt: skip

# Headline, a sentence of its story, a sentence of another one of the same field.
SAME_STORY = [
    ("電機大手、EV電池の新工場を九州に建設",
     "新工場では年間20万台分の車載電池を生産する計画だ。",
     "鉄鋼大手は高炉1基の休止を前倒しすると発表した。"),
    ("将棋の五番勝負、挑戦者が初戦を制す",
     "終盤に挑戦者の飛車が敵陣に入り、名人が投了を告げた。",
     "決勝は延長戦の末、地元の高校が2対1で優勝を決めた。"),
    ("大雨で県北部の川が氾濫、住民に避難指示",
     "堤防が決壊した地区では床上まで水につかった住宅が相次いだ。",
     "県北部の高原では紅葉が見頃を迎え、観光客でにぎわった。"),
]  # fmt: skip

LONG = "政府は新しい経済対策の検討を始め、物価高への対応と賃上げの支援を柱に据える方針だ。" * 6


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(DIRECTORY, threads=1)


@pytest.mark.parametrize(("raw", "expected"), PREPARED)
def test_prepare_when_spaces_stand_beside_japanese_then_they_go(raw: str, expected: str) -> None:
    assert prepare(raw) == expected


@pytest.mark.parametrize(("ja", "right", "near"), ADEQUATE)
def test_embed_when_english_says_the_same_then_it_is_clearly_nearer(
    encoder: OnnxEncoder, ja: str, right: str, near: str
) -> None:
    source, good, bad = encoder.embed([ja, right, near])
    assert source @ good > source @ bad + 0.1


@pytest.mark.parametrize(("headline", "own", "other"), SAME_STORY)
def test_embed_when_sentence_is_of_the_story_then_headline_is_nearer(
    encoder: OnnxEncoder, headline: str, own: str, other: str
) -> None:
    query, good, bad = encoder.embed([headline, own, other])
    assert query @ good > query @ bad


def test_embed_when_given_sentences_then_rows_are_unit_vectors_of_the_manifest_width(
    encoder: OnnxEncoder,
) -> None:
    vectors = encoder.embed([row[0] for row in ADEQUATE])
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(ADEQUATE), encoder.dim)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=TOLERANCE)
    assert encoder.model.startswith("sentence-encoder@")


def test_embed_when_neighbours_change_then_the_vector_does_not(encoder: OnnxEncoder) -> None:
    sentences = [text for row in ADEQUATE + SAME_STORY for text in row] * 4 + [LONG, "円安"]
    alone = np.concatenate([encoder.embed([text]) for text in sentences])
    shuffled = np.random.default_rng(3).permutation(len(sentences))
    together = np.empty_like(alone)
    together[shuffled] = encoder.embed([sentences[i] for i in shuffled])
    assert np.abs(alone - together).max() < TOLERANCE


def test_embed_when_repeated_then_the_bits_are_equal(encoder: OnnxEncoder) -> None:
    sentences = [row[1] for row in ADEQUATE]
    assert np.array_equal(encoder.embed(sentences), encoder.embed(sentences))


def test_embed_when_text_exceeds_the_limit_then_its_end_still_counts(encoder: OnnxEncoder) -> None:
    end = "台風で新幹線が運休した。"
    without, with_end, tail = encoder.embed([LONG, LONG + end, end])
    assert with_end @ tail > without @ tail + 0.03


def test_embed_when_text_is_empty_then_its_row_is_zero_and_the_others_are_untouched(
    encoder: OnnxEncoder,
) -> None:
    vectors = encoder.embed(["", "株価が上がった。", " 　\n"])
    assert not vectors[0].any()
    assert not vectors[2].any()
    assert np.abs(vectors[1] - encoder.embed(["株価が上がった。"])[0]).max() < TOLERANCE


def test_embed_when_there_are_no_sentences_then_the_shape_is_kept(encoder: OnnxEncoder) -> None:
    assert encoder.embed([]).shape == (0, encoder.dim)


def test_embed_when_width_or_case_differs_then_the_vector_is_the_same(encoder: OnnxEncoder) -> None:
    full, half = encoder.embed(["ＮＶＩＤＩＡ の株価は１５％上昇", "Nvidiaの株価は15%上昇"])
    assert np.abs(full - half).max() < TOLERANCE


def test_embed_when_called_from_threads_then_each_gets_its_own_answer(encoder: OnnxEncoder) -> None:
    groups = [[row[i] for row in ADEQUATE] for i in range(3)]
    expected = [encoder.embed(group) for group in groups]
    found: dict[int, np.ndarray] = {}

    def work(index: int) -> None:
        for _ in range(5):
            found[index] = encoder.embed(groups[index])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert all(np.abs(found[i] - expected[i]).max() < TOLERANCE for i in range(3))


def test_constructor_when_weights_are_damaged_then_the_error_names_the_file(tmp_path: Path) -> None:
    copy = tmp_path / "encoder"
    shutil.copytree(DIRECTORY, copy)
    raw = bytearray((copy / "model.onnx").read_bytes())
    raw[len(raw) // 2] ^= 1
    (copy / "model.onnx").write_bytes(raw)
    with pytest.raises(CorruptArtifactError, match=r"model\.onnx"):
        OnnxEncoder(copy)


def test_constructor_when_directory_is_absent_then_the_error_names_it(tmp_path: Path) -> None:
    with pytest.raises(MissingArtifactError, match="nowhere"):
        OnnxEncoder(tmp_path / "nowhere")


def test_constructor_when_model_is_a_translator_then_it_says_so(tmp_path: Path) -> None:
    copy = tmp_path / "encoder"
    shutil.copytree(DIRECTORY, copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"kind": "translation", "format": "ctranslate2", "direction": "ja-en"}
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(CorruptArtifactError, match="expected a 'sentence-encoder'"):
        OnnxEncoder(copy)


def test_import_when_nothing_is_loaded_then_onnxruntime_is_not_imported() -> None:
    code = "import sys, kawaraban.embedding; sys.exit('onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_directory_when_shipped_then_it_is_small(encoder: OnnxEncoder) -> None:
    size = sum(path.stat().st_size for path in embedded("sentence-encoder").iterdir())
    assert size <= 15_000_000
    assert encoder.dim == 256
