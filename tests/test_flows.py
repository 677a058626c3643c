"""The scheduled face: the flow gives what the command gives, survives a kill, and takes a schedule.

One Prefect server, started for all tests, with its database in a temporary folder.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kawaraban.codec import from_json
from kawaraban.store.digests import digest_key
from kawaraban.types import Digest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "examples" / "pages"
RUN = [sys.executable, "-m", "kawaraban", "flows", "run", str(PAGES), "--day", "2026-11-26"]


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


SHOW = """
import json, sys, time
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter
with get_client(sync_client=True) as client:
    for name in sys.argv[1:]:
        found = client.read_deployment_by_name(name)
        schedules = [(s.schedule.cron, s.schedule.timezone, s.active) for s in found.schedules]
        this = DeploymentFilter(id={"any_": [found.id]})
        for _ in range(120):
            if runs := client.read_flow_runs(deployment_filter=this, limit=3):
                break
            time.sleep(1)
        minutes = sorted({r.expected_start_time.minute for r in runs})
        print(json.dumps([str(found.id), found.parameters, schedules, minutes]))
"""


def deploy(environ: dict[str, str], folder: Path, *options: str) -> dict[str, str]:
    """What the command says it made, started in `folder`."""
    done = subprocess.run(
        [sys.executable, "-m", "kawaraban", "flows", "deploy", str(PAGES), *options],
        cwd=folder,
        env={**with_home(environ, folder), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    made: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return made


@pytest.mark.timeout(300)
def test_deploy_when_called_twice_and_with_mail_then_one_deployment_of_each_with_its_schedule(
    prefect: dict[str, str], tmp_path: Path
) -> None:
    lists = tmp_path / "lists.yaml"
    lists.write_text("lists:\n- {name: desk, recipients: [a@example.com]}\n", encoding="utf-8")
    first, again = (deploy(prefect, tmp_path, "--cron", "5 6 * * *") for _ in range(2))
    assert first == again
    mail = deploy(prefect, tmp_path, "--cron", "7 6 * * *", "--mail", lists.name)
    assert [made["deployment"] for made in (first, mail)] == ["daily-digest/daily", "morning/daily"]
    shown = subprocess.run(
        [sys.executable, "-c", SHOW, first["deployment"], mail["deployment"]],
        env=prefect,
        capture_output=True,
        text=True,
        check=True,
    )
    sources = {"sources": [str(PAGES)]}
    assert [json.loads(line) for line in shown.stdout.splitlines()] == [
        [first["id"], sources, [["5 6 * * *", "Asia/Tokyo", True]], [5]],
        [mail["id"], sources | {"lists": str(lists)}, [["7 6 * * *", "Asia/Tokyo", True]], [7]],
    ]


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
