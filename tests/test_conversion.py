"""Original weights of each family → CTranslate2: the same log-probability as transformers gives.

Needs transformers and torch, which the program needs for nothing else; skipped without them.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sentencepiece as spm
from tiny_models import EN_LINES, JA_LINES

from kawaraban import hub
from kawaraban.artifacts import verify
from kawaraban.hub import Offer, Part, pull
from kawaraban.public_models import choose_files, find_model
from kawaraban.translation.engine import load_translator

transformers = pytest.importorskip("transformers", reason="conversion needs transformers and torch")
torch = pytest.importorskip("torch", reason="conversion needs transformers and torch")
pytestmark = pytest.mark.filterwarnings("ignore")

SENTENCE, OTHER = "日銀は29日、利上げを決めた。", "政府は"
_SHAPE = {
    "d_model": 64,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": 512,
    "init_std": 0.1,
}


def marian(folder: Path) -> tuple[Any, Any]:
    """As OPUS-MT, FuguMT and ElanMT stand on the hub."""
    pieces = _train(folder / "source.spm")
    shutil.copy(folder / "source.spm", folder / "target.spm")
    tokens = ["</s>", "<unk>", *pieces, "<pad>"]
    _write_json(folder / "vocab.json", {token: i for i, token in enumerate(tokens)})
    settings = {"source_lang": "jpn", "target_lang": "eng", "tokenizer_class": "MarianTokenizer"}
    _write_json(folder / "tokenizer_config.json", settings)
    pad = len(tokens) - 1
    config = transformers.MarianConfig(
        vocab_size=len(tokens),
        pad_token_id=pad,
        decoder_start_token_id=pad,
        eos_token_id=0,
        forced_eos_token_id=0,
        activation_function="swish",
        scale_embedding=True,
        **_SHAPE,
    )
    model = transformers.MarianMTModel(config)
    model.save_pretrained(folder)
    return model, transformers.MarianTokenizer.from_pretrained(folder)


def m2m100(folder: Path) -> tuple[Any, Any]:
    pieces = _train(folder / "sentencepiece.bpe.model")
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *pieces]
    _write_json(folder / "vocab.json", {token: i for i, token in enumerate(tokens)})
    tokenizer = transformers.M2M100Tokenizer(
        vocab_file=str(folder / "vocab.json"),
        spm_file=str(folder / "sentencepiece.bpe.model"),
        src_lang="ja",
        tgt_lang="en",
    )
    n_tokens = len(tokens) + len(tokenizer.lang_token_to_id) + tokenizer.num_madeup_words
    config = transformers.M2M100Config(vocab_size=n_tokens, decoder_start_token_id=2, **_SHAPE)
    model = transformers.M2M100ForConditionalGeneration(config)
    model.save_pretrained(folder)
    special = {"additional_special_tokens": list(tokenizer.lang_token_to_id)}
    _write_json(folder / "special_tokens_map.json", special)
    _write_json(folder / "tokenizer_config.json", {"tokenizer_class": "M2M100Tokenizer"})
    return model, tokenizer


# short name, its original, first target token
FAMILIES: list[tuple[str, Callable[[Path], tuple[Any, Any]], str]] = [
    ("opus-mt", marian, ""),
    ("m2m100-418m", m2m100, "__en__"),
]


@pytest.mark.parametrize(("name", "make", "first"), FAMILIES)
def test_pull_when_only_original_weights_exist_then_the_converted_model_scores_as_they_do(
    name: str,
    make: Callable[[Path], tuple[Any, Any]],
    first: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "original"
    folder.mkdir()
    torch.manual_seed(5)
    model, tokenizer = make(folder)
    choice = choose_files([path.name for path in folder.iterdir()])
    assert choice.kind == "original"
    part = Part("x/y", "c0ffee", None, choice, {}, 1, "")
    monkeypatch.setattr(hub, "_download", lambda part, progress: folder)
    added = pull(Offer(find_model(name), (part,)), tmp_path / "home")
    assert verify(added).affixes == find_model(name).affixes
    hypothesis = load_translator(added, threads=1, beam_size=1).decode([SENTENCE])[0][0]
    pieces = [*([first] if first else []), *hypothesis.pieces]
    expected, elsewhere = (
        _log_prob(model, tokenizer, text, pieces, ended=not hypothesis.hit_limit)
        for text in (SENTENCE, OTHER)
    )
    assert hypothesis.log_prob == pytest.approx(expected, rel=0.05)
    assert abs(hypothesis.log_prob - expected) < abs(hypothesis.log_prob - elsewhere)


def _log_prob(model: Any, tokenizer: Any, source: str, pieces: list[str], *, ended: bool) -> float:
    """Mean log-probability of the pieces after a forced first one, as transformers scores them."""
    ids = tokenizer.convert_tokens_to_ids(pieces)
    labels = torch.tensor([[*ids, *([tokenizer.eos_token_id] if ended else [])]])
    model.eval()
    with torch.no_grad():
        batch = tokenizer([source], return_tensors="pt")
        logits = model(
            input_ids=batch.input_ids, attention_mask=batch.attention_mask, labels=labels
        ).logits
    scores = logits.log_softmax(-1).gather(-1, labels[..., None])[0, :, 0]
    forced = 1 if pieces[0].startswith("__") else 0
    return float(scores[forced:].mean())


def _train(path: Path, **options: Any) -> list[str]:
    """A tokenizer at `path`; gives its ordinary pieces."""
    prefix = path.with_name("training")
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter([*JA_LINES, *EN_LINES]),
        model_prefix=str(prefix),
        vocab_size=500,
        hard_vocab_limit=False,
        character_coverage=1.0,
        minloglevel=2,
        **options,
    )
    prefix.with_suffix(".model").rename(path)
    prefix.with_suffix(".vocab").unlink()
    processor = spm.SentencePieceProcessor(model_file=str(path))
    pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    return [piece for piece in pieces if piece not in ("<s>", "</s>", "<unk>", "<pad>")]


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
