"""Stage 3: clean pairs → pairs with annotations, other numbers, and joined sentences.

Input:  `WORK/clean/NAME.tsv`, the entity files.
Output: `WORK/augmented/NAME.tsv`: `variants` versions of each pair, one after the other (all pairs
        in version 0, then all in version 1, …), so that an epoch is one version.

    日銀は29日に… / The BOJ on the 29th …  →  日銀は⟦29日⟼ 29th⟧に… / The BOJ on the 29th …
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kawaraban.translation.annotation import annotate, escape
from models.recipe.files import Pair, read_pairs, write_pairs
from models.recipe.lexicon import Lexicon, read_lexicon
from models.recipe.numbers import form_in, number_forms, swap_numbers

Span = tuple[int, int, str]


def number_spans(ja: str, en: str) -> list[Span]:
    """Numbers of the Japanese that stand in the English in one of the forms the rules know."""
    spans: list[Span] = []
    for start, end, forms in number_forms(ja):
        form = form_in(forms, en)
        if form is not None:
            spans.append((start, end, form))
    return spans


def choose_spans(
    ja: str, en: str, lexicon: Lexicon, rng: random.Random, *, settings: dict[str, Any]
) -> list[Span]:
    """A random part of all spans that could be annotated."""
    if rng.random() < settings["plain_share"]:
        return []
    spans = [span for span in number_spans(ja, en) if rng.random() < settings["number_share"]]
    for start, end, form, is_name in lexicon.matches(ja, en):
        share = settings["name_share"] if is_name else settings["word_share"]
        if rng.random() < share:
            spans.append((start, end, form))
    return spans


def versions(
    pairs: list[Pair], lexicon: Lexicon, *, domain: dict[str, Any], settings: dict[str, Any]
) -> Iterator[Pair]:
    """Every version of every pair of one domain."""
    for version in range(domain.get("variants", 1)):
        rng = random.Random(f"{settings['seed']} {version}")
        for at, (ja, en, source) in enumerate(pairs):
            if version and rng.random() < settings["swap_share"]:
                ja, en = swap_numbers(ja, en, rng) or (ja, en)
            if rng.random() < settings["joined_share"] and at + 1 < len(pairs):
                ja, en = join(ja, en, pairs[at + 1])
            spans = choose_spans(ja, en, lexicon, rng, settings=settings)
            yield (annotate(ja, spans) if spans else escape(ja)), en, source


def join(ja: str, en: str, following: Pair) -> tuple[str, str]:
    """Two sentences as one input, where both are whole sentences and not long."""
    if len(ja) + len(following[0]) > 120 or not ja.endswith("。") or en[-1:] not in '.!?"':
        return ja, en
    return ja + following[0], f"{en} {following[1]}"


def run(shared: Path, work: Path, config: dict[str, Any]) -> None:
    """Writes the augmented file of every domain that has none."""
    settings = config["augment"]
    lexicon: Lexicon | None = None
    for name, domain in config["domains"].items():
        target = work / "augmented" / f"{name}.tsv"
        if target.exists():
            continue
        lexicon = lexicon or read_lexicon(shared)
        pairs = list(read_pairs(work / "clean" / f"{name}.tsv"))
        limit = domain.get("max_pairs", len(pairs))
        if limit < len(pairs):
            pairs = random.Random(settings["seed"]).sample(pairs, limit)
        count = write_pairs(target, versions(pairs, lexicon, domain=domain, settings=settings))
        print(f"augment {name}: {count} pairs", flush=True)
