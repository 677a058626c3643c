"""The three Japanese legacy encodings, read as browsers read them.

Input: bytes. Output: text, with U+FFFD for what cannot be read. Python's own `euc_jp` and
`iso2022_jp` refuse the vendor characters of row 13 that real pages hold (①, Ⅲ, ㈱, ㍻); here all
three encodings share Microsoft's table, so 〜 is the same character whatever a page came in.

    decode_iso_2022_jp(b"\\x1b$B-!\\x1b(B")   # ①
"""

from __future__ import annotations

import codecs
import re

_ESCAPE = re.compile(rb"\x1b(?:\$\([A-DOPQ]|\$[@AB]|\([BJHI]|&@)")
_HIGH = bytes(byte | 0x80 for byte in range(256))
_VENDOR = "kawaraban-vendor-char"
_LINE_BREAKS = b"\r\n"

# Python's JIS tables and Microsoft's differ in these; a browser shows the second.
_AS_BROWSERS = str.maketrans("\u301c\u2016\u2212\u00a2\u00a3\u00ac", "～∥－￠￡￢")


def has_jis_escape(body: bytes) -> bool:
    """Whether the bytes switch character sets the way ISO-2022-JP does."""
    return _ESCAPE.search(body) is not None


def decode_cp932(body: bytes) -> str:
    """Shift_JIS with the vendor characters of Windows."""
    return body.decode("cp932", "replace")


def decode_euc_jp(body: bytes) -> str:
    """EUC-JP with row 13 and the vendor kanji."""
    codecs.register_error(_VENDOR, _vendor_char)
    return body.decode("euc_jp", _VENDOR).translate(_AS_BROWSERS)


def _vendor_char(error: UnicodeError) -> tuple[str, int]:
    """The character at a pair that Python's table lacks, and where to read on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    if len(pair) < 2 or not (0xA1 <= pair[0] <= 0xFE and 0xA1 <= pair[1] <= 0xFE):
        return "\ufffd", error.start + 1
    try:
        return _to_shift_jis(pair[0] & 0x7F, pair[1] & 0x7F).decode("cp932"), error.start + 2
    except UnicodeDecodeError:
        return "\ufffd", error.start + 2


def _to_shift_jis(row: int, cell: int) -> bytes:
    lead = (row - 0x21) // 2 + 0x81
    if lead > 0x9F:
        lead += 0x40
    if row % 2 == 0:
        return bytes((lead, cell + 0x7E))
    return bytes((lead, cell + (0x20 if cell >= 0x60 else 0x1F)))


def decode_iso_2022_jp(body: bytes) -> str:
    """ISO-2022-JP with half-width kana and vendor characters; each line starts in ASCII."""
    parts: list[str] = []
    at, charset = 0, b"\x1b(B"
    for match in _ESCAPE.finditer(body):
        parts.append(_segment(body[at : match.start()], charset))
        at, charset = match.end(), match[0]
    parts.append(_segment(body[at:], charset))
    return "".join(parts)


def _segment(run: bytes, charset: bytes) -> str:
    if charset in (b"\x1b(B", b"\x1b(J", b"\x1b(H", b"\x1b&@"):
        return run.decode("ascii", "replace")
    lines = run.splitlines(keepends=True)
    if len(lines) > 1:  # a line break ends the character set, escape or not
        return _segment(lines[0], charset) + b"".join(lines[1:]).decode("ascii", "replace")
    kanji = run.rstrip(_LINE_BREAKS)
    tail = run[len(kanji) :].decode("ascii", "replace")
    if charset == b"\x1b(I":
        return kanji.translate(_HIGH).decode("cp932", "replace") + tail
    if charset == b"\x1b$(D":
        pairs = re.findall(rb"..?", kanji.translate(_HIGH), re.DOTALL)
        return b"".join(b"\x8f" + pair for pair in pairs).decode("euc_jp", "replace") + tail
    if charset in (b"\x1b$(O", b"\x1b$(P", b"\x1b$(Q"):
        return (charset + kanji + b"\x1b(B").decode("iso2022_jp_2004", "replace") + tail
    if charset in (b"\x1b$A", b"\x1b$(A", b"\x1b$(C"):
        return "\ufffd" * (len(kanji) // 2) + tail
    return decode_euc_jp(kanji.translate(_HIGH)) + tail
