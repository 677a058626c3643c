"""The service as one ASGI app: engines loaded once, routes, bounds, errors.

    app = create_app(Settings.from_env())            # loads the engines when it starts
    app = create_app(settings, stages=stages, store=store)   # or is handed them

One process, one translator, one encoder: more processes would load the model again and fight for
the same cores.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool

from kawaraban.pipeline import Stages, harvest, link, load_stages, process_articles
from kawaraban.settings import Settings
from kawaraban.store import Store
from service import errors, openapi
from service.access import key_dependencies
from service.batching import Batcher, Limits, Ticket
from service.context import Context, Glossed, TurnEncoder
from service.glossaries import Shelf
from service.metrics import Metrics
from service.middleware import Admission, RequestLog, is_local
from service.prefect_runs import PrefectRuns
from service.quota import Meter
from service.routes import (
    archive,
    deepl,
    deepl_glossaries,
    glossaries,
    libretranslate,
    operations,
    reading,
    runs,
    unsubscribe,
)
from service.runs import LocalRuns, Runs
from service.web import editing, pages

_SPARE_THREADS = 8  # for what is answered however many requests wait for the translator

_WITH_KEY: tuple[APIRouter, ...] = (
    reading.router,
    archive.router,
    runs.router,
    glossaries.router,
    operations.metrics_router,
)
# open, or with keys where their clients put them
_OPEN: tuple[APIRouter, ...] = (
    operations.open_router,
    unsubscribe.router,
    libretranslate.router,
    deepl.router,
    deepl_glossaries.router,
    pages.static_router,
    pages.router,
    editing.router,
)


def create_app(
    settings: Settings, *, stages: Stages | None = None, store: Store | None = None
) -> FastAPI:
    """The app; what is not handed in is opened when it starts and closed when it ends."""
    metrics = Metrics()
    keys_required = settings.service_keys == "always" or not is_local(settings.service_host)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = settings.service_max_concurrent + _SPARE_THREADS
        database = await run_in_threadpool(_open_store, settings) if store is None else store
        await run_in_threadpool(database.end_lost_runs)
        engines = await run_in_threadpool(load_stages, settings) if stages is None else stages
        context = make_context(
            settings, engines, database, metrics=metrics, keys_required=keys_required
        )
        app.state.context = context
        if stages is None:
            await run_in_threadpool(_warm, context)
        try:
            yield
        finally:
            await run_in_threadpool(context.runs.close)
            await run_in_threadpool(context.batcher.close)
            await run_in_threadpool(context.meter.flush)
            if store is None:
                database.close()

    app = FastAPI(
        title="Kawaraban",
        summary="The Japanese news in English, on your own machine.",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    for router in _WITH_KEY:
        app.include_router(router, dependencies=key_dependencies(keys_required))
    for router in _OPEN:
        app.include_router(router)
    errors.install(app)
    openapi.install(app)
    app.add_middleware(
        Admission,
        max_body_bytes=settings.service_max_body_bytes,
        max_concurrent=settings.service_max_concurrent,
        max_followers=settings.service_max_followers,
        local_only=not keys_required,
    )
    app.add_middleware(RequestLog, metrics=metrics)
    return app


def make_context(
    settings: Settings, stages: Stages, store: Store, *, metrics: Metrics, keys_required: bool
) -> Context:
    """What the routes share, over loaded engines and an open store."""
    stages = replace(stages, encoder=TurnEncoder(stages.encoder), settings=settings)
    batcher = Batcher(
        Limits(
            batch_tokens=settings.service_batch_tokens,
            batches_at_once=settings.service_batches_at_once,
            max_queue_tokens=settings.service_max_queue_tokens,
            window_s=settings.service_batch_window_ms / 1000,
            timeout_s=settings.service_timeout_s,
        )
    )
    shelf = Shelf(settings.home / "glossaries")
    metrics.watch(
        "kawaraban_queued_tokens", "Waiting for the translator.", lambda: batcher.queued_tokens
    )

    def run_stages() -> Stages:
        return context.request_stages(Ticket())

    maker: Runs
    if settings.prefect_api_url:
        maker = PrefectRuns(settings.prefect_api_url, store)
    else:
        maker = LocalRuns(settings, store, run_stages)
    context = Context(
        settings=settings,
        stages=stages,
        store=store,
        batcher=batcher,
        shelf=shelf,
        glossed=Glossed(stages, shelf),
        runs=maker,
        meter=Meter(store),
        metrics=metrics,
        keys_required=keys_required,
    )
    return context


def _warm(context: Context) -> None:
    """Extracts and translates a little, so that the first client does not wait for imports."""
    translator = context.batcher.translator(context.stages.translator, Ticket())
    stages = replace(context.stages, translator=translator)
    document = reading.document_of("東京の天気\n\n東京は晴れている。気温は20度まで上がった。")
    found = link(harvest([document], encoder=stages.encoder), encoder=stages.encoder)
    process_articles(found.articles, stages)


def _open_store(settings: Settings) -> Store:
    settings.home.mkdir(parents=True, exist_ok=True)
    return Store.open(settings.store_url, home=settings.home)
