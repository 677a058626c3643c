"""What tasks share inside one worker process: settings, store and engines, each loaded once.

CTranslate2 is not fork-safe and models take memory, so a process holds one set of engines and
every thread of it uses that set.
"""

from __future__ import annotations

from functools import cache

from kawaraban.pipeline import Stages, load_stages
from kawaraban.settings import Settings
from kawaraban.store import Store


@cache
def settings() -> Settings:
    """The worker's settings, from its environment."""
    return Settings.from_env()


@cache
def store() -> Store:
    """The worker's connection to the database that all workers share."""
    settings().home.mkdir(parents=True, exist_ok=True)
    return Store.open(settings().store_url, home=settings().home)


@cache
def stages() -> Stages:
    """The engines, with the translation memory in front."""
    return load_stages(settings(), store())
