"""Stage 6: trained weights → a CTranslate2 model directory.

Input:  a checkpoint of the trainer (`ema` or `weights`), the SentencePiece model.
Output: `model.bin`, `config.json`, `shared_vocabulary.json`, `vmap.txt`, `sentencepiece.model`.

    write_model(weights, shape, Path("tokenizer/sentencepiece.model"), out, quantization="int8")
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import ctranslate2
import sentencepiece
import torch
from ctranslate2.specs import TransformerSpec
from ctranslate2.specs.common_spec import Activation
from ctranslate2.specs.transformer_spec import TransformerDecoderSpec, TransformerEncoderSpec
from torch import Tensor

from models.recipe.network import NetworkShape
from models.recipe.outputs import write_output_pieces
from models.recipe.tokenizer import vocabulary as pieces_by_id

Weights = dict[str, Tensor]


def _array(weights: Weights, name: str) -> Any:
    """A float32 copy: the int8 export would otherwise write into the tensor's memory."""
    return weights[name].detach().float().cpu().numpy().copy()


def _norm(spec: Any, weights: Weights, name: str) -> None:
    spec.gamma = _array(weights, f"{name}.weight")
    spec.beta = _array(weights, f"{name}.bias")


def _self_attention(spec: Any, weights: Weights, name: str) -> None:
    _norm(spec.layer_norm, weights, f"{name}.norm")
    spec.linear[0].weight = _array(weights, f"{name}.qkv.weight")
    spec.linear[1].weight = _array(weights, f"{name}.out.weight")


def _cross_attention(spec: Any, weights: Weights, name: str) -> None:
    _norm(spec.layer_norm, weights, f"{name}.norm")
    for at, part in enumerate(("q", "kv", "out")):
        spec.linear[at].weight = _array(weights, f"{name}.{part}.weight")


def _ff(spec: Any, weights: Weights, name: str) -> None:
    _norm(spec.layer_norm, weights, f"{name}.norm")
    spec.linear_0.weight = _array(weights, f"{name}.up.weight")
    spec.linear_1.weight = _array(weights, f"{name}.down.weight")


def build_spec(weights: Weights, shape: NetworkShape) -> TransformerSpec:
    """The network's weights under CTranslate2's names."""
    common = {
        "pre_norm": True,
        "activation": Activation.RELU,
        "rotary_dim": 0,
        "rotary_interleave": False,
    }
    encoder = TransformerEncoderSpec(shape.encoder_layers, shape.heads, **common)
    decoder = TransformerDecoderSpec(shape.decoder_layers, shape.heads, **common)
    encoder.embeddings[0].weight = _array(weights, "embedding.weight")
    decoder.embeddings.weight = _array(weights, "embedding.weight")
    decoder.projection.weight = _array(weights, "embedding.weight")
    _norm(encoder.layer_norm, weights, "encoder_norm")
    _norm(decoder.layer_norm, weights, "decoder_norm")
    for at, layer in enumerate(encoder.layer):
        _self_attention(layer.self_attention, weights, f"encoder.{at}.attention")
        _ff(layer.ffn, weights, f"encoder.{at}.ff")
    for at, layer in enumerate(decoder.layer):
        _self_attention(layer.self_attention, weights, f"decoder.{at}.attention")
        _cross_attention(layer.attention, weights, f"decoder.{at}.cross")
        _ff(layer.ffn, weights, f"decoder.{at}.ff")
    return TransformerSpec(encoder, decoder)


def write_model(
    weights: Weights,
    shape: NetworkShape,
    tokenizer: Path,
    out: Path,
    *,
    quantization: str | None = "int8",
) -> None:
    """Writes the directory anew; `quantization=None` keeps float32."""
    spec = build_spec(weights, shape)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(tokenizer))
    vocabulary = pieces_by_id(pieces)
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = "<unk>", "<s>", "</s>"
    spec.config.decoder_start_token = spec.config.bos_token
    spec.config.add_source_bos = False
    spec.config.add_source_eos = True
    spec.validate()
    spec.optimize(quantization=quantization)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    spec.save(str(out))
    shutil.copyfile(tokenizer, out / "sentencepiece.model")
    write_output_pieces(out)


def load_weights(checkpoint: Path) -> tuple[Weights, NetworkShape]:
    """The averaged weights of a checkpoint and the shape they belong to."""
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    return saved["ema"], NetworkShape(**saved["shape"])


def engine_version() -> str:
    return str(ctranslate2.__version__)
