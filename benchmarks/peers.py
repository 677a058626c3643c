"""A peer of the translator in a process and an environment of its own, for measurements in turns.

with Peer("argos", Path("ENV"), Path("models/ja-en"), threads=2) as peer:
    peer.run(["政府は発表した。"])      # Seconds(wall=0.02, cpu=0.03)
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

ROOT = Path(__file__).resolve().parent.parent


class Seconds(NamedTuple):
    wall: float
    cpu: float


class Peer:
    """speed_peer.py, waiting for work."""

    def __init__(self, name: str, environment: Path, model: Path, *, threads: int) -> None:
        python = environment / "bin" / "python"
        self._name = name
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.speed_peer", name, model.resolve(), str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def run(self, work: object) -> Seconds:
        """The time that the peer took for it, as it says itself."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("found no pipes; expected those that were asked for")
        stdin.write(json.dumps(work) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise SystemExit(f"{self._name}: found no answer; its error stands above")
        return Seconds(*json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)
