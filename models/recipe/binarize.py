"""Stage 4: augmented pairs + vocabulary → token ids, one archive per domain.

Input:  `WORK/augmented/NAME.tsv`, `WORK/tokenizer/sentencepiece.model`.
Output: `WORK/shards/NAME.npz`: `src`, `tgt` (uint16 or int32 ids, all sentences one after the
        other), `src_ends`, `tgt_ends` (where each ends), `version_ends` (where each version ends).

Sources end with </s>; targets carry neither <s> nor </s>: the trainer adds them.

With `[binarize]`, a `sampled_share` of the sources without inline terms, from the second version
on, is cut into pieces at random instead of in the likeliest way (subword regularization, Kudo 2018:
the same sentence does not come back as the same pieces).
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece

from kawaraban.translation.annotation import MARK_OPEN
from models.recipe import tokenizer
from models.recipe.files import read_pairs


def flat(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of ids as one array, and the end of each row in it."""
    ends = np.cumsum([len(row) for row in rows], dtype=np.int64)
    ids = np.fromiter((piece for row in rows for piece in row), dtype=np.int32, count=int(ends[-1]))
    return ids.astype(np.uint16) if ids.max() < 2**16 else ids, ends


def cut_at_random(
    lines: list[str], rows: list[list[int]], processor: Any, settings: dict[str, Any]
) -> None:
    """Replaces a share of the rows [N] by another way to cut their line, in place."""
    sentencepiece.set_random_generator_seed(settings["seed"])
    rng = random.Random(settings["seed"])
    for at, line in enumerate(lines):
        if rng.random() < settings["sampled_share"] and MARK_OPEN not in line:
            rows[at] = processor.encode(
                line, enable_sampling=True, nbest_size=-1, alpha=settings["alpha"]
            )


def binarize(
    path: Path,
    processor: Any,
    *,
    versions: int,
    max_tokens: int,
    sampling: dict[str, Any] | None = None,
) -> dict[str, np.ndarray]:
    """Token arrays of one file; pairs longer than `max_tokens` on either side are left out."""
    pairs = list(read_pairs(path))
    per_version = len(pairs) // versions
    src = processor.encode([ja for ja, _, _ in pairs])
    if sampling:
        later = src[per_version:]
        cut_at_random([ja for ja, _, _ in pairs[per_version:]], later, processor, sampling)
        src[per_version:] = later
    tgt = processor.encode([en for _, en, _ in pairs])
    rows: list[tuple[list[int], list[int]]] = []
    version_ends: list[int] = []
    for at, (source, target) in enumerate(zip(src, tgt, strict=True)):
        if source and target and max(len(source), len(target)) < max_tokens:
            rows.append(([*source, tokenizer.EOS], target))
        if (at + 1) % per_version == 0 and len(version_ends) < versions:
            version_ends.append(len(rows))
    version_ends[-1] = len(rows)
    src_ids, src_ends = flat([source for source, _ in rows])
    tgt_ids, tgt_ends = flat([target for _, target in rows])
    return {
        "src": src_ids,
        "src_ends": src_ends,
        "tgt": tgt_ids,
        "tgt_ends": tgt_ends,
        "version_ends": np.array(version_ends, dtype=np.int64),
    }


def run(work: Path, config: dict[str, Any]) -> None:
    """Writes the archive of every domain that has none."""
    processor = None
    for name, domain in config["domains"].items():
        target = work / "shards" / f"{name}.npz"
        if target.exists():
            continue
        processor = processor or tokenizer.load(work)
        arrays = binarize(
            work / "augmented" / f"{name}.tsv",
            processor,
            versions=domain.get("variants", 1),
            max_tokens=config["train"]["max_tokens"],
            sampling=config.get("binarize"),
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{name}.partial.npz")
        np.savez(partial, **arrays)
        partial.replace(target)
        pairs = len(arrays["src_ends"])
        print(
            f"binarize {name}: {pairs} pairs, "
            f"{len(arrays['src']) / pairs:.1f} source and {len(arrays['tgt']) / pairs:.1f} "
            "target tokens each",
            flush=True,
        )
