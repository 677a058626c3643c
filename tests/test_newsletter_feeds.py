"""Feeds of the digest: JSON Feed 1.1 by a schema of its specification, Atom by RFC 4287's rules."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser
import jsonschema
import pytest
from lxml import etree
from lxml import html as lxml_html
from sample_digest import MADE_AT, hostile_digest, sample_digest

from kawaraban.export.atom import ATOM, XHTML, render_atom
from kawaraban.export.jsonfeed import render_json_feed
from kawaraban.sources.syndication import parse_feed
from kawaraban.types import Digest

AUTHORS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "minProperties": 1,
        "properties": {"name": {"type": "string", "minLength": 1}},
        "additionalProperties": False,
    },
}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
# The specification's "Top-level" and "Items"; extensions are objects whose name begins with "_".
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "description": {"type": "string"},
        "feed_url": {"type": "string", "pattern": "^https?://"},
        "language": {"type": "string", "pattern": "^[a-z]{2}(-[A-Za-z]+)*$"},
        "authors": AUTHORS,
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "url": {"type": "string", "pattern": "^https?://"},
                    "title": {"type": "string", "minLength": 1},
                    "content_html": {"type": "string", "minLength": 1},
                    "content_text": {"type": "string", "minLength": 1},
                    "date_published": MOMENT,
                    "date_modified": MOMENT,
                    "authors": AUTHORS,
                    "language": {"type": "string"},
                },
                "patternProperties": {"^_[a-z]": {"type": "object"}},
                "additionalProperties": False,
            },
        },
    },
    "patternProperties": {"^_[a-z]": {"type": "object"}},
    "additionalProperties": False,
}
DIGESTS = [sample_digest(), hostile_digest(), replace(sample_digest(), stories=(), brief=())]
ENTRY_ONCE = ("id", "title", "updated")
KNOWN = {
    *("id", "title", "subtitle", "updated", "published", "author", "generator", "link", "content"),
    "entry",
}


def read(digest: Digest) -> dict[str, Any]:
    feed: dict[str, Any] = json.loads(render_json_feed(digest))
    return feed


@pytest.mark.parametrize("digest", DIGESTS)
def test_json_feed_is_what_its_specification_asks_for(digest: Digest) -> None:
    feed = read(digest)
    jsonschema.Draft202012Validator(JSON_FEED).validate(feed)
    ids = [item["id"] for item in feed["items"]]
    assert len(ids) == len(set(ids)) == len(digest.stories)


def test_json_feed_holds_every_sentence_in_both_languages_and_both_forms() -> None:
    digest = sample_digest()
    for story, item in zip(digest.stories, read(digest)["items"], strict=True):
        assert item["content_html"].startswith("<div><p>")
        assert "xml:lang" not in item["content_html"]
        html = "".join(lxml_html.fromstring(item["content_html"]).itertext())
        for body in (html, item["content_text"]):
            squeezed = re.sub(r"\s+", "", body)
            for entry in story.entries:
                for chosen in entry.sentences:
                    assert re.sub(r"\s+", "", chosen.translation.ja) in squeezed
                    assert re.sub(r"\s+", "", chosen.translation.en) in squeezed


def test_json_feed_of_hostile_text_holds_no_markup_of_it() -> None:
    (item,) = read(hostile_digest())["items"]
    tree = lxml_html.fromstring(item["content_html"])
    assert tree.xpath("//script | //img | //a") == []
    assert "url" not in item


def test_feeds_name_a_story_alike_and_again_after_a_rerun() -> None:
    digest = sample_digest()
    later = replace(digest, created_at=MADE_AT.replace(hour=22), stories=digest.stories[::-1])
    atom = etree.fromstring(render_atom(digest).encode())
    ids = atom.xpath("//a:entry/a:id/text()", namespaces={"a": ATOM})
    assert [item["id"] for item in read(digest)["items"]] == ids
    assert [item["id"] for item in read(later)["items"]] == ids[::-1]


def test_feeds_of_several_days_hold_each_story_once_and_say_where_they_are() -> None:
    today = sample_digest()
    before = replace(today, day=today.day - timedelta(days=1))
    url = "https://news.example.com/feed"
    feed = json.loads(render_json_feed(today, [before], url=url))
    jsonschema.Draft202012Validator(JSON_FEED).validate(feed)
    atom = feedparser.parse(render_atom(today, [before], url=url))
    assert not atom.bozo
    assert atom.feed.id == "tag:kawaraban.invalid,2026:digests"
    assert [link.href for link in atom.feed.links] == [feed["feed_url"]] == [url]
    ids = [item["id"] for item in feed["items"]]
    assert [entry.id for entry in atom.entries] == ids
    assert len(set(ids)) == len(ids) == 6


def test_json_feed_is_read_by_our_own_reader() -> None:
    body = render_json_feed(sample_digest())
    feed = parse_feed(body)
    assert len(feed.entries) == 3


@pytest.mark.parametrize("digest", DIGESTS)
def test_atom_follows_the_rules_of_rfc_4287(digest: Digest) -> None:
    feed = etree.fromstring(render_atom(digest).encode())
    spaces = {"a": ATOM, "h": XHTML}
    assert feed.tag == f"{{{ATOM}}}feed"
    for node in [feed, *feed.xpath("a:entry", namespaces=spaces)]:
        names = [etree.QName(child).localname for child in node]
        assert set(names) <= KNOWN
        assert all(names.count(name) == 1 for name in ENTRY_ONCE)  # 4.1.1, 4.1.2
        assert names.count("published") <= 1
        assert "author" in names
        links = node.xpath("a:link[@rel='alternate']", namespaces=spaces)
        assert len({(link.get("type"), link.get("hreflang")) for link in links}) == len(links)
    for moment in feed.xpath("//a:updated | //a:published", namespaces=spaces):  # 3.3
        assert datetime.fromisoformat(moment.text.replace("Z", "+00:00")).tzinfo is not None
        assert "T" in moment.text
    for identifier in feed.xpath("//a:id", namespaces=spaces):  # 4.2.6: an absolute IRI
        assert re.fullmatch(r"tag:[a-z0-9.-]+,\d{4}(-\d\d){0,2}:\S+", identifier.text)
    for link in feed.xpath("//a:link/@href", namespaces=spaces):
        assert urlsplit(link).scheme in ("http", "https")
    for content in feed.xpath("//a:content", namespaces=spaces):  # 4.1.3.3: one XHTML div
        assert content.get("type") == "xhtml"
        assert [child.tag for child in content] == [f"{{{XHTML}}}div"]
        assert not (content.text or "").strip()
