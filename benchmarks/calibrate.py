"""Which limits on the decoder's and the encoder's doubt fit a model: run once for each new model.

    python -m benchmarks.calibrate [--shared ../shared] [--model DIR] [--sentences 450]

Input:  SHARED/eval: news with references, as many sentences as asked, in a fixed order.
Output: how many of the bad translations (sentence chrF below 25) and of the good ones (above 40)
        the four limits of `checks.Limits` flag: each alone over a grid, as they are now, and as
        recommended, which is what flags most of the bad and at most 3 % of the good. The same
        choice made on one half and tried on the other says how far to trust it.

The sentences go through the whole program (`load_stages`), repairs included. With fewer than some
hundred sentences there are too few bad ones to choose by.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sacrebleu import sentence_chrf

from benchmarks.corruptions import NEWS, Pair, read_pairs
from kawaraban.pipeline import Stages, load_stages
from kawaraban.settings import Settings
from kawaraban.translation.checks import Limits
from kawaraban.translation.coverage import meanings

BAD_CHRF, GOOD_CHRF = 25.0, 40.0
LOG_PROBS = np.round(np.arange(-2.5, -0.19, 0.1), 1)
SIMILARITIES = np.round(np.arange(0.0, 0.71, 0.03), 2)
# What these limits give, and marks that say nothing against the English.
NOT_COUNTED = frozenset({"low_log_prob", "low_similarity", "name", "split"})
Values = NDArray[np.float64]
Mask = NDArray[np.bool_]
FIELDS = ("min_log_prob", "min_log_prob_apart", "min_similarity", "min_similarity_unsure")


@dataclass(frozen=True)
class Decoded:
    """What is known of each translation; all of shape (n_sentences,)."""

    log_probs: Values
    similarities: Values
    chrf: Values
    otherwise_flagged: Mask  # by any check that these limits do not touch
    kinds: tuple[tuple[str, ...], ...]  # of those flags

    @property
    def middling(self) -> Mask:
        return ~self.bad & ~self.good

    def part(self, chosen: Mask) -> Decoded:
        return Decoded(
            self.log_probs[chosen], self.similarities[chosen], self.chrf[chosen],
            self.otherwise_flagged[chosen], tuple(itertools.compress(self.kinds, chosen)),
        )  # fmt: skip

    @property
    def bad(self) -> Mask:
        return self.chrf < BAD_CHRF

    @property
    def good(self) -> Mask:
        return self.chrf > GOOD_CHRF

    def flagged(self, limits: Limits) -> Mask:
        """As checks.py flags low_log_prob and low_similarity."""
        unsure = self.log_probs < limits.min_log_prob_apart
        least = np.where(unsure, limits.min_similarity_unsure, limits.min_similarity)
        return (self.log_probs < limits.min_log_prob) | (self.similarities < least)


def decode(pairs: Sequence[Pair], stages: Stages) -> Decoded:
    made = stages.translator.translate([ja for ja, _ in pairs])
    found = meanings(stages.encoder, [(item.ja, item.en) for item in made])
    scores = [sentence_chrf(item.en, [en]).score for item, (_, en) in zip(made, pairs, strict=True)]
    kinds = [tuple(sorted({flag.kind for flag in item.flags} - NOT_COUNTED)) for item in made]
    return Decoded(
        np.array([item.log_prob for item in made]),
        np.array([meaning.similarity for meaning in found]),
        np.array(scores),
        np.array([bool(found) for found in kinds]),
        tuple(kinds),
    )


def limits_of(log_prob: float, apart: float, similarity: float, unsure: float) -> Limits:
    return replace(
        Limits(), min_log_prob=log_prob, min_log_prob_apart=apart, min_similarity=similarity,
        min_similarity_unsure=unsure,
    )  # fmt: skip


def choose(decoded: Decoded, *, most_false: float) -> Limits:
    """Those of the grid that flag most bad translations, then most middling, then fewest good."""
    best, best_key = Limits(), (-1, -1, 0)
    most = most_false * max(1, int(decoded.good.sum()))
    for log_prob, similarity in itertools.product(LOG_PROBS, SIMILARITIES):
        first = (decoded.log_probs < log_prob) | (decoded.similarities < similarity)
        if (first & decoded.good).sum() > most:
            continue
        higher = LOG_PROBS[log_prob <= LOG_PROBS], SIMILARITIES[similarity <= SIMILARITIES]
        for apart, unsure in itertools.product(*higher):
            flagged = first | ((decoded.log_probs < apart) & (decoded.similarities < unsure))
            n_false = int((flagged & decoded.good).sum())
            n_bad, n_middling = (flagged & decoded.bad).sum(), (flagged & decoded.middling).sum()
            key = (int(n_bad), int(n_middling), -n_false)
            if n_false <= most and key > best_key:
                values = map(float, (log_prob, apart, similarity, unsure))
                best, best_key = limits_of(*values), key
    return tightened(decoded, best)


def tightened(decoded: Decoded, limits: Limits) -> Limits:
    """The limits that stand alone raised as far as that flags no other good translation, less one
    step: no limit is off because this sample held nothing for it."""
    most = int((decoded.flagged(limits) & decoded.good).sum())
    for field, values in (("min_log_prob", LOG_PROBS), ("min_similarity", SIMILARITIES)):
        for lower, value in itertools.pairwise(map(float, values)):
            tried = _with(limits, field, value)
            if (decoded.flagged(tried) & decoded.good).sum() > most:
                break
            if lower > getattr(limits, field):
                limits = _with(limits, field, lower)
    return limits


def _with(limits: Limits, field: str, value: float) -> Limits:
    if field == "min_log_prob":
        return replace(limits, min_log_prob=value)
    return replace(limits, min_similarity=value)


def shares(decoded: Decoded, flagged: Mask) -> str:
    return f"bad {_share(flagged, decoded.bad)}, good {_share(flagged, decoded.good)}"


def _share(flagged: Mask, of: Mask) -> str:
    n = int(of.sum())
    return f"{int((flagged & of).sum())}/{n} = {(flagged & of).sum() / max(1, n):.1%}"


def grids(decoded: Decoded) -> None:
    """Each limit alone, the others off."""
    tried = [
        *(("min_log_prob", (value, -99, -1, -1)) for value in LOG_PROBS[::2]),
        *(("min_similarity", (-99, -99, value, -1)) for value in SIMILARITIES[::2]),
        *(
            ("apart and unsure", (-99, apart, -1, unsure))
            for apart, unsure in itertools.product(LOG_PROBS[12::2], SIMILARITIES[10::3])
        ),
    ]
    for name, values in tried:
        shown = " ".join(f"{value:+.2f}" for value in values if value not in (-1, -99))
        flagged = decoded.flagged(limits_of(*map(float, values)))
        print(f"  {name} {shown}: {shares(decoded, flagged)}")


def report(decoded: Decoded, *, most_false: float) -> None:
    n = len(decoded.chrf)
    counts = f"{int(decoded.bad.sum())} bad, {int(decoded.good.sum())} good"
    print(f"{n} sentences, mean chrF {decoded.chrf.mean():.1f}: {counts}")
    grids(decoded)
    kinds = Counter(itertools.chain(*itertools.compress(decoded.kinds, decoded.good)))
    print(f"other checks: {shares(decoded, decoded.otherwise_flagged)} {dict(kinds)}")
    print(f"chosen on one half, on the other: {shares(decoded, _crossed(decoded, most_false))}")
    best = choose(decoded, most_false=most_false)
    both = decoded.flagged(best) | decoded.otherwise_flagged
    print(f"recommended and other checks: {shares(decoded, both)}")
    for label, limits in (("as they are", Limits()), ("RECOMMENDED", best)):
        values = "  ".join(f"{field}={getattr(limits, field):g}" for field in FIELDS)
        print(f"{label}:  {values}:  {shares(decoded, decoded.flagged(limits))}")


def _crossed(decoded: Decoded, most_false: float) -> Mask:
    """Each half flagged by the limits that the other half chose."""
    flagged = np.empty(len(decoded.chrf), dtype=bool)
    for side in (0, 1):
        half = np.arange(len(flagged)) % 2 == side
        limits = choose(decoded.part(half), most_false=most_false)
        flagged[~half] = decoded.part(~half).flagged(limits)
    return flagged


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    default = Path(__file__).resolve().parents[2] / "shared"
    parser.add_argument("--shared", type=Path, default=default)
    parser.add_argument("--model", default="", help="model directory; default: the embedded one")
    parser.add_argument("--sentences", type=int, default=450)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--most-false", type=float, default=0.03, help="share of good ones flagged")
    parser.add_argument("--seed", type=int, default=20261126)
    args = parser.parse_args()

    pairs = read_pairs(args.shared, NEWS)
    random.Random(args.seed).shuffle(pairs)
    stages = load_stages(Settings(translation_model=args.model, threads=args.threads))
    started = time.monotonic()
    decoded = decode(pairs[: args.sentences], stages)
    print(f"{stages.translator.model}, decoded in {time.monotonic() - started:.0f} s")
    report(decoded, most_false=args.most_false)


if __name__ == "__main__":
    main()
