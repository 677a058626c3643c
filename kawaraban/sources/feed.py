"""The entries of a feed become documents: from the feed's own text where it holds the article,
else from the page behind the link, else from whatever text there is.

Input: a parsed `Feed`. Output: a Document for each entry, or a Skipped with the reason. Title,
time and outlet of the feed stay on the document.

    collect_entries(feed, collection, location="https://news.example/feed.xml")
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator

from kawaraban.errors import ParseError, SourceError
from kawaraban.sources.collection import Collection, checked_text
from kawaraban.sources.revisit import read_again
from kawaraban.sources.sniff import kind_of_text
from kawaraban.sources.syndication import Entry, Feed
from kawaraban.types import Document, Skipped

FULL_CHARS = 120  # what the feed calls content is the article if it is at least this long
FULL_SUMMARY_CHARS = 400  # and what it calls a description, if it is this long

_TAG = re.compile(r"<[^<>]*>")
_TRUNCATED = re.compile(
    r"(?:…|\.\.\.|・・・|\[…\]|\[\.\.\.\]|続きを読む|続きはこちら|全文を読む|もっと見る|Read more)"
    r"[\s\]）)】>»]*$",
    re.IGNORECASE,
)

logger = logging.getLogger(__name__)


def collect_entries(
    feed: Feed, collection: Collection, *, location: str
) -> Iterator[Document | Skipped]:
    """Documents in the order of the feed; an entry that stands twice comes once."""
    if not feed.entries:
        yield collection.skipped(location, "a feed without entries")
    seen: set[str] = set()
    for number, entry in enumerate(feed.entries, start=1):
        place = entry.link or f"{location}#{number}"
        if place in seen:
            continue
        seen.add(place)
        try:
            outlet = entry.outlet or feed.title
            yield _document(entry, collection, place=place, outlet=outlet)
        except SourceError as error:
            yield collection.skipped(place, error)


def _document(entry: Entry, collection: Collection, *, place: str, outlet: str) -> Document:
    text = visible_text(entry.content)
    if entry.link is None or _is_whole(entry, text):
        return _from_feed(entry, text, collection, place=place, outlet=outlet)
    try:
        return _from_page(entry, entry.link, collection, outlet=outlet)
    except SourceError as error:
        if not text:
            raise
        logger.warning("%s; the text of the feed is used instead", error)
        return _from_feed(entry, text, collection, place=place, outlet=outlet)


def _is_whole(entry: Entry, text: str) -> bool:
    least = FULL_CHARS if entry.is_full else FULL_SUMMARY_CHARS
    return len(text) >= least and not _TRUNCATED.search(text)


def _from_feed(
    entry: Entry, text: str, collection: Collection, *, place: str, outlet: str
) -> Document:
    if not text:
        raise ParseError("an entry without text and without a link; nothing to read")
    is_html = _TAG.search(entry.content) is not None
    return collection.document(
        (entry.content if is_html else html.unescape(entry.content)).encode("utf-8", "replace"),
        place,
        media_type="text/html" if is_html else "text/plain",
        charset="utf-8",
        url=entry.link,
        title=entry.title,
        outlet=outlet,
        published_at=entry.published_at,
    )


def _from_page(entry: Entry, link: str, collection: Collection, *, outlet: str) -> Document:
    page = read_again(
        link,
        collection.fetcher,
        home=collection.settings.home,
        now=collection.now,
        changed_at=entry.changed_at,
    )
    kind = kind_of_text(checked_text(page.body, charset=page.charset), page.media_type)
    if kind not in ("html", "text"):
        raise ParseError(f"expected a page behind the entry, found {page.media_type or kind}")
    return collection.document(
        page.body,
        link,
        media_type="text/html" if kind == "html" else "text/plain",
        charset=page.charset,
        url=page.url,
        title=entry.title,
        outlet=outlet,
        published_at=entry.published_at,
    )


def visible_text(content: str) -> str:
    """What a reader sees of an HTML fragment, roughly: <p>景気は<b>回復</b>した。</p>."""
    shown = re.sub(r"<(script|style)\b.*?</\1\s*>", "", content, flags=re.IGNORECASE | re.DOTALL)
    return " ".join(html.unescape(_TAG.sub(" ", shown)).split())
