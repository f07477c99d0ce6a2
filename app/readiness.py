"""What each process asks before it says that it is ready (app/watching/health.py)."""

import asyncio

import aiohttp

from app.assembly import House, dialogue_url
from app.supervisor import answers
from app.watching.health import Condition, Health
from app.watching.tables import database_checks
from nlu.server import READY as DIALOGUE_READY


def readiness_of(house: House, stopping: asyncio.Event, *, talks: bool = True, serving: asyncio.Event | None = None) -> Health:
    """The database, its tables and the queue are needed; ``talks``: the dialogue is told of too."""

    async def queue() -> Condition:
        return Condition.OK if await house.queue.check_connection_async() else Condition.BEHIND

    async def dialogue() -> Condition:
        async with aiohttp.ClientSession() as http:
            return Condition.OK if await answers(http, dialogue_url(house.settings) + DIALOGUE_READY) else Condition.AWAY

    needed = {**database_checks(house.engine), "queue": queue}
    return Health(stopping=stopping, serving=serving, needed=needed, useful={"dialogue": dialogue} if talks else {})
