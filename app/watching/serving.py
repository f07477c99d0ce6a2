"""A small server of each process for the monitor: ``/metrics`` on a local address of its own, never on the public one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.settings_watching import WatchingSettings
from app.watching.figures import REGISTRY
from core.logs import log

PLACES = ("web", "worker", "mail", "bots", "duty", "recorder", "speech")
"""The processes in the order of their ports, beginning with METRICS_PORT."""

Look = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """What this process measures is there already."""


def port_of(settings: WatchingSettings, process: str) -> int:
    """The port of a process; 0 when it tells nothing. Raises ValueError for a process that has none."""
    return settings.metrics_port and settings.metrics_port + PLACES.index(process)


@asynccontextmanager
async def told_of(settings: WatchingSettings, process: str, look: Look = _nothing) -> AsyncIterator[None]:
    """Serve while the block runs; ``look`` is done before each answer. A port that is taken stops no process of the centre."""
    port = port_of(settings, process)
    if not port:
        yield
        return
    runner = web.AppRunner(_app(look), access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.metrics_host, port).start()
        except OSError as error:
            log.error("watching.port_taken", port=port, error=type(error).__name__)
        yield
    finally:
        await runner.cleanup()


def _app(look: Look) -> web.Application:
    async def metrics(_: web.Request) -> web.Response:
        await look()
        return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    return app
