"""What happens to every request before its route: id, log, bounds, and a watch on its client.

`RequestLog` is the outermost: it gives the request its id and notes how it ended. `Admission`
bounds what comes in: body size, requests at once, and, without keys, from where. It reads the
body first and then watches the connection, so that the work for a client who went away is dropped
(`Ticket`), whatever thread it is done in.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import secrets
import time
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kawaraban.newsletter import unsubscribe
from service.batching import Overloaded, Ticket
from service.errors import CLIENT_CLOSED, UNEXPECTED, Forbidden, Problem, problem_of, respond
from service.logs import log_error, log_event
from service.metrics import Metrics

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ALWAYS_ADMITTED = ("/healthz", "/readyz", "/metrics", "/health")
_FOLLOWING = re.compile(r"/v1/runs/[^/]+/events")


class RequestLog:
    """Request id, duration, status: in the answer's header, the log and the metrics."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _header(scope, b"x-request-id")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        status = CLIENT_CLOSED
        started_at = time.monotonic()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", []),
                    (b"x-request-id", request_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:  # entry point: whatever was not foreseen becomes a 500
            log_error(error, request_id=request_id)
            if status != CLIENT_CLOSED:  # the answer has begun; only the connection can say it
                raise
            response = respond(UNEXPECTED, path=scope["path"], request_id=request_id)
            await response(scope, receive, send_with_id)
        finally:
            self._note(scope, status, time.monotonic() - started_at, request_id)

    def _note(self, scope: Scope, status: int, duration_s: float, request_id: str) -> None:
        operation = _operation(scope)
        self._metrics.in_flight.dec()
        self._metrics.requests.labels(operation, str(status)).inc()
        self._metrics.durations.labels(operation).observe(duration_s)
        log_event(
            "request",
            request_id=request_id,
            operation=operation,
            status=status,
            duration_ms=round(1000 * duration_s),
        )


class Admission:
    """Bounds, and a watch on the client."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body_bytes: int,
        max_concurrent: int,
        max_followers: int,
        local_only: bool,
    ) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._local_only = local_only
        self._places = {"requests": max_concurrent, "followers": max_followers}
        self._taken = dict.fromkeys(self._places, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kind = _kind(scope["path"])
        problem = self._refusal(scope, kind)
        if problem is not None:
            await self._refuse(problem, scope, receive, send)
            return
        if kind is None:
            await self._serve(scope, receive, send)
            return
        self._taken[kind] += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._taken[kind] -= 1

    def _refusal(self, scope: Scope, kind: str | None) -> Problem | None:
        # Readers of the newsletter come through a proxy under its public name, with a token.
        for_all = scope["path"].startswith(unsubscribe.PATH)
        if self._local_only and not for_all and (reason := _foreign(scope)):
            return problem_of(Forbidden(reason))
        if kind is not None and self._taken[kind] >= self._places[kind]:
            message = f"found {self._taken[kind]} {kind} being answered; try again later"
            return problem_of(Overloaded(message, retry_after_s=1))
        length = _header(scope, b"content-length")
        if length.isdigit() and int(length) > self._max_body_bytes:
            return self._too_large()
        return None

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._max_body_bytes:
                await self._refuse(self._too_large(), scope, receive, send)
                return
        ticket = scope["state"]["ticket"] = Ticket()
        gone = asyncio.Event()
        watch = asyncio.create_task(_watch(receive, ticket, gone))
        given = False

        async def receive_again() -> Message:
            nonlocal given
            if not given:
                given = True
                return {"type": "http.request", "body": bytes(body), "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        try:
            await self._app(scope, receive_again, send)
        finally:
            watch.cancel()

    def _too_large(self) -> Problem:
        return Problem(
            413, "too-large", f"found a larger body; expected at most {self._max_body_bytes} bytes"
        )

    async def _refuse(self, problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = scope["state"]["request_id"]
        response = respond(problem, path=scope["path"], request_id=request_id)
        await response(scope, receive, send)


def _kind(path: str) -> str | None:
    """Whose places a request takes. A follower of a run waits for long and costs little."""
    if path in _ALWAYS_ADMITTED:
        return None
    return "followers" if _FOLLOWING.fullmatch(path) else "requests"


async def _watch(receive: Receive, ticket: Ticket, gone: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    ticket.cancel()
    gone.set()


def _foreign(scope: Scope) -> str:
    """Why a request to a service without keys is not from this machine's own programs.

    A page on the web may make a browser send requests to 127.0.0.1, with its own name resolved to
    there or with its Origin; neither has any business here.
    """
    host = _header(scope, b"host")
    if not is_local(_host_name(host)):
        return "found a Host that is not this machine's; expected localhost, or a service with keys"
    origin = _header(scope, b"origin")
    if origin and origin.rpartition("//")[2] != host:
        return "found a request of another site; expected one of this service, or with a key"
    return ""


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_local(host: str) -> bool:
    """Whether a name or address is the loopback's."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _operation(scope: Scope) -> str:
    route = scope.get("route")
    return getattr(route, "name", None) or "unmatched"


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value).decode("latin-1")
    return ""
