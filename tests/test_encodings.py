"""Bytes to text: a matrix of encodings and declarations, and the odd ones."""

import itertools
import random

import pytest

from kawaraban.errors import ParseError
from kawaraban.sources.encoding import decode
from kawaraban.sources.jis import decode_euc_jp, decode_iso_2022_jp

NEWS = (
    "日銀は二十二日の金融政策決定会合で、政策金利を据え置くことを決めた。"
    "植田総裁は記者会見で「賃金と物価の好循環が続いている」と述べた。"
    "市場ではドル円相場が一時１ドル＝１５０円台をつけ、トヨタ自動車などの輸出株が買われた。"
)
HEADLINE = "台風19号、あす関東へ"
KANA = "コンビニ大手３社、ＡＩで発注を自動化へ。カメラとセンサーで棚を見守るシステムを導入する。"
MIXED = "国内総生産(GDP)は前期比0.2%増だった。Reuters reported it on Friday. 内閣府が発表した。"

TEXTS = {"news": NEWS, "headline": HEADLINE, "kana": KANA, "mixed": MIXED}
CODECS = {
    "utf-8": "utf-8",
    "cp932": "shift_jis",
    "euc_jp": "euc-jp",
    "iso2022_jp": "iso-2022-jp",
}
WRONG = ("utf-8", "shift_jis", "euc-jp", "iso-8859-1")


def page(text: str, label: str | None) -> str:
    meta = f'<meta charset="{label}">' if label else ""
    return f"<html><head>{meta}<title>{text[:9]}</title></head><body><p>{text}</p></body></html>"


def matrix() -> list[tuple[str, str, str | None, str | None]]:
    """(text, codec, label in <meta>, label of the transport): right, wrong and missing."""
    rows: list[tuple[str, str, str | None, str | None]] = []
    for name, codec in itertools.product(TEXTS, CODECS):
        right = CODECS[codec]
        rows += [(name, codec, right, None), (name, codec, None, right), (name, codec, None, None)]
        rows += [(name, codec, wrong, None) for wrong in WRONG if wrong != right]
        rows += [(name, codec, right, wrong) for wrong in WRONG if wrong != right]
        rows += [(name, codec, wrong, wrong) for wrong in WRONG if wrong != right]
    return rows


@pytest.mark.parametrize(("name", "codec", "meta", "transport"), matrix())
def test_decode_when_charset_right_wrong_or_missing_then_text_is_exact(
    name: str, codec: str, meta: str | None, transport: str | None
) -> None:
    text = page(TEXTS[name], meta)
    decoded = decode(text.encode(codec), charset=transport)
    assert decoded.text.replace("～", "〜") == text.replace("～", "〜")
    assert decoded.n_replaced == 0


