"""The digest as a mail: plain text first and complete, HTML that fits below the clipping limit.

    render_email(digest) → b"From: Kawaraban <…>\\r\\nSubject: …"

Mail readers cut HTML off at about 102 KB. A long day is therefore summarized further, in steps
(fewer sentences a story, then headlines), until it fits; the text part always holds everything.
The same digest and options give the same bytes: date, ids and boundaries come from the content.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Literal

import css_inline
from markupsafe import Markup

from kawaraban.codec import digest_key
from kawaraban.errors import ExportError
from kawaraban.export import wording
from kawaraban.export.headlines import lead_headline
from kawaraban.export.safe import clean, safe_link
from kawaraban.export.templating import TEMPLATES, environment
from kawaraban.export.text import render_text
from kawaraban.types import Digest

Edition = Literal["full", "headlines", "japanese_first"]

MAX_HTML_BYTES = 100_000
CONTENTS_FROM = 6  # more stories than this get a table of contents
SUBJECT_CHARS = 110
_NEVER_FOLDED = ("list-id", "list-unsubscribe", "list-unsubscribe-post", "message-id")


@dataclass(frozen=True, slots=True)
class MailOptions:
    """What does not come from the digest. Defaults make a file that any mail reader opens."""

    sender: str = "Kawaraban <kawaraban@localhost>"
    recipient: str = ""  # empty: undisclosed
    list_id: str = "daily.kawaraban.localhost"
    list_title: str = "Kawaraban"
    unsubscribe_url: str = ""  # https; answers RFC 8058 one-click posts
    edition: Edition = "full"


@dataclass(frozen=True, slots=True)
class Level:
    """How much the HTML shows; None is all."""

    n_sentences: int | None = None  # of an article
    n_full: int | None = None  # stories with sentences; of the later ones the headline
    in_both: bool = True  # languages, in the list of headlines


LEVELS = (
    *(Level(), Level(2), Level(1), Level(1, n_full=30), Level(1, n_full=10)),
    *(Level(n_full=0), Level(n_full=0, in_both=False)),
)
HEADLINES = LEVELS[5:]
DEFAULTS = MailOptions()


@dataclass(frozen=True, slots=True)
class MailParts:
    """What is the same for every reader of a list but for the address to unsubscribe."""

    subject: str
    date: datetime
    text: str
    html: str
    key: str  # names the content of the digest


class _Policy(EmailPolicy):
    """SMTP's, but ids and addresses stay as they are.

    Python writes a word that is longer than a line as an encoded word, and mailbox providers then
    see no List-Unsubscribe.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _NEVER_FOLDED:
            phrase, space, identifier = value.rpartition(" ")
            if not phrase.isascii():
                phrase = Header(phrase.strip('"'), "utf-8", maxlinelen=10_000).encode()
            return f"{name}: {phrase}{space}{identifier}\r\n".encode("ascii")
        return super().fold_binary(name, value)


def render_email(digest: Digest, *, options: MailOptions = DEFAULTS) -> bytes:
    """The whole message, CRLF line ends, ready for a file or for SMTP."""
    return compose(render_parts(digest, options=options), options=options)


def render_parts(digest: Digest, *, options: MailOptions = DEFAULTS) -> MailParts:
    """Subject and both bodies: the work of a mail, to be done once a list."""
    return MailParts(
        subject=subject(digest),
        date=digest.created_at,
        text=render_mail_text(digest, options=options),
        html=render_mail_html(digest, options=options),
        key=digest_key(digest),
    )


def compose(parts: MailParts, *, options: MailOptions = DEFAULTS) -> bytes:
    """The message to one reader. The same parts and options give the same bytes."""
    message = EmailMessage(policy=_Policy(linesep="\r\n", max_line_length=78))
    for name, value in _headers(options).items():
        message[name] = value
    message["Subject"] = parts.subject
    message["Date"] = parts.date
    message["Message-ID"] = message_id(parts.key, options=options)
    message.set_content(parts.text, cte="base64")
    message.add_alternative(parts.html, subtype="html", cte="base64")
    message["Content-Language"] = "en, ja"
    message.set_boundary(f"=_{_identity(parts.key, options)}")
    return message.as_bytes()


def message_id(key: str, *, options: MailOptions) -> str:
    """The same for one digest, list, edition and reader, however often it is rendered."""
    domain = options.sender.rsplit("@", 1)[1].rstrip("> ")
    return f"<{_identity(key, options)}@{domain}>"


