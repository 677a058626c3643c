"""The mail in other programs' forms, and the command that writes, checks, previews and sends it."""

from __future__ import annotations

import json
import mailbox
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from mail_server import MailServer
from sample_digest import DAY, hostile_digest, sample_digest

from kawaraban.errors import ExportError
from kawaraban.export.email import MailOptions, render_email, render_mail_html, render_mail_text
from kawaraban.export.mail_forms import FORMS, render_mail_as
from kawaraban.export.mail_forms import mailbox as write_mailbox
from kawaraban.newsletter.tailoring import tailored
from kawaraban.store import Store
from kawaraban.types import Digest

START = {
    "eml": b"From: ",
    "html": b"<!DOCTYPE html>",
    "txt": b"KAWARABAN",
    "mbox": b"From kawaraban@localhost Wed Nov 25 20:45:00 2026\nFrom: ",
    "listmonk": b'{\n "name": "Kawaraban 2026-11-26"',
}
URL = "https://unsubscribe.invalid/listmonk"
_ACTION = re.compile(r'\{\{ (?:Safe ("(?:[^"\\]|\\.)*")|(UnsubscribeURL)) \}\}')


@pytest.mark.parametrize("form", FORMS)
def test_render_mail_as_when_called_twice_then_gives_the_same_bytes_of_the_form(form: str) -> None:
    made = render_mail_as(sample_digest(), form)
    assert made.startswith(START[form])
    assert made == render_mail_as(sample_digest(), form)


def test_render_mail_as_when_the_form_is_unknown_then_says_which_are() -> None:
    with pytest.raises(ExportError, match="expected eml, html, txt, mbox, listmonk"):
        render_mail_as(sample_digest(), "pdf")


def test_mbox_when_opened_by_another_program_then_holds_the_messages(tmp_path: Path) -> None:
    whole = render_email(sample_digest())
    quoted = b"From: a@example.com\r\nSubject: x\r\n\r\nFrom here on\r\n>From there\r\n"
    file = tmp_path / "digest.mbox"
    file.write_bytes(write_mailbox([whole, quoted, whole], at=sample_digest().created_at))
    box = mailbox.mbox(file)
    assert len(box) == 3
    assert bytes(box[0]) == bytes(box[2]) == whole.replace(b"\r\n", b"\n")
    assert bytes(box[1]).endswith(b"\n\n>From here on\n>>From there\n")
    box.close()


def run_go(template: str, url: str) -> str:
    """What listmonk makes of a body: our actions and nothing else."""
    assert _ACTION.sub("", template) == "", "text outside of the actions"
    return "".join(
        url if match[2] else json.loads(match[1]) for match in _ACTION.finditer(template)
    )


@pytest.mark.parametrize("digest", [sample_digest(), hostile_digest()])
def test_listmonk_when_it_runs_the_campaign_then_the_mail_is_ours(digest: Digest) -> None:
    campaign = json.loads(render_mail_as(digest, "listmonk"))
    assert {key: type(value) for key, value in campaign.items()} == {
        **dict.fromkeys(("name", "subject", "from_email", "type", "content_type"), str),
        **dict.fromkeys(("messenger", "body", "altbody"), str),
        **dict.fromkeys(("lists", "tags", "headers"), list),
    }
    assert (campaign["type"], campaign["content_type"]) == ("regular", "html")
    options = MailOptions(unsubscribe_url=URL)
    assert run_go(campaign["body"], URL) == render_mail_html(digest, options=options)
    assert run_go(campaign["altbody"], URL) == render_mail_text(digest, options=options)
    for part in (campaign["body"], campaign["altbody"]):
        assert part.count("{{ UnsubscribeURL }}") == 1
        assert "@" not in part  # listmonk turns https://…@TrackLink into an action
        assert len(re.findall(r"\{\{", part)) == len(_ACTION.findall(part))


