"""Stage 6b: is the converted model the trained one?

Input:  weights, Japanese lines.
Output: `WORK/RUN/parity.json`: how many greedy outputs are the same, token by token, between the
        PyTorch network in float32 and CTranslate2 in float32 (must be all) and in int8 (is told).

Outputs must differ from each other: random weights make every output the same and prove nothing.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import torch

from models.recipe import tokenizer
from models.recipe.convert import Weights, write_model
from models.recipe.network import NetworkShape, Translator
from models.recipe.outputs import output_rows
from models.recipe.stream import pad


def torch_outputs(
    network: Translator, rows: list[list[int]], allowed: list[int], limit: int
) -> list[list[int]]:
    """Greedy token ids, without </s>, of sources that end with it."""
    outputs: list[list[int]] = [[] for _ in rows]
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    for begin in range(0, len(order), 25):
        part = order[begin : begin + 25]
        src, lengths = pad([np.array(rows[at]) for at in part])
        ids = network.greedy(
            torch.from_numpy(src),
            torch.from_numpy(lengths),
            torch.tensor(allowed),
            bos=tokenizer.BOS,
            eos=tokenizer.EOS,
            limit=limit,
        )
        for at, row in zip(part, ids.tolist(), strict=True):
            outputs[at] = row[: row.index(tokenizer.EOS)] if tokenizer.EOS in row else row
    return outputs


def engine_outputs(
    model: Path, sources: list[list[str]], pieces: Any, limit: int
) -> list[list[int]]:
    kind = "float32" if model.name == "float32" else "int8"
    engine = ctranslate2.Translator(str(model), device="cpu", compute_type=kind, intra_threads=1)
    results = engine.translate_batch(
        sources,
        beam_size=1,
        max_decoding_length=limit,
        max_batch_size=2048,
        batch_type="tokens",
        use_vmap=True,
    )
    return [[pieces.piece_to_id(piece) for piece in result.hypotheses[0]] for result in results]


def compare(
    weights: Weights, shape: NetworkShape, spm: Path, lines: list[str], *, limit: int = 60
) -> dict[str, int]:
    """Counts over `lines`: sentences, distinct outputs, same at float32, same at int8."""
    pieces = tokenizer.sentencepiece.SentencePieceProcessor(model_file=str(spm))
    network = Translator(shape)
    network.load_state_dict({name: value.float() for name, value in weights.items()})
    network.eval()
    rows = [[*ids, tokenizer.EOS] for ids in pieces.encode(lines)]
    allowed = output_rows(tokenizer.vocabulary(pieces))
    expected = torch_outputs(network, rows, allowed, limit)
    sources = pieces.encode(lines, out_type=str)
    result = {"sentences": len(lines), "distinct": len({tuple(row) for row in expected})}
    with tempfile.TemporaryDirectory() as folder:
        for kind, quantization in (("float32", None), ("int8", "int8")):
            model = Path(folder) / kind
            write_model(weights, shape, spm, model, quantization=quantization)
            found = engine_outputs(model, sources, pieces, limit)
            result[kind] = sum(a == b for a, b in zip(expected, found, strict=True))
    return result
