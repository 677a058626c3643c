"""Real CTranslate2 models of a few hundred kilobytes, made in a second without any training.

`dictionary_model` writes a translator whose weights are set by hand: target position i attends to
source position i and says what `DICTIONARY` maps that piece to; digits, Latin letters and rare
characters are copied; any other Japanese piece becomes one of `FILLERS`. So its output is known:

    日銀は29日、利上げを決めた。  →  BOJ 29 day, rate hike decided.

`random_model` has the same shape and random weights: its scores lie close together, so the least
difference in arithmetic shows in its output.
"""

import io
import json
import zlib
from dataclasses import asdict
from pathlib import Path

import ctranslate2
import numpy as np
import sentencepiece as spm

from kawaraban.artifacts import MANIFEST, describe_files

MARKS = ("⟦", "⟼", "⟧")
DICTIONARY = {
    "日銀": "▁BOJ",
    "政府": "▁government",
    "首相": "▁prime▁minister",
    "東京": "▁Tokyo",
    "株価": "▁share▁prices",
    "円": "▁yen",
    "億": "▁oku",
    "兆": "▁cho",
    "ドル": "▁dollars",
    "利上げ": "▁rate▁hike",
    "市場": "▁market",
    "会社": "▁company",
    "半導体": "▁chips",
    "発表した": "▁announced",
    "決めた": "▁decided",
    "上昇した": "▁rose",
    "下落した": "▁fell",
    "述べた": "▁said",
    "日": "▁day",
    "月": "▁month",
    "年": "▁year",
    "は": "▁",
    "が": "▁",
    "を": "▁",
    "の": "▁of",
    "と": "▁that",
    "に": "▁to",
    "で": "▁at",
    "し": "▁and",
    "て": "▁and",
    "。": ".",
    "、": ",",
    "「": "▁“",
    "」": "”",
}
FILLERS = ("▁new", "▁plan", "▁people", "▁week", "▁early", "▁large", "▁report", "▁country")
JA_LINES = (
    "日銀は29日、利上げを決めた。",
    "政府は新しい経済対策を来週にもまとめると発表した。",
    "首相は東京で記者会見し「株価は市場が決めるものだ」と述べた。",
    "半導体の会社が3兆4500億円を投資する。",
    "市場では円が1ドル152円台まで下落した。",
    "10月の輸出額は前年の同じ月と比べて7.2%増えた。",
    "Kawaraban社は新製品K200を12月1日に発売する。",
    "大雨で東北の鉄道は始発から運転を見合わせている。",
    "県の担当者は「けが人はいない」と話している。",
    "選挙の投票率は58.34%で、前回を2ポイント上回った。",
)
EN_LINES = (
    "The bank raised its rate by 0.25 points on the 29th, as the market had expected.",
    "Kawaraban Inc. will sell its new product K200 from December 1 for 39,800 yen.",
    "Exports in October rose 7.2% from a year earlier; the official said “nobody is hurt”.",
    "Trains in the northeast have been stopped since the first run because of heavy rain.",
    "BOJ government prime minister Tokyo share prices yen dollars rate hike market company chips",
)
_CODE_DIM = 128
_MODEL_DIM = 2 * _CODE_DIM
_MAX_POSITIONS = 1024


def dictionary_model(
    directory: Path,
    *,
    never_ends: bool = False,
    language_tokens: tuple[str, ...] = (),
    adds_eos: bool = True,
) -> Path:
    """Writes the piece-for-piece translator.

    With `never_ends` it talks until it is stopped; `language_tokens` join its vocabulary, as NLLB
    has them; without `adds_eos` the caller must end the source, as Marian models want it.
    """
    rng = np.random.default_rng(7)
    pieces = [*_write_tokenizers(directory), *language_tokens]
    codes = rng.choice([-1.0, 1.0], (len(pieces), _CODE_DIM)).astype(np.float32)
    mapping = [_translate_piece(piece, pieces) for piece in pieces]
    if never_ends:
        mapping[pieces.index("</s>")] = pieces.index(",")
    spec = _zero_spec(len(pieces))
    spec.encoder.embeddings[0].weight[:, :_CODE_DIM] = codes[mapping]
    spec.decoder.projection.weight[:, :_CODE_DIM] = 0.08 * codes
    positions = np.zeros((_MAX_POSITIONS, _MODEL_DIM), dtype=np.float32)
    positions[:, _CODE_DIM:] = rng.choice([-1.0, 1.0], (_MAX_POSITIONS, _CODE_DIM))
    positions *= np.sqrt(_MODEL_DIM)
    for side in (spec.encoder, spec.decoder):
        side.position_encodings.encodings = positions.copy()
    _attend_to_same_position(spec.decoder.layer[0].attention)
    spec.config.add_source_eos = adds_eos
    if not adds_eos:
        spec.config.decoder_start_token = "</s>"
    return _write(directory, spec, pieces, name="tiny-dictionary")


def random_model(directory: Path) -> Path:
    """Writes a translator with random weights."""
    rng = np.random.default_rng(11)
    pieces = _write_tokenizers(directory)
    spec = _zero_spec(len(pieces))
    for array in _weights(spec):
        array[...] = rng.normal(0, 0.3, array.shape)
    positions = rng.normal(0, 1, (_MAX_POSITIONS, _MODEL_DIM)).astype(np.float32)
    for side in (spec.encoder, spec.decoder):
        side.position_encodings.encodings = positions.copy()
    spec.config.add_source_eos = True
    return _write(directory, spec, pieces, name="tiny-random")


