"""Figures for Prometheus. Labels are operation and status alone: no address, key or URL."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """One registry per app, so that two apps in one process do not add up."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "kawaraban_requests",
            "Requests answered.",
            ("operation", "status"),
            registry=self._registry,
        )
        self.durations = Histogram(
            "kawaraban_request_duration_seconds",
            "From the first byte of a request to the last of its answer.",
            ("operation",),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self.sentences = Counter(
            "kawaraban_sentences", "Sentences translated or remembered.", registry=self._registry
        )
        self.flagged = Counter(
            "kawaraban_flagged_sentences", "Of these, with a flag.", registry=self._registry
        )
        self.in_flight = Gauge(
            "kawaraban_requests_in_flight", "Requests being answered.", registry=self._registry
        )

    def watch(self, name: str, text: str, read: Callable[[], float]) -> None:
        """A gauge that is read when asked for."""
        Gauge(name, text, registry=self._registry).set_function(read)

    def render(self) -> bytes:
        return generate_latest(self._registry)
