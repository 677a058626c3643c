"""Encoder stage 3: piece ids → trained weights.

Input:  the files of `encoder_data`; `config.toml`.
Output: `WORK/encoder/weights.pt`; on the way `checkpoint.pt` (resumed from when it exists) and
        `train.jsonl`, a line for every few steps.

Two phases, both bounded by seconds of training so that the same file serves any machine. Phase 1:
the embedding table alone, large batches. Phase 2, if there are layers: the layers on the finished
table. Both in bfloat16; the learning rate rises over the warm-up steps and then falls linearly to
zero.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.recipe import encoder_tokenizer
from models.recipe.encoder_batches import Batch, Source, flat, padded
from models.recipe.encoder_data import Ids
from models.recipe.encoder_network import SentenceEncoder, contrastive_loss


@dataclass
class Phase:
    """One of the two phases: how a batch becomes vectors, and for how long."""

    name: str
    budget_s: float
    batches: Iterator[Batch]
    optimizer: torch.optim.Optimizer
    warmup_steps: int
    dropped_share: float | None = None  # of the pieces, in phase 1; None: all the network
    step: int = 0
    spent_s: float = 0.0
    rates: list[float] = field(default_factory=list)

    def set_rate(self) -> None:
        self.rates = self.rates or [group["lr"] for group in self.optimizer.param_groups]
        left = max(0.0, 1.0 - self.spent_s / self.budget_s)
        factor = min(1.0, (self.step + 1) / self.warmup_steps) * left
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor


def vectors(network: SentenceEncoder, phase: Phase, batch: Batch) -> tuple[Tensor, Tensor]:
    device = network.position.device

    def side(rows: list[Ids]) -> Tensor:
        if phase.dropped_share is None:
            ids, mask = padded(rows)
            embedded: Tensor = network(ids.to(device), mask.to(device))
            return embedded
        ids, starts = flat(rows, dropped_share=phase.dropped_share)
        return network.static(ids.to(device), starts.to(device))

    return side(batch.left), side(batch.right)


def train_step(
    network: SentenceEncoder, phase: Phase, batch: Batch, settings: dict[str, Any]
) -> float:
    phase.set_rate()
    device = network.position.device
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=settings.get("bfloat16", True)):
        left, right = vectors(network, phase, batch)
        loss = contrastive_loss(
            left, right, batch.keys.to(device), temperature=settings["temperature"]
        )
    phase.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    phase.optimizer.step()
    phase.step += 1
    return loss.item()


def save(path: Path, network: SentenceEncoder, phase: Phase) -> None:
    state = {
        "phase": phase.name,
        "step": phase.step,
        "spent_s": phase.spent_s,
        "network": network.state_dict(),
        "optimizer": phase.optimizer.state_dict(),
    }
    torch.save(state, path.with_suffix(".partial"))
    path.with_suffix(".partial").replace(path)


class Log:
    """Mean loss and speed of every few steps, as a line of JSON."""

    def __init__(self, path: Path, phase: Phase, every_steps: int) -> None:
        self.path, self.phase, self.every_steps = path, phase, every_steps
        self.losses, self.pieces, self.since_s = 0.0, 0, phase.spent_s

    def add(self, batch: Batch, loss: float) -> None:
        self.losses += loss
        self.pieces += sum(len(row) for row in [*batch.left, *batch.right])
        phase = self.phase
        if phase.step % self.every_steps:
            return
        line = {
            "phase": phase.name,
            "step": phase.step,
            "spent_s": round(phase.spent_s, 1),
            "loss": round(self.losses / self.every_steps, 4),
            "pieces_per_s": round(self.pieces / (phase.spent_s - self.since_s)),
        }
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        self.losses, self.pieces, self.since_s = 0.0, 0, phase.spent_s


def run_phase(
    network: SentenceEncoder, phase: Phase, folder: Path, settings: dict[str, Any]
) -> None:
    """Steps until the budget is spent; writes the log and a checkpoint from time to time."""
    network.train()
    trained = {id(weight) for group in phase.optimizer.param_groups for weight in group["params"]}
    for weight in network.parameters():
        weight.requires_grad_(id(weight) in trained)
    log = Log(folder / "train.jsonl", phase, settings["log_every_steps"])
    saved_s = phase.spent_s
    while phase.spent_s < phase.budget_s:
        start = time.monotonic()
        batch = next(phase.batches)
        loss = train_step(network, phase, batch, settings)
        phase.spent_s += time.monotonic() - start
        log.add(batch, loss)
        if phase.spent_s - saved_s > settings["checkpoint_every_s"]:
            save(folder / "checkpoint.pt", network, phase)
            saved_s = phase.spent_s
    save(folder / "checkpoint.pt", network, phase)


def make_phases(
    network: SentenceEncoder, source: Source, config: dict[str, Any]
) -> tuple[Phase, ...]:
    """Phase 1 alone for a network without layers."""
    settings = config["train"]
    static = Phase(
        "static",
        settings["static_budget_s"],
        source.batches(
            config["domains"], settings["static_articles_share"], settings["static_batch"]
        ),
        torch.optim.Adam(network.embedding.parameters(), lr=settings["static_lr"]),
        settings["static_warmup_steps"],
        settings["static_dropped_share"],
    )
    if not network.layers:
        return (static,)
    rest = [weight for name, weight in network.named_parameters() if name != "embedding.weight"]
    full = Phase(
        "full",
        settings["budget_s"],
        source.batches(config["domains"], settings["articles_share"], settings["batch"]),
        torch.optim.AdamW(rest, lr=settings["lr"], weight_decay=settings["weight_decay"]),
        settings["warmup_steps"],
    )
    return static, full


def resume(path: Path, network: SentenceEncoder, phases: tuple[Phase, ...]) -> None:
    """Takes up an interrupted run; a phase that was passed counts as spent."""
    if not path.exists():
        return
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"])
    for phase in phases:
        if phase.name == state["phase"]:
            phase.rates = [group["lr"] for group in phase.optimizer.param_groups]
            phase.optimizer.load_state_dict(state["optimizer"])
            phase.step, phase.spent_s = state["step"], state["spent_s"]
            return
        phase.spent_s = phase.budget_s


def build(work: Path, config: dict[str, Any]) -> SentenceEncoder:
    vocab_size = encoder_tokenizer.load(work).get_piece_size()
    return SentenceEncoder(vocab_size, config["data"]["max_tokens"], config["network"])


def run(work: Path, config: dict[str, Any]) -> None:
    """Trains unless the weights exist; goes on where a stopped run left off."""
    folder = work / "encoder"
    if (folder / "weights.pt").exists():
        return
    settings = config["train"]
    torch.manual_seed(settings["seed"])
    torch.set_num_threads(settings["threads"])
    network = build(work, config).to(settings.get("device", "cpu"))
    phases = make_phases(network, Source(work, config), config)
    resume(folder / "checkpoint.pt", network, phases)
    for phase in phases:
        run_phase(network, phase, folder, settings)
    partial = folder / "weights.partial"
    torch.save(network.state_dict(), partial)
    partial.replace(folder / "weights.pt")
