"""A headline whose English is unreliable: the Japanese in its place, the marked English below."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage

import pytest
from lxml import html as lxml_html
from sample_digest import BANK, PLANT, PLANT_LOCAL, QUAKE, entry, sample_digest, translated
from test_export_html import test_every_text_stands_in_an_element_of_its_language as check_languages

from kawaraban.export.atom import render_atom
from kawaraban.export.email import MailOptions, render_email, render_mail_html, render_mail_text
from kawaraban.export.headlines import UNRELIABLE, HeadLine, Headline, headline
from kawaraban.export.html import render_html
from kawaraban.export.jsonfeed import render_json_feed
from kawaraban.export.markdown import render_markdown
from kawaraban.export.text import render_text
from kawaraban.types import Digest, Flag

JA, EN = HeadLine("日銀、据え置き", "ja"), HeadLine("BOJ holds", "en")
DOUBTED = replace(EN, doubted=True)
NONE = HeadLine("(no headline)", "en")
LINES: list[tuple[Headline, bool, tuple[HeadLine, ...]]] = [
    (Headline(JA.text, EN.text), False, (EN, JA)),
    (Headline(JA.text, EN.text), True, (JA, EN)),
    (Headline(JA.text, EN.text, suspect=True), False, (JA, DOUBTED)),
    (Headline(JA.text, EN.text, suspect=True), True, (JA, DOUBTED)),
    (Headline(JA.text, "", suspect=True), False, (JA,)),
    (Headline(JA.text, ""), False, (JA,)),
    (Headline("", EN.text), True, (EN,)),
    (Headline("", EN.text, suspect=True), False, (DOUBTED,)),
    (Headline("", ""), False, (NONE,)),
]
BAD = "Chips chips chips chips"
OTHER_BAD = "Ohira Ohira Ohira"


def text_of(page: str) -> str:
    """What a reader sees, without tags."""
    return str(lxml_html.document_fromstring(page.encode()).xpath("string(//body)"))


RENDERED: dict[str, Callable[[Digest], str]] = {
    "html": lambda digest: text_of(render_html(digest)),
    "md": lambda digest: render_markdown(digest).replace("\\", ""),
    "txt": render_text,
    "atom": render_atom,
    "feed": render_json_feed,
    "mail": lambda digest: text_of(render_mail_html(digest)),
    "mail-ja": lambda digest: text_of(
        render_mail_html(digest, options=MailOptions(edition="japanese_first"))
    ),
    "mail-list": lambda digest: text_of(
        render_mail_html(digest, options=MailOptions(edition="headlines"))
    ),
    "mail-text": render_mail_text,
}


def doubtful_digest() -> Digest:
    """The sample with each kind of doubt: both outlets of a story, nothing, a first sentence."""
    digest = sample_digest()
    plant, bank, quake = digest.stories
    repeated = (Flag("repetition", "the same words over and over"),)
    titles = [
        translated(PLANT.title, BAD, flags=repeated),
        translated(PLANT_LOCAL.title, OTHER_BAD, flags=repeated),
    ]
    doubted = [replace(e, title=title) for e, title in zip(plant.entries, titles, strict=True)]
    nothing = translated(BANK.title, "", flags=(Flag("empty", "the model gave nothing back"),))
    first = quake.entries[0].sentences[0].translation
    shaken = entry(QUAKE, quake.entries[0].title, (replace(first, flags=repeated),))
    return replace(
        digest,
        stories=(
            replace(plant, entries=tuple(doubted)),
            replace(bank, entries=(replace(bank.entries[0], title=nothing),)),
            replace(quake, entries=(shaken,)),
        ),
    )


@pytest.mark.parametrize(("found", "ja_first", "lines"), LINES)
def test_lines_of_a_headline(found: Headline, ja_first: bool, lines: tuple[HeadLine, ...]) -> None:
    assert found.lines(ja_first=ja_first) == lines
    assert found.lead == found.lines()[0]


def test_headline_when_the_first_sentence_stands_in_then_its_doubt_counts() -> None:
    quake = doubtful_digest().stories[2].entries[0]
    ja, en = headline(quake).lines()
    assert QUAKE.text.startswith(ja.text.rstrip("…")) and en.doubted


@pytest.mark.parametrize("form", RENDERED)
def test_export_when_a_headline_is_doubtful_then_japanese_leads_and_english_is_marked(
    form: str,
) -> None:
    text = " ".join(RENDERED[form](doubtful_digest()).split())
    n_shown = 2 if form == "feed" else 1  # HTML and text of an item
    for ja, bad in ((PLANT.title, BAD), (PLANT_LOCAL.title, OTHER_BAD)):
        if form == "mail-list" and bad == OTHER_BAD:
            continue  # the first outlet alone
        squeezed, mark = text.replace(" ", ""), UNRELIABLE.replace(" ", "")
        assert squeezed.count(bad.replace(" ", "")) == n_shown
        assert squeezed.count(f"{mark}{bad.replace(' ', '')}") == n_shown
        assert squeezed.index("".join(ja.split())) < squeezed.index(mark + bad.replace(" ", ""))
    assert BANK.title in text.replace("\\", "")
    assert "not translated)" not in text and "(no headline)" not in text


def test_page_when_a_headline_is_doubtful_then_every_text_has_its_language() -> None:
    page = lxml_html.document_fromstring(render_html(doubtful_digest()).encode())
    check_languages(page)
    assert page.xpath("string((//article//h2)[1])") == PLANT.title
    assert page.xpath("string((//nav[@class='contents']//a)[1])") == PLANT.title
    assert page.xpath("string(//p[@class='unreliable'])") == f"{UNRELIABLE}{BAD}"


def test_mail_when_the_first_headline_is_doubtful_then_its_subject_is_japanese() -> None:
    made = render_email(doubtful_digest())
    message = email.message_from_bytes(made, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == f"{PLANT.title} | Kawaraban, 26 November"
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        assert BAD in part.get_content() and "not translated)" not in part.get_content()


def test_feed_when_a_headline_is_doubtful_then_the_item_is_named_in_japanese() -> None:
    items = json.loads(render_json_feed(doubtful_digest()))["items"]
    assert [item["title"] for item in items[:2]] == [PLANT.title, BANK.title]
    assert items[0]["_kawaraban"]["title_ja"] == PLANT.title


def test_mail_when_another_outlets_headline_has_a_flag_then_it_is_shown() -> None:
    text = text_of(render_mail_html(doubtful_digest()))
    assert text.count("the same words over and over") == 4  # three headlines and a sentence
