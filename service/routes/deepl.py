"""DeepL's text API, so that its official clients work unchanged: fields, codes, error bodies.

Japanese becomes English (American spelling, whichever English is asked for). What this program
cannot do is answered as DeepL answers an unsupported value.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)
from pydantic.config import JsonDict

from kawaraban.errors import ParseError
from kawaraban.pipeline import Translator
from kawaraban.translation.glossary import Entry
from service.access import ContextDep, KeyDep, TicketDep, require_deepl_key
from service.batching import RequestTooLarge, Ticket
from service.bodies import BadRequest, FieldsDep, first_error, parse, request_body
from service.context import Context
from service.markup import Rules, check_xml
from service.prose import Splitting, is_japanese, translate_texts
from service.tagged import translate_marked

router = APIRouter(prefix="/v2", tags=["DeepL"], dependencies=[Depends(require_deepl_key)])

MAX_TEXTS = 50
MAX_BYTES = 128 * 1024
_LISTS = frozenset({"text", "ignore_tags", "splitting_tags", "non_splitting_tags"})


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _split_tags(value: Any) -> Any:
    """["a,b", "c"] and "a,b,c" are the same."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [tag.strip() for item in value for tag in item.split(",") if tag.strip()]
    return value


def _digit(value: Any) -> Any:
    return str(value) if value in (0, 1) and not isinstance(value, bool) else value


_TEXTS = {"type": "array", "items": {"type": "string"}}
Tags = Annotated[
    list[str],
    BeforeValidator(_split_tags),
    WithJsonSchema({"anyOf": [_TEXTS, {"type": "string", "description": "Separated by commas."}]}),
]
Split = Annotated[
    Literal["0", "1", "nonewlines"] | None,
    BeforeValidator(_digit),
    WithJsonSchema({"enum": ["0", "1", "nonewlines", 0, 1, None]}),
]
# one level of elements; deeper ones are well-formed too, but no pattern can say so
_LETTER = r"[^<>&\x00-\x1f\x7f-\x9f\ufffe\uffff]"
_PART = rf"(?:{_LETTER}|&(?:amp|lt|gt|quot|apos);|<[a-z]+/>|<b>{_LETTER}*</b>)"
_XML: JsonDict = {"pattern": f"^{_PART}*$"}
_RULES: JsonDict = {
    "allOf": [
        {
            "description": "A glossary needs the source language.",
            "anyOf": [
                {"properties": {"glossary_id": {"enum": [None, ""]}}},
                {"properties": {"source_lang": {"type": "string"}}, "required": ["source_lang"]},
            ],
        },
        {
            "description": "Version 2 wants well-formed XML.",
            "anyOf": [
                {"properties": {"tag_handling": {"enum": [None, "html"]}}},
                {"properties": {"tag_handling_version": {"enum": [None, "v1"]}}},
                {"properties": {"text": {**_XML, "items": _XML}}},
            ],
        },
    ]
}


class TranslateIn(BaseModel):
    """DeepL's parameters; the others it has are accepted where they change nothing."""

    model_config = ConfigDict(json_schema_extra=_RULES)

    text: list[str] = Field(min_length=1, max_length=MAX_TEXTS, examples=[["日銀は動いた。"]])
    target_lang: Annotated[Literal["EN", "EN-US", "EN-GB"], BeforeValidator(_upper)] = Field(
        examples=["EN-US"]
    )
    source_lang: Annotated[Literal["JA", "EN"], BeforeValidator(_upper)] | None = None
    split_sentences: Split = None
    preserve_formatting: bool = False
    formality: Literal["default", "prefer_more", "prefer_less"] = "default"
    glossary_id: str | None = None
    tag_handling: Literal["xml", "html"] | None = None
    tag_handling_version: Literal["v1", "v2"] | None = None
    outline_detection: bool = True
    ignore_tags: Tags = []
    splitting_tags: Tags = []
    non_splitting_tags: Tags = []
    context: str | None = None
    show_billed_characters: bool = False
    model_type: (
        Literal["quality_optimized", "prefer_quality_optimized", "latency_optimized"] | None
    ) = None
    # what would change the English in a way that this program does not know
    style_id: None = None
    custom_instructions: None = None
    translation_memory_id: None = None


class TextOut(BaseModel):
    detected_source_language: str
    text: str
    billed_characters: int | None = None
    model_type_used: str | None = None


class TranslateOut(BaseModel):
    translations: list[TextOut]


class UsageOut(BaseModel):
    character_count: int
    character_limit: int


class LanguageOut(BaseModel):
    language: str
    name: str
    supports_formality: bool | None = None


