"""Fairness, bounds and cancellation of the batching queue, with a translator that is a gate."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from kawaraban.errors import TranslationError
from kawaraban.types import Translation
from service.batching import (
    Batcher,
    Cancelled,
    Limits,
    Overloaded,
    RequestTooLarge,
    Ticket,
    TimedOut,
    estimate_tokens,
)

SENTENCE = "円は上昇した。"
TOKENS = estimate_tokens(SENTENCE)


class GatedTranslator:
    """Upper-cases; waits at the gate before each batch and notes what it got."""

    model = "gated@1"

    def __init__(self, *, is_open: bool = True) -> None:
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.batches: list[list[str]] = []
        if is_open:
            self.gate.set()

    def translate(self, sentences: Sequence[str]) -> list[Translation]:
        self.batches.append(list(sentences))
        self.entered.set()
        assert self.gate.wait(20)
        if "bad" in sentences:
            raise TranslationError("found bad; expected good; send another")
        return [Translation(ja, ja.upper(), -0.1, self.model) for ja in sentences]


@pytest.fixture
def pool() -> ThreadPoolExecutor:
    with ThreadPoolExecutor(32) as pool:
        yield pool


def wait_queued(batcher: Batcher, n_tokens: int) -> None:
    done = threading.Event()
    for _ in range(4000):
        if batcher.queued_tokens == n_tokens:
            return
        done.wait(0.005)
    raise AssertionError(f"{batcher.queued_tokens} tokens wait, not {n_tokens}")


def numbered(name: str, n_sentences: int) -> list[str]:
    return [f"{name}{i:04d}" for i in range(n_sentences)]


def test_batcher_when_many_requests_wait_then_each_gets_its_own_in_order(
    pool: ThreadPoolExecutor,
) -> None:
    engine = GatedTranslator(is_open=False)
    batcher = Batcher(Limits(batch_tokens=50))
    wanted = [numbered(f"r{i}-", 1 + 7 * i % 13) for i in range(20)]
    futures = [
        pool.submit(batcher.translator(engine, Ticket()).translate, texts) for texts in wanted
    ]
    engine.gate.set()
    found = [[t.en for t in future.result(20)] for future in futures]
    batcher.close()
    assert found == [[text.upper() for text in texts] for texts in wanted]


def test_batcher_when_a_large_request_waits_then_a_small_one_is_in_the_next_batch(
    pool: ThreadPoolExecutor,
) -> None:
    engine = GatedTranslator(is_open=False)
    batcher = Batcher(Limits(batch_tokens=100))
    large = pool.submit(batcher.translator(engine, Ticket()).translate, numbered("large", 1000))
    assert engine.entered.wait(20)
    n_queued = batcher.queued_tokens
    small = pool.submit(batcher.translator(engine, Ticket()).translate, ["small"])
    wait_queued(batcher, n_queued + estimate_tokens("small"))
    engine.gate.set()
    assert small.result(20)[0].en == "SMALL"
    assert len(large.result(20)) == 1000
    batcher.close()
    assert "small" in engine.batches[1]
    tokens = [sum(estimate_tokens(text) for text in batch) for batch in engine.batches]
    assert max(tokens) <= 100 + estimate_tokens("large0000")


def test_batcher_when_requests_wait_together_then_they_share_a_batch(
    pool: ThreadPoolExecutor,
) -> None:
    engine = GatedTranslator(is_open=False)
    batcher = Batcher()
    first = pool.submit(batcher.translator(engine, Ticket()).translate, [SENTENCE])
    assert engine.entered.wait(20)
    others = [
        pool.submit(batcher.translator(engine, Ticket()).translate, [SENTENCE]) for _ in range(30)
    ]
    wait_queued(batcher, 30 * TOKENS)
    engine.gate.set()
    assert all(future.result(20) for future in [first, *others])
    batcher.close()
    assert [len(batch) for batch in engine.batches] == [1, 30]


def test_batcher_when_engines_differ_then_no_batch_mixes_them(pool: ThreadPoolExecutor) -> None:
    blocker, plain, glossed = GatedTranslator(is_open=False), GatedTranslator(), GatedTranslator()
    batcher = Batcher()
    first = pool.submit(batcher.translator(blocker, Ticket()).translate, [SENTENCE])
    assert blocker.entered.wait(20)
    futures = [
        pool.submit(batcher.translator(engine, Ticket()).translate, numbered(name, 5))
        for name, engine in (("a", plain), ("b", glossed), ("c", plain))
    ]
    wait_queued(batcher, 15 * estimate_tokens("a0000"))
    blocker.gate.set()
    assert all(future.result(20) for future in [first, *futures])
    batcher.close()
    assert {text[0] for batch in plain.batches for text in batch} == {"a", "c"}
    assert {text[0] for batch in glossed.batches for text in batch} == {"b"}


def test_batcher_when_the_queue_is_full_then_refuses_at_once_and_says_when(
    pool: ThreadPoolExecutor,
) -> None:
    engine = GatedTranslator(is_open=False)
    batcher = Batcher(Limits(max_queue_tokens=10 * TOKENS))
    first = pool.submit(batcher.translator(engine, Ticket()).translate, [SENTENCE])
    assert engine.entered.wait(20)
    second = pool.submit(batcher.translator(engine, Ticket()).translate, [SENTENCE] * 10)
    wait_queued(batcher, 10 * TOKENS)
    with pytest.raises(Overloaded, match="try again later") as refused:
        batcher.translator(engine, Ticket()).translate([SENTENCE])
    assert 1 <= refused.value.retry_after_s <= 60
    with pytest.raises(RequestTooLarge, match="in parts"):
        batcher.translator(engine, Ticket()).translate([SENTENCE] * 11)
    engine.gate.set()
    assert len(first.result(20)) == 1
    assert len(second.result(20)) == 10
    batcher.close()


def test_batcher_when_a_client_goes_away_then_its_place_is_free(pool: ThreadPoolExecutor) -> None:
    engine = GatedTranslator(is_open=False)
    batcher = Batcher(Limits(max_queue_tokens=10 * TOKENS))
    first = pool.submit(batcher.translator(engine, Ticket()).translate, [SENTENCE])
    assert engine.entered.wait(20)
    ticket = Ticket()
    gone = pool.submit(batcher.translator(engine, ticket).translate, [SENTENCE] * 10)
    wait_queued(batcher, 10 * TOKENS)
    ticket.cancel()
    with pytest.raises(Cancelled):
        gone.result(20)
    assert batcher.queued_tokens == 0
    with pytest.raises(Cancelled):
        batcher.translator(engine, ticket).translate([SENTENCE])
    engine.gate.set()
    assert first.result(20)
    batcher.close()
    assert engine.batches == [[SENTENCE]]


def test_batcher_when_one_request_fails_then_its_neighbours_do_not(
    pool: ThreadPoolExecutor,
) -> None:
    engine = GatedTranslator(is_open=False)
    batcher = Batcher()
    first = pool.submit(batcher.translator(engine, Ticket()).translate, [SENTENCE])
    assert engine.entered.wait(20)
    bad = pool.submit(batcher.translator(engine, Ticket()).translate, ["bad"])
    good = pool.submit(batcher.translator(engine, Ticket()).translate, ["good"])
    wait_queued(batcher, estimate_tokens("bad") + estimate_tokens("good"))
    engine.gate.set()
    assert first.result(20)
    with pytest.raises(TranslationError, match="found bad"):
        bad.result(20)
    assert good.result(20)[0].en == "GOOD"
    batcher.close()


def test_batcher_when_the_engine_hangs_then_the_request_ends_in_time() -> None:
    engine = GatedTranslator(is_open=False)
    batcher = Batcher(Limits(timeout_s=0.05))
    with pytest.raises(TimedOut):
        batcher.translator(engine, Ticket()).translate([SENTENCE])
    engine.gate.set()
    batcher.close()


def test_batcher_when_closed_then_whoever_waits_is_told(pool: ThreadPoolExecutor) -> None:
    engine = GatedTranslator(is_open=False)
    batcher = Batcher()
    first = pool.submit(batcher.translator(engine, Ticket()).translate, [SENTENCE])
    assert engine.entered.wait(20)
    second = pool.submit(batcher.translator(engine, Ticket()).translate, [SENTENCE])
    wait_queued(batcher, TOKENS)
    closing = pool.submit(batcher.close)
    with pytest.raises(Overloaded, match="closing"):
        second.result(20)
    engine.gate.set()
    assert first.result(20)
    closing.result(20)
    with pytest.raises(Overloaded, match="closing"):
        batcher.translator(engine, Ticket()).translate([SENTENCE])


@pytest.mark.parametrize("n_at_once", [1, 2])
def test_batcher_when_batches_may_overlap_then_so_many_are_in_the_engine(
    pool: ThreadPoolExecutor, n_at_once: int
) -> None:
    engine = GatedTranslator(is_open=False)
    batcher = Batcher(Limits(batch_tokens=TOKENS, batches_at_once=n_at_once))
    texts = numbered("a", 40)
    future = pool.submit(batcher.translator(engine, Ticket()).translate, texts)
    n_left = len(texts) - n_at_once * len(range(0, TOKENS, estimate_tokens(texts[0])))
    wait_queued(batcher, n_left * estimate_tokens(texts[0]))
    engine.gate.set()
    assert [translation.ja for translation in future.result(20)] == texts
    assert sorted(text for batch in engine.batches for text in batch) == texts
    batcher.close()
