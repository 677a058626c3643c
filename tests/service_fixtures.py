"""A service for tests: real engines of toy size, a fresh home, and a client on the loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import uvicorn
from fastapi.testclient import TestClient

from kawaraban.pipeline import Stages, load_stages
from kawaraban.settings import Settings
from kawaraban.store import Store
from service.app import create_app

LOCAL = "http://127.0.0.1:8000"


@cache
def shared_stages(model: Path) -> Stages:
    """The engines, loaded once for all tests; the summarizer and encoder are the real ones."""
    return load_stages(Settings(home=model / "home", translation_model=str(model), threads=1))


@contextmanager
def make_client(model: Path, home: Path, **settings: object) -> Iterator[TestClient]:
    """A client of an app over the shared engines and a database of its own."""
    made = Settings(home=home, translation_model=str(model), **settings)  # type: ignore[arg-type]
    with Store.open(made.store_url, home=home) as store:
        app = create_app(made, stages=shared_stages(model), store=store)
        with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
            yield client


@contextmanager
def run_server(
    model: Path, home: Path, *, stages: Stages | None = None, **settings: object
) -> Iterator[tuple[str, Store]]:
    """A real server on a free port of the loopback, its URL and its store."""
    made = Settings(home=home, translation_model=str(model), **settings)  # type: ignore[arg-type]
    with Store.open(made.store_url, home=home) as store:
        app = create_app(made, stages=stages or shared_stages(model), store=store)
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_keep_alive=1)
        server = uvicorn.Server(config)
        started = threading.Event()
        startup = server.startup

        async def startup_and_tell(sockets: list[socket.socket] | None = None) -> None:
            await startup(sockets)
            started.set()

        server.startup = startup_and_tell  # type: ignore[method-assign]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert started.wait(60)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", store
        server.should_exit = True
        thread.join(30)
        listener.close()
