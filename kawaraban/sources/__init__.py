"""Where news comes from: files, pages, feeds and lists of them. Start at `collect.py`."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kawaraban.sources.collect import collect
    from kawaraban.sources.fetch import Fetcher

__all__ = ["Fetcher", "collect"]


def __getattr__(name: str) -> object:
    """Import on first use: `sources.encoding` alone needs neither the network nor a feed parser."""
    if name not in __all__:
        raise AttributeError(name)
    home = import_module(f"kawaraban.sources.{'fetch' if name == 'Fetcher' else name}")
    return getattr(home, name)
