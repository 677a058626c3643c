"""What a fetch gives back, and what is remembered to ask again.

read_response(url, {"content-type": "text/html; charset=Shift_JIS"}, body).charset   # Shift_JIS
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said about a body, to ask later whether it changed."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. `body` is decompressed; it is empty if `not_modified`."""

    url: str  # after redirects
    status: int
    media_type: str  # lower case, without parameters; "" if the server gave none
    charset: str | None
    body: bytes
    validators: Validators

    @property
    def not_modified(self) -> bool:
        """Whether the body is still the one that came with the validators."""
        return self.status == 304


def read_response(url: str, headers: Mapping[str, str], body: bytes) -> Response:
    """A whole answer; `headers` have names in lower case."""
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    charset = None
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'") or None
    validators = Validators(url, headers.get("etag"), headers.get("last-modified"))
    return Response(url, 200, media_type.strip().lower(), charset, body, validators)
