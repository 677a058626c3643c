"""Frozen dataclasses ↔ JSON, exactly: what is written is read back equal.

Input:  a value whose class is a dataclass of annotated fields.
Output: JSON text; or, with the class named, the value again.

    >>> from_json(Skipped, to_json(Skipped("a.html", "extract", "empty")))
    Skipped(location='a.html', stage='extract', reason='empty')

A dataclass is an object with its fields by name, a tuple an array, a date or an aware datetime ISO
text, bytes base64. Where a field may hold one of several dataclasses, the object also says which:
`"type": "Skipped"`. Reading is strict: a missing field without default, an unknown field, or a
value of another type is a ParseError that says where.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from kawaraban.errors import ParseError
from kawaraban.types import Digest

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPE = "type"
_SURROGATE = re.compile("[\ud800-\udfff]")  # alone, it has no bytes: written as an escape
_SCALARS = (str, int, float, bool, NoneType)


def to_json(value: object, *, indent: int | None = None) -> str:
    """One line of JSON (or indented), Japanese as it is, fields in the order of the class."""
    separators = (",", ":") if indent is None else (",", ": ")
    plain = to_plain(value)
    text = json.dumps(
        plain, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators
    )
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def from_json(cls: type[T], text: str | bytes) -> T:
    """The value that `to_json` wrote; raises ParseError for anything else."""
    try:
        plain = json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ParseError(f"found {error}; expected JSON of a {cls.__name__}") from error
    return from_plain(cls, plain)


def to_plain(value: object) -> Any:
    """The value as dicts, lists and scalars."""
    return _encode(value, type(value))


def from_plain(cls: type[T], plain: object) -> T:
    """The value of dicts, lists and scalars."""
    value: T = _decode(plain, cls, cls.__name__)
    return value


def digest_key(digest: Digest) -> str:
    """SHA-256 of all of a digest but the moment it was made: names its content."""
    return hashlib.sha256(to_json(replace(digest, created_at=_EPOCH)).encode()).hexdigest()


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


@cache
def _branches(hint: Any) -> dict[str, type]:
    """Name → dataclass, where a union holds several dataclasses."""
    if get_origin(hint) not in (Union, UnionType):
        return {}
    classes = [arm for arm in get_args(hint) if isinstance(arm, type) and is_dataclass(arm)]
    return {cls.__name__: cls for cls in classes} if len(classes) > 1 else {}


def _encode(value: Any, hint: Any) -> Any:
    if isinstance(value, _SCALARS):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        named = {_TYPE: type(value).__name__} if type(value).__name__ in _branches(hint) else {}
        hints = _hints(type(value))
        return named | {
            item.name: _encode(getattr(value, item.name), hints[item.name])
            for item in fields(value)
        }
    if isinstance(value, tuple | list):
        arms = get_args(hint)
        element = arms[0] if len(arms) == 2 and arms[1] is Ellipsis else None
        return [
            _encode(item, element or (arms[i] if i < len(arms) else None))
            for i, item in enumerate(value)
        ]
    if isinstance(value, dict):
        arms = get_args(hint)
        return {key: _encode(item, arms[1] if arms else None) for key, item in value.items()}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"found {type(value).__name__}; expected a dataclass of plain fields")


def _decode(plain: Any, hint: Any, where: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _decode_union(plain, hint, where)
    if origin is Literal:
        if plain not in get_args(hint):
            _fail(where, plain, " or ".join(map(repr, get_args(hint))))
        return plain
    if origin is tuple:
        return _decode_tuple(plain, get_args(hint), where)
    if origin is dict:
        if not isinstance(plain, dict):
            _fail(where, plain, "an object")
        element = get_args(hint)[1]
        return {key: _decode(item, element, f"{where}.{key}") for key, item in plain.items()}
    if is_dataclass(hint):
        return _decode_dataclass(plain, hint, where)
    return _decode_scalar(plain, hint, where)


def _decode_union(plain: Any, hint: Any, where: str) -> Any:
    if plain is None and NoneType in get_args(hint):
        return None
    if branches := _branches(hint):
        name = plain.get(_TYPE) if isinstance(plain, dict) else None
        if name not in branches:
            _fail(f"{where}.{_TYPE}", name, " or ".join(branches))
        fields_only = {key: item for key, item in plain.items() if key != _TYPE}
        return _decode_dataclass(fields_only, branches[name], where)
    arms = [arm for arm in get_args(hint) if arm is not NoneType]
    if len(arms) != 1:
        raise TypeError(f"{where}: found {hint}; expected one type or None, or dataclasses")
    return _decode(plain, arms[0], where)


def _decode_tuple(plain: Any, arms: tuple[Any, ...], where: str) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        _fail(where, plain, "an array")
    if len(arms) == 2 and arms[1] is Ellipsis:
        arms = (arms[0],) * len(plain)
    if len(arms) != len(plain):
        _fail(where, plain, f"an array of {len(arms)}")
    return tuple(_decode(plain[i], arm, f"{where}[{i}]") for i, arm in enumerate(arms))


def _decode_dataclass(plain: Any, cls: Any, where: str) -> Any:
    if not isinstance(plain, dict):
        _fail(where, plain, f"an object with the fields of {cls.__name__}")
    hints = _hints(cls)
    known = {item.name: item for item in fields(cls)}
    if unknown := plain.keys() - known.keys():
        _fail(where, sorted(unknown), f"only {', '.join(known)}")
    for name, item in known.items():
        has_default = item.default is not MISSING or item.default_factory is not MISSING
        if name not in plain and not has_default:
            _fail(where, sorted(plain), f"a field {name!r}")
    return cls(
        **{name: _decode(item, hints[name], f"{where}.{name}") for name, item in plain.items()}
    )


def _decode_scalar(plain: Any, hint: Any, where: str) -> Any:
    if hint is float and type(plain) is int:
        return float(plain)
    if hint in _SCALARS:
        if type(plain) is not hint:
            _fail(where, plain, hint.__name__)
        return plain
    if not isinstance(plain, str):
        _fail(where, plain, f"text of a {hint.__name__}")
    try:
        if hint is datetime:
            return datetime.fromisoformat(plain)
        if hint is date:
            return date.fromisoformat(plain)
        if hint is bytes:
            return base64.b64decode(plain, validate=True)
    except (ValueError, binascii.Error):
        _fail(where, plain, f"text of a {hint.__name__}")
    if hint is Path:
        return Path(plain)
    raise TypeError(f"{where}: found the type {hint}; expected one that this codec knows")


def _fail(where: str, found: object, expected: str) -> NoReturn:
    raise ParseError(f"{where}: found {repr(found)[:80]}; expected {expected}")
