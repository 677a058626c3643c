"""Templates → pages, under a policy that allows the service's own files and nothing else.

    render(request, "days.html.j2", days=days)  →  HTMLResponse

The templates use the macros and the style sheet of the HTML export. Every printed string is
cleaned and escaped; an error of a page is a page too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from kawaraban.errors import KawarabanError
from kawaraban.export import wording
from kawaraban.export.templating import TEMPLATES as EXPORT_TEMPLATES
from kawaraban.export.templating import environment
from kawaraban.store import HUMAN, DigestInfo
from service.errors import Problem, problem_of, request_id_of
from service.logs import log_error
from service.web import wording as own
from service.web.sheets import version_of

_HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # With "no-referrer" a form would be sent without its origin, and refused.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_TITLES = {
    401: "A key is needed",
    403: "Not from here",
    404: "Not found",
    413: "Too large",
    422: "That cannot be done",
    503: "Busy",
}


@cache
def static_files() -> dict[str, tuple[bytes, str]]:
    """Name → bytes and media type. The style sheet is that of the export and the reader's own."""
    css = (EXPORT_TEMPLATES / "digest.css").read_bytes()
    folder = _HERE / "static"
    return {
        "reader.css": (css + (folder / "reader.css").read_bytes(), "text/css"),
        "reader.js": ((folder / "reader.js").read_bytes(), "text/javascript"),
        "icon.svg": ((folder / "icon.svg").read_bytes(), "image/svg+xml"),
    }


def static_url(name: str) -> str:
    """The address of a file, with a mark of its content: it may be kept for ever."""
    content, _ = static_files()[name]
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


@cache
def templates() -> Environment:
    made = environment()
    made.loader = ChoiceLoader(
        [FileSystemLoader(_HERE / "templates"), FileSystemLoader(EXPORT_TEMPLATES)]
    )
    made.globals.update(static_url=static_url, HUMAN=HUMAN)
    made.filters.update(
        explained=own.EXPLANATIONS.__getitem__,
        by_month=_by_month,
        has_doubt=own.has_doubt,
        numbers_line=own.numbers_line,
        short_day=own.short_day,
        translation_line=own.translation_line,
        version_of=version_of,
        plural=wording.plural,
        marked=own.marked,
    )
    return made


def render(
    request: Request, template: str, *, status: int = 200, headers: Any = None, **values: object
) -> HTMLResponse:
    """The page; `here` is its own path, to which a form comes back."""
    query = f"?{request.url.query}" if request.url.query else ""
    page = templates().get_template(template)
    return HTMLResponse(
        page.render(here=request.url.path + query, **values), status_code=status, headers=headers
    )


class ReaderRoute(APIRoute):
    """A route whose errors are pages and whose answers carry the policy."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                response = await handler(request)
            except RequestValidationError as error:
                response = _error_page(request, _invalid(error))
            except KawarabanError as error:
                problem = problem_of(error)
                if problem.status == 500:
                    log_error(error, request_id=request_id_of(request))
                response = _error_page(request, problem)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return handle


def _invalid(error: RequestValidationError) -> Problem:
    first = error.errors()[0]
    place, name = first["loc"][0], first["loc"][-1]
    if place == "path":
        return Problem(404, "not-found", "There is no such page.")
    return Problem(422, "invalid", f"{name}: {first['msg']}")


def _error_page(request: Request, problem: Problem) -> Response:
    headers = {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Kawaraban", charset="UTF-8"'
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    title = _TITLES.get(problem.status, "Something went wrong")
    return render(
        request,
        "error.html.j2",
        status=problem.status,
        headers=headers,
        title=title,
        detail=problem.detail,
    )


def _by_month(days: list[DigestInfo]) -> Iterator[tuple[str, list[DigestInfo]]]:
    for month, group in groupby(days, key=lambda info: own.month(info.day)):
        yield month, list(group)
