"""LibreTranslate's API, so that its clients work unchanged: same fields, codes and error bodies.

Japanese becomes English; a text in the language it should have stays as it is; any other pair is
answered as LibreTranslate answers a pair whose model is not installed.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kawaraban.store import ApiKey
from service.access import ContextDep, TicketDep
from service.batching import Ticket
from service.bodies import BadRequest, Fields, FieldsDep, first_error, parse, request_body
from service.context import Context
from service.errors import Forbidden
from service.markup import Rules
from service.prose import is_japanese, translate_texts
from service.schemas.requests import MAX_ITEMS, WHOLE
from service.tagged import translate_marked

router = APIRouter(tags=["LibreTranslate"])

_NAMES = {"ja": "Japanese", "en": "English"}
_TARGETS = {"ja": ["en", "ja"], "en": ["en"]}
_KANA = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾟ]")
_LATIN = re.compile(r"[A-Za-z]")
_MAX_ALTERNATIVES = 5

Text = Annotated[str, Field(min_length=1)]


class TranslateIn(BaseModel):
    """One text or a list of them."""

    q: Text | Annotated[list[str], Field(min_length=1, max_length=MAX_ITEMS)] = Field(
        examples=["日銀は利上げを決めた。"]
    )
    source: Literal["ja", "en", "auto"] = Field(examples=["ja"])
    target: Literal["en", "ja"] = Field(json_schema_extra={"enum": ["en"]}, examples=["en"])
    format: Literal["text", "html"] | None = "text"
    alternatives: Annotated[int, Field(ge=0, le=_MAX_ALTERNATIVES), WHOLE] = 0
    api_key: str | None = None


class TranslateFormIn(TranslateIn):
    """A form has one text."""

    q: Text = Field(examples=["日銀は利上げを決めた。"])


class DetectIn(BaseModel):
    q: Text = Field(examples=["日銀は利上げを決めた。"])
    api_key: str | None = None


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ErrorOut(_Out):
    error: str


class DetectedOut(_Out):
    confidence: float
    language: str


class TranslateOut(BaseModel):
    translatedText: str | list[str]
    detectedLanguage: DetectedOut | list[DetectedOut] | None = None
    alternatives: list[str] | list[list[str]] | None = None


class LanguageOut(_Out):
    code: str
    name: str
    targets: list[str]


class HealthOut(_Out):
    status: Literal["ok"]


_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorOut, "description": "Invalid request"},
    403: {"model": ErrorOut, "description": "Banned"},
    413: {"model": ErrorOut, "description": "Too large"},
    429: {"model": ErrorOut, "description": "Slow down"},
    500: {"model": ErrorOut, "description": "Translation error"},
    503: {"model": ErrorOut, "description": "Not available now"},
}


@router.post(
    "/translate",
    response_model_exclude_unset=True,
    responses=_ERRORS,
    openapi_extra=request_body(TranslateIn, form_model=TranslateFormIn),
)
def libre_translate(fields: FieldsDep, context: ContextDep, ticket: TicketDep) -> TranslateOut:
    """Translate a text, or a list of texts."""
    key = _check_key(fields, context)
    _check_present(fields, ("q", "source", "target"))
    body = _parsed(fields)
    texts = body.q if isinstance(body.q, list) else [body.q]
    if len(texts) > MAX_ITEMS:
        raise BadRequest(
            f"Invalid request: request ({len(texts)}) exceeds text limit ({MAX_ITEMS})"
        )
    detected = _detect("\n".join(texts)) if body.source == "auto" else None
    source = detected.language if detected else body.source
    n_characters = 0
    if source != body.target:
        _check_pair(source, body.target)
        n_characters = sum(map(len, texts))
    with context.meter.charge(key, n_characters):
        english, others = _translate(texts, source, body, context, ticket)
    is_list = isinstance(body.q, list)
    answer: dict[str, Any] = {"translatedText": english if is_list else english[0]}
    if detected:
        answer["detectedLanguage"] = [detected] * len(texts) if is_list else detected
    if body.alternatives:
        answer["alternatives"] = others if is_list else others[0]
    return TranslateOut.model_validate(answer)


@router.get("/languages", responses={403: _ERRORS[403], 503: _ERRORS[503]})
def libre_languages() -> list[LanguageOut]:
    """The languages, and into which each can be translated."""
    return [
        LanguageOut(code=code, name=name, targets=_TARGETS[code]) for code, name in _NAMES.items()
    ]


@router.post("/detect", responses=_ERRORS, openapi_extra=request_body(DetectIn))
def libre_detect(fields: FieldsDep, context: ContextDep) -> list[DetectedOut]:
    """The language of a text, by its script."""
    _check_key(fields, context)
    _check_present(fields, ("q",))
    try:
        body = parse(fields, DetectIn)
    except ValidationError as error:
        raise BadRequest("Invalid request: {} {}".format(*first_error(error))) from None
    return [_detect(body.q)]


@router.get("/frontend/settings", responses={403: _ERRORS[403], 503: _ERRORS[503]})
def libre_settings(context: ContextDep) -> dict[str, Any]:
    """What LibreTranslate's web page asks for."""
    return {
        "apiKeys": context.keys_required,
        "charLimit": -1,
        "filesTranslation": False,
        "frontendTimeout": 500,
        "keyRequired": context.keys_required,
        "language": {
            "source": {"code": "ja", "name": _NAMES["ja"]},
            "target": {"code": "en", "name": _NAMES["en"]},
        },
        "suggestions": False,
        "supportedFilesFormat": [],
    }


