"""One connection to the mail server, with the final dot as a step of its own. Only user of SMTP.

    with Line(server) as line:
        line.send(message, sender="news@example.com", recipient="a@example.com", before_dot=mark)
        → Reply("sent", "250 2.0.0 Ok: queued as 4XyZ")

A server may deliver a message only after the line with the single dot (RFC 5321, 4.1.1.4). So the
message goes out without it, `before_dot` keeps that the next step is the one that counts, and only
then comes the dot. Whatever fails before leaves the letter unsent for certain; so does a connection
that turns out to be closed when the dot is to be written. What fails between the dot and its answer
leaves it `unknown`: SMTP has no way to ask.
"""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from kawaraban.errors import ExportError

Security = Literal["starttls", "tls", "none"]
State = Literal["sent", "retry", "bounced", "unknown", "withdrawn"]

_DOT_AT_LINE_START = re.compile(rb"(?m)^\.")
_REPLY_CHARS = 200
_SERVICE_CLOSES = 421
_BROKEN = (smtplib.SMTPServerDisconnected, OSError)


class ServerError(ExportError):
    """The server cannot be reached, or takes nothing at the moment; no letter is at fault."""


class RefusedError(ExportError):
    """The server refuses this sender, user or certificate: no letter can go out."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over, and how."""

    host: str
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""  # PEM of an own certificate authority; empty: those of the system
    helo: str = ""  # name to greet with; empty: that of this machine
    timeout_s: float = 60.0
    dot_timeout_s: float = 600.0  # RFC 5321, 4.5.3.2.6: a server may think that long


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a letter, and the server's words about it without the address."""

    state: State
    text: str


class Line:
    """A connection that is opened when it is needed and again when it broke."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """Say goodbye if the server still listens."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._drop()
        self._smtp = None

    def send(
        self, message: bytes, *, sender: str, recipient: str, before_dot: Callable[[], bool]
    ) -> Reply:
        """Hand one letter over; ServerError and RefusedError say that no letter is at fault.

        `before_dot` is called when the dot is all that is missing; False takes the letter back.
        """
        used_before = self._smtp is not None
        try:
            return self._hand_over(message, sender, recipient, before_dot)
        except _Closed as closed:
            self._drop()
            if not (used_before and closed.at_start):
                return Reply("retry", closed.text)
        # A server may end a connection that has been idle or has carried enough letters.
        try:
            return self._hand_over(message, sender, recipient, before_dot)
        except _Closed as closed:
            self._drop()
            return Reply("retry", closed.text)

    def _hand_over(
        self, message: bytes, sender: str, recipient: str, before_dot: Callable[[], bool]
    ) -> Reply:
        smtp = self._open()
        code, answer = _ask(lambda: smtp.mail(sender), at_start=True)
        if 500 <= code < 600:
            raise RefusedError(
                f"the mail server refused the sender: {_words(code, answer, recipient)}; expected "
                "one that it accepts; correct KAWARABAN_NEWSLETTER_SENDER"
            )
        if code // 100 == 2:
            code, answer = _ask(lambda: smtp.rcpt(recipient))
            if code // 100 != 2:
                return self._refused(code, answer, recipient, at_rcpt=True)
            code, answer = _ask(lambda: smtp.docmd("DATA"))
        if code != 354:
            return self._refused(code, answer, recipient)
        self._say(smtp, _stuffed(message))
        try:
            if not before_dot():
                self._drop()  # without the dot the server forgets the letter
                return Reply("withdrawn", "")
            return self._finish(smtp, recipient)
        except BaseException:
            self._drop()
            raise

    def _say(self, smtp: smtplib.SMTP, message: bytes) -> None:
        try:
            smtp.send(message)
        except _BROKEN as error:
            raise _Closed(f"the connection ended: {_named(error)}", at_start=False) from None

    def _finish(self, smtp: smtplib.SMTP, recipient: str) -> Reply:
        """The dot, and the server's answer to it."""
        if smtp.sock is None or select.select([smtp.sock], [], [], 0)[0]:
            return self._spoke_early(smtp, recipient)
        try:
            smtp.sock.settimeout(self._server.dot_timeout_s)
            smtp.sock.sendall(b".\r\n")
        except ConnectionError as error:
            self._drop()
            return Reply("retry", f"the connection ended before the final dot: {_named(error)}")
        except OSError as error:
            self._drop()
            return Reply("unknown", f"the final dot could not be written: {_named(error)}")
        try:
            code, answer = smtp.getreply()
        except _BROKEN as error:
            self._drop()
            return Reply("unknown", f"no answer to the final dot: {_named(error)}")
        if code // 100 == 2:
            smtp.sock.settimeout(self._server.timeout_s)
            return Reply("sent", _words(code, answer, recipient))
        if code // 100 in (4, 5):
            return self._refused(code, answer, recipient)
        self._drop()
        return Reply("unknown", _words(code, answer, recipient))

    def _spoke_early(self, smtp: smtplib.SMTP, recipient: str) -> Reply:
        """The server closed, or answered, before it could have had the whole letter."""
        try:
            code, answer = smtp.getreply()
        except _BROKEN as error:
            return Reply("retry", f"the connection ended before the final dot: {_named(error)}")
        finally:
            self._drop()
        return _refusal(code, answer, recipient)

    def _refused(self, code: int, answer: bytes, recipient: str, *, at_rcpt: bool = False) -> Reply:
        try:
            if code == _SERVICE_CLOSES or self._smtp is None or self._smtp.rset()[0] != 250:
                self._drop()
        except (smtplib.SMTPException, OSError):
            self._drop()
        return _refusal(code, answer, recipient, at_rcpt=at_rcpt)

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = _connect(self._server)
            except smtplib.SMTPAuthenticationError as error:
                if error.smtp_code // 100 == 4:
                    raise ServerError(_cannot(self._server, error)) from None
                raise RefusedError(
                    f"{self._server.host}: refused the user or password ({error.smtp_code}); "
                    "correct KAWARABAN_SMTP_USER and KAWARABAN_SMTP_PASSWORD"
                ) from None
            except (ssl.SSLError, smtplib.SMTPNotSupportedError) as error:
                raise RefusedError(
                    f"{self._server.host}:{self._server.port}: found {_named(error)}; expected "
                    f"{self._server.security} and a certificate that is trusted; see "
                    "KAWARABAN_SMTP_SECURITY and KAWARABAN_SMTP_CA_FILE"
                ) from None
            except (smtplib.SMTPException, OSError) as error:
                raise ServerError(_cannot(self._server, error)) from None
        return self._smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


