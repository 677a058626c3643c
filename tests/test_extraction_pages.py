"""Whole pages with the place of every line: tests/quality/extraction_text.tsv and _html.tsv.

The expected structure is read off the labels, so that a page and its gold cannot drift apart.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kawaraban.extraction import extract
from kawaraban.extraction.forms import strip_ornament
from kawaraban.pipeline import Encoder
from kawaraban.types import Document, Extraction

QUALITY = Path(__file__).parent / "quality"
MODEL = Path(__file__).parents[1] / "models" / "sentence-encoder"
NOW = datetime(2025, 8, 2, 3, 0, tzinfo=UTC)


@dataclass
class GoldArticle:
    title: str = ""  # empty: the first sentence
    key_points: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)


@dataclass
class GoldPage:
    name: str
    lines: list[str] = field(default_factory=list)
    articles: list[GoldArticle] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def bare(text: str) -> str:
    """For comparison: no tags, no white space."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", text))


def split_shown(rest: str) -> tuple[str, str]:
    """A line of an HTML page may be followed by what a browser shows of it."""
    line, tab, shown = rest.rpartition("\t")
    if tab and "<" in line:
        return line, re.sub(r"\s+", "", shown)
    return rest, bare(rest)


def read_pages(path: Path) -> list[GoldPage]:
    pages: list[GoldPage] = []
    for row in path.read_text("utf-8").splitlines():
        label, _, rest = row.partition("\t")
        line, shown = split_shown(rest)
        if row.startswith("#"):
            continue
        if label == "=":
            pages.append(GoldPage(line))
            continue
        page = pages[-1]
        if label != "A":
            page.lines.append(line)
        place(page, label, shown)
    return pages


def place(page: GoldPage, label: str, text: str) -> None:
    if label in ("T", "A"):
        page.articles.append(GoldArticle(title=strip_ornament(text)))
    elif label == "K":
        page.articles[-1].key_points.append(strip_ornament(text))
    elif label == "B":
        page.articles[-1].paragraphs.append(text)
    elif label == "B+":
        page.articles[-1].paragraphs[-1] += text
    elif label:
        page.dropped.append((label, text))


def document(text: str, media_type: str = "text/plain") -> Document:
    body = text.encode()
    digest = hashlib.sha256(body).hexdigest()
    return Document(digest, "test", "page", media_type, body, NOW)


def found(extraction: Extraction) -> list[GoldArticle]:
    return [
        GoldArticle(
            title="" if a.paragraphs[0].startswith(a.title) else bare(a.title),
            key_points=[bare(k) for k in a.key_points],
            paragraphs=[bare(p) for p in a.paragraphs],
        )
        for a in extraction.articles
    ]


PAGES = [
    (page, media_type)
    for name, media_type in (("text", "text/plain"), ("html", "text/html"))
    for page in read_pages(QUALITY / f"extraction_{name}.tsv")
]


def check(page: GoldPage, extraction: Extraction) -> None:
    assert found(extraction) == page.articles
    assert [(d.label, bare(d.text)) for d in extraction.dropped] == page.dropped
    assert all(d.rule.split(".")[0] == d.label for d in extraction.dropped)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    if not (MODEL / "manifest.json").exists():
        pytest.skip(f"no sentence encoder in {MODEL}")
    from kawaraban.embedding import OnnxEncoder

    return OnnxEncoder(MODEL, threads=1)


@pytest.mark.parametrize(("page", "media_type"), PAGES, ids=[p.name for p, _ in PAGES])
def test_extract_when_page_of_known_structure_then_every_line_in_its_place(
    page: GoldPage, media_type: str
) -> None:
    check(page, extract(document(page.text, media_type)))


@pytest.mark.parametrize(("page", "media_type"), PAGES, ids=[p.name for p, _ in PAGES])
def test_extract_when_encoder_is_given_then_every_line_in_its_place(
    page: GoldPage, media_type: str, encoder: Encoder
) -> None:
    check(page, extract(document(page.text, media_type), encoder=encoder))
