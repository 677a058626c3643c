"""A reader for tests: what a run leaves in the store, of a good page and of a hostile one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sample_digest import DAY, HOSTILE, MADE_AT, hostile_digest, sample_digest

from kawaraban.export.wording import translations
from kawaraban.store import Store
from kawaraban.types import Digest

HOSTILE_DAY = DAY - timedelta(days=1)


def fill(store: Store) -> None:
    """The sample digest and, of the day before, the hostile one."""
    for digest in (_hostile(), sample_digest()):
        entries = [entry for story in digest.stories for entry in story.entries]
        store.save_articles([entry.article for entry in entries], seen_at=digest.created_at)
        store.save_digest(digest)


def review(store: Store) -> str:
    """What reviewers leave: corrections, one of them taken back, hostile ones too, and a day made
    twice. Gives the key of the day's older version."""
    for translation in {t.ja: t for t in translations(_hostile())}.values():
        store.save_correction(translation.ja, HOSTILE, reviewer=HOSTILE, before=HOSTILE)
        store.save_correction(translation.ja, f"Again {HOSTILE}", reviewer=HOSTILE)
        store.undo_correction(translation.ja, reviewer=HOSTILE)
    plant = sample_digest().stories[0].entries[0]
    for translation in (plant.title, plant.sentences[2].translation):
        store.save_correction(
            translation.ja, f"{translation.en} (By hand.)", reviewer="Mariko", before=translation.en
        )
    plain = plant.sentences[0].translation
    store.save_correction(plain.ja, "In vain.", before=plain.en)
    store.undo_correction(plain.ja)
    older = replace(sample_digest(), created_at=MADE_AT - timedelta(hours=2), settings={})
    return store.save_digest(older)


def _hostile() -> Digest:
    digest = hostile_digest()
    (story,) = digest.stories
    entries = tuple(
        replace(entry, article=replace(entry.article, id=f"hostile-{at}"))
        for at, entry in enumerate(story.entries)
    )
    return replace(digest, day=HOSTILE_DAY, stories=(replace(story, entries=entries),))
