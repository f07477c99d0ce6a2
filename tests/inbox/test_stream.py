"""The stream over a real socket, and a server that stops although screens are connected."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from tests import patience
from tests.inbox.world import Centre, Member

GRACE = 2


class Served:
    """The app on a port of its own."""

    def __init__(self, app: FastAPI) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, ws="none", timeout_graceful_shutdown=GRACE)
        self.server = uvicorn.Server(config)
        self.task = asyncio.create_task(self.server.serve([self.socket]))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    async def stop(self) -> float:
        began = time.monotonic()
        self.server.should_exit = True
        await self.task
        return time.monotonic() - began


@pytest.fixture
async def served(app: FastAPI) -> AsyncIterator[Served]:
    server = Served(app)
    yield server
    if not server.task.done():
        await server.stop()


def open_screen(served: Served, member: Member, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=served.address, cookies={"sid": member.token}, headers=headers, timeout=patience.SECONDS)


async def read_event(lines: AsyncIterator[str]) -> tuple[str, dict[str, object]]:
    """The next event: its id and its data."""
    found: dict[str, str] = {}
    async for line in lines:
        if not line and "data" in found:
            return found.get("id", ""), json.loads(found["data"])
        name, _, value = line.partition(": ")
        found[name] = value
    raise AssertionError("the stream ended")


async def test_events_come_over_the_wire_and_are_replayed_after_a_break(centre: Centre, app: FastAPI, served: Served) -> None:
    member, number = await centre.a_member(), await centre.a_conversation()
    async with open_screen(served, member) as http, http.stream("GET", "/api/live") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        assert (await read_event(lines))[1] == {"kind": "resync"}
        await asyncio.wait_for(app.state.live.ready.wait(), patience.SECONDS)
        await centre.hand_off(number)
        last, event = await asyncio.wait_for(read_event(lines), patience.SECONDS)
        assert event["kind"] == "handed_off"
    await centre.hand_off(number)
    async with open_screen(served, member, **{"Last-Event-ID": last}) as http, http.stream("GET", "/api/live") as stream:
        again, event = await asyncio.wait_for(read_event(stream.aiter_lines()), patience.SECONDS)
    assert (int(again), event["kind"]) == (int(last) + 1, "handed_off")


async def test_the_stream_is_closed_when_the_session_is_ended(centre: Centre, app: FastAPI, served: Served) -> None:
    member = await centre.a_member()
    async with open_screen(served, member) as http, http.stream("GET", "/api/live") as stream:
        lines = stream.aiter_lines()
        await read_event(lines)
        await asyncio.wait_for(app.state.live.ready.wait(), patience.SECONDS)
        await centre.staff.sessions.logout(member.asker)
        with pytest.raises(AssertionError, match="ended"):
            await asyncio.wait_for(read_event(lines), patience.SECONDS)
        assert (await http.get("/api/live")).status_code == 401


async def test_the_server_stops_although_screens_are_connected(centre: Centre, served: Served) -> None:
    async with open_screen(served, await centre.a_member()) as http, http.stream("GET", "/api/live") as stream:
        await read_event(stream.aiter_lines())
        assert await served.stop() < GRACE + 2
