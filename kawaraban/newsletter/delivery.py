"""The outbox emptied: with few connections, at a steady rate, again where asked, never twice.

    deliver(store, mailing, press=press, readers=readers, server=server, limits=limits)
        → {"queued": 0, "sending": 0, "sent": 998, "retry": 0, "bounced": 2, "unknown": 0, …}

Each connection has a thread; they share one heap of letters, the first due on top. A run ends when
no letter waits, or when the server could not be reached for all its tries. What is still `queued`
or `retry` then goes out with the next run.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kawaraban.newsletter.letters import Press
from kawaraban.newsletter.recipients import Recipient
from kawaraban.newsletter.sending import Line, RefusedError, Reply, ServerError, SmtpServer
from kawaraban.newsletter.unsubscribe import token_for

if TYPE_CHECKING:
    from kawaraban.store import Letter, Mailing, Store
    from kawaraban.store.outbox import LetterState

MAX_PAUSE_S = 3600.0
_REFUSED_FROM_THE_START = 10
_RECONNECT_S = 30.0  # at most, before the next try to reach the server
_IDLE_S = 5.0  # a connection that would wait longer for the next letter is closed meanwhile

Progress = Callable[[int, int], None]  # settled, total


@dataclass(frozen=True, slots=True)
class Limits:
    """What the mail server is to be spared."""

    connections: int = 2
    rate_per_s: float = 5.0
    attempts: int = 6
    retry_s: float = 60.0

    def pause_s(self, attempts: int) -> float:
        """How long to wait after so many tries: doubling, an hour at most."""
        return min(self.retry_s * 2.0 ** max(attempts - 1, 0), MAX_PAUSE_S)


def deliver(
    store: Store,
    mailing: Mailing,
    *,
    press: Press,
    readers: Mapping[str, Recipient],
    server: SmtpServer,
    limits: Limits,
    secret: bytes,
    progress: Progress = lambda settled, total: None,
) -> dict[LetterState, int]:
    """Send what waits to those of `readers` (by key); gives the count of letters in each state.

    Only the holder of `store.sole_sender()` may call it. Raises ServerError or RefusedError when
    the server, not a letter, is the reason that letters are left.
    """
    now = datetime.now(UTC)
    store.recover(mailing, now=now)
    waiting = store.letters(mailing, states=("queued", "retry"))
    for letter in waiting:
        if letter.address not in readers:
            store.settle(letter, "withdrawn", reply="off the list", now=now, next_at=now)
    waiting = [letter for letter in waiting if letter.address in readers]
    run = _Run(store, press, readers, server, limits, secret, _Heap(waiting), progress)
    n_threads = min(limits.connections, len(waiting))
    if n_threads:
        with ThreadPoolExecutor(n_threads, thread_name_prefix="smtp") as pool:
            working = [pool.submit(run.work) for _ in range(n_threads)]
            try:
                failures = [future.exception() for future in working]
            except BaseException:
                run.heap.close()
                raise
        for failure in failures:
            if failure is not None:
                raise failure
    return store.count_letters(mailing)


class _Heap:
    """Letters by the moment when they are due; threads wait on it for the next."""

    def __init__(self, letters: Sequence[Letter]) -> None:
        self.total = len(letters)
        self.n_settled = 0
        self._items = [(letter.next_at, letter.address, 0, letter) for letter in letters]
        heapq.heapify(self._items)
        self._n_out = 0
        self._closed = False
        self._changed = threading.Condition()

    def take(self, *, before_wait: Callable[[float], None]) -> tuple[Letter, int] | None:
        """The next letter and this run's tries at it, when it is due; None when all is done."""
        while True:
            with self._changed:
                if self._closed or not (self._items or self._n_out):
                    return None
                wait_s = self._wait_s()
                if wait_s <= 0:
                    _, _, tries, letter = heapq.heappop(self._items)
                    self._n_out += 1
                    return letter, tries
            before_wait(wait_s)
            with self._changed:
                self._changed.wait(min(self._wait_s(), 60.0) if not self._closed else 0)

    def _wait_s(self) -> float:
        if not self._items:
            return MAX_PAUSE_S
        return (self._items[0][0] - datetime.now(UTC)).total_seconds()

    def settle(self) -> int:
        """One letter less to think of in this run."""
        with self._changed:
            self._n_out -= 1
            self.n_settled += 1
            self._changed.notify_all()
            return self.n_settled

    def put_back(self, letter: Letter, *, due: datetime, tries: int) -> None:
        with self._changed:
            self._n_out -= 1
            heapq.heappush(self._items, (due, letter.address, tries, letter))
            self._changed.notify_all()

    def pause(self, pause_s: float) -> None:
        """Wait, unless the run ends meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed, pause_s)

    def close(self) -> None:
        """No further letter goes out."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class _Pace:
    """At most so many letters a second over all threads."""

    def __init__(self, rate_per_s: float) -> None:
        self._gap_s = 1.0 / rate_per_s if rate_per_s > 0 else 0.0
        self._next = time.monotonic()
        self._lock = threading.Lock()

    def wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            mine = max(self._next, now)
            self._next = mine + self._gap_s
        if mine > now:
            time.sleep(mine - now)


