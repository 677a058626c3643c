"""Encoder stage 5: an exported encoder → its scores.

Input:  an encoder (anything with `embed`); `SHARED/corpus` (its held-out pairs), `SHARED/eval`,
        `SHARED/articles` (its validation articles).
Output: scores {"task", "set", "metric", "value", "n"} and speeds, for the manifest.

Translation retrieval: of n English sentences, is the nearest to the Japanese one its translation?
Same story: of all second halves of articles, is the nearest to a first half its own? Topic shift:
do two neighbouring sentences of one article stand closer than the last of one and the first of the
next? Adequacy: does a reference stand closer to the Japanese than a half of it does?
"""

from __future__ import annotations

import hashlib
import itertools
import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.recipe.clean import held_out, normalize_en, normalize_ja, reason_to_drop
from models.recipe.encoder_data import Article, read_articles
from models.recipe.files import read_pairs

Vectors = NDArray[np.float32]
Score = dict[str, str | float | int]


class Embeds(Protocol):
    def embed(self, sentences: Sequence[str]) -> Vectors: ...


def score(task: str, on: str, metric: str, value: float, n: int) -> Score:
    return {"task": task, "set": on, "metric": metric, "value": round(float(value), 4), "n": n}


def held_out_pairs(shared: Path, config: dict[str, Any], count: int) -> list[tuple[str, str]]:
    """Pairs that `clean` kept out of the training files, each Japanese and English once."""
    chosen: dict[str, str] = {}
    limits = config["clean"]
    for name in config["evaluate"]["held_out"]:
        for raw_ja, raw_en, _ in read_pairs(shared / "corpus" / f"{name}.tsv.xz"):
            ja = normalize_ja(raw_ja)
            if held_out(ja, limits["held_out_per_thousand"]):
                en = normalize_en(raw_en)
                if reason_to_drop(ja, en, limits) is None and en not in chosen.values():
                    chosen.setdefault(ja, en)
    return sorted(chosen.items(), key=lambda p: hashlib.sha256(p[0].encode()).digest())[:count]


def read_set(shared: Path, name: str) -> list[tuple[str, str]]:
    sides = [
        (shared / "eval" / f"{name}.{side}").read_text(encoding="utf-8").splitlines()
        for side in ("ja", "en")
    ]
    return list(zip(*sides, strict=True))


def top_1(queries: Vectors, answers: Vectors) -> float:
    """Share of the queries whose own answer (same row) is the nearest."""
    nearest = (queries @ answers.T).argmax(axis=1)
    return float((nearest == np.arange(len(queries))).mean())


def auc(higher: Vectors, lower: Vectors) -> float:
    """Chance that a value of the first stands above one of the second.

    >>> auc(np.array([3.0, 2.0]), np.array([1.0, 2.5]))
    0.75
    """
    ranks = np.argsort(np.argsort(np.concatenate([higher, lower]), kind="stable")) + 1
    n = len(higher)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(lower)))


def retrieval(encoder: Embeds, name: str, pairs: Sequence[tuple[str, str]]) -> list[Score]:
    ja, en = encoder.embed([ja for ja, _ in pairs]), encoder.embed([en for _, en in pairs])
    return [
        score("retrieval ja→en", name, "top-1", top_1(ja, en), len(pairs)),
        score("retrieval en→ja", name, "top-1", top_1(en, ja), len(pairs)),
    ]


