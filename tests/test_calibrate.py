"""The choice of limits: it flags the bad, spares the good, and turns no limit off."""

from __future__ import annotations

import numpy as np

from benchmarks.calibrate import Decoded, choose
from kawaraban.translation.checks import Limits


def decoded(n: int, seed: int) -> Decoded:
    """Sentences whose log-probability and similarity rise with their chrF, with noise."""
    rng = np.random.default_rng(seed)
    chrf = rng.uniform(10, 70, n)
    return Decoded(
        log_probs=-1.6 + chrf / 60 + rng.normal(0, 0.1, n),
        similarities=chrf / 90 + rng.normal(0, 0.05, n),
        chrf=chrf,
        otherwise_flagged=np.zeros(n, dtype=bool),
        kinds=((),) * n,
    )


def share(sample: Decoded, limits: Limits, of: str) -> float:
    chosen = getattr(sample, of)
    return float((sample.flagged(limits) & chosen).sum() / chosen.sum())


def test_choose_when_tried_on_others_then_parts_bad_from_good() -> None:
    limits = choose(decoded(300, 1), most_false=0.03)
    others = decoded(300, 2)
    assert share(decoded(300, 1), limits, "good") <= 0.03
    assert share(others, limits, "bad") > 0.9
    assert share(others, limits, "good") < 0.06


def test_choose_when_nothing_is_bad_then_no_limit_is_off() -> None:
    sample = decoded(300, 3)
    limits = choose(sample.part(sample.good), most_false=0.0)
    assert limits.min_log_prob > -1.5
    assert limits.min_similarity > 0.2
    assert share(sample, limits, "good") == 0.0
