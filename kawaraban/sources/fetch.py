"""The only code that opens a socket: safe against inward addresses, bounded, and polite.

Input: a URL and, if it was fetched before, what the server said about it then. Output: a
`Response`, or a FetchError that says what was found and what to do. A name is resolved once, all
its addresses are checked, and the connection goes to a checked address itself, so an answer that
changes between check and use (DNS rebinding) changes nothing; each redirect passes the same door.

    fetcher = Fetcher.from_settings(Settings())
    first = fetcher.fetch("https://news.example/feed.xml")
    again = fetcher.fetch("https://news.example/feed.xml", validators=first.validators)
    again.not_modified   # True if the server answered 304
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field, replace

import httpcore

from kawaraban.errors import FetchError
from kawaraban.settings import Settings
from kawaraban.sources.address import AddressGuard
from kawaraban.sources.connection import Deadline, GuardedBackend, World
from kawaraban.sources.decompress import ACCEPT_ENCODING, Inflater
from kawaraban.sources.politeness import HostGate, parse_retry_after
from kawaraban.sources.response import Response, Validators, read_response
from kawaraban.sources.robots import MAX_ROBOTS_BYTES, Robots, parse_robots
from kawaraban.sources.url import Url, join_url, parse_url

_ACCEPT = (
    "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,"
    "application/feed+json,application/xml;q=0.9,*/*;q=0.5"
)
_REDIRECTS = (301, 302, 303, 307, 308)
_RETRIED = (429, 500, 502, 503, 504)
_FIRST_BACKOFF_S = 0.5
_ROBOTS_TTL_S = 3600.0
_BROKEN_ROBOTS_TTL_S = 60.0
_FAULTS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ConnectTimeout)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What bounds a fetch. The time counts the network alone, not pauses that the host asks for."""

    timeout_s: float = 30.0
    max_bytes: int = 10_000_000
    max_ratio: float = 100.0
    max_redirects: int = 5
    pause_s: float = 1.0
    max_retries: int = 2
    max_wait_s: float = 60.0  # a host that asks for a longer wait is given up


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class _KnownRobots:
    rules: Robots | None  # None: the site cannot say what it allows, so nothing is
    until_s: float
    reason: str = ""  # why there are no rules


