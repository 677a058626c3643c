"""Encoder stage 3a: piece ids → batches of pairs that belong together.

Input:  the files of `encoder_data`.
Output: `Batch`es: two lists of sequences of the same count, row i of one belongs to row i of the
        other, everything else in the batch is a wrong answer.

A batch of translations holds one domain and similar lengths, so that the wrong answers are hard. A
batch of articles holds one pair of each article: headline and an early sentence, or two sentences
that stand near each other; to tell the pairs apart is to tell stories apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from models.recipe.encoder_data import Ids, Texts, load

_POOL = 8  # batches that are sorted by length together


@dataclass(frozen=True)
class Batch:
    """Both sides; keys (n, 2) int64 are equal where the text of that side is equal."""

    left: list[Ids]
    right: list[Ids]
    keys: Tensor


def make_batch(left: list[Ids], right: list[Ids]) -> Batch:
    keys = [(hash(a.tobytes()), hash(b.tobytes())) for a, b in zip(left, right, strict=True)]
    return Batch(left, right, torch.tensor(keys))


def padded(rows: list[Ids]) -> tuple[Tensor, Tensor]:
    """Ids and mask, both (n, longest) int64."""
    longest = max(len(row) for row in rows)
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    mask = np.zeros((len(rows), longest), dtype=np.int64)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = row
        mask[index, : len(row)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)


def flat(rows: list[Ids], *, dropped_share: float = 0.0) -> tuple[Tensor, Tensor]:
    """All ids in one row, and where each sequence begins; a share of the pieces is left out.

    The first piece of a sequence always stays.
    """
    starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
    ids = torch.from_numpy(np.concatenate(rows).astype(np.int64))
    keep = torch.rand(len(ids)) >= dropped_share
    keep[starts] = True
    before = torch.cumsum(keep, dim=0) - keep.long()
    return ids[keep], before[starts]


class Pairs:
    """The translations of one domain, drawn without repetition until all were used."""

    def __init__(self, ja: Texts, en: Texts, rng: np.random.Generator) -> None:
        self.ja, self.en, self.rng = ja, en, rng
        self.order: Ids = np.empty(0, dtype=np.int64)

    def draw(self, count: int) -> Ids:
        while len(self.order) < count:
            self.order = np.concatenate([self.order, self.rng.permutation(len(self.ja))])
        drawn, self.order = self.order[:count], self.order[count:]
        return drawn

    def batches(self, size: int) -> Iterator[Batch]:
        """For ever: batches of similar length."""
        lengths = self.ja.lengths + self.en.lengths
        while True:
            pool = self.draw(size * _POOL)
            pool = pool[np.argsort(lengths[pool], kind="stable")]
            for start in self.rng.permutation(_POOL) * size:
                yield self.batch(pool[start : start + size])

    def batch(self, chosen: Ids) -> Batch:
        return make_batch([self.ja[i] for i in chosen], [self.en[i] for i in chosen])


class Articles:
    """Headline and sentences of articles, drawn as pairs of the same article."""

    def __init__(self, lines: Texts, owners: Texts, rng: np.random.Generator) -> None:
        self.lines, self.bounds, self.rng = lines, owners.starts, rng

    def batches(self, size: int) -> Iterator[Batch]:
        count = len(self.bounds) - 1
        while True:
            chosen = self.rng.permutation(count)[:size]
            pairs = [self.pair(int(article)) for article in chosen]
            yield make_batch([self.lines[a] for a, _ in pairs], [self.lines[b] for _, b in pairs])

    def pair(self, article: int) -> tuple[int, int]:
        first, end = int(self.bounds[article]), int(self.bounds[article + 1])
        if self.rng.random() < 0.4:  # headline with one of the first three sentences
            return first, int(self.rng.integers(first + 1, min(first + 4, end)))
        left = int(self.rng.integers(first + 1, end - 1))
        return left, int(self.rng.integers(left + 1, min(left + 3, end)))


class Source:
    """All domains and the articles, mixed by share."""

    def __init__(self, work: Path, config: dict[str, Any]) -> None:
        self.rng = np.random.default_rng(config["train"]["seed"])
        folder = work / "encoder"
        self.pairs = {
            name: Pairs(
                load(folder / f"{name}.npz", "ja"), load(folder / f"{name}.npz", "en"), self.rng
            )
            for name in config["domains"]
        }
        self.articles = Articles(
            load(folder / "articles.npz", "lines"),
            load(folder / "articles.npz", "owners"),
            self.rng,
        )

    def batches(self, shares: dict[str, float], articles: float, size: int) -> Iterator[Batch]:
        """For ever: one batch of one domain, or of the articles, drawn by share."""
        names = [*shares, ""]
        weights = np.array([*(s * (1 - articles) for s in shares.values()), articles])
        streams = {name: self.pairs[name].batches(size) for name in shares}
        streams[""] = self.articles.batches(size)
        while True:
            name = names[self.rng.choice(len(names), p=weights / weights.sum())]
            yield next(streams[name])
