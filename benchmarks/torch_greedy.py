"""Greedy translation by the training network, as fast as plain PyTorch does it: keys and values of
past steps are kept, sentences of like length are decoded together, finished ones leave the batch.

Input:  the network, source ids without `</s>`.
Output: target ids of each source, in order.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kawaraban.translation.batches import token_batches
from models.recipe.network import DecoderLayer, Translator, attend, rotary_table, rotate

UNK, BOS, EOS = 0, 1, 2


def translate(
    network: Translator, sources: list[list[int]], *, max_batch_tokens: int
) -> list[list[int]]:
    lengths = [len(source) + 1 for source in sources]
    outputs: list[list[int]] = [[] for _ in sources]
    with torch.inference_mode():
        for batch in token_batches(lengths, max_tokens=max_batch_tokens, n_workers=1):
            longest = max(lengths[i] for i in batch)
            rows = [[*sources[i], EOS] + [UNK] * (longest - lengths[i]) for i in batch]
            places = torch.tensor([lengths[i] for i in batch])
            found = _greedy(network, torch.tensor(rows), places, limit=3 * longest + 20)
            for i, ids in zip(batch, found, strict=True):
                outputs[i] = ids
    return outputs


def _greedy(network: Translator, src: Tensor, lengths: Tensor, *, limit: int) -> list[list[int]]:
    """src [B, S], lengths [B] → target ids of each row, without `</s>`."""
    memory, mask = network.encode(src, lengths)
    state = [_LayerState(layer, memory) for layer in _layers(network)]
    heads = network.shape.heads
    table = rotary_table(limit, network.shape.width // heads, memory)
    outputs: list[list[int]] = [[] for _ in src]
    rows = torch.arange(src.shape[0])
    token = torch.full((src.shape[0],), BOS)
    for step in range(limit):
        x = network.embed(token[:, None])
        for layer in state:
            x = layer.step(x, mask, (table[0][step : step + 1], table[1][step : step + 1]))
        token = (network.decoder_norm(x[:, 0]) @ network.embedding.weight.T).argmax(-1)
        going = token != EOS
        if not bool(going.all()):
            rows, token, mask = rows[going], token[going], mask[going]
            for layer in state:
                layer.keep(going)
        for row, piece in zip(rows.tolist(), token.tolist(), strict=True):
            outputs[row].append(piece)
        if not len(rows):
            break
    return outputs


def _layers(network: Translator) -> list[DecoderLayer]:
    return [layer for layer in network.decoder if isinstance(layer, DecoderLayer)]


class _LayerState:
    """A decoder layer with the keys and values of the steps so far [B, H, T, D/H]."""

    def __init__(self, layer: DecoderLayer, memory: Tensor) -> None:
        self._layer = layer
        self._heads = layer.cross.heads
        self._memory = self._split(layer.cross.kv(memory), 2)
        self._past: list[Tensor] = []

    def _split(self, x: Tensor, n: int) -> list[Tensor]:
        parts = x.chunk(n, dim=-1)
        return [part.view(*part.shape[:2], self._heads, -1).transpose(1, 2) for part in parts]

    def step(self, x: Tensor, mask: Tensor, table: tuple[Tensor, Tensor]) -> Tensor:
        """x [B, 1, D] → [B, 1, D]."""
        layer = self._layer
        q, k, v = self._split(layer.attention.qkv(layer.attention.norm(x)), 3)
        new = [rotate(k, table), v]
        if self._past:
            new = [torch.cat(pair, dim=2) for pair in zip(self._past, new, strict=True)]
        self._past = new
        attended = attend(rotate(q, table), new[0], new[1], x.new_zeros(()))
        x = x + layer.attention.out(attended)
        q = self._split(layer.cross.q(layer.cross.norm(x)), 1)[0]
        x = x + layer.cross.out(attend(q, self._memory[0], self._memory[1], mask))
        added: Tensor = layer.ff(x)
        return x + added

    def keep(self, rows: Tensor) -> None:
        self._memory = [part[rows] for part in self._memory]
        self._past = [part[rows] for part in self._past]
