"""The sentence encoder's network in plain PyTorch, and its loss.

Input:  piece ids (n, length) int64, padding 0, and a mask of ones and zeros of the same shape.
Output: unit vectors (n, width) float32.

Two stages of one function: with the layers switched off the vector is the mean of the pieces'
embeddings, which is cheap to train; the layers start as the identity (their last matrices are
zero), so switching them on changes nothing until they have learned something.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class Block(nn.Module):
    """Pre-norm self-attention and feed-forward: (n, length, width) → the same."""

    def __init__(self, width: int, heads: int, ff: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.attention_out = nn.Linear(width, width)
        self.ff_norm = nn.LayerNorm(width)
        self.ff_in = nn.Linear(width, ff)
        self.ff_out = nn.Linear(ff, width)
        self.dropout = nn.Dropout(dropout)
        for last in (self.attention_out, self.ff_out):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """`bias`: (n, 1, 1, length), 0 for pieces and a large negative number for padding."""
        n, length, width = hidden.shape
        qkv = self.qkv(self.attention_norm(hidden))
        qkv = qkv.view(n, length, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).unbind(0)  # each (n, heads, length, size)
        scores = query @ key.transpose(-1, -2) * (width // self.heads) ** -0.5
        weights = torch.softmax(scores + bias.to(scores.dtype), dim=-1).to(value.dtype)
        mixed = (weights @ value).transpose(1, 2).reshape(n, length, width)
        hidden = hidden + self.dropout(self.attention_out(mixed))
        inner = functional.relu(self.ff_in(self.ff_norm(hidden)))
        return hidden + self.dropout(self.ff_out(inner))


class SentenceEncoder(nn.Module):
    """Embedding, layers, mean over the pieces, unit length."""

    def __init__(self, vocab_size: int, max_tokens: int, network: dict[str, Any]) -> None:
        super().__init__()
        width = network["width"]
        self.embedding = nn.Embedding(vocab_size, width)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.position = nn.Parameter(torch.zeros(max_tokens, width))
        self.dropout = nn.Dropout(network["dropout"])
        self.layers = nn.ModuleList(
            Block(width, network["heads"], network["ff"], network["dropout"])
            for _ in range(network["layers"])
        )

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """(n, length), (n, length) → (n, width)."""
        mask = attention_mask.to(torch.float32)
        hidden = self.embedding(input_ids) + self.position[: input_ids.shape[1]]
        hidden = self.dropout(hidden)
        bias = ((1.0 - mask) * -1e9)[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, bias)
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


@dataclass
class Bank:
    """Vectors of the last batches, as further wrong answers that cost nothing (He et al. 2020)."""

    size: int
    left: Tensor
    right: Tensor
    keys: Tensor  # (n, 2): what text stands on either side

    @classmethod
    def empty(cls, size: int, width: int) -> Bank:
        rows = torch.empty(0, width)
        return cls(size, rows, rows, torch.empty(0, 2, dtype=torch.int64))

    def push(self, left: Tensor, right: Tensor, keys: Tensor) -> None:
        keep = slice(0, self.size)
        self.left = torch.cat([left.detach(), self.left.to(left)])[keep]
        self.right = torch.cat([right.detach(), self.right.to(right)])[keep]
        self.keys = torch.cat([keys, self.keys.to(keys)])[keep]


def contrastive_loss(
    left: Tensor, right: Tensor, keys: Tensor, *, bank: Bank | None, temperature: float
) -> Tensor:
    """InfoNCE in both directions (van den Oord 2018) over the batch and the bank.

    left, right: (n, width) unit rows that belong together. keys: (n, 2), equal where the text of a
    side is equal; a row that has a text in common with the query is no wrong answer.
    """
    lefts, rights, all_keys = left, right, keys
    if bank is not None:
        lefts = torch.cat([left, bank.left.to(left)])
        rights = torch.cat([right, bank.right.to(right)])
        all_keys = torch.cat([keys, bank.keys.to(keys)])
    same = (keys[:, None, :] == all_keys[None, :, :]).any(dim=-1)  # (n, n + bank)
    target = torch.arange(len(left), device=left.device)
    same[target, target] = False
    total = left.new_zeros((), dtype=torch.float32)
    for query, answers in ((left, rights), (right, lefts)):
        scores = (query @ answers.T).to(torch.float32) / temperature
        total = total + functional.cross_entropy(scores.masked_fill(same, -1e4), target)
    return total / 2
