"""Stage 3: clean pairs → pairs with annotations, other numbers and names, and joined sentences.

Input:  `WORK/clean/NAME.tsv`, the entity files, `WORK/lexicon/lexicon.tsv`.
Output: `WORK/augmented/NAME.tsv`: `variants` versions of each pair, one after the other (all pairs
        in version 0, then all in version 1, …), so that an epoch is one version.

    日銀は29日に… / The BOJ on the 29th …  →  日銀は⟦29日⟼ 29th⟧に… / The BOJ on the 29th …
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kawaraban.translation.annotation import annotate, escape
from models.recipe.files import Pair, read_pairs, write_pairs
from models.recipe.lexicon import Lexicon, read_lexicon
from models.recipe.marks import as_list_item, names_of, swap_latin, without_stop
from models.recipe.mine import stem
from models.recipe.numbers import form_in, number_forms, swap_numbers

Span = tuple[int, int, str]


@dataclass(frozen=True)
class Terms:
    """All known forms of all terms, and the one form that the program itself would give."""

    lexicon: Lexicon
    usual: dict[str, str]


def read_terms(shared: Path, work: Path) -> Terms:
    """The entity files, with the mined lexicon's forms among their words."""
    lexicon = read_lexicon(shared)
    usual = {ja: en for ja, en, _ in read_pairs(work / "lexicon" / "lexicon.tsv")}
    words = {
        term: (*lexicon.words.get(term, ()), form)
        for term, form in usual.items()
        if term not in lexicon.names
    }
    names = {
        term: (*forms, usual[term]) if term in usual else forms
        for term, forms in lexicon.names.items()
    }
    heads = lexicon.heads | {term[:2] for term in usual}
    merged = replace(lexicon, names=names, words={**lexicon.words, **words}, heads=heads)
    return Terms(merged, usual)


def number_spans(ja: str, en: str) -> list[Span]:
    """Numbers of the Japanese that stand in the English in one of the forms the rules know."""
    spans: list[Span] = []
    for start, end, forms in number_forms(ja):
        form = form_in(forms, en)
        if form is not None:
            spans.append((start, end, form))
    return spans


def choose_spans(
    ja: str, en: str, terms: Terms, rng: random.Random, *, settings: dict[str, Any]
) -> list[Span]:
    """A random part of all spans that could be annotated: none, a few, or nearly all."""
    roll = rng.random()
    if roll < settings["plain_share"]:
        return []
    density = "dense" if roll < settings["plain_share"] + settings["dense_share"] else "sparse"
    shares = settings[density]
    spans = [span for span in number_spans(ja, en) if rng.random() < shares["number"]]
    for start, end, form, is_name in terms.lexicon.matches(ja, en):
        usual = terms.usual.get(ja[start:end])
        kind = "usual" if usual else "name" if is_name else "word"
        if rng.random() >= shares[kind]:
            continue
        if usual and stem(usual) == stem(form) and rng.random() < settings["usual_form_share"]:
            form = usual
        spans.append((start, end, form))
    return spans


def versions(
    pairs: list[Pair], terms: Terms, *, domain: dict[str, Any], settings: dict[str, Any]
) -> Iterator[Pair]:
    """Every version of every pair of one domain."""
    names = names_of((ja, en) for ja, en, _ in pairs)
    for version in range(domain.get("variants", 1)):
        rng = random.Random(f"{settings['seed']} {version}")
        for at, (ja, en, source) in enumerate(pairs):
            if version and rng.random() < settings["swap_share"]:
                ja, en = swap_numbers(ja, en, rng) or (ja, en)
            if version and rng.random() < settings.get("latin_share", 0.0):
                ja, en = swap_latin(ja, en, rng, names) or (ja, en)
            if version and rng.random() < settings.get("item_share", 0.0):
                ja, en = without_stop(ja, en) or (ja, en)
                ja, en = as_list_item(ja, en, rng) if rng.random() < 0.5 else (ja, en)
            if rng.random() < settings["joined_share"] and at + 1 < len(pairs):
                ja, en = join(ja, en, pairs[at + 1])
            spans = choose_spans(ja, en, terms, rng, settings=settings)
            yield (annotate(ja, spans) if spans else escape(ja)), en, source


def join(ja: str, en: str, following: Pair) -> tuple[str, str]:
    """Two sentences as one input, where both are whole sentences and not long."""
    if len(ja) + len(following[0]) > 120 or not ja.endswith("。") or en[-1:] not in '.!?"':
        return ja, en
    return ja + following[0], f"{en} {following[1]}"


def run(shared: Path, work: Path, config: dict[str, Any]) -> None:
    """Writes the augmented file of every domain that has none."""
    settings = config["augment"]
    terms: Terms | None = None
    for name, domain in config["domains"].items():
        target = work / "augmented" / f"{name}.tsv"
        if target.exists():
            continue
        terms = terms or read_terms(shared, work)
        pairs = list(read_pairs(work / "clean" / f"{name}.tsv"))
        limit = domain.get("max_pairs", len(pairs))
        if limit < len(pairs):
            pairs = random.Random(settings["seed"]).sample(pairs, limit)
        count = write_pairs(target, versions(pairs, terms, domain=domain, settings=settings))
        print(f"augment {name}: {count} pairs", flush=True)
