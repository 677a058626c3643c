"""Bytes to text, for pages whose declared charset is right, wrong or missing.

Input: a body and what the transport declared. Output: the text, the encoding that was used, and
how many characters had to be replaced. Every candidate (declared, UTF-8, cp932, EUC-JP,
ISO-2022-JP, UTF-16) is decoded and judged by how Japanese the result looks: EUC-JP read as cp932
gives ﾆ・ｭ､ﾏ, half-width kana with half-width points, and loses against 日本は.

    decode("景気は回復した。".encode("euc_jp"), charset="utf-8").text   # 景気は回復した。
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kawaraban.errors import ParseError
from kawaraban.sources.jis import decode_cp932, decode_euc_jp, decode_iso_2022_jp, has_jis_escape
from kawaraban.types import Document

MAX_REPLACED_SHARE = 0.1  # of the characters outside ASCII; beyond it the bytes are not text

_DECLARED_BONUS = 0.1
_REPLACED_PENALTY = 3.0
_UNMARKED_UTF_16_SCORE = 0.4
_HEAD_BYTES = 4096
_SAMPLE_BYTES = 200_000
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
)
_LABELS = {
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis windows-31j cp932 ms932",
    "euc-jp": "euc-jp euc_jp eucjp x-euc-jp cseucpkdfmtjapanese eucjp-ms cp51932 ujis",
    "iso-2022-jp": "iso-2022-jp iso2022-jp iso_2022_jp csiso2022jp jis cp50220 cp50221 jis7",
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 utf-8-sig",
    "utf-16-le": "utf-16 utf-16le utf16 utf-16-le unicode",
    "utf-16-be": "utf-16be utf-16-be",
    "cp1252": "iso-8859-1 iso8859-1 latin1 latin-1 windows-1252 cp1252 us-ascii ascii",
    "gb18030": "gb2312 gbk gb18030 x-gbk",
    "big5": "big5 big5-hkscs x-x-big5",
    "cp949": "euc-kr ks_c_5601-1987 cp949 korean",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_PROLOG = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_TELLING = re.compile(rb"[\x1b\x80-\xff]")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")

# Plausibility of a character in Japanese news, by block; anything else counts as 0.
_WEIGHTS: tuple[tuple[int, int, float], ...] = (
    (0x3040, 0x309F, 1.0),  # hiragana
    (0x30A0, 0x30FF, 0.9),  # katakana
    (0x3000, 0x3020, 0.8),  # 、。「」
    (0xFF01, 0xFF5E, 0.7),  # full-width Latin and digits
    (0xFF66, 0xFF9F, 0.3),  # half-width kana
    (0xFF61, 0xFF65, -1.0),  # half-width points: bytes A1 to A5, the leads of EUC-JP
    (0x2010, 0x22FF, 0.3),  # dashes, arrows, ※
    (0x2460, 0x24FF, 0.4),  # ①
    (0x25A0, 0x266F, 0.4),  # ■ ▼ ★
    (0x3200, 0x33FF, 0.3),  # ㈱ ㌔
    (0x0080, 0x009F, -1.0),  # C1 controls
    (0x00A0, 0x024F, 0.1),
    (0x0400, 0x052F, -0.3),
    (0xE000, 0xF8FF, -0.5),
    (0xFFFD, 0xFFFD, -1.0),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was won. `n_replaced` > 0 means that some characters are lost (U+FFFD)."""

    text: str
    encoding: str
    n_replaced: int = 0


def decode_document(document: Document) -> str:
    """The text of a collected document."""
    return decode(document.body, charset=document.charset).text


def decode(body: bytes, *, charset: str | None = None) -> Decoded:
    """Raise ParseError for bytes that are no text in any of the encodings."""
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return _judged(_decode_as(body[len(bom) :], codec), body)
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            raise ParseError(f"{kind}; expected text or HTML (convert it first)")
    if body.isascii() and not has_jis_escape(body) and b"\x00" not in body:
        return _judged(Decoded(body.decode("ascii"), "ascii"), body)
    return _judged(_decode_as(body, _best_codec(body, list(_declared(body, charset)))), body)