def test_tailored_when_a_list_watches_a_word_then_its_stories_come_first() -> None:
    base = sample_digest()
    base = replace(base, stories=tuple(replace(story, rank=0.5) for story in base.stories))
    made = tailored(base, ("地震", "日銀"))
    assert [story.id for story in base.stories] == ["story-plant", "story-bank", "story-quake"]
    assert {story.id for story in made.stories[:2]} == {"story-bank", "story-quake"}
    assert made.stories[2].id == "story-plant"
    assert "watch: 地震" in {reason for story in made.stories for reason in story.reasons}
    bank = next(story for story in made.stories if story.id == "story-bank")
    assert bank.reasons == ("watch: 日銀",)
    for at, index in made.brief:
        assert made.stories[at].entries[0].sentences[index]
    assert len(made.brief) == len(base.brief)
    assert tailored(base, ()) is base


def kawaraban(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {
        "KAWARABAN_HOME": str(home),
        "KAWARABAN_NEWSLETTER_URL": "https://news.example.com",
        "KAWARABAN_NEWSLETTER_SENDER": "Kawaraban <news@example.com>",
        "KAWARABAN_SMTP_SECURITY": "none",
        "KAWARABAN_SMTP_HELO": "desk.example",
        **more,
    }
    command = [sys.executable, "-m", "kawaraban", "newsletter", *arguments]
    return subprocess.run(
        [*command, "--day", DAY.isoformat()], env=environ, capture_output=True, text=True
    )


@pytest.mark.timeout(300)
def test_command_when_a_list_is_mailed_then_previews_checks_sends_and_shows_the_outbox(
    tmp_path: Path,
) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}", home=tmp_path) as store:
        store.save_digest(sample_digest())
    (tmp_path / "lists.yaml").write_text(
        "lists: [{name: desk, recipients: [a@example.com, b@example.com]}]\n"
    )
    with MailServer({"b@example.com": ["drop, taken"]}) as server:
        port = str(server.port)
        preview = kawaraban(tmp_path, "send", "--list", "desk", "--dry-run")
        assert [json.loads(line)["to"] for line in preview.stdout.splitlines()] == [
            "a@example.com",
            "b@example.com",
        ]
        assert server.taken == []
        checked = kawaraban(tmp_path, "check", "--list", "desk")
        assert (checked.returncode, json.loads(checked.stdout)["problems"]) == (0, [])
        sent = kawaraban(tmp_path, "send", "--list", "desk", KAWARABAN_SMTP_PORT=port)
    assert sent.returncode == 1
    assert json.loads(sent.stdout) == {
        "list": "desk",
        "day": DAY.isoformat(),
        "queued": 0,
        "sending": 0,
        "sent": 1,
        "retry": 0,
        "bounced": 0,
        "unknown": 1,
        "withdrawn": 0,
    }
    assert "@example.com" not in sent.stdout + sent.stderr
    shown = kawaraban(tmp_path, "outbox", "--list", "desk", "--state", "unknown")
    assert json.loads(shown.stdout)["to"] == "b@example.com"


def test_command_when_the_digest_breaks_a_rule_then_check_ends_with_one_and_a_list(
    tmp_path: Path,
) -> None:
    base = sample_digest()
    chosen = base.stories[0].entries[0].sentences[0]
    wrong = replace(chosen.translation.numbers[0], verdict="wrong")
    chosen = replace(chosen, translation=replace(chosen.translation, numbers=(wrong,), flags=()))
    entry = replace(base.stories[0].entries[0], sentences=(chosen,))
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}", home=tmp_path) as store:
        store.save_digest(
            replace(base, stories=(replace(base.stories[0], entries=(entry,)),), brief=())
        )
    checked = kawaraban(tmp_path, "check", KAWARABAN_NEWSLETTER_URL="")
    assert checked.returncode == 1
    found = json.loads(checked.stdout)
    assert not found["ok"]
    assert [problem["check"] for problem in found["problems"]] == ["numbers", "numbers"]
