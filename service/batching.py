"""Sentences of many requests → full batches for the one translator, fairly.

Input:  requests that each want some sentences translated, from any thread.
Output: to each its translations, in order, as a `pipeline.Translator`.

    batcher = Batcher(Limits())
    translator = batcher.translator(engine, Ticket())
    translator.translate(["円は上昇した。"])       # waits for its turn; other threads do the same

One thread feeds the engine, or two: then one batch is checked while the next is decoded. Each takes
one sentence of every waiting request in turn, until its tokens are used up: a thousand sentences do
not hold up a single one. An idle engine starts at once; only between batches of a busy one are a
few milliseconds waited, for clients who just got their answers. A request that does not fit into
the queue is refused at once (`Overloaded`), and one whose client went away frees its place.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from kawaraban.errors import KawarabanError
from kawaraban.pipeline import Translator
from kawaraban.types import Translation

_TOKENS_PER_CHAR = 0.6  # of Japanese news in pieces of the embedded model
_TOKENS_PER_SENTENCE = 2
_FIRST_RATE_TOKENS_S = 1_000.0  # until the first batch was timed
_RATE_MEMORY = 0.8
_MAX_RETRY_AFTER_S = 60


class Overloaded(KawarabanError):
    """No place in the queue; come back after `retry_after_s`."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RequestTooLarge(KawarabanError):
    """One request wants more than the whole queue holds."""


class Cancelled(KawarabanError):
    """The client went away before its translations were made."""


class TimedOut(KawarabanError):
    """The translations were not made in the time a request may take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes of the queue. Tokens are estimated from characters."""

    batch_tokens: int = 1024
    batches_at_once: int = 1
    max_queue_tokens: int = 60_000
    window_s: float = 0.005
    timeout_s: float = 120.0


class _Job:
    """The sentences of one call, and what has become of them."""

    def __init__(self, engine: Translator, sentences: Sequence[str]) -> None:
        self.engine = engine
        self.sentences = sentences
        self.tokens = [estimate_tokens(sentence) for sentence in sentences]
        self.translations: list[Translation | None] = [None] * len(sentences)
        self.n_taken = 0
        self._n_left = len(sentences)
        self._lock = threading.Lock()  # its sentences may be in two batches at once
        self.error: Exception | None = None
        self.finished = threading.Event()

    @property
    def tokens_left(self) -> int:
        return sum(self.tokens[self.n_taken :])

    def put(self, index: int, translation: Translation) -> None:
        self.translations[index] = translation
        with self._lock:
            self._n_left -= 1
            if self._n_left == 0:
                self.finished.set()

    def fail(self, error: Exception) -> None:
        self.error = self.error or error
        self.finished.set()


_Place = tuple[_Job, int]  # a job and the index of one of its sentences


