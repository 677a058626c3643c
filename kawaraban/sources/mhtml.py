"""A page saved by a browser as one file (.mhtml): the HTML in it, and where it came from.

parse_mhtml(body)   →  SavedPage(body=b"<!DOCTYPE html>…", charset="utf-8", url="https://…")
"""

from __future__ import annotations

import email
from dataclasses import dataclass
from email.message import Message

from kawaraban.errors import ParseError

_HTML_TYPES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The HTML part, its charset as declared, and the page's address."""

    body: bytes
    charset: str | None
    url: str | None


def parse_mhtml(body: bytes) -> SavedPage:
    """Raise ParseError for what holds no HTML part."""
    message = email.message_from_bytes(body.lstrip())
    part = _root(message)
    if part is None:
        raise ParseError("no HTML in it; expected a page saved as .mhtml")
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        raise ParseError("its HTML part is empty; save the page again")
    address = message.get("Snapshot-Content-Location") or part.get("Content-Location")
    address = "".join(str(address or "").split())
    is_web = address.lower().startswith(("http://", "https://"))
    charset = part.get_content_charset()
    return SavedPage(payload, charset, address if is_web else None)


def _root(message: Message) -> Message | None:
    """The part named by `start`, or else the first that is HTML."""
    start = message.get_param("start")
    pages = [part for part in message.walk() if part.get_content_type() in _HTML_TYPES]
    named = [part for part in pages if part.get("Content-ID") == start and start]
    return next(iter(named + pages), None)
