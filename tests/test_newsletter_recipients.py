"""Lists of readers: what may stand in the file, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kawaraban.errors import UsageError
from kawaraban.newsletter.recipients import (
    MailingList,
    Recipient,
    load_lists,
    parse_recipient,
    pick_list,
)
from kawaraban.sources.config import load_sources

GOOD = [
    ("reader@example.com", Recipient("reader@example.com")),
    (" Reader One <reader@example.com> ", Recipient("reader@example.com", "Reader One")),
    ('"Tanaka, Hanako" <t@example.co.jp>', Recipient("t@example.co.jp", "Tanaka, Hanako")),
    ("田中 花子 <tanaka@example.com>", Recipient("tanaka@example.com", "田中 花子")),
    ("desk+news@例え.jp", Recipient("desk+news@xn--r8jz45g.jp")),
    ("o'neil.b@example.com", Recipient("o'neil.b@example.com")),
]
BAD = [
    "",
    "reader",
    "reader@",
    "@example.com",
    "a@b@example.com",
    "a@example.com, b@example.com",
    "a@example.com\r\nBcc: victim@example.com",
    "Name\r\nBcc: x <a@example.com>",
    "Name\u2028 <a@example.com>",
    "a@example.com\x00",
    "<a@example.com> b@example.com",
    "a b@example.com",
    "読者@example.com",
    "a@exam..ple.com",
    "a..b@example.com",
    "a@[127.0.0.1]",
    'a"b@example.com',
]
WRONG_FILES = [
    ("sources: []\n", "found no lists"),
    ("lists: []\n", "expected a list of mailing lists"),
    ("lists: [{recipients: [a@example.com]}]\n", "entry 1: name must be text"),
    ("lists: [{name: Desk, recipients: [a@example.com]}]\n", "small letters"),
    ("lists: [{name: desk}]\n", "found nobody"),
    ("lists: [{name: desk, recipients: a@example.com}]\n", "must be a list of addresses"),
    ("lists: [{name: desk, recipients: [a@example.com, nobody]}]\n", "recipient 2: expected one"),
    ("lists: [{name: desk, edition: short, recipients: [a@example.com]}]\n", "edition is 'short'"),
    ("lists: [{name: desk, readers: [a@example.com]}]\n", "unknown key 'readers'"),
    ("lists: [{name: desk, file: none.txt}]\n", "none.txt cannot be read"),
    ('lists: [{name: desk, title: "a\\nBcc: b", recipients: [a@example.com]}]\n', "one line"),
    (
        "lists:\n- {name: d, recipients: [a@example.com]}\n- {name: d, recipients: [b@c.com]}\n",
        "two lists are named 'd'",
    ),
]


@pytest.mark.parametrize(("text", "expected"), GOOD)
def test_parse_recipient_when_it_is_one_reader_then_gives_it(
    text: str, expected: Recipient
) -> None:
    assert parse_recipient("here", text) == expected


@pytest.mark.parametrize("text", BAD)
def test_parse_recipient_when_it_is_anything_else_then_names_the_place_alone(text: str) -> None:
    with pytest.raises(UsageError, match=r"^here: expected one address") as error:
        parse_recipient("here", text)
    assert "@example" not in str(error.value)


@pytest.mark.parametrize(("content", "reason"), WRONG_FILES)
def test_load_lists_when_something_is_wrong_then_says_where(
    content: str, reason: str, tmp_path: Path
) -> None:
    file = tmp_path / "lists.yaml"
    file.write_text(content)
    with pytest.raises(UsageError, match=reason):
        load_lists(file)


def test_load_lists_beside_sources_reads_both_and_each_reader_once(tmp_path: Path) -> None:
    (tmp_path / "board.txt").write_text("# the board\nb@example.com\n\nB@Example.com\n")
    file = tmp_path / "sources.yaml"
    file.write_text(
        "sources: [{name: 青葉, path: pages}]\n"
        "lists:\n"
        "- {name: desk, title: 半導体, edition: headlines, watch_words: [HBM],\n"
        "   recipients: [a@example.com]}\n"
        "- {name: board, recipients: [a@example.com], file: board.txt}\n"
    )
    desk, board = load_lists(file)
    assert desk == MailingList(
        "desk", (Recipient("a@example.com"),), "半導体", "headlines", ("HBM",)
    )
    assert [reader.address for reader in board.recipients] == ["a@example.com", "b@example.com"]
    assert [source.name for source in load_sources(file)] == ["青葉"]
    assert pick_list((desk, board), "board") is board
    with pytest.raises(UsageError, match="expected one of desk, board"):
        pick_list((desk, board), "other")


def test_recipient_when_shown_by_accident_then_holds_no_address() -> None:
    reader = Recipient("a@example.com", "A")
    assert "example" not in repr(MailingList("desk", (reader,)))
    assert str(reader) == "Recipient(…)"
