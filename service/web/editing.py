"""The pages that write: corrections, translating a whole article, glossary and watch words.

Each form is a POST that a page of this service must have sent, and answers with a redirect to
the page that shows the effect.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from kawaraban.errors import UsageError
from kawaraban.export.safe import clean
from kawaraban.translation.glossary import Entry
from kawaraban.watch import read_watch_words, write_watch_words
from service.access import ContextDep, TicketDep
from service.known import article_texts
from service.web import terms
from service.web.access import ReaderDep, require_reader, require_same_origin
from service.web.pages import find_article
from service.web.rendering import ReaderRoute, render
from service.web.views import article_path, text_at

router = APIRouter(
    include_in_schema=False, route_class=ReaderRoute, dependencies=[Depends(require_reader)]
)

_BACK = re.compile(r"/(?:(?:days|articles)/[A-Za-z0-9/_.%?=&-]*)?")
_ANCHOR = re.compile(r"[a-z0-9-]{0,40}")
_ARCHIVE_HITS = 4

Text = Annotated[str, Form(max_length=5_000)]
Short = Annotated[str, Form(max_length=200)]
same_origin = [Depends(require_same_origin)]


@router.post("/articles/{article_id}/corrections/{place}", dependencies=same_origin)
def correct_sentence(
    context: ContextDep,
    reader: ReaderDep,
    article_id: str,
    place: str,
    en: Text = "",
    before: Text = "",
    back: Short = "",
    anchor: Short = "",
) -> Response:
    """A reviewer's English, which wins over every model from now on. `before` is what it corrects:
    the history keeps it."""
    article = find_article(context, article_id)
    english = clean(en).strip()
    if not english:
        raise UsageError("Found no English; expected the sentence as it should read.")
    context.store.save_correction(
        text_at(article, place), english, reviewer=clean(reader), before=clean(before).strip()
    )
    return _back(back if _BACK.fullmatch(back) else article_path(article.id), anchor)


@router.post("/articles/{article_id}/corrections/{place}/undo", dependencies=same_origin)
def take_correction_back(
    context: ContextDep,
    reader: ReaderDep,
    article_id: str,
    place: str,
    n_seen: Annotated[int, Form(ge=1, le=1_000_000)],
    back: Short = "",
    anchor: Short = "",
) -> Response:
    """The English before the last correction stands again, in the memory too."""
    article = find_article(context, article_id)
    ja = text_at(article, place)
    context.store.undo_correction(ja, reviewer=clean(reader), n_seen=n_seen)
    return _back(back if _BACK.fullmatch(back) else article_path(article.id), anchor)


@router.post("/articles/{article_id}/translation", dependencies=same_origin)
def translate_article(
    context: ContextDep, ticket: TicketDep, article_id: str, back: Short = ""
) -> Response:
    """English for every sentence; what is known already is not translated again."""
    article = find_article(context, article_id)
    context.translator(ticket).translate(article_texts(article))
    return _back(back if _BACK.fullmatch(back) else article_path(article.id))


@router.get("/glossary")
def read_glossary(
    request: Request,
    context: ContextDep,
    ticket: TicketDep,
    q: Annotated[str, Query(max_length=100)] = "",
    ja: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The user's terms, the built-in ones that a search finds, and what a saved term does."""
    shelf = terms.find_terms(context, q)
    entry = next((entry for entry in terms.own_terms(context) if entry.ja == ja), None)
    effect = terms.effect_of(entry, context, ticket) if entry else None
    return render(request, "glossary.html.j2", q=q, shelf=shelf, effect=effect, gone=ja)


@router.post("/glossary", dependencies=same_origin)
def edit_glossary(
    request: Request,
    context: ContextDep,
    ticket: TicketDep,
    ja: Short = "",
    en: Short = "",
    also: Annotated[str, Form(max_length=500)] = "",
    kind: Short = "term",
    strict: bool = Form(default=False),
    action: Literal["save", "try", "remove"] = Form(default="save"),
    q: Short = "",
) -> Response:
    """Save or remove a term of the user's glossary, or show what it would do."""
    forms = tuple(form.strip() for form in clean(also).split("|") if form.strip())
    entry = Entry(clean(ja).strip(), clean(en).strip(), clean(kind) or "term", forms, strict)
    if action == "remove":
        terms.remove_term(context, entry.ja)
    elif action == "save":
        terms.save_term(context, entry)
    else:
        effect = terms.effect_of(entry, context, ticket)
        shelf = terms.find_terms(context, q)
        return render(request, "glossary.html.j2", q=q, shelf=shelf, effect=effect, gone="")
    return _back(terms.glossary_path(q, entry.ja), "effect")


@router.get("/words")
def read_words(request: Request, context: ContextDep) -> Response:
    """The watch words, and what of the archive they find."""
    own = read_watch_words(context.settings.home)
    fixed = [word for word in context.settings.watch_words if word not in own]
    found = {
        word: context.store.search(word, limit=_ARCHIVE_HITS) for word in (*own, *fixed) if word
    }
    return render(request, "words.html.j2", own=own, fixed=fixed, found=found)


@router.post("/words", dependencies=same_origin)
def edit_words(
    context: ContextDep,
    word: Short = "",
    action: Literal["add", "remove"] = Form(default="add"),
) -> Response:
    """Add or remove a watch word."""
    word = clean(word).strip()
    kept = [known for known in read_watch_words(context.settings.home) if known != word]
    write_watch_words(context.settings.home, [*kept, word] if action == "add" else kept)
    return _back("/words")


def _back(path: str, anchor: str = "") -> Response:
    fragment = f"#{anchor}" if anchor and _ANCHOR.fullmatch(anchor) else ""
    return RedirectResponse(path + fragment, status_code=303)
