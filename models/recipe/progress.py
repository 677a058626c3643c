"""What a training tells of itself: `log.jsonl`, a line every few steps, and `valid.jsonl`.

{"step": 983, "elapsed_s": 2359, "pairs": 286679, "plain_chrf": 48.44, …}
"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.recipe.train import Trainer


def append(path: Path, record: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(record) + "\n")
    print(record, flush=True)


class Log:
    """Every `log_every` steps one line: loss, tokens/s, learning-rate factor, padding."""

    def __init__(self, path: Path, every: int) -> None:
        self._path, self._every, self._kept = path, every, list[dict[str, float]]()

    def add(self, trainer: Trainer, result: dict[str, float]) -> None:
        self._kept.append(result)
        if trainer.step % self._every:
            return
        tokens = sum(kept["tokens"] for kept in self._kept)
        seconds = sum(kept["s"] for kept in self._kept)
        record = {
            "step": trainer.step,
            "elapsed_s": round(trainer.elapsed_s, 1),
            "pairs": trainer.pairs,
            "target_tokens": trainer.target_tokens,
            "loss": round(sum(k["loss"] * k["tokens"] for k in self._kept) / tokens, 4),
            "target_tokens_per_s": round(tokens / seconds, 1),
            "step_s": round(seconds / len(self._kept), 3),
            "lr": round(result["lr"], 4),
            "fill": round(sum(k["fill"] for k in self._kept) / len(self._kept), 3),
        }
        append(self._path, record)
        self._kept.clear()


def score(trainer: Trainer, shared: Path, config: dict[str, Any]) -> None:
    """chrF of the average; a validation that fails is told and does not end the training."""
    from models.recipe import validate  # needs CTranslate2, which a bare GPU machine has not

    before = time.monotonic()
    record: dict[str, Any] = {"step": trainer.step, "elapsed_s": round(trainer.elapsed_s)}
    record["pairs"] = trainer.pairs
    try:
        weights = trainer.ema.state_dict()
        record |= validate.check(weights, trainer.shape, trainer.work, shared, config)
    except (OSError, subprocess.CalledProcessError) as error:
        record["failed"] = str(error)
    append(trainer.run_dir / "valid.jsonl", record)
    trainer.elapsed_s += time.monotonic() - before
