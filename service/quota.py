"""Characters translated per key and month, and where they end.

    meter = Meter(store)
    with meter.charge(key, 1200):    # QuotaExceeded if the key's limit does not allow it
        translate(…)
    meter.usage(key)                 → (1200, 500000)

A key with a limit is counted in the store at once, so that several services cannot overdraw it
together. Everybody else is counted here and written every second, or when somebody asks.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from kawaraban.store import ApiKey, Store
from service.errors import QuotaExceeded

UNLIMITED = 1_000_000_000_000  # what DeepL says of an account without limit
_WRITTEN_EVERY_S = 1.0


class Meter:
    """Counts characters; the month is the calendar's, in UTC."""

    def __init__(
        self, store: Store, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._pending: Counter[tuple[str, str]] = Counter()
        self._written_at = time.monotonic()

    @contextmanager
    def charge(self, key: ApiKey | None, n_characters: int) -> Iterator[None]:
        """Counts what is translated inside; what fails is not counted.

        Raises QuotaExceeded before anything is done.
        """
        now, limit = self._now(), key.character_limit if key else None
        if key is None or limit is None:
            yield
            self.add(key, n_characters)
            return
        if not self._store.add_characters(key.id, n_characters, month=_month(now), limit=limit):
            raise _exceeded(n_characters, limit, now)
        try:
            yield
        except BaseException:
            self._store.add_characters(key.id, -n_characters, month=_month(now))
            raise

    def check(self, key: ApiKey | None) -> None:
        """Raises QuotaExceeded if nothing is left; for work whose length shows afterwards."""
        now = self._now()
        if key is not None and key.character_limit is not None:
            found = self._store.count_characters(key.id, month=_month(now))
            if found >= key.character_limit:
                raise _exceeded(1, key.character_limit, now)

    def add(self, key: ApiKey | None, n_characters: int) -> None:
        """Counts what was translated, whatever the limit; at once where there is one."""
        if key is not None and key.character_limit is not None:
            self._store.add_characters(key.id, n_characters, month=_month(self._now()))
            return
        with self._lock:
            self._pending[key.id if key else "", _month(self._now())] += n_characters
            due = time.monotonic() - self._written_at >= _WRITTEN_EVERY_S
        if due:
            self.flush()

    def usage(self, key: ApiKey | None) -> tuple[int, int]:
        """Characters of this month, and how many there may be."""
        self.flush()
        limit = key.character_limit if key else None
        found = self._store.count_characters(key.id if key else "", month=_month(self._now()))
        return found, UNLIMITED if limit is None else limit

    def flush(self) -> None:
        """Writes what was counted here."""
        with self._lock:
            pending, self._pending = self._pending, Counter()
            self._written_at = time.monotonic()
        for (key_id, month), n_characters in pending.items():
            self._store.add_characters(key_id, n_characters, month=month)


def _month(now: datetime) -> str:
    return f"{now:%Y-%m}"


def _exceeded(n_characters: int, limit: int, now: datetime) -> QuotaExceeded:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = first.replace(year=now.year + now.month // 12, month=now.month % 12 + 1)
    return QuotaExceeded(
        f"found {n_characters} characters more; expected at most {limit} a month with this key; "
        "wait for the next month (UTC), or use another key",
        retry_after_s=int((following - now).total_seconds()) + 1,
    )
