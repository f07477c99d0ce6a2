"""Calls of bots: recognised, checked, perhaps spoilt by a fault, carried out, recorded."""

import asyncio
from typing import Any

from sandbox.telegram import methods
from sandbox.telegram.call import METHODS, Call, Upload
from sandbox.telegram.citizens import Citizens
from sandbox.telegram.couriers import Courier
from sandbox.telegram.errors import Refusal, too_many
from sandbox.telegram.faults import Fault
from sandbox.telegram.seats import Seat
from sandbox.telegram.settings import Settings
from sandbox.telegram.world import CallRecord, World

__all__ = ["ConnectionCut", "Exchange", "methods"]


class ConnectionCut(Exception):
    """The connection shall be cut without an answer."""


class Exchange:
    """The service: the world, the people in it, and the bots' calls."""

    def __init__(self, settings: Settings) -> None:
        self.world = World(settings)
        self.citizens = Citizens(self.world)

    async def run(self) -> None:
        """Carry updates to webhooks until cancelled."""
        async with asyncio.TaskGroup() as group:
            for seat in self.world.seats.values():
                group.create_task(Courier(seat, self.world.settings, self._answer_in_webhook).run())

    def close(self) -> None:
        """Let all go who wait for something (live pages, long polls), so that the server can stop at once."""
        self.world.feed.close()
        for seat in self.world.seats.values():
            seat.queue.close()

    async def call(self, token: str, method: str, raw: dict[str, Any], uploads: dict[str, Upload] | None = None) -> Any:
        """Carry out a call. Raises Refusal, or ConnectionCut on a fault."""
        seat = self.world.seats.get(token)
        if seat is None:
            raise Refusal(401, "Unauthorized")
        name = self.world.schema.method(method)
        if name is None:
            self.world.problems.append(f"unknown method {method!r}")
            raise Refusal(404, "Not Found: method not found")
        try:
            answer = await self._spoilt(Call(self.world, seat, name, raw, uploads or {}))
        except Refusal as refusal:
            self.world.calls.append(CallRecord(seat.id, name, _loggable(raw), refusal.description))
            raise
        self.world.calls.append(CallRecord(seat.id, name, _loggable(raw)))
        return answer

    async def _spoilt(self, call: Call) -> Any:
        chat_id = str(call.params.get("chat_id"))
        fault = self.world.faults.for_call(call.method, int(chat_id) if chat_id.removeprefix("-").isdigit() else None)
        if fault is None:
            return await self._carried_out(call)
        return await self._fail(fault, call)

    async def _fail(self, fault: Fault, call: Call) -> Any:
        if fault.kind == "lost_reply":
            await self._carried_out(call)
            raise ConnectionCut
        if fault.kind == "reset":
            raise ConnectionCut
        if fault.kind == "flood":
            raise too_many(fault.retry_after)
        if fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
            raise Refusal(504, "Gateway Timeout")
        raise Refusal(fault.code, fault.description)

    async def _carried_out(self, call: Call) -> Any:
        params, problems = self.world.schema.check_call(call.method, call.params)
        self.world.problems += problems
        handler = METHODS.get(call.method)
        if handler is None:
            self.world.problems.append(f"{call.method}: official, but not emulated by the sandbox")
            raise Refusal(501, f"Not Implemented: {call.method} is not emulated by the sandbox")
        call.params = params
        return await handler(call)

    async def _answer_in_webhook(self, seat: Seat, reply: dict[str, Any]) -> None:
        method = str(reply.pop("method"))
        try:
            await self.call(seat.account.token, method, reply)
        except (Refusal, ConnectionCut) as error:
            self.world.problems.append(f"{method} in the answer of a webhook: {error}")


def _loggable(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: value.name if isinstance(value, Upload) else value for name, value in raw.items()}
