"""Who may ask: keys, and what a route gets of its request.

A key comes as `Authorization: Bearer kw_…` or `X-API-Key: kw_…`; DeepL's clients send
`Authorization: DeepL-Auth-Key kw_…`, LibreTranslate's an `api_key` in the body or the query.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from kawaraban.store import ApiKey
from service.batching import Ticket
from service.context import Context
from service.errors import Forbidden, Unauthorized

_BEARER = HTTPBearer(auto_error=False, description="A key of `kawaraban keys create`.")
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False)


def get_context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


def get_ticket(request: Request) -> Ticket:
    ticket: Ticket = request.state.ticket
    return ticket


def get_key(request: Request) -> ApiKey | None:
    """The key with which the request came; None where none is asked for."""
    key: ApiKey | None = getattr(request.state, "key", None)
    return key


ContextDep = Annotated[Context, Depends(get_context)]
TicketDep = Annotated[Ticket, Depends(get_ticket)]
KeyDep = Annotated[ApiKey | None, Depends(get_key)]


def require_key(
    request: Request,
    context: ContextDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    header: Annotated[str | None, Security(_HEADER)],
) -> None:
    """Raises Unauthorized without a valid key."""
    token = header or (bearer.credentials if bearer else "")
    request.state.key = context.find_key(token)
    if request.state.key is None:
        found = "a key that is not valid" if token else "no key"
        raise Unauthorized(
            f"found {found}; expected one of `kawaraban keys create` as `Authorization: Bearer …`"
        )


def require_deepl_key(request: Request, context: ContextDep) -> None:
    """As DeepL answers: 403, whatever is wrong with the key."""
    if not context.keys_required:
        return
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "deepl-auth-key":
        request.state.key = context.find_key(token.strip())
    if get_key(request) is None:
        raise Forbidden("found no valid key; expected `Authorization: DeepL-Auth-Key …`")


def key_dependencies(required: bool) -> list[Any]:
    """For the routers of the own API: their document names keys only where they are asked for."""
    return [Depends(require_key)] if required else []
