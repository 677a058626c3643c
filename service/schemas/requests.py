"""The bodies of requests to the service's own API, with examples and limits.

They are not the core's types: a field here is a promise to other programs.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

MAX_ITEMS = 1000
MAX_TEXT_CHARS = 8_000
MAX_PAGE_CHARS = 2_000_000
MAX_INLINE_TERMS = 500

ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
DAY = (
    "^(19|20)[0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    "|(0[1-9]|1[0-2])-29|(0[13-9]|1[0-2])-30|(0[13578]|1[02])-31)$"
)
_BLANK = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u3000\ufeff"
_BROKEN = r"\x00-\x1f\x7f-\x9f\u2028\u2029"  # what ends a line or a cell of a TSV
# no user, no bracket, and no letter that becomes one of these when the name is resolved
_NO_HOST = r"/?#@\[\]\u2047-\u2049\u2100\u2101\u2105\u2106\u2a74\ufe13\ufe16\ufe47\ufe48"
_NO_HOST += r"\ufe55\ufe56\ufe5f\ufe6b\uff03\uff0f\uff1a\uff1f\uff20\uff3b\uff3d"
WEB_URL = rf"^https?://[^{_BLANK}{_NO_HOST}]+([/?#][^{_BLANK}]*)?$"
# one letter matches everywhere; one kanji may be a name
_ALONE = r"[\u3001-\ud7ff\uf900-\ufdff]"
_JA = rf"(?:{_ALONE}|[^{_BLANK}#][^{_BROKEN}]*[^{_BLANK}])"
_EN = rf"[^{_BLANK}](?:[^{_BROKEN}]*[^{_BLANK}])?"
TERM_JA = rf"^{_JA}$"
TERM_EN = rf"^{_EN}$"
TERM_ALSO = rf"^[^{_BLANK}|]([^{_BROKEN}|]*[^{_BLANK}|])?$"

# terms as lines: cells between tabs, or between commas and then perhaps in quotes
_BREAK = r"(?:\r?\n)"
_CSV_JA = rf'(?:{_ALONE}|[^{_BLANK}#",][^{_BROKEN}",]*[^{_BLANK}",])'
_CSV_EN = rf'[^{_BLANK}",](?:[^{_BROKEN}",]*[^{_BLANK}",])?'
_QUOTED = rf'(?:[^{_BROKEN}"]|"")*'
_QUOTED_JA = rf'"(?:{_ALONE}|(?:[^{_BLANK}#"]|""){_QUOTED}(?:[^{_BLANK}"]|""))"'
_QUOTED_EN = rf'"(?:[^{_BLANK}"]|"")(?:{_QUOTED}(?:[^{_BLANK}"]|""))?"'
_CSV = rf"(?:{_CSV_JA}|{_QUOTED_JA}),(?:{_CSV_EN}|{_QUOTED_EN})(?:,[Jj][Aa],[Ee][Nn])?"


def _lines(line: str) -> str:
    return rf"^{_BREAK}*{line}(?:{_BREAK}+{line})*{_BREAK}*$"


TERMS_TSV = _lines(rf"{_JA}\t{_EN}")
TERMS_CSV = _lines(_CSV)


def _whole(value: Any) -> Any:
    """3.0 is an integer to JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)


class In(BaseModel):
    """A body of a request: nothing is converted, nothing unknown is let through."""

    model_config = ConfigDict(extra="forbid", strict=True)


class TermIn(In):
    """A term whose English is fixed for this request."""

    ja: str = Field(min_length=1, max_length=200, pattern=TERM_JA, examples=["日銀"])
    en: str = Field(min_length=1, max_length=400, pattern=TERM_EN, examples=["the Bank of Japan"])
    also: list[Annotated[str, Field(max_length=400, pattern=TERM_ALSO)]] = Field(
        default=[], max_length=20, description="Other right English forms.", examples=[["BOJ"]]
    )


Terms = Annotated[
    list[TermIn],
    Field(max_length=MAX_INLINE_TERMS, description="Terms on top of the service's glossaries."),
]


