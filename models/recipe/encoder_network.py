"""The sentence encoder's network in plain PyTorch, and its loss.

Input:  piece ids (n, length) int64, padding 0, and a mask of ones and zeros of the same shape.
Output: unit vectors (n, width) float32.

A vector is the mean over the sentence's pieces, of unit length. Without layers a piece is its row
of the table, which is cheap to train with very large batches. Layers, where the configuration asks
for them, start as the identity (their last matrices are zero): switching them on changes nothing
until they have learned something.

    network(torch.tensor([[5, 9, 0]]), torch.tensor([[1, 1, 0]])).shape  →  (1, 256)
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class Block(nn.Module):
    """Self-attention and feed-forward: (n, length, width) → the same.

    There is no layer norm on purpose. The table has learned to give function words short vectors
    (の 0.7, 首相 5.7): a piece's length is its weight in the mean. A norm would give all pieces the
    same voice, and sentences a common direction. A learned gain brings the table to unit scale.
    For the same reason nothing constant (a bias, a position) is added to what will be pooled:
    positions only steer the attention.
    """

    def __init__(self, width: int, heads: int, ff: int, *, gain: float) -> None:
        super().__init__()
        self.heads = heads
        self.attention_gain = nn.Parameter(torch.full((width,), gain))
        self.query_key = nn.Linear(width, 2 * width)
        self.value = nn.Linear(width, width, bias=False)
        self.attention_out = nn.Linear(width, width, bias=False)
        self.ff_gain = nn.Parameter(torch.full((width,), gain))
        self.ff_in = nn.Linear(width, ff)
        self.ff_out = nn.Linear(ff, width, bias=False)
        nn.init.zeros_(self.attention_out.weight)
        nn.init.zeros_(self.ff_out.weight)
        nn.init.zeros_(self.ff_in.bias)

    def forward(self, hidden: Tensor, position: Tensor, bias: Tensor) -> Tensor:
        """`position`: (length, width). `bias`: (n, 1, 1, length), 0 or, for padding, -1e9."""
        n, length, width = hidden.shape
        heads = (self.heads, width // self.heads)
        scaled = hidden * self.attention_gain
        query_key = self.query_key(scaled + position).view(n, length, 2, *heads)
        query, key = query_key.permute(2, 0, 3, 1, 4).unbind(0)  # each (n, heads, length, size)
        value = self.value(scaled).view(n, length, *heads).transpose(1, 2)
        scores = query @ key.transpose(-1, -2) * (width // self.heads) ** -0.5
        weights = torch.softmax(scores + bias.to(scores.dtype), dim=-1).to(value.dtype)
        mixed = (weights @ value).transpose(1, 2).reshape(n, length, width)
        hidden = hidden + self.attention_out(mixed)
        inner = functional.relu(self.ff_in(hidden * self.ff_gain))
        return hidden + self.ff_out(inner)


class SentenceEncoder(nn.Module):
    """Embedding, layers, mean over the pieces, unit length."""

    def __init__(self, vocab_size: int, max_tokens: int, network: dict[str, Any]) -> None:
        super().__init__()
        width = network["width"]
        self.embedding = nn.Embedding(vocab_size, width)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.position = nn.Parameter(torch.zeros(max_tokens, width))
        self.layers = nn.ModuleList(
            Block(width, network["heads"], network["ff"], gain=network["gain"])
            for _ in range(network["layers"])
        )

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """(n, length), (n, length) → (n, width)."""
        mask = attention_mask.to(torch.float32)
        hidden = self.embedding(input_ids)
        position = self.position[: input_ids.shape[1]]
        bias = ((1.0 - mask) * -1e9)[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, position, bias)
        return pooled(hidden.to(torch.float32), mask)

    def static(self, flat_ids: Tensor, starts: Tensor) -> Tensor:
        """Phase 1: ids of many sentences in one row, where each begins → (n, width)."""
        mean = functional.embedding_bag(flat_ids, self.embedding.weight, starts, mode="mean")
        return functional.normalize(mean, dim=-1)


def pooled(hidden: Tensor, mask: Tensor) -> Tensor:
    """Mean over the pieces that are not padding, then unit length."""
    total = (hidden * mask[:, :, None]).sum(dim=1)
    mean = total / mask.sum(dim=1, keepdim=True).clamp(min=1.0)
    return mean / mean.norm(dim=-1, keepdim=True).clamp(min=1e-12)


def contrastive_loss(left: Tensor, right: Tensor, keys: Tensor, *, temperature: float) -> Tensor:
    """InfoNCE in both directions over the batch (van den Oord 2018).

    left, right: (n, width) unit rows that belong together. keys: (n, 2), equal where the text of a
    side is equal; a row that has a text in common with the query is no wrong answer.
    """
    same = (keys[:, None, :] == keys[None, :, :]).any(dim=-1)  # (n, n)
    same.fill_diagonal_(False)
    scores = (left @ right.T).to(torch.float32) / temperature
    scores = scores.masked_fill(same, -1e4)
    target = torch.arange(len(left), device=left.device)
    ja_to_en = functional.cross_entropy(scores, target)
    return (ja_to_en + functional.cross_entropy(scores.T, target)) / 2
