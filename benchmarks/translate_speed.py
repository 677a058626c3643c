"""How fast the translator is, and whether a sentence's English depends on its neighbours.

    python -m benchmarks.translate_speed [--model DIR] [--sentences N] [--threads N] [--shared DIR]

Output: JSON, for 1, 32 and all sentences, of the best of interleaved rounds:

* sentences and pieces a second: `CTranslate2Translator.translate` on the list, tokenizing included;
* engine_over_bare: its time over that of CTranslate2's own `translate_batch` on the same batches;
* list_over_one_by_one: its sentences a second over those of one call for each sentence;

then how many sentences get the same English, and the same score to the last bit, as alone: among
shuffled neighbours, and in strict mode; and the memory of the process.

Figures by the clock mislead on a machine that does other work: trust those by CPU time there.
Sentences are read from `SHARED/eval/*.ja`; without that folder, made from words.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import ctranslate2
import sentencepiece

from kawaraban.artifacts import embedded, verify
from kawaraban.translation.batches import token_batches
from kawaraban.translation.engine import load_translator

ROOT = Path(__file__).resolve().parent.parent
SUBJECTS = ("政府", "日銀", "首相", "東京都", "大手銀行", "市の教育委員会", "県警", "気象庁")
TOPICS = ("新しい経済対策", "来年度の予算案", "政策金利", "海外の工場", "大雨の被害", "選挙の日程")
VERBS = ("について発表した。", "を見直すと述べた。", "をめぐり協議を続けている。")


def read_sentences(shared: Path, count: int) -> list[str]:
    """`count` sentences of news, shuffled in a fixed order."""
    found = [
        line.strip()
        for path in sorted((shared / "eval").glob("*.ja"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    if not found:
        found = [
            f"{subject}は{day}日、{topic}{verb}"
            for day in range(1, 29)
            for subject in SUBJECTS
            for topic in TOPICS
            for verb in VERBS
        ]
    random.Random(17).shuffle(found)
    return list(dict.fromkeys(line for line in found if line))[:count]


class Seconds(NamedTuple):
    wall: float
    cpu: float


class Bare:
    """CTranslate2 with nothing round it: pieces in, pieces out."""

    def __init__(self, model: Path, *, threads: int, beam: int, max_batch_tokens: int) -> None:
        self._translator = ctranslate2.Translator(
            str(model), compute_type="int8", inter_threads=threads, intra_threads=1
        )
        name = verify(model).tokenizer.source
        self._tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(model / name))
        self._threads, self._beam, self._max_tokens = threads, beam, max_batch_tokens

    def batches(self, sentences: list[str]) -> list[list[list[str]]]:
        pieces = [self._tokenizer.encode(s, out_type=str) for s in sentences]
        grouped = token_batches(
            [len(p) for p in pieces], max_tokens=self._max_tokens, n_workers=self._threads
        )
        return [[pieces[i] for i in batch] for batch in grouped]

    def run(self, batches: list[list[list[str]]]) -> tuple[int, int]:
        """Source and target pieces of all batches."""
        pending = [
            result
            for batch in batches
            for result in self._translator.translate_batch(
                batch,
                asynchronous=True,
                beam_size=self._beam,
                disable_unk=True,
                max_input_length=0,
                max_decoding_length=3 * max(map(len, batch)) + 20,
                return_scores=True,
            )
        ]
        n_target = sum(len(result.result().hypotheses[0]) for result in pending)
        return sum(len(pieces) for batch in batches for pieces in batch), n_target


def best_times(jobs: dict[str, Callable[[], object]], rounds: int) -> dict[str, Seconds]:
    """Of each job: its quickest round, by the clock and by CPU time; the jobs take turns."""
    best = {name: Seconds(float("inf"), float("inf")) for name in jobs}
    for number in range(rounds):
        names = list(jobs)
        for name in names if number % 2 == 0 else names[::-1]:
            wall, cpu = time.perf_counter(), time.process_time()
            jobs[name]()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            best[name] = Seconds(min(best[name].wall, wall), min(best[name].cpu, cpu))
    return best


def measure_speed(
    model: Path, sentences: list[str], options: argparse.Namespace
) -> list[dict[str, float]]:
    engine = load_translator(model, threads=options.threads, beam_size=options.beam)
    bare = Bare(model, threads=options.threads, beam=options.beam, max_batch_tokens=1024)
    rows = []
    for count in dict.fromkeys((1, 32, len(sentences))):
        chosen = sentences[:count]
        few = chosen[: options.one_by_one]
        batches = bare.batches(chosen)
        n_source, n_target = bare.run(batches)
        jobs: dict[str, Callable[[], object]] = {
            "engine": partial(engine.translate, chosen),
            "bare": partial(bare.run, batches),
            "one_by_one": lambda few=few: [engine.translate([s]) for s in few],
        }
        times = best_times(jobs, options.rounds)
        rows.append(figures(count, len(few), (n_source, n_target), times))
    return rows


def figures(
    count: int, n_single: int, pieces: tuple[int, int], times: dict[str, Seconds]
) -> dict[str, float]:
    """The rates and ratios of one list length, by the clock and by CPU time."""
    engine, bare, single = times["engine"], times["bare"], times["one_by_one"]
    row: dict[str, float] = {"sentences": count}
    for clock in ("wall", "cpu"):
        seconds = getattr(engine, clock)
        row[f"sentences_per_{clock}_s"] = round(count / seconds, 1)
        row[f"source_pieces_per_{clock}_s"] = round(pieces[0] / seconds)
        row[f"target_pieces_per_{clock}_s"] = round(pieces[1] / seconds)
        row[f"engine_over_bare_{clock}"] = round(seconds / getattr(bare, clock), 3)
        per_single = getattr(single, clock) / n_single
        row[f"list_over_one_by_one_{clock}"] = round(per_single / (seconds / count), 2)
    return row


def measure_invariance(model: Path, sentences: list[str], *, threads: int) -> dict[str, str]:
    """How many sentences come out of batches as they come out alone."""
    alone_engine = load_translator(model, threads=threads, max_batch_tokens=1)
    alone = {t.ja: t for t in alone_engine.translate(sentences)}
    found = {"distinct outputs": f"{len({t.en for t in alone.values()})} of {len(alone)}"}
    for name, strict in (("padded batches", False), ("strict batches", True)):
        engine = load_translator(model, threads=threads, strict=strict)
        shuffled = random.Random(3).sample(sentences, len(sentences))
        made = engine.translate(shuffled)
        made += [
            t for i in range(0, len(shuffled), 7) for t in engine.translate(shuffled[i : i + 7])
        ]
        same = sum(t.en == alone[t.ja].en for t in made)
        exact = sum(t.log_prob == alone[t.ja].log_prob for t in made)
        share = f"{same / len(made):.2%}"
        found[name] = f"{same} of {len(made)} = {share} the same English, {exact} the same score"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    shared = Path(os.environ.get("KAWARABAN_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--model", type=Path, help="model directory; default: the shipped one")
    parser.add_argument("--shared", type=Path, default=shared, help="folder with eval/*.ja")
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--one-by-one", type=int, default=100, help="of these, called singly")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--beam", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--invariance", type=int, default=300, help="sentences; 0: not measured")
    options = parser.parse_args()
    model = options.model or embedded("ja-en")
    sentences = read_sentences(options.shared, options.sentences)
    report: dict[str, object] = {
        "model": verify(model).id,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "threads": options.threads,
        "beam": options.beam,
        "speed": measure_speed(model, sentences, options),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if options.invariance:
        chosen = sentences[: options.invariance]
        report["invariance"] = measure_invariance(model, chosen, threads=options.threads)
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
