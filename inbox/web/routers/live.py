"""The live stream (design decision 11).

FastAPI's own event streams describe themselves in OpenAPI but encode every event for every screen anew; here fifty screens share
the bytes, so the route that is served writes them itself, and the described one only lends its schema.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse

from core.staff.asker import Asker
from inbox.web.auth import Hub, SilentlySignedIn
from inbox.web.live import LiveHub
from inbox.web.schemas import LiveEventView

router = APIRouter(prefix="/api", tags=["live"])
described = APIRouter(prefix="/api", tags=["live"])

KEEP_ALIVE_SECONDS = 15.0
_PING = b": ping\n\n"
LastEventId = Annotated[str | None, Header()]


@router.get("/live", response_class=StreamingResponse)
async def live(asker: SilentlySignedIn, hub: Hub, last_event_id: LastEventId = None) -> StreamingResponse:
    """What happens, as it happens; first what was missed since ``Last-Event-ID``."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(asker, hub, last_event_id), headers=headers, media_type=EventSourceResponse.media_type)


@described.get("/live", response_class=EventSourceResponse, name="live")
async def described_live(asker: SilentlySignedIn, hub: Hub, last_event_id: LastEventId = None) -> AsyncIterable[LiveEventView]:
    """What happens, as it happens; first what was missed since ``Last-Event-ID``."""
    nothing: tuple[LiveEventView, ...] = ()
    for event in nothing:
        yield event


async def _stream(asker: Asker, hub: LiveHub, last: str | None) -> AsyncIterator[bytes]:
    async with hub.screen(asker) as screen:
        yield _PING
        for event in await hub.missed(asker, last):
            yield event.wire
        while True:
            try:
                news = await asyncio.wait_for(screen.queue.get(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield _PING
                continue
            if news is None:
                return
            yield news.wire
