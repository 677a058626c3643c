"""The pages that are read: digests, stories, articles, search. A GET changes nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from kawaraban.errors import StoreError
from kawaraban.extraction import extract
from kawaraban.run import TOKYO
from kawaraban.store.fulltext import terms
from kawaraban.types import Article, Digest, DigestEntry, DroppedBlock
from kawaraban.watch import read_watch_words
from service.access import ContextDep
from service.context import Context
from service.errors import NotFound
from service.known import article_texts, known_english
from service.web.access import require_reader
from service.web.rendering import ReaderRoute, render, static_files
from service.web.sheets import Sheet, find_sheet
from service.web.views import article_view, find_story, story_views

router = APIRouter(
    include_in_schema=False, route_class=ReaderRoute, dependencies=[Depends(require_reader)]
)
static_router = APIRouter(include_in_schema=False, route_class=ReaderRoute)

Version = Annotated[str, Query(pattern="^[0-9a-f]{0,64}$")]

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
    if not days:
        return render(request, "welcome.html.j2", settings=context.settings)
    return _day_page(request, context, find_sheet(context.store, days[0]), late=days[0] < now)


@router.get("/days")
def read_days(request: Request, context: ContextDep) -> HTMLResponse:
    """The days that have a digest."""
    found = context.store.list_digests()
    newest = {info.day: info for info in reversed(found)}
    days = sorted(newest.values(), key=lambda info: info.day, reverse=True)
    n_versions = Counter(info.day for info in found)
    return render(request, "days.html.j2", days=days, n_versions=n_versions)


@router.get("/days/{day}")
def read_day(
    request: Request, context: ContextDep, day: date, version: Version = ""
) -> HTMLResponse:
    """The day's digest: the newest, or an older version of it."""
    return _day_page(request, context, find_sheet(context.store, day, version=version))


@router.get("/days/{day}/stories/{name}")
def read_story(
    request: Request, context: ContextDep, day: date, name: str, version: Version = ""
) -> HTMLResponse:
    """One story with all its outlets."""
    sheet = find_sheet(context.store, day, version=version)
    views = story_views(sheet)
    view = find_story(views, name)
    return render(
        request,
        "story.html.j2",
        sheet=sheet,
        view=view,
        before=views[view.number - 2] if view.number > 1 else None,
        after=views[view.number] if view.number < len(views) else None,
    )


@router.get("/articles/{article_id}")
def read_article(
    request: Request,
    context: ContextDep,
    article_id: str,
    day: date | None = None,
    version: Version = "",
) -> HTMLResponse:
    """The whole article, what is known of its English, and what of its page is in no article."""
    article = find_article(context, article_id)
    sheet, entry = _shown_in(context, article, day, version)
    shown = (entry.title, *(line.translation for line in entry.sentences)) if entry else ()
    known = known_english(context, article, shown)
    chosen = [line.sentence.index for line in entry.sentences] if entry else []
    history = context.store.find_corrections(article_texts(article))
    return render(
        request,
        "article.html.j2",
        view=article_view(article, known, chosen, history),
        sheet=sheet,
        dropped=_dropped(context, article, sheet.digest if sheet else None),
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
        watched=(*read_watch_words(context.settings.home), *context.settings.watch_words),
        is_empty=not hits and not context.store.list_days(),
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


def _day_page(
    request: Request, context: Context, sheet: Sheet, *, late: bool = False
) -> HTMLResponse:
    days = context.store.list_days()
    return render(
        request,
        "day.html.j2",
        sheet=sheet,
        views=story_views(sheet),
        late=late,
        before=max((day for day in days if day < sheet.digest.day), default=None),
        after=min((day for day in days if day > sheet.digest.day), default=None),
        drop_limit=DROPPED_PER_CLASS,
    )


def _shown_in(
    context: Context, article: Article, day: date | None, version: str
) -> tuple[Sheet | None, DigestEntry | None]:
    """The named day's sheet with the article, else the newest of the last ones that has it."""
    days = context.store.list_days()
    for candidate in [day] if day in days else days[:_DAYS_LOOKED_AT]:
        sheet = find_sheet(context.store, candidate, version=version if candidate == day else "")
        for story in sheet.digest.stories:
            for entry in story.entries:
                if entry.article.id == article.id:
                    return sheet, entry
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
