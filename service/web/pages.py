"""The pages that are read: digests, stories, articles, search. A GET changes nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from kawaraban.errors import StoreError
from kawaraban.extraction import extract
from kawaraban.run import TOKYO
from kawaraban.store import HUMAN
from kawaraban.store.fulltext import terms
from kawaraban.types import Article, Digest, DigestEntry, DroppedBlock
from service.access import ContextDep
from service.context import Context
from service.errors import NotFound
from service.web.access import require_reader
from service.web.rendering import ReaderRoute, render, static_files
from service.web.views import (
    article_texts,
    article_view,
    corrected,
    find_story,
    story_views,
)

router = APIRouter(
    include_in_schema=False, route_class=ReaderRoute, dependencies=[Depends(require_reader)]
)
static_router = APIRouter(include_in_schema=False, route_class=ReaderRoute)

DROPPED_PER_CLASS = 200
_HITS_PER_PAGE = 20
_DAYS_LOOKED_AT = 3


def today() -> date:
    """The day in Tokyo."""
    return datetime.now(TOKYO).date()


@router.get("/")
def read_today(
    request: Request, context: ContextDep, now: Annotated[date, Depends(today)]
) -> HTMLResponse:
    """The newest digest; without one, what to type."""
    days = context.store.list_days()
    digest = context.store.get_digest(days[0]) if days else None
    if digest is None:
        return render(request, "welcome.html.j2", settings=context.settings)
    return _day_page(request, context, digest, late=digest.day < now)


@router.get("/days")
def read_days(request: Request, context: ContextDep) -> HTMLResponse:
    """The days that have a digest."""
    newest = {info.day: info for info in reversed(context.store.list_digests())}
    days = sorted(newest.values(), key=lambda info: info.day, reverse=True)
    return render(request, "days.html.j2", days=days)


@router.get("/days/{day}")
def read_day(request: Request, context: ContextDep, day: date) -> HTMLResponse:
    return _day_page(request, context, _digest(context, day))


@router.get("/days/{day}/stories/{name}")
def read_story(request: Request, context: ContextDep, day: date, name: str) -> HTMLResponse:
    """One story with all its outlets."""
    digest = corrected(_digest(context, day), context.store)
    view = find_story(digest, name)
    views = story_views(digest)
    return render(
        request,
        "story.html.j2",
        digest=digest,
        view=view,
        before=views[view.number - 2] if view.number > 1 else None,
        after=views[view.number] if view.number < len(views) else None,
    )


@router.get("/articles/{article_id}")
def read_article(
    request: Request, context: ContextDep, article_id: str, day: date | None = None
) -> HTMLResponse:
    """The whole article, what is known of its English, and what of its page is in no article."""
    article = find_article(context, article_id)
    digest, entry = _shown_in(context, article, day)
    known = context.store.find_translations(
        article_texts(article), model=context.glossed.translator(()).model
    )
    if entry is not None:
        known |= {
            translation.ja: translation
            for translation in (entry.title, *(line.translation for line in entry.sentences))
            if translation.ja not in known or known[translation.ja].model != HUMAN
        }
    chosen = [line.sentence.index for line in entry.sentences] if entry else []
    return render(
        request,
        "article.html.j2",
        view=article_view(article, known, chosen),
        day=digest.day if digest else None,
        dropped=_dropped(context, article, digest),
        drop_limit=DROPPED_PER_CLASS,
    )


@router.get("/search")
def search_archive(
    request: Request,
    context: ContextDep,
    q: Annotated[str, Query(max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> HTMLResponse:
    """Articles that hold every word, in either language."""
    hits = context.store.search(q, limit=_HITS_PER_PAGE + 1, offset=offset)
    return render(
        request,
        "search.html.j2",
        sought=q,
        words=terms(q),
        hits=hits[:_HITS_PER_PAGE],
        offset=offset,
        before=max(0, offset - _HITS_PER_PAGE) if offset else None,
        after=offset + _HITS_PER_PAGE if len(hits) > _HITS_PER_PAGE else None,
    )


@static_router.get("/static/{name}")
def read_static(name: str) -> Response:
    """The style sheet, the script and the icon; their address changes with their content."""
    if name not in static_files():
        raise NotFound("There is no such file.")
    content, media_type = static_files()[name]
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type=media_type, headers=headers)


def find_article(context: Context, article_id: str) -> Article:
    """Raises NotFound."""
    article = context.store.find_article(article_id)
    if article is None:
        raise NotFound("There is no such article in the archive.")
    return article


def _digest(context: Context, day: date) -> Digest:
    digest = context.store.get_digest(day)
    if digest is None:
        raise NotFound(f"There is no digest of {day.isoformat()}. The list of days has all.")
    return digest


def _day_page(
    request: Request, context: Context, digest: Digest, *, late: bool = False
) -> HTMLResponse:
    days = context.store.list_days()
    digest = corrected(digest, context.store)
    return render(
        request,
        "day.html.j2",
        digest=digest,
        views=story_views(digest),
        late=late,
        before=max((day for day in days if day < digest.day), default=None),
        after=min((day for day in days if day > digest.day), default=None),
        drop_limit=DROPPED_PER_CLASS,
    )


def _shown_in(
    context: Context, article: Article, day: date | None
) -> tuple[Digest | None, DigestEntry | None]:
    """The named day's digest with the article, else the newest of the last ones that has it."""
    for candidate in [day] if day else context.store.list_days()[:_DAYS_LOOKED_AT]:
        digest = context.store.get_digest(candidate)
        for story in digest.stories if digest else ():
            for entry in story.entries:
                if entry.article.id == article.id:
                    return digest, entry
    return None, None


def _dropped(
    context: Context, article: Article, digest: Digest | None
) -> tuple[DroppedBlock, ...] | None:
    """What of the article's page is in no article; None where the page is no longer there."""
    if digest is not None:
        return tuple(block for block in digest.dropped if block.location == article.location)
    try:
        document = context.store.find_document(article.document_id)
    except StoreError:
        return None
    if document is None:
        return None
    return extract(document, encoder=context.stages.encoder).dropped
