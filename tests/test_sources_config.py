"""sources.yaml: what is accepted, and what each mistake is told."""

from pathlib import Path

import pytest

from kawaraban.errors import UsageError
from kawaraban.sources.config import SourceConfig, load_sources, source_from_text

GOOD = """
sources:
  - name: 青葉経済
    url: https://aoba.example/
    schedule: "30 5 * * mon-fri"
    limits: {max_articles: 20}
    outlet: 青葉経済新聞
    watch_words: [半導体, 日銀]
  - name: Wire
    feed: https://wire.example/feed.xml
    language: ja-JP
    max_articles: 5
  - name: Pages
    location: pages
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_load_sources_when_file_is_right_then_every_key_arrives(tmp_path: Path) -> None:
    assert load_sources(written(tmp_path, GOOD)) == (
        SourceConfig(
            "青葉経済",
            "https://aoba.example/",
            "url",
            schedule="30 5 * * mon-fri",
            max_articles=20,
            outlet="青葉経済新聞",
            watch_words=("半導体", "日銀"),
        ),
        SourceConfig("Wire", "https://wire.example/feed.xml", "feed", max_articles=5),
        SourceConfig("Pages", str(tmp_path / "pages"), "path"),
    )


def test_load_sources_when_plain_list_then_same_as_mapping(tmp_path: Path) -> None:
    [source] = load_sources(written(tmp_path, "- {name: A, feed: saved.xml}"))
    assert source == SourceConfig("A", str(tmp_path / "saved.xml"), "path")


MISTAKES = [
    ("", "expected a list of sources, found nothing"),
    ("sources: []", "expected a list"),
    ("source: []", "unknown key 'source'; did you mean 'sources'"),
    ("- just text", "entry 1: expected"),
    ("- {name: A, urll: 'https://a.example/'}", "did you mean 'url'"),
    ("- {name: A, colour: red, path: x}", "unknown key 'colour'; expected"),
    ("- {name: A}", r"entry 1 \(A\): expected exactly one of .*found none"),
    ("- {name: A, url: 'https://a.example/', path: x}", "found url and path"),
    ("- {path: x}", "entry 1: name must be text, found nothing"),
    ("- {name: 12, path: x}", "name must be text, found 12; put it in quotes"),
    ("- {name: A, url: 'ftp://a.example/'}", "url is 'ftp://a.example/'; expected an address"),
    ("- {name: A, url: a.example}", "expected an address"),
    ("- {name: A, path: 'https://a.example/'}", "expected a path"),
    ("- {name: A, path: x, language: en}", "only Japanese"),
    ("- {name: A, path: x, max_articles: 0}", "whole number from 1, found 0"),
    ("- {name: A, path: x, max_articles: '5'}", "whole number from 1"),
    ("- {name: A, path: x, max_articles: yes}", "whole number from 1"),
    ("- {name: A, path: x, limits: 5}", "limits must hold"),
    ("- {name: A, path: x, limits: {max_article: 5}}", "limits: .*did you mean 'max_articles'"),
    ("- {name: A, path: x, max_articles: 1, limits: {max_articles: 5}}", "keep one"),
    ("- {name: A, path: x, watch_words: 半導体}", "list of words"),
    ("- {name: A, path: x, schedule: hourly}", "five cron fields"),
    ("- {name: A, path: x, schedule: '61 5 * * *'}", "five cron fields"),
    ("- {name: A, path: x, schedule: '0 9-5 * * *'}", "five cron fields"),
    ("- {name: A, path: x}\n- {name: A, path: y}", "two entries are named 'A'"),
    ("- {name: A, path: x, path: y}", "the key 'path' stands twice"),
    ("- {name: A, path: [}", "not valid YAML"),
    ("- !!python/object/apply:os.system ['true']", "not valid YAML"),
    ("- {? [a, b] : c}", "not valid YAML"),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_load_sources_when_entry_is_wrong_then_error_names_file_and_key(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        load_sources(written(tmp_path, text))
    assert "sources.yaml" in str(caught.value)


SCHEDULES = ["*/15 * * * *", "0 6,18 * * 1-5", "0 5 1 jan *", "5 4 * * sun", "0-30/5 0 31 12 7"]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_load_sources_when_schedule_is_cron_then_kept(tmp_path: Path, schedule: str) -> None:
    text = f"- {{name: A, path: x, schedule: '{schedule}'}}"
    assert load_sources(written(tmp_path, text))[0].schedule == schedule


NAMED = [
    ("https://www.aoba.example/a/b?c=d", ("aoba.example", "url")),
    ("HTTP://aoba.example", ("aoba.example", "url")),
    ("ftp://aoba.example/x", ("aoba.example", "url")),
    ("some/folder/news.txt", ("news.txt", "path")),
    ("some/folder/", ("folder", "path")),
]


@pytest.mark.parametrize(("text", "expected"), NAMED)
def test_source_from_text_when_url_or_path_then_named_after_it(
    text: str, expected: tuple[str, str]
) -> None:
    source = source_from_text(text)
    assert (source.name, source.kind) == expected
