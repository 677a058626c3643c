"""The digest as a JSON Feed 1.1 (jsonfeed.org/version/1.1): one item a story, both languages.

    render_json_feed(digest) → '{"version": "https://jsonfeed.org/version/1.1", "items": […], …}'

Ids are those of the Atom feed, so that a reader knows a story again after a rerun and in either
feed. `_kawaraban` holds what no field of the format can: the Japanese headline, flags, outlets.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lxml import etree

from kawaraban.export import wording
from kawaraban.export.atom import (
    XHTML,
    XML_LANG,
    feed_time,
    feed_title,
    story_content,
    story_id,
)
from kawaraban.export.headlines import headline, lead_headline
from kawaraban.export.safe import clean, safe_link
from kawaraban.export.text import story_lines
from kawaraban.types import Digest, Story

VERSION = "https://jsonfeed.org/version/1.1"


def render_json_feed(digest: Digest, older: Sequence[Digest] = (), *, url: str = "") -> str:
    """A feed of one digest, or of several, newest first; `url` is where it will be found.

    The same digests give the same bytes.
    """
    about = wording.contents_line(digest) if digest.stories else wording.empty_reason(digest)
    feed = {
        "version": VERSION,
        "title": feed_title(digest, older),
        **({"feed_url": link} if (link := safe_link(url)) else {}),
        "description": " ".join((about, *digest.notices)),
        "language": "en",
        "authors": [{"name": "Kawaraban"}],
        "items": [
            _item(story, number, each)
            for each in (digest, *older)
            for number, story in enumerate(each.stories, start=1)
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _item(story: Story, number: int, digest: Digest) -> dict[str, Any]:
    first = story.entries[0]
    link = safe_link(first.article.url)
    flags = [flag for entry in story.entries for flag in entry.title.flags]
    flags += [
        flag
        for entry in story.entries
        for chosen in entry.sentences
        for flag in chosen.translation.flags
    ]
    return {
        "id": story_id(story, digest),
        **({"url": link} if link else {}),
        "title": clean(lead_headline(first)),
        "content_html": _html(story),
        "content_text": "\n".join(story_lines(number, story)).strip("-\n") + "\n",
        "date_published": feed_time(first.article.published_at or digest.created_at),
        "date_modified": feed_time(digest.created_at),
        "authors": [{"name": clean(outlet) or "unknown"} for outlet in story.outlets],
        "language": "en",
        "_kawaraban": {
            "day": digest.day.isoformat(),
            "title_ja": clean(headline(first).ja),
            "rank": number,
            "reasons": [clean(reason) for reason in story.reasons],
            "flags": [{"kind": flag.kind, "reason": clean(flag.reason)} for flag in flags],
        },
    }


def _html(story: Story) -> str:
    """The content of the Atom entry without what only XML needs."""
    content = story_content(story)
    for element in content.iter(etree.Element):
        if XML_LANG in element.attrib:
            del element.attrib[XML_LANG]
    text: str = etree.tostring(content, encoding="unicode", method="html")
    return text.replace(f' xmlns="{XHTML}"', "", 1)
