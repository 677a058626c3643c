"""Sending against a real server that defers, refuses, and hangs up at the worst moment."""

from __future__ import annotations

import email
import email.policy
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mail_server import MailServer
from sample_digest import DAY, sample_digest

from kawaraban.errors import ExportError, StoreError, UsageError
from kawaraban.newsletter import delivery
from kawaraban.newsletter.mailing import (
    Job,
    is_complete,
    prepare,
    preview,
    queue_bounced,
    resolve,
    send,
    smtp_server,
)
from kawaraban.newsletter.recipients import MailingList, Recipient
from kawaraban.newsletter.sending import Line, RefusedError, ServerError
from kawaraban.newsletter.unsubscribe import SECRET, token_for
from kawaraban.settings import Settings
from kawaraban.store import Store

# What the server does at each attempt → state at the end, times taken, attempts.
COURSES = [
    (["ok"], "sent", 1),
    (["451", "ok"], "sent", 1),
    (["451", "451", "451", "451", "451"], "retry", 0),
    (["421", "ok"], "sent", 1),
    (["550"], "bounced", 0),
    (["451 at dot", "ok"], "sent", 1),
    (["550 at dot"], "bounced", 0),
    (["drop before dot", "ok"], "sent", 1),
    (["drop, taken"], "unknown", 1),
    (["drop, lost"], "unknown", 0),
]
READERS = tuple(Recipient(f"r{at}@example.com") for at in range(len(COURSES)))
DESK = MailingList("desk", READERS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}") as opened:
        opened.save_digest(sample_digest())
        yield opened


