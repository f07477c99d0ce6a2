"""A small server of each process on a local address of its own: ``/metrics``, ``/livez`` and ``/readyz``."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.settings_watching import WatchingSettings
from app.watching.figures import REGISTRY
from app.watching.health import LIVE, READY, Health
from app.watching.tracing import traced
from core.logs import log

Look = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """What this process measures is there already."""


@asynccontextmanager
async def told_of(settings: WatchingSettings, process: str, health: Health, look: Look = _nothing) -> AsyncIterator[None]:
    """Serve, and send traces where they are wanted, while the block runs; ``look`` is done before figures are told.

    A port that is taken stops no process of the centre.
    """
    with traced(settings, process):
        async with _served(settings, settings.port_of(process), health, look):
            yield


@asynccontextmanager
async def _served(settings: WatchingSettings, port: int, health: Health, look: Look) -> AsyncIterator[None]:
    if not port:
        yield
        return
    runner = web.AppRunner(_app(health, look), access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.metrics_host, port).start()
        except OSError as error:
            log.error("watching.port_taken", port=port, error=type(error).__name__)
        yield
    finally:
        await runner.cleanup()


def _app(health: Health, look: Look) -> web.Application:
    async def metrics(_: web.Request) -> web.Response:
        await look()
        return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def livez(_: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def readyz(_: web.Request) -> web.Response:
        report = await health.report()
        return web.json_response(report.body, status=report.status)

    app = web.Application()
    for path, answer in (("/metrics", metrics), (LIVE, livez), (READY, readyz)):
        app.router.add_get(path, answer)
    return app
