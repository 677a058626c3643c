"""Who gets the newsletter: the `lists` of a sources.yaml, or of a file of their own.

Input: a YAML file. Output: a `MailingList` for each entry, or a UsageError that names file, entry
and key. No message holds more of an address than its place in the file.

    lists:
      - name: desk                       # small letters, digits, hyphens: part of the List-Id
        title: Semiconductor desk        # shown as the name of the list
        edition: full                    # or headlines, japanese_first
        watch_words: [半導体, HBM]        # lift stories for this list alone
        recipients:
          - reader@example.com
          - 田中 花子 <tanaka@example.com>
      - name: board
        file: board.txt                  # one recipient a line; # begins a comment
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from typing import get_args

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
from kawaraban.export.email import Edition
from kawaraban.export.safe import clean

MAX_LIST_BYTES = 10_000_000
_KEYS = ("name", "title", "edition", "watch_words", "recipients", "file")
_NAME = re.compile("[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?")
_BRACKETED = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<address>[^<>]+)>")
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9.-]+"
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One reader. `repr` leaves the address out, so that no log shows it by accident."""

    address: str
    name: str = ""

    @property
    def key(self) -> str:
        """What makes two spellings one reader."""
        return self.address.lower()

    @property
    def header(self) -> str:
        """As it stands in `To`: quoted where the name needs it."""
        return str(Address(self.name, addr_spec=self.address)) if self.name else self.address

    def __repr__(self) -> str:
        return "Recipient(…)"


@dataclass(frozen=True, slots=True)
class MailingList:
    """Readers who get the same mail."""

    name: str
    recipients: tuple[Recipient, ...]
    title: str = ""
    edition: Edition = "full"
    watch_words: tuple[str, ...] = ()


# For a look at the mail of a digest before there is any list.
NO_LIST = MailingList("daily", (Recipient("reader@kawaraban.invalid"),))


def load_lists(path: Path) -> tuple[MailingList, ...]:
    """Every list of a file; raises UsageError for the first thing that is wrong."""
    content = read_yaml(path)
    if not isinstance(content, dict) or "lists" not in content:
        raise UsageError(
            f"{path}: found no lists; expected `lists:` with entries of `name: …` and "
            "`recipients: […]`; add it, or name another file with --lists"
        )
    known_keys(str(path), content, ("lists", "sources"))
    entries = numbered(f"{path}, lists", content["lists"], "mailing list")
    lists = tuple(_list(place, entry, path.parent) for place, entry in entries)
    names = [item.name for item in lists]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{path}: two lists are named {name!r}; rename one")
    return lists


def pick_list(lists: tuple[MailingList, ...], name: str) -> MailingList:
    """The list of that name; a UsageError that says which there are."""
    for item in lists:
        if item.name == name:
            return item
    raise UsageError(f"list {name!r}: expected one of {', '.join(item.name for item in lists)}")


def parse_recipient(place: str, text: str) -> Recipient:
    """`name@host` or `Name <name@host>`, and nothing else: one reader, one line."""
    text = text.strip()
    match = _BRACKETED.fullmatch(text)
    address = match["address"].strip() if match else text
    name = match["name"].strip().strip('"') if match else ""
    try:
        local, _, domain = address.rpartition("@")
        address = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
        if clean(text) != text or not _ADDRESS.fullmatch(address) or ".." in domain:
            raise ValueError
        recipient = Recipient(address, name)
        _ = recipient.header
    except (ValueError, HeaderParseError):
        raise UsageError(
            f"{place}: expected one address as name@host or Name <name@host>, in one line, the "
            "part before the @ in ASCII; correct or remove it"
        ) from None
    return recipient


def _list(place: str, entry: Entry, folder: Path) -> MailingList:
    known_keys(place, entry, _KEYS)
    name = text_of(place, entry, "name", required=True)
    if not _NAME.fullmatch(name):
        raise UsageError(f"{place}: name is {name!r}; expected small letters, digits and hyphens")
    title = text_of(place, entry, "title")
    if clean(title) != title or set(title) & set('<>"\\'):
        raise UsageError(f"{place}: title must be one line without brackets, quotes, backslashes")
    edition = text_of(place, entry, "edition") or "full"
    if edition not in get_args(Edition):
        expected = ", ".join(get_args(Edition))
        raise UsageError(f"{place}: edition is {edition!r}; expected {expected}")
    return MailingList(
        name=name,
        recipients=_recipients(place, entry, folder),
        title=title,
        edition=edition,  # type: ignore[arg-type]
        watch_words=words_of(place, entry, "watch_words"),
    )


def _recipients(place: str, entry: Entry, folder: Path) -> tuple[Recipient, ...]:
    given = entry.get("recipients", [])
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise UsageError(f"{place}: recipients must be a list of addresses, not {kind_of(given)}")
    places = [(f"{place}, recipient {number}", text) for number, text in enumerate(given, start=1)]
    if file := text_of(place, entry, "file"):
        places += _lines(place, folder / Path(file).expanduser())
    found = [parse_recipient(where, text) for where, text in places]
    if not found:
        raise UsageError(f"{place}: found nobody; expected recipients or a file of them")
    return tuple({recipient.key: recipient for recipient in reversed(found)}.values())[::-1]


def _lines(place: str, file: Path) -> list[tuple[str, str]]:
    try:
        if file.stat().st_size > MAX_LIST_BYTES:
            raise UsageError(f"{file}: more than {MAX_LIST_BYTES} bytes; split the list")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{place}: {file} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: not UTF-8; expected one recipient a line in UTF-8") from None
    lines = enumerate(text.splitlines(), start=1)
    return [
        (f"{file}, line {number}", line)
        for number, line in lines
        if line.strip() and not line.lstrip().startswith("#")
    ]
