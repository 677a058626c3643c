"""Whether the addresses of a digest still open: the one check that needs the network.

unreachable(digest, settings=settings) → [Problem("online", "https://… : HTTP 404")]
"""

from __future__ import annotations

from kawaraban.errors import FetchError
from kawaraban.export.safe import safe_link
from kawaraban.newsletter.checks import Problem
from kawaraban.settings import Settings
from kawaraban.types import Digest


def unreachable(digest: Digest, *, settings: Settings) -> list[Problem]:
    """Addresses of shown articles that do not open, with the reason."""
    from kawaraban.sources.fetch import Fetcher

    fetcher = Fetcher.from_settings(settings)
    links = [safe_link(story.entries[0].article.url) for story in digest.stories]
    problems = []
    for link in dict.fromkeys(filter(None, links)):
        try:
            fetcher.fetch(link)
        except FetchError as error:
            problems.append(Problem("online", f"{link}: {error}"))
    return problems
