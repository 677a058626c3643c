"""One list's mail of one day, from the stored digest to the outbox emptied.

    job = prepare(store, mailing_list, day=day, settings=settings)
    check(job)                        → []   or what speaks against sending
    preview(store, job)               → who would get what
    send(store, job, settings=settings) → {"sent": 998, "bounced": 2, …}

A mailing keeps the digest with which it began: a digest made again later the same day is not sent
to those who had the first, and a run that goes on after a crash sends what the first one did.

An address that the server refused (5xx at RCPT, not for a policy) is not tried again by itself on
the days after: its letter is `bounced` from the start, without an attempt and with the server's
answer of that day, until `queue_bounced` lets it go out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from kawaraban.errors import ExportError, UsageError
from kawaraban.newsletter.checks import Problem, check_message
from kawaraban.newsletter.delivery import Limits, Progress, deliver
from kawaraban.newsletter.letters import Press
from kawaraban.newsletter.recipients import MailingList, Recipient
from kawaraban.newsletter.sending import Security, SmtpServer, refuses_reader
from kawaraban.newsletter.unsubscribe import SECRET, token_for
from kawaraban.settings import Settings

if TYPE_CHECKING:
    from kawaraban.store import Letter, Mailing, Store
    from kawaraban.store.outbox import LetterState

    Counts = dict[LetterState, int]

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ID = re.compile(r"<kawaraban\.[0-9a-f]{32}@[A-Za-z0-9.-]+>")


@dataclass(frozen=True, slots=True)
class Job:
    """A mailing ready to be looked at or sent."""

    mailing: Mailing
    mailing_list: MailingList
    press: Press

    @property
    def readers(self) -> dict[str, Recipient]:
        return {reader.key: reader for reader in self.mailing_list.recipients}


def lists_file(settings: Settings, named: Path | None = None) -> Path:
    """The file of the lists: named, or the setting, or `lists.yaml` under the home."""
    return named or (Path(settings.lists) if settings.lists else settings.home / "lists.yaml")


def prepare(store: Store, mailing_list: MailingList, *, day: date, settings: Settings) -> Job:
    """Render the mail of a list. Raises UsageError when there is no digest of that day."""
    from kawaraban.store import Mailing

    mailing = Mailing(mailing_list.name, day)
    # The key under which it is stored: computed anew it would differ after an upgrade.
    newest = next((info.key for info in store.list_digests() if info.day == day), None)
    key = store.mailing_digest(mailing) or newest
    digest = store.get_digest(day, key=key)
    if digest is None or key is None:
        raise UsageError(
            f"no digest of {day.isoformat()} in the store; make one with "
            f"`kawaraban digest SOURCE... --day {day.isoformat()}`"
        )
    press = Press.of(
        digest,
        mailing_list,
        key=key,
        sender=settings.newsletter_sender,
        base_url=settings.newsletter_url,
    )
    return Job(mailing, mailing_list, press)


def check(job: Job) -> list[Problem]:
    """What speaks against sending, found on the letter to the first reader."""
    reader = job.mailing_list.recipients[0]
    return check_message(job.press.letter(reader, "a" * 32), job.press.digest)


def preview(store: Store, job: Job) -> Iterator[dict[str, Any]]:
    """For each reader: what a run would do, and with which message. Writes nothing."""
    gone = store.departed(job.mailing.list_name)
    refused = _refused_before(store, job.mailing)
    known = {letter.address: letter for letter in store.letters(job.mailing)}
    n_bytes = len(job.press.letter(job.mailing_list.recipients[0], "a" * 32))
    for key, reader in job.readers.items():
        letter = known.get(key)
        yield {
            "list": job.mailing.list_name,
            "day": job.mailing.day.isoformat(),
            "to": reader.header,
            "action": _action(letter, left=key in gone, refused=key in refused),
            "state": letter.state if letter else "new",
            "subject": job.press.parts.subject,
            "edition": job.mailing_list.edition,
            "message_id": job.press.message_id(reader),
            "bytes": n_bytes,
        }


def send(
    store: Store,
    job: Job,
    *,
    settings: Settings,
    progress: Progress = lambda settled, total: None,
) -> Counts:
    """Check, fill the outbox and empty it. Raises ExportError when a check fails or it stops."""
    server, limits = smtp_server(settings), _limits(settings)
    if problems := check(job):
        found = "; ".join(f"{problem.check}: {problem.found}" for problem in problems[:5])
        raise ExportError(
            f"the mail of list {job.mailing.list_name} was not sent, {len(problems)} checks "
            f"failed: {found}; see `kawaraban newsletter check`"
        )
    with store.sole_sender():
        now = datetime.now(UTC)
        key = store.open_mailing(job.mailing, digest_key=job.press.parts.key, now=now)
        if key != job.press.parts.key:
            raise ExportError("another run began this mailing with another digest; run it again")
        secret = store.secret(SECRET)
        _fill_outbox(store, job, secret=secret, now=now)
        return deliver(
            store,
            job.mailing,
            press=job.press,
            readers=job.readers,
            server=server,
            limits=limits,
            secret=secret,
            progress=progress,
        )


def resolve(store: Store, mailing: Mailing, *, accepted_log: str | None) -> Counts:
    """Decide about `unknown` letters from the mail server's own log.

    With the text of the log, those whose Message-ID it names were sent, and the others wait again;
    without one (None), all of them wait again: the operator takes the risk of a second copy.
    """
    with store.sole_sender():
        now = datetime.now(UTC)
        store.recover(mailing, now=now)
        if accepted_log is not None:
            taken = set(_ID.findall(accepted_log))
            for letter in store.letters(mailing, states=("unknown",)):
                if letter.message_id in taken:
                    store.settle(
                        letter, "sent", reply="named in the server's log", now=now, next_at=now
                    )
        store.queue_again(mailing, "unknown", now=now)
        return store.count_letters(mailing)


def queue_bounced(store: Store, mailing: Mailing) -> Counts:
    """Let refused letters go out again, once what the server had against them is corrected."""
    with store.sole_sender():
        store.queue_again(mailing, "bounced", now=datetime.now(UTC))
        return store.count_letters(mailing)


def count_withheld(store: Store, mailing: Mailing) -> int:
    """How many letters were not tried because an earlier one to the address was refused."""
    return sum(letter.attempts == 0 for letter in store.letters(mailing, states=("bounced",)))


def counts_record(mailing: Mailing, counts: Counts) -> dict[str, Any]:
    """What became of a mailing, for programs; no address in it."""
    day = mailing.day.isoformat()
    return {"list": mailing.list_name, "day": day} | {str(s): n for s, n in counts.items()}


def letter_record(letter: Letter) -> dict[str, Any]:
    """A letter for the operator; the only output that names addresses beside the preview."""
    return {
        "list": letter.list_name,
        "day": letter.day.isoformat(),
        "to": letter.recipient,
        "state": letter.state,
        "attempts": letter.attempts,
        "reply": letter.reply,
        "message_id": letter.message_id,
        "changed_at": letter.changed_at.isoformat(),
    }


def is_complete(counts: Mapping[Any, Any]) -> bool:
    """Whether nothing of a mailing is left to do or to decide."""
    return not any(counts[state] for state in ("queued", "sending", "retry", "unknown"))


def smtp_server(settings: Settings) -> SmtpServer:
    """The mail server of the settings; refuses to send a password in the clear."""
    if settings.smtp_security not in get_args(Security):
        raise UsageError(
            f"KAWARABAN_SMTP_SECURITY={settings.smtp_security!r}: expected "
            f"{', '.join(get_args(Security))}"
        )
    if settings.smtp_security == "none" and settings.smtp_user:
        raise UsageError(
            "KAWARABAN_SMTP_USER is set and KAWARABAN_SMTP_SECURITY is none: the password would "
            "travel in the clear; use starttls or tls"
        )
    if settings.smtp_security == "none" and settings.smtp_host not in _LOOPBACK:
        raise UsageError(
            f"KAWARABAN_SMTP_SECURITY is none and {settings.smtp_host} is another machine; use "
            "starttls or tls, or a mail server on this one"
        )
    return SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,  # type: ignore[arg-type]
        user=settings.smtp_user,
        password=settings.smtp_password,
        ca_file=settings.smtp_ca_file,
        helo=settings.smtp_helo,
        timeout_s=settings.smtp_timeout_s,
    )


def _limits(settings: Settings) -> Limits:
    for name in ("smtp_connections", "smtp_attempts"):
        if getattr(settings, name) < 1:
            raise UsageError(f"KAWARABAN_{name.upper()}: expected a whole number from 1")
    return Limits(
        connections=settings.smtp_connections,
        rate_per_s=settings.smtp_rate_per_s,
        attempts=settings.smtp_attempts,
        retry_s=settings.smtp_retry_s,
    )


def _action(letter: Letter | None, *, left: bool, refused: bool) -> str:
    if letter is not None and letter.state not in ("queued", "retry"):
        return "nothing"
    if left:
        return "withdraw"
    return "withhold" if letter is None and refused else "send"


def _fill_outbox(store: Store, job: Job, *, secret: bytes, now: datetime) -> None:
    """A letter for every reader who has not left, where there is none yet."""
    gone, refused = store.departed(job.mailing.list_name), _refused_before(store, job.mailing)
    letters = [_letter(job, reader, now) for key, reader in job.readers.items() if key not in gone]
    letters = [
        replace(letter, state="bounced", reply=refused[letter.address])
        if letter.address in refused
        else letter
        for letter in letters
    ]
    tokens = [token_for(secret, letter.list_name, letter.address) for letter in letters]
    store.enqueue(letters, tokens=tokens)


def _refused_before(store: Store, mailing: Mailing) -> dict[str, str]:
    """Addresses refused on an earlier day, each with the server's answer."""
    letters = store.bounced_before(mailing)
    return {letter.address: letter.reply for letter in letters if refuses_reader(letter.reply)}


def _letter(job: Job, reader: Recipient, now: datetime) -> Letter:
    from kawaraban.store import Letter

    return Letter(
        list_name=job.mailing.list_name,
        day=job.mailing.day,
        address=reader.key,
        recipient=reader.header,
        message_id=job.press.message_id(reader),
        state="queued",
        attempts=0,
        next_at=now,
        changed_at=now,
    )
