"""Japanese sentences → English, by a CTranslate2 model. The only module that knows CTranslate2.

    >>> translator = load_translator(embedded("ja-en"))
    >>> translator.translate(["日銀は29日、利上げを決めた。"])[0].en
    'The Bank of Japan decided to raise interest rates on the 29th.'

A sentence longer than `max_sentence_tokens` pieces is translated in parts and flagged "split"; an
output that reaches its limit (3 pieces per source piece, and 20) is flagged "cut". `decode` is the
lower door: any options, several hypotheses, inline annotations understood.

One sentence gives one translation, whatever stands beside it: CTranslate2 takes the decoding limit
for a whole batch, so sentences that outrun their own limit are decoded again with others of their
length. What is left is rounding in padded attention, which moves a score in its last bits; so only
sentences of nearly equal length share a batch (batches.py), and with `strict=True` of equal length.
benchmarks/invariance.py counts both.

A model may bring the list of the pieces that English is made of (`vmap.txt`). The others, half of a
vocabulary that both languages share, are then neither computed nor said: a quarter less time.

One process, one translator, shared by its threads; it does not survive a fork.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kawaraban.artifacts import verify
from kawaraban.errors import ArtifactError, CorruptArtifactError, TranslationError
from kawaraban.manifest import Manifest
from kawaraban.translation.annotation import MARKS, escape, strip_annotation
from kawaraban.translation.batches import token_batches
from kawaraban.translation.clauses import split_clauses
from kawaraban.translation.cleaning import clean_output, clean_source
from kawaraban.types import Flag, Translation

OUTPUT_PIECES = "vmap.txt"  # as CTranslate2 calls it

_RULES = 4  # raise when this module gives other English for the same model and options


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """How to search. Repetition: penalty above 1, or the n-gram size that may not come twice."""

    beam_size: int = 4
    length_penalty: float = 1.2
    repetition_penalty: float = 1.1
    no_repeat_ngram_size: int = 0
    n_hypotheses: int = 1


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One decoding of one text; `n_parts` above 1: it was translated in parts."""

    text: str
    log_prob: float  # mean natural log-probability per target piece, ≤ 0
    pieces: tuple[str, ...]
    hit_limit: bool = False
    n_parts: int = 1


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """Sizes of work; all but `max_sentence_tokens` leave the English as it is."""

    threads: int = 2
    max_batch_tokens: int = 1024
    max_sentence_tokens: int = 200
    strict: bool = False  # equal English to the last bit for any batch, at some speed


