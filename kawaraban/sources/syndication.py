"""RSS, Atom and JSON Feed to plain values.

Input: the text of a feed (bytes were decoded before, so a wrong XML declaration does no harm).
Output: a `Feed`. A document type that declares entities is refused before anything is expanded:
a billion laughs costs milliseconds.

    parse_feed(text, base_url="https://news.example/feed.xml").entries[0].title
"""

from __future__ import annotations

import calendar
import html
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_external_ges
from xml.sax.xmlreader import InputSource

import feedparser
from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from kawaraban.errors import ParseError
from kawaraban.sources.collection import parse_time

_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
_CHAR_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,8})|([0-9]{1,10}));", re.IGNORECASE)
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `content` is the longest text that the feed itself gives; it may be HTML."""

    title: str
    link: str | None  # absolute
    content: str
    is_full: bool  # the feed says that the content is the whole article
    published_at: datetime | None
    changed_at: datetime | None
    outlet: str | None = None  # where an aggregator has it from


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its entries, in its own order."""

    title: str
    entries: tuple[Entry, ...]


def parse_feed(text: str, *, base_url: str | None = None) -> Feed:
    """Raise ParseError for what is not a feed, or one that declares entities."""
    text = text.lstrip("\ufeff \t\r\n")
    return _json_feed(text, base_url) if text.startswith("{") else _xml_feed(text, base_url)


def _xml_feed(text: str, base_url: str | None) -> Feed:
    text = _CHAR_REFERENCE.sub(_readable, _NOT_XML.sub("", _DECLARATION.sub("", text)))
    body = text.encode("utf-8", "replace")
    _refuse_entities(body)
    headers = {"content-type": "application/xml; charset=utf-8"}
    if base_url:
        headers["content-location"] = base_url
    try:
        parsed = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError) as error:
        # feedparser's loose parser, on a feed that is broken in a way it does not foresee
        raise ParseError(f"a feed too broken to read ({error!r})") from error
    if not parsed.get("version") and not parsed.entries:
        raise ParseError("not a feed; expected RSS, Atom or JSON Feed")
    base_url = base_url or parsed.feed.get("link")
    entries = tuple(_xml_entry(entry, base_url) for entry in parsed.entries)
    return Feed(_plain(parsed.feed.get("title") or ""), entries)


def _readable(reference: re.Match[str]) -> str:
    """The reference itself, or nothing if it names no character: &#xD800;."""
    point = int(reference[1], 16) if reference[1] else int(reference[2])
    return "" if point > 0x10FFFF or _NOT_XML.match(chr(point)) else reference[0]


def _refuse_entities(body: bytes) -> None:
    """Let a hardened parser read first: whatever it would expand, it refuses."""
    # A bare <!DOCTYPE rss PUBLIC …> of old feeds is let through: it is named, never loaded.
    parser = DefusedExpatParser(forbid_dtd=False, forbid_entities=True, forbid_external=False)
    parser.setFeature(feature_external_ges, False)
    parser.setContentHandler(ContentHandler())
    source = InputSource()
    source.setByteStream(io.BytesIO(body))
    try:
        parser.parse(source)
    except DefusedXmlException as error:
        raise ParseError(
            f"the XML declares or names entities ({type(error).__name__}), which can unfold "
            "without end; refused; expected a feed without them"
        ) from None
    except SAXException:
        pass  # many feeds are not well-formed; feedparser has a second, loose parser


def _xml_entry(entry: Mapping[str, Any], base_url: str | None) -> Entry:
    contents = [part.get("value") or "" for part in entry.get("content") or []]
    summary = entry.get("summary") or ""
    content = max([*contents, summary], key=len)
    published_at = _moment(entry, "published")
    return Entry(
        title=_plain(entry.get("title") or ""),
        link=_absolute(entry.get("link"), base_url),
        content=content,
        is_full=bool(content) and content in contents,
        published_at=published_at or _moment(entry, "updated"),
        changed_at=_moment(entry, "updated") or published_at,
        outlet=_plain((entry.get("source") or {}).get("title") or "") or None,
    )


def _moment(entry: Mapping[str, Any], key: str) -> datetime | None:
    """The text of the feed decides, since feedparser takes a time without zone for UTC."""
    if key not in entry:
        return None
    if moment := parse_time(entry.get(key)):
        return moment
    try:
        parsed = entry.get(f"{key}_parsed")
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError):
        return None


def _json_feed(text: str, base_url: str | None) -> Feed:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not valid JSON ({error}); expected a JSON Feed") from None
    items = feed.get("items")
    if not isinstance(items, list):
        raise ParseError("no `items`; expected a JSON Feed")
    entries = tuple(_json_entry(item, base_url) for item in items if isinstance(item, dict))
    return Feed(_string(feed, "title"), entries)


def _json_entry(item: Mapping[str, Any], base_url: str | None) -> Entry:
    content = _string(item, "content_html") or _escaped(_string(item, "content_text"))
    published_at = parse_time(_string(item, "date_published"))
    return Entry(
        title=_plain(_string(item, "title")),
        link=_absolute(_string(item, "url") or _string(item, "external_url"), base_url),
        content=content or _escaped(_string(item, "summary")),
        is_full=bool(content),
        published_at=published_at,
        changed_at=parse_time(_string(item, "date_modified")) or published_at,
    )


def _string(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def _escaped(text: str) -> str:
    paragraphs = (html.escape(line, quote=False) for line in text.splitlines() if line.strip())
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _plain(title: str) -> str:
    """A title without markup: 訪日客、<b>最多</b> → 訪日客、最多."""
    return " ".join(html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", title)).split())


def _absolute(link: object, base_url: str | None) -> str | None:
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        return urljoin(base_url or "", link.strip())
    except ValueError:
        return link.strip()
