"""`kawaraban serve`: the HTTP service and the reader."""

from __future__ import annotations

from typing import Annotated

import typer

from kawaraban.settings import Settings


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="TCP port.", min=1, max=65535)] = 8000,
) -> None:
    """Start the HTTP service: one process, one translator, one encoder."""
    import uvicorn

    from service.app import create_app

    uvicorn.run(create_app(Settings.from_env()), host=host, port=port, log_level="warning")
