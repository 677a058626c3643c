"""The fetcher against real servers on this machine: refused addresses, bounds, politeness."""

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpcore
import pytest

from kawaraban.errors import FetchError, UsageError
from kawaraban.settings import Settings
from kawaraban.sources.address import AddressGuard
from kawaraban.sources.collect import collect
from kawaraban.sources.connection import World, connect
from kawaraban.sources.decompress import Inflater
from kawaraban.sources.encoding import decode_document
from kawaraban.sources.fetch import Fetcher, FetchLimits, Validators
from kawaraban.sources.politeness import parse_retry_after
from kawaraban.sources.robots import parse_robots
from kawaraban.sources.url import parse_url
from kawaraban.types import Document, Skipped

Route = Callable[[BaseHTTPRequestHandler], None]
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
LOCAL = ("127.0.0.1",)
PUBLIC = "93.184.216.34"


class Site:
    """A server on 127.0.0.1 whose routes a test sets; remembers what was asked."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                site.routes.get(self.path, reply(404))(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.base = f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def reply(status: int, body: bytes = b"", **headers: str) -> Route:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.01,))
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()


class Sleeper:
    """Notes pauses instead of making them."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.now_s = 1000.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 1))
        self.now_s += seconds


def fetcher(sleeper: Sleeper | None = None, **limits: float) -> Fetcher:
    sleeper = sleeper or Sleeper()
    world = World(sleep=sleeper.sleep, clock=lambda: sleeper.now_s, now=lambda: NOW)
    return Fetcher(FetchLimits(**limits), allow=LOCAL, world=world)  # type: ignore[arg-type]


