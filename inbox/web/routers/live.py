"""The live stream (design decision 11)."""

from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from inbox.web.auth import Hub, SilentlySignedIn
from inbox.web.live import Encoded
from inbox.web.schemas import LiveEventView

router = APIRouter(prefix="/api", tags=["live"])


@router.get("/live", response_class=EventSourceResponse)
async def live(
    asker: SilentlySignedIn, hub: Hub, last_event_id: Annotated[str | None, Header()] = None
) -> AsyncIterable[LiveEventView]:
    """What happens, as it happens; first what was missed since ``Last-Event-ID``."""
    async with hub.screen(asker) as screen:
        for event in await hub.missed(asker, last_event_id):
            yield _sent(event)
        while (news := await screen.queue.get()) is not None:
            yield _sent(news)


def _sent(event: Encoded) -> LiveEventView:
    """Encoded once for all screens; FastAPI passes a ready event through (the declared type is for the schema)."""
    number = None if event.number is None else str(event.number)
    return ServerSentEvent(raw_data=event.data, id=number)  # type: ignore[return-value]  # see above