def _best_codec(body: bytes, declared: list[str]) -> str:
    sample = _sample(body)
    scores = {
        codec: _score(_decode_as(sample, codec)) + _DECLARED_BONUS * (codec in declared)
        for codec in _candidates(body, declared)
    }
    for codec in ("utf-16-le", "utf-16-be"):  # binary data is valid UTF-16 too often
        if codec not in declared and scores.get(codec, 0.0) < _UNMARKED_UTF_16_SCORE:
            scores.pop(codec, None)
    return max(scores, key=lambda codec: scores[codec])


def _sample(body: bytes) -> bytes:
    """What tells the encodings apart: the part that begins with the first byte outside ASCII."""
    first = _TELLING.search(body)
    start = 0 if first is None or b"\x00" in body[:_HEAD_BYTES] else first.start()
    return body[start : start + _SAMPLE_BYTES]


def _declared(body: bytes, charset: str | None) -> Iterator[str]:
    head = body[:_HEAD_BYTES]
    labels = [charset or ""]
    found = (pattern.search(head) for pattern in (_META, _PROLOG))
    labels += [match[1].decode("ascii") for match in found if match]
    for n, label in enumerate(labels):
        codec = _CODECS.get(label.strip().strip("\"'").lower())
        if codec and not (n and codec.startswith("utf-16")):  # a readable <meta> is no UTF-16
            yield codec


def _candidates(body: bytes, declared: list[str]) -> list[str]:
    codecs = ["utf-8", "cp932", "euc-jp", *declared]
    if has_jis_escape(body):
        codecs.insert(0, "iso-2022-jp")
    if b"\x00" in body[:_HEAD_BYTES]:
        codecs += ["utf-16-le", "utf-16-be"]
    return list(dict.fromkeys(codecs))


def _decode_as(body: bytes, codec: str) -> Decoded:
    match codec:
        case "cp932":
            text = decode_cp932(body)
        case "euc-jp":
            text = decode_euc_jp(body)
        case "iso-2022-jp":
            text = decode_iso_2022_jp(body)
        case _:
            text = body.decode(codec, "replace")
    return Decoded(text, codec, text.count("\ufffd"))


def _score(decoded: Decoded) -> float:
    counts = Counter(_NON_ASCII.findall(decoded.text))
    n_chars = counts.total()
    if not n_chars:
        return 0.0
    weight = sum(_weight(char) * n for char, n in counts.items()) / n_chars
    escapes = 1.0 if "\x1b" in decoded.text else 0.0
    nulls = decoded.text.count("\x00") / max(len(decoded.text), 1)
    return weight - _REPLACED_PENALTY * decoded.n_replaced / n_chars - escapes - nulls


def _weight(char: str) -> float:
    point = ord(char)
    if 0x4E00 <= point <= 0x9FFF:
        return 0.6 if _is_common_kanji(char) else -0.3
    return next((weight for low, high, weight in _WEIGHTS if low <= point <= high), 0.0)


def _is_common_kanji(char: str) -> bool:
    """JIS level 1: rows 16 to 47, the 2965 kanji of everyday print."""
    try:
        return 0xB0 <= char.encode("euc_jp")[0] <= 0xCF
    except UnicodeEncodeError:
        return False


def _judged(decoded: Decoded, body: bytes) -> Decoded:
    n_controls = len(_CONTROLS.findall(decoded.text))
    if n_controls > max(4, len(decoded.text) // 200):
        raise ParseError(f"binary data ({n_controls} control characters); expected text or HTML")
    n_ascii = len(decoded.text.encode("ascii", "ignore"))
    if decoded.n_replaced > max(4, MAX_REPLACED_SHARE * (len(decoded.text) - n_ascii)):
        raise ParseError(
            f"{decoded.n_replaced} of {len(body)} bytes fit no known encoding (best guess "
            f"{decoded.encoding}); expected UTF-8, Shift_JIS, EUC-JP, ISO-2022-JP or UTF-16"
        )
    return decoded
