"""A URL becomes a document, or, where it turns out to be a feed, one for each of its entries.

Input: a source with a URL. Output: documents of type "text/html" or "text/plain".

    source_from_text("https://news.example/1.html")   →  Document(media_type="text/html", …)
"""

from __future__ import annotations

from collections.abc import Iterator

from kawaraban.errors import ParseError, SourceError
from kawaraban.sources.collection import Collection, checked_text
from kawaraban.sources.feed import collect_entries
from kawaraban.sources.revisit import WebPage, read_again
from kawaraban.sources.sniff import kind_of_text
from kawaraban.sources.syndication import parse_feed
from kawaraban.types import Document, Skipped


def collect_url(collection: Collection) -> Iterator[Document | Skipped]:
    """The page, or the entries of the feed, at the source's location."""
    url = collection.source.location
    try:
        page = read_again(
            url, collection.fetcher, home=collection.settings.home, now=collection.now
        )
        text = checked_text(page.body, charset=page.charset)
        kind = kind_of_text(text, page.media_type)
        if kind == "feed":
            feed = parse_feed(text, base_url=page.url)
            yield from collect_entries(feed, collection, location=url)
        elif collection.source.kind == "feed":
            raise ParseError(f"expected an RSS, Atom or JSON feed, found {_found(page)}")
        elif kind in ("html", "text"):
            yield collection.document(
                page.body,
                url,
                media_type="text/html" if kind == "html" else "text/plain",
                url=page.url,
                charset=page.charset,
            )
        else:
            raise ParseError(f"expected a page or a feed, found {_found(page)}")
    except SourceError as error:
        yield collection.skipped(url, error)


def _found(page: WebPage) -> str:
    return page.media_type or "bytes without a media type"
