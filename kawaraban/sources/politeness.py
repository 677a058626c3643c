"""At most one request a host at a time, a pause between two, and `Retry-After` obeyed.

gate = HostGate(pause_s=1.0, max_wait_s=60.0, clock=time.monotonic, sleep=time.sleep)
with gate.turn("news.example"):
    ...                          # the only request to news.example at this moment
gate.hold("news.example", 30.0)  # the next turn comes in 30 s at the earliest
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kawaraban.errors import FetchError


@dataclass(slots=True)
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at_s: float = 0.0  # on the gate's clock


class HostGate:
    """Turns per host; shared by all threads of a fetcher."""

    def __init__(
        self,
        pause_s: float,
        max_wait_s: float,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._pause_s = pause_s
        self._max_wait_s = max_wait_s
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._slots: dict[str, _Slot] = {}

    def _slot(self, host: str) -> _Slot:
        with self._lock:
            return self._slots.setdefault(host, _Slot(free_at_s=self._clock()))

    @contextmanager
    def turn(self, host: str, pause_s: float = 0.0) -> Iterator[None]:
        """Wait for the host to be free, and keep it for the length of the block."""
        slot = self._slot(host)
        with slot.lock:
            wait_s = slot.free_at_s - self._clock()
            if wait_s > self._max_wait_s:
                raise FetchError(
                    f"{host} asks to wait {wait_s:.0f} s, more than {self._max_wait_s:.0f} s; "
                    "run again later"
                )
            if wait_s > 0:
                self._sleep(wait_s)
            try:
                yield
            finally:
                self._push(slot, max(self._pause_s, pause_s))

    def hold(self, host: str, wait_s: float) -> None:
        """No turn for the host before `wait_s` have passed."""
        self._push(self._slot(host), wait_s)

    def _push(self, slot: _Slot, wait_s: float) -> None:
        slot.free_at_s = max(slot.free_at_s, self._clock() + wait_s)


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait, from seconds or an HTTP date; None if it is neither."""
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)
