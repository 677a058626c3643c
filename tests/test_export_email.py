"""The mail: structure, complete text part, size, languages, headers that cannot be broken into."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage

import pytest
from lxml import html as lxml_html
from sample_digest import MADE_AT, sample_digest
from test_export_html import contrast

from kawaraban.errors import ExportError
from kawaraban.export.email import (
    MAX_HTML_BYTES,
    MailOptions,
    render_email,
    render_mail_html,
    render_mail_text,
    subject,
)
from kawaraban.types import Digest

BAD_OPTIONS = [
    MailOptions(sender="Desk <desk@example.com>\r\nBcc: victim@example.com"),
    MailOptions(sender="nobody"),
    MailOptions(recipient="reader@example.com\nX-Evil: 1"),
    MailOptions(recipient="reader@example.com\x00"),
    MailOptions(list_id="daily\r\n\r\nbody"),
    MailOptions(unsubscribe_url="http://example.com/u"),
    MailOptions(unsubscribe_url="https://example.com/u\r\nX: 1"),
    MailOptions(unsubscribe_url="javascript:alert(1)"),
]
SIZES = [1, 7, 30, 100, 400, 1500]


def parsed(digest: Digest, options: MailOptions | None = None) -> EmailMessage:
    made = render_email(digest, options=options or MailOptions())
    message = email.message_from_bytes(made, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def many(n_stories: int) -> Digest:
    """A day of `n_stories`, each with its own headline."""
    base = sample_digest()
    stories = tuple(
        replace(
            story,
            entries=(
                replace(
                    story.entries[0],
                    title=replace(base.stories[0].entries[0].title, en=f"Headline {at} of the day"),
                ),
            ),
        )
        for at in range(n_stories)
        for story in (base.stories[at % 3],)
    )
    return replace(base, stories=stories, brief=((0, 0),))


def test_message_is_alternative_with_text_first() -> None:
    message = parsed(sample_digest())
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert all(part.get_content_charset() == "utf-8" for part in parts)
    assert [d for part in message.walk() for d in part.defects] == []


def test_headers_come_from_the_digest() -> None:
    message = parsed(sample_digest())
    assert message["Subject"].startswith("Hokuto Semicon to build 1.2 trillion yen chip plant")
    assert message["Date"].datetime == MADE_AT
    assert re.fullmatch(r"<kawaraban\.[0-9a-f]{32}@localhost>", message["Message-ID"])
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "Kawaraban <daily.kawaraban.localhost>"


def test_message_id_differs_for_another_recipient_and_not_for_the_same() -> None:
    ids = [
        parsed(sample_digest(), MailOptions(recipient=to))["Message-ID"]
        for to in ("a@example.com", "a@example.com", "b@example.com")
    ]
    assert ids[0] == ids[1] != ids[2]


def test_lines_are_short_and_end_in_crlf() -> None:
    made = render_email(sample_digest())
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert max(map(len, made.split(b"\r\n"))) < 998
    assert made.isascii()


def test_unsubscribe_headers_are_those_of_rfc_8058() -> None:
    options = MailOptions(unsubscribe_url="https://desk.example/u?t=abc")
    message = parsed(sample_digest(), options)
    assert message["List-Unsubscribe"] == "<https://desk.example/u?t=abc>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = (part.get_content() for part in message.iter_parts())
    assert "https://desk.example/u?t=abc" in text
    assert 'href="https://desk.example/u?t=abc"' in html


@pytest.mark.parametrize("options", BAD_OPTIONS)
def test_render_email_when_an_option_could_break_a_header_refuses(options: MailOptions) -> None:
    with pytest.raises(ExportError):
        render_email(sample_digest(), options=options)


@pytest.mark.parametrize("n_stories", SIZES)
def test_html_stays_below_the_clipping_limit(n_stories: int) -> None:
    html = render_mail_html(many(n_stories))
    assert len(html.encode()) <= MAX_HTML_BYTES < 102_000
    shown = [at for at in range(n_stories) if f"Headline {at} of" in html]
    assert shown == list(range(len(shown)))
    if len(shown) < n_stories:
        assert f"{n_stories - len(shown)} further stories are in the text part" in html


@pytest.mark.parametrize("n_stories", [3, 100])
def test_text_part_holds_every_sentence_of_the_digest(n_stories: int) -> None:
    digest = many(n_stories)
    text = squeezed(render_mail_text(digest))
    for story in digest.stories:
        for entry in story.entries:
            for chosen in entry.sentences:
                assert squeezed(chosen.translation.ja) in text
                assert squeezed(chosen.translation.en) in text
                assert all(squeezed(flag.reason) in text for flag in chosen.translation.flags)


def squeezed(text: str) -> str:
    """Without white space, so that line breaks do not matter."""
    return re.sub(r"\s+", "", text)


def test_text_lines_fit_a_terminal() -> None:
    from kawaraban.export.text import COLUMNS, width

    lines = render_mail_text(sample_digest()).splitlines()
    assert [line for line in lines if width(line) > COLUMNS + 2 and "://" not in line] == []


@pytest.mark.parametrize("n_stories", [6, 7])
def test_contents_stand_in_a_mail_of_more_than_six_stories(n_stories: int) -> None:
    tree = lxml_html.document_fromstring(render_mail_html(many(n_stories)))
    links = tree.xpath("//ol/li/a/@href")
    assert len(links) == (7 if n_stories > 6 else 0)
    assert {link[1:] for link in links} <= set(tree.xpath("//@id"))


def test_html_is_made_for_mail_readers() -> None:
    html = render_mail_html(sample_digest())
    tree = lxml_html.document_fromstring(html)
    assert {table.get("role") for table in tree.xpath("//table")} == {"presentation"}
    assert tree.xpath("//script | //link | //img") == []
    assert "<!--[if mso]>" in html
    assert len(tree.xpath("//style")) == 1
    assert "prefers-color-scheme: dark" in tree.xpath("string(//style)")
    assert html.index('charset="utf-8"') < 1024
    for node in tree.xpath("//td[contains(@class, 'cell')]//text()[normalize-space()]"):
        if re.search(r"[\u3041-\u30ff\u4e00-\u9fff]", node):
            assert node.getparent().xpath("ancestor-or-self::*[@lang][1]/@lang") == ["ja"], node


def test_inlined_colours_have_the_contrast_of_wcag_aa() -> None:
    tree = lxml_html.document_fromstring(render_mail_html(sample_digest()))
    for node in tree.xpath("//td//*[contains(@style, 'color:')]"):
        colour = re.search(r"(?:^|;)color: (#[0-9a-f]{6})", node.get("style"))
        grounds = [
            found[1]
            for style in node.xpath("ancestor-or-self::*/@style")
            if (found := re.search(r"background: (#[0-9a-f]{6})", style))
        ]
        if colour:
            assert contrast(colour[1], grounds[-1]) >= 4.5, node.get("class")


def test_preheader_is_not_the_subject_again() -> None:
    tree = lxml_html.document_fromstring(render_mail_html(sample_digest()))
    preheader = tree.xpath("string(//div[@class='preheader'])")
    assert preheader.startswith("BOJ board member Hayakawa")
    assert len(preheader) <= 140


def test_edition_headlines_shows_no_sentence() -> None:
    options = MailOptions(edition="headlines")
    sentence = "The total investment is"
    assert sentence not in render_mail_html(sample_digest(), options=options)
    assert sentence not in render_mail_text(sample_digest(), options=options)
    assert "Hokuto Semicon" in render_mail_html(sample_digest(), options=options)


def test_edition_japanese_first_turns_the_pairs_round() -> None:
    options = MailOptions(edition="japanese_first")
    for render in (render_mail_html, render_mail_text):
        part = squeezed(render(sample_digest(), options=options))
        assert part.index("総投資額は1兆2000億円で") < part.index("Thetotalinvestment")


def test_subject_when_a_title_is_long_keeps_the_day() -> None:
    base = sample_digest()
    entry = base.stories[0].entries[0]
    long = replace(entry, title=replace(entry.title, en="Long words " * 40))
    digest = replace(base, stories=(replace(base.stories[0], entries=(long,)),))
    assert len(subject(digest)) < 150
    assert subject(digest).endswith("… | Kawaraban, 26 November")
