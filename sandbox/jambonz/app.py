"""The exchange as one ASGI application: REST, the control API and the telephones' page."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles

from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.settings import Settings
from sandbox.jambonz.web.control import control_api
from sandbox.jambonz.web.rest import Refused, rest_api
from sandbox.telegram.web.guards import Guards

STATIC = Path(__file__).with_name("static")
SHARED = Path(__file__).parents[1] / "telegram" / "static"
"""The look and the building blocks of the sandboxes."""
STOP_WITHIN_SECONDS = 1


def create_app(settings: Settings) -> FastAPI:
    """Build the application; `app.state.exchange` is the service for use within the process."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with app.state.exchange:
            yield

    app = FastAPI(title="jambonz sandbox", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    exchange = app.state.exchange = Exchange(settings)
    app.include_router(rest_api(exchange, "/v1"))
    app.include_router(rest_api(exchange, "/api/v1"))
    app.include_router(control_api(exchange))
    app.add_exception_handler(Refused, _refused)
    app.add_middleware(Guards)

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.mount("/shared", StaticFiles(directory=SHARED), name="shared")
    return app


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Exchange]:
    """An exchange for a test, in the test's own loop, with its REST API at `exchange.url`."""
    app = create_app(settings)
    exchange: Exchange = app.state.exchange
    with socket.socket() as listening:
        listening.bind((settings.host, settings.port))
        exchange.url = f"http://{settings.host}:{listening.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="warning", lifespan="on", timeout_graceful_shutdown=STOP_WITHIN_SECONDS)
        server = _Server(config)
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(server.serve(sockets=[listening]))
            await server.up.wait()
            try:
                yield exchange
            finally:
                exchange.feed.close()
                server.should_exit = True
                with contextlib.suppress(asyncio.CancelledError):
                    await serving


class _Server(uvicorn.Server):
    """Tells when it is up, and leaves signals to whoever runs the loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


async def _refused(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)
    return refusal.as_answer()
