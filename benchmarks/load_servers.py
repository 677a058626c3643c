"""Services on the loopback, started for a measurement: ours, and LibreTranslate with our model.

Input:  a model directory; for LibreTranslate the environment it is installed in.
Output: `Server`: where it listens, what memory and CPU time it and its children have taken.

LibreTranslate runs as its package starts it (waitress, 4 threads) or as its container does
(gunicorn, 4 processes, each replaced after 250 requests), with ja and en alone, without web page.
Memory and CPU time are read from /proc.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STYLES = ("waitress", "gunicorn")
# As LibreTranslate's own wsgi.py and gunicorn_conf.py do, which its package leaves out.
_WSGI = """
import sys
from libretranslate import flood, main, scheduler, secret, storage
from libretranslate.main import get_args

def on_starting(server):
    sys.argv = ["--wsgi"]
    args = get_args()
    storage.setup(args.shared_storage)
    for part in (scheduler, flood, secret):
        part.setup(args)

def app():
    sys.argv = ["--wsgi"]
    return main()
"""


@dataclass(frozen=True)
class Server:
    name: str
    url: str
    process: subprocess.Popen[bytes]

    def memory_mb(self) -> float:
        """Resident memory of the process and its children."""
        lines = (
            line
            for pid in _tree(self.process.pid)
            for line in _read(f"/proc/{pid}/status").splitlines()
            if line.startswith("VmRSS")
        )
        return sum(int(line.split()[1]) for line in lines) / 1024

    def cpu_s(self) -> float:
        """CPU time of the process and its children, also of those that ended."""
        ticks = 0
        for pid in _tree(self.process.pid):
            fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # own and waited-for, user and system
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def kawaraban(model: str) -> Iterator[Server]:
    """`kawaraban serve` with an empty home."""
    with tempfile.TemporaryDirectory() as home:
        environ = {"KAWARABAN_HOME": home, "KAWARABAN_TRANSLATION_MODEL": model}
        environ["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS", "1")
        port = _free_port()
        command = [sys.executable, "-m", "kawaraban", "serve", "--port", str(port)]
        with _running("kawaraban", command, environ, port, "/readyz") as server:
            yield server


@contextmanager
def libretranslate(environment: Path, model: str, style: str) -> Iterator[Server]:
    """LibreTranslate from `environment`, with our model through Argos."""
    binaries = environment / "bin"
    with tempfile.TemporaryDirectory() as folder:
        package = [str(binaries / "python"), str(ROOT / "benchmarks" / "argos_package.py"), folder]
        subprocess.run([*package, *(["--model", model] if model else [])], check=True, stdout=2)
        port = _free_port()
        environ = {"XDG_DATA_HOME": folder, "LT_LOAD_ONLY": "ja,en", "LT_DISABLE_WEB_UI": "true"}
        if style == "gunicorn":
            Path(folder, "started.py").write_text(_WSGI, encoding="utf-8")
            command = [str(binaries / "gunicorn"), "--chdir", folder, "-c", "python:started"]
            command += ["--workers", "4", "--max-requests", "250", "--timeout", "2400"]
            command += ["--bind", f"127.0.0.1:{port}", "started:app()"]
            environ["PYTHONPATH"] = folder
        else:
            command = [str(binaries / "libretranslate"), "--port", str(port)]
        with _running(f"LibreTranslate ({style})", command, environ, port, "/health") as server:
            yield server


@contextmanager
def _running(
    name: str, command: list[str], environ: dict[str, str], port: int, health: str
) -> Iterator[Server]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, env=os.environ | environ, stdout=log, stderr=log, start_new_session=True
        )
        try:
            server = Server(name, f"http://127.0.0.1:{port}", process)
            if not _ready(server, health):
                log.seek(0)
                raise SystemExit(f"{name} did not start:\n{log.read()[-3000:].decode()}")
            yield server
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _ready(server: Server, health: str, *, timeout_s: float = 240) -> bool:
    until = time.monotonic() + timeout_s
    while time.monotonic() < until and server.process.poll() is None:
        try:
            urllib.request.urlopen(server.url + health, timeout=60).close()
            return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _tree(pid: int) -> list[int]:
    children = _read(f"/proc/{pid}/task/{pid}/children").split()
    return [pid, *(below for child in children for below in _tree(int(child)))]


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