@router.get("/health", responses={403: _ERRORS[403], 503: _ERRORS[503]})
def libre_health() -> HealthOut:
    """The process answers; /readyz says whether it can translate."""
    return HealthOut(status="ok")


@router.post("/suggest", responses={403: _ERRORS[403], 503: _ERRORS[503]}, status_code=403)
def libre_suggest() -> None:
    """As a LibreTranslate answers whose operator wants no suggestions."""
    raise Forbidden("Suggestions are disabled on this server.")


@router.post("/translate_file", responses={403: _ERRORS[403], 503: _ERRORS[503]}, status_code=403)
def libre_translate_file() -> None:
    """As a LibreTranslate answers that translates no files."""
    raise Forbidden("Files translation are disabled on this server.")


def _translate(
    texts: list[str], source: str, body: TranslateIn, context: Context, ticket: Ticket
) -> tuple[list[str], list[list[str]]]:
    if source == body.target:
        return texts, [[] for _ in texts]
    if body.format == "html":
        english = translate_marked(
            texts, lambda terms: context.translator(ticket, terms=terms), rules=Rules()
        )
        return english, [[] for _ in texts]
    proses = translate_texts(texts, context.translator(ticket))
    english = [prose.en for prose in proses]
    if not body.alternatives:
        return english, [[] for _ in texts]
    return english, [
        context.alternatives(prose.ja, prose.en, body.alternatives) if prose.translations else []
        for prose in proses
    ]


def _check_pair(source: str, target: str) -> None:
    if (source, target) != ("ja", "en"):
        raise BadRequest(
            f"{_NAMES[target]} ({target}) is not available as a target language from "
            f"{_NAMES[source]} ({source})"
        )


def _parsed(fields: Fields) -> TranslateIn:
    try:
        body = parse(fields, TranslateIn)
    except ValidationError as error:
        raise BadRequest(_complaint(fields, *first_error(error))) from None
    if fields.is_form and isinstance(body.q, str):
        return body.model_copy(update={"q": "\n".join(body.q.splitlines())})
    return body


def _complaint(fields: Fields, name: str, message: str) -> str:
    value = fields.values.get(name)
    shown = value[-1] if fields.is_form and value else value
    if name in ("source", "target"):
        return f"{shown} is not supported"
    if name == "format":
        return f"{shown} format is not supported"
    if name == "alternatives":
        if isinstance(shown, int) or str(shown).isdigit():
            return f"Invalid request: alternatives parameter must be <= {_MAX_ALTERNATIVES}"
        return "Invalid request: alternatives parameter is not a number"
    return f"Invalid request: {name} {message}"


def _check_present(fields: Fields, names: tuple[str, ...]) -> None:
    for name in names:
        value = fields.values.get(name)
        if not value or (fields.is_form and value == [""]):
            raise BadRequest(f"Invalid request: missing {name} parameter")


def _check_key(fields: Fields, context: Context) -> ApiKey | None:
    if not context.keys_required:
        return None
    found = fields.values.get("api_key")
    token = found[-1] if isinstance(found, list) and found else found
    if not token:
        raise BadRequest("Please contact the server operator to get an API key")
    key = context.find_key(token) if isinstance(token, str) else None
    if key is None:
        raise Forbidden("Invalid API key")
    return key


def _detect(text: str) -> DetectedOut:
    if _KANA.search(text):
        return DetectedOut(confidence=100.0, language="ja")
    if is_japanese(text):
        return DetectedOut(confidence=80.0, language="ja")
    return DetectedOut(confidence=50.0 if _LATIN.search(text) else 0.0, language="en")
