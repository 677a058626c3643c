"""Who may read and who may write through the pages.

Where the service asks for keys, the browser asks the reader for one: any name, the key as the
password (HTTP Basic), so that no cookie is needed. A form is obeyed only if it was sent by a page
of this service.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import Depends, Request

from service.access import ContextDep
from service.errors import Forbidden, Unauthorized

_KEY_WANTED = (
    "Give any name, and a key of `kawaraban keys create` as the password. Reload to try again."
)


def require_reader(request: Request, context: ContextDep) -> str:
    """The reader's name; raises Unauthorized where keys are asked for and none is given."""
    name, password = _credentials(request.headers.get("authorization", ""))
    if context.keys_required and context.find_key(password) is None:
        raise Unauthorized(_KEY_WANTED)
    return name


ReaderDep = Annotated[str, Depends(require_reader)]


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password


def require_same_origin(request: Request) -> None:
    """Raises Forbidden for a form of another site, or of nobody knows where."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "")
    host = request.headers.get("host", "")
    if site is not None:
        allowed = site == "same-origin"
    else:  # a browser that does not send it, or a page without TLS
        allowed = bool(host) and origin in (f"http://{host}", f"https://{host}")
    if not allowed:
        raise Forbidden("This form was not sent by a page of this service. Open the page here.")
