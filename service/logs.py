"""Structured logs: one JSON object a line on standard error, never with anybody's text in it.

    {"time": "…", "level": "info", "event": "request", "request_id": "…", "operation": "translate",
     "status": 200, "duration_ms": 41}

No bodies, URLs, addresses, keys or messages of exceptions: an exception is logged as its class and
the places it came through.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime

_LOGGER = logging.getLogger("kawaraban.service")


class JsonFormatter(logging.Formatter):
    """The message is the event; `extra={"fields": {…}}` are its fields."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", {})
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        entry = {"time": moment, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(entry | fields)


def configure() -> None:
    """Called by `kawaraban serve`; a program that embeds the service brings its own handlers."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    _LOGGER.handlers = [handler]
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False


def log_event(event: str, **fields: str | float | None) -> None:
    _LOGGER.info(event, extra={"fields": fields})


def log_error(error: BaseException, *, request_id: str = "") -> None:
    """Where it happened, without what it said."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [f"{frame.name}:{frame.lineno}" for frame in frames]
    fields = {"request_id": request_id, "error": type(error).__name__, "places": places}
    _LOGGER.error("error", extra={"fields": fields})
