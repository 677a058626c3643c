"""A Japanese sentence read once, and a candidate translation with what the checks say about it.

Reader   sentence → Source: its figures, its terms, the text for the engine with both told
Judge    (Source, hypotheses) → the likeliest of them by log-probability and meaning together;
         (Source, hypothesis) → Draft: English, ledger, terms found, flags, doubt
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kawaraban.pipeline import Encoder
from kawaraban.translation.annotation import annotate, escape
from kawaraban.translation.checks import Limits, check
from kawaraban.translation.coverage import Meaning, meanings
from kawaraban.translation.engine import Hypothesis
from kawaraban.translation.glossary import Glossary
from kawaraban.translation.guesses import lost_flags
from kawaraban.translation.lexicon import Span, TermLexicon
from kawaraban.translation.numerals import (
    Quantity,
    compare,
    compare_relative,
    parse_en,
    parse_ja,
    render_en,
)
from kawaraban.translation.numerals.vague import compare_vague
from kawaraban.translation.respelling import Respelt
from kawaraban.translation.term_checks import check_terms
from kawaraban.translation.terms import Term
from kawaraban.types import Flag, FlagKind, NumberCheck, TermCheck

_WEIGHTS: dict[FlagKind, int] = {
    "empty": 100, "copied": 60, "repetition": 30, "cut": 30, "japanese_left": 20, "number": 10,
    "negation": 8,
    "length": 8, "low_similarity": 8, "term": 6, "low_log_prob": 5, "question": 5, "name": 3,
    "quote": 2,
}  # fmt: skip
_ANNOTATED_KINDS = frozenset({"amount", "rate", "date", "year", "times", "fraction", "time"})
_LARGE = 10_000
# One of similarity weighs as much as two of mean log-probability a piece; 1 to 4 do about as well.
_SIMILARITY_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Source:
    """A Japanese sentence, read once: its figures, its terms, and the text for the engine."""

    ja: str
    quantities: tuple[Quantity, ...]
    terms: tuple[Term, ...]
    told: tuple[Span, ...]  # what the model's own lexicon gives
    names: tuple[Span, ...]  # those of `told` that are proper names
    annotated: str

    @property
    def required(self) -> frozenset[str]:
        return frozenset(term.ja for term in self.terms if term.required)


@dataclass(frozen=True, slots=True)
class Draft:
    """One candidate translation with what the checks say about it."""

    en: str
    log_prob: float
    hit_limit: bool
    n_parts: int
    meaning: Meaning | None
    numbers: tuple[NumberCheck, ...] = ()
    terms: tuple[TermCheck, ...] = ()
    flags: tuple[Flag, ...] = ()
    respelt: tuple[Respelt, ...] = ()

    @property
    def doubt(self) -> int:
        return sum(_WEIGHTS.get(flag.kind, 0) for flag in self.flags)

    @property
    def worth_another_look(self) -> bool:
        """Not where the model is merely unsure: its next best guess is no surer."""
        return any(flag.kind in _WEIGHTS and flag.kind != "low_log_prob" for flag in self.flags)


class Reader:
    """Reads sentences for an engine; `obeys`: whether it understands inline annotations."""

    def __init__(self, glossary: Glossary, lexicon: TermLexicon | None, *, obeys: bool) -> None:
        self._glossary, self._lexicon, self._obeys = glossary, lexicon, obeys

    def read(self, ja: str) -> Source:
        terms = tuple(self._glossary.find_terms(ja))
        quantities = tuple(parse_ja(ja))
        if not self._obeys:
            return Source(ja, quantities, terms, (), (), escape(ja))
        spans = _term_spans(terms)
        for quantity in quantities:
            form = _annotation_form(quantity)
            if form and not _touches(quantity.start, quantity.end, spans):
                spans.append((quantity.start, quantity.end, form))
        taken = [(start, end) for start, end, _ in spans]
        told = tuple(self._lexicon.spans(ja, taken=taken)) if self._lexicon else ()
        names = tuple(span for span in told if self._is_name(ja, span))
        return Source(ja, quantities, terms, told, names, annotate(ja, [*spans, *told]))

    def _is_name(self, ja: str, span: Span) -> bool:
        start, end, form = span
        is_name = self._lexicon is not None and self._lexicon.is_name(form)
        return is_name or "・" in ja[start:end]


class Judge:
    """Says what is doubtful about drafts."""

    def __init__(self, encoder: Encoder | None, limits: Limits) -> None:
        self._encoder, self._limits = encoder, limits

    def likeliest(
        self, sources: Sequence[Source], several: Sequence[Sequence[Hypothesis]]
    ) -> list[Hypothesis]:
        """One hypothesis for each source: the best of its search, or one that is nearly as sure
        and nearer to what the Japanese says."""
        counts = [len(hypotheses) for hypotheses in several]
        if self._encoder is None or max(counts, default=1) == 1:
            return [hypotheses[0] for hypotheses in several]
        flat = [hypothesis for hypotheses in several for hypothesis in hypotheses]
        ja = self._encoder.embed([source.ja for source in sources])
        en = self._encoder.embed([hypothesis.text for hypothesis in flat])
        similarity = (np.repeat(ja, counts, axis=0) * en).sum(axis=1)
        score = np.array([h.log_prob for h in flat]) + _SIMILARITY_WEIGHT * similarity
        ends = np.cumsum(counts)
        return [
            flat[end - n + int(score[end - n : end].argmax())]
            for n, end in zip(counts, ends.tolist(), strict=True)
        ]

    def drafts(self, pairs: Sequence[tuple[Source, Hypothesis]]) -> list[Draft]:
        found = self._meanings([(s.ja, h.text) for s, h in pairs])
        return [
            self.again(source, Draft(h.text, h.log_prob, h.hit_limit, h.n_parts, meaning))
            for (source, h), meaning in zip(pairs, found, strict=True)
        ]

    def again(self, source: Source, draft: Draft) -> Draft:
        """The draft with figures, terms and flags of its English as it now stands."""
        repaired = {item.ja_span for item in draft.numbers if item.verdict == "repaired"}
        numbers = compare(source.quantities, parse_en(draft.en), source=source.ja)
        numbers = tuple(
            replace(item, verdict="repaired")
            if item.ja_span in repaired and item.verdict in ("ok", "approximate")
            else item
            for item in numbers
        ) + compare_relative(source.ja, draft.en)
        seen = {item.ja_span for item in numbers}
        vague = compare_vague(source.ja, draft.en)
        numbers += tuple(item for item in vague if item.ja_span not in seen)
        terms = check_terms(source.terms, draft.en)
        flags = check(
            source.ja, draft.en, log_prob=draft.log_prob, hit_limit=draft.hit_limit,
            meaning=draft.meaning, numbers=numbers, terms=terms, strict_terms=source.required,
            limits=self._limits,
        )  # fmt: skip
        flags += tuple(lost_flags(source, draft.en)) if draft.en else ()
        return replace(draft, numbers=numbers, terms=terms, flags=flags)

    def _meanings(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Meaning | None]:
        return [None] * len(pairs) if self._encoder is None else meanings(self._encoder, pairs)


def _term_spans(terms: Iterable[Term]) -> list[Span]:
    """Terms as they are told; not 日本 in 日本企業, which is Japanese."""
    return [
        (term.start, term.end, term.en.removeprefix("the "))
        for term in terms
        if term.strict or not term.type.startswith("country")
    ]


def _annotation_form(quantity: Quantity) -> str:
    """What the engine is told, "" for figures that it had better say in its own way."""
    large = quantity.kind in ("count", "number") and quantity.low >= _LARGE
    if quantity.weak or not (large or quantity.kind in _ANNOTATED_KINDS) or quantity.also:
        bare_day = quantity.kind == "date" and quantity.value.startswith("---")
        if not bare_day or quantity.weak:
            return ""
    return render_en(quantity).removeprefix("the ")


def _touches(start: int, end: int, taken: Iterable[Span]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end, _ in taken)
