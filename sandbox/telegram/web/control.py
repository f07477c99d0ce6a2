"""`/sandbox/api`: the people's side, for the chat page and for tests."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Header, HTTPException, Query
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sandbox.telegram.exchange import Exchange
from sandbox.telegram.faults import Fault
from sandbox.telegram.people import Chat, Json
from sandbox.telegram.seats import Seat
from sandbox.telegram.web.bodies import FaultOrder, NewGroup, NewPerson, Pace
from sandbox.telegram.web.served import served

_LONGEST_WAIT = 60.0


def control_api(exchange: Exchange) -> APIRouter:
    """Bots, people, chats, what happened, faults, problems."""
    router = APIRouter(prefix="/sandbox/api")
    world = exchange.world

    @router.get("/bots")
    async def bots() -> list[Json]:
        """The bots with their profile and commands."""
        return [
            seat.as_user()
            | {
                "commands": seat.commands.get("{'type': 'default'}:", []),
                "menu_button": seat.menu_button,
                "webhook": bool(seat.webhook.url),
            }
            | {"profile": seat.profile, "allowed_updates": seat.queue.allowed, "pending": len(seat.queue.pending)}
            for seat in world.seats.values()
        ]

    @router.get("/chats")
    async def chats(bot: int | None = None) -> Json:
        """All chats of a bot, and the place in the log from which to follow."""
        seat = _seat(exchange, bot)
        return {"seq": world.feed.last, "bot": seat.as_user(), "chats": [world.chat_view(chat) for chat in world.chats(seat.id)]}

    @router.post("/people", status_code=201)
    async def add_person(new: NewPerson) -> Json:
        """A new citizen."""
        person = world.add_person(**new.model_dump())
        return person.as_user() | {"phone": person.phone}

    @router.post("/groups", status_code=201)
    async def add_group(new: NewGroup) -> Json:
        """A new supergroup with people and bots."""
        group = world.add_group(new.title, new.members, new.bots or [world.seat().id], is_forum=new.is_forum)
        return world.chat_view(group)

    _add_watching(router, exchange)
    _add_files(router, exchange)
    _add_control_of_faults(router, exchange)
    return router


def _add_watching(router: APIRouter, exchange: Exchange) -> None:
    world = exchange.world

    @router.get("/chats/{chat_id}/history")
    async def history(chat_id: int, bot: int | None = None) -> Json:
        """All messages of a chat, deleted ones marked."""
        chat = _chat(exchange, chat_id, bot)
        return {"seq": world.feed.last, "chat": world.chat_view(chat), "posts": [post.as_view() for post in chat.posts.values()]}

    @router.get("/chats/{chat_id}/wait")
    async def wait(chat_id: int, after: int, seconds: float = Query(10.0, le=_LONGEST_WAIT), bot: int | None = None) -> Json:
        """What happened in a chat after `after`; waits until something does."""
        _chat(exchange, chat_id, bot)
        of = world.seat(bot).id
        end = asyncio.get_running_loop().time() + seconds
        while True:
            found = [h.as_json() for h in world.feed.after(after) if h.chat == chat_id and h.bot == of]
            after = world.feed.last
            left = end - asyncio.get_running_loop().time()
            if found or left <= 0 or not await world.feed.wait(left):
                return {"seq": after, "happenings": found}

    @router.get("/events", response_class=EventSourceResponse)
    async def events(bot: int | None = None, after: int = 0, last_event_id: str = Header("")) -> AsyncIterator[ServerSentEvent]:
        """Everything that happens with a bot, live (SSE, resumes by Last-Event-ID)."""
        of = world.seat(bot).id
        async for happening in world.feed.follow(int(last_event_id) if last_event_id.isdigit() else after):
            if happening.bot == of:
                yield ServerSentEvent(data=happening.as_json(), id=str(happening.seq))


def _add_files(router: APIRouter, exchange: Exchange) -> None:
    @router.get("/files/{file_id}")
    async def file(file_id: str, range_: str = Header("", alias="range")) -> Response:
        """A file's content; whatever is not sound, film or picture is only for download."""
        return served(exchange.world.files.find(file_id), range_)


def _add_control_of_faults(router: APIRouter, exchange: Exchange) -> None:
    world = exchange.world

    @router.post("/faults", status_code=201)
    async def add_fault(order: FaultOrder) -> Json:
        """Order a fault."""
        return {"id": world.faults.add(Fault(**order.model_dump())).id}

    @router.get("/faults")
    async def faults() -> list[Json]:
        """Faults that are still to come."""
        return [
            {"id": f.id, "kind": f.kind, "method": f.method, "chat_id": f.chat_id, "times": f.times} for f in world.faults.coming()
        ]

    @router.delete("/faults", status_code=204)
    async def clear_faults() -> None:
        """Call off all faults."""
        world.faults.clear()

    @router.put("/pace", status_code=204)
    async def pace(pace: Pace) -> None:
        """The least seconds between two messages of a bot in one chat; 0 switches the window off."""
        world.chat_interval = pace.chat_interval

    @router.get("/problems")
    async def problems() -> list[str]:
        """Calls that the official schema does not know, and defects of the sandbox itself."""
        return world.problems

    @router.get("/calls")
    async def calls(method: str | None = None) -> list[Json]:
        """The calls that bots made."""
        kept = [call for call in world.calls if method is None or call.method == method]
        return [{"bot": c.bot, "method": c.method, "params": c.params, "refusal": c.refusal} for c in kept]


def _seat(exchange: Exchange, bot: int | None) -> Seat:
    try:
        return exchange.world.seat(bot)
    except KeyError as error:
        raise HTTPException(404, f"no bot {bot}") from error


def _chat(exchange: Exchange, chat_id: int, bot: int | None) -> Chat:
    world = exchange.world
    try:
        return world.groups[chat_id] if chat_id < 0 else world.private(world.seat(bot).id, chat_id)
    except KeyError as error:
        raise HTTPException(404, f"no chat {chat_id}") from error
