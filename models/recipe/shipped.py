"""A CTranslate2 model directory → weights that training can go on from.

Input:  `model.bin` as `convert.write_model` wrote it, int8 or float32.
Output: the network's weights in float32, by its own names, and its shape.

The reverse of `convert.build_spec`, so that a training can begin with the model that ships, also
where no checkpoint was kept. Layout of the file: `ModelSpec._serialize` of CTranslate2, binary
version 6.

    weights, shape = read_model(Path("models/ja-en/model.bin"))
"""

from __future__ import annotations

import dataclasses
import json
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from torch import Tensor

from models.recipe.network import NetworkShape, Translator

BINARY_VERSION = 6
DTYPES = (np.float32, np.int8, np.int16, np.int32)
PARTS = {
    "self_attention/layer_norm": "attention.norm",
    "self_attention/linear_0": "attention.qkv",
    "self_attention/linear_1": "attention.out",
    "attention/layer_norm": "cross.norm",
    "attention/linear_0": "cross.q",
    "attention/linear_1": "cross.kv",
    "attention/linear_2": "cross.out",
    "ffn/layer_norm": "ff.norm",
    "ffn/linear_0": "ff.up",
    "ffn/linear_1": "ff.down",
}
LEAVES = {"weight": "weight", "gamma": "weight", "beta": "bias"}


def _number(file: BinaryIO, kind: str) -> int:
    return int(struct.unpack(f"<{kind}", file.read(struct.calcsize(f"<{kind}")))[0])


def _name(file: BinaryIO) -> str:
    return file.read(_number(file, "H"))[:-1].decode()


def read_variables(path: Path) -> dict[str, np.ndarray]:
    """All variables of a `model.bin` by CTranslate2's names; ValueError for another layout."""
    with path.open("rb") as file:
        version = _number(file, "I")
        if version != BINARY_VERSION:
            raise ValueError(
                f"{path}: found binary version {version}; expected {BINARY_VERSION}; "
                "convert the model with the CTranslate2 of the lock file"
            )
        _name(file)
        _number(file, "I")
        variables: dict[str, np.ndarray] = {}
        for _ in range(_number(file, "I")):
            name = _name(file)
            shape = [0] * _number(file, "B")
            shape = [_number(file, "I") for _ in shape]
            kind = DTYPES[_number(file, "B")]
            variables[name] = np.frombuffer(file.read(_number(file, "I")), kind).reshape(shape)
    return variables


def own_name(variable: str) -> str | None:
    """`encoder/layer_3/ffn/linear_0/weight` → `encoder.3.ff.up.weight`; None for a setting."""
    side, _, rest = variable.partition("/")
    part, _, leaf = rest.rpartition("/")
    if leaf not in LEAVES:
        return None
    if part == "embeddings":
        return "embedding.weight"
    if part == "layer_norm":
        return f"{side}_norm.{LEAVES[leaf]}"
    layer, _, part = part.partition("/")
    return f"{side}.{layer.removeprefix('layer_')}.{PARTS[part]}.{LEAVES[leaf]}"


def read_model(path: Path) -> tuple[dict[str, Tensor], NetworkShape]:
    """Weights in float32 (int8 rows divided by their scales) and the shape they belong to."""
    variables = read_variables(path)
    weights: dict[str, Tensor] = {}
    for variable, array in variables.items():
        name = own_name(variable)
        if name is None:
            continue
        scale = variables.get(f"{variable}_scale")
        values = array.astype(np.float32)
        weights[name] = torch.from_numpy(values if scale is None else values / scale[:, None])
    vocab, width = weights["embedding.weight"].shape
    layers = {
        side: len({name.split(".")[1] for name in weights if name.startswith(f"{side}.")})
        for side in ("encoder", "decoder")
    }
    shape = NetworkShape(
        vocab=vocab,
        width=width,
        heads=int(variables["encoder/num_heads"]),
        ff=weights["encoder.0.ff.up.weight"].shape[0],
        encoder_layers=layers["encoder"],
        decoder_layers=layers["decoder"],
    )
    return weights, shape


def begin(network: Translator, model: Path, version: str) -> None:
    """The weights of a shipped model into a fresh network, whose `ff` may be larger.

    The inner units that are new keep their random input and their zero output (Net2Net, Chen et
    al. 2016, with zeros in place of copies), so the network computes what the model does.
    SystemExit where the version or the rest of the shape is another.
    """
    found = json.loads((model / "manifest.json").read_text(encoding="utf-8"))["version"]
    weights, shape = read_model(model / "model.bin")
    widest = dataclasses.replace(network.shape, dropout=shape.dropout)
    if found != version or dataclasses.replace(shape, ff=max(shape.ff, widest.ff)) != widest:
        raise SystemExit(
            f"begin_with {model}: found {found} {shape}; expected {version} and at most {widest}; "
            "check out the commit that ships this version, or change [network]"
        )
    load_into(network, weights)


@torch.no_grad()
def load_into(network: Translator, weights: dict[str, Tensor]) -> None:
    """Weights into the first rows and columns of a network of the same or a larger `ff`."""
    for name, parameter in network.named_parameters():
        weight = weights[name]
        parameter[tuple(slice(0, size) for size in weight.shape)] = weight
