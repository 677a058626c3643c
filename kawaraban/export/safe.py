"""Text and links from other people's pages, made harmless before any export writes them.

    clean("株価\\u202e上昇\\r\\n") → "株価上昇 "        safe_link("javascript:alert(1)") → None

Escaping for a format (HTML, Markdown, XML) comes on top and belongs to that export.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
# Controls, bidirectional overrides and isolates, zero-width joiners of no use in ja or en,
# surrogates and non-characters: none may stand in XML or move the text around it.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINK_BYTES = "!#$%&'*+,-./:;=?@_~"  # what may stay unquoted; brackets and quotes may not


def clean(text: str) -> str:
    """One line without characters that are invisible and act on what is around them."""
    return _HARMFUL.sub("", _BREAKS.sub(" ", text))


def safe_link(url: str | None) -> str | None:
    """The address if a reader may follow it: http or https, with a host, nothing hidden in it."""
    if not url or clean(url) != url or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return quote(url, safe=_LINK_BYTES)