ODD_BYTES = [
    ("utf-8 with BOM", "\ufeff景気".encode(), None, "景気"),
    ("utf-16-le with BOM", b"\xff\xfe" + NEWS.encode("utf-16-le"), "utf-8", NEWS),
    ("utf-16-be with BOM", b"\xfe\xff" + NEWS.encode("utf-16-be"), None, NEWS),
    ("utf-16-le without BOM", f"{MIXED}\r\n".encode("utf-16-le"), None, f"{MIXED}\r\n"),
    ("utf-16-be declared", f"{MIXED}\n".encode("utf-16-be"), "utf-16be", f"{MIXED}\n"),
    ("utf-8 labelled utf-16 in meta", page(NEWS, "utf-16").encode(), None, page(NEWS, "utf-16")),
    ("ascii", b"plain text", "shift_jis", "plain text"),
    ("empty", b"", None, ""),
    ("half-width kana cp932", "ﾄﾖﾀ自動車がﾘｺｰﾙを届け出た。".encode("cp932"), None, None),
    ("half-width kana only", "ｶﾌﾞｼｷｶｲｼﾔ ﾆﾎﾝｼﾝﾌﾞﾝ".encode("cp932"), None, None),
    ("half-width kana euc", "ﾄﾖﾀ自動車がﾘｺｰﾙを届け出た。".encode("euc_jp"), None, None),
    ("vendor characters cp932", "①売上高②営業益 ㈱山田 Ⅲ部 ㍻".encode("cp932"), None, None),
    ("kanji-only headline cp932", "経済対策決定".encode("cp932"), None, "経済対策決定"),
    ("kanji-only headline euc", "経済対策決定".encode("euc_jp"), None, "経済対策決定"),
    ("kanji-only headline declared", "経済対策決定".encode("euc_jp"), "euc-jp", "経済対策決定"),
    ("xml prolog", f"<?xml version='1.0' encoding='EUC-JP'?><a>{NEWS}</a>".encode("euc_jp"), None,
     f"<?xml version='1.0' encoding='EUC-JP'?><a>{NEWS}</a>"),
    ("level 2 names", "齋藤飛鳥さんと髙橋氏が登壇した".encode("cp932"), None, None),
    ("latin accents", "Café Zürich".encode("cp1252"), "iso-8859-1", "Café Zürich"),
    ("four-byte kanji", "𠮷野家が値上げ".encode(), "shift_jis", "𠮷野家が値上げ"),
    ("unknown label", NEWS.encode("cp932"), "x-unknown", None),
    ("dangerous label", NEWS.encode("cp932"), "unicode_escape", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "charset", "expected"), ODD_BYTES)
def test_decode_when_bytes_are_odd_then_text_is_right(
    name: str, body: bytes, charset: str | None, expected: str | None
) -> None:
    if expected is None:
        expected = body.decode("euc_jp" if "euc" in name else "cp932")
    decoded = decode(body, charset=charset)
    assert (decoded.text, decoded.n_replaced) == (expected, 0)


VENDOR = [
    (b"\xad\xa1\xad\xa2", "①②"),  # row 13
    (b"\xad\xea\xc0\xee\xc5\xc4", "㈱川田"),
    (b"\xf9\xa1", "纊"),  # NEC-selected IBM kanji
    (b"\x8e\xb1\x8e\xb2", "ｱｲ"),
    (b"\xff\xa4\xa2", "\ufffdあ"),
    (b"\xa4", "\ufffd"),
]


@pytest.mark.parametrize(("body", "expected"), VENDOR)
def test_decode_euc_jp_when_vendor_pair_then_read_as_browsers_do(
    body: bytes, expected: str
) -> None:
    assert decode_euc_jp(body) == expected


ISO_2022 = [
    (b"\x1b$B-!\x1b(B", "①"),
    (b'\x1b$B$"\x1b(Bend', "あend"),
    (b"\x1b(I123\x1b(B", "ｱｲｳ"),
    (b'\x1b$B$"\nplain\x1b$B$$\x1b(B', "あ\nplainい"),
    (b"\x1b(Jyen\x1b(B", "yen"),
    ("侍々".encode("iso2022_jp"), "侍々"),
    (b"\x1b$(D0!\x1b(B", "丂"),
    (b'\x1b$@$"$$\x1b(B', "あい"),
]


@pytest.mark.parametrize(("body", "expected"), ISO_2022)
def test_decode_iso_2022_jp_when_sets_switch_then_text_is_right(body: bytes, expected: str) -> None:
    assert decode_iso_2022_jp(body) == expected


def test_decode_when_one_byte_is_broken_then_rest_is_kept_and_loss_reported() -> None:
    body = NEWS.encode()[:50] + b"\xff" + NEWS.encode()[51:]
    decoded = decode(body, charset="shift_jis")
    assert decoded.encoding == "utf-8"
    assert 1 <= decoded.n_replaced <= 3
    assert decoded.text.endswith(NEWS[30:])


BINARY = [
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    b"PK\x03\x04" + bytes(200),
    random.Random(7).randbytes(4000),
    bytes(1000),
]


@pytest.mark.parametrize("body", BINARY)
def test_decode_when_binary_then_parse_error_says_what_was_expected(body: bytes) -> None:
    with pytest.raises(ParseError, match="expected"):
        decode(body)
