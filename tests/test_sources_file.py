"""Files and folders: every format, and everything that can be wrong with one."""

import io
import json
import os
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kawaraban.settings import Settings
from kawaraban.sources.collect import collect
from kawaraban.sources.collection import parse_time
from kawaraban.sources.config import SourceConfig
from kawaraban.sources.encoding import decode_document
from kawaraban.sources.response import Response, Validators
from kawaraban.types import Document, Skipped

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
TEXT = "市立図書館は来月から開館時間を一時間延ばす。利用者の要望に応えた。\n"
HTML = f"<!DOCTYPE html><html><head><title>図書館</title></head><body><p>{TEXT}</p></body></html>"


class NoNetwork:
    def fetch(self, url: str, *, validators: Validators | None = None) -> Response:
        raise AssertionError(f"{url} was fetched")


def gathered(path: Path | str, home: Path, **settings: int) -> list[Document | Skipped]:
    made = Settings(home=home, **settings)  # type: ignore[arg-type]
    return list(collect(str(path), fetcher=NoNetwork(), settings=made, now=NOW))


def only_document(path: Path) -> Document:
    [item] = gathered(path, path.parent)
    assert isinstance(item, Document), item
    return item


def only_skipped(path: Path, **settings: int) -> Skipped:
    [item] = gathered(path, path.parent, **settings)
    assert isinstance(item, Skipped), item
    assert item.stage == "collect"
    return item


MHTML = (
    b"From: <Saved by Browser>\r\nSnapshot-Content-Location: https://tosho.example/1.html\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"XX\"\r\n"
    b"\r\n--XX\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n"
    b"--XX\r\nContent-Type: text/html; charset=\"Shift_JIS\"\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n"
) + HTML.encode("cp932") + b"\r\n--XX--\r\n"  # fmt: skip

FORMATS = [
    ("a.txt", TEXT.encode(), "text/plain"),
    ("a.txt", TEXT.encode("cp932"), "text/plain"),
    ("a.TXT", TEXT.encode("utf-16"), "text/plain"),
    ("a.html", HTML.encode("euc_jp"), "text/html"),
    ("a.HTM", HTML.encode(), "text/html"),
    ("a.mhtml", MHTML, "text/html"),
    ("a.mht", MHTML, "text/html"),
    ("a.xml", HTML.encode(), "text/html"),
    ("a", HTML.encode(), "text/html"),
    ("a.aspx", HTML.encode(), "text/html"),
    ("a", TEXT.encode(), "text/plain"),
    ("a.md", TEXT.encode("iso2022_jp"), "text/plain"),
]


@pytest.mark.parametrize(("name", "body", "media_type"), FORMATS)
def test_collect_when_file_is_of_a_known_kind_then_document(
    tmp_path: Path, name: str, body: bytes, media_type: str
) -> None:
    (tmp_path / name).write_bytes(body)
    document = only_document(tmp_path / name)
    assert document.media_type == media_type
    assert TEXT.strip() in decode_document(document)
    assert document.fetched_at == NOW


def test_collect_when_mhtml_then_url_and_charset_come_from_it(tmp_path: Path) -> None:
    (tmp_path / "a.mhtml").write_bytes(MHTML)
    document = only_document(tmp_path / "a.mhtml")
    assert (document.url, document.charset) == ("https://tosho.example/1.html", "shift_jis")


