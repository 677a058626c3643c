"""Bodies that come as JSON or as a form, as the clients of other services send them.

{"q": "日銀", "source": "ja"}   and   q=%E6%97%A5%E9%8A%80&source=ja   give the same fields
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from kawaraban.errors import KawarabanError

Model = TypeVar("Model", bound=BaseModel)
_MAX_FORM_FIELDS = 2000
_FLAGS = {"0": False, "1": True, "false": False, "true": True}
_COMPONENTS = "#/components/schemas/{model}"


class BadRequest(KawarabanError):
    """A body that cannot be understood: 400 in the dialect of its path."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What a body and the query say."""

    values: dict[str, Any]
    is_form: bool


async def read_fields(request: Request) -> Fields:
    """Query and form, or a JSON object."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        try:
            found = json.loads(await request.body())
        except (ValueError, RecursionError):
            raise BadRequest("Invalid JSON format") from None
        if not isinstance(found, dict):
            raise BadRequest("Invalid JSON format")
        return Fields(found, is_form=False)
    pairs = list(request.query_params.multi_items())
    form = await request.form(max_fields=_MAX_FORM_FIELDS, max_files=0)
    pairs += [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    values: dict[str, list[str]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    return Fields(values, is_form=True)


FieldsDep = Annotated[Fields, Depends(read_fields)]


def parse(fields: Fields, model: type[Model], *, lists: frozenset[str] = frozenset()) -> Model:
    """The fields as a model: JSON as it is, the text of a form converted (a flag from 0, 1,
    false or true alone).

    `lists` are the fields that a form repeats; of others the last value counts. Raises the
    ValidationError of pydantic.
    """
    if not fields.is_form:
        return model.model_validate(fields.values, strict=True)
    values: dict[str, Any] = {
        key: found if key in lists else found[-1]
        for key, found in fields.values.items()
        if key in model.model_fields
    }
    for key, found in values.items():
        if model.model_fields[key].annotation is bool:
            values[key] = _FLAGS.get(found, [found])  # what is no flag is no text either
    return model.model_validate(values)


def first_error(error: ValidationError) -> tuple[str, str]:
    """Name of the first wrong field, and what is wrong with it."""
    found = error.errors(include_input=False, include_url=False)[0]
    return str(found["loc"][0]) if found["loc"] else "", str(found["msg"])


def request_body(
    model: type[BaseModel], *, form: bool = True, form_model: type[BaseModel] | None = None
) -> dict[str, Any]:
    """The part of an OpenAPI operation that FastAPI cannot know."""
    schema = model.model_json_schema(ref_template=_COMPONENTS)
    content = {"application/json": {"schema": schema}}
    if form:
        found = (form_model or model).model_json_schema(ref_template=_COMPONENTS)
        content["application/x-www-form-urlencoded"] = {"schema": _without_null(found)}
    return {"requestBody": {"required": True, "content": content}}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema for a form, where all is text: no null (a field is there or not), no number."""
    properties = {}
    for name, found in schema["properties"].items():
        choices = [c for c in found.get("anyOf", [found]) if c.get("type") != "null"]
        if choices:
            kept = {key: value for key, value in found.items() if key not in ("anyOf", "default")}
            properties[name] = kept | (choices[0] if len(choices) == 1 else {"anyOf": choices})
        if found.get("type") == "array":  # one value looks like a list of one
            properties[name] = {"anyOf": [found, found["items"]]}
        if found.get("type") == "boolean":
            properties[name] = {"enum": list(_FLAGS)}
        elif "enum" in found:
            properties[name]["enum"] = [v for v in found["enum"] if isinstance(v, str)]
    return schema | {"properties": properties}
