"""Documents as JSON: one in a line (.jsonl), or one, or a list of them, in a file (.json).

Input: the text of the file. Output: a Document for each record with text or HTML, and a Skipped
with the number of the line for each without.

    {"title": "日銀、利上げ", "text": "日銀は…", "url": "https://…", "published_at": "2026-11-26"}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from kawaraban.errors import ParseError
from kawaraban.sources.collection import Collection, checked_text, parse_time, refuse_long_lines
from kawaraban.types import Document, Skipped

# The first name of each is ours; the others are those of JSON Feed and of common exports.
_TEXT = ("text", "body", "content", "content_text")
_HTML = ("html", "content_html")
_URL = ("url", "link")
_TIME = ("published_at", "date_published", "published", "date")
_TITLE = ("title", "headline")
_OUTLET = ("outlet", "publisher")
_MARKUP = re.compile(r"<(?:p|br|div|article|h[1-6])\b[^<>]*>", re.IGNORECASE)


def read_json_lines(
    collection: Collection, text: str, location: str
) -> Iterator[Document | Skipped]:
    """A document a line; a bad line does not harm the others."""
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if line.strip():
            yield _line(collection, line, f"{location}:{number}")


def read_json(collection: Collection, text: str, location: str) -> Iterator[Document | Skipped]:
    """One record, or a list of them."""
    content = _parse(text.removeprefix("\ufeff"))
    records = content if isinstance(content, list) else [content]
    for number, record in enumerate(records, start=1):
        place = f"{location}#{number}" if isinstance(content, list) else location
        try:
            yield _document(collection, record, place)
        except ParseError as error:
            yield collection.skipped(place, error)


def _line(collection: Collection, line: str, place: str) -> Document | Skipped:
    try:
        refuse_long_lines(line)
        return _document(collection, _parse(line), place)
    except ParseError as error:
        return collection.skipped(place, error)


def _parse(text: str) -> object:
    try:
        content: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not valid JSON ({error})") from None
    return content


def _document(collection: Collection, record: object, place: str) -> Document:
    if not isinstance(record, dict):
        raise ParseError('expected an object such as {"title": "…", "text": "…"}')
    markup = _first(record, _HTML)
    if not markup and _MARKUP.search(text := _first(record, _TEXT)):
        markup = text
    body = (markup or _first(record, _TEXT)).encode("utf-8", "replace")
    if not body.strip():
        raise ParseError(f"no {' or '.join((_TEXT[0], _HTML[0]))} in the record")
    text = checked_text(body, charset="utf-8")
    if not markup:
        refuse_long_lines(text)
    return collection.document(
        body,
        place,
        media_type="text/html" if markup else "text/plain",
        charset="utf-8",
        url=_first(record, _URL) or None,
        title=_first(record, _TITLE),
        outlet=_first(record, _OUTLET),
        published_at=parse_time(_first(record, _TIME)),
    )


def _first(record: Mapping[str, object], keys: tuple[str, ...]) -> str:
    values = (record.get(key) for key in keys)
    return next((value for value in values if isinstance(value, str) and value.strip()), "")
