"""One source being read: what its readers need, and how they make documents.

collection.document(body, "a.zip!b.html", media_type="text/html")   # id = SHA-256 of body
collection.skipped("a.zip!c.bin", "binary data; expected text or HTML")
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Protocol

from kawaraban.errors import ParseError
from kawaraban.settings import Settings
from kawaraban.sources.config import SourceConfig
from kawaraban.sources.encoding import decode
from kawaraban.sources.response import Response, Validators
from kawaraban.types import Document, Skipped

MAX_LINE_CHARS = 1_000_000  # of a text dump; a day of one newspaper is shorter

_TOKYO = timezone(timedelta(hours=9))


class Fetching(Protocol):
    """What sources need of a fetcher."""

    def fetch(self, url: str, *, validators: Validators | None = None) -> Response: ...


@dataclass(frozen=True, slots=True)
class Collection:
    """One source being read at one moment."""

    source: SourceConfig
    fetcher: Fetching
    settings: Settings
    now: datetime

    def document(
        self,
        body: bytes,
        location: str,
        *,
        media_type: str,
        url: str | None = None,
        charset: str | None = None,
        title: str | None = None,
        outlet: str | None = None,
        published_at: datetime | None = None,
    ) -> Document:
        """A document of this source; what the user says about the outlet wins."""
        return Document(
            id=hashlib.sha256(body).hexdigest(),
            source=self.source.name,
            location=location,
            media_type=media_type,
            body=body,
            fetched_at=self.now,
            url=url,
            charset=charset,
            title=title or None,
            outlet=self.source.outlet or outlet or None,
            published_at=published_at,
        )

    def skipped(self, location: str, reason: object) -> Skipped:
        """What could not be collected, and why."""
        return Skipped(location, "collect", str(reason).removeprefix(f"{location}: "))


def checked_text(body: bytes, *, charset: str | None = None) -> str:
    """The text of a body; raises ParseError if there is none."""
    text = decode(body, charset=charset).text
    if not text.strip("\ufeff \t\r\n\u3000"):
        raise ParseError("empty; expected text or HTML")
    return text


def refuse_long_lines(text: str) -> None:
    """Raise ParseError for a plain text whose longest line nobody could have written."""
    longest = max(map(len, text.splitlines()), default=0)
    if longest > MAX_LINE_CHARS:
        raise ParseError(
            f"a line of {longest} characters; expected at most {MAX_LINE_CHARS} "
            "(is this a news text?)"
        )


def parse_time(text: str | None) -> datetime | None:
    """ISO 8601 or RFC 822 to UTC; a time without zone, or in "JST", is Tokyo's."""
    if not text or not (text := text.strip()):
        return None
    text = re.sub(r"\s*\(?JST\)?$", " +0900", text)
    for parse in (datetime.fromisoformat, _from_iso_with_blank, parsedate_to_datetime):
        try:
            moment = parse(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=_TOKYO)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _from_iso_with_blank(text: str) -> datetime:
    return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d)", "", text.replace("/", "-")))
