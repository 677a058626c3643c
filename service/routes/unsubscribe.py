"""Where a newsletter is left: the page for people, the POST for mail programs (RFC 8058).

No key is asked for: the token in the address is the reader's own. A GET changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from kawaraban.newsletter.unsubscribe import PATH, Answer, answer_get, answer_post
from service.access import ContextDep

router = APIRouter(tags=["newsletter"], include_in_schema=False)

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
}


async def _body(request: Request) -> bytes:
    return await request.body()


@router.get(PATH + "{token}")
def show_unsubscribe(token: str, context: ContextDep) -> HTMLResponse:
    """The page with the button."""
    return _respond(answer_get(context.store, token))


@router.post(PATH + "{token}")
def unsubscribe(
    token: str, body: Annotated[bytes, Depends(_body)], context: ContextDep
) -> HTMLResponse:
    """One click, and the reader is off the list."""
    return _respond(answer_post(context.store, token, body, now=datetime.now(UTC)))


def _respond(answer: Answer) -> HTMLResponse:
    return HTMLResponse(answer.page, status_code=answer.status, headers=_HEADERS)