class CTranslate2Translator:
    """A `pipeline.Translator` over one loaded model."""

    def __init__(
        self,
        engine: Any,
        tokenizers: tuple[Any, Any],
        *,
        manifest: Manifest,
        options: DecodeOptions,
        limits: EngineLimits,
    ) -> None:
        self._engine = engine
        self._source, self._target = tokenizers
        self._manifest = manifest
        self._limits = limits
        self._lists_output = any(file.path == OUTPUT_PIECES for file in manifest.files)
        self.options = options
        key = repr((_RULES, manifest.id, options, limits.max_sentence_tokens, limits.strict))
        suffix = hashlib.sha256(key.encode()).hexdigest()[:8]
        self._model = f"{manifest.name}@{manifest.version}+{suffix}"

    @property
    def model(self) -> str:
        """ "name@version+hash": the hash covers weights, options and the rules of this module."""
        return self._model

    @property
    def obeys_annotations(self) -> bool:
        """Whether inline annotations reach the model; otherwise `decode` takes them out."""
        return self._manifest.annotation is not None

    @property
    def notice(self) -> str:
        """What the manifest wants every reader of the English to know; empty: nothing."""
        return self._manifest.notice

    def translate(self, sentences: Sequence[str]) -> list[Translation]:
        """Plain sentences in, translations out: same length, same order."""
        decoded = self.decode([escape(sentence) for sentence in sentences], self.options)
        return [
            self.translation(sentence, hypotheses[0])
            for sentence, hypotheses in zip(sentences, decoded, strict=True)
        ]

    def translation(self, ja: str, hypothesis: Hypothesis) -> Translation:
        """A hypothesis as the translation of `ja`, with the flags that the engine can know."""
        flags = []
        if hypothesis.n_parts > 1:
            flags.append(Flag("split", f"translated in {hypothesis.n_parts} parts: too long"))
        if hypothesis.hit_limit:
            reason = f"stopped after {len(hypothesis.pieces)} pieces, before it was finished"
            flags.append(Flag("cut", reason))
        return Translation(ja, hypothesis.text, hypothesis.log_prob, self.model, tuple(flags))

    def decode(
        self, texts: Sequence[str], options: DecodeOptions | None = None
    ) -> list[list[Hypothesis]]:
        """The best hypotheses of each text, which may hold inline annotations. Empty text: one."""
        parts = [self._parts(text) for text in texts]
        unique = list(dict.fromkeys(part for text_parts in parts for part in text_parts))
        decoded = dict(zip(unique, self._decode(unique, options or self.options), strict=True))
        return [_join([decoded[part] for part in text_parts]) for text_parts in parts]

    def count_tokens(self, text: str) -> int:
        """Pieces of a text, without those a model family adds."""
        return len(self._source.encode(clean_source(text)))

    def _parts(self, text: str) -> list[tuple[str, ...]]:
        text = clean_source(text if self.obeys_annotations else strip_annotation(text))
        if not text:
            return []
        limit = self._limits.max_sentence_tokens
        parts = split_clauses(text, self.count_tokens, max_pieces=limit)
        pieces = [tuple(self._source.encode(part, out_type=str)) for part in parts]
        return [part for part in pieces if part]

    def _decode(
        self, sources: Sequence[tuple[str, ...]], options: DecodeOptions
    ) -> list[list[Hypothesis]]:
        decoded: list[list[Hypothesis]] = [[] for _ in sources]
        everything = range(len(sources))
        self._run(sources, self._batches(sources, everything), options, decoded)
        limits = [_piece_limit(len(source)) for source in sources]
        outran = [i for i in everything if any(len(h.pieces) > limits[i] for h in decoded[i])]
        self._run(sources, self._batches(sources, outran, same_length=True), options, decoded)
        return decoded

    def _batches(
        self,
        sources: Sequence[tuple[str, ...]],
        chosen: Sequence[int],
        *,
        same_length: bool = False,
    ) -> list[list[int]]:
        batches = token_batches(
            [len(sources[i]) for i in chosen],
            max_tokens=self._limits.max_batch_tokens,
            n_workers=self._limits.threads,
            same_length=same_length or self._limits.strict,
        )
        return [[chosen[i] for i in batch] for batch in batches]

    def _run(
        self,
        sources: Sequence[tuple[str, ...]],
        batches: Iterable[list[int]],
        options: DecodeOptions,
        decoded: list[list[Hypothesis]],
    ) -> None:
        """Decodes batches of `sources` on all workers and writes into `decoded`."""
        try:
            pending = [
                (batch, self._submit([sources[i] for i in batch], options)) for batch in batches
            ]
            for batch, results in pending:
                for i, result in zip(batch, results, strict=True):
                    decoded[i] = self._hypotheses(result.result(), options, len(sources[i]))
        except RuntimeError as error:
            raise TranslationError(
                f"{self.model}: found {error}; expected a translation; check the model with "
                "`kawaraban models verify`"
            ) from error

    def _submit(self, sources: Sequence[tuple[str, ...]], options: DecodeOptions) -> list[Any]:
        affixes = self._manifest.affixes
        batch = [[*affixes.source, *source, *affixes.source_end] for source in sources]
        pending: list[Any] = self._engine.translate_batch(
            batch,
            [list(affixes.target)] * len(batch) if affixes.target else None,
            asynchronous=True,
            beam_size=max(options.beam_size, options.n_hypotheses),
            num_hypotheses=options.n_hypotheses,
            length_penalty=options.length_penalty,
            repetition_penalty=options.repetition_penalty,
            no_repeat_ngram_size=options.no_repeat_ngram_size,
            disable_unk=True,
            use_vmap=self._lists_output,
            max_input_length=0,
            max_decoding_length=_piece_limit(max(len(s) for s in sources)) + len(affixes.target),
            return_scores=True,
        )
        return pending

    def _hypotheses(self, result: Any, options: DecodeOptions, n_source: int) -> list[Hypothesis]:
        skip = len(self._manifest.affixes.target)
        hypotheses = []
        for tokens, score in zip(result.hypotheses, result.scores, strict=True):
            pieces = tuple(tokens[skip:])
            hit_limit = len(pieces) >= _piece_limit(n_source)
            n_scored = len(tokens) + (not hit_limit)  # the end of the sentence has a score too
            hypotheses.append(
                Hypothesis(
                    text=clean_output(self._target.decode(list(pieces))),
                    log_prob=min(0.0, score * n_scored ** (options.length_penalty - 1.0)),
                    pieces=pieces,
                    hit_limit=hit_limit,
                )
            )
        return hypotheses


