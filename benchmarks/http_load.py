"""Clients of an HTTP service: closed loop, open loop, or so many requests; what they saw.

Input:  a URL, a path, and a function that makes the next body.
Output: `Seen`: how long answers and refusals took, and what went wrong.

    seen = asyncio.run(closed_loop(url, "/translate", body, n_clients=8, seconds=5))
    seen.requests_per_s, seen.milliseconds(0.95)

In a closed loop each client sends its next request when it has its answer; in an open loop requests
come at a rate, whether the service keeps up or not. Each client is one asyncio task with one
connection, which it opens again where the server closes it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

Body = Callable[[], object]
REFUSALS = (429, 503)


@dataclass
class Seen:
    """What a number of clients saw; two of the same kind add up."""

    answers_s: list[float] = field(default_factory=list)
    refusals_s: list[float] = field(default_factory=list)
    n_failed: int = 0  # neither 200 nor refused
    n_unanswered: int = 0  # given up when the time was long over
    wall_s: float = 0.0

    def __add__(self, other: Seen) -> Seen:
        return Seen(
            self.answers_s + other.answers_s,
            self.refusals_s + other.refusals_s,
            self.n_failed + other.n_failed,
            self.n_unanswered + other.n_unanswered,
            self.wall_s + other.wall_s,
        )

    @property
    def requests_per_s(self) -> float:
        return len(self.answers_s) / self.wall_s if self.wall_s else 0.0

    def milliseconds(self, share: float, *, refused: bool = False) -> float:
        """The percentile of the answers, or of the refusals; NaN if there were none."""
        found = sorted(self.refusals_s if refused else self.answers_s)
        return 1000 * found[min(len(found) - 1, int(share * len(found)))] if found else float("nan")


class Connection:
    """One connection to the service, opened when it is needed."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, path: str, body: object) -> tuple[int, float]:
        """The answer's status and its Retry-After in seconds."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        reader, writer = self._streams
        data = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._parts.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        writer.write(head.encode() + data)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.partition(": ")[::2] for line in lines[1:])
        await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            self.close()
        return int(lines[0].split()[1]), float(headers.get("retry-after", 0))

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _request(connection: Connection, path: str, body: object, seen: Seen) -> float:
    """Sends one request and notes how it went; returns for how long the service wants no other."""
    started_at = time.perf_counter()
    try:
        status, retry_after_s = await connection.send(path, body)
    except asyncio.CancelledError:
        seen.n_unanswered += 1
        raise
    except (OSError, asyncio.IncompleteReadError, ValueError, KeyError):
        seen.n_failed += 1
        connection.close()
        return 0.0
    took_s = time.perf_counter() - started_at
    if status == 200:
        seen.answers_s.append(took_s)
    elif status in REFUSALS:
        seen.refusals_s.append(took_s)
        return retry_after_s
    else:
        seen.n_failed += 1
    return 0.0


async def _finish(seen: Seen, clients: list[Awaitable[None]], limit_s: float) -> Seen:
    started_at = time.perf_counter()
    tasks = [asyncio.ensure_future(client) for client in clients]
    _, late = await asyncio.wait(tasks, timeout=limit_s)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    seen.wall_s = time.perf_counter() - started_at
    return seen


async def closed_loop(
    url: str, path: str, body: Body, *, n_clients: int, seconds: float, patience_s: float = 60.0
) -> Seen:
    """Clients that ask for some seconds; their last answers are waited for, with patience."""
    seen = Seen()
    until = time.perf_counter() + seconds

    async def client() -> None:
        connection = Connection(url)
        while (left_s := until - time.perf_counter()) > 0:
            await asyncio.sleep(min(left_s, await _request(connection, path, body(), seen)))
        connection.close()

    return await _finish(seen, [client() for _ in range(n_clients)], seconds + patience_s)


async def open_loop(url: str, path: str, body: Body, *, per_s: float, seconds: float) -> Seen:
    """Requests at a rate, each on a connection of its own, without asking again after a refusal."""
    seen = Seen()

    async def client(number: int) -> None:
        await asyncio.sleep(number / per_s)
        connection = Connection(url)
        await _request(connection, path, body(), seen)
        connection.close()

    clients = [client(number) for number in range(int(per_s * seconds))]
    return await _finish(seen, list(clients), seconds + 60.0)


async def fixed_count(url: str, path: str, body: Body, *, n_clients: int, n_requests: int) -> Seen:
    """So many requests, however long they take."""
    seen = Seen()
    numbers = count()

    async def client() -> None:
        connection = Connection(url)
        while next(numbers) < n_requests:
            await asyncio.sleep(await _request(connection, path, body(), seen))
        connection.close()

    return await _finish(seen, [client() for _ in range(n_clients)], 3600.0)
