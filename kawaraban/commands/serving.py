"""`kawaraban serve`: the HTTP service and the reader."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from kawaraban.commands.console import tell
from kawaraban.settings import Settings


def serve(
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on.  [default: 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="TCP port.  [default: 8000]", min=1, max=65535)
    ] = None,
) -> None:
    """Start the HTTP service: one process, one translator, one encoder.

    On the loopback every program of this machine may use it; on any other address a request needs
    a key of `kawaraban keys create`.
    """
    import uvicorn

    from service.app import create_app
    from service.logs import configure

    settings = Settings.from_env()
    settings = replace(
        settings,
        service_host=host or settings.service_host,
        service_port=port or settings.service_port,
    )
    app = create_app(settings)
    configure()
    tell(f"serving on http://{settings.service_host}:{settings.service_port}")
    uvicorn.run(
        app,
        host=settings.service_host,
        port=settings.service_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
