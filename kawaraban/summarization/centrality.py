"""The sentences that say most of what headline, key points and article say together.

Each sentence gets a salience from a few readable parts, all between 0 and 1:

* position: news puts first what matters;
* headline: similarity to it, and the terms of it that no chosen sentence has said yet;
* key points: how much nearer it brings the summary to the bullets that stand before the body,
  and the terms of them that no chosen sentence has said yet;
* centrality: mean similarity to all other sentences;
* content: the number of its content terms;
* number: it repeats a figure of the headline;
* focus: similarity to what the reader asked for;

less what a sentence repeats of those chosen before it (maximal marginal relevance), and less a
penalty when it leans on a sentence that is not chosen (同氏は…, しかし…). Quotation and speaker
are chosen together or not at all; captions, credits and disclaimers never.

    summarize(inputs, n_sentences=3, max_chars=None) → Summary((0, 2, 7), (0.81, 0.47, 0.42), …)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kawaraban.summarization import guards
from kawaraban.summarization.content import figures, terms
from kawaraban.summarization.inputs import Budget, SummaryInput, Vectors
from kawaraban.types import Summary

_FloatArray = NDArray[np.float64]
_FULL_TERMS = 40  # a sentence with more says no more that can be taken in at once


@dataclass(frozen=True)
class Weights:
    """What each part counts. Found on one half of a news archive (benchmarks/summaries.py)."""

    position: float = 0.3
    headline_similarity: float = 0.1
    headline_terms: float = 0.7
    key_point_similarity: float = 0.7
    key_point_terms: float = 0.5
    centrality: float = 0.1
    content: float = 0.15
    number: float = 0.05
    focus: float = 0.6
    redundancy: float = 0.6
    leaning: float = 0.1
    position_half_life_sentences: float = 6.0


DEFAULT_WEIGHTS = Weights()


def summarize(
    inputs: SummaryInput,
    *,
    n_sentences: int | None,
    max_chars: int | None,
    weights: Weights = DEFAULT_WEIGHTS,
) -> Summary:
    """Choose units greedily while the limits admit one; at least one sentence if there is any."""
    units = guards.units(inputs.sentences) or [(s.index,) for s in inputs.sentences]
    article = _ScoredArticle(inputs, weights)
    lengths = [len(sentence.text) for sentence in inputs.sentences]
    budget = Budget(n_sentences, max_chars)
    everything = [index for unit in units for index in unit]
    if budget.admits(len(everything), sum(lengths[index] for index in everything)):
        chosen = {index: article.salience(unit, everything) for unit in units for index in unit}
    else:
        chosen = _choose(units, article, lengths=lengths, budget=budget)
    indices = tuple(sorted(chosen))
    saliences = tuple(round(max(chosen[index], 0.0), 4) for index in indices)
    return Summary(indices, saliences, "centrality")


def _choose(
    units: Sequence[tuple[int, ...]],
    article: _ScoredArticle,
    *,
    lengths: Sequence[int],
    budget: Budget,
) -> dict[int, float]:
    """Sentence index → salience when it was taken, until no unit fits any more."""
    chosen: dict[int, float] = {}
    left = list(units)
    n_chars = 0
    while left:
        fitting = [
            unit
            for unit in left
            if budget.admits(len(chosen) + len(unit), n_chars + sum(lengths[i] for i in unit))
        ]
        if not fitting and chosen:
            break
        if not fitting:  # even one is too long
            fitting, left = [(index,) for unit in units for index in unit], []
        gains = [article.salience(unit, chosen) for unit in fitting]
        best = fitting[gains.index(max(gains))]
        chosen |= dict.fromkeys(best, max(gains))
        n_chars += sum(lengths[index] for index in best)
        article.take(best)
        left = [unit for unit in left if unit != best]
    return chosen


class _ScoredArticle:
    """The parts of the salience of each sentence, given what has been taken so far."""

    def __init__(self, inputs: SummaryInput, weights: Weights) -> None:
        texts = [sentence.text for sentence in inputs.sentences]
        self._weights = weights
        self._vectors = np.asarray(inputs.vectors, dtype=np.float64)
        self._terms = [terms(text) for text in texts]
        self._leans = [guards.leans_back(text) for text in texts]
        self._fixed = _fixed_part(inputs, self._terms, weights)
        self._repeats = np.zeros(len(texts))  # similarity to the nearest sentence taken
        self._nearness = _nearness(inputs)
        self._reached = np.zeros(self._nearness.shape[1])  # of each key point, by the best taken
        self._headline = [terms(inputs.title)]
        self._key_points = [terms(point) for point in inputs.key_points]
        self._said: set[str] = set()
        self._headline_scale = self._scale(self._headline)
        self._key_point_scale = self._scale(self._key_points)
        self._nearness_scale = self._nearness.sum(axis=1).max(initial=0.0) or 1.0
        self._most = _most(inputs, weights)

    def salience(self, unit: Sequence[int], chosen: Collection[int]) -> float:
        """What the unit would add to the summary, mean over its sentences: at most 1."""
        weights = self._weights
        new = frozenset().union(*(self._terms[index] for index in unit)) - self._said
        total = weights.headline_terms * _share(new, self._headline) / self._headline_scale
        total += weights.key_point_terms * _share(new, self._key_points) / self._key_point_scale
        if len(self._reached):
            nearer = np.maximum(self._nearness[list(unit)].max(axis=0) - self._reached, 0.0)
            total += weights.key_point_similarity * nearer.sum() / self._nearness_scale
        for index in unit:
            part = self._fixed[index] - weights.redundancy * self._repeats[index]
            alone = index - 1 not in chosen and index - 1 not in unit
            if self._leans[index] and alone:
                part -= weights.leaning
            total += part / len(unit)
        return float(total) / self._most

    def take(self, unit: Sequence[int]) -> None:
        """Add a unit to what has been said."""
        for index in unit:
            self._said |= self._terms[index]
            self._repeats = np.maximum(self._repeats, self._vectors @ self._vectors[index])
            self._reached = np.maximum(self._reached, self._nearness[index])

    def _scale(self, wanted: Sequence[frozenset[str]]) -> float:
        """The most that one sentence says of them, so that the best first choice counts 1."""
        return max((_share(found, wanted) for found in self._terms), default=0.0) or 1.0


def _most(inputs: SummaryInput, weights: Weights) -> float:
    """The salience of a sentence that is best in every part this article has."""
    parts = [weights.position, weights.centrality, weights.content]
    if inputs.title:
        parts += [weights.headline_similarity, weights.headline_terms, weights.number]
    if inputs.key_point_vectors is not None:
        parts.append(weights.key_point_similarity)
    if inputs.key_points:
        parts.append(weights.key_point_terms)
    if inputs.focus_vector is not None:
        parts.append(weights.focus)
    return sum(parts) or 1.0


def _share(found: frozenset[str], wanted: Sequence[frozenset[str]]) -> float:
    """Share of the wanted terms that is found, mean over the texts they come from."""
    shares = [len(found & each) / len(each) for each in wanted if each]
    return sum(shares) / len(shares) if shares else 0.0


def _fixed_part(
    inputs: SummaryInput, found: Sequence[frozenset[str]], weights: Weights
) -> _FloatArray:
    """What does not change while choosing: float64, shape (n_sentences,)."""
    vectors = np.asarray(inputs.vectors, dtype=np.float64)
    n = len(vectors)
    likeness = vectors @ vectors.T
    centrality = (likeness.sum(axis=1) - 1.0) / max(n - 1, 1)
    title_figures = figures(inputs.title)
    repeats = [bool(title_figures & figures(s.text)) for s in inputs.sentences]
    return (
        weights.position * 0.5 ** (np.arange(n) / weights.position_half_life_sentences)
        + weights.centrality * _stretch(centrality)
        + weights.headline_similarity * _likeness(vectors, inputs.title_vector)
        + weights.content
        * _stretch(np.asarray([min(len(each), _FULL_TERMS) for each in found], float))
        + weights.focus * _likeness(vectors, inputs.focus_vector)
        + weights.number * np.asarray(repeats, dtype=np.float64)
    )


def _likeness(vectors: _FloatArray, target: Vectors | None) -> _FloatArray:
    """Similarity of each sentence to the target, stretched to 0…1."""
    return np.zeros(len(vectors)) if target is None else _stretch(vectors @ target)


def _nearness(inputs: SummaryInput) -> _FloatArray:
    """Similarity of each sentence to each key point, not below 0: shape (n_sentences, n_points)."""
    points = inputs.key_point_vectors
    if points is None or not len(points) or not len(inputs.vectors):
        return np.zeros((len(inputs.vectors), 0))
    return np.clip(np.asarray(inputs.vectors @ points.T, dtype=np.float64), 0.0, 1.0)


def _stretch(values: _FloatArray) -> _FloatArray:
    """Linear to 0…1; all 0 where nothing differs."""
    if not len(values) or np.ptp(values) < 1e-9:
        return np.zeros(len(values))
    stretched: _FloatArray = (values - values.min()) / np.ptp(values)
    return stretched