REFUSED = [
    ("0.0.0.0", "unspecified"),
    ("0.1.2.3", "unspecified"),
    ("10.0.0.1", "private"),
    ("10.255.255.255", "private"),
    ("100.64.0.1", "carrier-grade"),
    ("100.127.255.254", "carrier-grade"),
    ("127.0.0.1", "loopback"),
    ("127.8.8.8", "loopback"),
    ("169.254.169.254", "link-local"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("192.0.0.170", "reserved"),
    ("192.0.2.1", "documentation"),
    ("192.88.99.1", "6to4"),
    ("192.168.0.1", "private"),
    ("198.18.0.1", "benchmarking"),
    ("198.51.100.7", "documentation"),
    ("203.0.113.9", "documentation"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.250", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "reserved"),
    ("::", "unspecified"),
    ("::1", "loopback"),
    ("::127.0.0.1", "IPv4-compatible"),
    ("::ffff:127.0.0.1", "IPv4-mapped"),
    ("::ffff:8.8.8.8", "IPv4-mapped"),
    ("::ffff:0:127.0.0.1", "IPv4-translated"),
    ("64:ff9b::7f00:1", "NAT64"),
    ("64:ff9b::a00:1", "NAT64"),
    ("64:ff9b:1::7f00:1", "NAT64"),
    ("100::1", "reserved"),
    ("2001::1", "Teredo"),
    ("2001:0:4136:e378:8000:63bf:80ff:fffe", "Teredo"),
    ("2001:db8::1", "documentation"),
    ("2001:10::1", "reserved"),
    ("2002:7f00:1::", "6to4"),
    ("2002:a00:1::1", "6to4"),
    ("3fff::1", "documentation"),
    ("fc00::1", "unique local"),
    ("fd12:3456::1", "unique local"),
    ("fe80::1", "link-local"),
    ("fe80::1%2", "scoped"),
    ("fec0::1", "site-local"),
    ("ff02::1", "multicast"),
    ("5f00::1", "reserved"),
    ("8000::1", "reserved"),
]


@pytest.mark.parametrize(("address", "reason"), REFUSED)
def test_fetch_when_name_resolves_inward_then_refused_without_a_connection(
    address: str, reason: str
) -> None:
    connections: list[str] = []

    def note(address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
        connections.append(address)
        raise httpcore.ConnectError("not in a test")

    for answer in ([address], [PUBLIC, address], [address, PUBLIC]):
        world = World(resolve=lambda host, port, answer=answer: answer, connect=note)  # type: ignore[misc]
        with pytest.raises(FetchError, match=reason):
            Fetcher(world=world).fetch("http://news.example/")
    assert connections == []


HOSTS = [
    "127.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "127.1",
    "127.0.1",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "2130706433",
    "017700000001",
    "0",
    "134744072",
    "127。0。0。1",
    "１２７.0.0.1",
    "localhost",
    "localhost.",
    "127.0.0.1.",
    "0x",
]


@pytest.mark.parametrize("host", HOSTS)
def test_fetch_when_host_is_a_disguised_local_address_then_never_asked(
    site: Site, host: str
) -> None:
    with pytest.raises(FetchError, match=r"refused|not a URL|does not exist"):
        Fetcher(world=World(sleep=Sleeper().sleep)).fetch(f"http://{host}:{site.port}/")
    assert site.asked == []


PUBLIC_ADDRESSES = ["8.8.8.8", PUBLIC, "100.63.255.255", "172.32.0.1", "2606:4700::1111"]


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_guard_when_address_is_public_then_default_ports_pass_alone(address: str) -> None:
    guard = AddressGuard()
    guard.check("news.example", 443, [address])
    with pytest.raises(FetchError, match="port 22"):
        guard.check("news.example", 22, [address])


def test_guard_when_host_or_network_is_exempt_then_it_alone_passes() -> None:
    guard = AddressGuard(("10.1.0.0/16", "Intranet.example", "[fd00::1]"))
    guard.check("any.example", 8080, ["10.1.2.3", "fd00::1"])
    guard.check("intranet.EXAMPLE.", 8080, ["192.168.7.7"])
    with pytest.raises(FetchError, match="private"):
        guard.check("sub.intranet.example", 80, ["10.2.0.1"])
    with pytest.raises(UsageError, match="expected a host name"):
        AddressGuard(("10.0.0.0/99",))


def test_fetch_when_dns_answer_changes_then_only_the_checked_address_is_used(site: Site) -> None:
    site.routes["/"] = reply(200, b"inside")
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    reached: list[str] = []

    def note(address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
        reached.append(address)
        raise httpcore.ConnectError("public address, out of reach in a test")

    world = World(resolve=lambda host, port: next(answers), connect=note, sleep=Sleeper().sleep)
    with pytest.raises(FetchError, match="loopback"):
        Fetcher(world=world).fetch("http://rebind.example/")
    assert (reached, site.asked) == ([PUBLIC], [])


def test_fetch_when_name_is_public_then_host_header_keeps_the_name(site: Site) -> None:
    site.routes["/a?q=%E6%9D%B1%E4%BA%AC"] = reply(200, b"ok")
    world = World(
        resolve=lambda host, port: [PUBLIC],
        connect=lambda address, port, timeout_s: connect("127.0.0.1", site.port, timeout_s),
        sleep=Sleeper().sleep,
    )
    assert Fetcher(world=world).fetch("http://日本語.example/a?q=東京#x").status == 200
    path, headers = site.asked[-1]
    assert headers["host"] == "xn--wgv71a119e.example"
    assert path == "/a?q=%E6%9D%B1%E4%BA%AC"
    assert "cookie" not in headers


def test_fetch_when_redirected_to_local_address_then_refused(site: Site) -> None:
    site.routes["/"] = reply(302, Location=f"{site.base}/secret")
    site.routes["/secret"] = reply(200, b"secret")
    world = World(
        resolve=lambda host, port: [PUBLIC],
        connect=lambda address, port, timeout_s: connect("127.0.0.1", site.port, timeout_s),
        sleep=Sleeper().sleep,
    )
    with pytest.raises(FetchError, match="loopback"):
        Fetcher(world=world).fetch("http://news.example/")
    assert "/secret" not in site.paths


BAD_URLS = [
    ("ftp://news.example/", "http://"),
    ("file:///etc/passwd", "http://"),
    ("gopher://127.0.0.1/", "http://"),
    ("news.example", "http://"),
    ("http://", "http://"),
    ("http://user:pw@news.example/", "password"),
    ("http://news.example:99999/", "not a URL"),
    ("http://a\x00b.example/", "not a URL"),
    ("http://good.example\\.evil.example/", "not a URL"),
    ("http://good.example\\@evil.example/", "not a URL"),
    ("http://good.example@evil.example/", "password"),
    ("http://a\nb.example/", "not a URL"),
    ("http://[::1", "not a URL"),
    ("http://[fe80::1%25eth0]/", "not a URL|refused|scoped"),
    ("http://news.example:port/", "not a URL"),
    ("http://" + "a" * 9000 + "/", "not a URL"),
    ("http://*.example/", "not a URL"),
]


@pytest.mark.parametrize(("url", "message"), BAD_URLS)
def test_fetch_when_url_is_wrong_then_error_says_so(url: str, message: str) -> None:
    with pytest.raises(FetchError, match=message):
        Fetcher().fetch(url)


URLS = [
    ("HTTP://News.Example", "http://news.example/"),
    ("http://news.example:80/a b", "http://news.example/a%20b"),
    ("https://news.example:8443?x=1#frag", "https://news.example:8443/?x=1"),
    ("http://日本語.example/ニュース", "http://xn--wgv71a119e.example/%E3%83%8B%E3%83%A5%E3%83%BC%E3%82%B9"),
    ("http://news.example/a%2Fb?q=%E3%83%8B&r=東", "http://news.example/a%2Fb?q=%E3%83%8B&r=%E6%9D%B1"),
    ("http://[2606:4700::1111]:8080/", "http://[2606:4700::1111]:8080/"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), URLS)
def test_parse_url_when_written_freely_then_one_ascii_form(text: str, expected: str) -> None:
    assert str(parse_url(text)) == expected


REDIRECTS = ["file:///etc/passwd", "http://user:pw@127.0.0.1/", "", "http://[::1"]


@pytest.mark.parametrize("location", REDIRECTS)
def test_fetch_when_redirect_is_wrong_then_error(site: Site, location: str) -> None:
    site.routes["/"] = reply(301, Location=location) if location else reply(301)
    with pytest.raises(FetchError, match="redirect"):
        fetcher().fetch(site.base)


def test_fetch_when_redirects_are_few_then_followed_and_too_many_then_refused(site: Site) -> None:
    for n in range(1, 8):
        site.routes[f"/{n}"] = reply(302, Location=f"/{n - 1}")
    site.routes["/0"] = reply(200, b"end", Content_Type='Text/HTML; Charset="Shift_JIS"')
    got = fetcher().fetch(f"{site.base}/5")
    assert (got.body, got.url, got.media_type) == (b"end", f"{site.base}/0", "text/html")
    assert got.charset == "Shift_JIS"
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetcher().fetch(f"{site.base}/6")


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PAGE = ("<p>日本の景気は緩やかに回復している。</p>" * 3000).encode()
CODINGS = [
    ("gzip", gzip.compress(PAGE)),
    ("x-gzip", gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:])),
    ("deflate", zlib.compress(PAGE)),
    ("deflate", raw_deflate(PAGE)),
    ("identity", PAGE),
    ("", PAGE),
]


@pytest.mark.parametrize(("coding", "body"), CODINGS)
def test_fetch_when_body_is_coded_then_it_comes_out_plain(
    site: Site, coding: str, body: bytes
) -> None:
    site.routes["/"] = reply(200, body, Content_Encoding=coding)
    assert fetcher().fetch(site.base).body == PAGE


@pytest.mark.parametrize(("coding", "body"), CODINGS)
def test_inflater_when_fed_byte_by_byte_then_same_bytes(coding: str, body: bytes) -> None:
    inflater = Inflater(coding, max_bytes=10**6, max_ratio=100.0)
    parts = [part for n in range(len(body)) for part in inflater.feed(body[n : n + 1])]
    inflater.finish()
    assert b"".join(parts) == PAGE


BOMB = gzip.compress(bytes(9_000_000))
BAD_BODIES = [
    ("ratio", "gzip", BOMB, "bomb"),
    ("size", "gzip", gzip.compress(bytes(60_000_000)), "bomb|larger"),
    ("plain size", "", bytes(2_000_001), "larger than"),
    ("cut", "gzip", gzip.compress(PAGE)[:-20], "half way"),
    ("not gzip", "gzip", PAGE, "not valid gzip"),
    ("unknown", "br", PAGE, "Content-Encoding"),
    ("stacked", "gzip, gzip", gzip.compress(BOMB), "Content-Encoding"),
]


@pytest.mark.parametrize(("name", "coding", "body", "message"), BAD_BODIES)
def test_fetch_when_body_is_a_bomb_or_broken_then_error(
    site: Site, name: str, coding: str, body: bytes, message: str
) -> None:
    site.routes["/"] = reply(200, body, Content_Encoding=coding)
    max_bytes = 2_000_000 if "size" in name else 10_000_000
    with pytest.raises(FetchError, match=message):
        fetcher(max_bytes=max_bytes).fetch(site.base)


def test_inflater_when_fed_a_bomb_then_memory_stays_small() -> None:
    bomb = gzip.compress(bytes(60_000_000))
    inflater = Inflater("gzip", max_bytes=10**9, max_ratio=100.0)
    tracemalloc.start()
    try:
        with pytest.raises(FetchError, match="bomb"):
            for part in inflater.feed(bomb):
                del part
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def drip_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    drip(handler, b"x")


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000)


def drip(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    try:
        for n in range(500):
            handler.wfile.write(data[n % len(data) : n % len(data) + 1])
            time.sleep(0.02)
    except OSError:
        pass


@pytest.mark.parametrize("route", [drip_body, drip_headers])
def test_fetch_when_server_drips_then_total_time_is_bounded(site: Site, route: Route) -> None:
    site.routes["/"] = route
    limits = FetchLimits(timeout_s=0.2, pause_s=0.0)
    begin = time.monotonic()
    with pytest.raises(FetchError, match=r"within 0\.2 s"):
        Fetcher(limits, allow=LOCAL).fetch(site.base)
    assert time.monotonic() - begin < 3


def test_fetch_when_name_server_hangs_then_total_time_is_bounded() -> None:
    done = threading.Event()

    def hang(host: str, port: int) -> list[str]:
        done.wait(5)
        return [PUBLIC]

    with pytest.raises(FetchError, match=r"within 0\.1 s"):
        Fetcher(FetchLimits(timeout_s=0.1), world=World(resolve=hang)).fetch("http://a.example/")
    done.set()


def test_fetch_when_not_modified_then_validators_come_back(site: Site) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        fresh = handler.headers["If-None-Match"] != '"v1"'
        answer = reply(200, b"news", ETag='"v1"', Last_Modified="Thu, 26 Nov 2026 01:00:00 GMT")
        (answer if fresh else reply(304))(handler)

    site.routes["/"] = page
    first = fetcher().fetch(f"{site.base}/")
    again = fetcher().fetch(f"{site.base}/", validators=first.validators)
    assert (first.body, first.not_modified, again.not_modified) == (b"news", False, True)
    assert again.validators == first.validators
    assert site.asked[-1][1]["if-modified-since"] == "Thu, 26 Nov 2026 01:00:00 GMT"


def test_fetch_when_validators_are_of_another_page_then_not_sent(site: Site) -> None:
    site.routes["/"] = reply(200, b"news")
    fetcher().fetch(f"{site.base}/", validators=Validators("http://other.example/", '"v1"'))
    assert "if-none-match" not in site.asked[-1][1]


def test_fetch_when_304_without_a_question_then_error(site: Site) -> None:
    site.routes["/"] = reply(304)
    with pytest.raises(FetchError, match="status 304"):
        fetcher().fetch(site.base)


def after(n_failures: int, failure: Route) -> Route:
    count = iter(range(100))
    return lambda handler: (failure if next(count) < n_failures else reply(200, b"ok"))(handler)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


RETRIES = [
    ("429 seconds", reply(429, Retry_After="7"), 1, [7.0]),
    ("503 date", reply(503, Retry_After="Thu, 26 Nov 2026 03:00:20 GMT"), 1, [20.0]),
    ("503 past date", reply(503, Retry_After="Thu, 26 Nov 2026 02:00:00 GMT"), 1, [1.0]),
    ("500 bare", reply(500), 2, [1.0, 1.0]),
    ("503 nonsense", reply(503, Retry_After="soon"), 1, [1.0]),
    ("hang up", hang_up, 2, [1.0, 1.0]),
]


@pytest.mark.parametrize(("name", "failure", "n_failures", "pauses"), RETRIES)
def test_fetch_when_server_is_busy_then_waits_as_told_and_succeeds(
    site: Site, name: str, failure: Route, n_failures: int, pauses: list[float]
) -> None:
    sleeper = Sleeper()
    site.routes["/"] = after(n_failures, failure)
    assert fetcher(sleeper).fetch(f"{site.base}/").body == b"ok"
    assert sleeper.slept == [1.0, *pauses]  # the first pause stands between robots.txt and page


def test_fetch_when_server_stays_busy_then_gives_up_after_two_retries(site: Site) -> None:
    site.routes["/"] = reply(503)
    with pytest.raises(FetchError, match="status 503"):
        fetcher().fetch(f"{site.base}/")
    assert site.paths == ["/robots.txt", "/", "/", "/"]


def test_fetch_when_retry_after_is_long_then_host_is_left_alone(site: Site) -> None:
    site.routes["/"] = reply(429, Retry_After="3600")
    site.routes["/b"] = reply(200)
    polite = fetcher()
    for path in ("/", "/b"):
        with pytest.raises(FetchError, match="asks to wait 3600 s"):
            polite.fetch(f"{site.base}{path}")
    assert site.paths == ["/robots.txt", "/"]


def test_fetch_when_404_then_not_tried_again(site: Site) -> None:
    with pytest.raises(FetchError, match="status 404; expected 200"):
        fetcher().fetch(f"{site.base}/gone")
    assert site.paths == ["/robots.txt", "/gone"]


def test_fetch_when_nobody_listens_then_error_names_the_address() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/"
        with pytest.raises(FetchError, match="no connection"):
            fetcher().fetch(url)


RETRY_AFTER = [
    ("120", 120.0),
    (" 5 ", 5.0),
    ("Thu, 26 Nov 2026 03:02:00 GMT", 120.0),
    ("Thu, 26 Nov 2026 03:02:00", 120.0),
    ("Thu, 26 Nov 2026 02:00:00 GMT", 0.0),
    ("", None),
    ("-3", None),
    ("soon", None),
    ("९", None),
    ("9" * 400, None),
]


@pytest.mark.parametrize(("value", "expected"), RETRY_AFTER)
def test_parse_retry_after_when_seconds_or_date_then_seconds(
    value: str, expected: float | None
) -> None:
    assert parse_retry_after(value, NOW) == expected


def test_fetch_when_threads_share_a_host_then_one_request_at_a_time(site: Site) -> None:
    running, most, lock = [0], [0], threading.Lock()

    def busy(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.02)
        with lock:
            running[0] -= 1
        reply(200, b"ok")(handler)

    site.routes["/"] = busy
    shared = Fetcher(FetchLimits(pause_s=0.0), allow=LOCAL)
    threads = [threading.Thread(target=shared.fetch, args=(f"{site.base}/",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert site.paths.count("/") == 6


ROBOTS = """
# a comment
User-agent: OtherBot
Disallow: /

User-agent: kawaraban/1.0
User-agent: third
Crawl-delay: 3
Disallow: /private/
Allow: /private/open
Disallow: /*.pdf$
Disallow: /search?*q=
Disallow: /%E6%9D%B1
Disallow: /同じ
Allow: /same
Disallow: /same

User-agent: *
Disallow: /everyone
"""
ALLOWED = [
    ("/", True),
    ("/private/x", False),
    ("/private/open/x", True),
    ("/a/b.pdf", False),
    ("/a/b.pdf?x", True),
    ("/search?a=1&q=2", False),
    ("/search?a=1", True),
    ("/東京", False),
    ("/%e6%9d%b1", False),
    ("/%E5%90%8C%E3%81%98", False),
    ("/same", True),
    ("/everyone", True),
    ("/robots.txt", True),
]


@pytest.mark.parametrize(("path", "expected"), ALLOWED)
def test_robots_when_rules_name_us_then_longest_match_decides(path: str, expected: bool) -> None:
    rules = parse_robots(ROBOTS, "Kawaraban")
    assert (rules.allows(path), rules.crawl_delay_s) == (expected, 3.0)


def test_robots_when_pattern_is_made_to_stall_then_answer_is_quick() -> None:
    rules = parse_robots("User-agent: *\nDisallow: /" + "*a" * 2000 + "b$", "kawaraban")
    begin = time.process_time()
    assert rules.allows("/" + "a" * 20_000)
    assert time.process_time() - begin < 0.5


def test_fetch_when_robots_forbid_then_page_is_not_asked_and_file_is_read_once(site: Site) -> None:
    site.routes["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /no")
    site.routes["/yes"] = reply(200, b"ok")
    polite = fetcher()
    for _ in range(2):
        with pytest.raises(FetchError, match=r"robots\.txt does not allow Kawaraban"):
            polite.fetch(f"{site.base}/no/page")
    polite.fetch(f"{site.base}/yes")
    assert site.paths == ["/robots.txt", "/yes"]


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False)])
def test_fetch_when_robots_fail_then_4xx_allows_and_5xx_forbids(
    site: Site, status: int, allowed: bool
) -> None:
    site.routes["/robots.txt"] = reply(status)
    site.routes["/"] = reply(200, b"ok")
    if allowed:
        assert fetcher().fetch(f"{site.base}/").body == b"ok"
        return
    with pytest.raises(FetchError, match=r"robots\.txt answers status 500"):
        fetcher().fetch(f"{site.base}/")
    assert "/" not in site.paths


def test_fetch_when_https_then_certificate_is_checked_against_the_name(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path, "news.example")
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificate)
    site = Site()
    site.routes["/"] = reply(200, b"over TLS")
    site.server.socket = server_context.wrap_socket(site.server.socket, server_side=True)
    site.server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    thread = threading.Thread(target=site.server.serve_forever, args=(0.01,))
    thread.start()
    world = World(
        resolve=lambda host, port: [PUBLIC],
        connect=lambda address, port, timeout_s: connect("127.0.0.1", site.port, timeout_s),
        sleep=Sleeper().sleep,
        ssl_context=lambda: ssl.create_default_context(cafile=str(certificate)),
    )
    try:
        assert Fetcher(world=world).fetch("https://news.example/").body == b"over TLS"
        with pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"):
            Fetcher(world=world).fetch("https://other.example/")
    finally:
        site.server.shutdown()
        site.server.server_close()
        thread.join()


def self_signed(folder: Path, name: str) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_fetch_when_proxy_is_in_the_environment_then_it_is_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    site.routes["/"] = reply(200, b"direct", Set_Cookie="a=b")
    assert fetcher().fetch(site.base).body == b"direct"


def test_fetcher_when_made_from_settings_then_limits_are_theirs() -> None:
    made = Fetcher.from_settings(Settings(fetch_timeout_s=3.0, fetch_allow=("10.0.0.0/8",)))
    assert (made.limits.timeout_s, made.allow) == (3.0, ("10.0.0.0/8",))


def test_collect_when_site_serves_feed_and_pages_then_second_run_costs_no_body(
    site: Site, tmp_path: Path
) -> None:
    page = "<!DOCTYPE html><html><body><p>港の改修が始まった。</p></body></html>".encode("euc_jp")
    feed = (
        "<rss version='2.0'><channel><title>港新聞</title>"
        f"<item><title>港</title><link>{site.base}/1</link></item>"
        "<item><title>内</title><link>http://10.0.0.1/2</link></item></channel></rss>"
    ).encode("cp932")

    def tagged(body: bytes, content_type: str) -> Route:
        packed = gzip.compress(body)
        whole = reply(200, packed, ETag='"1"', Content_Type=content_type, Content_Encoding="gzip")
        return lambda h: (reply(304) if h.headers["If-None-Match"] == '"1"' else whole)(h)

    site.routes["/feed"] = tagged(feed, "application/rss+xml; charset=utf-8")
    site.routes["/1"] = tagged(page, "text/html; charset=utf-8")
    runs = []
    for _ in range(2):
        items = collect(
            f"{site.base}/feed", fetcher=fetcher(), settings=Settings(home=tmp_path), now=NOW
        )
        runs.append(list(items))
    assert runs[0] == runs[1]
    document, skipped = runs[0]
    assert isinstance(document, Document)
    assert isinstance(skipped, Skipped)
    assert "港の改修が始まった。" in decode_document(document)
    assert (document.title, document.outlet, document.url) == ("港", "港新聞", f"{site.base}/1")
    assert "private" in skipped.reason
    asked = [(path, headers.get("if-none-match")) for path, headers in site.asked]
    first = [("/robots.txt", None), ("/feed", None), ("/1", None)]
    assert asked == [*first, ("/robots.txt", None), ("/feed", '"1"'), ("/1", '"1"')]
