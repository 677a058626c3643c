"""Web addresses as a server is asked for them.

Input: an address as a person or a page writes it. Output: a `Url` of ASCII parts, or a FetchError.
The host that is checked is the host that is connected to: there is one parser, this one.

    parse_url("http://日本.example/ニュース?q=東京").target   # /%E3%83%8B…?q=%E6%9D%B1%E4%BA%AC
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from kawaraban.errors import FetchError

MAX_URL_CHARS = 8192
DEFAULT_PORTS = {"http": 80, "https": 443}

_HOST = re.compile(r"[a-z0-9_.-]{1,253}")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_QUERY_SAFE = _PATH_SAFE + "?[]"


@dataclass(frozen=True, slots=True)
class Url:
    """An http or https address without name, password and fragment."""

    scheme: str
    host: str  # ASCII, lower case, IPv6 without brackets
    port: int
    target: str  # path and query, percent-encoded

    @property
    def netloc(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what one robots.txt speaks for."""
        return f"{self.scheme}://{self.netloc}"

    def __str__(self) -> str:
        return self.origin + self.target


def parse_url(text: str) -> Url:
    """Raise FetchError for anything but a plain http or https address."""
    text = text.strip()
    try:
        if len(text) > MAX_URL_CHARS or _FORBIDDEN.search(text.replace(" ", "")):
            raise ValueError("forbidden characters, or too long")
        parts = urlsplit(text.replace(" ", "%20"))
        scheme = parts.scheme.lower()
        if scheme not in DEFAULT_PORTS or not parts.netloc:
            raise FetchError(f"{text!r}: expected an address that begins with http:// or https://")
        if "@" in parts.netloc:
            raise FetchError(f"{text!r}: a name or password in the address; leave it out")
        port = DEFAULT_PORTS[scheme] if parts.port is None else parts.port
        host = _host(parts.hostname or "")
    except ValueError as error:
        raise FetchError(f"{text[:200]!r} is not a URL ({error}); correct it") from None
    query = f"?{quote(parts.query, safe=_QUERY_SAFE)}" if parts.query else ""
    return Url(scheme, host, port, quote(parts.path or "/", safe=_PATH_SAFE) + query)


def join_url(base: Url, location: str) -> Url:
    """Where a redirect leads."""
    try:
        return parse_url(urljoin(str(base), location.strip()))
    except (ValueError, FetchError) as error:
        raise FetchError(f"a redirect to {location[:200]!r}: {error}") from None


def _host(host: str) -> str:
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    if not host.isascii():
        import idna

        host = idna.encode(host, uts46=True).decode("ascii")
    if not _HOST.fullmatch(host):
        raise ValueError(f"{host!r} is no host name")
    return host
