"""All exports: same bytes for the same digest, readable when empty, harmless when hostile."""

from __future__ import annotations

import email
import email.policy
import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from sample_digest import DAY, MADE_AT, hostile_digest, sample_digest

from kawaraban.codec import from_json
from kawaraban.errors import ExportError
from kawaraban.export import EXPORTERS, write_digest
from kawaraban.types import Coverage, Digest, DroppedBlock, Skipped

EMPTY_CASES = [
    (Coverage(), "No document came in"),
    (Coverage(n_documents=1), "held no article"),
    (Coverage(skipped=(Skipped("a.html", "collect", "HTTP 503"),)), "No story could be made"),
]
INVISIBLE = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\x00"


def rendered(name: str, digest: Digest) -> str:
    """The text that a reader of the format gets."""
    made = EXPORTERS[name][1](digest)
    if isinstance(made, str):
        return made
    message = email.message_from_bytes(made, policy=email.policy.default)
    return "\n".join(part.get_content() for part in message.iter_parts())


@pytest.mark.parametrize("name", EXPORTERS)
def test_render_when_called_again_gives_the_same_bytes(name: str) -> None:
    render = EXPORTERS[name][1]
    assert render(sample_digest()) == render(sample_digest())


@pytest.mark.parametrize("name", EXPORTERS)
def test_render_when_the_digest_has_a_notice_then_it_is_shown(name: str) -> None:
    notice = "This model is a draft: rely on the Japanese."
    assert notice in " ".join(rendered(name, replace(sample_digest(), notices=(notice,))).split())


def test_write_digest_in_processes_with_other_hash_seeds_writes_the_same_files(
    tmp_path: Path,
) -> None:
    script = (
        "import sys; from pathlib import Path; from sample_digest import sample_digest;"
        "from kawaraban.export import write_digest;"
        "write_digest(sample_digest(), Path(sys.argv[1]))"
    )
    sums = []
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / seed)],
            check=True,
            cwd=Path(__file__).parent,
            env={"PYTHONHASHSEED": seed, "TZ": "America/New_York" if seed == "2" else "UTC"},
        )
        files = sorted((tmp_path / seed).iterdir())
        sums.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in files])
    assert sums[0] == sums[1]
    assert len(sums[0]) == len(EXPORTERS)


def test_write_digest_names_a_file_of_each_format(tmp_path: Path) -> None:
    files = write_digest(sample_digest(), tmp_path / "new" / "folder")
    assert {name: path.name for name, path in files.items()} == {
        name: f"digest.{name}" for name in ("html", "md", "json", "eml", "atom")
    } | {"feed": "digest.feed.json"}
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(
        path.name for path in files.values()
    )


def test_write_digest_when_the_folder_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(ExportError, match="expected a folder"):
        write_digest(sample_digest(), tmp_path / "taken")


@pytest.mark.parametrize(("coverage", "reason"), EMPTY_CASES)
@pytest.mark.parametrize("name", ["html", "md", "eml", "atom", "feed"])
def test_render_when_nothing_was_found_says_why(name: str, coverage: Coverage, reason: str) -> None:
    digest = Digest(DAY, MADE_AT, stories=(), coverage=coverage)
    assert reason in rendered(name, digest)


@pytest.mark.parametrize("name", EXPORTERS)
def test_render_of_a_hundred_stories_holds_every_one(name: str) -> None:
    base = sample_digest()
    stories = tuple(
        replace(
            story,
            id=f"s{at}",
            entries=(
                replace(
                    story.entries[0],
                    title=replace(story.entries[0].title, en=f"Headline {at:03}", ja="見出し"),
                ),
                *story.entries[1:],
            ),
        )
        for at in range(100)
        for story in (base.stories[at % 3],)
    )
    text = rendered(name, replace(base, stories=stories))
    assert [at for at in range(100) if f"Headline {at:03}" not in text] == []


@pytest.mark.parametrize("name", ["html", "md", "eml", "atom", "feed"])
def test_render_of_hostile_text_leaves_nothing_invisible(name: str) -> None:
    text = rendered(name, hostile_digest())
    assert [f"U+{ord(char):04X}" for char in INVISIBLE if char in text] == []
    assert "{{ 7*7 }}" in text.replace("\\", "")


def test_render_html_of_hostile_text_holds_no_markup_of_it() -> None:
    for page in (rendered("html", hostile_digest()), rendered("eml", hostile_digest())):
        tree = lxml_html.document_fromstring(page[page.index("<!DOCTYPE") :].encode())
        assert tree.xpath("//script | //img | //iframe | //object | //form") == []
        assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
        links = tree.xpath("//a/@href")
        assert [link for link in links if not link.startswith(("#", "https://", "http://"))] == []
        assert not any("evil" in link for link in links)


def test_render_markdown_of_hostile_text_parses_to_text_alone() -> None:
    for preset in ("commonmark", "gfm-like"):
        parser = MarkdownIt(preset, {"html": True, "linkify": False})
        tokens = parser.parse(rendered("md", hostile_digest()))
        kinds = {child.type for token in tokens for child in [token, *(token.children or [])]}
        assert not kinds & {"html_block", "html_inline", "image", "code_block", "fence"}
        hrefs = [
            child.attrs.get("href")
            for token in tokens
            for child in token.children or []
            if child.type == "link_open"
        ]
        assert hrefs == []


def test_render_email_of_hostile_text_has_no_header_of_it() -> None:
    made = EXPORTERS["eml"][1](hostile_digest())
    assert isinstance(made, bytes)
    message = email.message_from_bytes(made, policy=email.policy.default)
    assert message["Bcc"] is None
    assert "Bcc: victim" in message["Subject"]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_render_atom_of_hostile_text_is_well_formed() -> None:
    feed = etree.fromstring(rendered("atom", hostile_digest()).encode())
    assert feed.xpath("//*[local-name() = 'script' or local-name() = 'img']") == []
    assert feed.xpath("//@href") == []


def test_render_json_read_back_is_the_digest() -> None:
    assert from_json(Digest, rendered("json", sample_digest())) == sample_digest()


def test_write_digest_of_a_lone_surrogate_writes_json_that_reads_back(tmp_path: Path) -> None:
    digest = replace(
        sample_digest(), dropped=(DroppedBlock("壊れた\ud800", "nav", "link_density"),)
    )
    files = write_digest(digest, tmp_path)
    assert from_json(Digest, files["json"].read_text(encoding="utf-8")) == digest
