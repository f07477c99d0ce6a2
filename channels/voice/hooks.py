"""The addresses that jambonz calls. Each hook is signed, has one effect however often it is told, and is answered within 3 s."""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from channels.voice.bodies import Leg, read_leg
from channels.voice.errand_moves import STATES
from channels.voice.errands import Errands
from channels.voice.media import MediaShelf
from channels.voice.notes import HELD
from channels.voice.onward import PATHS, Forwarding
from channels.voice.repeats import Repeats, digest_of
from channels.voice.screening import Screening
from channels.voice.seals import BadSeal, Seals
from channels.voice.signature import HEADER, Signatures, Verdict
from channels.voice.statuses import Statuses
from channels.voice.steps import Asked, Steps
from channels.voice.tickets import Awaited, Ticket, open_ticket
from channels.voice.verbs import Wire
from core.logs import log
from core.phone.entries import Note
from core.phone.vocabulary import CallDirection, EventKind

BODY_LIMIT = 256 * 1024
"""Bytes; the call hook with its SIP messages takes some kilobytes."""
CALL_SID = re.compile(r"[\w-]{1,64}", re.ASCII)
UNSIGNED = frozenset({Verdict.MISSING, Verdict.MALFORMED})

Answer = Callable[[Asked, Request], Awaitable[Wire]]


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Every hook over its part; ``now``: unix seconds, for the window of signatures."""

    signatures: Signatures
    seals: Seals
    repeats: Repeats
    steps: Steps
    errands: Errands
    forwarding: Forwarding
    screening: Screening
    statuses: Statuses
    media: MediaShelf
    now: Callable[[], float] = time.time

    def routes(self) -> list[Route]:
        """All of them; ``/adulting`` stands at the root because the exchange fixed its path."""
        hooks: dict[str, Answer] = {
            "/voice/call": self._call,
            "/voice/status": self._status,
            "/voice/queue-event": self._queue_event,
            "/voice/wait": self._wait,
            "/voice/confirm": self._confirm,
            "/voice/confirmed": self._confirmed,
            "/voice/transferred": self._transferred,
            "/adulting": self._adulting,
            **{f"/voice/{awaited}": self._step for awaited in Awaited},
            **{f"/voice/{path}": self._onward for path in PATHS},
        }
        routes = [Route(path, self._guarded(answer), methods=["POST"]) for path, answer in hooks.items()]
        sounds = {"/voice/media/{name}": self.media.answer, "/voice/own/{call_sid}/{take}/{mac}.wav": self.media.own}
        return [*routes, *(Route(path, answer, methods=["GET", "HEAD"]) for path, answer in sounds.items())]

    def _guarded(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            try:
                asked = await self._read(request)
                verbs = await self.repeats.once(asked.digest, lambda: answer(asked, request))
            except _Refused as refused:
                log.warning("voice.hook_refused", path=request.url.path, status=refused.status, reason=str(refused))
                return Response(status_code=refused.status)
            return Response(orjson.dumps(verbs), media_type="application/json")

        return guarded

    async def _read(self, request: Request) -> Asked:
        """The hook, when it is genuine. Nothing is done for any other."""
        raw = await _raw(request)
        signature = request.headers.get(HEADER, "")
        verdict = self.signatures.check(signature, raw, self.now())
        if verdict is not Verdict.GENUINE:
            raise _Refused(401 if verdict in UNSIGNED else 403, verdict)
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError as bad:
            raise _Refused(400, "no JSON") from bad
        if not isinstance(body, Mapping):
            raise _Refused(400, "no object")
        leg = read_leg(body)
        if not CALL_SID.fullmatch(leg.call_sid):
            raise _Refused(400, "no call_sid")
        target = request.scope["path"] + "?" + request.scope["query_string"].decode("latin-1")
        return Asked(leg=leg, body=body, digest=digest_of(target, signature, raw))

    async def _call(self, asked: Asked, request: Request) -> Wire:
        is_ours = asked.leg.direction is CallDirection.OUT
        return await (self.errands.start(asked) if is_ours else self.steps.start(asked))

    async def _step(self, asked: Asked, request: Request) -> Wire:
        ticket = self._ticket(asked.leg, request, Awaited(_name(request)))
        state = ticket.place.state if ticket.place else ""
        if state in STATES:
            return await self.errands.go_on(asked, ticket)
        if state == HELD and ticket.awaited is Awaited.WAIT:
            return await self.forwarding.held(asked, ticket)
        return await self.steps.go_on(asked, ticket)

    async def _onward(self, asked: Asked, request: Request) -> Wire:
        values = self._unsealed(request)
        if values.pop("c", None) != asked.leg.call_sid:
            raise _Refused(403, "another call's address")
        path = _name(request)
        known = self.steps.going.known(asked.leg.call_sid)
        fresh = Ticket(call_sid=asked.leg.call_sid, awaited=Awaited.LISTEN, began=int(self.now()))
        ticket = known.ticket if known and known.ticket else fresh
        return await self.forwarding.redirected(asked, ticket, path, {key: str(value) for key, value in values.items()})

    async def _transferred(self, asked: Asked, request: Request) -> Wire:
        return await self.forwarding.transferred(asked, self._ticket(asked.leg, request, Awaited.DIAL))

    async def _confirm(self, asked: Asked, request: Request) -> Wire:
        return await self.screening.ask(asked, self._ticket(asked.leg, request, Awaited.LISTEN))

    async def _confirmed(self, asked: Asked, request: Request) -> Wire:
        return await self.screening.take(asked, self._ticket(asked.leg, request, Awaited.LISTEN))

    async def _status(self, asked: Asked, request: Request) -> Wire:
        await self.statuses.tell(asked.leg)
        if asked.leg.is_over and not asked.leg.parent_sid:
            await self.steps.end(asked)
        return []

    async def _queue_event(self, asked: Asked, request: Request) -> Wire:
        event = {key: str(asked.body[key])[:64] for key in ("event", "leave_reason") if key in asked.body}
        note = Note(call_sid=asked.leg.call_sid, at=self.steps.clock.now(), kind=EventKind.QUEUE, details=event)
        self.steps.journalling.later(note)
        return []

    async def _wait(self, asked: Asked, request: Request) -> Wire:
        """A queue of the exchange itself; an empty answer would leave the caller in silence for ever."""
        return self.steps.music()

    async def _adulting(self, asked: Asked, request: Request) -> Wire:
        """A leg that outlives its parent is told here; what it does next it asks by its own hooks."""
        log.info("voice.adulting", call_sid=asked.leg.call_sid)
        return []

    def _ticket(self, leg: Leg, request: Request, awaited: Awaited) -> Ticket:
        try:
            ticket = open_ticket(self.seals, request.query_params.get("s", ""), awaited)
        except BadSeal as bad:
            raise _Refused(403, str(bad)) from bad
        if ticket.call_sid not in (leg.call_sid, leg.parent_sid):
            raise _Refused(403, "another call's address")
        return ticket

    def _unsealed(self, request: Request) -> dict[str, Any]:
        try:
            return self.seals.unpack(request.query_params.get("s", ""))
        except BadSeal as bad:
            raise _Refused(403, str(bad)) from bad


def _name(request: Request) -> str:
    return str(request.scope["path"]).rpartition("/")[2]


async def _raw(request: Request) -> bytes:
    """The body, unless it is too long; a chunked one tells its length only by coming."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:19]) > BODY_LIMIT:
        raise _Refused(413, "too long")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise _Refused(413, "too long")
    return bytes(body)
