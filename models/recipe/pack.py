"""What travels to a device machine and back, in few and small files.

    python -m models.recipe.pack shards WORK OUT.tar.xz        (shards and vocabulary, there)
    python -m models.recipe.pack unpack OUT.tar.xz WORK
    python -m models.recipe.pack weights WORK/RUN/last.pt DIR  (averaged weights, back)
    python -m models.recipe.pack restore DIR WORK/RUN/last.pt

Weights travel as int8 with one scale a row, in parts of at most 15 MiB. The model that ships is
int8 with one scale a row, too, so nothing is lost for it; a training cannot go on from them.
"""

from __future__ import annotations

import argparse
import io
import tarfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

PART_BYTES = 15 << 20
_FACTS = ("shape", "step", "elapsed_s", "target_tokens", "pairs")


def pack_shards(work: Path, out: Path) -> None:
    with tarfile.open(out, "w:xz") as archive:
        for name in ("shards", "tokenizer"):
            archive.add(work / name, arcname=name)


def unpack_shards(archive_path: Path, work: Path) -> None:
    with tarfile.open(archive_path) as archive:
        archive.extractall(work, filter="data")


def quantize(weight: Tensor) -> dict[str, Tensor]:
    """[R, C] → int8 [R, C] and float32 [R]; vectors stay as they are."""
    if weight.ndim != 2:
        return {"values": weight.float().cpu()}
    scale = weight.float().abs().amax(dim=1).clamp_min(1e-12) / 127
    values = (weight.float() / scale[:, None]).round().to(torch.int8)
    return {"values": values.cpu(), "scale": scale.cpu()}


def dequantize(packed: dict[str, Tensor]) -> Tensor:
    values = packed["values"].float()
    return values * packed["scale"][:, None] if "scale" in packed else values


def pack_weights(checkpoint: Path, out: Path) -> None:
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    packed: dict[str, Any] = {key: state[key] for key in _FACTS}
    packed["ema"] = {name: quantize(weight) for name, weight in state["ema"].items()}
    buffer = io.BytesIO()
    torch.save(packed, buffer)
    data = buffer.getvalue()
    out.mkdir(parents=True, exist_ok=True)
    for at in range(0, len(data), PART_BYTES):
        (out / f"weights.{at // PART_BYTES:02d}").write_bytes(data[at : at + PART_BYTES])


def restore_weights(folder: Path, checkpoint: Path) -> None:
    """A checkpoint that can be converted, evaluated and packaged."""
    data = b"".join(path.read_bytes() for path in sorted(folder.glob("weights.[0-9][0-9]")))
    state = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    state["ema"] = {name: dequantize(packed) for name, packed in state["ema"].items()}
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, checkpoint)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    actions = {
        "shards": pack_shards,
        "unpack": unpack_shards,
        "weights": pack_weights,
        "restore": restore_weights,
    }
    parser.add_argument("action", choices=actions)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    actions[given.action](given.source, given.target)


if __name__ == "__main__":
    main()
