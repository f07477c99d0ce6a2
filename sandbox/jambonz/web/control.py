"""`/sandbox/api`: telephones, calls, hooks, faults, for the page and for tests in other processes."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from fastapi import APIRouter, Header, HTTPException, WebSocket, WebSocketDisconnect
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.faults import FaultKind
from sandbox.jambonz.phone import Phone
from sandbox.jambonz.sound import wav

Json = dict[str, Any]
CALLS_SHOWN = 50


class NewCall(BaseModel):
    """Who calls whom."""

    number: str = Field(min_length=1, max_length=64)
    to: str = Field(default="", max_length=64)
    name: str = Field(default="", max_length=100)
    hidden: bool = False


class Deed(BaseModel):
    """What is done at a telephone; ``words``: keys or speech."""

    phone: str = Field(max_length=100)
    words: str = Field(default="", max_length=2000)


class FaultOrder(BaseModel):
    """A fault to come."""

    kind: FaultKind
    only: str = ""
    times: int | None = Field(default=1, ge=1)
    seconds: float = Field(default=0.0, ge=0)
    code: int = Field(default=500, ge=400, le=599)


class NewPhone(BaseModel):
    """A telephone that may be called."""

    address: str = Field(min_length=1, max_length=100)
    name: str = Field(default="", max_length=100)


def control_api(exchange: Exchange) -> APIRouter:
    """Everything that a person does."""
    router = APIRouter(prefix="/sandbox/api")
    _add_watching(router, exchange)
    _add_deeds(router, exchange)
    _add_microphone(router, exchange)
    _add_faults(router, exchange)
    return router


def _add_watching(router: APIRouter, exchange: Exchange) -> None:
    @router.get("/state")
    async def state() -> Json:
        """The telephones, and the place in the log from which to follow."""
        settings = exchange.settings
        return {
            "seq": exchange.feed.last,
            "numbers": list(settings.numbers),
            "speaks": bool(settings.tts),
            "recognises": bool(settings.stt),
            "phones": [_view(exchange, phone) for phone in exchange.phones.values()],
            "callers": [_view(exchange, phone) for phone in exchange.callers],
        }

    @router.get("/events", response_class=EventSourceResponse)
    async def events(after: int = 0, last_event_id: str = Header("")) -> AsyncIterator[ServerSentEvent]:
        """Everything that happens, live (SSE, resumes by Last-Event-ID)."""
        async for happening in exchange.feed.follow(int(last_event_id) if last_event_id.isdigit() else after):
            yield ServerSentEvent(data=happening.as_json(), id=str(happening.seq))

    @router.get("/hooks")
    async def hooks(call_sid: str = "") -> list[Json]:
        """Requests to the application and its answers; of one call with its legs, or all."""
        legs = {leg.sid for one in exchange.legs.values() if one.sid == call_sid for leg in one.call.legs}
        return [hook.as_json() for hook in exchange.log if not call_sid or hook.call_sid in legs]

    @router.get("/calls")
    async def calls() -> list[Json]:
        """The newest calls, without the legs that they dialled."""
        roots = [leg for leg in exchange.legs.values() if leg.parent is None][-CALLS_SHOWN:]
        kept = ("call_sid", "direction", "from", "to", "call_status", "sip_status")
        return [{key: leg.told()[key] for key in kept} | {"began": leg.began.isoformat()} for leg in reversed(roots)]

    @router.get("/clips/{number}.wav")
    async def clip(number: int) -> Response:
        """The sound of a prompt."""
        samples = exchange.clips.get(number)
        if samples is None:
            raise HTTPException(404, "this sound is not kept any more")
        return Response(wav(samples), media_type="audio/wav", headers={"Cache-Control": "private, max-age=3600"})

    @router.get("/problems")
    async def problems() -> list[str]:
        """What the real server would only write into its log."""
        return exchange.problems


def _add_deeds(router: APIRouter, exchange: Exchange) -> None:
    @router.post("/calls", status_code=201)
    async def call(new: NewCall) -> Json:
        """Call the centre."""
        return _view(exchange, await exchange.call(new.number, new.to, name=new.name, hidden=new.hidden))

    @router.post("/phones", status_code=201)
    async def add_phone(new: NewPhone) -> Json:
        """A telephone that may be called."""
        phone = exchange.callee(new.address)
        phone.renamed(new.name or phone.name)
        return _view(exchange, phone)

    @router.post("/deeds/{what}", status_code=204)
    async def deed(what: str, order: Deed) -> None:
        """answer, decline, hang-up, press, say."""
        phone = exchange.phone_at(order.phone)
        if phone is None or (phone.ended and what != "hang-up"):
            raise HTTPException(409, "there is no call at this telephone")
        if what == "say":
            exchange.spawn(phone.say(order.words))
        elif what == "press":
            exchange.spawn(phone.press(order.words))
        elif what == "answer" and phone.leg is not None:
            phone.leg.pick_up()
        elif what in ("decline", "hang-up"):
            await phone.hang_up()
        else:
            raise HTTPException(404, "no such deed")


def _add_microphone(router: APIRouter, exchange: Exchange) -> None:
    @router.websocket("/microphone")
    async def microphone(socket: WebSocket, phone: str) -> None:
        """Sound of a person at a telephone: 8 kHz, 16 bits; pages of other sites are refused."""
        origin = urlsplit(socket.headers.get("origin", ""))
        if origin.netloc != socket.headers.get("host"):
            await socket.close(code=1008)
            return
        await socket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            while (spoken := exchange.phone_at(phone)) is not None and not spoken.ended:
                raw = await socket.receive_bytes()
                spoken.voices(np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2"))
            await socket.close()


def _add_faults(router: APIRouter, exchange: Exchange) -> None:
    @router.post("/faults", status_code=201)
    async def order(fault: FaultOrder) -> Json:
        """Let something go wrong."""
        return exchange.faults.add(**fault.model_dump()).as_json()

    @router.get("/faults")
    async def faults() -> list[Json]:
        """What is still to go wrong."""
        return [fault.as_json() for fault in exchange.faults.coming()]

    @router.delete("/faults", status_code=204)
    async def clear() -> None:
        """Call off all."""
        exchange.faults.clear()


def _view(exchange: Exchange, phone: Phone) -> Json:
    return exchange.phone_view(phone) | {"captions": [asdict(caption) for caption in phone.captions[-100:]]}
