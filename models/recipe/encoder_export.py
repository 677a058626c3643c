"""Encoder stage 4: trained weights → `model.onnx` and tokenizer in a model directory.

Input:  `WORK/encoder/weights.pt` (or a checkpoint), the encoder's vocabulary.
Output: `OUT/model.onnx` (input_ids, attention_mask int64 (batch, length) → embedding float32
        (batch, width), unit rows), `OUT/sentencepiece.model`.

The embedding table is stored as int8 with one scale a row. The layers' matrices are int8 in blocks
of 32 weights; activations are quantised in blocks of a row, never over the whole batch, so that a
sentence's vector does not depend on its neighbours (ONNX dynamic quantisation does not have this).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from torch import Tensor, nn

from models.recipe.encoder_network import SentenceEncoder, pooled
from models.recipe.encoder_train import build


class ExportedEncoder(nn.Module):
    """The network as it is shipped: the same layers behind an int8 table."""

    def __init__(self, network: SentenceEncoder) -> None:
        super().__init__()
        weight = network.embedding.weight.detach()
        scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        self.table: Tensor
        self.scale: Tensor
        self.register_buffer("table", torch.round(weight / scale).to(torch.int8))
        self.register_buffer("scale", scale)
        self.position = network.position
        self.layers = network.layers

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """(batch, length), (batch, length) → (batch, width)."""
        mask = attention_mask.to(torch.float32)
        hidden = self.table[input_ids].to(torch.float32) * self.scale[input_ids]
        position = self.position[: input_ids.shape[1]]
        bias = ((1.0 - mask) * -1e9)[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, position, bias)
        return pooled(hidden, mask)


def export_float(network: SentenceEncoder, path: Path) -> None:
    """The graph with float32 layers."""
    ids = torch.ones(3, 7, dtype=torch.int64)
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=len(network.position))}
    torch.onnx.export(
        ExportedEncoder(network).eval(),
        (ids, torch.ones_like(ids)),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_shapes={"input_ids": axes, "attention_mask": axes},
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def quantize(source: Path, target: Path) -> None:
    """The layers' matrices to int8."""
    quantizer = MatMulNBitsQuantizer(
        onnx.load(source), bits=8, block_size=32, is_symmetric=True, accuracy_level=4
    )
    quantizer.process()
    onnx.save(quantizer.model.model, target)


def load_network(work: Path, config: dict[str, Any], weights: Path) -> SentenceEncoder:
    """The network with the weights of a finished run, or of a checkpoint."""
    network = build(work, config)
    state = torch.load(weights, weights_only=True, map_location="cpu")
    network.load_state_dict(state.get("network", state))
    return network.eval()


def export(network: SentenceEncoder, tokenizer: Path, out: Path, *, quantized: bool = True) -> None:
    """Writes the two files; the manifest and the card are another stage's."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "float.onnx"
        export_float(network, graph)
        if quantized:
            quantize(graph, Path(folder) / "model.onnx")
            graph = Path(folder) / "model.onnx"
        shutil.copyfile(graph, out / "model.onnx")
    shutil.copyfile(tokenizer, out / "sentencepiece.model")
