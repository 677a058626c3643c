"""The checks before sending: a good mail passes all, and each kind of damage is found."""

from __future__ import annotations

import base64
import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_digest import hostile_digest, sample_digest
from test_export_email import many

from kawaraban.export import wording
from kawaraban.export.email import Edition, MailOptions, MailParts, compose
from kawaraban.export.safe import clean
from kawaraban.newsletter.checks import check_message
from kawaraban.newsletter.contrast import contrast, faint_texts
from kawaraban.newsletter.letters import Press
from kawaraban.newsletter.recipients import MailingList, Recipient
from kawaraban.types import Digest, Flag

HEADERS = [
    *("From", "To", "List-Id", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"),
    *("Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Language"),
]
READER = Recipient("reader@example.com", "田中 花子")
EDITIONS: list[Edition] = ["full", "headlines", "japanese_first"]
GOOD = [
    sample_digest(),
    hostile_digest(),
    many(7),
    many(100),
    replace(sample_digest(), stories=(), brief=()),
]


def press(digest: Digest, edition: Edition = "full") -> Press:
    desk = MailingList("desk", (READER,), title="半導体デスク", edition=edition)
    return Press.of(
        digest,
        desk,
        key="k",
        sender="Kawaraban <news@example.com>",
        base_url="https://news.example.com",
    )


def letter(digest: Digest, edition: Edition = "full") -> bytes:
    return press(digest, edition).letter(READER, "k" * 32)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("digest", GOOD, ids=["sample", "hostile", "seven", "hundred", "empty"])
def test_check_message_when_the_mail_is_ours_then_finds_nothing(
    digest: Digest, edition: Edition
) -> None:
    assert check_message(letter(digest, edition), digest) == []


def header(old: str, new: str) -> Callable[[bytes], bytes]:
    """Damage to the head of a message."""

    def damage(raw: bytes) -> bytes:
        changed = re.sub(old.encode(), new.encode(), raw, count=1)
        assert changed != raw
        return changed

    return damage


def part(kind: str, change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """Damage to the text or HTML part, which is base64."""

    def damage(raw: bytes) -> bytes:
        pattern = rf"(Content-Type: text/{kind}.*?\r\n\r\n)(.*?)(\r\n--)".encode()
        match = re.search(pattern, raw, re.DOTALL)
        assert match is not None
        body = base64.b64decode(match[2]).decode()
        changed = change(body)
        assert changed != body
        encoded = base64.encodebytes(changed.encode()).replace(b"\n", b"\r\n").rstrip()
        return raw[: match.start(2)] + encoded + raw[match.end(2) :]

    return damage


def swap(old: str, new: str) -> Callable[[str], str]:
    return lambda body: body.replace(old, new)


DAMAGE = [
    (header("multipart/alternative", "multipart/mixed"), "structure", "expected multipart/alter"),
    (header('charset="utf-8"', 'charset="us-ascii"'), "structure", "expected utf-8"),
    (header("Date: ", "Date: Mon, 1 Jan 2024 00:00:00 +0000\r\nX-Date: "), "headers", "Date is"),
    (header("Subject: ", "Subject: again\r\nSubject: "), "headers", "Subject stands 2 times"),
    (header("Message-ID: <", "Message-ID: <no id "), "headers", "Message-ID"),
    (header("List-Unsubscribe: <https", "List-Unsubscribe: <http"), "headers", "List-Unsubscribe"),
    (
        header("List-Unsubscribe: <.*?>", "List-Unsubscribe: =?utf-8?q?=3Chttps=3A//n=2Ee/a=3E?="),
        "headers",
        "List-Unsubscribe is an encoded word",
    ),
    (header("One-Click", "Two-Clicks"), "headers", "List-Unsubscribe-Post"),
    (header("\r\nAuto-Submitted: auto-generated", ""), "headers", "Auto-Submitted stands 0"),
    (header("MIME-Version: 1.0\r\n", "MIME-Version: 1.0\n"), "headers", "CRLF"),
    (header("Auto-Submitted: a", "X-A: " + "a" * 1000 + "\r\nAuto-Submitted: a"), "headers", "998"),
    (
        part("html", lambda b: b.replace("</body>", "<!--" + "x" * 99_000 + "--></body>")),
        "size",
        "cut",
    ),
    (
        part("html", swap("https://www.aoba-keizai.example/", "https://evil.example/")),
        "links",
        "address of no article",
    ),
    (part("html", swap("/unsubscribe/", "/u/")), "links", "no link to unsubscribe"),
    (part("plain", swap("/unsubscribe/", "/u/")), "links", "no address to unsubscribe"),
    (part("plain", swap("https://www.aoba", "http://www.aoba")), "links", "missing in the text"),
    (part("plain", swap("総投資額", "総投資")), "text", "総投資額"),
    (part("plain", swap("The total", "A total")), "text", "The total"),
    (part("html", swap('<bdi lang="ja">', "<bdi>")), "languages", "not marked as Japanese"),
    (
        part("html", swap("<body", '<img src="https://www.aoba-keizai.example/x"><body')),
        "images",
        "alt",
    ),
    (part("html", swap(' role="presentation"', "")), "images", "role"),
    (part("html", swap("color: #5b544a", "color: #b5b0a0")), "contrast", "light: "),
    (
        part("html", swap("color: #b3a998 !important", "color: #44403a !important")),
        "contrast",
        "dark: ",
    ),
    (
        part("html", swap("background: #1d1a17 !important", "background: #fff !important")),
        "contrast",
        "dark",
    ),
]


@pytest.mark.parametrize(("damage", "check", "found"), DAMAGE)
def test_check_message_when_something_is_damaged_then_it_is_found(
    damage: Callable[[bytes], bytes], check: str, found: str
) -> None:
    problems = check_message(damage(letter(sample_digest())), sample_digest())
    assert [p for p in problems if p.check == check and found in p.found], problems
    assert {problem.check for problem in problems} <= {check, "links", "text", "contrast"}


def test_check_message_when_a_wrong_figure_has_no_mark_then_it_is_found_in_both_parts() -> None:
    base = sample_digest()
    chosen = base.stories[0].entries[0].sentences[0]
    wrong = replace(chosen.translation.numbers[0], verdict="wrong")

    def digest(flags: tuple[Flag, ...]) -> Digest:
        sentence = replace(
            chosen, translation=replace(chosen.translation, numbers=(wrong,), flags=flags)
        )
        entry = replace(base.stories[0].entries[0], sentences=(sentence,))
        story = replace(base.stories[0], entries=(entry,))
        return replace(base, stories=(story,), brief=())

    unmarked = digest(())
    problems = check_message(letter(unmarked), unmarked)
    assert [problem.check for problem in problems] == ["numbers", "numbers"]
    marked = digest((Flag("number", "1兆2000億円 is 1,200,000,000,000; the English differs"),))
    assert check_message(letter(marked), marked) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1.0)],
)
def test_contrast_is_that_of_wcag(first: str, second: str, expected: float) -> None:
    assert contrast(first, second) == pytest.approx(expected, abs=0.01)


