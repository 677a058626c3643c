"""Where on a page an element stands: landmark elements, roles, and telling class names.

In: one element's name and attributes. Out: "nav", "footer", "aside", "related", "ad" … or that of
the parent. Example: <div class="related-articles"> → "related"; <main> and <article> end a hint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_TAGS = {
    "nav": "nav",
    "footer": "footer",
    "aside": "aside",
    "form": "form",
    "main": "main",
    "article": "article",
    "menu": "nav",
    "dialog": "ad",
}
_ROLES = {
    "navigation": "nav",
    "contentinfo": "footer",
    "complementary": "aside",
    "search": "form",
    "main": "main",
    "article": "article",
    "banner": "",
    "menu": "nav",
    "dialog": "ad",
}
_WORDS = {
    "breadcrumb": "breadcrumb breadcrumbs topicpath pankuzu topic-path crumb",
    "related": "related recommend recommended recommendation recommendations osusume kanren "
    "readmore relation pickup",
    "ranking": "ranking rankings rank popular trending mostread",
    "ad": "ad ads advert advertisement banner banners promo promotion sponsor sponsored pr adsense",
    "share": "share sns social sharing socials bookmark",
    "comment": "comment comments disqus",
    "nav": "nav navi navigation gnav globalnav menu pager pagination paging tabs tab toc skip",
    "footer": "footer copyright",
    "aside": "sidebar side sub subcolumn rightcolumn leftcolumn aside widget",
    "author": "author profile writer byline bio",
    "disclaimer": "disclaimer disclosure",
}
_HINTS = {word: section for section, words in _WORDS.items() for word in words.split()}
_WRAPPERS = frozenset({"html", "body", "main", "article"})
_STICKY = frozenset(
    {
        "nav",
        "footer",
        "related",
        "ranking",
        "ad",
        "share",
        "comment",
        "breadcrumb",
        "form",
        "disclaimer",
    }
)
_SPLIT = re.compile(r"[\s_\-/:.]+|(?<=[a-z0-9])(?=[A-Z])")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAX_NAME_CHARS = 300


def section_of(tag: str, attributes: Mapping[str, str], *, parent: str, hints: bool) -> str:
    """The landmark in which the element's text stands."""
    own = _ROLES.get(attributes.get("role", "").lower()) or _TAGS.get(tag, "")
    if not own and hints and tag not in _WRAPPERS:
        own = _hint(attributes)
    if not own or (parent in _STICKY and own in ("main", "article")):
        return parent
    return own


def _hint(attributes: Mapping[str, str]) -> str:
    """The first of the last words that tells: "l-sidebar", "relatedArticles", "sns_share"."""
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:_MAX_NAME_CHARS]
    for word in _SPLIT.split(names):
        if section := _HINTS.get(word.lower()):
            return section
    return ""


def hidden(attributes: Mapping[str, str]) -> bool:
    """An element that a browser does not show."""
    if "hidden" in attributes or attributes.get("aria-hidden", "").lower() == "true":
        return True
    return bool(_HIDDEN_STYLE.search(attributes.get("style", "")))
