"""The translator that readers get: decode with figures and names given, check, repair, or flag.

    engine → annotate figures and terms → decode → likeliest hypothesis → check
        → suspects again → best wins
        → wrong figures and misspelt names replaced → flags

Of the hypotheses that the search found, the one of most log-probability and meaning together is
taken. If that is suspect, the others are looked at; then the sentence is decoded again (four
hypotheses with and without annotation, then clause by clause), and the candidate with the fewest
and lightest flags wins. A wrong figure or a misspelt name is replaced only where its place is
certain, and recorded. What is still wrong is flagged.

Work goes in whole batches: all first passes together, then all suspects together. The English of
a sentence depends on nothing but the sentence, the engine, the glossary and the rules here.

    >>> translator = FaithfulTranslator(engine, load_glossary())
    >>> translator.translate(["売上高は1兆2345億円だった。"])[0].numbers[0].verdict
    'ok'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from kawaraban.pipeline import Encoder
from kawaraban.translation.annotation import escape
from kawaraban.translation.checks import Limits
from kawaraban.translation.clauses import split_clauses
from kawaraban.translation.drafts import Draft, Judge, Reader, Source
from kawaraban.translation.engine import DecodeOptions, Hypothesis
from kawaraban.translation.figures import replace_figures
from kawaraban.translation.glossary import Glossary
from kawaraban.translation.guesses import guess_flags
from kawaraban.translation.lexicon import TermLexicon
from kawaraban.translation.names import name_flags
from kawaraban.translation.respelling import misspelt, respell, respelt_terms, vocabulary_of
from kawaraban.types import Flag, Translation

RULES = 10  # raise when this module or its checks give other English or flags

_AGAIN = DecodeOptions(beam_size=4, n_hypotheses=4, no_repeat_ngram_size=5)
_LONG_JA_CHARS = 30  # shorter sentences gain nothing from being split


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
class Trace:
    """A translation with the English that stood there before: of the first pass with what the
    checks said of it, and as chosen among all decodings, before anything in it was replaced."""

    first: str
    first_flags: tuple[Flag, ...]
    chosen: str
    translation: Translation


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
        self._lexicon = lexicon
        self._reader = Reader(glossary, lexicon, obeys=engine.obeys_annotations)
        self._judge = Judge(encoder, limits or Limits())

    @property
    def model(self) -> str:
        """Engine, glossary and rules: a remembered translation is good while all are the same."""
        return f"{self._engine.model}|g{self._glossary.version}|r{RULES}"

    def translate(self, sentences: Sequence[str]) -> list[Translation]:
        """One translation per sentence, in order; equal sentences are translated once."""
        return [trace.translation for trace in self.trace(sentences)]

    def trace(self, sentences: Sequence[str]) -> list[Trace]:
        """As `translate`, with what the English was before."""
        unique = list(dict.fromkeys(sentences))
        sources = [self._reader.read(ja) for ja in unique]
        first = self._engine.decode([source.annotated for source in sources])
        likeliest = self._judge.likeliest(sources, first)
        drafts = self._judge.drafts(list(zip(sources, likeliest, strict=True)))
        before = list(drafts)
        self._improve(sources, drafts, first)
        done = {
            source.ja: Trace(was.en, was.flags, draft.en, self._finished(source, draft))
            for source, draft, was in zip(sources, drafts, before, strict=True)
        }
        return [done[ja] for ja in sentences]

    def _improve(
        self,
        sources: Sequence[Source],
        drafts: list[Draft],
        first: Sequence[Sequence[Hypothesis]],
    ) -> None:
        """Looks for better candidates for suspects, which take their drafts' places in `drafts`."""
        doubted = [i for i, draft in enumerate(drafts) if draft.worth_another_look]
        self._take_better(sources, drafts, [(i, h) for i in doubted for h in first[i]])
        suspects = [i for i in doubted if drafts[i].worth_another_look]
        if not suspects:
            return
        self._decode_again(sources, drafts, [(i, sources[i].annotated) for i in suspects])
        if self._engine.obeys_annotations:
            plain = [(i, escape(sources[i].ja)) for i in suspects if drafts[i].doubt]
            self._decode_again(sources, drafts, plain)
        long = [i for i in suspects if drafts[i].doubt and len(sources[i].ja) > _LONG_JA_CHARS]
        self._take_better(sources, drafts, self._by_clauses(sources, long))

    def _decode_again(
        self, sources: Sequence[Source], drafts: list[Draft], texts: Sequence[tuple[int, str]]
    ) -> None:
        decoded = self._engine.decode([text for _, text in texts], _AGAIN) if texts else []
        found = [(i, h) for (i, _), several in zip(texts, decoded, strict=True) for h in several]
        self._take_better(sources, drafts, found)

    def _by_clauses(
        self, sources: Sequence[Source], chosen: Sequence[int]
    ) -> list[tuple[int, Hypothesis]]:
        """Each chosen sentence translated part by part, all parts of all sentences in one go."""
        split = [split_clauses(sources[i].ja, len, max_pieces=_half(sources[i].ja)) for i in chosen]
        split = [parts if len(parts) > 1 else [] for parts in split]
        flat = [self._reader.read(part).annotated for parts in split for part in parts]
        decoded = iter(self._engine.decode(flat) if flat else [])
        found = []
        for i, parts in zip(chosen, split, strict=True):
            hypotheses = [next(decoded)[0] for _ in parts]
            if hypotheses:
                found.append((i, _joined(hypotheses)))
        return found

    def _take_better(
        self,
        sources: Sequence[Source],
        drafts: list[Draft],
        found: Sequence[tuple[int, Hypothesis]],
    ) -> None:
        known = {(i, drafts[i].en) for i, _ in found}
        fresh = [(i, h) for i, h in found if (i, h.text) not in known]
        judged = self._judge.drafts([(sources[i], h) for i, h in fresh])
        for (i, _), draft in zip(fresh, judged, strict=True):
            if draft.doubt < drafts[i].doubt:
                drafts[i] = draft

    def _finished(self, source: Source, draft: Draft) -> Translation:
        """Replaces what is certain, and says what is not."""
        draft = self._judge.again(source, self._repaired(source, draft))
        flags: list[Flag] = list(draft.flags)
        if draft.n_parts > 1:
            flags.append(Flag("split", f"translated in {draft.n_parts} parts"))
        if draft.en:
            flags += name_flags(source.ja, draft.en, source.terms)
            flags += guess_flags(source, draft.en)
        return Translation(
            source.ja,
            draft.en,
            draft.log_prob,
            self.model,
            tuple(dict.fromkeys(flags)),
            draft.numbers,
            respelt_terms(draft.terms, draft.respelt),
        )

    def _repaired(self, source: Source, draft: Draft) -> Draft:
        en, numbers = replace_figures(source.ja, draft.en, source.quantities, draft.numbers)
        names = misspelt(source.terms, source.ja, en, self._forms)
        en, respelt = respell(en, names, self._vocabulary, ja=source.ja)
        return replace(draft, en=en, numbers=numbers, respelt=respelt)

    @cached_property
    def _forms(self) -> frozenset[str]:
        """Every English form of the glossary."""
        entries = self._glossary.entries
        return frozenset(form for entry in entries for form in (entry.en, *entry.also))

    @cached_property
    def _vocabulary(self) -> frozenset[str] | None:
        """Words that are right in English; None: too few are known to tell."""
        return vocabulary_of([*self._forms, *self._lexicon.forms]) if self._lexicon else None


def _half(ja: str) -> int:
    return max(15, len(ja) // 2 + 5)


def _joined(hypotheses: Sequence[Hypothesis]) -> Hypothesis:
    texts = [h.text.strip() for h in hypotheses if h.text.strip()]
    pieces = tuple(piece for h in hypotheses for piece in h.pieces)
    log_prob = sum(h.log_prob for h in hypotheses) / len(hypotheses)
    return Hypothesis(
        " ".join(texts), log_prob, pieces, any(h.hit_limit for h in hypotheses), len(hypotheses)
    )
