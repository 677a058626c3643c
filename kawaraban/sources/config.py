"""What a source is, and `sources.yaml`, the list of them.

Input: a YAML file. Output: a `SourceConfig` for each entry, or a UsageError that names file,
entry and key. Relative paths are relative to the file.

    sources:
      - name: 青葉経済
        location: https://aoba.example/feed.xml   # or url:, feed:, path:
        language: ja
        schedule: "30 5 * * *"                    # cron, Tokyo time
        max_articles: 50                          # or limits: {max_articles: 50}
        outlet: 青葉経済新聞
        watch_words: [半導体, 日銀]
    lists: …                                      # who gets the mail: newsletter/recipients.py
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kawaraban.configuration import (
    Entry,
    kind_of,
    known_keys,
    numbered,
    read_yaml,
    text_of,
    words_of,
)
from kawaraban.errors import UsageError

SourceKind = Literal["path", "url", "feed"]

_PLACES = ("location", "url", "feed", "path")
_LIMITS = ("max_articles",)
_KEYS = ("name", *_PLACES, "language", "schedule", "limits", *_LIMITS, "outlet", "watch_words")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_CRON_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One source. `kind` "url" is a page or a feed: the answer tells which."""

    name: str
    location: str  # URL, or path
    kind: SourceKind
    language: str = "ja"
    schedule: str = ""  # cron expression in Tokyo time; empty: whenever a run is made
    max_articles: int | None = None  # None: the setting max_articles_per_source, for the web alone
    outlet: str | None = None
    watch_words: tuple[str, ...] = ()


def source_from_text(text: str) -> SourceConfig:
    """A source as named on the command line: a URL or a path."""
    text = text.strip()
    if is_url(text):
        host = re.sub(r"^[^/]*//([^/?#]*).*", r"\1", text)
        return SourceConfig(host.removeprefix("www.") or text, text, "url")
    return SourceConfig(Path(text).resolve().name or text, text, "path")


def is_url(text: str) -> bool:
    """Whether a location is an address, of whatever scheme, rather than a path."""
    return _URL.match(text) is not None


def load_sources(path: Path) -> tuple[SourceConfig, ...]:
    """Every entry of a sources.yaml; raises UsageError for the first thing that is wrong."""
    entries = _entries(path, read_yaml(path))
    sources = tuple(_source(place, entry, path.parent) for place, entry in entries)
    seen: set[str] = set()
    for source in sources:
        if source.name in seen:
            raise UsageError(f"{path}: two entries are named {source.name!r}; rename one")
        seen.add(source.name)
    return sources


def _entries(path: Path, content: object) -> list[tuple[str, Entry]]:
    if isinstance(content, dict):
        known_keys(str(path), content, ("sources", "lists"))
        content = content.get("sources")
    return numbered(str(path), content, "source")


def _source(place: str, entry: Entry, folder: Path) -> SourceConfig:
    known_keys(place, entry, _KEYS)
    limits = _mapping(place, entry, "limits")
    known_keys(f"{place}, limits", limits, _LIMITS)
    if both := [key for key in _LIMITS if key in limits and key in entry]:
        raise UsageError(f"{place}: {both[0]} stands beside limits and in it; keep one")
    location, kind = _location(place, entry, folder)
    return SourceConfig(
        name=text_of(place, entry, "name", required=True),
        location=location,
        kind=kind,
        language=_language(place, entry),
        schedule=_schedule(place, entry),
        max_articles=_count(place, {**entry, **limits}, "max_articles"),
        outlet=text_of(place, entry, "outlet") or None,
        watch_words=words_of(place, entry, "watch_words"),
    )


def _location(place: str, entry: Entry, folder: Path) -> tuple[str, SourceKind]:
    given = [key for key in _PLACES if key in entry]
    if len(given) != 1:
        raise UsageError(
            f"{place}: expected exactly one of {', '.join(_PLACES)}; "
            f"found {' and '.join(given) or 'none'}"
        )
    key = given[0]
    text = text_of(place, entry, key, required=True)
    if not is_url(text) and key != "url":
        return str(folder / Path(text).expanduser()), "path"
    if not re.match("https?://", text, re.IGNORECASE) or key == "path":
        expected = "a path" if key == "path" else "an address with http:// or https://"
        raise UsageError(f"{place}: {key} is {text!r}; expected {expected}")
    return text, "feed" if key == "feed" else "url"


def _mapping(place: str, entry: Entry, key: str) -> Entry:
    value = entry.get(key, {})
    if not isinstance(value, dict):
        raise UsageError(f"{place}: {key} must hold `max_articles: …`, found {kind_of(value)}")
    return value


def _count(place: str, entry: Entry, key: str) -> int | None:
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(f"{place}: {key} must be a whole number from 1, found {value!r}")
    return value


def _language(place: str, entry: Entry) -> str:
    language = text_of(place, entry, "language") or "ja"
    if language.lower().split("-")[0] not in ("ja", "jpn"):
        raise UsageError(f"{place}: language is {language!r}; only Japanese (ja) can be read")
    return "ja"


def _schedule(place: str, entry: Entry) -> str:
    schedule = text_of(place, entry, "schedule")
    fields = schedule.split()
    if schedule and (
        len(fields) != len(_CRON_RANGES)
        or not all(_cron_field(f, *span) for f, span in zip(fields, _CRON_RANGES, strict=True))
    ):
        raise UsageError(
            f"{place}: schedule is {schedule!r}; expected five cron fields such as "
            '"30 5 * * *" (minute hour day month weekday)'
        )
    return schedule


def _cron_field(field: str, low: int, high: int) -> bool:
    names = {12: _MONTHS, 7: _WEEKDAYS}.get(high, ())
    for number, name in enumerate(names, start=low):
        field = re.sub(rf"\b{name}\b", str(number), field, flags=re.IGNORECASE)
    for part in field.split(","):
        match = _CRON_PART.fullmatch(part)
        numbers = [int(group) for group in match.groups()[:2] if group] if match else [-1]
        if any(not low <= number <= high for number in numbers) or numbers != sorted(numbers):
            return False
    return True
