"""What a text is, whatever its name or its label says.

kind_of_text("<!DOCTYPE html><p>…", "application/octet-stream")   # "html"
kind_of_text('<?xml version="1.0"?><rss version="2.0">…')          # "feed"
"""

from __future__ import annotations

import re
from typing import Literal

TextKind = Literal["html", "feed", "json", "xml", "text"]

_HEAD_CHARS = 8192
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.I | re.S)
_ROOT = re.compile(r"<([a-z][\w.-]*:)?([a-z][\w.-]*)", re.IGNORECASE)
_FEED_ROOTS = ("rss", "feed", "rdf")
_HTML_TAG = re.compile(
    r"<(?:html|head|body|title|meta|div|p|br|article|section|h[1-6]|table|span|ul)\b[^>]*>", re.I
)
_CLOSING = re.compile(r"</(?:html|head|title|body|div|p|article|section|h[1-6]|li)>", re.IGNORECASE)
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')
_JSON = re.compile(r'\{\s*"|\[\s*\{')
_ENTITY = re.compile("<!ENTITY")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uff66-\uff9f]")


def kind_of_text(text: str, media_type: str = "") -> TextKind:
    """The kind of a whole text; `media_type` decides only where the text does not."""
    head = text.lstrip("\ufeff")[:_HEAD_CHARS].lstrip()
    if _JSON.match(head):
        return "feed" if _JSON_FEED.search(text) else "json"
    at = 0
    while match := _BEFORE_ROOT.match(head, at):
        at = match.end()
    root = _ROOT.match(head, at)
    name = root[2].lower() if root else ""
    if name in _FEED_ROOTS or (_ENTITY.search(head) and not name):
        return "feed"
    if name == "html" or "html" in media_type or len(_CLOSING.findall(head)) >= 2:
        return "html"
    if head.startswith("<?xml") or (name and "xml" in media_type):
        return "xml"
    return "html" if name and _HTML_TAG.match(head, at) else "text"


def is_japanese(text: str) -> bool:
    """Whether at least a fifth of the characters are kana or kanji."""
    n_chars = sum(1 for char in text if not char.isspace())
    return n_chars > 0 and len(_JAPANESE.findall(text)) >= 0.2 * n_chars
