"""The translator: an encoder-decoder Transformer whose shapes CTranslate2 can run.

Input:  source ids [B, S] with lengths [B], shifted target ids [B, T].
Output: hidden states [B, T, D]; the loss multiplies them with the shared embedding.

Pre-norm LayerNorm, rotary positions in self-attention, ReLU, no biases, one embedding matrix for
source, target and output.

    net = Translator(NetworkShape(vocab=12000))
    hidden = net(src, src_lengths, tgt_in)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class NetworkShape:
    """What `[network]` of a config says, and the size of the vocabulary."""

    vocab: int
    width: int = 256
    heads: int = 4
    ff: int = 1024
    encoder_layers: int = 6
    decoder_layers: int = 2
    dropout: float = 0.0


def rotary_table(length: int, dim: int, like: Tensor) -> tuple[Tensor, Tensor]:
    """cos and sin [length, dim / 2]."""
    steps = torch.arange(dim // 2, device=like.device, dtype=torch.float32) * (2 / dim)
    angles = torch.outer(torch.arange(length, device=like.device).float(), 10000.0**-steps)
    return angles.cos().to(like.dtype), angles.sin().to(like.dtype)


def rotate(x: Tensor, table: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions on [B, H, L, dim]; the two halves of `dim` are the two coordinates."""
    cos, sin = table
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """[B, H, Q, dim] x [B, H, K, dim] + mask → [B, Q, H * dim].

    The plain form is eight times as fast as PyTorch's fused one on a CPU in bfloat16.
    """
    if q.is_cuda:
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    else:
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2) + mask
        out = scores.softmax(dim=-1) @ v
    return out.transpose(1, 2).flatten(2)


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor, table: tuple[Tensor, Tensor]) -> Tensor:
        """x [B, L, D], mask broadcast to [B, H, L, L] → what to add to x."""
        q, k, v = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in self.qkv(self.norm(x)).chunk(3, dim=-1)
        )
        return self.out(attend(rotate(q, table), rotate(k, table), v, mask))


class CrossAttention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.q = nn.Linear(width, width, bias=False)
        self.kv = nn.Linear(width, 2 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """x [B, T, D], memory [B, S, D], mask [B, 1, 1, S] → what to add to x."""
        q = self.q(self.norm(x)).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        k, v = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in self.kv(memory).chunk(2, dim=-1)
        )
        return self.out(attend(q, k, v, mask))


class FeedForward(nn.Module):
    def __init__(self, width: int, ff: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, ff, bias=False)
        self.down = nn.Linear(ff, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.relu(self.up(self.norm(x))))


class EncoderLayer(nn.Module):
    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.attention = SelfAttention(shape.width, shape.heads)
        self.ff = FeedForward(shape.width, shape.ff)
        self.dropout = nn.Dropout(shape.dropout) if shape.dropout else nn.Identity()

    def forward(self, x: Tensor, mask: Tensor, table: tuple[Tensor, Tensor]) -> Tensor:
        x = x + self.dropout(self.attention(x, mask, table))
        return x + self.dropout(self.ff(x))


class DecoderLayer(nn.Module):
    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.attention = SelfAttention(shape.width, shape.heads)
        self.cross = CrossAttention(shape.width, shape.heads)
        self.ff = FeedForward(shape.width, shape.ff)
        self.dropout = nn.Dropout(shape.dropout) if shape.dropout else nn.Identity()

    def forward(
        self, x: Tensor, memory: Tensor, masks: tuple[Tensor, Tensor], table: tuple[Tensor, Tensor]
    ) -> Tensor:
        x = x + self.dropout(self.attention(x, masks[0], table))
        x = x + self.dropout(self.cross(x, memory, masks[1]))
        return x + self.dropout(self.ff(x))


