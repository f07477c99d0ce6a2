"""The sandbox as one ASGI application: Bot API, control API and chat page."""

import asyncio
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from sandbox.telegram.errors import Refusal
from sandbox.telegram.exchange import Exchange
from sandbox.telegram.settings import Settings
from sandbox.telegram.web.botapi import bot_api
from sandbox.telegram.web.control import control_api
from sandbox.telegram.web.deeds import deeds_api
from sandbox.telegram.web.guards import Guards

STATIC = Path(__file__).with_name("static")
SAMPLES = Path(__file__).with_name("samples.toml")


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; `app.state.exchange` is the service for use within the process."""
    exchange = Exchange(settings or Settings())
    app = FastAPI(title="Telegram sandbox", lifespan=_lifespan, docs_url=None, redoc_url=None)
    app.state.exchange = exchange
    if exchange.world.settings.samples:
        _add_samples(exchange)
    app.include_router(bot_api(exchange))
    app.include_router(control_api(exchange))
    app.include_router(deeds_api(exchange))
    app.add_exception_handler(Refusal, _refused)
    app.add_middleware(Guards)

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    @app.get("/duty", include_in_schema=False)
    async def duty_page() -> FileResponse:
        return FileResponse(STATIC / "duty.html", headers={"Cache-Control": "no-cache"})

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    exchange: Exchange = app.state.exchange
    with suppress(asyncio.CancelledError):
        async with asyncio.TaskGroup() as group:
            couriers = group.create_task(exchange.run())
            yield
            exchange.close()
            couriers.cancel()


def _add_samples(exchange: Exchange) -> None:
    """People, and, when a second bot is there, the staff's supergroup with it."""
    world, samples = exchange.world, tomllib.loads(SAMPLES.read_text("utf-8"))
    for person in samples["people"]:
        world.add_person(**person)
    for seat, bot in zip(world.seats.values(), samples["bots"], strict=False):
        seat.profile.setdefault("name:", seat.account.name or bot["name"])
    bots = [seat.id for seat in world.seats.values()]
    if len(bots) > 1:
        staff = [world.add_person(**person, staff_of=bots[1]).id for person in samples["staff"]]
        world.add_group(samples["group"]["title"], staff, [bots[1]], is_forum=True)


async def _refused(_request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refusal)
    return JSONResponse(refusal.as_answer(), refusal.code)
