"""Token archives → an endless, resumable stream of padded micro-batches.

Input:  `WORK/shards/NAME.npz`, the domains' weights at the start and at the end of the training.
Output: `Batch` objects; `state()` tells where the stream stands, `restore()` goes on from there.

The stream draws `chunk_pairs` pairs at a time, each domain in proportion to its weight at that
moment, sorts them by length, cuts them into micro-batches of at most `micro_tokens` padded tokens
on either side, and shuffles these. A domain is walked version by version in random order.

Lengths are padded to multiples of `GRID`, so that few shapes occur: for each new shape of a matrix
product oneDNN makes new code, which cost a quarter of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.recipe.tokenizer import BOS, EOS

GRID = 8


@dataclass(frozen=True)
class Batch:
    """src [B, S]; tgt_in, tgt_out [B, T]; lengths [B]. Padding is id 0, past the lengths."""

    src: np.ndarray
    src_lengths: np.ndarray
    tgt_in: np.ndarray
    tgt_out: np.ndarray
    tgt_lengths: np.ndarray

    @property
    def target_tokens(self) -> int:
        return int(self.tgt_lengths.sum())

    @property
    def source_tokens(self) -> int:
        return int(self.src_lengths.sum())


class Domain:
    """One archive, walked in an order that depends on the seed alone."""

    def __init__(self, path: Path, seed: int) -> None:
        with np.load(path) as arrays:
            self.src, self.tgt = arrays["src"], arrays["tgt"]
            self.src_ends, self.tgt_ends = arrays["src_ends"], arrays["tgt_ends"]
            version_ends = arrays["version_ends"]
        rng = np.random.default_rng(seed)
        starts = [0, *version_ends[:-1]]
        self.order = np.concatenate(
            [
                begin + rng.permutation(end - begin)
                for begin, end in zip(starts, version_ends, strict=True)
            ]
        )

    def pair(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        source = self.src[self.src_ends[row - 1] if row else 0 : self.src_ends[row]]
        target = self.tgt[self.tgt_ends[row - 1] if row else 0 : self.tgt_ends[row]]
        return source, target


def on_grid(length: int) -> int:
    return -(-length // GRID) * GRID


def pad(rows: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    out = np.zeros((len(rows), on_grid(int(lengths.max()))), dtype=np.int64)
    for at, row in enumerate(rows):
        out[at, : len(row)] = row
    return out, lengths


def make_batch(pairs: list[tuple[np.ndarray, np.ndarray]]) -> Batch:
    src, src_lengths = pad([source for source, _ in pairs])
    tgt_in, tgt_lengths = pad([np.concatenate(([BOS], target)) for _, target in pairs])
    tgt_out, _ = pad([np.concatenate((target, [EOS])) for _, target in pairs])
    return Batch(src, src_lengths, tgt_in, tgt_out, tgt_lengths)


def cut(
    pairs: list[tuple[np.ndarray, np.ndarray]], micro_tokens: int
) -> list[list[tuple[np.ndarray, np.ndarray]]]:
    """Neighbours in length together, at most `micro_tokens` padded tokens on either side."""
    pairs = sorted(pairs, key=lambda pair: (on_grid(len(pair[1]) + 1), len(pair[0])))
    groups: list[list[tuple[np.ndarray, np.ndarray]]] = []
    group: list[tuple[np.ndarray, np.ndarray]] = []
    widest = 0
    for pair in pairs:
        width = max(widest, on_grid(len(pair[0])), on_grid(len(pair[1]) + 1))
        if group and width * (len(group) + 1) > micro_tokens:
            groups.append(group)
            group, width = [], max(on_grid(len(pair[0])), on_grid(len(pair[1]) + 1))
        group.append(pair)
        widest = width
    return [*groups, group] if group else groups


class Stream:
    """The mixed stream over all domains."""

    def __init__(
        self, shards: Path, domains: dict[str, dict[str, Any]], settings: dict[str, Any]
    ) -> None:
        self._settings = settings
        self._weights = {
            name: (float(spec["weight_first"]), float(spec["weight_last"]))
            for name, spec in domains.items()
        }
        self._domains = {
            name: Domain(shards / f"{name}.npz", settings["seed"] + at)
            for at, name in enumerate(domains)
        }
        self._cursors = dict.fromkeys(domains, 0)
        self._chunk = -1
        self._at = 0
        self._groups: list[list[tuple[np.ndarray, np.ndarray]]] = []
        self._started: dict[str, Any] = {}

    def next(self, progress: Callable[[], float]) -> Batch:
        if self._at >= len(self._groups):
            self._fill(progress())
        group = self._groups[self._at]
        self._at += 1
        return make_batch(group)

    def _fill(self, progress: float) -> None:
        """Draws the next chunk; what it was drawn from is remembered for `state`."""
        self._chunk += 1
        self._started = {
            "chunk": self._chunk,
            "cursors": dict(self._cursors),
            "progress": progress,
        }
        drawn: list[tuple[np.ndarray, np.ndarray]] = []
        for name, (first, last) in self._weights.items():
            domain = self._domains[name]
            count = round((first + (last - first) * progress) * self._settings["chunk_pairs"])
            for _ in range(count):
                row = int(domain.order[self._cursors[name] % len(domain.order)])
                drawn.append(domain.pair(row))
                self._cursors[name] += 1
        rng = np.random.default_rng([self._settings["seed"], self._chunk])
        groups = cut(drawn, self._settings["micro_tokens"])
        self._groups = [groups[at] for at in rng.permutation(len(groups))]
        self._at = 0

    def state(self) -> dict[str, Any]:
        return {**self._started, "at": self._at}

    def restore(self, state: dict[str, Any]) -> None:
        if "chunk" not in state:
            return
        self._chunk = state["chunk"] - 1
        self._cursors = {name: state["cursors"].get(name, 0) for name in self._cursors}
        self._fill(state["progress"])
        self._at = min(state["at"], len(self._groups))

    def visits(self) -> dict[str, int]:
        """How many pairs were drawn from each domain so far."""
        return dict(self._cursors)
