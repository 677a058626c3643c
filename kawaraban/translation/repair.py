"""The translator that readers get: decode with figures and names given, check, repair, or flag.

    engine → annotate figures and terms → decode → check → suspects again → best wins → flags

A suspect sentence is decoded again (four hypotheses with and without annotation, then clause by
clause) and the candidate with the fewest and lightest flags wins. A wrong figure is replaced only
where its place is certain; its verdict is then "repaired". What is still wrong is flagged.

Work goes in whole batches: all first passes together, then all suspects together. The English of
a sentence depends on nothing but the sentence, the engine, the glossary and the rules here.

    >>> translator = FaithfulTranslator(engine, load_glossary())
    >>> translator.translate(["売上高は1兆2345億円だった。"])[0].numbers[0].verdict
    'ok'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from kawaraban.pipeline import Encoder
from kawaraban.translation.annotation import annotate, escape
from kawaraban.translation.checks import Limits, check
from kawaraban.translation.clauses import split_clauses
from kawaraban.translation.engine import DecodeOptions, Hypothesis
from kawaraban.translation.figures import replace_figures
from kawaraban.translation.glossary import Glossary, Term, check_terms
from kawaraban.translation.lexicon import TermLexicon
from kawaraban.translation.names import name_flags
from kawaraban.translation.numerals import (
    Quantity,
    compare,
    compare_relative,
    parse_en,
    parse_ja,
    render_en,
)
from kawaraban.types import Flag, FlagKind, NumberCheck, TermCheck, Translation

RULES = 3  # raise when this module or its checks give other English or flags

_AGAIN = DecodeOptions(beam_size=4, n_hypotheses=4, no_repeat_ngram_size=5)
_WEIGHTS: dict[FlagKind, int] = {
    "empty": 100, "copied": 60, "repetition": 30, "cut": 30, "japanese_left": 20, "number": 10,
    "negation": 8,
    "length": 8, "low_similarity": 8, "term": 6, "low_log_prob": 5, "question": 5, "quote": 2,
}  # fmt: skip
_ANNOTATED_KINDS = frozenset({"amount", "rate", "date", "year", "times", "fraction", "time"})
_LONG_JA_CHARS = 30  # shorter sentences gain nothing from being split
_LARGE = 10_000


class Engine(Protocol):
    """What is asked of the translation engine (engine.CTranslate2Translator)."""

    @property
    def model(self) -> str: ...

    @property
    def obeys_annotations(self) -> bool: ...

    def decode(
        self, texts: Sequence[str], options: DecodeOptions | None = None
    ) -> list[list[Hypothesis]]: ...


@dataclass(frozen=True, slots=True)
class _Source:
    """A Japanese sentence, read once: its figures, its terms, and the text for the engine."""

    ja: str
    quantities: tuple[Quantity, ...]
    terms: tuple[Term, ...]
    annotated: str

    @property
    def required(self) -> frozenset[str]:
        return frozenset(term.ja for term in self.terms if term.required)


@dataclass(frozen=True, slots=True)
class _Draft:
    """One candidate translation with what the checks say about it."""

    en: str
    log_prob: float
    hit_limit: bool
    n_parts: int
    similarity: float | None
    numbers: tuple[NumberCheck, ...]
    terms: tuple[TermCheck, ...]
    flags: tuple[Flag, ...]

    @property
    def doubt(self) -> int:
        return sum(_WEIGHTS.get(flag.kind, 0) for flag in self.flags)

    @property
    def worth_another_look(self) -> bool:
        """Not where the model is merely unsure: its next best guess is no surer."""
        return any(flag.kind in _WEIGHTS and flag.kind != "low_log_prob" for flag in self.flags)


class FaithfulTranslator:
    """A `pipeline.Translator` that checks what it says."""

    def __init__(
        self,
        engine: Engine,
        glossary: Glossary,
        *,
        encoder: Encoder | None = None,
        lexicon: TermLexicon | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._engine = engine
        self._glossary = glossary
        self._encoder = encoder
        self._lexicon = lexicon
        self._limits = limits or Limits()

    @property
    def model(self) -> str:
        """Engine, glossary and rules: a remembered translation is good while all are the same."""
        return f"{self._engine.model}|g{self._glossary.version}|r{RULES}"

    def translate(self, sentences: Sequence[str]) -> list[Translation]:
        """One translation per sentence, in order; equal sentences are translated once."""
        unique = list(dict.fromkeys(sentences))
        sources = [self._read(ja) for ja in unique]
        first = self._engine.decode([source.annotated for source in sources])
        drafts = self._judge([(source, h[0]) for source, h in zip(sources, first, strict=True)])
        self._improve(sources, drafts)
        final = [_with_figures(*pair) for pair in zip(sources, drafts, strict=True)]
        done = {
            source.ja: self._translation(source, self._rejudge(source, draft))
            for source, draft in zip(sources, final, strict=True)
        }
        return [done[ja] for ja in sentences]

    def _read(self, ja: str) -> _Source:
        terms = self._glossary.find_terms(ja)
        quantities = parse_ja(ja)
        return _Source(ja, tuple(quantities), tuple(terms), self._annotated(ja, quantities, terms))

    def _annotated(self, ja: str, quantities: Sequence[Quantity], terms: Sequence[Term]) -> str:
        if not self._engine.obeys_annotations:
            return escape(ja)
        spans = [
            (t.start, t.end, t.en.removeprefix("the "))
            for t in terms
            if t.strict or not t.type.startswith("country")
        ]
        taken = [(start, end) for start, end, _ in spans]
        for quantity in quantities:
            form = _annotation_form(quantity)
            if form and not _touches(quantity.start, quantity.end, taken):
                spans.append((quantity.start, quantity.end, form))
        taken = [(start, end) for start, end, _ in spans]
        if self._lexicon is not None:
            spans += self._lexicon.spans(ja, taken=taken)
        return annotate(ja, spans)

    def _judge(self, pairs: Sequence[tuple[_Source, Hypothesis]]) -> list[_Draft]:
        similarities = self._similarities([(s.ja, h.text) for s, h in pairs])
        return [
            self._draft(source, h, similarity)
            for (source, h), similarity in zip(pairs, similarities, strict=True)
        ]

    def _draft(self, source: _Source, hypothesis: Hypothesis, similarity: float | None) -> _Draft:
        draft = _Draft(
            hypothesis.text, hypothesis.log_prob, hypothesis.hit_limit, hypothesis.n_parts,
            similarity, (), (), (),
        )  # fmt: skip
        return self._rejudge(source, draft)

    def _rejudge(self, source: _Source, draft: _Draft) -> _Draft:
        """The draft with figures, terms and flags of its English as it now stands."""
        repaired = {item.ja_span for item in draft.numbers if item.verdict == "repaired"}
        numbers = compare(source.quantities, parse_en(draft.en), source=source.ja)
        numbers = tuple(
            replace(item, verdict="repaired")
            if item.ja_span in repaired and item.verdict in ("ok", "approximate")
            else item
            for item in numbers
        ) + compare_relative(source.ja, draft.en)
        terms = check_terms(source.terms, draft.en)
        flags = check(
            source.ja, draft.en, log_prob=draft.log_prob, hit_limit=draft.hit_limit,
            similarity=draft.similarity, numbers=numbers, terms=terms, strict_terms=source.required,
            limits=self._limits,
        )  # fmt: skip
        return replace(draft, numbers=numbers, terms=terms, flags=flags)

    def _similarities(self, pairs: Sequence[tuple[str, str]]) -> list[float | None]:
        if self._encoder is None or not pairs:
            return [None] * len(pairs)
        vectors = self._encoder.embed([ja for ja, _ in pairs] + [en for _, en in pairs])
        dots = (vectors[: len(pairs)] * vectors[len(pairs) :]).sum(axis=1)
        return [float(dot) for dot in dots]

    def _improve(self, sources: Sequence[_Source], drafts: list[_Draft]) -> None:
        """Decodes suspects again; a better candidate takes its draft's place in `drafts`."""
        suspects = [i for i, draft in enumerate(drafts) if draft.worth_another_look]
        if not suspects:
            return
        self._decode_again(sources, drafts, [(i, sources[i].annotated) for i in suspects])
        if self._engine.obeys_annotations:
            plain = [(i, escape(sources[i].ja)) for i in suspects if drafts[i].doubt]
            self._decode_again(sources, drafts, plain)
        long = [i for i in suspects if drafts[i].doubt and len(sources[i].ja) > _LONG_JA_CHARS]
        self._take_better(sources, drafts, self._by_clauses(sources, long))

    def _decode_again(
        self, sources: Sequence[_Source], drafts: list[_Draft], texts: Sequence[tuple[int, str]]
    ) -> None:
        decoded = self._engine.decode([text for _, text in texts], _AGAIN) if texts else []
        found = [(i, h) for (i, _), several in zip(texts, decoded, strict=True) for h in several]
        self._take_better(sources, drafts, found)

    def _by_clauses(
        self, sources: Sequence[_Source], chosen: Sequence[int]
    ) -> list[tuple[int, Hypothesis]]:
        """Each chosen sentence translated part by part, all parts of all sentences in one go."""
        split = [split_clauses(sources[i].ja, len, max_pieces=_half(sources[i].ja)) for i in chosen]
        split = [parts if len(parts) > 1 else [] for parts in split]
        flat = [self._read(part).annotated for parts in split for part in parts]
        decoded = iter(self._engine.decode(flat) if flat else [])
        found = []
        for i, parts in zip(chosen, split, strict=True):
            hypotheses = [next(decoded)[0] for _ in parts]
            if hypotheses:
                found.append((i, _joined(hypotheses)))
        return found

    def _take_better(
        self,
        sources: Sequence[_Source],
        drafts: list[_Draft],
        found: Sequence[tuple[int, Hypothesis]],
    ) -> None:
        known = {(i, drafts[i].en) for i, _ in found}
        fresh = [(i, h) for i, h in found if (i, h.text) not in known]
        judged = self._judge([(sources[i], h) for i, h in fresh])
        for (i, _), draft in zip(fresh, judged, strict=True):
            if (draft.doubt, -draft.log_prob) < (drafts[i].doubt, -drafts[i].log_prob) and (
                draft.doubt < drafts[i].doubt
            ):
                drafts[i] = draft

    def _translation(self, source: _Source, draft: _Draft) -> Translation:
        flags: list[Flag] = list(draft.flags)
        if draft.n_parts > 1:
            flags.append(Flag("split", f"translated in {draft.n_parts} parts"))
        if draft.en:
            flags += name_flags(source.ja, draft.en, source.terms)
        return Translation(
            source.ja,
            draft.en,
            draft.log_prob,
            self.model,
            tuple(flags),
            draft.numbers,
            draft.terms,
        )