@dataclass(slots=True)
class Fetcher:
    """Fetches pages. Safe to share between threads; holds no cookies and no connections."""

    limits: FetchLimits = field(default_factory=FetchLimits)
    user_agent: str = "Kawaraban/0.1"
    allow: tuple[str, ...] = ()  # host names, addresses or networks exempt from the guard
    world: World = field(default_factory=World)
    _guard: AddressGuard = field(init=False, repr=False)
    _gate: HostGate = field(init=False, repr=False)
    _robots: dict[str, _KnownRobots] = field(init=False, repr=False, default_factory=dict)
    _ssl_context: ssl.SSLContext | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        self._guard = AddressGuard(self.allow)
        self._gate = HostGate(
            self.limits.pause_s,
            self.limits.max_wait_s,
            clock=self.world.clock,
            sleep=self.world.sleep,
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> Fetcher:
        """The fetcher that the settings describe."""
        limits = FetchLimits(
            timeout_s=settings.fetch_timeout_s,
            max_bytes=settings.fetch_max_bytes,
            max_ratio=settings.fetch_max_ratio,
            max_redirects=settings.fetch_max_redirects,
            pause_s=settings.fetch_pause_s,
        )
        return cls(limits, settings.fetch_user_agent, settings.fetch_allow)

    def fetch(self, url: str, *, validators: Validators | None = None) -> Response:
        """The page at `url`, or word that it did not change since `validators`."""
        deadline = Deadline(self.world.clock, self.limits.timeout_s)
        target = parse_url(url)
        try:
            final, reply = self._follow(target, deadline, validators, check_robots=True)
            if reply.status not in (200, 203, 304) or (reply.status == 304 and not validators):
                raise FetchError(_status_message(reply))
        except FetchError as error:
            raise FetchError(f"{url}: {error}") from error.__cause__
        if reply.status == 304 and validators:
            return Response(validators.url, 304, "", None, b"", validators)
        return read_response(str(final), reply.headers, reply.body)

    def _follow(
        self,
        target: Url,
        deadline: Deadline,
        validators: Validators | None = None,
        *,
        check_robots: bool,
    ) -> tuple[Url, _Reply]:
        for _ in range(self.limits.max_redirects + 1):
            pause_s = self._obey_robots(target, deadline) if check_robots else 0.0
            headers = _conditions(target, validators)
            reply = self._exchange_with_retries(target, deadline, headers=headers, pause_s=pause_s)
            if reply.status not in _REDIRECTS:
                return target, reply
            target = join_url(target, _location(reply))
        raise FetchError(f"more than {self.limits.max_redirects} redirects; check the address")

    def _obey_robots(self, target: Url, deadline: Deadline) -> float:
        """Raise FetchError if robots.txt forbids the page; else the pause that it asks for."""
        known = self._robots.get(target.origin)
        if known is None or known.until_s <= self.world.clock():
            known = self._robots[target.origin] = self._read_robots(target, deadline)
        if known.rules is None:
            raise FetchError(known.reason)
        if not known.rules.allows(target.target):
            raise FetchError(
                f"{target.origin}/robots.txt does not allow {self._product()} this page"
            )
        return known.rules.crawl_delay_s

    def _product(self) -> str:
        return self.user_agent.split("/")[0].split(" ")[0]

    def _read_robots(self, target: Url, deadline: Deadline) -> _KnownRobots:
        url = replace(target, target="/robots.txt")
        try:
            _, reply = self._follow(url, deadline, check_robots=False)
            if reply.status == 429 or reply.status >= 500:
                raise FetchError(
                    f"{url} answers status {reply.status}, so nothing may be fetched; "
                    "run again later"
                )
        except FetchError as error:
            until_s = self.world.clock() + _BROKEN_ROBOTS_TTL_S
            return _KnownRobots(None, until_s, str(error))
        text = reply.body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace")
        rules = parse_robots(text, self._product()) if reply.status == 200 else Robots()
        return _KnownRobots(rules, self.world.clock() + _ROBOTS_TTL_S)

    def _exchange_with_retries(
        self, target: Url, deadline: Deadline, *, headers: dict[str, str], pause_s: float
    ) -> _Reply:
        for attempt in range(self.limits.max_retries + 1):
            last = attempt == self.limits.max_retries
            wait_s: float | None = None
            try:
                reply = self._exchange(target, deadline, headers=headers, pause_s=pause_s)
            except _FAULTS as error:
                if last or isinstance(error.__cause__, ssl.SSLCertVerificationError):
                    raise FetchError(_fault_message(error)) from error
            else:
                wait_s = parse_retry_after(reply.headers.get("retry-after", ""), self.world.now())
                if reply.status in _RETRIED and wait_s is not None:
                    self._gate.hold(target.host, wait_s)
                if last or reply.status not in _RETRIED:
                    return reply
            if wait_s is None:
                self._gate.hold(target.host, _FIRST_BACKOFF_S * 2**attempt)
        raise AssertionError("unreachable")

    def _exchange(
        self, target: Url, deadline: Deadline, *, headers: dict[str, str], pause_s: float
    ) -> _Reply:
        """One request to one host."""
        asked_s = self.world.clock()
        with self._gate.turn(target.host, pause_s):
            deadline.extend(self.world.clock() - asked_s)
            backend = GuardedBackend(self._guard, self.world, deadline)
            context = self._tls() if target.scheme == "https" else None
            try:
                with httpcore.ConnectionPool(context, network_backend=backend) as pool:
                    return self._send(pool, target, headers)
            except (httpcore.ReadTimeout, httpcore.WriteTimeout):
                raise deadline.error() from None

    def _send(self, pool: httpcore.ConnectionPool, target: Url, headers: dict[str, str]) -> _Reply:
        sent = {
            "Host": target.netloc,
            "User-Agent": self.user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": ACCEPT_ENCODING,
            "Accept-Language": "ja,en;q=0.5",
            "Connection": "close",
            **headers,
        }
        url = httpcore.URL(
            scheme=target.scheme, host=target.host, port=target.port, target=target.target
        )
        with pool.stream("GET", url, headers=list(sent.items())) as answer:
            got = {_text(name).lower(): _text(value) for name, value in answer.headers}
            body = self._body(answer, got) if answer.status in (200, 203) else b""
            return _Reply(answer.status, got, body)

    def _body(self, answer: httpcore.Response, headers: dict[str, str]) -> bytes:
        inflater = Inflater(
            headers.get("content-encoding", ""),
            max_bytes=self.limits.max_bytes,
            max_ratio=self.limits.max_ratio,
        )
        body = bytearray()
        for chunk in answer.iter_stream():
            for part in inflater.feed(chunk):
                body += part
        inflater.finish()
        return bytes(body)

    def _tls(self) -> ssl.SSLContext:
        if self._ssl_context is None:
            self._ssl_context = self.world.ssl_context()
        return self._ssl_context


def _location(reply: _Reply) -> str:
    location = reply.headers.get("location")
    if not location:
        raise FetchError("a redirect without Location; check the address in a browser")
    return location


def _conditions(target: Url, validators: Validators | None) -> dict[str, str]:
    if validators is None or validators.url != str(target):
        return {}
    asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in asked.items() if value}


def _status_message(reply: _Reply) -> str:
    wait = reply.headers.get("retry-after")
    advice = f"run again after {wait} (Retry-After)" if wait else "check the address in a browser"
    return f"the server answers status {reply.status}; expected 200; {advice}"


def _fault_message(error: Exception) -> str:
    return f"no connection ({error or type(error).__name__}); check the address and the network"


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
