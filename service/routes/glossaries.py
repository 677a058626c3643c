"""The user's glossaries: list, read, replace, delete. `default` is obeyed by every translation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from kawaraban.translation.glossary import Entry
from service import wire
from service.access import ContextDep
from service.schemas import answers as out
from service.schemas.requests import ID, GlossaryIn

router = APIRouter(prefix="/v1/glossaries", tags=["glossaries"])

GlossaryId = Annotated[str, Path(pattern=ID, examples=["default"])]


@router.get("")
def list_glossaries(context: ContextDep) -> out.GlossariesOut:
    """All glossaries, without their terms."""
    return out.GlossariesOut(glossaries=[wire.glossary_info(g) for g in context.shelf.list()])


@router.get("/{glossary_id}")
def get_glossary(glossary_id: GlossaryId, context: ContextDep) -> out.GlossaryOut:
    """A glossary with its terms."""
    return wire.glossary(context.shelf.read(glossary_id))


@router.put("/{glossary_id}")
def replace_glossary(
    glossary_id: GlossaryId, body: GlossaryIn, context: ContextDep
) -> out.GlossaryOut:
    """Replace a glossary as a whole, or begin one; every term is checked before one is written."""
    entries = [
        Entry(term.ja, term.en, also=tuple(term.also), strict=term.strict) for term in body.terms
    ]
    return wire.glossary(context.shelf.replace(glossary_id, body.name, entries))


@router.delete("/{glossary_id}", status_code=204)
def delete_glossary(glossary_id: GlossaryId, context: ContextDep) -> None:
    """Remove a glossary."""
    context.shelf.delete(glossary_id)