class _SummarizeIn(In):
    sentences: Annotated[int, Field(ge=1, le=100), WHOLE] | None = Field(
        default=None, description="At most, per article."
    )
    max_chars: Annotated[int, Field(ge=1, le=100_000), WHOLE] | None = Field(
        default=None, description="At most, of the Japanese, per article."
    )
    focus: str = Field(
        default="",
        max_length=1000,
        description="Words or a sentence, in either language, that the choice leans to.",
        examples=["interest rates"],
    )
    glossary: Terms = []
    translate: Literal["summary", "full"] = Field(
        default="summary", description="Translate the chosen sentences, or every one."
    )


Text = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_PAGE_CHARS,
        examples=[
            "日銀、利上げを見送り\n\n日本銀行は29日の金融政策決定会合で、政策金利を据え置くことを"
            "決めた。市場では円が1ドル152円台まで下落した。"
        ],
    ),
]
Html = Annotated[
    str, Field(min_length=1, max_length=MAX_PAGE_CHARS, examples=["<h1>…</h1><p>…</p>"])
]
Url = Annotated[
    str, Field(max_length=2000, pattern=WEB_URL, examples=["https://news.example/1.html"])
]
BaseUrl = Annotated[str | None, Field(max_length=2000, pattern=WEB_URL)]


class TextIn(_SummarizeIn):
    """A text; it may hold several articles one after the other."""

    text: Text


class HtmlIn(_SummarizeIn):
    """A page as it came from the web."""

    html: Html
    base_url: BaseUrl = None


class UrlIn(_SummarizeIn):
    """A page or a feed that the service fetches; private addresses are refused."""

    url: Url


def _which(body: Any) -> str | None:
    if not isinstance(body, dict | BaseModel):
        return None
    keys = body.keys() if isinstance(body, dict) else set(type(body).model_fields)
    found = [key for key in ("text", "html", "url") if key in keys]
    return found[0] if len(found) == 1 else None


_ONE_OF = Discriminator(
    _which,
    custom_error_type="one_of",
    custom_error_message="expected exactly one of text, html and url",
)
SummarizeIn = Annotated[
    Annotated[TextIn, Tag("text")] | Annotated[HtmlIn, Tag("html")] | Annotated[UrlIn, Tag("url")],
    _ONE_OF,
]


class ExtractTextIn(In):
    text: Text


class ExtractHtmlIn(In):
    html: Html
    base_url: BaseUrl = None


class ExtractUrlIn(In):
    url: Url


ExtractIn = Annotated[
    Annotated[ExtractTextIn, Tag("text")]
    | Annotated[ExtractHtmlIn, Tag("html")]
    | Annotated[ExtractUrlIn, Tag("url")],
    _ONE_OF,
]


class TranslateIn(In):
    texts: list[Annotated[str, Field(max_length=MAX_TEXT_CHARS)]] = Field(
        min_length=1,
        max_length=MAX_ITEMS,
        examples=[["日銀は29日、利上げを見送った。", "円は下落した。"]],
    )
    glossary: Terms = []


class RunIn(In):
    """What to make a digest of. Files of the server cannot be named here."""

    sources: list[Annotated[str, Field(max_length=2000, pattern=WEB_URL)]] = Field(
        default=[],
        max_length=100,
        description="Pages and feeds; empty: those of sources.yaml under KAWARABAN_HOME.",
        examples=[["https://news.example/feed.xml"]],
    )
    day: Annotated[str, Field(pattern=DAY)] | None = Field(
        default=None, description="In Tokyo; default: today there.", examples=["2026-11-26"]
    )
    watch_words: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        default=[], max_length=50
    )


class GlossaryTermIn(TermIn):
    strict: bool = Field(default=True, description="Its absence from the English is a flag.")


class GlossaryIn(In):
    name: str = Field(default="", max_length=200, examples=["金融の用語"])
    terms: list[GlossaryTermIn] = Field(max_length=10_000)
