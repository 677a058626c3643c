"""Fetch a URL without paying twice: ask the server whether it changed, and keep what it gave.

Input: a URL, and a folder that remembers earlier visits. Output: the page, from the network or
from `home`. A feed that dates its entries saves even the question: a page fetched after its entry
was last changed is taken as it is.

    read_again("https://news.example/1.html", fetcher, home=home, now=now, changed_at=entry_time)
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from kawaraban.sources.collection import Fetching
from kawaraban.sources.raw import load_body, save_body, write_whole
from kawaraban.sources.response import Validators


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page as the server gave it, now or on an earlier visit."""

    url: str  # after redirects
    media_type: str
    charset: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class _Visit:
    url: str
    media_type: str
    charset: str | None
    etag: str | None
    last_modified: str | None
    body_id: str
    fetched_at: str  # ISO 8601


def read_again(
    url: str,
    fetcher: Fetching,
    *,
    home: Path,
    now: datetime,
    changed_at: datetime | None = None,
) -> WebPage:
    """The page at `url`; raises FetchError if it cannot be had."""
    path = home / "visits" / f"{hashlib.sha256(url.encode()).hexdigest()}.json"
    visit = _load(path)
    body = load_body(visit.body_id, home) if visit else None
    if visit and body is not None:
        fetched_at = datetime.fromisoformat(visit.fetched_at)
        if changed_at is not None and changed_at <= fetched_at <= now:
            return WebPage(visit.url, visit.media_type, visit.charset, body)
        validators = Validators(visit.url, visit.etag, visit.last_modified)
        answer = fetcher.fetch(url, validators=validators)
        if answer.not_modified:
            return WebPage(visit.url, visit.media_type, visit.charset, body)
    else:
        answer = fetcher.fetch(url)
    fresh = _Visit(
        answer.url,
        answer.media_type,
        answer.charset,
        answer.validators.etag,
        answer.validators.last_modified,
        save_body(answer.body, home),
        now.isoformat(),
    )
    write_whole(path, json.dumps(asdict(fresh)).encode())
    return WebPage(answer.url, answer.media_type, answer.charset, answer.body)


def _load(path: Path) -> _Visit | None:
    """None also for a record that another version wrote: the page is then simply fetched."""
    try:
        visit = _Visit(**json.loads(path.read_bytes()))
        datetime.fromisoformat(visit.fetched_at)
    except (OSError, ValueError, TypeError):
        return None
    return visit
