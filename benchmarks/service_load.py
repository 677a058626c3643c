"""How many requests the service answers, and how fast, beside LibreTranslate with the same model.

    python -m benchmarks.service_load                              # ours alone
    python -m benchmarks.service_load --libretranslate ENV         # both, turn about
    python -m benchmarks.service_load --memory 20000               # does it grow?

ENV is an environment of its own: `pip install torch`, then `pip install libretranslate gunicorn
'onnx<1.20'`; argos_package.py makes the model a package for it. It is started as its package starts
it and as its container does (`--styles waitress,gunicorn`). Both have their defaults, beam 4 among
them; ours also checks figures, names and meaning, and decodes again what it doubts.

Each number of clients asks in a closed loop, one service after the other, in rounds. The last
answers are waited for; where that took long, there are no further rounds.
Every sentence is new, so that no memory helps anybody. `sentence` and `article` (twelve sentences)
go to /translate of both; `summarize` sends the article to our /v1/summarize. Then sentences come at
four times the rate that 32 clients got: each must be answered, or refused with 429 or 503 within
100 ms. Printed: a Markdown table, and one line for each target with what was found.

Requests a second and times mislead on a machine that does other work; CPU time a request does less.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import NamedTuple

from benchmarks.http_load import Body, Seen, closed_loop, fixed_count, open_loop
from benchmarks.load_servers import STYLES, Server, kawaraban, libretranslate

SUBJECTS = (
    "政府",
    "日銀",
    "経済産業省",
    "東京都",
    "自動車大手の企業",
    "半導体の会社",
    "財務省",
    "首相",
)
OBJECTS = ("新しい経済対策", "工場の建設", "来年度の予算案", "輸出の統計", "金融政策", "電池の生産")
VERBS = ("発表した", "決めた", "見直すと述べた", "来月にもまとめる", "延期する方針を示した")
TARGET_CLIENTS = 32
MIN_RATIO = 3.0
OVERLOAD = 4.0
MAX_REFUSAL_MS = 100.0
MAX_GROWTH = 0.05
_SAMPLES = 10
_LONG = 2.5  # times the length of a round
_HEADER = (
    "| request | clients | service | requests/s | p50 ms | p95 ms | p99 ms | 429/503 | errors "
    "| unanswered | CPU ms a request | RSS MB |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def sentence(rng: random.Random) -> str:
    """A sentence of about thirty pieces that was not sent before."""
    return (
        f"{rng.choice(SUBJECTS)}は{rng.randint(1, 28)}日、{rng.choice(OBJECTS)}について"
        f"{rng.randint(10, 9999)}億円を投じる計画を{rng.choice(VERBS)}。"
    )


def article(rng: random.Random) -> str:
    """A headline and three paragraphs of four sentences."""
    paragraphs = ["".join(sentence(rng) for _ in range(4)) for _ in range(3)]
    return f"{rng.choice(SUBJECTS)}、{rng.choice(OBJECTS)}を発表\n\n" + "\n".join(paragraphs)


def short_sentences() -> Body:
    """Bodies with the shortest new sentences, for many requests in little time."""
    numbers = count()
    return lambda: {"q": f"{next(numbers)}円だ。", "source": "ja", "target": "en"}


class Kind(NamedTuple):
    path: str
    body: Body
    for_both: bool = True


def kinds(rng: random.Random) -> dict[str, Kind]:
    pair = {"source": "ja", "target": "en"}
    return {
        "sentence": Kind("/translate", lambda: pair | {"q": sentence(rng)}),
        "article": Kind("/translate", lambda: pair | {"q": article(rng)}),
        "summarize": Kind(
            "/v1/summarize", lambda: {"text": article(rng), "sentences": 3}, for_both=False
        ),
    }


class Cell(NamedTuple):
    """One service under one number of clients."""

    seen: Seen
    cpu_s: float

    @property
    def cpu_ms(self) -> float:
        """CPU time for one answer."""
        return 1000 * self.cpu_s / max(1, len(self.seen.answers_s))

    def row(self, kind: str, n_clients: int, server: Server) -> str:
        seen = self.seen
        times = " | ".join(f"{seen.milliseconds(q):.0f}" for q in (0.50, 0.95, 0.99))
        return (
            f"| {kind} | {n_clients} | {server.name} | {seen.requests_per_s:.1f} | {times} "
            f"| {len(seen.refusals_s)} | {seen.n_failed} | {seen.n_unanswered} "
            f"| {self.cpu_ms:.1f} | {server.memory_mb():.0f} |"
        )


def measure(
    servers: list[Server], kind: Kind, n_clients: int, *, seconds: float, rounds: int
) -> list[Cell]:
    """One cell of each server; in odd rounds they come in the other order.

    There is no further round where the last answers of the first took long to come.
    """
    cells = [Cell(Seen(), 0.0) for _ in servers]
    for number in range(rounds):
        if any(cell.seen.wall_s > _LONG * seconds * number for cell in cells if number):
            break
        order = list(range(len(servers)))
        for i in order if number % 2 == 0 else order[::-1]:
            before_s = servers[i].cpu_s()
            loop = closed_loop(
                servers[i].url, kind.path, kind.body, n_clients=n_clients, seconds=seconds
            )
            seen = cells[i].seen + asyncio.run(loop)
            cells[i] = Cell(seen, cells[i].cpu_s + servers[i].cpu_s() - before_s)
    return cells


def verdict(what: str, met: bool, found: str) -> str:
    return f"* {'met' if met else 'MISSED'}: {what}: {found}"


def compared(kind: str, other: Server, ours: Cell, theirs: Cell) -> list[str]:
    """The two targets at 32 clients."""
    ratio = ours.seen.requests_per_s / max(theirs.seen.requests_per_s, 1e-9)
    cpu = theirs.cpu_ms / ours.cpu_ms if ours.cpu_ms else float("nan")
    p95, p50 = ours.seen.milliseconds(0.95), theirs.seen.milliseconds(0.50)
    where = f"{kind}, {TARGET_CLIENTS} clients, {other.name}"
    return [
        verdict(
            f"{where}: ≥ {MIN_RATIO:g} × its requests/s",
            ratio >= MIN_RATIO,
            f"{ratio:.2f} × (by CPU time {cpu:.2f} ×)",
        ),
        verdict(f"{where}: our p95 below its p50", p95 < p50, f"{p95:.0f} ms, {p50:.0f} ms"),
    ]


def overload(server: Server, kind: Kind, *, per_s: float, seconds: float) -> list[str]:
    """More than it can do: answers, refusals, nothing else, and refusals at once."""
    seen = asyncio.run(open_loop(server.url, kind.path, kind.body, per_s=per_s, seconds=seconds))
    p50, p99 = (seen.milliseconds(q, refused=True) for q in (0.50, 0.99))
    found = f"{len(seen.answers_s)} answers, {len(seen.refusals_s)} refusals"
    return [
        verdict(
            f"{per_s:.0f} requests/s, {OVERLOAD:g} × capacity: no error but 429/503",
            seen.n_failed + seen.n_unanswered == 0,
            f"{found}, {seen.n_failed} errors, {seen.n_unanswered} unanswered",
        ),
        verdict(
            f"refusals within {MAX_REFUSAL_MS:g} ms",
            not seen.refusals_s or p99 <= MAX_REFUSAL_MS,
            f"p50 {p50:.0f} ms, p99 {p99:.0f} ms",
        ),
    ]


def memory_growth(server: Server, body: Body, n_requests: int) -> str:
    """Resident memory after each tenth of the requests; the first tenth warms up."""
    sizes_mb = []
    for _ in range(_SAMPLES):
        seen = asyncio.run(
            fixed_count(
                server.url, "/translate", body, n_clients=8, n_requests=n_requests // _SAMPLES
            )
        )
        sizes_mb.append(server.memory_mb())
        print(f"{len(seen.answers_s)} answers, {sizes_mb[-1]:.0f} MB", flush=True)
    growth = sizes_mb[-1] / sizes_mb[0] - 1
    what = f"{n_requests} requests: memory grows < {MAX_GROWTH:.0%} after the first tenth"
    return verdict(what, growth < MAX_GROWTH, f"{growth:+.1%}")


def measure_load(servers: list[Server], options: argparse.Namespace, rng: random.Random) -> None:
    verdicts: list[str] = []
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}\n\n{_HEADER}", flush=True)
    for name in options.kinds.split(","):
        kind = kinds(rng)[name]
        chosen = servers if kind.for_both else servers[:1]
        measure(chosen, kind, 2, seconds=2, rounds=1)  # warm
        for n_clients in map(int, options.clients.split(",")):
            cells = measure(chosen, kind, n_clients, seconds=options.seconds, rounds=options.rounds)
            for server, cell in zip(chosen, cells, strict=True):
                print(cell.row(name, n_clients, server), flush=True)
            if n_clients == TARGET_CLIENTS:
                for server, cell in zip(chosen[1:], cells[1:], strict=True):
                    verdicts += compared(name, server, cells[0], cell)
            if n_clients == TARGET_CLIENTS and name == "sentence":
                rate = OVERLOAD * cells[0].seen.requests_per_s
                verdicts += overload(servers[0], kind, per_s=rate, seconds=options.seconds)
    print("\n" + "\n".join(verdicts))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--clients", default="1,8,32,128")
    parser.add_argument("--kinds", default="sentence,article,summarize")
    parser.add_argument("--model", default="", help="directory; default: the embedded one")
    parser.add_argument("--libretranslate", type=Path, help="environment it is installed in")
    parser.add_argument("--styles", default=STYLES[0], help="of these: " + ", ".join(STYLES))
    parser.add_argument("--memory", type=int, default=0, help="requests; nothing else is measured")
    options = parser.parse_args()
    rng = random.Random()
    with ExitStack() as stack:
        servers = [stack.enter_context(kawaraban(options.model))]
        if options.memory:
            print(memory_growth(servers[0], short_sentences(), options.memory))
            return
        for style in options.styles.split(",") if options.libretranslate else ():
            other = libretranslate(options.libretranslate, options.model, style)
            servers.append(stack.enter_context(other))
        measure_load(servers, options, rng)


if __name__ == "__main__":
    main()
