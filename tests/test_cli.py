"""The command line as its users meet it: what it prints, where, and how it ends.

The commands run in this process with the embedded models; `--help` runs as a process of its own.
"""

import gzip
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kawaraban.__main__ import main
from kawaraban.artifacts import embedded
from kawaraban.store import Store

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PAGE = EXAMPLES / "pages" / "toto-online.html"

ARTICLE = """港湾都市連合、倉庫の共同利用を開始

北浜市など5市でつくる港湾都市連合は25日、倉庫の共同利用を始めた。利用料は1平方メートル当たり月1200円で、
民間の相場より2割ほど安い。中小の輸出業者の負担を軽くするねらいがある。

連合によると、対象の倉庫は37棟、延べ床面積は約46万平方メートルに上る。初年度は140社の利用を見込む。
北浜市の担当者は「小さな会社でも海外に売りやすくなる」と話した。
"""

BAD_FILES: list[tuple[str, bytes, str]] = [
    ("empty.txt", b"", "empty"),
    ("picture.txt", bytes(range(256)) * 40, "binary"),
    ("bomb.html", gzip.compress(b"0" * 1_000_000), "gzip"),
    (
        "menu.html",
        "<ul><li><a href='/'>ホーム</a><li><a href='/n'>ニュース</a></ul>".encode(),
        "no article",
    ),
    (
        "english.txt",
        b"The council met on Tuesday. It decided nothing new at all.\n" * 5,
        "Japanese",
    ),
    ("line.txt", "あ".encode() * 3_400_000, ""),
    (
        "laughs.xml",
        b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
        b"<rss><channel><title>&b;</title></channel></rss>",
        "",
    ),
]

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command; gives exit code, JSON lines of standard output, and standard error."""
    monkeypatch.setenv("KAWARABAN_HOME", str(tmp_path / "home"))

    def call(*args: str | Path) -> tuple[int, list[dict[str, Any]], str]:
        monkeypatch.setattr(sys, "argv", ["kawaraban", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), [json.loads(line) for line in out.splitlines()], err

    return call


def test_help_when_asked_then_every_command_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kawaraban", "--help"], capture_output=True, text=True, check=True
    )
    for command in [
        "digest",
        "articles",
        "translate",
        "summarize",
        "serve",
        "newsletter",
        "glossary",
        "models",
        "flows",
        "store",
    ]:
        assert f"\n  {command} " in done.stdout


@pytest.mark.parametrize(("name", "body", "reason"), BAD_FILES, ids=[n for n, _, _ in BAD_FILES])
def test_articles_when_one_file_is_bad_then_it_is_reported_and_the_rest_is_done(
    run: Run, tmp_path: Path, name: str, body: bytes, reason: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / name).write_bytes(body)
    (folder / "good.txt").write_text(ARTICLE, encoding="utf-8")
    code, records, err = run("articles", folder, "--json")
    assert code == 0
    assert [record["title"] for record in records[:-1]] == ["港湾都市連合、倉庫の共同利用を開始"]
    skipped = [item for item in records[-1]["skipped"] if name in item["location"]]
    assert skipped and reason.lower() in skipped[0]["reason"].lower()
    assert name in err


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("nothing-here.txt", 1, "nothing-here.txt"),
        ("http://127.0.0.1:9/page", 1, "127.0.0.1"),
        ("ftp://example.jp/news", 1, "http"),
    ],
)
def test_articles_when_there_is_nothing_then_says_so_and_fails(
    run: Run, source: str, code: int, words: str
) -> None:
    ended, records, err = run("articles", source, "--json")
    assert ended == code
    assert records[-1]["dropped"] == []
    assert words in err


def test_articles_when_zip_is_a_bomb_then_the_other_member_is_read(
    run: Run, tmp_path: Path
) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("bomb.txt", b"0" * 120_000_000)
        members.writestr("good.txt", ARTICLE)
    path = tmp_path / "news.zip"
    path.write_bytes(archive.getvalue())
    code, records, err = run("articles", path, "--json")
    assert code == 0
    assert len(records) == 2
    assert "bomb.txt" in err


def test_digest_when_run_twice_then_same_bytes_and_nothing_translated_again(
    run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    code, (first,), _ = run("digest", PAGE, "--day", "2026-11-26", "--out", out)
    assert code == 0
    assert sorted(first["files"]) == ["atom", "eml", "feed", "html", "json", "md"]
    assert first["stories"] >= 1
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    code, (second,), _ = run("digest", PAGE, "--day", "2026-11-26", "--out", out)
    assert code == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert {**second, "files": None} == {**first, "files": None}
    with Store.open(f"sqlite:///{tmp_path / 'home' / 'kawaraban.db'}") as store:
        remembered = [made.counters["from_memory"] for made in store.list_runs()]
    assert remembered[0] == second["translated"] > remembered[1]


def test_digest_when_nothing_is_found_then_the_page_says_why_and_it_fails(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").touch()
    code, (record,), err = run("digest", tmp_path / "empty.txt", "--out", tmp_path / "out")
    assert code == 1
    assert record["stories"] == 0
    assert "empty.txt" in err
    assert "empty.txt" in (tmp_path / "out" / "digest.html").read_text(encoding="utf-8")


def test_digest_when_the_day_is_no_date_then_wrong_use(run: Run) -> None:
    code, records, err = run("digest", PAGE, "--day", "26/11/2026")
    assert (code, records) == (2, [])
    assert "YYYY-MM-DD" in err


def test_translate_when_lines_come_in_then_as_many_go_out_in_order(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "lines.txt"
    lines = ["円相場は1ドル=152円台だった。", "", "会議は25日に開かれた。"]
    file.write_bytes("\r\n".join(lines).encode("cp932"))
    code, records, _ = run("translate", file, "--json")
    assert code == 0
    assert [record["ja"] for record in records] == lines
    assert records[1]["en"] == ""
    assert {"en", "log_prob", "flags", "numbers", "terms"} <= records[0].keys()


def test_translate_when_a_term_is_given_then_it_is_looked_for(run: Run, tmp_path: Path) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text("ja\ten\n北浜市\tKitahama City\n", encoding="utf-8")
    file = tmp_path / "line.txt"
    file.write_text("北浜市は25日、新しい制度を始めた。\n", encoding="utf-8")
    code, (record,), _ = run("translate", file, "--glossary", terms, "--json")
    assert code == 0
    assert ("北浜市", "Kitahama City") in [(t["ja"], t["en"]) for t in record["terms"]]


def test_summarize_when_asked_for_two_then_two_sentences_in_document_order(run: Run) -> None:
    code, records, _ = run("summarize", PAGE, "--sentences", "2", "--json")
    assert code == 0
    for record in records:
        indices = [sentence["index"] for sentence in record["sentences"]]
        assert len(indices) == min(2, record["n_sentences"])
        assert indices == sorted(indices)


def test_digest_when_a_model_file_is_damaged_then_it_is_named_with_the_remedy(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model"
    shutil.copytree(embedded("ja-en"), model)
    weights = model / "model.bin"
    body = bytearray(weights.read_bytes())
    body[len(body) // 2] ^= 1
    weights.chmod(0o644)
    weights.write_bytes(body)
    monkeypatch.setenv("KAWARABAN_TRANSLATION_MODEL", str(model))
    code, records, err = run("digest", PAGE)
    assert (code, records) == (1, [])
    assert "model.bin" in err
    assert "SHA-256" in err