BAD_FILES = [
    ("empty.txt", b"", "empty"),
    ("blank.html", "\ufeff \n　\n".encode(), "empty"),
    ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a PNG image"),
    ("paper.html", b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    ("noise.dat", bytes(range(256)) * 40, "expected"),
    ("english.md", b"# Read me\nNothing Japanese here.", "without Japanese text"),
    ("one.json", '["日本語の文'.encode(), "not valid JSON"),
    ("one.xml", TEXT.encode(), "neither a page nor a feed"),
    ("one.rss", TEXT.encode(), "not a feed"),
    ("words.tsv", TEXT.encode(), "a .tsv file"),
    ("tags.md", b"<article> and <div>, <br>, <ruby>", "without Japanese text"),
    ("data.xml", b"<?xml version='1.0'?><data><x>1</x></data>", "neither a page nor a feed"),
    ("page.mhtml", b"Subject: x\r\n\r\nplain", "no HTML in it"),
    ("page.mhtml", b"Content-Type: text/html\r\n\r\n   ", "empty"),
    ("page.mhtml", b"\x00\x01\x02", "no HTML in it"),
    ("one.json", b'{"a": 1}', "no text or html"),
    ("one.json", b'{"a": ', "not valid JSON"),
    ("long.txt", "長".encode() * 3_400_000, "a line of 3400000 characters"),
    ("fake.zip", b"PK\x03\x04 and nothing more", "not a ZIP archive"),
]


@pytest.mark.parametrize(("name", "body", "reason"), BAD_FILES)
def test_collect_when_file_cannot_be_read_then_skipped_says_why(
    tmp_path: Path, name: str, body: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(body)
    assert reason in only_skipped(tmp_path / name).reason


def test_collect_when_file_is_too_large_then_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode() * 10)
    assert "larger than 100 bytes" in only_skipped(tmp_path / "a.txt", max_file_bytes=100).reason


def test_collect_when_path_is_missing_or_special_then_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere")
    assert "no such file" in only_skipped(tmp_path / "gone.txt").reason
    assert "https://" in only_skipped(tmp_path / "news.example").reason
    assert "not a regular file" in only_skipped(tmp_path / "pipe.txt").reason
    assert "cannot be read" in only_skipped(tmp_path / "dangling.txt").reason


def test_collect_when_folder_then_order_of_names_and_half_survives(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b/2.txt", "b/1.html", "c.txt", ".hidden.txt", ".git/x.txt"):
        (tmp_path / name).write_text(HTML if name.endswith("html") else TEXT, encoding="utf-8")
    (tmp_path / "a.txt").write_bytes(bytes(50))
    (tmp_path / "a.yaml").write_text("- {name: a, path: c.txt}")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    items = gathered(tmp_path, tmp_path)
    names = [Path(item.location).relative_to(tmp_path).as_posix() for item in items]
    assert names == ["a.txt", "a.yaml", "c.txt", "b/1.html", "b/2.txt"]
    assert [type(item) for item in items] == [Skipped, Skipped, Document, Document, Document]
    assert {item.source for item in items if isinstance(item, Document)} == {tmp_path.name}


def test_collect_when_file_name_is_shift_jis_then_location_is_readable(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/" + "新聞記事.txt".encode("cp932")
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(TEXT.encode())
    [document] = gathered(tmp_path, tmp_path)
    assert document.location.endswith("新聞記事.txt")


LINES = [
    ('{"title": "見出し", "text": "本文です。", "url": "https://a.example/1"}', None),
    ("", None),
    ('{"title": "x"}', "no text or html"),
    ("not json", "not valid JSON"),
    ("[1]", "expected an object"),
    ('{"html": "<p>本文</p>", "published_at": "2026-11-26T09:00:00+09:00"}', None),
    ('{"content": "<p>本文</p><p>二つ目</p>", "publisher": "青葉"}', None),
    ('{"text": "' + "長" * 1_000_001 + '"}', "characters; expected at most"),
    ('{"text": ' + "[" * 3000, "not valid JSON"),
]


def test_collect_when_jsonl_then_bad_lines_are_skipped_by_number(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    path.write_text("\n".join(line for line, _ in LINES) + "\n", encoding="utf-8")
    items = gathered(path, tmp_path)
    expected = [(n, reason) for n, (line, reason) in enumerate(LINES, start=1) if line]
    assert [item.location for item in items] == [f"{path}:{n}" for n, _ in expected]
    for item, (_, reason) in zip(items, expected, strict=True):
        assert isinstance(item, Skipped) == (reason is not None)
        assert not isinstance(item, Skipped) or str(reason) in item.reason
    first, page, third = (item for item in items if isinstance(item, Document))
    assert (first.title, first.url) == ("見出し", "https://a.example/1")
    assert first.body == "本文です。".encode()
    assert page.published_at == datetime(2026, 11, 26, tzinfo=UTC)
    assert [first.media_type, page.media_type] == ["text/plain", "text/html"]
    assert (third.media_type, third.outlet) == ("text/html", "青葉")


def test_collect_when_json_is_a_list_then_each_record(tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    path.write_text(json.dumps([{"text": "一"}, {"no": 1}, {"text": "二"}]), encoding="utf-8")
    kinds = [type(item) for item in gathered(path, tmp_path)]
    assert kinds == [Document, Skipped, Document]


def zipped(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, body in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 26, 0, 0, 0)), body, method)
    return packed.getvalue()


MEMBERS = [
    ("a.txt", TEXT.encode("cp932"), None),
    ("b/page.html", HTML.encode(), None),
    ("c.jsonl", b'{"text": "\xe6\x9c\xac\xe6\x96\x87"}\nbad\n', "not valid JSON"),
    ("../climb.txt", TEXT.encode(), "leads out"),
    ("/root.txt", TEXT.encode(), "leads out"),
    ("C:\\dos.txt", TEXT.encode(), "leads out"),
    ("inner.zip", zipped([("x.txt", TEXT.encode())]), "inside an archive"),
    ("inner.dat", zipped([("x.txt", TEXT.encode())]), "inside an archive"),
    ("bomb.txt", b"a" * 20_000_000, "a ZIP bomb"),
    ("empty.txt", b"", "empty"),
]


@pytest.mark.parametrize(("name", "body", "reason"), MEMBERS)
def test_collect_when_zip_then_member_is_document_or_skipped(
    tmp_path: Path, name: str, body: bytes, reason: str | None
) -> None:
    path = tmp_path / "week.zip"
    path.write_bytes(zipped([(name, body), ("good.txt", TEXT.encode()), ("__MACOSX/._a", b"x")]))
    items = gathered(path, tmp_path)
    documents = [item for item in items if isinstance(item, Document)]
    skipped = [item for item in items if isinstance(item, Skipped)]
    assert f"{path}!good.txt" in [document.location for document in documents]
    assert [reason in item.reason for item in skipped if reason] == ([True] if reason else [])
    assert list(tmp_path.iterdir()) == [path]  # nothing was unpacked
    assert not (tmp_path.parent / "climb.txt").exists()


def lying_zip() -> bytes:
    """A member whose list entry says 10 bytes; 30 MB come out."""
    body = zipped([("a.txt", bytes(30_000_000))])
    at = body.rfind(b"PK\x01\x02")
    return body[: at + 24] + struct.pack("<L", 10) + body[at + 28 :]


def encrypted_zip() -> bytes:
    body = bytearray(zipped([("a.txt", TEXT.encode())]))
    body[6] |= 1
    body[body.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


def damaged_zip() -> bytes:
    body = bytearray(zipped([("a.txt", TEXT.encode() * 50)]))
    body[60] ^= 0xFF
    return bytes(body)


WHOLE_ZIPS = [
    ("cut", zipped([("a.txt", TEXT.encode())])[:-30], "not a ZIP archive"),
    ("lying", lying_zip(), "damaged"),
    ("encrypted", encrypted_zip(), "encrypted"),
    ("damaged", damaged_zip(), "damaged"),
    ("method", zipped([("a.txt", TEXT.encode())], zipfile.ZIP_LZMA), "compression method"),
    ("many", zipped([(f"{n}.txt", b"") for n in range(10_001)]), "more than 10000 files"),
]


@pytest.mark.parametrize(("name", "body", "reason"), WHOLE_ZIPS)
def test_collect_when_zip_is_hostile_or_broken_then_skipped(
    tmp_path: Path, name: str, body: bytes, reason: str
) -> None:
    (tmp_path / "a.zip").write_bytes(body)
    assert reason in only_skipped(tmp_path / "a.zip").reason


def test_collect_when_zip_list_claims_gigabytes_then_refused_before_reading(tmp_path: Path) -> None:
    body = zipped([("a.txt", TEXT.encode())])
    at = body.rfind(b"PK\x05\x06")
    (tmp_path / "a.zip").write_bytes(
        body[: at + 12] + struct.pack("<L", 3_000_001) + body[at + 16 :]
    )
    assert "far more than" in only_skipped(tmp_path / "a.zip").reason


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_collect_when_zip_names_carry_no_mark_then_still_readable(
    tmp_path: Path, encoding: str
) -> None:
    body = zipped([("NNNNNNNNNNNN.txt", TEXT.encode())])
    name = "新聞記事".encode(encoding)
    body = body.replace(b"NNNNNNNNNNNN", name.ljust(12, b"_"))
    (tmp_path / "a.zip").write_bytes(body)
    assert only_document(tmp_path / "a.zip").location.endswith(".txt")
    assert "新聞記事" in only_document(tmp_path / "a.zip").location


def test_collect_when_zip_members_together_are_too_large_then_the_rest_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kawaraban.sources.archive.MAX_TOTAL_BYTES", 250)
    (tmp_path / "a.zip").write_bytes(zipped([(f"{n}.txt", TEXT.encode()) for n in range(4)]))
    kinds = [type(item) for item in gathered(tmp_path / "a.zip", tmp_path)]
    assert kinds == [Document, Document, Skipped, Skipped]


def test_collect_when_source_has_max_articles_then_files_are_bounded(tmp_path: Path) -> None:
    for n in range(4):
        (tmp_path / f"{n}.txt").write_text(f"{n}番目。{TEXT}", encoding="utf-8")
    source = SourceConfig("few", str(tmp_path), "path", max_articles=2)
    found = list(collect(source, fetcher=NoNetwork(), settings=Settings(home=tmp_path), now=NOW))
    assert [type(item) for item in found] == [Document, Document, Skipped]
    assert "more than 2 documents" in found[-1].reason  # type: ignore[union-attr]


TIMES = [
    ("2026-11-26T09:00:00+09:00", 0),
    ("2026-11-26T00:00:00Z", 0),
    ("2026-11-26T09:00:00", 0),
    ("2026-11-26 09:00", 0),
    ("2026/11/26 09:00", 0),
    ("2026-11-26 09:00:00 +0900", 0),
    ("Thu, 26 Nov 2026 09:00:00 +0900", 0),
    ("Thu, 26 Nov 2026 00:00:00 GMT", 0),
    ("Thu, 26 Nov 2026 09:00:00 JST", 0),
    ("2026-11-26", -9),
    ("26 Nov", None),
    ("昨日", None),
    ("", None),
    (None, None),
    ("9" * 5000, None),
]


@pytest.mark.parametrize(("text", "hour"), TIMES)
def test_parse_time_when_zone_is_missing_then_tokyo(text: str | None, hour: int | None) -> None:
    expected = (
        None if hour is None else datetime(2026, 11, 26, tzinfo=UTC).timestamp() + 3600 * hour
    )
    parsed = parse_time(text)
    assert (parsed and parsed.timestamp()) == expected
