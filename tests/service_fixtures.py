"""A service for tests: real engines of toy size, a fresh home, and a client on the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from fastapi.testclient import TestClient

from kawaraban.artifacts import embedded
from kawaraban.embedding import OnnxEncoder
from kawaraban.pipeline import Encoder, Stages, load_stages
from kawaraban.settings import Settings
from kawaraban.store import Store
from service.app import create_app

LOCAL = "http://127.0.0.1:8000"


@cache
def shared_stages(model: Path) -> Stages:
    """The engines, loaded once for all tests; the summarizer and encoder are the real ones."""
    return load_stages(Settings(translation_model=str(model), threads=1))


def encoder() -> Encoder:
    return OnnxEncoder(embedded("sentence-encoder"), threads=1)


@contextmanager
def make_client(model: Path, home: Path, **settings: object) -> Iterator[TestClient]:
    """A client of an app over the shared engines and a database of its own."""
    made = Settings(home=home, translation_model=str(model), **settings)  # type: ignore[arg-type]
    with Store.open(made.store_url, home=home) as store:
        app = create_app(made, stages=shared_stages(model), store=store)
        with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
            yield client
