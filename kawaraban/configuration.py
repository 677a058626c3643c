"""YAML that a person wrote: read whole or not at all, every key and value checked by name.

Input: a file. Output: plain values, or a UsageError that names file, entry and key.

    entries = numbered("sources.yaml", read_yaml(path), "source")
    text_of("sources.yaml, entry 1", {"name": "青葉経済"}, "name", required=True) → "青葉経済"
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

import yaml

from kawaraban.errors import UsageError

Entry = Mapping[object, object]

MAX_CONFIG_BYTES = 1_000_000


def read_yaml(path: Path) -> object:
    """The plain content of a file; a key given twice is refused."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_CONFIG_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    if len(body) > MAX_CONFIG_BYTES:
        raise UsageError(f"{path}: more than {MAX_CONFIG_BYTES} bytes; expected a short list")
    try:
        content: object = yaml.load(body, Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"{path}: not valid YAML: {error}") from None
    return content


class _UniqueKeyLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice instead of taking the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def numbered(place: str, content: object, noun: str) -> list[tuple[str, Entry]]:
    """The entries of a list with the words that name each: "sources.yaml, entry 2 (青葉経済)"."""
    if not isinstance(content, list) or not content:
        raise UsageError(
            f"{place}: expected a list of {noun}s, found {kind_of(content)}; "
            "write one entry as `- name: …` with its other keys below it"
        )
    entries: list[tuple[str, Entry]] = []
    for number, entry in enumerate(content, start=1):
        if not isinstance(entry, dict):
            raise UsageError(
                f"{place}, entry {number}: expected `name: …` and its other keys, "
                f"found {kind_of(entry)}"
            )
        name = entry.get("name")
        entries.append((f"{place}, entry {number}" + (f" ({name})" if name else ""), entry))
    return entries


def known_keys(place: str, entry: Entry, known: tuple[str, ...]) -> None:
    for key in entry:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"expected {', '.join(known)}"
            raise UsageError(f"{place}: unknown key {str(key)!r}; {advice}")


def text_of(place: str, entry: Entry, key: str, *, required: bool = False) -> str:
    value = entry.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{place}: {key} must be text, found {kind_of(value)}; put it in quotes")
    return value.strip()


def words_of(place: str, entry: Entry, key: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise UsageError(f"{place}: {key} must be a list of words, such as [半導体, 日銀]")
    return tuple(value)


def kind_of(value: object) -> str:
    names = {type(None): "nothing", dict: "a mapping", list: "a list"}
    return names.get(type(value), repr(value))
