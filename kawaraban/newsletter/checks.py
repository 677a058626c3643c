"""What must be true of a mail before it goes out: each check reads the finished bytes.

    check_message(message, digest) → [Problem("links", "https://evil.example/ leads to no article")]

An empty list lets it go. The checks do not trust the renderer: the message is parsed again, its
HTML and text are compared with each other and with the digest.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from email.message import EmailMessage
from functools import cached_property

from lxml import etree
from lxml import html as lxml_html

from kawaraban.export import wording
from kawaraban.export.safe import clean, safe_link
from kawaraban.newsletter.contrast import faint_texts
from kawaraban.types import Digest

CLIPPED_FROM_BYTES = 102_000
MAX_LINE_BYTES = 998
_ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "List-Id")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_LIST_ID = re.compile(r"[^<>]* ?<[A-Za-z0-9.-]+>", re.DOTALL)
_JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
_MARKS = re.compile("[✓≈↻✗\\s]+")
_BLOCKS = "//p | //li | //h1 | //h2 | //td[not(.//p or .//table or .//li)]"
_FRAME = ("masthead", "foot", "label", "preheader")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a mail may not go out."""

    check: str
    found: str


@dataclass(frozen=True)
class Mail:
    """A message taken apart again."""

    raw: bytes
    digest: Digest

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @cached_property
    def parts(self) -> list[EmailMessage]:
        return [part for part in self.message.iter_parts() if isinstance(part, EmailMessage)]

    @cached_property
    def text(self) -> str:
        return self._content("text/plain")

    @cached_property
    def html(self) -> str:
        return self._content("text/html")

    @cached_property
    def tree(self) -> lxml_html.HtmlElement:
        return lxml_html.document_fromstring(self.html or "<html></html>")

    def _content(self, kind: str) -> str:
        found = [part.get_content() for part in self.parts if part.get_content_type() == kind]
        return str(found[0]) if found else ""


def check_message(raw: bytes, digest: Digest) -> list[Problem]:
    """Everything that speaks against sending this message, in the order of `CHECKS`."""
    mail = Mail(raw, digest)
    if shape := list(_structure(mail)):
        return [Problem("structure", found) for found in shape]
    return [Problem(name, found) for name, check in CHECKS.items() for found in check(mail)]


def _structure(mail: Mail) -> Iterator[str]:
    kinds = [part.get_content_type() for part in mail.parts]
    if mail.message.get_content_type() != "multipart/alternative" or kinds != [
        "text/plain",
        "text/html",
    ]:
        yield (
            f"found {mail.message.get_content_type()} of {kinds}; "
            "expected multipart/alternative, text first"
        )
    for part in mail.message.walk():
        yield from (f"{type(defect).__name__} in the message" for defect in part.defects)
    for part in mail.parts:
        if part.get_content_charset() != "utf-8":
            yield f"{part.get_content_type()} is in {part.get_content_charset()}; expected utf-8"


def _headers(mail: Mail) -> Iterator[str]:
    message = mail.message
    for name in _ONCE:
        if len(message.get_all(name, [])) != 1:
            yield f"{name} stands {len(message.get_all(name, []))} times; expected once"
    for name, value in message.items():
        if value.defects:
            yield f"{name} cannot be parsed: {type(value.defects[0]).__name__}"
        if clean(str(value)) != str(value):
            yield f"{name} holds a control character"
    if not _MESSAGE_ID.fullmatch(str(message["Message-ID"] or "")):
        yield "Message-ID is not <id@host>"
    if not _LIST_ID.fullmatch(str(message["List-Id"] or "")):
        yield "List-Id is not Name <id>"
    if message["Date"] and message["Date"].datetime.astimezone(UTC) != _seconds(mail.digest):
        yield "Date is not when the digest was made"
    yield from _unsubscribe(message)
    yield from _lines(mail.raw)


def _seconds(digest: Digest) -> object:
    return digest.created_at.astimezone(UTC).replace(microsecond=0)