def load_translator(
    directory: Path | str,
    *,
    threads: int = 2,
    beam_size: int = 4,
    max_batch_tokens: int = 1024,
    max_sentence_tokens: int = 200,
    strict: bool = False,
) -> CTranslate2Translator:
    """Verifies and loads a model: int8, `threads` workers of one core each."""
    directory = Path(directory)
    manifest = verify(directory)
    if manifest.kind != "translation":
        raise ArtifactError(
            f"{directory}: found a model of kind {manifest.kind!r}; expected 'translation'; "
            "name a translation model"
        )
    import ctranslate2
    import sentencepiece

    names = (manifest.tokenizer.source, manifest.tokenizer.target)
    try:
        tokenizers = [
            sentencepiece.SentencePieceProcessor(model_file=str(directory / name)) for name in names
        ]
        engine = ctranslate2.Translator(
            str(directory), compute_type="int8", inter_threads=threads, intra_threads=1
        )
    except (RuntimeError, OSError, ValueError) as error:
        raise CorruptArtifactError(
            f"{directory}: found files that do not load ({error}); expected a CTranslate2 model "
            "with SentencePiece tokenizers; add it again with `kawaraban models add`"
        ) from error
    if manifest.annotation is not None:
        _check_marks(tokenizers[0], directory)
    return CTranslate2Translator(
        engine,
        (tokenizers[0], tokenizers[1]),
        manifest=manifest,
        options=DecodeOptions(beam_size=beam_size, n_hypotheses=beam_size),
        limits=EngineLimits(threads, max_batch_tokens, max_sentence_tokens, strict),
    )


def _piece_limit(n_source: int) -> int:
    return 3 * n_source + 20


def _check_marks(tokenizer: Any, directory: Path) -> None:
    unknown = [mark for mark in MARKS if tokenizer.piece_to_id(mark) == tokenizer.unk_id()]
    if unknown:
        raise CorruptArtifactError(
            f"{directory}: found no piece for {' '.join(unknown)}; expected the annotation marks "
            "that the manifest promises; set its annotation to null, or train the marks"
        )


def _join(parts: Sequence[Sequence[Hypothesis]]) -> list[Hypothesis]:
    """The k-th hypothesis of a text: the k-th of each of its parts, one after the other."""
    if len(parts) == 1:
        return list(parts[0])
    if not parts:
        return [Hypothesis("", 0.0, (), n_parts=0)]
    joined = []
    for row in zip(*parts, strict=False):
        pieces = tuple(piece for h in row for piece in h.pieces)
        weights = [len(h.pieces) + 1 for h in row]
        log_prob = sum(w * h.log_prob for w, h in zip(weights, row, strict=True)) / sum(weights)
        text = " ".join(h.text for h in row if h.text)
        hit_limit = any(h.hit_limit for h in row)
        joined.append(Hypothesis(text, log_prob, pieces, hit_limit, len(row)))
    return joined
