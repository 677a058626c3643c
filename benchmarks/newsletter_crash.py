"""Kill the newsletter while it sends, start it again, and count at the mail server.

    python benchmarks/newsletter_crash.py --readers 1000 --kills 10

A real SMTP server on loopback records each letter that it takes. `kawaraban newsletter send` is a
process of its own and is killed (SIGKILL) at random letters and random moments after them; then it
is started again. At the end the letters whose fate nobody can know (killed between the final dot
and its answer) are counted, decided from the server's own record as `newsletter resolve` does, and
sent. Every reader must then have exactly one letter, and nobody ever had two.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from mail_server import MailServer  # noqa: E402
from sample_digest import DAY, sample_digest  # noqa: E402

from kawaraban.newsletter.mailing import resolve  # noqa: E402
from kawaraban.store import Mailing, Store  # noqa: E402

MAILING = Mailing("crash", DAY)


@dataclass
class Outcome:
    """What the server's record says."""

    n_readers: int
    n_kills: int
    connections: int
    most_copies: int = 0
    n_without: int = 0  # readers without a letter before the operator decides
    n_unknown: int = 0
    n_unknown_taken: int = 0
    n_without_at_end: int = 0
    most_copies_at_end: int = 0
    kill_after: list[int] = field(default_factory=list)
    duration_s: float = 0.0


def crash_run(
    folder: Path,
    *,
    n_readers: int,
    n_kills: int,
    seed: int,
    connections: int = 4,
    kill: signal.Signals = signal.SIGKILL,
) -> Outcome:
    """One mailing with its kills; the store and the list lie in `folder`."""
    rng = random.Random(seed)
    with _store(folder) as store:
        store.save_digest(sample_digest())
    readers = [f"reader{at}@example.com" for at in range(n_readers)]
    lists = {"lists": [{"name": MAILING.list_name, "recipients": readers}]}
    (folder / "lists.yaml").write_text(json.dumps(lists))
    outcome = Outcome(n_readers, n_kills, connections)
    outcome.kill_after = sorted(rng.sample(range(1, n_readers - connections), n_kills))
    started = time.monotonic()
    with MailServer(dot_delay_s=0.01) as server:
        environ = _environ(folder, server.port, connections)
        for n_taken in outcome.kill_after:
            _send_and_kill(environ, server, n_taken, after_s=rng.uniform(0, 0.08), kill=kill)
        _send(environ)
        counts = server.counts()
        with _store(folder) as store:
            unknown = store.letters(MAILING, states=("unknown",))
        outcome.most_copies = max(counts.values())
        outcome.n_without = n_readers - len(counts)
        outcome.n_unknown = len(unknown)
        outcome.n_unknown_taken = sum(counts[letter.address] for letter in unknown)
        if unknown:  # what an operator does: hand over the server's record, and send the rest
            taken = "".join(f"taken {message_id}\n" for _, message_id in server.taken)
            with _store(folder) as store:
                resolve(store, MAILING, accepted_log=taken)
            _send(environ)
        outcome.most_copies_at_end = max(server.counts().values())
        outcome.n_without_at_end = n_readers - len(server.counts())
    outcome.duration_s = round(time.monotonic() - started, 1)
    return outcome


def _environ(folder: Path, port: int, connections: int) -> dict[str, str]:
    return os.environ | {
        "KAWARABAN_HOME": str(folder),
        "KAWARABAN_NEWSLETTER_SENDER": "Kawaraban <news@example.com>",
        "KAWARABAN_NEWSLETTER_URL": "https://news.example.com",
        "KAWARABAN_SMTP_PORT": str(port),
        "KAWARABAN_SMTP_SECURITY": "none",
        "KAWARABAN_SMTP_HELO": "desk.example",
        "KAWARABAN_SMTP_RATE_PER_S": "0",
        "KAWARABAN_SMTP_CONNECTIONS": str(connections),
    }


def _store(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder / 'kawaraban.db'}", home=folder)


def _command() -> list[str]:
    options = ["--list", MAILING.list_name, "--day", DAY.isoformat()]
    return [sys.executable, "-m", "kawaraban", "newsletter", "send", *options]


def _send_and_kill(
    environ: dict[str, str],
    server: MailServer,
    n_taken: int,
    *,
    after_s: float,
    kill: signal.Signals,
) -> None:
    """Send until the server has taken so many in all, wait a moment more, and kill."""
    process = subprocess.Popen(_command(), env=environ, stdout=subprocess.DEVNULL)
    try:
        if not server.wait_until_taken(n_taken, timeout_s=120):
            raise RuntimeError(f"the server took {len(server.taken)} of {n_taken} letters")
        time.sleep(after_s)
    finally:
        process.send_signal(kill)
        process.wait()


def _send(environ: dict[str, str]) -> None:
    done = subprocess.run(_command(), env=environ, capture_output=True, text=True)
    if done.returncode not in (0, 1) or not done.stdout:
        raise RuntimeError(f"newsletter send ended with {done.returncode}: {done.stderr}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connections", type=int, default=4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = crash_run(
            Path(folder),
            n_readers=arguments.readers,
            n_kills=arguments.kills,
            seed=arguments.seed,
            connections=arguments.connections,
        )
    print(json.dumps(vars(outcome)))
    good = outcome.most_copies_at_end == 1 and outcome.n_without_at_end == 0
    return 0 if good and outcome.most_copies == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