class _Closed(Exception):
    """The connection ended before the dot; `at_start`: before anything of a letter was said."""

    def __init__(self, text: str, *, at_start: bool) -> None:
        super().__init__(text)
        self.text = text
        self.at_start = at_start


def _ask(step: Callable[[], tuple[int, bytes]], *, at_start: bool = False) -> tuple[int, bytes]:
    try:
        code, answer = step()
    except _BROKEN as error:
        raise _Closed(f"the connection ended: {_named(error)}", at_start=at_start) from None
    if code == _SERVICE_CLOSES and at_start:
        raise _Closed("421 the server closes the connection", at_start=True)
    return code, answer


def _connect(server: SmtpServer) -> smtplib.SMTP:
    """Connected, encrypted as asked, logged in."""
    context = ssl.create_default_context(cafile=server.ca_file or None)
    helo = server.helo or None
    smtp: smtplib.SMTP
    if server.security == "tls":
        smtp = smtplib.SMTP_SSL(
            server.host, server.port, helo, timeout=server.timeout_s, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, helo, timeout=server.timeout_s)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
        smtp.ehlo_or_helo_if_needed()
        if smtp.sock is not None:  # the dot must not wait for the answer to what went before it
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _stuffed(message: bytes) -> bytes:
    """The message as DATA carries it: dots doubled, ending in a line end."""
    stuffed = _DOT_AT_LINE_START.sub(b"..", message)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def refuses_reader(reply: str) -> bool:
    """Whether the text of a `bounced` reply is about the address, not the mail or the sender."""
    return bool(re.match(r"5\d\d\b(?! 5\.7\.)", reply))  # X.7.X: policy (RFC 3463)


def _refusal(code: int, answer: bytes, recipient: str, *, at_rcpt: bool = False) -> Reply:
    words = _words(code, answer, recipient)
    if not 500 <= code < 600:
        return Reply("retry", words)
    return Reply("bounced", words if at_rcpt else f"mail refused: {words}")


def _words(code: int, answer: bytes, recipient: str) -> str:
    """The server's answer in one line, the reader's address left out."""
    text = answer.decode("ascii", "replace")
    text = re.sub(f"<?{re.escape(recipient)}>?", "<reader>", text, flags=re.IGNORECASE)
    text = re.sub(r"<?[^\s<>]+@[^\s<>]+>?", "<reader>", text)
    return " ".join(f"{code} {text}".split())[:_REPLY_CHARS]


def _cannot(server: SmtpServer, error: Exception) -> str:
    return (
        f"{server.host}:{server.port}: found {_named(error)}; expected a mail server that takes "
        "letters; check KAWARABAN_SMTP_HOST, KAWARABAN_SMTP_PORT and KAWARABAN_SMTP_SECURITY"
    )


def _named(error: Exception) -> str:
    """The kind and the system's words; never the command that failed, which holds an address."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else ""
    return f"{type(error).__name__} {words}".strip()
