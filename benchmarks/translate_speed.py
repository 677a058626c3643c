"""How fast the translator is, and whether a sentence's English depends on its neighbours.

    python -m benchmarks.translate_speed [--model DIR] [--sentences N] [--threads N] [--shared DIR]
                                         [--argos ENV] [--torch ENV]

Output: JSON, for 1, 32 and all sentences, of the best of interleaved rounds:

* sentences and pieces a second: `CTranslate2Translator.translate` on the list, tokenizing included;
* engine_over_bare: its time over that of CTranslate2's own `translate_batch` on the same batches;
* list_over_one_by_one: its sentences a second over those of one call for each sentence;
* over_argos: its sentences a second over those of Argos Translate with the same model and beam 4;
* greedy_over_torch: the same, both greedy, over those of the training network in float32, batched;
* greedy_over_torch_singly: over those of the network given one sentence at a time;
* greedy_of_limit: the time of the int8 matrix products alone as a share of the greedy engine's;

then how many sentences get the same English, and the same score to the last bit, as alone: among
shuffled neighbours, and in strict mode; and the memory of the process.

Argos needs the environment of argos_package.py, the network and the limit one with
`kawaraban[train]`; speed_peer.py says what they do. Figures by the clock mislead on a machine that
does other work: trust those by CPU time there, but a waiting thread of Argos or PyTorch spins.
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
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import ctranslate2
import sentencepiece

from benchmarks.peers import Peer, Seconds
from kawaraban.artifacts import embedded, verify
from kawaraban.translation.batches import token_batches
from kawaraban.translation.engine import (
    OUTPUT_PIECES,
    CTranslate2Translator,
    DecodeOptions,
    load_translator,
)

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


class Bare:
    """CTranslate2 with nothing round it, and the engine's options: pieces in, pieces out."""

    def __init__(
        self, model: Path, options: DecodeOptions, *, threads: int, max_batch_tokens: int
    ) -> None:
        self._translator = ctranslate2.Translator(
            str(model), compute_type="int8", inter_threads=threads, intra_threads=1
        )
        name = verify(model).tokenizer.source
        self._tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(model / name))
        self._options, self._threads, self._max_tokens = options, threads, max_batch_tokens
        self._lists_output = (model / OUTPUT_PIECES).exists()

    def pieces(self, sentences: list[str]) -> list[list[str]]:
        return [self._tokenizer.encode(s, out_type=str) for s in sentences]

    def batches(self, sentences: list[str]) -> list[list[list[str]]]:
        pieces = self.pieces(sentences)
        grouped = token_batches(
            [len(p) for p in pieces], max_tokens=self._max_tokens, n_workers=self._threads
        )
        return [[pieces[i] for i in batch] for batch in grouped]

    def run(self, batches: list[list[list[str]]]) -> list[list[int]]:
        """Of each batch: its sentences, the pieces of its longest source and longest target."""
        pending = [
            self._translator.translate_batch(
                batch,
                asynchronous=True,
                beam_size=self._options.beam_size,
                length_penalty=self._options.length_penalty,
                repetition_penalty=self._options.repetition_penalty,
                disable_unk=True,
                use_vmap=self._lists_output,
                max_input_length=0,
                max_decoding_length=3 * max(map(len, batch)) + 20,
                return_scores=True,
            )
            for batch in batches
        ]
        return [
            [len(batch), max(map(len, batch)), max(len(r.result().hypotheses[0]) for r in results)]
            for batch, results in zip(batches, pending, strict=True)
        ]


def best_times(jobs: dict[str, Callable[[], object]], rounds: int) -> dict[str, Seconds]:
    """Of each job: its quickest round, by the clock and by CPU time; the jobs take turns."""
    best = {name: Seconds(float("inf"), float("inf")) for name in jobs}
    for number in range(rounds):
        names = list(jobs)
        for name in names if number % 2 == 0 else names[::-1]:
            wall, cpu = time.perf_counter(), time.process_time()
            took = jobs[name]()
            if not isinstance(took, Seconds):  # a peer tells its own time
                took = Seconds(time.perf_counter() - wall, time.process_time() - cpu)
            best[name] = Seconds(min(best[name].wall, took.wall), min(best[name].cpu, took.cpu))
    return best