@dataclass
class _Run:
    """What the threads share."""

    store: Store
    press: Press
    readers: Mapping[str, Recipient]
    server: SmtpServer
    limits: Limits
    secret: bytes
    heap: _Heap
    progress: Progress
    pace: _Pace = field(init=False)
    n_taken: int = 0
    n_refused: int = 0

    def __post_init__(self) -> None:
        self.pace = _Pace(self.limits.rate_per_s)

    def work(self) -> None:
        """One connection's share. Whatever ends it ends the run."""
        failed_in_a_row = 0
        try:
            with Line(self.server) as line:
                while taken := self.heap.take(before_wait=lambda s: _rest(line, s)):
                    letter, tries = taken
                    self.pace.wait()
                    try:
                        reply = self._send(line, letter)
                        failed_in_a_row = 0
                    except ServerError:
                        failed_in_a_row += 1
                        if failed_in_a_row >= self.limits.attempts:
                            raise
                        self.heap.put_back(letter, due=datetime.now(UTC), tries=tries)
                        self.heap.pause(min(self.limits.pause_s(failed_in_a_row), _RECONNECT_S))
                        continue
                    self._keep(letter, reply, tries + 1)
                    self._stop_if_all_are_refused(reply)
        except BaseException:
            self.heap.close()
            raise

    def _stop_if_all_are_refused(self, reply: Reply) -> None:
        """A server that takes nobody's letter has something against us, not against them."""
        self.n_taken += reply.state == "sent"
        self.n_refused += reply.state == "bounced"
        if self.n_refused >= _REFUSED_FROM_THE_START and not self.n_taken:
            raise RefusedError(
                f"the first {self.n_refused} letters were all refused, the last with {reply.text}; "
                "expected a server that relays for us; correct the KAWARABAN_SMTP_ settings, then "
                "`kawaraban newsletter resolve --bounced` and send again"
            )

    def _send(self, line: Line, letter: Letter) -> Reply:
        if not self.store.may_send(letter):
            return Reply("withdrawn", "")
        reader = self.readers[letter.address]
        token = token_for(self.secret, letter.list_name, letter.address)
        return line.send(
            self.press.letter(reader, token),
            sender=self.press.envelope_from,
            recipient=reader.address,
            before_dot=lambda: self.store.mark_sending(letter, now=datetime.now(UTC)),
        )

    def _keep(self, letter: Letter, reply: Reply, tries: int) -> None:
        """Write the outcome down; a letter that was put off waits for its next try."""
        now = datetime.now(UTC)
        due = now + timedelta(seconds=self.limits.pause_s(tries))
        self.store.settle(letter, reply.state, reply=reply.text, now=now, next_at=due)
        if reply.state == "retry" and tries < self.limits.attempts:
            self.heap.put_back(letter, due=due, tries=tries)
        else:
            self.progress(self.heap.settle(), self.heap.total)


def _rest(line: Line, wait_s: float) -> None:
    if wait_s > _IDLE_S:
        line.hang_up()
