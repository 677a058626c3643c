"""The digest as an Atom feed (RFC 4287): one entry a story, both languages in its content.

    render_atom(digest) → "<?xml version='1.0' …><feed xml:lang=\\"en\\">…"

Ids are tag URIs of the day and the story, so that a reader knows an entry again after a rerun.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lxml import etree

from kawaraban.export import wording
from kawaraban.export.headlines import UNRELIABLE, headline, lead_headline
from kawaraban.export.safe import clean, safe_link
from kawaraban.export.spans import language_runs
from kawaraban.types import Digest, DigestEntry, Flag, Story, Translation

ATOM = "http://www.w3.org/2005/Atom"
XHTML = "http://www.w3.org/1999/xhtml"
AUTHORITY = "tag:kawaraban.invalid,2026"  # a name that nobody else can hold
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def render_atom(digest: Digest, older: Sequence[Digest] = (), *, url: str = "") -> str:
    """A feed of one digest, or of several, newest first; `url` is where it will be found.

    The same digests give the same bytes.
    """
    feed = _root(ATOM, "feed")
    feed.set(XML_LANG, "en")
    _text(feed, "id", f"{AUTHORITY}:digests" if older else feed_id(digest))
    _text(feed, "title", feed_title(digest, older))
    summary = wording.contents_line(digest) if digest.stories else wording.empty_reason(digest)
    _text(feed, "subtitle", " ".join((summary, *digest.notices)))
    _text(feed, "updated", feed_time(digest.created_at))
    if link := safe_link(url):
        etree.SubElement(feed, f"{{{ATOM}}}link", {"rel": "self", "href": link})
    _text(etree.SubElement(feed, f"{{{ATOM}}}author"), "name", "Kawaraban")
    _text(feed, "generator", "Kawaraban")
    for each in (digest, *older):
        for story in each.stories:
            feed.append(_entry(story, each))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{etree.tostring(feed, encoding="unicode")}\n'


def feed_title(digest: Digest, older: Sequence[Digest]) -> str:
    """With the day where it is the feed of one."""
    return "Kawaraban" if older else f"Kawaraban, {wording.long_day(digest.day)}"


def _entry(story: Story, digest: Digest) -> etree._Element:
    first = story.entries[0]
    entry = _root(ATOM, "entry")
    _text(entry, "id", story_id(story, digest))
    _text(entry, "title", lead_headline(first))
    _text(entry, "updated", feed_time(digest.created_at))
    if first.article.published_at:
        _text(entry, "published", feed_time(first.article.published_at))
    if link := safe_link(first.article.url):
        attributes = {"rel": "alternate", "href": link, "hreflang": "ja"}
        etree.SubElement(entry, f"{{{ATOM}}}link", attributes)
    for outlet in story.outlets:
        _text(etree.SubElement(entry, f"{{{ATOM}}}author"), "name", outlet or "unknown")
    content = etree.SubElement(entry, f"{{{ATOM}}}content", {"type": "xhtml"})
    content.append(story_content(story))
    return entry


def feed_id(digest: Digest) -> str:
    """A URI that names the day for ever."""
    return f"{AUTHORITY}:{digest.day.isoformat()}"


def story_id(story: Story, digest: Digest) -> str:
    """A URI that names the story of the day for ever."""
    return f"{feed_id(digest)}/{_slug(story.id)}"


def story_content(story: Story) -> etree._Element:
    """Both languages of every article of a story, as an XHTML div."""
    div = _root(XHTML, "div")
    _article(div, story.entries[0])
    for other in story.entries[1:]:
        lead = headline(other).lead
        _add(div, "h3", lead.marked, lead.language)
        _article(div, other)
    return div


def feed_time(at: datetime) -> str:
    """RFC 3339 in UTC: "2026-11-25T20:45:00Z"."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _article(div: etree._Element, entry: DigestEntry) -> None:
    for line in headline(entry).lines()[1:]:
        _add(_add(div, "p"), "em" if line.doubted else "strong", line.marked, line.language)
    byline = _mixed(div, wording.byline(entry.article))
    if link := safe_link(entry.article.url):
        _add(byline, "span", " · ", "en")
        _add(byline, "a", "Original page", "en").set("href", link)
    _flags(div, entry.title.flags)
    for chosen in entry.sentences:
        _pair(div, chosen.translation)


def _pair(div: etree._Element, translation: Translation) -> None:
    english = translation.en.strip() or "(none)"
    if wording.is_suspect(translation):
        _add(div, "p", translation.ja, "ja")
        _add(_add(div, "p"), "em", f"{UNRELIABLE}{english}", "en")
    else:
        _add(div, "p", english, "en")
        _add(div, "p", translation.ja, "ja")
    _flags(div, translation.flags)


def _flags(div: etree._Element, flags: tuple[Flag, ...]) -> None:
    for flag in flags:
        _mixed(div, f"▲ {wording.FLAG_LABELS[flag.kind]}: {flag.reason}")


def _root(namespace: str, tag: str) -> etree._Element:
    """An element whose namespace needs no prefix inside it."""
    nsmap = {None: namespace}
    return etree.Element(f"{{{namespace}}}{tag}", nsmap=nsmap)  # type: ignore[arg-type]


def _mixed(parent: etree._Element, text: str) -> etree._Element:
    """A paragraph of our own words with Japanese in it, each run with its language."""
    paragraph = _add(parent, "p")
    for language, run in language_runs(text):
        _add(paragraph, "span", run, language)
    return paragraph


def _add(parent: etree._Element, tag: str, text: str = "", lang: str = "") -> etree._Element:
    element = etree.SubElement(parent, f"{{{XHTML}}}{tag}")
    if lang:
        element.set("lang", lang)
        element.set(XML_LANG, lang)
    element.text = clean(text)
    return element


def _text(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{tag}").text = clean(text)


def _slug(text: str) -> str:
    """The id with only what a URI may hold."""
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in text)