class Ticket:
    """One HTTP request's right to its places; cancelled when the client goes away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._held: list[tuple[Batcher, _Job]] = []

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def hold(self, batcher: Batcher, job: _Job) -> None:
        with self._lock:
            if self._cancelled:
                raise Cancelled("the client went away")
            self._held.append((batcher, job))

    def release(self, batcher: Batcher, job: _Job) -> None:
        with self._lock:
            self._held.remove((batcher, job))

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            held = list(self._held)
        for batcher, job in held:
            batcher.drop(job, Cancelled("the client went away"))


class Batcher:
    """The queue before the translator, and the threads that empty it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._queued_tokens = 0
        self._closing = False
        self._n_requests_last = 0
        self._ended_at = 0.0
        self._rate_tokens_s = _FIRST_RATE_TOKENS_S
        several = range(self._limits.batches_at_once)
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in several]
        for thread in self._threads:
            thread.start()

    @property
    def queued_tokens(self) -> int:
        """Tokens that wait for the translator."""
        return self._queued_tokens

    def translator(self, engine: Translator, ticket: Ticket) -> BatchedTranslator:
        """`engine` as one request sees it."""
        return BatchedTranslator(self, engine, ticket)

    def submit(self, job: _Job) -> None:
        """Puts a job in the queue as a whole, or refuses it at once."""
        limit = self._limits.max_queue_tokens
        n_tokens = job.tokens_left
        if n_tokens > limit:
            raise RequestTooLarge(
                f"found a request of about {n_tokens} tokens; expected at most {limit}; "
                "send it in parts"
            )
        with self._changed:
            if self._closing:
                raise Overloaded("the service is closing; try another", retry_after_s=1)
            if self._queued_tokens + n_tokens > limit:
                raise Overloaded(
                    f"found {self._queued_tokens} tokens waiting; expected room for {n_tokens} "
                    f"within {limit}; try again later",
                    retry_after_s=self._retry_after_s(n_tokens),
                )
            self._waiting.append(job)
            self._queued_tokens += n_tokens
            self._changed.notify_all()

    def drop(self, job: _Job, error: Exception) -> None:
        """Frees the places of a job; what is being translated of it is thrown away."""
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                self._queued_tokens -= job.tokens_left
        job.fail(error)

    def close(self) -> None:
        """Refuses new work, fails what waits, and ends the threads after their batches."""
        with self._changed:
            self._closing = True
            waiting = list(self._waiting)
            self._waiting.clear()
            self._queued_tokens = 0
            self._changed.notify_all()
        for job in waiting:
            job.fail(Overloaded("the service is closing; try another", retry_after_s=1))
        for thread in self._threads:
            thread.join()

    @property
    def timeout_s(self) -> float:
        return self._limits.timeout_s

    def _retry_after_s(self, n_tokens: int) -> int:
        seconds = (self._queued_tokens + n_tokens) / self._rate_tokens_s
        return min(_MAX_RETRY_AFTER_S, 1 + int(seconds))

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if self._closing:
                    return
                self._gather()
                places = self._take()
            if places:
                self._work(places)

    def _gather(self) -> None:
        """Between batches of several requests, wait a little for those who come back."""
        left_s = self._ended_at + self._limits.window_s - time.monotonic()
        if self._n_requests_last > 1 and left_s > 0:
            enough = self._limits.batch_tokens
            self._changed.wait_for(
                lambda: self._queued_tokens >= enough or self._closing, timeout=left_s
            )

    def _take(self) -> list[_Place]:
        """One sentence of each request in turn, all for the engine of the first."""
        places: list[_Place] = []
        others: list[_Job] = []
        n_tokens = 0
        engine = self._waiting[0].engine if self._waiting else None
        while self._waiting and n_tokens < self._limits.batch_tokens:
            job = self._waiting.popleft()
            if job.engine is not engine:
                others.append(job)
                continue
            n_tokens += job.tokens[job.n_taken]
            places.append((job, job.n_taken))
            job.n_taken += 1
            if job.n_taken < len(job.sentences):
                self._waiting.append(job)
        self._waiting.extendleft(reversed(others))
        self._queued_tokens -= n_tokens
        return places

    def _work(self, places: list[_Place]) -> None:
        started_at = time.monotonic()
        jobs = list(dict.fromkeys(job for job, _ in places))
        if len(jobs) == 1 or not self._translate(places):
            for job in jobs:  # one that fails does not fail the others
                self._translate([place for place in places if place[0] is job], last=True)
        self._ended_at = time.monotonic()
        self._n_requests_last = len(jobs)
        n_tokens = sum(job.tokens[index] for job, index in places)
        rate = n_tokens / max(self._ended_at - started_at, 1e-4)
        self._rate_tokens_s = _RATE_MEMORY * self._rate_tokens_s + (1 - _RATE_MEMORY) * rate

    def _translate(self, places: list[_Place], *, last: bool = False) -> bool:
        """Whether it went well; the last try gives its error to the jobs."""
        texts = [job.sentences[index] for job, index in places]
        try:
            translations = places[0][0].engine.translate(texts)
            for (job, index), translation in zip(places, translations, strict=True):
                job.put(index, translation)
        except Exception as error:  # entry point of the thread: whoever waits gets the error
            if last:
                for job, _ in places:
                    self.drop(job, error)
            return False
        return True


class BatchedTranslator:
    """A `pipeline.Translator` whose work is done in batches with that of other requests."""

    def __init__(self, batcher: Batcher, engine: Translator, ticket: Ticket) -> None:
        self._batcher = batcher
        self._engine = engine
        self._ticket = ticket

    @property
    def model(self) -> str:
        return self._engine.model

    def translate(self, sentences: Sequence[str]) -> list[Translation]:
        """Waits for its turn. Raises Overloaded, RequestTooLarge, Cancelled or TimedOut."""
        if not sentences:
            return []
        job = _Job(self._engine, sentences)
        self._ticket.hold(self._batcher, job)
        try:
            self._batcher.submit(job)
            if not job.finished.wait(self._batcher.timeout_s):
                self._batcher.drop(job, TimedOut("the translations took too long; try again later"))
        finally:
            self._ticket.release(self._batcher, job)
        if job.error is not None:
            raise job.error
        return [translation for translation in job.translations if translation is not None]


def estimate_tokens(sentence: str) -> int:
    """About how many pieces the translator will see; no tokenizer is asked."""
    return _TOKENS_PER_SENTENCE + int(_TOKENS_PER_CHAR * len(sentence))
