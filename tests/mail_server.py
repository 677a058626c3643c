"""A real SMTP server on loopback that does what a script says, and records what it has taken.

with MailServer({"a@example.com": ["451", "ok"]}) as server: …
server.taken → [("a@example.com", "<kawaraban.…@example.com>"), …]
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

# At RCPT: "451", "550", "421". While the body is awaited: "drop before dot".
# At the dot: "451 at dot", "550 at dot", "drop, taken", "drop, lost". Else: "ok".


class MailServer:
    """Each recipient has a list of behaviours, one for each attempt; then it is "ok"."""

    def __init__(
        self,
        script: Mapping[str, Sequence[str]] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        tls_from_start: bool = False,
        login: tuple[str, str] | None = None,
        refuse_sender: bool = False,
        dot_delay_s: float = 0.0,
    ) -> None:
        self.script = {address: list(steps) for address, steps in (script or {}).items()}
        self.taken: list[tuple[str, str]] = []
        self.messages: list[bytes] = []
        self.n_rcpt: Counter[str] = Counter()
        self.refuse_sender = refuse_sender
        self.dot_delay_s = dot_delay_s
        self.changed = threading.Condition()
        self.n_open = self.most_open = 0
        options: dict[str, Any] = {}
        self._login_required = login is not None
        self._tls = tls if tls_from_start else None
        starttls = tls is not None and not tls_from_start
        if starttls:
            options |= {"tls_context": tls, "require_starttls": True}
        if login is not None:
            options |= {
                "authenticator": lambda *args: _authenticate(login, args[-1]),
                "auth_require_tls": starttls,  # aiosmtpd does not see a wrapped socket
            }
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(self, *exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> int:
        self._server = await self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=self._tls)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def _protocol(self) -> SMTP:
        return _Server(self, hostname="mail.example", loop=self._loop, **self._options)

    async def _end(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def counts(self) -> Counter[str]:
        """How often each recipient's letter was taken."""
        return Counter(address for address, _ in self.taken)

    def wait_until_taken(self, count: int, *, timeout_s: float) -> bool:
        """Wait until so many letters were taken; False if they were not in time."""
        with self.changed:
            return self.changed.wait_for(lambda: len(self.taken) >= count, timeout_s)

    def next_step(self, address: str, *, at: str) -> str:
        """What to do now; the step is used up where it belongs."""
        steps = self.script.get(address, [])
        step = steps[0] if steps else "ok"
        place = "rcpt" if step.isdigit() else "data" if step == "drop before dot" else "dot"
        if steps and place == at:
            steps.pop(0)
        return step if place == at else "ok"

    # aiosmtpd's hooks

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._login_required and not session.authenticated:
            return "530 5.7.0 log in first"
        if self.refuse_sender:
            return f"553 5.1.8 <{address}>: sender refused"
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.n_rcpt[address] += 1
        step = self.next_step(address, at="rcpt")
        if step != "ok":
            return f"{step} {step[0]}.1.1 <{address}>: not now or never"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        step = self.next_step(address, at="dot")
        if step in ("451 at dot", "550 at dot"):
            return f"{step[:3]} {step[0]}.7.1 no"
        if step != "drop, lost":
            assert isinstance(envelope.content, bytes)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            with self.changed:
                self.taken.append((address, str(message["Message-ID"])))
                self.messages.append(envelope.content)
                self.changed.notify_all()
            await asyncio.sleep(self.dot_delay_s)
        if step.startswith("drop"):
            server.transport.abort()
        return "250 2.0.0 Ok: queued"


class _Server(SMTP):
    """Closes while the body is awaited, where the script says so; counts connections."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        own: MailServer = self.event_handler
        own.n_open += 1
        own.most_open = max(own.most_open, own.n_open)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.n_open -= 1
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:
        for address in self.envelope.rcpt_tos:
            if self.event_handler.next_step(address, at="data") != "ok":
                await self.push("354 go on")
                self.transport.abort()
                return
        await super().smtp_DATA(arg)


def _authenticate(login: tuple[str, str], data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    good = (data.login.decode(), data.password.decode()) == login
    return AuthResult(success=good, handled=good)