class Translator(nn.Module):
    """The whole network; `hidden @ embedding.weight.T` are the logits."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocab, shape.width)
        self.encoder = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.encoder_layers))
        self.encoder_norm = nn.LayerNorm(shape.width)
        self.decoder = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.decoder_layers))
        self.decoder_norm = nn.LayerNorm(shape.width)
        self._initialize()

    def _initialize(self) -> None:
        """Unit variance everywhere; what is added to the residual stream starts at zero.

        The last norm starts small: with a shared embedding the untrained network would otherwise
        be certain that each token repeats the one before.
        """
        nn.init.normal_(self.embedding.weight, std=self.shape.width**-0.5)
        nn.init.constant_(self.decoder_norm.weight, 0.25)
        for name, module in self.named_modules():
            if isinstance(module, nn.Linear):
                if name.endswith((".out", ".down")):
                    nn.init.zeros_(module.weight)
                else:
                    nn.init.normal_(module.weight, std=module.in_features**-0.5)

    def embed(self, ids: Tensor) -> Tensor:
        return self.embedding(ids) * math.sqrt(self.shape.width)

    def encode(self, src: Tensor, src_lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Ids [B, S] → memory [B, S, D] and the mask [B, 1, 1, S] that hides the padding."""
        x = self.embed(src)
        places = torch.arange(src.shape[1], device=src.device)
        mask = torch.zeros(src.shape[0], 1, 1, src.shape[1], dtype=x.dtype, device=x.device)
        mask.masked_fill_((places >= src_lengths[:, None])[:, None, None], -1e9)
        table = rotary_table(src.shape[1], self.shape.width // self.shape.heads, x)
        for layer in self.encoder:
            x = layer(x, mask, table)
        return self.encoder_norm(x), mask

    def decode(self, tgt_in: Tensor, memory: Tensor, src_mask: Tensor) -> Tensor:
        """Shifted target ids [B, T] → hidden states [B, T, D]."""
        x = self.embed(tgt_in)
        length = tgt_in.shape[1]
        causal = torch.full((length, length), -1e9, dtype=x.dtype, device=x.device).triu(1)
        table = rotary_table(length, self.shape.width // self.shape.heads, x)
        for layer in self.decoder:
            x = layer(x, memory, (causal, src_mask), table)
        return self.decoder_norm(x)

    def forward(self, src: Tensor, src_lengths: Tensor, tgt_in: Tensor) -> Tensor:
        memory, mask = self.encode(src, src_lengths)
        return self.decode(tgt_in, memory, mask)

    @torch.no_grad()
    def greedy(
        self, src: Tensor, src_lengths: Tensor, rows: Tensor, *, bos: int, eos: int, limit: int
    ) -> Tensor:
        """Greedy translation into the pieces of `rows` [R], without a cache: ids [B, <= limit]."""
        memory, mask = self.encode(src, src_lengths)
        out = torch.full((src.shape[0], 1), bos, dtype=torch.long, device=src.device)
        done = torch.zeros(src.shape[0], dtype=torch.bool, device=src.device)
        for _ in range(limit):
            hidden = self.decode(out, memory, mask)[:, -1]
            token = rows[(hidden @ self.embedding.weight[rows].T).argmax(-1)]
            token[done] = eos
            out = torch.cat((out, token[:, None]), dim=1)
            done |= token == eos
            if bool(done.all()):
                break
        return out[:, 1:]


class SmoothedLoss(torch.autograd.Function):
    """Output projection and label-smoothed cross entropy in one, a block of rows at a time.

    The last block is filled up with rows of zeros, which add nothing: see `stream.GRID`.
    Forward computes the gradients at once, so that no [N, V] array is kept. The value returned is
    the plain negative log-likelihood, summed over rows; the gradient is that of the smoothed loss.
    """

    @staticmethod
    def forward(  # type: ignore[override]
        ctx: torch.autograd.function.FunctionCtx,
        hidden: Tensor,
        weight: Tensor,
        target: Tensor,
        smoothing: float,
        block: int,
    ) -> Tensor:
        """hidden [N, D], weight [V, D], target [N] → scalar."""
        d_hidden = torch.empty_like(hidden)
        d_weight = torch.zeros_like(weight, dtype=torch.float32)
        loss = hidden.new_zeros((), dtype=torch.float32)
        count = hidden.shape[0]
        spare = -count % block
        hidden, target = F.pad(hidden, (0, 0, 0, spare)), F.pad(target, (0, spare))
        for begin in range(0, count, block):
            rows, gold = hidden[begin : begin + block], target[begin : begin + block, None]
            probs = (rows @ weight.T).softmax(dim=-1)
            picked = probs.gather(1, gold)
            loss -= picked[: count - begin].float().clamp_min(1e-30).log().sum()
            probs.scatter_(1, gold, picked - (1.0 - smoothing))
            probs -= smoothing / weight.shape[0]
            d_hidden[begin : begin + block] = (probs @ weight)[: count - begin]
            d_weight += probs.T @ rows
        ctx.save_for_backward(d_hidden, d_weight.to(weight.dtype))
        return loss

    @staticmethod
    def backward(  # type: ignore[override]
        ctx: torch.autograd.function.FunctionCtx, grad: Tensor
    ) -> tuple[Tensor, Tensor, None, None, None]:
        d_hidden, d_weight = ctx.saved_tensors  # type: ignore[attr-defined]
        return (
            d_hidden * grad.to(d_hidden.dtype),
            d_weight * grad.to(d_weight.dtype),
            None,
            None,
            None,
        )
