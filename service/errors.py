"""The only table from errors to answers, in the three dialects that the service speaks.

/v1/…          RFC 9457: {"type": "…/errors#overloaded", "title": "Overloaded", "status": 503, …}
/v2/… /v3/…    DeepL: {"message": "Too many requests", "detail": "…"}
/translate …   LibreTranslate: {"error": "Slowdown: …"}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from kawaraban.errors import (
    ArticleError,
    ArtifactError,
    KawarabanError,
    SourceError,
    StoreError,
    TooLongError,
    TranslationError,
    UsageError,
)
from service.batching import Cancelled, Overloaded, RequestTooLarge, TimedOut
from service.bodies import BadRequest
from service.logs import log_error

Dialect = Literal["own", "deepl", "libretranslate"]
_LIBRETRANSLATE = (
    "/translate",
    "/languages",
    "/detect",
    "/frontend/settings",
    "/health",
    "/suggest",
    "/translate_file",
)

CLIENT_CLOSED = 499  # not sent to anybody: the client is gone
_QUOTA_EXCEEDED = 456


class Unauthorized(KawarabanError):
    """No key, or one that is not valid."""


class Forbidden(KawarabanError):
    """The request comes from where it must not come from."""


class NotFound(KawarabanError):
    """What the path names is not there."""


class Conflict(KawarabanError):
    """A sound request that contradicts itself, or the state of the service."""


class TooMany(KawarabanError):
    """The client asks for more than it may now; `retry_after_s` says when it may again."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class QuotaExceeded(TooMany):
    """The key's characters of this month are used up."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer that is an error."""

    status: int
    kind: str
    detail: str
    retry_after_s: int | None = None
    errors: tuple[dict[str, str], ...] = ()
    headers: Mapping[str, str] | None = None


# the first class that fits decides
_TABLE: tuple[tuple[type[KawarabanError], int, str], ...] = (
    (Unauthorized, 401, "unauthorized"),
    (Forbidden, 403, "forbidden"),
    (NotFound, 404, "not-found"),
    (BadRequest, 400, "bad-request"),
    (Conflict, 409, "conflict"),
    (QuotaExceeded, 429, "quota-exceeded"),
    (TooMany, 429, "too-many"),
    (RequestTooLarge, 413, "too-large"),
    (TooLongError, 413, "too-large"),
    (Cancelled, CLIENT_CLOSED, "client-closed"),
    (Overloaded, 503, "overloaded"),
    (TimedOut, 503, "timed-out"),
    (UsageError, 422, "invalid"),
    (SourceError, 422, "source"),
    (ArticleError, 422, "article"),
    (ArtifactError, 503, "model"),
    (TranslationError, 500, "translation"),
    (StoreError, 503, "store"),
)


def problem_of(error: KawarabanError) -> Problem:
    """The answer to an error of the program."""
    for cls, status, kind in _TABLE:
        if isinstance(error, cls):
            retry_after_s = getattr(error, "retry_after_s", 5 if status == 503 else None)
            return Problem(status, kind, str(error), retry_after_s)
    return Problem(500, "internal", "an error that nobody expected; see the log")


def dialect_of(path: str) -> Dialect:
    """Whose clients call this path."""
    if path.startswith(("/v2/", "/v3/")):
        return "deepl"
    return "libretranslate" if path in _LIBRETRANSLATE else "own"


def respond(problem: Problem, *, path: str, request_id: str = "") -> Response:
    """The problem as the clients of the path expect it."""
    dialect = dialect_of(path)
    status = problem.status
    if dialect != "own" and problem.kind == "overloaded":
        status = 429
    if dialect == "deepl" and problem.kind == "quota-exceeded":
        status = _QUOTA_EXCEEDED
    headers = dict(problem.headers or {})
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = _BODIES[dialect](problem, status, request_id)
    media_type = "application/problem+json" if dialect == "own" else "application/json"
    return Response(json.dumps(body), status, headers, media_type)


def _own(problem: Problem, status: int, request_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:kawaraban:error:{problem.kind}",
        "title": _title(status),
        "status": status,
        "detail": problem.detail,
        "request_id": request_id,
    }
    if problem.errors:
        body["errors"] = list(problem.errors)
    return body


def _deepl(problem: Problem, status: int, request_id: str) -> dict[str, Any]:
    del request_id
    message = {
        403: "Forbidden",
        404: "Not found",
        413: "Request Entity Too Large",
        429: "Too many requests",
        _QUOTA_EXCEEDED: "Quota Exceeded",
    }.get(status, "Bad request" if status < 500 else _title(status))
    if status == 400:
        return {"message": problem.detail}
    return {"message": message, "detail": problem.detail}


def _libretranslate(problem: Problem, status: int, request_id: str) -> dict[str, Any]:
    del request_id
    return {"error": f"Slowdown: {problem.detail}" if status == 429 else problem.detail}


_BODIES = {"own": _own, "deepl": _deepl, "libretranslate": _libretranslate}


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Client Closed Request" if status == CLIENT_CLOSED else "Error"


def install(app: FastAPI) -> None:
    """Every error of a route becomes an answer of the table."""
    app.add_exception_handler(KawarabanError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


def _answer(request: Request, problem: Problem) -> Response:
    return respond(problem, path=request.url.path, request_id=request_id_of(request))


def request_id_of(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


async def _on_error(request: Request, error: Exception) -> Response:
    problem = problem_of(error) if isinstance(error, KawarabanError) else UNEXPECTED
    if problem.status >= 500 and problem.kind not in ("overloaded", "timed-out"):
        log_error(error, request_id=request_id_of(request))
    return _answer(request, problem)


async def _on_invalid(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = tuple({"at": _place(item), "message": str(item["msg"])} for item in found[:20])
    detail = "; ".join(f"{item['at']}: {item['message']}" for item in errors[:3])
    status = 422 if dialect_of(request.url.path) == "own" else 400
    return _answer(request, Problem(status, "invalid", detail, errors=errors))


def _place(item: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in item["loc"])


async def _on_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _answer(request, UNEXPECTED)
    if error.status_code == 405:
        error.headers = {"Allow": ", ".join(_allowed(request))}
    kind = _title(error.status_code).lower().replace(" ", "-")
    problem = Problem(error.status_code, kind, str(error.detail), headers=error.headers)
    return _answer(request, problem)


def _allowed(request: Request) -> list[str]:
    """The methods of all routes with this path; Starlette names those of the first alone."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return sorted(methods)


UNEXPECTED = Problem(500, "internal", "an error that nobody expected; see the log")