def measure_speed(
    model: Path, sentences: list[str], options: argparse.Namespace, peers: dict[str, Peer]
) -> list[dict[str, float]]:
    engine, greedy = (
        load_translator(model, threads=options.threads, beam_size=beam)
        for beam in (options.beam, 1)
    )
    bare, bare_greedy = (
        Bare(model, e.options, threads=options.threads, max_batch_tokens=1024)
        for e in (engine, greedy)
    )
    rows = []
    for count in dict.fromkeys((1, 32, len(sentences))):
        chosen = sentences[:count]
        few = chosen[: options.one_by_one]
        batches = bare.batches(chosen)
        work = {
            "argos": chosen,
            "torch": bare.pieces(chosen),
            "gemm": bare_greedy.run(batches),
        }
        jobs: dict[str, Callable[[], object]] = {
            "engine": partial(engine.translate, chosen),
            "bare": partial(bare.run, batches),
            "greedy": partial(greedy.translate, chosen),
            "one_by_one": partial(translate_singly, engine, few),
        }
        jobs |= {name: partial(peer.run, work[name]) for name, peer in peers.items()}
        if "torch" in peers:
            jobs["torch_singly"] = partial(run_singly, peers["torch"], bare.pieces(few))
        times = best_times(jobs, options.rounds)
        n_pieces = sum(len(pieces) for batch in batches for pieces in batch)
        rows.append(figures(count, len(few), n_pieces, times))
    return rows


def translate_singly(engine: CTranslate2Translator, sentences: list[str]) -> None:
    for sentence in sentences:
        engine.translate([sentence])


def run_singly(peer: Peer, sentences: list[list[str]]) -> Seconds:
    took = [peer.run([sentence]) for sentence in sentences]
    return Seconds(sum(t.wall for t in took), sum(t.cpu for t in took))


def figures(
    count: int, n_single: int, n_pieces: int, times: dict[str, Seconds]
) -> dict[str, float]:
    """The rates and ratios of one list length, by the clock and by CPU time."""
    row: dict[str, float] = {"sentences": count, "source_pieces": n_pieces}
    for clock in ("wall", "cpu"):
        took = {name: float(getattr(seconds, clock)) for name, seconds in times.items()}
        row[f"sentences_per_{clock}_s"] = round(count / took["engine"], 1)
        row[f"source_pieces_per_{clock}_s"] = round(n_pieces / took["engine"])
        row[f"engine_over_bare_{clock}"] = round(took["engine"] / took["bare"], 3)
        per_single = took["one_by_one"] / n_single
        row[f"list_over_one_by_one_{clock}"] = round(per_single * count / took["engine"], 2)
        if "argos" in took:
            row[f"over_argos_{clock}"] = round(took["argos"] / took["engine"], 2)
        if "torch" in took:
            row[f"greedy_over_torch_{clock}"] = round(took["torch"] / took["greedy"], 2)
            per_torch = took["torch_singly"] / n_single
            ratio = per_torch * count / took["greedy"]
            row[f"greedy_over_torch_singly_{clock}"] = round(ratio, 2)
    if "gemm" in times:  # one thread: its CPU time beside the engine's
        row["greedy_of_limit_cpu"] = round(times["gemm"].cpu / times["greedy"].cpu, 3)
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
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--argos", type=Path, help="environment with Argos Translate")
    parser.add_argument("--torch", type=Path, help="environment with kawaraban[train]")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--invariance", type=int, default=300, help="sentences; 0: not measured")
    options = parser.parse_args()
    model = options.model or embedded("ja-en")
    sentences = read_sentences(options.shared, options.sentences)
    environments = {"argos": options.argos, "torch": options.torch, "gemm": options.torch}
    with ExitStack() as stack:
        peers = {
            name: stack.enter_context(Peer(name, environment, model, threads=options.threads))
            for name, environment in environments.items()
            if environment
        }
        speed = measure_speed(model, sentences, options, peers)
    report: dict[str, object] = {
        "model": verify(model).id,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "threads": options.threads,
        "beam": options.beam,
        "speed": speed,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if options.invariance:
        chosen = sentences[: options.invariance]
        report["invariance"] = measure_invariance(model, chosen, threads=options.threads)
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