class ErrorOut(BaseModel):
    message: str
    detail: str | None = None


ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorOut, "description": "Bad request"},
    403: {"model": ErrorOut, "description": "No valid key"},
    404: {"model": ErrorOut, "description": "Not found"},
    413: {"model": ErrorOut, "description": "Too large"},
    429: {"model": ErrorOut, "description": "Too many requests"},
    456: {"model": ErrorOut, "description": "Quota exceeded"},
    500: {"model": ErrorOut, "description": "Internal error"},
    503: {"model": ErrorOut, "description": "Not available now"},
}


@router.post(
    "/translate",
    response_model_exclude_none=True,
    responses=ERRORS,
    openapi_extra=request_body(TranslateIn),
)
def deepl_translate(
    fields: FieldsDep, context: ContextDep, ticket: TicketDep, key: KeyDep
) -> TranslateOut:
    """Translate up to fifty texts."""
    try:
        body = parse(fields, TranslateIn, lists=_LISTS)
    except ValidationError as error:
        raise BadRequest(_complaint(*first_error(error))) from None
    if sum(len(text.encode()) for text in body.text) > MAX_BYTES:
        raise RequestTooLarge(f"found more than {MAX_BYTES} bytes of text; send it in parts")
    if body.glossary_id and body.source_lang is None:
        raise BadRequest("Value for 'source_lang' not specified.")
    sources = [body.source_lang or _detect(text) for text in body.text]
    japanese = [text for text, lang in zip(body.text, sources, strict=True) if lang == "JA"]
    terms = context.shelf.read(body.glossary_id).entries if body.glossary_id else ()
    with context.meter.charge(key, sum(map(len, japanese))):
        english = iter(_translate(japanese, body, terms, context, ticket))
    return TranslateOut(
        translations=[
            TextOut(
                detected_source_language=source,
                text=next(english) if source == "JA" else text,
                billed_characters=len(text) if body.show_billed_characters else None,
                model_type_used="latency_optimized" if body.model_type else None,
            )
            for text, source in zip(body.text, sources, strict=True)
        ]
    )


@router.api_route("/usage", methods=["GET"], responses=ERRORS)
def deepl_usage(context: ContextDep, key: KeyDep) -> UsageOut:
    """Characters translated in this month (UTC) with this key, and how many there may be."""
    count, limit = context.meter.usage(key)
    return UsageOut(character_count=count, character_limit=limit)


class LanguagesIn(BaseModel):
    type: Literal["source", "target"] = "source"


@router.get(
    "/languages",
    response_model_exclude_none=True,
    responses=ERRORS,
    openapi_extra={
        "parameters": [
            {"name": "type", "in": "query", "schema": {"enum": ["source", "target"]}},
        ]
    },
)
def deepl_languages(fields: FieldsDep) -> list[LanguageOut]:
    """The languages on either side; DeepL's Python client sends `type` in a body."""
    try:
        body = parse(fields, LanguagesIn)
    except ValidationError as error:
        raise BadRequest(_complaint(*first_error(error))) from None
    if body.type == "source":
        return [LanguageOut(language="JA", name="Japanese")]
    return [
        LanguageOut(language="EN-GB", name="English (British)", supports_formality=False),
        LanguageOut(language="EN-US", name="English (American)", supports_formality=False),
    ]


def _translate(
    texts: list[str], body: TranslateIn, own: tuple[Entry, ...], context: Context, ticket: Ticket
) -> list[str]:
    def translator(terms: list[Entry] | tuple[Entry, ...] = ()) -> Translator:
        known = {entry.ja for entry in own}
        return context.translator(ticket, terms=[*own, *(t for t in terms if t.ja not in known)])

    if body.tag_handling is None:
        splitting = _splitting(body.split_sentences, "lines")
        return [prose.en for prose in translate_texts(texts, translator(), splitting=splitting)]
    if body.tag_handling == "xml" and body.tag_handling_version == "v2":
        _check_xml(texts)
    rules = Rules(
        body.tag_handling,
        ignore=frozenset(body.ignore_tags),
        splitting=frozenset(body.splitting_tags),
        non_splitting=frozenset(body.non_splitting_tags),
        outline=body.outline_detection,
    )
    splitting = _splitting(body.split_sentences, "nonewlines")
    return translate_marked(
        texts, lambda terms: translator(list(terms)), rules=rules, splitting=splitting
    )


def _check_xml(texts: list[str]) -> None:
    try:
        for text in texts:
            check_xml(text)
    except ParseError as error:
        raise BadRequest(str(error)) from None


def _splitting(asked: str | None, default: Splitting) -> Splitting:
    known: dict[str, Splitting] = {"0": "none", "1": "lines", "nonewlines": "nonewlines"}
    return known[asked] if asked else default


def _detect(text: str) -> str:
    return "JA" if is_japanese(text) else "EN"


def _complaint(name: str, message: str) -> str:
    if message == "Field required":
        return f"Parameter '{name}' not specified."
    if name == "text":
        return f"Bad request. Reason: Value for 'text': {message}; at most {MAX_TEXTS} texts."
    return f"Value for '{name}' not supported."