def write_manifest(directory: Path, **fields: object) -> None:
    """A manifest over all files of `directory` but itself and the card."""
    names = [p.name for p in directory.iterdir() if p.name not in (MANIFEST, "README.md")]
    manifest = {
        "version": "0.1.0",
        "kind": "translation",
        "direction": "ja-en",
        "format": "ctranslate2",
        "license": "CC0-1.0",
        "files": [asdict(entry) for entry in describe_files(directory, names)],
        "tokenizer": {"kind": "sentencepiece", "source": "source.spm", "target": "target.spm"},
        "prefix_tokens": {"source": [], "target": []},
        "annotation": dict(zip(("open", "separator", "close"), MARKS, strict=True)),
        **fields,
    }
    (directory / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def _write_tokenizers(directory: Path) -> list[str]:
    """Trains one tokenizer for both sides, writes it twice, and gives back its pieces."""
    directory.mkdir(parents=True, exist_ok=True)
    words = {*DICTIONARY, *DICTIONARY.values(), *FILLERS}
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter([*JA_LINES, *EN_LINES]),
        model_writer=model,
        vocab_size=900,
        hard_vocab_limit=False,
        character_coverage=1.0,
        byte_fallback=True,
        split_digits=True,
        user_defined_symbols=[*MARKS, *sorted(word for word in words if len(word) > 1)],
        minloglevel=2,
    )
    for name in ("source.spm", "target.spm"):
        (directory / name).write_bytes(model.getvalue())
    processor = spm.SentencePieceProcessor(model_proto=model.getvalue())
    return [processor.id_to_piece(i) for i in range(processor.get_piece_size())]


def _translate_piece(piece: str, pieces: list[str]) -> int:
    """Index of the piece that a source piece becomes."""
    bare = piece.lstrip("▁")
    if (english := DICTIONARY.get(bare)) is not None:
        return pieces.index(english)
    if piece in MARKS:
        return pieces.index("▁")
    if bare.isascii():
        return pieces.index(piece)
    return pieces.index(FILLERS[zlib.crc32(bare.encode()) % len(FILLERS)])


def _zero_spec(n_pieces: int) -> ctranslate2.specs.TransformerSpec:
    """One layer a side, one head, all weights zero and all norms neutral."""
    spec = ctranslate2.specs.TransformerSpec.from_config((1, 1), 1)
    layers = [spec.encoder.layer[0], spec.decoder.layer[0]]
    for layer in layers:
        _zero(layer.self_attention.linear[0], 3 * _MODEL_DIM, _MODEL_DIM)
        _zero(layer.self_attention.linear[1], _MODEL_DIM, _MODEL_DIM)
        _zero(layer.ffn.linear_0, _MODEL_DIM, _MODEL_DIM)
        _zero(layer.ffn.linear_1, _MODEL_DIM, _MODEL_DIM)
    cross = spec.decoder.layer[0].attention
    for linear, rows in zip(cross.linear, (1, 2, 1), strict=True):
        _zero(linear, rows * _MODEL_DIM, _MODEL_DIM)
    norms = [cross.layer_norm, spec.encoder.layer_norm, spec.decoder.layer_norm]
    norms += [
        norm for part in layers for norm in (part.self_attention.layer_norm, part.ffn.layer_norm)
    ]
    for norm in norms:
        norm.gamma = np.ones(_MODEL_DIM, dtype=np.float32)
        norm.beta = np.zeros(_MODEL_DIM, dtype=np.float32)
    spec.encoder.embeddings[0].weight = np.zeros((n_pieces, _MODEL_DIM), dtype=np.float32)
    spec.decoder.embeddings.weight = np.zeros((n_pieces, _MODEL_DIM), dtype=np.float32)
    _zero(spec.decoder.projection, n_pieces, _MODEL_DIM)
    return spec


def _zero(linear: ctranslate2.specs.common_spec.LinearSpec, rows: int, columns: int) -> None:
    linear.weight = np.zeros((rows, columns), dtype=np.float32)
    linear.bias = np.zeros(rows, dtype=np.float32)


def _weights(spec: ctranslate2.specs.TransformerSpec) -> list[np.ndarray]:
    return [
        value
        for name, value in sorted(spec.variables().items())
        if name.endswith("weight") and isinstance(value, np.ndarray)
    ]


def _attend_to_same_position(
    cross: ctranslate2.specs.attention_spec.MultiHeadAttentionSpec,
) -> None:
    """Query and key see the position half of a vector, value and output the code half."""
    code, position = np.arange(_CODE_DIM), np.arange(_CODE_DIM, _MODEL_DIM)
    query, key_value, output = (linear.weight for linear in cross.linear)
    query[position, position] = 4.0
    key_value[position, position] = 1.0
    key_value[_MODEL_DIM + code, code] = 1.0
    output[code, code] = np.sqrt(_MODEL_DIM)


def _write(
    directory: Path,
    spec: ctranslate2.specs.TransformerSpec,
    pieces: list[str],
    *,
    name: str,
) -> Path:
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(directory))
    write_manifest(directory, name=name)
    return directory