def _unsubscribe(message: EmailMessage) -> Iterator[str]:
    url = str(message["List-Unsubscribe"] or "")
    # Mailbox providers look for these as they stand, not for encoded words that spell them.
    for name, value in message.raw_items():
        if name in ("List-Unsubscribe", "List-Unsubscribe-Post", "Message-ID") and "=?" in value:
            yield f"{name} is an encoded word"
    if not (url.startswith("<https://") and url.endswith(">") and safe_link(url[1:-1])):
        yield "List-Unsubscribe is not <https://…>"
    if message["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        yield "List-Unsubscribe-Post is not List-Unsubscribe=One-Click"


def _lines(raw: bytes) -> Iterator[str]:
    if b"\n" in raw.replace(b"\r\n", b"") or b"\r" in raw.replace(b"\r\n", b""):
        yield "a line does not end in CRLF"
    if max(map(len, raw.split(b"\r\n"))) > MAX_LINE_BYTES:
        yield f"a line is longer than {MAX_LINE_BYTES} bytes"
    if not raw.isascii():
        yield "found bytes beyond ASCII; expected encoded words and base64"


def _size(mail: Mail) -> Iterator[str]:
    n_bytes = len(mail.html.encode())
    if n_bytes >= CLIPPED_FROM_BYTES:
        yield f"the HTML has {n_bytes} bytes; mail readers cut it off at {CLIPPED_FROM_BYTES}"


def _links(mail: Mail) -> Iterator[str]:
    articles = {
        safe_link(article.url)
        for story in mail.digest.stories
        for article in (*(entry.article for entry in story.entries), *story.duplicates)
    }
    leave = str(mail.message["List-Unsubscribe"] or "").strip("<>")
    anchors = set(mail.tree.xpath("//@id"))
    seen = set()
    for link in mail.tree.xpath("//@href | //@src"):
        seen.add(str(link))
        if link.startswith("#"):
            if link[1:] not in anchors:
                yield f"{link} leads nowhere in the mail"
        elif link not in articles and link != leave:
            yield f"{link} is the address of no article of the digest"
    if leave and leave not in seen:
        yield "the HTML has no link to unsubscribe"
    if leave not in mail.text:
        yield "the text has no address to unsubscribe"
    for story in mail.digest.stories:
        link = safe_link(story.entries[0].article.url)
        if link and link not in mail.text:
            yield f"{link} is missing in the text"


def _text(mail: Mail) -> Iterator[str]:
    """Every sentence that the HTML shows must stand in the text part."""
    text = _squeezed(mail.text)
    for block in mail.tree.xpath(_BLOCKS):
        classes = [name for up in (block, *block.iterancestors()) for name in _classes(up)]
        if any(name in _FRAME for name in classes):
            continue
        for piece in _lines_of(block):
            if _squeezed(piece) not in text:
                yield f"“{piece[:60]}” is in the HTML and not in the text"


def _lines_of(block: etree._Element) -> list[str]:
    """The text of a block between its line breaks and our own separators."""
    for tag in block.iter("br"):
        tag.tail = "\n" + (tag.tail or "")
    content = "".join(map(str, block.itertext())).replace("Original page", "")
    content = re.sub(r"^\s*Also ", "\n", content).replace("the same text at ", "\n")
    pieces = re.split(r"[\n·]|(?<=[\w)])▲|^▲", content)
    return [piece.strip(" ▲") for piece in pieces if piece.strip(" ▲")]


def _classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split()


def _numbers(mail: Mail) -> Iterator[str]:
    """A figure that is missing or differs must be marked where its sentence is shown."""
    text, html = _squeezed(mail.text), _squeezed(mail.tree.text_content())
    for translation in wording.translations(mail.digest):
        bad = [number for number in translation.numbers if number.verdict in ("missing", "wrong")]
        if not bad or wording.is_suspect(translation):  # shown as “not reliable”, Japanese first
            continue
        reasons = [_squeezed(clean(f.reason)) for f in translation.flags if f.kind == "number"]
        for name, body in (("text", text), ("HTML", html)):
            shown = _squeezed(clean(translation.ja)) in body
            if shown and not any(reason in body for reason in reasons):
                yield f"{bad[0].ja} {bad[0].verdict} in the English and not marked in the {name}"


def _languages(mail: Mail) -> Iterator[str]:
    for node in mail.tree.xpath("//body//text()[normalize-space()]"):
        if _JAPANESE.search(node):
            holder = node.getparent() if node.is_text else node.getparent().getparent()
            lang = holder.xpath("ancestor-or-self::*[@lang][1]/@lang")
            if lang != ["ja"] and "preheader" not in _classes(holder):
                yield f"“{node.strip()[:40]}” is not marked as Japanese"


def _images(mail: Mail) -> Iterator[str]:
    for image in mail.tree.xpath("//img[not(@alt)]"):
        yield f"the image {image.get('src', '')[:80]} has no alt text"
    for table in mail.tree.xpath("//table[not(@role='presentation')]"):
        yield f"a table for layout (class {table.get('class')}) has no role=presentation"


def _contrast(mail: Mail) -> Iterator[str]:
    for dark in (False, True):
        mode = "dark" if dark else "light"
        yield from (f"{mode}: {found}" for found in faint_texts(mail.html, dark=dark))


def _squeezed(text: str) -> str:
    """Without white space and the marks at figures, which the text part writes as words."""
    return _MARKS.sub("", text)


CHECKS: dict[str, Callable[[Mail], Iterator[str]]] = {
    "headers": _headers,
    "size": _size,
    "links": _links,
    "text": _text,
    "numbers": _numbers,
    "languages": _languages,
    "images": _images,
    "contrast": _contrast,
}
