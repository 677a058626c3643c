"""Stage 5: shards → checkpoints, on CPU cores or on one GPU.

Input:  `WORK/shards/*.npz`, `[network]` and `[train]` of the config.
Output: `WORK/RUN/last.pt` (everything needed to go on), `log.jsonl` and `valid.jsonl` beside it.

float32 master weights, bfloat16 copies that do the work. On a CPU each worker thread has its own
copy, runs on one core, and takes micro-batches from the step's common list until it is empty; on a
GPU there is one worker. The learning rate depends on the seconds trained out of `budget_s`, so it
reaches zero when the time is up, however fast the machine is and however often it was stopped
(`budget_steps` counts steps instead, for runs that must come out the same on any machine).

Only English pieces are predicted (outputs.py): half of the shared vocabulary's rows.

One step, by line: draw micro-batches → each worker: forward, loss, backward → sum of gradients over
workers / target tokens → Muon and AdamW → average → copies.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import signal
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.recipe import shipped, tokenizer
from models.recipe.network import NetworkShape, SmoothedLoss, Translator
from models.recipe.optimizer import Optimizer
from models.recipe.outputs import output_rows
from models.recipe.progress import Log, score
from models.recipe.stream import Batch, Stream


def schedule(progress: float, *, warmup: float, decay_from: float) -> float:
    """0 → 1 over `warmup`, 1 until `decay_from`, then in a straight line to 0."""
    if progress < warmup:
        return max(progress / warmup, 0.02)
    return min(1.0, max(0.0, (1.0 - progress) / (1.0 - decay_from)))


class Trainer:
    """State of one training: weights, optimisers, stream, clock."""

    def __init__(self, work: Path, run_dir: Path, config: dict[str, Any]) -> None:
        self.settings, self.work, self.run_dir = config["train"], work, run_dir
        self.device = torch.device(self.settings["device"])
        torch.manual_seed(self.settings["seed"])
        vocabulary = tokenizer.vocabulary(tokenizer.load(work))
        self.shape = NetworkShape(vocab=len(vocabulary), **config["network"])
        self.output_rows = torch.tensor(output_rows(vocabulary), device=self.device)
        self.output_place = torch.full((len(vocabulary),), -1, device=self.device)
        self.output_place[self.output_rows] = torch.arange(
            len(self.output_rows), device=self.device
        )
        self.master = Translator(self.shape).to(self.device)
        self.ema = copy.deepcopy(self.master).requires_grad_(False)
        self.optimizer = Optimizer(self.master, self.settings)
        self.workers = self.settings["workers"]
        self.copies = [
            copy.deepcopy(self.master).to(torch.bfloat16).train() for _ in range(self.workers)
        ]
        networks = (self.master, self.ema, *self.copies)
        self.parameters = [list(network.parameters()) for network in networks]
        sizes = [parameter.numel() for parameter in self.parameters[0]]
        largest_first = sorted(range(len(sizes)), key=lambda at: -sizes[at])
        self.shares = [largest_first[worker :: self.workers] for worker in range(self.workers)]
        self.forward: list[Callable[..., Tensor]] = [
            torch.compile(network, dynamic=True) if self.settings.get("compile") else network
            for network in self.copies
        ]
        self.pool = ThreadPoolExecutor(self.workers, "worker")
        self.stream = Stream(work / "shards", config["domains"], self.settings)
        self.reader = ThreadPoolExecutor(1, "reader")
        self.drawn: tuple[dict[str, Any], Future[list[Batch]]] | None = None
        self.step, self.elapsed_s, self.target_tokens, self.pairs = 0, 0.0, 0, 0

    @property
    def progress(self) -> float:
        """Share of the budget that is spent: of `budget_steps` if that is set, else of seconds."""
        if "budget_steps" in self.settings:
            return float(self.step / self.settings["budget_steps"])
        return float(self.elapsed_s / self.settings["budget_s"])

    def draw(self) -> list[Batch]:
        """Micro-batches of one step, the largest first, so that workers end at the same time."""
        batches: list[Batch] = []
        tokens = 0
        while tokens < self.settings["step_tokens"]:
            batches.append(self.stream.next(lambda: self.progress))
            tokens += batches[-1].target_tokens
        return sorted(batches, key=lambda batch: batch.tgt_in.size + batch.src.size, reverse=True)

    def next_batches(self) -> list[Batch]:
        """The step's micro-batches; those of the next step are drawn meanwhile."""
        batches = self.drawn[1].result() if self.drawn else self.draw()
        self.drawn = (self.stream.state(), self.reader.submit(self.draw))
        return batches

    def work_off(self, worker: int, batches: deque[Batch]) -> Tensor:
        """One worker's share of a step: gradients into its copy; returns the summed loss."""
        network, loss = self.copies[worker], torch.zeros((), device=self.device)
        for parameter in network.parameters():
            parameter.grad = None
        while True:
            try:
                batch = batches.popleft()
            except IndexError:
                return loss
            src, src_lengths, tgt_in, tgt_out, tgt_lengths = (
                torch.from_numpy(array).to(self.device, non_blocking=True)
                for array in dataclasses.astuple(batch)
            )
            gold = self.output_place[tgt_out]
            real = torch.arange(tgt_in.shape[1], device=self.device) < tgt_lengths[:, None]
            real &= gold >= 0
            hidden = self.forward[worker](src, src_lengths, tgt_in)
            batch_loss = SmoothedLoss.apply(
                hidden[real],
                network.embedding.weight[self.output_rows],
                gold[real],
                self.settings["label_smoothing"],
                self.settings.get("loss_block", 512),
            )
            batch_loss.backward()
            loss += batch_loss.detach()

    def gather(self, share: list[int], tokens: int) -> None:
        """Sums the copies' gradients into the master's, per target token."""
        for at in share:
            found = [parameters[at].grad for parameters in self.parameters[2:]]
            first, *others = (grad for grad in found if grad is not None)
            total = first.float()
            for grad in others:
                total += grad
            self.parameters[0][at].grad = total.div_(tokens)

    @torch.no_grad()
    def spread(self, share: list[int]) -> None:
        """Master weights into the average and into the copies."""
        weight = 1.0 / min(self.step + 1, self.settings["ema_steps"])
        for at in share:
            master, average, *copies = (parameters[at] for parameters in self.parameters)
            average.lerp_(master, weight)
            for parameter in copies:
                parameter.copy_(master)

    def one_step(self) -> dict[str, float]:
        started = time.monotonic()
        batches = self.next_batches()
        tokens = sum(batch.target_tokens for batch in batches)
        padded = sum(batch.tgt_in.size + batch.src.size for batch in batches)
        real = tokens + sum(batch.source_tokens for batch in batches)
        todo = deque(batches)
        losses = list(
            self.pool.map(lambda worker: self.work_off(worker, todo), range(self.workers))
        )
        list(self.pool.map(lambda share: self.gather(share, tokens), self.shares))
        factor = schedule(
            self.progress,
            warmup=self.settings["warmup_share"],
            decay_from=self.settings["decay_from"],
        )
        for done in [self.pool.submit(job) for job in self.optimizer.jobs(factor)]:
            done.result()
        list(self.pool.map(self.spread, self.shares))
        self.step += 1
        self.target_tokens += tokens
        self.pairs += sum(len(batch.tgt_lengths) for batch in batches)
        loss = float(sum(losses)) / tokens
        seconds = time.monotonic() - started
        self.elapsed_s += seconds
        return {"loss": loss, "tokens": tokens, "s": seconds, "lr": factor, "fill": real / padded}

    def save(self, path: Path) -> None:
        state = {
            "shape": dataclasses.asdict(self.shape),
            "master": self.master.state_dict(),
            "ema": self.ema.state_dict(),
            "optimizer": self.optimizer.state(),
            "stream": self.drawn[0] if self.drawn else self.stream.state(),
            "step": self.step,
            "elapsed_s": self.elapsed_s,
            "target_tokens": self.target_tokens,
            "pairs": self.pairs,
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def begin_with(self, model: Path, version: str) -> None:
        """The weights of a model that ships, in place of random ones; the clock stays at zero."""
        shipped.begin(self.master, model, version)
        for network in (self.ema, *self.copies):
            network.load_state_dict(self.master.state_dict())

    def restore(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.master.load_state_dict(state["master"])
        self.ema.load_state_dict(state["ema"])
        self.optimizer.restore(state["optimizer"])
        self.stream.restore(state["stream"])
        self.step, self.elapsed_s = state["step"], state["elapsed_s"]
        self.target_tokens, self.pairs = state["target_tokens"], state["pairs"]
        with torch.no_grad():
            for network in self.copies:
                network.load_state_dict(self.master.state_dict())


def run(shared: Path, work: Path, config: dict[str, Any]) -> None:
    """Trains until the budget is spent, going on from `last.pt` where there is one."""
    settings = config["train"]
    run_dir = work / config["name"]
    run_dir.mkdir(parents=True, exist_ok=True)
    (run_dir / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    last = run_dir / "last.pt"
    trainer = Trainer(work, run_dir, config)
    if last.exists():
        trainer.restore(last)
        print(f"goes on at step {trainer.step}, {trainer.elapsed_s:.0f} s", flush=True)
    elif "begin_with" in settings:
        trainer.begin_with(Path(settings["begin_with"]), settings["begin_with_version"])
    stop = [False]
    signal.signal(signal.SIGTERM, lambda *_: stop.__setitem__(0, True))
    log = Log(run_dir / "log.jsonl", settings.get("log_every", 20))
    saved_s = validated_s = trainer.elapsed_s
    while trainer.progress < 1.0 and not stop[0]:
        log.add(trainer, trainer.one_step())
        if trainer.elapsed_s - saved_s >= settings["checkpoint_every_s"]:
            trainer.save(last)
            saved_s = trainer.elapsed_s
        if trainer.elapsed_s - validated_s >= settings["validate_every_s"]:
            score(trainer, shared, config)
            validated_s = trainer.elapsed_s
    trainer.save(last)
    print(
        f"trained {trainer.step} steps, {trainer.pairs} pairs, {trainer.elapsed_s:.0f} s",
        flush=True,
    )
