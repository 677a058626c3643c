"""What is in the store: digests, articles, and the search over both languages."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from kawaraban.segmentation import segment
from service import wire
from service.access import ContextDep
from service.errors import NotFound
from service.known import known_english
from service.schemas import answers as out
from service.schemas.requests import ID

router = APIRouter(prefix="/v1", tags=["archive"])

Limit = Annotated[int, Query(ge=1, le=100)]
Day = Annotated[date, Path(examples=["2026-11-26"])]
Offset = Annotated[int, Query(ge=0, le=100_000)]


@router.get("/digests")
def list_digests(context: ContextDep, limit: Limit = 30, offset: Offset = 0) -> out.DigestsOut:
    """The digests that were made, newest day and newest version first."""
    found = context.store.list_digests()[offset : offset + limit]
    return out.DigestsOut(digests=[wire.digest_info(info) for info in found])


@router.get("/digests/{day}")
def get_digest(
    context: ContextDep,
    day: Day,
    version: Annotated[
        str | None, Query(pattern="^[0-9a-f]{64}$", description="A `key`; default: the newest.")
    ] = None,
) -> out.DigestOut:
    """The digest of a day in Tokyo, as it is now or as it was."""
    found = context.store.get_digest(day, key=version)
    if found is None:
        what = f"version {version} of the digest" if version else "digest"
        raise NotFound(f"no {what} of {day.isoformat()}; see /v1/digests for those there are")
    return wire.digest(found)


@router.get("/digests/{day}/versions")
def list_versions(context: ContextDep, day: Day) -> out.DigestsOut:
    """Every version of a day's digest, the newest first: each run with other content made one."""
    found = context.store.list_digests(day)
    if not found:
        raise NotFound(f"no digest of {day.isoformat()}; see /v1/digests for those there are")
    return out.DigestsOut(digests=[wire.digest_info(info) for info in found])


@router.get("/articles/{article_id}")
def get_article(
    context: ContextDep, article_id: Annotated[str, Path(pattern=ID)]
) -> out.StoredArticleOut:
    """An article of the archive with the translations that are known, names made to agree."""
    found = context.store.find_article(article_id)
    if found is None:
        raise NotFound(f"no article {article_id!r}; ids are in digests and search results")
    sentences = segment(found)
    return wire.stored_article(found, sentences, known_english(context, found))


@router.get("/search")
def search(
    context: ContextDep,
    q: Annotated[str, Query(min_length=1, max_length=200, description="Words; all must be found.")],
    limit: Limit = 20,
    offset: Offset = 0,
) -> out.SearchOut:
    """Articles that hold every word, in Japanese or English; hits in headlines come first."""
    hits = context.store.search(q, limit=limit + 1, offset=offset)
    more = len(hits) > limit
    return out.SearchOut(
        hits=[wire.hit(found) for found in hits[:limit]],
        next_offset=offset + limit if more else None,
    )
