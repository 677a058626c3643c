"""A reader for tests: what a run leaves in the store, of a good page and of a hostile one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sample_digest import DAY, hostile_digest, sample_digest

from kawaraban.store import Store
from kawaraban.types import Digest

HOSTILE_DAY = DAY - timedelta(days=1)


def fill(store: Store) -> None:
    """The sample digest and, of the day before, the hostile one."""
    for digest in (_hostile(), sample_digest()):
        entries = [entry for story in digest.stories for entry in story.entries]
        store.save_articles([entry.article for entry in entries], seen_at=digest.created_at)
        store.save_digest(digest)


def _hostile() -> Digest:
    digest = hostile_digest()
    (story,) = digest.stories
    entries = tuple(
        replace(entry, article=replace(entry.article, id=f"hostile-{at}"))
        for at, entry in enumerate(story.entries)
    )
    return replace(digest, day=HOSTILE_DAY, stories=(replace(story, entries=entries),))
