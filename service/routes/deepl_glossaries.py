"""DeepL's glossaries, in the forms of its v2 (one language pair) and v3 (dictionaries) APIs.

A glossary made here is a file of `service.glossaries`: the user sees it, and may use it elsewhere.
There is one pair, ja→en; another is answered as DeepL answers an unsupported pair.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import ValidationError

from kawaraban.errors import UsageError
from kawaraban.translation.glossary import Entry
from service.access import ContextDep, require_deepl_key
from service.bodies import BadRequest, Fields, FieldsDep, Model, first_error, parse, request_body
from service.glossaries import UserGlossary, check_entries
from service.routes.deepl import ERRORS, ErrorOut
from service.schemas.deepl_glossaries import (
    ChangeIn,
    DictionariesOut,
    DictionaryIn,
    DictionaryOut,
    EntriesOut,
    GlossaryIn,
    InfoOut,
    InfosOut,
    MultiIn,
    MultiOut,
    MultisOut,
    PairIn,
    PairsOut,
)
from service.schemas.requests import ID, TERM_EN, TERM_JA

router = APIRouter(tags=["DeepL"], dependencies=[Depends(require_deepl_key)])

GlossaryId = Annotated[str, Path(pattern=ID)]
_TWICE: dict[int | str, dict[str, Any]] = {
    409: {"model": ErrorOut, "description": "The same Japanese twice"}
}
_TSV = "text/tab-separated-values"

_PAIR_QUERY = {
    "parameters": [
        {"name": "source_lang", "in": "query", "required": True, "schema": {"enum": ["ja"]}},
        {"name": "target_lang", "in": "query", "required": True, "schema": {"enum": ["en"]}},
    ]
}


@router.get("/v2/glossary-language-pairs", responses=ERRORS)
def deepl_glossary_pairs() -> PairsOut:
    """The pairs that glossaries can have."""
    return PairsOut(supported_languages=[{"source_lang": "ja", "target_lang": "en"}])


@router.post(
    "/v2/glossaries",
    status_code=201,
    responses=ERRORS | _TWICE,
    openapi_extra=request_body(GlossaryIn),
)
def deepl_create_glossary(fields: FieldsDep, context: ContextDep) -> InfoOut:
    """Make a glossary."""
    body = _parsed(fields, GlossaryIn)
    return _info(context.shelf.create(body.name, _entries(body)))


@router.get("/v2/glossaries", responses=ERRORS)
def deepl_list_glossaries(context: ContextDep) -> InfosOut:
    """All glossaries."""
    return InfosOut(glossaries=[_info(found) for found in context.shelf.list()])


@router.get("/v2/glossaries/{glossary_id}", responses=ERRORS)
def deepl_get_glossary(glossary_id: GlossaryId, context: ContextDep) -> InfoOut:
    """What a glossary is."""
    return _info(context.shelf.read(glossary_id))


@router.get(
    "/v2/glossaries/{glossary_id}/entries",
    response_class=Response,
    responses=ERRORS | {200: {"content": {_TSV: {"schema": {"type": "string"}}}}},
)
def deepl_get_entries(glossary_id: GlossaryId, context: ContextDep) -> Response:
    """A glossary's terms, one a line."""
    return Response(_tsv(context.shelf.read(glossary_id)), media_type=_TSV)


@router.delete("/v2/glossaries/{glossary_id}", status_code=204, responses=ERRORS)
def deepl_delete_glossary(glossary_id: GlossaryId, context: ContextDep) -> None:
    """Remove a glossary."""
    context.shelf.delete(glossary_id)


@router.post(
    "/v3/glossaries",
    status_code=201,
    responses=ERRORS | _TWICE,
    openapi_extra=request_body(MultiIn, form=False),
)
def deepl_create_multilingual(fields: FieldsDep, context: ContextDep) -> MultiOut:
    """Make a glossary of one dictionary."""
    body = _parsed(fields, MultiIn)
    return _multi(context.shelf.create(body.name, _entries(body.dictionaries[0])))


@router.get("/v3/glossaries", responses=ERRORS)
def deepl_list_multilingual(context: ContextDep) -> MultisOut:
    """All glossaries."""
    return MultisOut(glossaries=[_multi(found) for found in context.shelf.list()])


@router.get("/v3/glossaries/{glossary_id}", responses=ERRORS)
def deepl_get_multilingual(glossary_id: GlossaryId, context: ContextDep) -> MultiOut:
    """What a glossary is."""
    return _multi(context.shelf.read(glossary_id))