def test_faint_texts_when_a_rule_needs_its_ancestor_then_it_counts_only_there() -> None:
    page = (
        "<html><head><style>@media (prefers-color-scheme: dark) {\n"
        "  body { background: #000000 !important; color: #ffffff !important; }\n"
        "  .note b { color: #222222 !important; } }</style></head>"
        '<body style="background: #ffffff; color: #000000"><b>far</b>'
        '<p class="note"><i><b>near</b></i></p></body></html>'
    )
    assert faint_texts(page, dark=False) == []
    assert faint_texts(page, dark=True) == ["“near” #222222 on #000000: 1.3"]


@settings(max_examples=150, deadline=None)
@given(title=st.text(max_size=150), name=st.text(max_size=60), phrase=st.text(max_size=60))
def test_compose_when_titles_and_names_are_anything_then_no_header_is_added_or_broken(
    title: str, name: str, phrase: str
) -> None:
    subject = wording.shortened(clean(title).strip(), 110)
    parts = MailParts(subject, sample_digest().created_at, "text", "<p>html</p>", "key")
    options = MailOptions(
        sender="Kawaraban <news@example.com>",
        recipient=Recipient("reader@example.com", clean(name).strip()).header,
        list_title="".join(char for char in clean(phrase).strip() if char not in '<>"\\') or "x",
        unsubscribe_url="https://news.example.com/newsletter/unsubscribe/" + "k" * 32,
    )
    raw = compose(parts, options=options)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert message.keys() == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["reader@example.com"]
    assert str(message["List-Id"]).endswith("<daily.kawaraban.localhost>")
    assert message.get_content_type() == "multipart/alternative"
