"""Feeds and pages: every form of feed, what is fetched and what is not, hostile XML."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kawaraban.errors import FetchError, ParseError
from kawaraban.settings import Settings
from kawaraban.sources.collect import collect
from kawaraban.sources.config import SourceConfig
from kawaraban.sources.encoding import decode_document
from kawaraban.sources.feed import visible_text
from kawaraban.sources.response import Response, Validators, read_response
from kawaraban.sources.syndication import parse_feed
from kawaraban.types import Document, Skipped

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
FEED = "https://wire.example/feed.xml"
FULL = "<p>" + "県は来春から通学バスの運行を三路線で始めると発表した。" * 8 + "</p>"
PAGE = "<!DOCTYPE html><html><body><p>県は来春から通学バスを走らせる。</p></body></html>"


class Web:
    """A fetcher whose pages are a dict; notes what was asked."""

    def __init__(self, pages: Mapping[str, tuple[str, bytes]]) -> None:
        self.pages = pages
        self.asked: list[tuple[str, Validators | None]] = []

    @property
    def urls(self) -> list[str]:
        return [url for url, _ in self.asked]

    def fetch(self, url: str, *, validators: Validators | None = None) -> Response:
        self.asked.append((url, validators))
        if url not in self.pages:
            raise FetchError(f"{url}: the server answers status 404; expected 200")
        content_type, body = self.pages[url]
        etag = f'"{hash(body)}"'
        if validators and validators.etag == etag:
            return Response(url, 304, "", None, b"", validators)
        return read_response(url, {"content-type": content_type, "etag": etag}, body)


def gathered(
    web: Web, home: Path, *, source: str | SourceConfig = FEED, now: datetime = NOW
) -> list[Document | Skipped]:
    return list(collect(source, fetcher=web, settings=Settings(home=home), now=now))


def rss(*items: str, title: str = "青葉通信") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{title}</title>{''.join(items)}</channel></rss>"
    )


def item(number: int, *, content: str = "", description: str = "", date: str = "") -> str:
    return (
        f"<item><title>第{number}報 &amp; 続報</title><link>/news/{number}</link>"
        + (f"<pubDate>{date}</pubDate>" if date else "")
        + (f"<description>{description}</description>" if description else "")
        + (f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else "")
        + "</item>"
    )


DATE = "Wed, 25 Nov 2026 16:20:00 +0900"
RSS = rss(item(1, content=FULL, date=DATE))
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>青葉通信</title><entry>'
    '<title type="html">第1報 &amp;amp; 続報</title>'
    '<link href="https://wire.example/news/1"/><updated>2026-11-25T16:20:00+09:00</updated>'
    f'<content type="html"><![CDATA[{FULL}]]></content></entry></feed>'
)
RDF = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    '<channel><title>青葉通信</title></channel><item rdf:about="https://wire.example/news/1">'
    "<title>第1報 &amp; 続報</title><link>https://wire.example/news/1</link>"
    "<dc:date>2026-11-25T16:20:00+09:00</dc:date>"
    f"<content:encoded><![CDATA[{FULL}]]></content:encoded></item></rdf:RDF>"
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "青葉通信", "items": ['
    '{"id": "1", "url": "/news/1", "title": "第1報 & 続報", '
    f'"content_html": "{FULL}", "date_published": "2026-11-25T16:20:00+09:00"}}]}}'
)
OLD_DOCTYPE = RSS.replace(
    "<rss ",
    '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.example/d">'
    "<rss ",
)
FEEDS = [
    ("rss", RSS, "utf-8", "application/rss+xml"),
    ("rss labelled utf-8 in shift_jis", RSS, "cp932", "text/xml; charset=utf-8"),
    ("rss labelled utf-8 in euc-jp", RSS, "euc_jp", "text/xml"),
    ("rss with doctype", OLD_DOCTYPE, "utf-8", "text/xml"),
    ("rss after blanks", "\n\n " + RSS, "utf-8", "text/html"),
    ("rss with a control character", RSS.replace("報", "報\x0b", 1), "utf-8", "text/xml"),
    ("rss not well-formed", RSS.replace("</channel>", ""), "utf-8", "text/xml"),
    ("atom", ATOM, "utf-8", "application/atom+xml"),
    ("rdf", RDF, "euc_jp", "application/rdf+xml"),
    ("json", JSON, "utf-8", "application/feed+json"),
]


@pytest.mark.parametrize(("name", "text", "codec", "content_type"), FEEDS)
def test_collect_when_feed_holds_the_text_then_no_page_is_fetched(
    tmp_path: Path, name: str, text: str, codec: str, content_type: str
) -> None:
    web = Web({FEED: (content_type, text.encode(codec))})
    [document] = gathered(web, tmp_path)
    assert isinstance(document, Document), document
    assert (document.title, document.outlet) == ("第1報 & 続報", "青葉通信")
    assert document.url == document.location == "https://wire.example/news/1"
    assert document.published_at == datetime(2026, 11, 25, 7, 20, tzinfo=UTC)
    assert (document.media_type, document.source) == ("text/html", "wire.example")
    assert decode_document(document).strip() == FULL
    assert web.urls == [FEED]


RUBY = "<p><ruby>漢字<rt>かんじ</rt></ruby>" + "を読む。" * 40 + "</p>"


def test_collect_when_feed_holds_readings_then_markup_survives(tmp_path: Path) -> None:
    web = Web({FEED: ("text/xml", rss(item(1, content=RUBY)).encode())})
    [document] = gathered(web, tmp_path)
    assert isinstance(document, Document)
    assert "<rt>かんじ</rt>" in decode_document(document)


PARTIAL = [
    ("no text", "", ""),
    ("short description", "", "県は25日、発表した。"),
    ("cut content", FULL.replace("</p>", "……</p>"), ""),
    ("content ends in a link to the rest", FULL + "<a href='/1'>続きを読む</a>", ""),
    ("short content", "<p>県は発表した。</p>", ""),
]


@pytest.mark.parametrize(("name", "content", "description"), PARTIAL)
def test_collect_when_feed_holds_a_part_then_page_is_fetched(
    tmp_path: Path, name: str, content: str, description: str
) -> None:
    feed = rss(item(1, content=content, description=description, date=DATE))
    page = ("text/html; charset=Shift_JIS", PAGE.encode("cp932"))
    web = Web({FEED: ("text/xml", feed.encode()), "https://wire.example/news/1": page})
    [document] = gathered(web, tmp_path)
    assert isinstance(document, Document)
    assert decode_document(document) == PAGE
    assert (document.charset, document.title) == ("Shift_JIS", "第1報 & 続報")
    assert document.published_at == datetime(2026, 11, 25, 7, 20, tzinfo=UTC)


def test_collect_when_pages_fail_then_feed_text_is_used_and_the_rest_skipped(
    tmp_path: Path,
) -> None:
    feed = rss(item(1, description="県は発表した。"), item(2), item(3, content=FULL), item(3))
    pdf = ("application/pdf", b"%PDF-1.7 \xe2\xe3")
    web = Web({FEED: ("text/xml", feed.encode()), "https://wire.example/news/2": pdf})
    first, second, third = gathered(web, tmp_path)
    assert isinstance(first, Document)
    assert (first.body.decode(), first.media_type) == ("県は発表した。", "text/plain")
    assert isinstance(second, Skipped)
    assert (second.location, second.stage) == ("https://wire.example/news/2", "collect")
    assert "a PDF" in second.reason
    assert isinstance(third, Document)


def test_collect_when_feed_is_a_local_file_then_it_works_without_network(tmp_path: Path) -> None:
    path = tmp_path / "saved.rss"
    no_link = f"<item><title>無題</title><description>{FULL[3:-4]}</description></item>"
    path.write_text(rss(item(1, content=FULL), no_link, "<item><title>空</title></item>"))
    web = Web({})
    full, unlinked, empty = gathered(web, tmp_path / "home", source=str(path))
    assert isinstance(full, Document)
    assert isinstance(unlinked, Document)
    assert (unlinked.url, unlinked.location) == (None, f"{path}#2")
    assert isinstance(empty, Skipped)
    assert (empty.location, web.urls) == (f"{path}#3", [])


def test_collect_when_aggregator_names_the_origin_then_it_is_the_outlet(tmp_path: Path) -> None:
    origin = item(1, content=FULL).replace(
        "</item>", '<source url="https://t.example/rss">遠野新報</source></item>'
    )
    web = Web({FEED: ("text/xml", rss(origin).encode())})
    [document] = gathered(web, tmp_path)
    assert isinstance(document, Document)
    assert document.outlet == "遠野新報"
    named = SourceConfig("wire", FEED, "feed", outlet="編集部")
    [document] = gathered(web, tmp_path, source=named)
    assert isinstance(document, Document)
    assert (document.outlet, document.source) == ("編集部", "wire")


def test_collect_when_feed_is_long_then_limit_is_kept_and_told(tmp_path: Path) -> None:
    feed = rss(*(item(n, content=FULL) for n in range(1, 6)))
    web = Web({FEED: ("text/xml", feed.encode())})
    found = gathered(web, tmp_path, source=SourceConfig("w", FEED, "feed", max_articles=3))
    assert [type(one) for one in found] == [Document] * 3 + [Skipped]


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "笑">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij"))  # noqa: B905
    + "]><rss version='2.0'><channel><title>&j;</title></channel></rss>"
)
HOSTILE = [
    ("billion laughs", LAUGHS),
    ("quadratic", LAUGHS.replace("<!ENTITY b", f'<!ENTITY z "{"x" * 100_000}"><!ENTITY b')),
    ("external entity", '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>'),
    ("parameter", '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://a.example/d"> %x;]><rss></rss>'),
    ("hidden in a comment", f"<!-- <![CDATA[ -->{LAUGHS.partition('?>')[2]}<!-- ]]> -->"),
    ("then broken", LAUGHS.replace("</channel>", "<broken")),
    ("utf-16", LAUGHS),
]


@pytest.mark.parametrize(("name", "text"), HOSTILE)
def test_collect_when_xml_declares_entities_then_refused_at_once(
    tmp_path: Path, name: str, text: str
) -> None:
    body = text.encode("utf-16" if name == "utf-16" else "utf-8")
    (tmp_path / "saved.xml").write_bytes(body)
    begin = time.process_time()
    for source in (FEED, str(tmp_path / "saved.xml")):
        [skipped] = gathered(Web({FEED: ("text/xml", body)}), tmp_path / "home", source=source)
        assert isinstance(skipped, Skipped)
        assert "entities" in skipped.reason
    assert time.process_time() - begin < 1.0


@pytest.mark.parametrize("text", ['{"items": 3}', '{"version": ', "plain", "<p>plain</p>", ""])
def test_parse_feed_when_it_is_none_then_parse_error(text: str) -> None:
    with pytest.raises(ParseError, match="expected"):
        parse_feed(text)


@pytest.mark.parametrize("text", ["<rss></rss>", rss()])
def test_collect_when_feed_is_empty_then_skipped(tmp_path: Path, text: str) -> None:
    [skipped] = gathered(Web({FEED: ("text/xml", text.encode())}), tmp_path)
    assert isinstance(skipped, Skipped)
    assert "without entries" in skipped.reason


PAGES = [
    ("text/html", PAGE.encode(), Document, "text/html"),
    ("", PAGE.encode("euc_jp"), Document, "text/html"),
    ("text/plain", "県は発表した。".encode(), Document, "text/plain"),
    ("application/xhtml+xml", f'<?xml version="1.0"?>{PAGE}'.encode(), Document, "text/html"),
    ("application/pdf", b"%PDF-1.4", Skipped, "a PDF"),
    ("application/json", b'{"a": 1}', Skipped, "expected a page or a feed"),
    ("text/xml", b"<?xml version='1.0'?><data/>", Skipped, "expected a page or a feed"),
    ("text/html", b"  ", Skipped, "empty"),
]


@pytest.mark.parametrize(("content_type", "body", "kind", "expected"), PAGES)
def test_collect_when_url_is_a_page_then_document_or_reason(
    tmp_path: Path, content_type: str, body: bytes, kind: type, expected: str
) -> None:
    [found] = gathered(Web({FEED: (content_type, body)}), tmp_path)
    assert isinstance(found, kind)
    assert expected in (found.media_type if isinstance(found, Document) else found.reason)


def test_collect_when_feed_was_promised_and_a_page_came_then_skipped(tmp_path: Path) -> None:
    web = Web({FEED: ("text/html", PAGE.encode())})
    [skipped] = gathered(web, tmp_path, source=SourceConfig("w", FEED, "feed"))
    assert isinstance(skipped, Skipped)
    assert "expected an RSS, Atom or JSON feed, found text/html" in skipped.reason


@pytest.mark.parametrize("url", ["https://gone.example/", "ftp://wire.example/x"])
def test_collect_when_url_cannot_be_had_then_skipped(tmp_path: Path, url: str) -> None:
    [skipped] = gathered(Web({}), tmp_path, source=url)
    assert isinstance(skipped, Skipped)
    assert skipped.location == url
    assert not skipped.reason.startswith(url)


def test_collect_when_run_again_then_pages_are_asked_for_changes_only(tmp_path: Path) -> None:
    feed = rss(item(1, date=DATE), item(2))
    pages = {f"https://wire.example/news/{n}": ("text/html", PAGE.encode()) for n in (1, 2)}
    web = Web({FEED: ("text/xml", feed.encode()), **pages})
    first = gathered(web, tmp_path)
    web.asked.clear()
    again = gathered(web, tmp_path, now=NOW + timedelta(hours=1))
    bodies = [[one.body for one in run if isinstance(one, Document)] for run in (first, again)]
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) == 2
    assert web.urls == [FEED, "https://wire.example/news/2"]  # the dated one did not change
    assert all(validators for _, validators in web.asked)


def test_collect_when_entry_changed_since_then_page_is_fetched_again(tmp_path: Path) -> None:
    link = "https://wire.example/news/1"
    pages = {link: ("text/html", PAGE.encode())}
    gathered(Web({FEED: ("text/xml", rss(item(1, date=DATE)).encode()), **pages}), tmp_path)
    later = rss(item(1, date="Thu, 26 Nov 2026 12:30:00 +0900")).encode()
    newer = PAGE.replace("来春", "来秋").encode()
    web = Web({FEED: ("text/xml", later), link: ("text/html", newer)})
    [document] = gathered(web, tmp_path, now=NOW + timedelta(hours=1))
    assert isinstance(document, Document)
    assert document.body == newer


def test_collect_when_memory_is_damaged_then_fetched_anew(tmp_path: Path) -> None:
    web = Web({FEED: ("text/html", PAGE.encode())})
    gathered(web, tmp_path)
    for path in [*tmp_path.glob("visits/*"), *tmp_path.glob("documents/*/*/body")]:
        path.write_text("{}")
        [document] = gathered(web, tmp_path)
        assert isinstance(document, Document)
        assert document.body == PAGE.encode()


def test_collect_when_sources_yaml_then_one_failing_source_leaves_the_others(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.txt").write_text("県は発表した。", encoding="utf-8")
    listing = tmp_path / "sources.yaml"
    listing.write_text(
        "- {name: 消えた, url: 'https://gone.example/'}\n"
        "- {name: 手元, path: a.txt, outlet: 青葉}\n"
        "- {name: 配信, feed: 'https://wire.example/feed.xml'}\n",
        encoding="utf-8",
    )
    found = gathered(Web({FEED: ("text/xml", RSS.encode())}), tmp_path, source=str(listing))
    assert [type(one) for one in found] == [Skipped, Document, Document]
    assert [one.source for one in found if isinstance(one, Document)] == ["手元", "配信"]


VISIBLE = [
    ("<p>景気は<b>回復</b>した。</p>", "景気は 回復 した。"),
    ("<script>x()</script><style>p{}</style>景気 &amp; 物価", "景気 & 物価"),
    ("", ""),
]


@pytest.mark.parametrize(("content", "expected"), VISIBLE)
def test_visible_text_when_html_then_what_a_reader_sees(content: str, expected: str) -> None:
    assert visible_text(content) == expected
