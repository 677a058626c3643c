"""Document → articles and drop report: the whole way of one page.

In: a `Document` (HTML or text). Out: an `Extraction`: every visible block stands in exactly one
article, or in `dropped` with class and rule. Example: a dump of three wire stories and a disclaimer
gives three articles and one dropped block, rule `disclaimer.own_voice`.

An article without a headline takes its first sentence as title; the sentence stays in the body.
Signs at the start of a line (■ ・ ▼) are layout and are left out of titles and key points.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import PurePath
from urllib.parse import urlsplit

from kawaraban.errors import ArticleError
from kawaraban.extraction import forms, language
from kawaraban.extraction.assembly import Assembler, Draft
from kawaraban.extraction.blocks import Judged, judge_alone
from kawaraban.extraction.dates import parse_stamp
from kawaraban.extraction.duplicates import article_id, link_duplicates
from kawaraban.extraction.html import parse_html
from kawaraban.extraction.meaning import Meaning
from kawaraban.extraction.neighbours import judge_together
from kawaraban.extraction.page import Page, cut_tails
from kawaraban.extraction.text import parse_text
from kawaraban.pipeline import Encoder
from kawaraban.sources.encoding import decode_document
from kawaraban.types import Article, Document, DroppedBlock, Extraction

_HTML_TYPES = ("text/html", "application/xhtml+xml", "multipart/related")
_MIN_BODY_CHARS = 40  # below this a text without headline is no article
_MAX_TITLE_CHARS = 120


def extract(document: Document, *, encoder: Encoder | None = None) -> Extraction:
    """Articles in reading order, duplicates linked; raises ArticleError for a page not Japanese."""
    text = decode_document(document)
    if _is_html(document, text):
        return _extract_html(document, text, encoder)
    return _finish(document, parse_text(text), encoder)


def _extract_html(document: Document, text: str, encoder: Encoder | None) -> Extraction:
    """Class names may lie: if they leave no article, the page is read without them."""
    extraction = _finish(document, parse_html(text), encoder)
    hinted = any(".in_" in d.rule and forms.is_prose(d.text) for d in extraction.dropped)
    if extraction.articles or not hinted:
        return extraction
    return _finish(document, parse_html(text, hints=False), encoder)


def _is_html(document: Document, text: str) -> bool:
    if document.media_type in _HTML_TYPES:
        return True
    return bool(re.match(r"\s*<(?:!doctype html|html|head|body)\b", text[:1_000], re.IGNORECASE))


def _finish(document: Document, page: Page, encoder: Encoder | None) -> Extraction:
    page = cut_tails(page)
    reason = language.refusal("\n".join(block.text[:2_000] for block in page.blocks))
    if reason is not None:
        raise ArticleError(f"{document.location}: {reason}; give a Japanese page")
    judged = judge_together(judge_alone(page))
    title = document.title or page.metadata.title
    similarity = None if encoder is None else Meaning(encoder).similarity
    assembler = Assembler(judged, page_title=title, similarity=similarity)
    drafts = _keep(assembler.run(), judged)
    articles = [_article(draft, judged, document, page, n_drafts=len(drafts)) for draft in drafts]
    return Extraction(
        articles=tuple(link_duplicates(articles, encoder=encoder)),
        dropped=tuple(_dropped(judged, drafts, assembler, document)),
    )


def _keep(drafts: list[Draft], judged: list[Judged]) -> list[Draft]:
    """Without the crumbs: a lone short sentence that no headline announces."""
    return [draft for draft in drafts if not _is_crumb(draft, judged)]


def _is_crumb(draft: Draft, judged: list[Judged]) -> bool:
    n_chars = sum(len(judged[i].text) for i in draft.paragraphs)
    return n_chars < _MIN_BODY_CHARS and (draft.title is None or n_chars < _MIN_BODY_CHARS // 2)


def _article(
    draft: Draft, judged: list[Judged], document: Document, page: Page, *, n_drafts: int
) -> Article:
    paragraphs = tuple(judged[i].text for i in draft.paragraphs)
    alone = n_drafts == 1
    title = forms.strip_ornament(judged[draft.title].text) if draft.title is not None else ""
    if not title and alone:
        title = document.title or page.metadata.title
    title = title or first_sentence(paragraphs[0])
    return Article(
        id=article_id(title, paragraphs),
        title=title,
        paragraphs=paragraphs,
        source=document.source,
        location=document.location,
        key_points=tuple(forms.strip_ornament(judged[i].text) for i in draft.key_points),
        outlet=document.outlet or page.metadata.outlet or _place(document),
        url=document.url or page.metadata.url,
        published_at=_published_at(draft, judged, document, page, alone=alone),
        document_id=document.id,
    )


def _place(document: Document) -> str | None:
    """Where a page without a name came from: its host, or the file's own name."""
    if document.url:
        return (urlsplit(document.url).hostname or "").removeprefix("www.") or None
    return PurePath(document.location.split("!")[-1]).name or None


def _published_at(
    draft: Draft, judged: list[Judged], document: Document, page: Page, *, alone: bool
) -> datetime | None:
    """The page's own word for a single article; for one of several the stamp beside it."""
    near = document.fetched_at
    beside = (*draft.stamps_before, *draft.stamps_after)
    own = [parse_stamp(judged[i].text, near=near) for i in beside]
    stated = next((time for time in own if time is not None), None)
    given = document.published_at or page.metadata.published_at
    if alone:
        return given or stated
    if stated is None and given is None:
        dates = [item.text for item in judged if item.label == "date"]
        return parse_stamp(dates[0], near=near) if len(dates) == 1 else None
    return stated or given


def first_sentence(text: str) -> str:
    """「日銀は31日、金利を据え置いた。市場は…」 → 「日銀は31日、金利を据え置いた。」"""
    found = re.match(r"[^。！？]{1,119}[。！？][」』）)]*", text)
    return found.group() if found else text[:_MAX_TITLE_CHARS]


def _dropped(
    judged: list[Judged], drafts: list[Draft], assembler: Assembler, document: Document
) -> list[DroppedBlock]:
    kept = {
        i
        for d in drafts
        for i in (*d.paragraphs, *d.key_points, *([] if d.title is None else [d.title]))
    }
    dropped = []
    for i, item in enumerate(judged):
        if i in kept or item.block.tag == "hr":
            continue
        label, rule = assembler.verdicts.get(i, (item.label, item.rule))
        if label in ("body", "heading", "key_point"):
            label, rule = "teaser", "teaser.crumb"
        dropped.append(
            DroppedBlock(item.text, label, rule, line=item.block.line, location=document.location)
        )
    return dropped
