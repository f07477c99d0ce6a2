"""How long somebody waits at a telephone: by the call's time, and, so that no test hangs, by the real one."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.jambonz.leg import Leg
from sandbox.telegram.feed import Signal

if TYPE_CHECKING:
    from sandbox.jambonz.exchange import Exchange

REAL_SECONDS = 120.0
LOOK_SECONDS = 0.5


async def until(exchange: "Exchange", signal: Signal, leg: Leg | None, condition: Callable[[], bool], timeout: float) -> None:
    """Until it is so; ``timeout``: seconds of the call's time. Raises TimeoutError, at once when nothing can come any more."""
    loop = asyncio.get_running_loop()
    timeline = leg.call.timeline if leg is not None and not leg.is_over else None
    limit: asyncio.Future[None] = timeline.timer(timeout) if timeline is not None else loop.create_future()
    deadline = loop.time() + (REAL_SECONDS if exchange.is_fast else timeout)
    try:
        with exchange.pace.waiting(timeline):
            while not condition():
                changed = asyncio.ensure_future(signal.wait(LOOK_SECONDS))
                pending: list[asyncio.Future[Any]] = [changed] if limit.done() else [changed, limit]
                await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
                late = loop.time() > deadline or is_settled(leg) or (limit.done() and leg is not None and not leg.is_over)
                if late and not condition():
                    raise TimeoutError
    finally:
        limit.cancel()


def is_settled(leg: Leg | None) -> bool:
    """Whether this end is gone, and the application was told of everything."""
    return leg is not None and leg.is_over and (leg.call.is_settled or leg.parent is not None)