def settings_for(server: MailServer, **more: object) -> Settings:
    base = Settings(
        newsletter_sender="Kawaraban <news@example.com>",
        newsletter_url="https://news.example.com",
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        smtp_helo="desk.example",
        smtp_timeout_s=20.0,
        smtp_rate_per_s=0,
        smtp_attempts=4,
        smtp_retry_s=0.01,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def job_for(store: Store, settings: Settings, mailing_list: MailingList = DESK) -> Job:
    return prepare(store, mailing_list, day=DAY, settings=settings)


def states(store: Store, job: Job) -> dict[str, str]:
    return {letter.address: letter.state for letter in store.letters(job.mailing)}


def test_send_when_the_server_does_its_worst_then_nobody_gets_it_twice(store: Store) -> None:
    script = {reader.address: steps for reader, (steps, _, _) in zip(READERS, COURSES, strict=True)}
    with MailServer(script) as server:
        settings = settings_for(server)
        job = job_for(store, settings)
        counts = send(store, job, settings=settings)
        assert states(store, job) == {
            reader.address: state for reader, (_, state, _) in zip(READERS, COURSES, strict=True)
        }
        expected = {
            reader.address: n for reader, (_, _, n) in zip(READERS, COURSES, strict=True) if n
        }
        assert server.counts() == expected
        assert not is_complete(counts)
        assert server.most_open <= settings.smtp_connections

        # A second run takes up what was put off, and nothing else.
        again = send(store, job, settings=settings)
        assert again["sent"] == counts["sent"] + 1
        assert again["unknown"] == 2
        assert server.counts() == expected | {"r2@example.com": 1}

        # The operator looks into the server's log; then everybody has it once.
        log = "\n".join(f"queued message-id={message_id}" for _, message_id in server.taken)
        resolve(store, job.mailing, accepted_log=log)
        final = send(store, job, settings=settings)
        assert is_complete(final)
        bounced = {"r4@example.com", "r6@example.com"}
        assert server.counts() == {r.address: 1 for r in READERS if r.address not in bounced}


def test_replies_when_they_name_the_reader_then_the_address_is_left_out(store: Store) -> None:
    with MailServer({"r0@example.com": ["550"]}) as server:
        settings = settings_for(server)
        job = job_for(store, settings, MailingList("desk", READERS[:1]))
        send(store, job, settings=settings)
    (letter,) = store.letters(job.mailing)
    assert letter.reply == "550 5.1.1 <reader>: not now or never"


def test_letters_when_they_arrive_then_each_names_its_own_reader_and_token(store: Store) -> None:
    with MailServer() as server:
        settings = settings_for(server)
        readers = (Recipient("A.Tanaka@example.com", "田中, 花子"), Recipient("b@example.com"))
        job = job_for(store, settings, MailingList("desk", readers, title="半導体デスク"))
        send(store, job, settings=settings)
    secret = store.secret(SECRET)
    for raw in server.messages:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        (to,) = message["To"].addresses
        token = token_for(secret, "desk", to.addr_spec)
        url = f"https://news.example.com/newsletter/unsubscribe/{token}"
        assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw.replace(b"\n", b"\r\n").replace(
            b"\r\r", b"\r"
        )
        text, html = (part.get_content() for part in message.iter_parts())
        assert url in text
        assert f'href="{url}"' in html
        assert "unsubscribe.invalid" not in text + html
        assert message["List-Id"] == "半導体デスク <desk.example.com>"
    assert sorted(address for address, _ in server.taken) == [
        "A.Tanaka@example.com",
        "b@example.com",
    ]
    assert len({message_id for _, message_id in server.taken}) == 2


def test_send_when_a_reader_left_meanwhile_then_the_letter_is_withdrawn(store: Store) -> None:
    with MailServer({"r1@example.com": ["451"]}) as server:
        settings = settings_for(server, smtp_attempts=1)
        job = job_for(store, settings, MailingList("desk", READERS[:2]))
        send(store, job, settings=settings)
        token = token_for(store.secret(SECRET), "desk", "r1@example.com")
        assert store.leave(token, by="test", now=datetime.now(UTC)) == "desk"
        counts = send(store, job, settings=settings)
    assert server.counts() == {"r0@example.com": 1}
    assert counts["withdrawn"] == 1
    assert is_complete(counts)


def test_send_when_a_reader_leaves_between_body_and_dot_then_it_is_not_taken(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_for(store.secret(SECRET), "desk", "r0@example.com")
    real = Store.mark_sending

    def leaving(self: Store, letter: object, *, now: datetime) -> bool:
        self.leave(token, by="test", now=now)
        return real(self, letter, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "mark_sending", leaving)
    with MailServer() as server:
        settings = settings_for(server)
        job = job_for(store, settings, MailingList("desk", READERS[:1]))
        counts = send(store, job, settings=settings)
    assert server.taken == []
    assert counts["withdrawn"] == 1


def test_send_when_a_reader_was_taken_off_the_list_then_the_letter_is_withdrawn(
    store: Store,
) -> None:
    with MailServer({"r1@example.com": ["451"]}) as server:
        settings = settings_for(server, smtp_attempts=1)
        send(store, job_for(store, settings, MailingList("desk", READERS[:2])), settings=settings)
        shorter = job_for(store, settings, MailingList("desk", READERS[:1]))
        counts = send(store, shorter, settings=settings)
    assert (counts["sent"], counts["withdrawn"]) == (1, 1)
    assert server.counts() == {"r0@example.com": 1}


def test_send_when_the_digest_was_made_again_then_the_mailing_keeps_the_first(store: Store) -> None:
    with MailServer({"r1@example.com": ["451"]}) as server:
        settings = settings_for(server, smtp_attempts=1)
        send(store, job_for(store, settings), settings=settings)
        first = server.messages[0]
        base = sample_digest()
        newer = replace(base, stories=base.stories[:1], created_at=datetime.now(UTC), brief=())
        store.save_digest(newer)
        send(store, job_for(store, settings), settings=settings)
    assert max(server.counts().values()) == 1
    subjects = {
        email.message_from_bytes(raw, policy=email.policy.default)["Date"]
        for raw in server.messages
    }
    assert len(subjects) == 1
    assert len(server.messages) == len(READERS)
    assert first in server.messages


def test_send_when_the_program_names_digests_otherwise_since_then_the_mailing_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer({"r1@example.com": ["451"]}) as server:
        settings = settings_for(server, smtp_attempts=1)
        send(store, job_for(store, settings, MailingList("desk", READERS[:2])), settings=settings)
        for module in ("kawaraban.codec", "kawaraban.newsletter.letters", "kawaraban.export.email"):
            monkeypatch.setattr(f"{module}.digest_key", lambda digest: "0" * 64)
        send(store, job_for(store, settings, MailingList("desk", READERS[:2])), settings=settings)
    assert server.counts() == {"r0@example.com": 1, "r1@example.com": 1}


def test_send_when_the_sender_is_refused_then_no_letter_is_at_fault(store: Store) -> None:
    with MailServer(refuse_sender=True) as server:
        settings = settings_for(server)
        job = job_for(store, settings)
        with pytest.raises(RefusedError, match=r"refused the sender: 553 .*NEWSLETTER_SENDER"):
            send(store, job, settings=settings)
    assert set(states(store, job).values()) == {"queued"}


def test_send_when_everybody_is_refused_then_the_run_stops_and_may_be_repeated(
    store: Store,
) -> None:
    many = MailingList("desk", tuple(Recipient(f"m{at}@example.com") for at in range(30)))
    with MailServer({reader.address: ["550"] for reader in many.recipients}) as server:
        settings = settings_for(server)
        job = job_for(store, settings, many)
        with pytest.raises(RefusedError, match=r"first 1\d letters were all refused.*550 5\.1\.1"):
            send(store, job, settings=settings)
        assert 10 <= store.count_letters(job.mailing)["bounced"] <= 12
        server.script.clear()
        queue_bounced(store, job.mailing)
        assert is_complete(send(store, job, settings=settings))
    assert server.counts() == {reader.address: 1 for reader in many.recipients}


def test_send_when_no_server_listens_then_letters_wait_and_the_error_says_where(
    store: Store,
) -> None:
    with MailServer() as server:
        settings = settings_for(server, smtp_attempts=2)
    job = job_for(store, settings)
    with pytest.raises(ServerError, match=r"127\.0\.0\.1:\d+: found ConnectionRefusedError"):
        send(store, job, settings=settings)
    assert set(states(store, job).values()) == {"queued"}


def test_send_when_another_run_sends_then_it_is_refused(store: Store, tmp_path: Path) -> None:
    with MailServer() as server, Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}") as other:
        settings = settings_for(server)
        job = job_for(store, settings)
        with other.sole_sender(), pytest.raises(StoreError, match="sent by another run"):
            send(store, job, settings=settings)
        send(store, job, settings=settings)
    assert max(server.counts().values()) == 1


def test_send_when_a_check_fails_then_nothing_goes_out(store: Store) -> None:
    base = sample_digest()
    wrong = base.stories[0].entries[0].sentences[0]
    number = replace(wrong.translation.numbers[0], verdict="wrong")
    sentence = replace(wrong, translation=replace(wrong.translation, numbers=(number,), flags=()))
    entry = replace(base.stories[0].entries[0], sentences=(sentence,))
    store.save_digest(
        replace(
            base,
            stories=(replace(base.stories[0], entries=(entry,)),),
            brief=(),
            created_at=datetime.now(UTC),
        )
    )
    with MailServer() as server:
        settings = settings_for(server)
        job = job_for(store, settings)
        with pytest.raises(ExportError, match=r"checks failed: numbers: .* not marked"):
            send(store, job, settings=settings)
    assert server.taken == []
    assert store.letters(job.mailing) == []


def test_preview_says_who_would_get_what_and_changes_nothing(store: Store) -> None:
    with MailServer() as server:
        settings = settings_for(server)
        job = job_for(store, settings)
        records = list(preview(store, job))
        assert [record["to"] for record in records] == [r.address for r in READERS]
        assert {record["action"] for record in records} == {"send"}
        assert store.letters(job.mailing) == []
        send(store, job, settings=settings)
        assert {record["action"] for record in preview(store, job)} == {"nothing"}
        ids = {record["message_id"] for record in records}
    assert ids == {message_id for _, message_id in server.taken}


def test_rate_when_limited_then_letters_keep_their_distance(store: Store) -> None:
    with MailServer() as server:
        settings = settings_for(server, smtp_rate_per_s=20.0, smtp_connections=4)
        job = job_for(store, settings)
        started = time.monotonic()
        send(store, job, settings=settings)
        assert time.monotonic() - started >= (len(READERS) - 1) / 20.0
    assert len(server.taken) == len(READERS)


def test_line_when_the_server_ended_an_idle_connection_then_it_calls_again_at_once() -> None:
    with MailServer() as server, Line(smtp_server(settings_for(server))) as line:
        for recipient in ("a@example.com", "b@example.com"):
            reply = line.send(
                b"Subject: x\r\n\r\n.dot\r\n",
                sender="news@example.com",
                recipient=recipient,
                before_dot=lambda: True,
            )
            assert reply.state == "sent"
            assert line._smtp is not None
            assert line._smtp.sock is not None
            line._smtp.sock.shutdown(2)
    assert server.counts() == {"a@example.com": 1, "b@example.com": 1}
    assert server.messages[0].endswith(b"\r\n.dot\r\n")


def make_authority(folder: Path, name: str) -> Path:
    """A certificate authority of its own with a certificate for localhost; gives its file."""
    new = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    files = (*("-nodes", "-days", "2"), *("-keyout", f"{name}.key", "-out", f"{name}.pem"))
    usage = ("-addext", "keyUsage=critical,keyCertSign,digitalSignature")
    names = ("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    subprocess.run(
        [*new, *files, *usage, *names, "-subj", f"/CN={name}"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder / f"{name}.pem"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_login_when_the_authority_is_known_then_letters_go_out_else_none(
    store: Store, tmp_path: Path, security: str
) -> None:
    known, unknown = (make_authority(tmp_path, name) for name in ("known", "unknown"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(known, known.with_suffix(".key"))
    login = ("desk", "s3cret")
    with MailServer(tls=context, tls_from_start=security == "tls", login=login) as server:
        good = settings_for(
            server,
            smtp_security=security,
            smtp_user="desk",
            smtp_password="s3cret",
            smtp_ca_file=str(known),
        )
        job = job_for(store, good)
        for ca_file in ("", str(unknown)):
            with pytest.raises(RefusedError, match=f"certificate.*expected {security} .*CA_FILE"):
                send(store, job, settings=replace(good, smtp_ca_file=ca_file))
        with pytest.raises(RefusedError, match="SMTP_PASSWORD") as refused:
            send(store, job, settings=replace(good, smtp_password="wrong"))
        assert "s3cret" not in str(refused.value)
        assert "s3cret" not in repr(good)
        assert server.taken == []
        assert send(store, job, settings=good)["sent"] == len(READERS)


def test_tls_when_the_server_speaks_in_the_clear_first_then_says_what_was_expected(
    store: Store,
) -> None:
    with MailServer() as server:
        settings = settings_for(server, smtp_security="tls")
        with pytest.raises(RefusedError, match=r"SSLError.*expected tls .*SMTP_SECURITY"):
            send(store, job_for(store, settings), settings=settings)
    assert server.taken == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"smtp_security": "ssl"}, "expected starttls, tls, none"),
        ({"smtp_user": "desk"}, "in the clear"),
        ({"smtp_host": "mail.example"}, "another machine"),
    ],
)
def test_smtp_server_when_a_secret_would_travel_in_the_clear_then_it_is_refused(
    change: dict[str, str], reason: str
) -> None:
    settings = replace(Settings(smtp_security="none"), **change)
    with pytest.raises(UsageError, match=reason):
        smtp_server(settings)


def test_pauses_double_up_to_an_hour() -> None:
    limits = delivery.Limits(retry_s=60.0)
    assert [limits.pause_s(n) for n in (1, 2, 3, 12)] == [60.0, 120.0, 240.0, 3600.0]
