"""Which corrupted translations the checks find, by kind of damage, and how often they cry wolf.

    python -m benchmarks.corruptions --shared ../shared [--sets SET…] [--sentences N] [--roc N]

Input:  SHARED/eval/*.ja and *.en: true translations. The damaged ones are made here (damage.py),
        with a fixed seed, from pairs that no check flags.
Output: false alarms by flag, found by kind, and the curve of both while all limits that are numbers
        move together from lax to strict.

The limits are set for text that was written in Japanese. Text translated into Japanese from English
(flores-dev, ntrex, pud) is longer for the same English and is flagged more often, for its length.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import damage
from kawaraban.artifacts import embedded
from kawaraban.embedding import OnnxEncoder
from kawaraban.pipeline import Encoder
from kawaraban.translation.checks import Limits, check
from kawaraban.translation.coverage import Meaning, meanings
from kawaraban.translation.glossary import Glossary, load_glossary
from kawaraban.translation.numerals import compare, compare_relative, parse_en, parse_ja
from kawaraban.translation.term_checks import check_terms
from kawaraban.types import Flag

NEWS = ("authored-dev", "wikinews-dev", "wmt20-vat")
ALL = (*NEWS, "flores-dev", "ntrex", "pud")
Pair = tuple[str, str]

_STEPS = (-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 1.5)  # lax to strict; 0: the limits as they are


def read_pairs(shared: Path, names: Sequence[str]) -> list[Pair]:
    pairs: list[Pair] = []
    for name in names:
        ja, en = ((shared / "eval" / f"{name}.{side}").read_text("utf-8") for side in ("ja", "en"))
        pairs += zip(ja.splitlines(), en.splitlines(), strict=True)
    return pairs


class Judge:
    """All checks on finished pairs."""

    def __init__(self, glossary: Glossary, encoder: Encoder | None, limits: Limits) -> None:
        self.glossary, self.encoder, self.limits = glossary, encoder, limits

    def flags(self, pairs: Sequence[Pair]) -> list[tuple[Flag, ...]]:
        found = [None] * len(pairs) if self.encoder is None else meanings(self.encoder, pairs)
        return [self._flags(*pair, meaning) for pair, meaning in zip(pairs, found, strict=True)]

    def _flags(self, ja: str, en: str, meaning: Meaning | None) -> tuple[Flag, ...]:
        terms = self.glossary.find_terms(ja)
        numbers = compare(parse_ja(ja), parse_en(en), source=ja) + compare_relative(ja, en)
        return check(
            ja, en, meaning=meaning, numbers=numbers,
            terms=check_terms(terms, en), limits=self.limits,
            strict_terms=frozenset(term.ja for term in terms if term.required),
        )  # fmt: skip


def corrupted(
    pairs: Sequence[Pair], glossary: Glossary, rng: random.Random
) -> Iterator[tuple[str, Pair]]:
    """(kind of damage, pair) for every damage that each pair allows."""
    others = [entry.en for entry in glossary.entries if entry.strict and " " in entry.en][:500]
    for ja, en in pairs:
        other = pairs[rng.randrange(len(pairs))][1]
        names = [t.en.removeprefix("the ") for t in glossary.find_terms(ja) if t.strict]
        figure = damage.wrong_figure(en, rng) if parse_ja(ja) else None
        made = {
            "clause dropped": damage.dropped_clause(en, rng),
            "figure": figure[1] if figure else None,
            "name swapped": damage.swapped_name(en, names, others, rng),
            "repeated": damage.repeated(en, rng),
            "invented": damage.invented(en, other),
            "unrelated": damage.unrelated(other) if other != en else None,
            "truncated": damage.truncated(en, rng),
            "negated": damage.negated(en),
            "Japanese left": damage.untranslated(en, ja),
        }
        yield from ((kind, (ja, text)) for kind, text in made.items() if text and text != en)


def suspects(pairs: Sequence[Pair], judge: Judge, rng: random.Random) -> None:
    """Damage found by kind, and false alarms by flag, at the operating point."""
    flags = judge.flags(pairs)
    kinds = Counter(kind for found in flags for kind in {flag.kind for flag in found})
    n_false = sum(map(bool, flags))
    print(
        f"true translations flagged: {n_false}/{len(pairs)} = {n_false / len(pairs):.1%}",
        dict(kinds),
    )
    clean = [pair for pair, found in zip(pairs, flags, strict=True) if not found]
    by_kind: dict[str, list[Pair]] = {}
    for kind, pair in corrupted(clean, judge.glossary, rng):
        by_kind.setdefault(kind, []).append(pair)
    hits = {kind: sum(map(bool, judge.flags(made))) for kind, made in by_kind.items()}
    n_made, n_hits = sum(map(len, by_kind.values())), sum(hits.values())
    print(f"corrupted translations found: {n_hits}/{n_made} = {n_hits / n_made:.1%}")
    for kind, made in by_kind.items():
        print(f"  {kind:15} {hits[kind]:5}/{len(made):5} = {hits[kind] / len(made):.1%}")


def roc(pairs: Sequence[Pair], judge: Judge, rng: random.Random) -> None:
    """False alarms against damage found while the limits move together."""
    made = list(corrupted(pairs, judge.glossary, rng))
    dropped = [pair for kind, pair in made if kind == "clause dropped"]
    print("  step  false alarms  found  clause dropped")
    for step in _STEPS:
        moved = Judge(judge.glossary, judge.encoder, moved_limits(judge.limits, step))
        shares = [
            sum(map(bool, moved.flags(chosen))) / len(chosen)
            for chosen in (pairs, [pair for _, pair in made], dropped)
        ]
        print(f"  {step:+.2f}  {shares[0]:12.1%}  {shares[1]:.1%}  {shares[2]:.1%}")


def moved_limits(limits: Limits, step: float) -> Limits:
    """Stricter by `step` standard deviations of length, and as much of the other scores."""
    return replace(
        limits,
        max_short=limits.max_short - step,
        max_long=limits.max_long - step,
        max_missing=limits.max_missing - 2 * step,
        min_similarity=limits.min_similarity + 0.1 * step,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    default = Path(__file__).resolve().parents[2] / "shared"
    parser.add_argument("--shared", type=Path, default=default)
    parser.add_argument("--sets", nargs="+", choices=ALL, default=NEWS, help="default: the news")
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--roc", type=int, default=200, help="pairs for the curve; 0: none")
    parser.add_argument("--seed", type=int, default=20261126)
    args = parser.parse_args()

    judge = Judge(load_glossary(), OnnxEncoder(embedded("sentence-encoder"), threads=1), Limits())
    pairs = read_pairs(args.shared, args.sets)
    random.Random(args.seed).shuffle(pairs)
    suspects(pairs[: args.sentences], judge, random.Random(args.seed))
    if args.roc:
        roc(pairs[: args.roc], judge, random.Random(args.seed))


if __name__ == "__main__":
    main()
