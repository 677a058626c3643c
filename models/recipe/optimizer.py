"""Muon for the matrices, AdamW for the embedding and the norms.

Input:  float32 master parameters whose `.grad` is set, a learning-rate factor.
Output: the parameters, changed in place.

Muon (Jordan et al. 2024) orthogonalises the momentum of each matrix by a few Newton-Schulz steps;
on this task a small network learns about as much with half the tokens. Matrices of one shape go
through it in one batched product; a fused projection counts as its square parts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

Part = tuple[str, int, int]


def orthogonalize(matrices: Tensor, steps: int = 5) -> Tensor:
    """[N, R, C] with R <= C → nearly orthonormal rows, in bfloat16."""
    x = matrices.to(torch.bfloat16)
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    for _ in range(steps):
        gram = x @ x.transpose(1, 2)
        poly = torch.baddbmm(gram, gram, gram, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, poly, x, beta=3.4445)
    return x


class Muon:
    """All matrices of one shape; `parts` are rows of named parameters."""

    def __init__(
        self, parameters: dict[str, nn.Parameter], parts: list[Part], settings: dict[str, Any]
    ) -> None:
        self._parameters, self._parts = parameters, parts
        self._lr, self._decay = settings["muon_lr"], settings["weight_decay"]
        self._beta = settings["muon_momentum"]
        self.momentum = torch.zeros_like(torch.stack([self._rows(part) for part in parts]))

    def _rows(self, part: Part, *, grad: bool = False) -> Tensor:
        name, begin, end = part
        parameter = self._parameters[name]
        tensor = parameter.grad if grad else parameter.data
        if tensor is None:
            raise RuntimeError(f"{name} has no gradient")
        return tensor[begin:end]

    def step(self, factor: float) -> None:
        grads = torch.stack([self._rows(part, grad=True) for part in self._parts])
        self.momentum.lerp_(grads, 1 - self._beta)
        update = grads.lerp_(self.momentum, self._beta)
        rows, columns = update.shape[1:]
        tall = rows > columns
        update = orthogonalize(update.transpose(1, 2) if tall else update)
        update = update.transpose(1, 2) if tall else update
        lr = self._lr * factor
        scale = lr * max(1.0, rows / columns) ** 0.5
        for part, change in zip(self._parts, update.float(), strict=True):
            self._rows(part).mul_(1 - lr * self._decay).sub_(change, alpha=scale)


def split_parameters(network: nn.Module) -> tuple[dict[tuple[int, int], list[Part]], list[str]]:
    """Matrix parts by shape, and the names that AdamW takes."""
    shapes: dict[tuple[int, int], list[Part]] = {}
    rest: list[str] = []
    for name, parameter in network.named_parameters():
        if parameter.ndim != 2 or name.startswith("embedding"):
            rest.append(name)
            continue
        rows, columns = parameter.shape
        size = columns if name.endswith((".qkv.weight", ".kv.weight")) else rows
        for begin in range(0, rows, size):
            shapes.setdefault((size, columns), []).append((name, begin, begin + size))
    return shapes, rest


class Optimizer:
    """Both optimisers; `jobs(factor)`, the largest first, can run side by side: each touches its
    own parameters."""

    def __init__(self, network: nn.Module, settings: dict[str, Any]) -> None:
        parameters = dict(network.named_parameters())
        shapes, rest = split_parameters(network)
        self._muons = [Muon(parameters, parts, settings) for _, parts in sorted(shapes.items())]
        self._adam = torch.optim.AdamW(
            [parameters[name] for name in rest],
            lr=settings["adam_lr"],
            betas=(0.9, 0.98),
            weight_decay=0.0,
        )
        self._adam_lr = settings["adam_lr"]

    def jobs(self, factor: float) -> list[Callable[[], None]]:
        def adam() -> None:
            for group in self._adam.param_groups:
                group["lr"] = self._adam_lr * factor
            self._adam.step()

        muons = sorted(self._muons, key=lambda muon: -muon.momentum.numel())
        return [*(lambda muon=muon: muon.step(factor) for muon in muons), adam]

    def state(self) -> dict[str, Any]:
        return {"adam": self._adam.state_dict(), "muon": [muon.momentum for muon in self._muons]}

    def restore(self, state: dict[str, Any]) -> None:
        self._adam.load_state_dict(state["adam"])
        for muon, momentum in zip(self._muons, state["muon"], strict=True):
            muon.momentum.copy_(momentum)
