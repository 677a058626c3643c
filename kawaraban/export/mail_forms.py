"""The mail in the forms that other programs read: a message, its parts, a mailbox, a campaign.

render_mail_as(digest, "mbox") → b"From kawaraban@localhost Wed Nov 25 20:45:00 2026\\nFrom: …"
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from kawaraban.errors import ExportError
from kawaraban.export.email import (
    DEFAULTS,
    MailOptions,
    render_email,
    render_mail_html,
    render_mail_text,
    subject,
)
from kawaraban.types import Digest

# Stands for the reader's own address to unsubscribe while the campaign is written.
_LISTMONK_URL = "https://unsubscribe.invalid/listmonk"
_FROM_LINE = re.compile(rb"(?m)^(>*From )")


def render_mail_as(digest: Digest, form: str, *, options: MailOptions = DEFAULTS) -> bytes:
    """The mail of a digest in the named form."""
    if form not in FORMS:
        raise ExportError(f"mail format {form!r}: expected {', '.join(FORMS)}")
    return FORMS[form](digest, options)


def mailbox(messages: Iterable[bytes], *, at: datetime) -> bytes:
    """Messages as an mbox (the "mboxrd" kind), which mutt, Thunderbird and Python open."""
    moment = time.asctime(at.astimezone(UTC).timetuple())
    head = f"From kawaraban@localhost {moment}\n".encode()
    pieces = []
    for message in messages:
        body = _FROM_LINE.sub(rb">\1", message.replace(b"\r\n", b"\n"))
        pieces.append(head + body.rstrip(b"\n") + b"\n\n")
    return b"".join(pieces)


def render_listmonk(digest: Digest, options: MailOptions = DEFAULTS) -> str:
    """The body of listmonk's `POST /api/campaigns`; `lists` is empty for you to fill in.

    listmonk runs each body as a Go template. Ours are handed over as quoted text, so that braces
    in a headline stay what they are and its template engine keeps our comments for Outlook. Use a
    campaign template that holds nothing but `{{ template "content" . }}`.
    """
    own = MailOptions(
        sender=options.sender,
        list_id=options.list_id,
        list_title=options.list_title,
        unsubscribe_url=_LISTMONK_URL,
        edition=options.edition,
    )
    campaign = {
        "name": f"Kawaraban {digest.day.isoformat()}",
        "subject": _go_text(subject(digest)) if "{{" in subject(digest) else subject(digest),
        "lists": [],
        "from_email": options.sender,
        "type": "regular",
        "content_type": "html",
        "messenger": "email",
        "body": _go_template(render_mail_html(digest, options=own)),
        "altbody": _go_template(render_mail_text(digest, options=own)),
        "tags": ["kawaraban", digest.day.isoformat()],
        "headers": [{"Auto-Submitted": "auto-generated"}, {"Content-Language": "en, ja"}],
    }
    return json.dumps(campaign, ensure_ascii=False, indent=1) + "\n"


def _go_template(text: str) -> str:
    return "{{ UnsubscribeURL }}".join(_go_text(piece) for piece in text.split(_LISTMONK_URL))


def _go_text(text: str) -> str:
    """An action that prints the text: quoted as Go and JSON both read it, no brace or @ bare."""
    quoted = json.dumps(text, ensure_ascii=False)
    for char in "{}@":
        quoted = quoted.replace(char, f"\\u{ord(char):04x}")
    return f"{{{{ Safe {quoted} }}}}"


FORMS: dict[str, Callable[[Digest, MailOptions], bytes]] = {
    "eml": lambda digest, options: render_email(digest, options=options),
    "html": lambda digest, options: render_mail_html(digest, options=options).encode(),
    "txt": lambda digest, options: render_mail_text(digest, options=options).encode(),
    "mbox": lambda digest, options: mailbox(
        [render_email(digest, options=options)], at=digest.created_at
    ),
    "listmonk": lambda digest, options: render_listmonk(digest, options).encode(),
}