def _identity(key: str, options: MailOptions) -> str:
    address = options.recipient.rpartition("<")[2].rstrip("> ").lower()
    named = (key, options.list_id, options.edition, address)
    return f"kawaraban.{hashlib.sha256(chr(0).join(named).encode()).hexdigest()[:32]}"


def render_mail_text(digest: Digest, *, options: MailOptions = DEFAULTS) -> str:
    """The text part: every sentence of the digest, whatever the HTML leaves out."""
    text = render_text(
        digest,
        n_sentences=0 if options.edition == "headlines" else None,
        ja_first=options.edition == "japanese_first",
    )
    if options.unsubscribe_url:
        text += f"\nUnsubscribe: {_unsubscribe(options)}\n"
    return text


def render_mail_html(digest: Digest, *, options: MailOptions = DEFAULTS) -> str:
    """The HTML part at the first level that fits below the clipping limit."""
    levels = HEADLINES if options.edition == "headlines" else LEVELS
    for level in levels:
        html = _html(digest, level, options=options, n_stories=len(digest.stories))
        if len(html.encode()) <= MAX_HTML_BYTES:
            return html
    n_stories = len(digest.stories)
    while len(html.encode()) > MAX_HTML_BYTES and n_stories:
        n_stories = n_stories * 4 // 5
        html = _html(digest, levels[-1], options=options, n_stories=n_stories)
    return html


def subject(digest: Digest) -> str:
    """First story and day: "Hokuto to build a 1.2 trillion yen plant | Kawaraban, 26 November"."""
    day = wording.long_day(digest.day).split(", ")[1].rsplit(" ", 1)[0]
    if not digest.stories:
        return f"No story today | Kawaraban, {day}"
    shown = lead_headline(digest.stories[0].entries[0])
    return f"{wording.shortened(clean(shown).strip(), SUBJECT_CHARS)} | Kawaraban, {day}"


def _html(digest: Digest, level: Level, *, options: MailOptions, n_stories: int) -> str:
    stories = digest.stories[:n_stories]
    n_full = n_stories if level.n_full is None else level.n_full
    html = (
        environment()
        .get_template("mail.html.j2")
        .render(
            digest=digest,
            full=stories[:n_full],
            rest=stories[n_full:],
            level=level,
            shortened=level != LEVELS[0],
            ja_first=options.edition == "japanese_first",
            toc_from=CONTENTS_FROM,
            subject=subject(digest),
            preheader=_preheader(digest),
            unsubscribe_url=_unsubscribe(options),
            css=_style("mail.css"),
            media_css=_style("mail-media.css"),
        )
    )
    inlined: str = css_inline.CSSInliner(load_remote_stylesheets=False).inline(html)
    return inlined


def _style(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704  our own file


def _preheader(digest: Digest) -> str:
    """What a mail list shows after the subject: the stories that the subject does not name."""
    rest = [lead_headline(story.entries[0]) for story in digest.stories[1:4]]
    return wording.shortened("; ".join(rest) or wording.contents_line(digest), 140)


def _headers(options: MailOptions) -> dict[str, str]:
    headers = {
        "From": _address(options.sender),
        "To": _address(options.recipient) if options.recipient else "undisclosed-recipients:;",
        "List-Id": _list_id(options),
        "Auto-Submitted": "auto-generated",
    }
    if options.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{_unsubscribe(options)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _list_id(options: MailOptions) -> str:
    title = _one_line("list title", options.list_title)
    if set(title) & set('<>"\\'):
        raise ExportError(f"list title {title!r}: expected no angle bracket, quote or backslash")
    phrase = title if re.fullmatch(r"[A-Za-z0-9 ]+", title) else f'"{title}"'
    return f"{phrase} <{_one_line('list id', options.list_id)}>"


def _unsubscribe(options: MailOptions) -> str:
    if not options.unsubscribe_url:
        return ""
    link = safe_link(options.unsubscribe_url)
    if link is None or not link.startswith("https://"):
        raise ExportError(f"unsubscribe address {options.unsubscribe_url!r}: expected an https URL")
    return link


def _address(text: str) -> str:
    if "@" not in _one_line("address", text):
        raise ExportError(f"mail address {text!r}: expected name@host or Name <name@host>")
    return text


def _one_line(what: str, text: str) -> str:
    """The text, refused where it could end a header and begin another."""
    if clean(text) != text or not text.strip():
        raise ExportError(f"{what} {text!r}: expected one line without control characters")
    return text