@router.patch(
    "/v3/glossaries/{glossary_id}",
    responses=ERRORS | _TWICE,
    openapi_extra=request_body(ChangeIn, form=False),
)
def deepl_change_multilingual(
    glossary_id: GlossaryId, fields: FieldsDep, context: ContextDep
) -> MultiOut:
    """Rename a glossary, or merge terms into it."""
    if not fields.values:
        raise BadRequest("Bad request. Reason: nothing to change")
    body = _parsed(fields, ChangeIn)
    found = context.shelf.read(glossary_id)
    merged = {entry.ja: entry for entry in found.entries}
    for dictionary in body.dictionaries:
        merged |= {entry.ja: entry for entry in _entries(dictionary)}
    changed = context.shelf.replace(glossary_id, body.name or found.name, list(merged.values()))
    return _multi(changed)


@router.put(
    "/v3/glossaries/{glossary_id}/dictionaries",
    responses=ERRORS | _TWICE,
    openapi_extra=request_body(DictionaryIn, form=False),
)
def deepl_replace_dictionary(
    glossary_id: GlossaryId, fields: FieldsDep, context: ContextDep
) -> DictionaryOut:
    """Replace the terms of a glossary."""
    body = _parsed(fields, DictionaryIn)
    found = context.shelf.read(glossary_id)
    changed = context.shelf.replace(glossary_id, found.name, _entries(body))
    return _dictionaries(changed)[0]


@router.get("/v3/glossaries/{glossary_id}/entries", responses=ERRORS, openapi_extra=_PAIR_QUERY)
def deepl_get_dictionary(
    glossary_id: GlossaryId, fields: FieldsDep, context: ContextDep
) -> DictionariesOut:
    """The terms of a glossary."""
    _parsed(fields, PairIn)
    found = context.shelf.read(glossary_id)
    entries = EntriesOut(
        source_lang="ja", target_lang="en", entries=_tsv(found), entries_format="tsv"
    )
    return DictionariesOut(dictionaries=[entries] if found.entries else [])


@router.delete(
    "/v3/glossaries/{glossary_id}/dictionaries",
    status_code=204,
    responses=ERRORS,
    openapi_extra=_PAIR_QUERY,
)
def deepl_delete_dictionary(
    glossary_id: GlossaryId, fields: FieldsDep, context: ContextDep
) -> None:
    """Remove the terms of a glossary."""
    _parsed(fields, PairIn)
    found = context.shelf.read(glossary_id)
    context.shelf.replace(glossary_id, found.name, [])


@router.delete("/v3/glossaries/{glossary_id}", status_code=204, responses=ERRORS)
def deepl_delete_multilingual(glossary_id: GlossaryId, context: ContextDep) -> None:
    """Remove a glossary."""
    context.shelf.delete(glossary_id)


def _parsed(fields: Fields, model: type[Model]) -> Model:
    try:
        return parse(fields, model)
    except ValidationError as error:
        name, message = first_error(error)
        if name in ("source_lang", "target_lang"):
            raise BadRequest("Unsupported glossary source and target language pair") from None
        raise BadRequest(f"Bad request. Reason: {name}: {message}") from None


def _entries(body: DictionaryIn) -> list[Entry]:
    """The rows of TSV or CSV; the CSV may name the languages in two more cells."""
    if body.entries_format == "csv":
        try:
            rows = list(csv.reader(io.StringIO(body.entries)))
        except csv.Error:
            raise BadRequest("Invalid glossary entries provided") from None
    else:
        rows = [line.split("\t") for line in body.entries.splitlines()]
    for number, row in enumerate(rows, 1):
        if row and row != [""] and not _is_pair(row):
            raise BadRequest(f"Invalid glossary entries provided: line {number}")
    entries = [Entry(row[0], row[1]) for row in rows if len(row) > 1]
    if not entries:
        raise BadRequest("Invalid glossary entries provided")
    try:
        check_entries(entries)
    except UsageError as error:
        raise BadRequest(f"Invalid glossary entries provided: {error}") from None
    return entries


def _is_pair(row: list[str]) -> bool:
    languages = [cell.lower() for cell in row[2:]]
    if len(row) < 2 or languages not in ([], ["ja", "en"]):
        return False
    return bool(re.search(TERM_JA, row[0]) and re.search(TERM_EN, row[1]))


def _tsv(found: UserGlossary) -> str:
    return "".join(f"{entry.ja}\t{entry.en}\n" for entry in found.entries)


def _info(found: UserGlossary) -> InfoOut:
    return InfoOut(
        glossary_id=found.id,
        name=found.name,
        ready=True,
        source_lang="ja",
        target_lang="en",
        creation_time=found.created_at.isoformat(),
        entry_count=len(found.entries),
    )


def _dictionaries(found: UserGlossary) -> list[DictionaryOut]:
    n_terms = len(found.entries)
    one = DictionaryOut(source_lang="ja", target_lang="en", entry_count=n_terms)
    return [one] if n_terms else []


def _multi(found: UserGlossary) -> MultiOut:
    return MultiOut(
        glossary_id=found.id,
        name=found.name,
        creation_time=found.created_at.isoformat(),
        dictionaries=_dictionaries(found),
    )