def _annotation_form(quantity: Quantity) -> str:
    """What the engine is told, "" for figures that it had better say in its own way."""
    large = quantity.kind in ("count", "number") and quantity.low >= _LARGE
    if quantity.weak or not (large or quantity.kind in _ANNOTATED_KINDS) or quantity.also:
        bare_day = quantity.kind == "date" and quantity.value.startswith("---")
        if not bare_day or quantity.weak:
            return ""
    return render_en(quantity).removeprefix("the ")


def _touches(start: int, end: int, taken: Iterable[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in taken)


def _half(ja: str) -> int:
    return max(15, len(ja) // 2 + 5)


def _joined(hypotheses: Sequence[Hypothesis]) -> Hypothesis:
    texts = [h.text.strip() for h in hypotheses if h.text.strip()]
    pieces = tuple(piece for h in hypotheses for piece in h.pieces)
    log_prob = sum(h.log_prob for h in hypotheses) / len(hypotheses)
    return Hypothesis(
        " ".join(texts), log_prob, pieces, any(h.hit_limit for h in hypotheses), len(hypotheses)
    )


def _with_figures(source: _Source, draft: _Draft) -> _Draft:
    en, numbers = replace_figures(source.ja, draft.en, source.quantities, draft.numbers)
    return replace(draft, en=en, numbers=numbers)
