"""For those who run the service: is it alive, can it work, how is it doing."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kawaraban.errors import KawarabanError
from service.access import ContextDep, TicketDep
from service.batching import Overloaded
from service.schemas import answers as out

open_router = APIRouter(tags=["operations"])
metrics_router = APIRouter(tags=["operations"])


@open_router.get("/healthz")
def healthz() -> out.HealthOut:
    """The process answers."""
    return out.HealthOut(status="ok")


@open_router.get("/readyz", responses={503: {"description": "It cannot translate now."}})
def readyz(context: ContextDep, ticket: TicketDep) -> out.ReadyOut:
    """A sentence was translated and embedded within the last 30 seconds."""
    try:
        context.probe.ensure(context, ticket)
    except KawarabanError as error:
        raise Overloaded(f"not ready: {error}", retry_after_s=5) from error
    return out.ReadyOut(
        status="ready",
        translation=context.stages.translator.model,
        encoder=context.stages.encoder.model,
    )


@metrics_router.get("/metrics", response_class=Response)
def metrics(context: ContextDep) -> Response:
    """Prometheus' text format."""
    return Response(context.metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")
