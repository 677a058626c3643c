"""The OpenAPI document: what FastAPI knows, and the errors that every route can answer."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.schemas.answers import ProblemOut

_OWN = {
    "400": "The body is not JSON.",
    "403": "Keys are off, and the request is not from this machine.",
    "404": "What the path names is not there.",
    "409": "The request contradicts itself, or the state of the service.",
    "413": "The body, or what there is to translate in it, is too large.",
    "422": "The request cannot be obeyed; `errors` says where.",
    "429": "Too many runs wait, or the key's characters are used up; see `Retry-After`.",
    "500": "The engine or the program failed.",
    "503": "Overloaded: come back after `Retry-After` seconds.",
}
_KEYED = {"401": "No valid key."}


def install(app: FastAPI) -> None:
    """Makes the document once, when it is asked for."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title=app.title,
                summary=app.summary,
                version=app.version,
                routes=app.routes,
            )
            _describe_errors(found)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _describe_errors(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {}).setdefault("schemas", {})
    components["ProblemOut"] = ProblemOut.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _lift_definitions(operation, components)
            responses = operation["responses"]
            if path.startswith("/v1/"):
                responses.update(_own_errors(keyed="security" in operation))
            else:
                responses.pop("422", None)
                responses.update(_other_errors(path))


def _lift_definitions(operation: dict[str, Any], components: dict[str, Any]) -> None:
    """Bodies that routes describe themselves bring their parts along; they belong to the whole."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        components.update(content["schema"].pop("$defs", {}))


def _own_errors(*, keyed: bool) -> dict[str, Any]:
    return {status: _problem(text) for status, text in (_OWN | (_KEYED if keyed else {})).items()}


def _other_errors(path: str) -> dict[str, Any]:
    """Operations: their few errors. The drop-in routes describe their own."""
    if path in ("/healthz", "/readyz", "/metrics"):
        return {status: _problem(_OWN[status]) for status in ("403", "503")}
    return {}


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemOut"}
    answer: dict[str, Any] = {
        "description": text,
        "content": {"application/problem+json": {"schema": schema}},
    }
    if text in (_OWN["429"], _OWN["503"]):
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return answer
