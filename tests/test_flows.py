"""The scheduled face: the flow gives what the command gives, survives a kill, and takes a schedule.

One Prefect server, started for this file, with its database in a temporary folder.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.server import temporary_server
from kawaraban.codec import from_json
from kawaraban.store.digests import digest_key
from kawaraban.types import Digest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "examples" / "pages"
RUN = [sys.executable, "-m", "kawaraban", "flows", "run", str(PAGES), "--day", "2026-11-26"]


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment of a process that talks to a fresh server."""
    home = tmp_path_factory.mktemp("prefect")
    environ = {"PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "ERROR"}
    with temporary_server(environ) as url:
        yield {**os.environ, **environ, "PREFECT_API_URL": url, "OMP_NUM_THREADS": "1"}


def with_home(environ: dict[str, str], home: Path) -> dict[str, str]:
    return {**environ, "KAWARABAN_HOME": str(home), "KAWARABAN_ARTICLES_PER_BATCH": "1"}


def read_digest(output: str) -> Digest:
    path = json.loads(output.splitlines()[-1])["files"]["json"]
    return from_json(Digest, Path(path).read_text(encoding="utf-8"))


def n_remembered(home: Path) -> int:
    if not (home / "kawaraban.db").exists():
        return 0
    with sqlite3.connect(f"file:{home / 'kawaraban.db'}?mode=ro", uri=True) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM translations").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


@pytest.mark.timeout(600)
def test_run_when_killed_and_started_again_then_same_digest_and_nothing_done_twice(
    prefect: dict[str, str], tmp_path: Path
) -> None:
    whole = subprocess.run(
        RUN, env=with_home(prefect, tmp_path / "whole"), capture_output=True, text=True, check=True
    )
    expected = read_digest(whole.stdout)

    killed_home = tmp_path / "killed"
    killed = subprocess.Popen(
        RUN,
        env=with_home(prefect, killed_home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while killed.poll() is None and n_remembered(killed_home) == 0:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    before = n_remembered(killed_home)
    assert 0 < before < n_remembered(tmp_path / "whole"), "killed too late to show anything"
    with sqlite3.connect(killed_home / "kawaraban.db") as connection:
        rows = set(connection.execute("SELECT * FROM translations"))

    again = subprocess.run(
        RUN, env=with_home(prefect, killed_home), capture_output=True, text=True, check=True
    )
    assert digest_key(read_digest(again.stdout)) == digest_key(expected)
    with sqlite3.connect(killed_home / "kawaraban.db") as connection:
        assert rows <= set(connection.execute("SELECT * FROM translations"))
    assert n_remembered(killed_home) == n_remembered(tmp_path / "whole")


@pytest.mark.timeout(300)
def test_deploy_when_called_twice_then_one_deployment_with_its_schedule(
    prefect: dict[str, str], tmp_path: Path
) -> None:
    command = [
        sys.executable,
        "-m",
        "kawaraban",
        "flows",
        "deploy",
        str(PAGES),
        "--cron",
        "5 6 * * *",
    ]
    ids = {
        json.loads(
            subprocess.run(
                command,
                env=with_home(prefect, tmp_path),
                capture_output=True,
                text=True,
                check=True,
            ).stdout.splitlines()[-1]
        )["id"]
        for _ in range(2)
    }
    assert len(ids) == 1
    show = "from prefect.client.orchestration import get_client as g; import json, time\n" + (
        "with g(sync_client=True) as c:\n"
        "    d = c.read_deployment_by_name('daily-digest/daily')\n"
        "    print(json.dumps([d.parameters, [[s.schedule.cron, s.schedule.timezone, s.active]"
        " for s in d.schedules]]))\n"
        "    for _ in range(120):\n"
        "        runs = [r for r in c.read_flow_runs(limit=9) if r.deployment_id == d.id]\n"
        "        if runs: break\n"
        "        time.sleep(1)\n"
        "    print(json.dumps([r.expected_start_time.minute for r in runs]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", show], env=prefect, capture_output=True, text=True, check=True
    )
    parameters, schedules = json.loads(done.stdout.splitlines()[-2])
    assert parameters == {"sources": [str(PAGES)]}
    assert schedules == [["5 6 * * *", "Asia/Tokyo", True]]
    planned = json.loads(done.stdout.splitlines()[-1])
    assert planned and set(planned) == {5}, "the server planned no run from the schedule"


def test_deploy_when_no_server_is_named_then_says_what_to_do(tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "kawaraban", "flows", "deploy", str(PAGES)],
        env={**environ, "KAWARABAN_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "prefect server start" in done.stderr
