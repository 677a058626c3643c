"""What checks and repair change in real news: counts, and changed sentences to read by eye.

    python -m benchmarks.faithfulness --changes 1000 --show 50

Input:  eval/*.ja of the news sets under --shared, shuffled with a fixed seed; a model directory.
Output: how many sentences were decoded again, had a figure or a name replaced, were translated in
        parts or are flagged, by kind and before and after; then `--show` random changed sentences:
        the Japanese, the first English, the English as shown, and what was done.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from kawaraban.artifacts import embedded
from kawaraban.embedding import OnnxEncoder
from kawaraban.export.wording import is_suspect
from kawaraban.translation.engine import load_translator
from kawaraban.translation.glossary import load_glossary
from kawaraban.translation.lexicon import read_lexicon
from kawaraban.translation.repair import FaithfulTranslator, Trace
from kawaraban.types import Flag

_NEWS = ("authored-dev", "wikinews-dev", "wmt20-vat")
_BATCH = 250  # sentences a call: the suspects of one call are decoded again together


def faithful_translator(model: Path, *, threads: int) -> FaithfulTranslator:
    """The translator as the pipeline builds it, so that what it did can be traced."""
    terms = model / "lexicon.tsv"
    return FaithfulTranslator(
        load_translator(model, threads=threads),
        load_glossary(),
        encoder=OnnxEncoder(embedded("sentence-encoder"), threads=threads),
        lexicon=read_lexicon(terms) if terms.is_file() else None,
    )


def trace(translator: FaithfulTranslator, sentences: Sequence[str]) -> list[Trace]:
    """All sentences in batches, with the time that they took."""
    start = time.perf_counter()
    done: list[Trace] = []
    for at in range(0, len(sentences), _BATCH):
        done += translator.trace(sentences[at : at + _BATCH])
    seconds = time.perf_counter() - start
    print(f"{len(done)} sentences in {seconds:.0f} s: {len(done) / seconds:.1f} a second")
    return done


def done_to(item: Trace) -> list[str]:
    """What was done to the first English, in words; empty: it stands as it was."""
    made = item.translation
    steps = ["decoded again"] if item.chosen != item.first else []
    steps += [
        f"figure replaced: {n.ja} reads {n.en}" for n in made.numbers if n.verdict == "repaired"
    ]
    steps += [f"name put right: {t.before} to {t.en}" for t in made.terms if t.change]
    steps += [flag.reason for flag in made.flags if flag.kind == "split"]
    return steps


def report(traces: Sequence[Trace]) -> None:
    """Counts of sentences."""
    done = [done_to(item) for item in traces]
    for step in ("decoded again", "figure replaced", "name put right", "translated in"):
        n = sum(any(text.startswith(step) for text in steps) for steps in done)
        print(f"  {step:18} {_share(n, traces)}")
    changed = sum(item.first != item.translation.en for item in traces)
    flagged = sum(bool(_kinds(item.translation.flags) - {"split"}) for item in traces)
    suspect = sum(is_suspect(item.translation) for item in traces)
    silent = sum(not done_to(item) and not item.translation.flags for item in traces)
    print(f"  {'English changed':18} {_share(changed, traces)}")
    print(f"  {'flagged':18} {_share(flagged, traces)}")
    print(f"  {'Japanese first':18} {_share(suspect, traces)}")
    print(f"  {'as first, no flag':18} {_share(silent, traces)}")
    before = Counter(kind for item in traces for kind in _kinds(item.first_flags))
    after = Counter(kind for item in traces for kind in _kinds(item.translation.flags))
    print("flag, sentences that have it after the first pass, and at the end:")
    for kind in sorted(before | after, key=lambda kind: -after[kind]):
        print(f"  {kind:18} {before[kind]:5} {after[kind]:5}")


def show(traces: Sequence[Trace], n: int, rng: random.Random) -> None:
    """Random changed sentences."""
    changed = [item for item in traces if item.first != item.translation.en]
    for item in rng.sample(changed, min(n, len(changed))):
        flags = "; ".join(f"{flag.kind}: {flag.reason}" for flag in item.first_flags)
        left = "; ".join(f"{flag.kind}: {flag.reason}" for flag in item.translation.flags)
        print(f"\n{item.translation.ja}\n  before  {item.first}\n  after   {item.translation.en}")
        print(f"  why     {flags or 'name misspelt'}\n  done    {'; '.join(done_to(item))}")
        if left:
            print(f"  left    {left}")


def _kinds(flags: Iterable[Flag]) -> set[str]:
    return {flag.kind for flag in flags}


def _share(n: int, traces: Sequence[Trace]) -> str:
    return f"{n:5} = {n / max(1, len(traces)):.1%}"


def run(shared: Path, model: Path, *, n: int, n_shown: int, threads: int, seed: int) -> None:
    """Translates `n` sentences of news and prints what was changed in them."""
    texts = [(shared / "eval" / f"{name}.ja").read_text("utf-8") for name in _NEWS]
    sentences = list(dict.fromkeys(line for text in texts for line in text.splitlines()))
    random.Random(seed).shuffle(sentences)
    traces = trace(faithful_translator(model, threads=threads), sentences[:n])
    report(traces)
    show(traces, n_shown, random.Random(seed))
