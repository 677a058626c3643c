"""Leaving a list: the token in each reader's mail, and what a request with it does.

    unsubscribe_url("https://news.example", token)
        → "https://news.example/newsletter/unsubscribe/kq3v…"

A token says nothing about its holder: it is an HMAC of list and address under a key of this
installation, and only the store knows whose it is. So an address stands in no URL and no access
log. A POST to the address takes the reader off the list at once (RFC 8058: the mail program sends
`List-Unsubscribe=One-Click`, and so does the button of the page). A GET only shows the page, since
virus scanners and link previews open every link of a mail.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs

from kawaraban.errors import UsageError
from kawaraban.export.safe import safe_link

if TYPE_CHECKING:
    from kawaraban.store import Store

PATH = "/newsletter/unsubscribe/"
SECRET = "newsletter"  # noqa: S105  the name of the key, not the key
TOKEN = re.compile("[a-z2-7]{32}")
MAX_BODY_BYTES = 10_000
_ONE_CLICK = re.compile(
    rb'name="?List-Unsubscribe"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\nOne-Click\s', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service says. `left` is true when the holder of the token is off the list."""

    status: Literal[200, 400, 404, 413]
    page: str
    left: bool = False


def token_for(secret: bytes, list_name: str, address: str) -> str:
    """32 small letters and digits; the same for one reader of one list."""
    named = f"{list_name}\0{address.lower()}".encode()
    digest = hmac.new(secret, named, hashlib.sha256).digest()[:20]
    return base64.b32encode(digest).decode().lower()


def unsubscribe_url(base: str, token: str) -> str:
    """The reader's own address; `base` is where the service can be reached from outside."""
    link = safe_link(base)
    if link is None or not link.startswith("https://") or "?" in link or "#" in link:
        raise UsageError(
            f"KAWARABAN_NEWSLETTER_URL is {base!r}; expected the https address under which readers "
            "reach the service, for example https://news.example.com: mail without a way to leave "
            "is not sent"
        )
    return f"{link.rstrip('/')}{PATH}{token}"


def answer_get(store: Store, token: str) -> Answer:
    """The page with the button. Nothing changes."""
    if not _known(store, token):
        return _unknown()
    return Answer(
        200,
        _page(
            "Unsubscribe",
            "<p>Stop the Kawaraban newsletter to the address that got this link?</p>"
            '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">'
            '<button type="submit">Unsubscribe</button></form>',
        ),
    )


def answer_post(store: Store, token: str, body: bytes, *, now: datetime) -> Answer:
    """Takes the holder off the list if the body is the one of RFC 8058; again is the same."""
    if len(body) > MAX_BODY_BYTES:
        return Answer(413, _page("Too long", "<p>Expected List-Unsubscribe=One-Click.</p>"))
    if not is_one_click(body):
        text = "<p>Expected the form field List-Unsubscribe=One-Click. Nothing was changed.</p>"
        return Answer(400, _page("Not understood", text))
    if not _known(store, token) or store.leave(token, by="one-click", now=now) is None:
        return _unknown()
    text = "<p>You will get no further mail from this list. It took effect just now.</p>"
    return Answer(200, _page("Unsubscribed", text), left=True)


def is_one_click(body: bytes) -> bool:
    """Whether a form body, URL-encoded or multipart, says List-Unsubscribe=One-Click."""
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=20)
    except ValueError:
        fields = {}
    return fields.get("List-Unsubscribe") == ["One-Click"] or bool(_ONE_CLICK.search(body + b"\n"))


def _known(store: Store, token: str) -> bool:
    return bool(TOKEN.fullmatch(token)) and store.list_of_token(token) is not None


def _unknown() -> Answer:
    text = "<p>This address is not, or no longer, known. Copy it whole from the mail.</p>"
    return Answer(404, _page("Not found", text))


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} | Kawaraban</title></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )
