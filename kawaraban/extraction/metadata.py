"""What a page says of itself: JSON-LD, og:, <meta>, <title>, <link rel=canonical>, <time>.

In: parser events. Out: `Metadata`. Example: og:title 「日銀、利上げ見送り」 beats the <title>
「日銀、利上げ見送り｜架空新聞」. Nothing in the head is trusted to be well formed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from kawaraban.extraction.dates import parse_stamp
from kawaraban.extraction.page import Metadata

_META_TITLE = ("og:title", "twitter:title")
_META_TIME = (
    "article:published_time",
    "datepublished",
    "date",
    "pubdate",
    "dc.date",
    "dc.date.issued",
    "publishdate",
)
_META_SITE = ("og:site_name", "application-name")
_ARTICLE_TYPES = frozenset(
    {
        "NewsArticle",
        "Article",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "BlogPosting",
        "WebPage",
        "OpinionNewsArticle",
    }
)
_MAX_JSON_CHARS = 500_000
_SITE_SUFFIX = re.compile(r"\s*(?:[|｜]|\s[-–—:：]\s|\s[－‐]\s)\s*(.{1,40})$")


class HeadReader:
    """Collects from the same events that the block reader gets."""

    def __init__(self) -> None:
        self._meta: dict[str, str] = {}
        self._ld: dict[str, str] = {}
        self._title: list[str] = []
        self._canonical = ""
        self._time = ""
        self._inside = ""
        self._script: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "meta":
            name = (
                attributes.get("property")
                or attributes.get("name")
                or attributes.get("itemprop")
                or ""
            ).lower()
            if name and attributes.get("content"):
                self._meta.setdefault(name, attributes["content"][:2_000])
        elif tag == "link" and "canonical" in attributes.get("rel", "").lower():
            self._canonical = self._canonical or attributes.get("href", "")[:2_000]
        elif tag == "time" and not self._time:
            self._time = attributes.get("datetime", "")[:100]
        elif tag == "title" and not self._title:
            self._inside = "title"
        elif tag == "script" and attributes.get("type", "").lower() == "application/ld+json":
            self._inside, self._script = "ld", []

    def data(self, data: str) -> None:
        if self._inside == "title":
            self._title.append(data[:2_000])
        elif self._inside == "ld":
            self._script.append(data)

    def end(self, tag: str) -> None:
        if tag == "script" and self._inside == "ld":
            self._read_json("".join(self._script))
        if tag in ("title", "script"):
            self._inside = ""

    def metadata(self) -> Metadata:
        """The best source for each field."""
        title = self._ld.get("headline") or self._first(_META_TITLE) or "".join(self._title)
        time = self._ld.get("datePublished") or self._first(_META_TIME) or self._time
        url = self._canonical or self._meta.get("og:url", "")
        return Metadata(
            title=_clean_title(title),
            published_at=parse_stamp(time) if time else None,
            outlet=self._outlet() or None,
            url=url if re.match(r"https?://", url) else None,
        )

    def _outlet(self) -> str:
        """The publisher as named in the head, or the site that ends the <title>."""
        named = self._ld.get("publisher") or self._first(_META_SITE)
        if named:
            return named.strip()
        suffix = _SITE_SUFFIX.search(re.sub(r"\s+", " ", "".join(self._title)).strip()[:400])
        return suffix.group(1).strip() if suffix else ""

    def _first(self, names: tuple[str, ...]) -> str:
        return next((self._meta[name] for name in names if name in self._meta), "")

    def _read_json(self, text: str) -> None:
        if len(text) > _MAX_JSON_CHARS or text.count("[") + text.count("{") > 5_000:
            return
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            return
        nodes = data if isinstance(data, list) else [data]
        for node in nodes:
            if isinstance(node, dict):
                graph = node.get("@graph")
                for item in [node, *(graph if isinstance(graph, list) else [])]:
                    self._read_node(item)

    def _read_node(self, node: object) -> None:
        if not isinstance(node, dict):
            return
        kinds = node.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if not any(isinstance(kind, str) and kind in _ARTICLE_TYPES for kind in kinds):
            return
        for name in ("headline", "datePublished"):
            if isinstance(value := node.get(name), str):
                self._ld.setdefault(name, value)
        publisher = node.get("publisher")
        if isinstance(publisher, dict) and isinstance(outlet := publisher.get("name"), str):
            self._ld.setdefault("publisher", outlet)


def _clean_title(text: str) -> str:
    """「日銀、利上げ見送り | 架空新聞デジタル」 → 「日銀、利上げ見送り」."""
    text = re.sub(r"\s+", " ", text).strip()[:400]
    shorter = _SITE_SUFFIX.sub("", text)
    return shorter if len(shorter) >= 8 else text
