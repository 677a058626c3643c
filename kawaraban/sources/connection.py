"""How a socket is opened: names resolved once, every address checked, every wait bounded.

Input: a host name and port, from httpcore. Output: a stream to one of the checked addresses, on
which no read or write outlasts the deadline. TLS still verifies the name, not the address.

    backend = GuardedBackend(AddressGuard(), World(), Deadline(time.monotonic, 30.0))
    backend.connect_tcp("news.example", 443)
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import httpcore

from kawaraban.errors import FetchError
from kawaraban.sources.address import AddressGuard, refuse_number_tricks

_CONNECT_TIMEOUT_S = 10.0  # for each address of a name


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, in the system's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def connect(address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
    """A TCP connection to one address."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout_s)


@dataclass(frozen=True, slots=True)
class World:
    """What a test replaces: names, sockets, clocks."""

    resolve: Callable[[str, int], list[str]] = resolve
    connect: Callable[[str, int, float], httpcore.NetworkStream] = connect
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ssl_context: Callable[[], ssl.SSLContext] = httpcore.default_ssl_context


class Deadline:
    """The moment by which a fetch must be complete."""

    def __init__(self, clock: Callable[[], float], timeout_s: float) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._end_s = clock() + timeout_s

    def left(self) -> float:
        """Seconds that remain; raises FetchError if none do."""
        left_s = self._end_s - self._clock()
        if left_s <= 0:
            raise self.error()
        return left_s

    def extend(self, seconds: float) -> None:
        """Do not count a pause that politeness asked for."""
        self._end_s += seconds

    def error(self) -> FetchError:
        """What to raise when time is up."""
        return FetchError(
            f"no complete answer within {self._timeout_s:g} s; "
            "try again later, or raise the setting fetch_timeout_s"
        )


class _BoundedStream(httpcore.NetworkStream):
    """Every wait ends at the deadline, so a server that drips cannot hold the run."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _BoundedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves, checks every address, and connects to a checked one."""

    def __init__(self, guard: AddressGuard, world: World, deadline: Deadline) -> None:
        self._guard = guard
        self._world = world
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[object] | None = None,
    ) -> httpcore.NetworkStream:
        refuse_number_tricks(host)
        addresses = self._addresses(host, port)
        self._guard.check(host, port, addresses)
        fault: Exception | None = None
        for address in addresses:
            wait_s = min(_CONNECT_TIMEOUT_S, self._deadline.left())
            try:
                return _BoundedStream(self._world.connect(address, port, wait_s), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
        raise httpcore.ConnectError(str(fault)) from fault

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            pass
        answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._world.resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(OSError(*error.args))

        threading.Thread(target=ask, daemon=True).start()
        try:
            answer = answers.get(timeout=self._deadline.left())
        except queue.Empty:
            raise self._deadline.error() from None
        if isinstance(answer, OSError):
            if answer.errno == socket.EAI_NONAME:
                raise FetchError(f"the name {host} does not exist; check the spelling")
            raise httpcore.ConnectError(f"the name {host} has no address ({answer.strerror})")
        return answer
