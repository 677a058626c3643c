"""How many requests the service answers, and how fast, at 1, 8, 32 and 128 clients.

    python benchmarks/service_load.py                         # the embedded model, own server
    python benchmarks/service_load.py --seconds 20 --clients 1,8,32,128
    python benchmarks/service_load.py --libretranslate http://127.0.0.1:5000   # beside it

A server is started on the loopback as `kawaraban serve` does. Each of the clients, one asyncio task
with one connection, sends its next request when it has its answer. Every sentence is new, so that
the translation memory helps nobody. Two kinds of request: one sentence to /translate, and an
article of some twelve sentences to /v1/summarize. Printed for each: requests a second, the 50th,
95th and 99th percentile in milliseconds, answers that were 429 or 503, other errors, and the
server's resident memory.

LibreTranslate is measured with the sentences alone, in the same run and turn about. Install it into
its own environment, with an Argos package of the model (`kawaraban models` can add one):

    pip install libretranslate && libretranslate --load-only en,ja --threads 2
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

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


@dataclass
class Result:
    """What a number of clients saw."""

    durations_s: list[float] = field(default_factory=list)
    n_refused: int = 0
    n_failed: int = 0
    wall_s: float = 0.0

    def row(self, name: str, n_clients: int, memory_mb: float) -> str:
        found = sorted(self.durations_s)
        if not found:
            return f"| {name} | {n_clients} | 0 | | | | {self.n_refused} | {self.n_failed} | |"
        p50, p95, p99 = (1000 * found[min(len(found) - 1, int(q * len(found)))] for q in _QUANTILES)
        return (
            f"| {name} | {n_clients} | {len(found) / self.wall_s:.1f} | {p50:.0f} | {p95:.0f} "
            f"| {p99:.0f} | {self.n_refused} | {self.n_failed} | {memory_mb:.0f} |"
        )


_QUANTILES = (0.50, 0.95, 0.99)
HEADER = (
    "| request | clients | requests/s | p50 ms | p95 ms | p99 ms | 429/503 | errors | RSS MB |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


async def load(
    url: str, path: str, body: Callable[[], object], *, n_clients: int, seconds: float
) -> Result:
    """A closed loop of clients for some seconds; the last answers are waited for."""
    result = Result()
    started_at = time.perf_counter()
    until = started_at + seconds
    await asyncio.gather(*(_client(url, path, body, until, result) for _ in range(n_clients)))
    result.wall_s = time.perf_counter() - started_at
    return result


async def _client(
    url: str, path: str, body: Callable[[], object], until: float, result: Result
) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    while time.perf_counter() < until:
        started_at = time.perf_counter()
        try:
            status, retry_after_s = await _exchange(reader, writer, parts.netloc, path, body())
        except (OSError, asyncio.IncompleteReadError, ValueError):
            result.n_failed += 1
            writer.close()
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            continue
        if status == 200:
            result.durations_s.append(time.perf_counter() - started_at)
        elif status in (429, 503):
            result.n_refused += 1
            await asyncio.sleep(min(retry_after_s, max(0.0, until - time.perf_counter())))
        else:
            result.n_failed += 1
    writer.close()


async def _exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    host: str,
    path: str,
    body: object,
) -> tuple[int, float]:
    data = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    writer.write(head.encode() + data)
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
    headers = dict(line.partition(": ")[::2] for line in lines[1:])
    await reader.readexactly(int(headers["content-length"]))
    return int(lines[0].split()[1]), float(headers.get("retry-after", 0))


@contextmanager
def server(model: str) -> Iterator[tuple[str, int]]:
    """`kawaraban serve` on a free port with an empty home; its URL and process id."""
    with tempfile.TemporaryDirectory() as home, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        environ = os.environ | {"KAWARABAN_HOME": home, "KAWARABAN_TRANSLATION_MODEL": model}
        environ.setdefault("OMP_NUM_THREADS", "1")
        command = [sys.executable, "-m", "kawaraban", "serve", "--port", str(port)]
        process = subprocess.Popen(
            command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        url = f"http://127.0.0.1:{port}"
        try:
            wait_ready(url, process)
            yield url, process.pid
        finally:
            process.terminate()
            process.wait(30)


def wait_ready(url: str, process: subprocess.Popen[bytes], *, timeout_s: float = 180) -> None:
    until = time.monotonic() + timeout_s
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=30).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"{url}: not ready (exit code {process.poll()}); start it by hand to see why")


def memory_mb(pid: int) -> float:
    """Resident memory of a process, where /proc tells it."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float("nan")
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--clients", default="1,8,32,128")
    parser.add_argument("--model", default="", help="directory; default: the embedded one")
    parser.add_argument("--libretranslate", default="", help="URL of a running LibreTranslate")
    parser.add_argument("--kinds", default="sentence,article")
    args = parser.parse_args()
    rng = random.Random(1)

    def one_sentence() -> object:
        return {"q": sentence(rng), "source": "ja", "target": "en"}

    def one_article() -> object:
        return {"text": article(rng), "sentences": 3}

    kinds = {"sentence": ("/translate", one_sentence), "article": ("/v1/summarize", one_article)}
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}\n\n{HEADER}")
    with server(args.model) as (url, pid):
        for kind in args.kinds.split(","):
            path, body = kinds[kind]
            asyncio.run(load(url, path, body, n_clients=2, seconds=2))  # warm
            for n_clients in (int(part) for part in args.clients.split(",")):
                found = asyncio.run(
                    load(url, path, body, n_clients=n_clients, seconds=args.seconds)
                )
                print(found.row(kind, n_clients, memory_mb(pid)), flush=True)
                if args.libretranslate and kind == "sentence":
                    other = asyncio.run(
                        load(
                            args.libretranslate,
                            path,
                            body,
                            n_clients=n_clients,
                            seconds=args.seconds,
                        )
                    )
                    print(other.row("LibreTranslate", n_clients, float("nan")), flush=True)
    if not args.libretranslate:
        print("\nLibreTranslate was not measured: give its URL; the top of this file says how.")


if __name__ == "__main__":
    main()
