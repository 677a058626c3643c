"""The digest as one list wants it: its watch words lift stories, for it alone.

tailored(digest, ("半導体",)).stories[0].reasons → ("watch: 半導体", "3 outlets")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kawaraban.types import Digest, Story


def tailored(digest: Digest, watch_words: Sequence[str]) -> Digest:
    """The same stories, those that a list watches in front, and a brief that follows them."""
    if not watch_words:
        return digest
    from kawaraban.stories import pick_brief

    stories = [_watched(story, watch_words, digest) for story in digest.stories]
    stories.sort(key=lambda story: -story.rank)
    named = ", ".join(filter(None, (digest.settings.get("watch_words", ""), *watch_words)))
    return replace(
        digest,
        stories=tuple(stories),
        brief=pick_brief(stories, n_sentences=len(digest.brief)),
        settings={**digest.settings, "watch_words": named},
    )


def _watched(story: Story, watch_words: Sequence[str], digest: Digest) -> Story:
    """The story with what the words add to its rank, and their names among its reasons."""
    from kawaraban.stories import rank_story

    plain = rank_story(story, watch_words=(), day=digest.day, centrality=0.0)
    ranked = rank_story(story, watch_words=watch_words, day=digest.day, centrality=0.0)
    new = tuple(reason for reason in ranked.reasons if reason not in plain.reasons)
    return replace(
        story,
        rank=round(story.rank + ranked.rank - plain.rank, 4),
        reasons=tuple(dict.fromkeys((*new, *story.reasons))),
    )