def adequacy(encoder: Embeds, name: str, pairs: Sequence[tuple[str, str]]) -> list[Score]:
    """Reference against its first half, and against the reference of the next longer sentence."""
    pairs = sorted(pairs, key=lambda pair: len(pair[1]))
    ja = encoder.embed([ja for ja, _ in pairs])
    en = encoder.embed([en for _, en in pairs])
    halves = [" ".join(en.split()[: max(1, len(en.split()) // 2)]) for _, en in pairs]
    right = (ja * en).sum(axis=1)
    half = (ja * encoder.embed(halves)).sum(axis=1)
    wrong = (ja * np.roll(en, 1, axis=0)).sum(axis=1)
    n = len(pairs)
    return [
        score("adequacy, half missing", name, "share below the whole", (half < right).mean(), n),
        score("adequacy, half missing", name, "AUC", auc(right, half), n),
        score("adequacy, other sentence", name, "AUC", auc(right, wrong), n),
        score("similarity of references", name, "1st percentile", np.percentile(right, 1), n),
        score("similarity of references", name, "median", np.median(right), n),
        score(
            "similarity of other sentences", name, "99th percentile", np.percentile(wrong, 99), n
        ),
    ]


def unit_mean(vectors: Vectors) -> Vectors:
    mean: Vectors = vectors.mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-12)


def articles(encoder: Embeds, items: Sequence[Article]) -> list[Score]:
    """Headline against lead, first half against second half, neighbours against boundaries."""
    items = [item for item in items if len(item.sentences) >= 4]
    bodies = [encoder.embed(item.sentences) for item in items]
    headlines = encoder.embed([item.headline for item in items])
    leads = np.stack([body[0] for body in bodies])
    first = np.stack([unit_mean(body[: len(body) // 2]) for body in bodies])
    second = np.stack([unit_mean(body[len(body) // 2 :]) for body in bodies])
    inside = np.concatenate([(body[:-1] * body[1:]).sum(axis=1) for body in bodies])
    across = np.array([a[-1] @ b[0] for a, b in itertools.pairwise(bodies)])
    halves = first @ second.T
    other = halves[~np.eye(len(items), dtype=bool)]
    n, name = len(items), "wikinews articles kept out"
    return [
        score("headline → lead", name, "top-1", top_1(headlines, leads), n),
        score("headline → second half", name, "top-1", top_1(headlines, second), n),
        score("same story, half → half", name, "top-1", top_1(first, second), n),
        score("same story, half → half", name, "AUC", auc(halves.diagonal(), other), n),
        score("same story", name, "10th percentile", np.percentile(halves.diagonal(), 10), n),
        score("different story", name, "99th percentile", np.percentile(other, 99), n),
        score("topic shift", name, "AUC", auc(inside, across), len(inside) + len(across)),
        score("topic shift, inside", name, "median", np.median(inside), len(inside)),
        score("topic shift, across", name, "median", np.median(across), len(across)),
    ]


def validation_articles(shared: Path) -> list[Article]:
    found = read_articles(shared / "articles" / "wikinews_ja.jsonl.xz")
    return [article for kept_out, article in found if kept_out]


def evaluate_retrieval(encoder: Embeds, shared: Path, config: dict[str, Any]) -> list[Score]:
    """Retrieval over at most 1,000 held-out pairs."""
    return retrieval(encoder, "held-out pairs", held_out_pairs(shared, config, 1000))


def evaluate(encoder: Embeds, shared: Path, config: dict[str, Any]) -> list[Score]:
    scores = evaluate_retrieval(encoder, shared, config)
    for name in config["evaluate"]["retrieval"]:
        scores += retrieval(encoder, name, read_set(shared, name))
    for name in config["evaluate"]["adequacy"]:
        scores += adequacy(encoder, name, read_set(shared, name))
    return scores + articles(encoder, validation_articles(shared))


def hardware() -> str:
    """Processor and cores as the kernel names them, and how much else they have to do."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    machine = f"{names[0] if names else platform.machine()}, {len(names) or '?'} cores"
    return f"{machine}, load {os.getloadavg()[0]:.1f}"


def speed(encoder: Embeds, sentences: Sequence[str], *, rounds: int = 5) -> dict[str, float]:
    """Sentences per second: the best round by the clock, and by the CPU seconds it took."""
    encoder.embed(sentences[:64])
    wall_s, cpu_s = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        encoder.embed(sentences)
        wall_s.append(time.perf_counter() - wall)
        cpu_s.append(time.process_time() - cpu)
    n = len(sentences)
    return {
        "sentences_per_s": round(n / min(wall_s), 1),
        "sentences_per_cpu_s": round(n / min(cpu_s), 1),
    }
