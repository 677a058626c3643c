"""The one check that needs the network, against a server on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sample_digest import sample_digest

from kawaraban.newsletter.links import unreachable
from kawaraban.settings import Settings
from kawaraban.types import Digest


class Handler(BaseHTTPRequestHandler):
    """/there is there, all else is gone."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/there" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write("<p>記事</p>".encode())

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def base() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def linked(*urls: str) -> Digest:
    digest = sample_digest()
    entry = digest.stories[0].entries[0]
    stories = tuple(
        replace(
            digest.stories[0],
            id=f"s{at}",
            entries=(replace(entry, article=replace(entry.article, url=url)),),
        )
        for at, url in enumerate(urls)
    )
    return replace(digest, stories=stories, brief=())


def test_unreachable_when_a_page_is_gone_or_refused_then_names_it_and_the_reason(
    base: str,
) -> None:
    settings = Settings(fetch_allow=("127.0.0.1",), fetch_pause_s=0.0, fetch_timeout_s=10.0)
    digest = linked(f"{base}/there", f"{base}/gone", f"{base}/gone")
    (problem,) = unreachable(digest, settings=settings)
    assert problem.check == "online"
    assert problem.found.startswith(f"{base}/gone: ")
    assert "404" in problem.found
    # Without leave the guard of the collector holds here too.
    (refused,) = unreachable(linked(f"{base}/there"), settings=replace(settings, fetch_allow=()))
    assert "127.0.0.1" in refused.found
