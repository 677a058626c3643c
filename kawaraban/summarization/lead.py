"""The first sentences of the article: the baseline that news is hard to beat by."""

from __future__ import annotations

from kawaraban.summarization.inputs import Budget, SummaryInput
from kawaraban.types import Summary


def summarize(inputs: SummaryInput, *, n_sentences: int | None, max_chars: int | None) -> Summary:
    """As many opening sentences as the limits admit, at least one; salience falls with position."""
    budget = Budget(n_sentences, max_chars)
    chosen: list[int] = []
    n_chars = 0
    for sentence in inputs.sentences:
        n_chars += len(sentence.text)
        if chosen and not budget.admits(len(chosen) + 1, n_chars):
            break
        chosen.append(sentence.index)
    saliences = tuple(1.0 / (1 + index) for index in chosen)
    return Summary(tuple(chosen), saliences, "lead")
