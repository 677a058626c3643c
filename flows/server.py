"""A Prefect server for the length of one run, where the user has set up none.

Prefect's own ephemeral mode loses task records and gives up after 20 s on a slow machine; a started
server keeps the run's history and artifacts, which `prefect server start` shows later.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from kawaraban.errors import KawarabanError

STARTUP_TIMEOUT_S = 180.0


@contextmanager
def temporary_server(environ: dict[str, str]) -> Iterator[str]:
    """Start a server on a free loopback port; yields its API URL and stops it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "prefect", "server", "start"]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/api"
        _wait_until_healthy(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTUP_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise KawarabanError(
                f"the Prefect server ended at once with code {process.returncode}; "
                "run `prefect server start` to see why"
            )
        try:
            if httpx.get(f"{url}/health", timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise KawarabanError(
        f"the Prefect server was not healthy after {STARTUP_TIMEOUT_S:.0f} s; start one with "
        "`prefect server start` and set PREFECT_API_URL"
    )
