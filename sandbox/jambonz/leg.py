"""A call and its legs: who they are in the server's words, what they hear and say, and the keys that they press."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.jambonz.pace import TICK
from sandbox.jambonz.sound import FRAME, Ear, Line, Samples, silence

if TYPE_CHECKING:
    from sandbox.jambonz.exchange import Exchange
    from sandbox.jambonz.phone import Phone
    from sandbox.jambonz.session import Session

Json = dict[str, Any]
ENDED = ("completed", "busy", "no-answer", "failed")
BUSY, CANCELLED, DECLINED = 486, 487, 603
REASONS = {100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", BUSY: "Rejected", CANCELLED: "Request Terminated"}


class Sink(Protocol):
    """Whoever takes a leg's sound."""

    async def feed(self, said: Samples, heard: Samples) -> None:
        """The next frames: what the leg said and what it heard."""
        ...


class Listener(Protocol):
    """Whoever takes a leg's keys and words."""

    def key(self, digit: str) -> None:
        """A key was pressed."""
        ...

    def word(self, word: str) -> None:
        """A word was spoken."""
        ...

    def spoken(self, confidence: float) -> None:
        """The utterance has ended."""
        ...


class Call:
    """One call with all legs that it dialled; they share its time."""

    def __init__(self, exchange: "Exchange", *, driven: bool) -> None:
        self.exchange = exchange
        self.legs: list[Leg] = []
        self.timeline = exchange.pace.timeline(self._flow, driven=driven)
        self.last_status: asyncio.Task[Any] | None = None
        self.held: list[Json] = []
        self.is_settled = False
        self.grown_up: list[asyncio.Task[None]] = []
        """Legs that got an application of their own and outlive the call that dialled them."""

    async def over(self) -> None:
        """The application has ended: what is still on the way is sent, and time stops."""
        if self.grown_up:
            await asyncio.wait(self.grown_up)
        self.exchange.postman.release(self)
        self.timeline.end()
        if self.last_status is not None:
            await asyncio.wait({self.last_status})
        self.is_settled = True
        for leg in self.legs:
            leg.phone.changed(leg)

    async def _flow(self, now: float) -> None:
        for leg in list(self.legs):
            await leg.flow(now)


class Leg:
    """One end of a call: a caller, or somebody dialled.

    ``over`` is done when it ended; ``answered`` when the one dialled answered (200) or did not (the SIP status). ``asking``
    counts the verbs that listen to it.
    """

    def __init__(self, call: Call, phone: "Phone", *, direction: str, from_: str, to: str, parent: "Leg | None" = None) -> None:
        loop = asyncio.get_running_loop()
        self.call, self.phone, self.parent = call, phone, parent
        self.direction, self.from_, self.to = direction, from_, to
        self.sid, self.call_id = str(uuid.uuid4()), str(uuid.uuid4())
        self.sbc_callid = uuid.uuid4().hex[:12] if direction == "inbound" else ""
        self.tag: Json | None = None
        self.status, self.sip_status, self.sip_reason = "trying", 100, "Trying"
        self.ended_by = ""
        self.answered_at: float | None = None
        self.duration: int | None = None
        self.answered: asyncio.Future[int] = loop.create_future()
        self.over: asyncio.Future[None] = loop.create_future()
        self.session: Session | None = None
        self.peer: Leg | None = None
        self.muted = False
        self.asking = 0
        self.ear, self.mouth = Ear(), Line()
        self.sinks: list[Sink] = []
        self.listeners: list[Listener] = []
        self.began = datetime.now(UTC)
        self._frames = int(call.timeline.now / TICK)
        call.legs.append(self)
        call.exchange.legs[self.sid] = self

    @property
    def is_over(self) -> bool:
        """Whether this end is gone."""
        return self.over.done()

    @contextmanager
    def asked(self) -> Iterator[None]:
        """A verb listens to this end meanwhile."""
        self.asking += 1
        self.phone.changed(self)
        try:
            yield
        finally:
            self.asking -= 1
            self.phone.changed(self)

    @property
    def is_rest(self) -> bool:
        """Whether the application placed it over REST."""
        return self.direction == "outbound" and self.parent is None

    def told(self) -> Json:
        """The fields that every hook of this leg has."""
        settings = self.call.exchange.settings
        body: Json = {"call_sid": self.sid, "direction": self.direction, "from": self.from_, "to": self.to, "call_id": self.call_id}
        if self.sbc_callid:
            body["sbc_callid"] = self.sbc_callid
        body |= {"sip_status": self.sip_status, "sip_reason": self.sip_reason, "call_status": self.status}
        if self.parent is not None:
            body["caller_id"] = self.from_
        body |= {"account_sid": settings.account, "trace_id": "0" * 32, "application_sid": settings.application}
        body["fs_sip_address"] = "127.0.0.1:5060"
        if self.parent is not None:
            body["parent_call_sid"] = self.parent.sid
        if self.direction == "inbound":
            body |= {"originating_sip_ip": "203.0.113.7", "originating_sip_trunk_name": settings.trunk}
        if self.ended_by and self.parent is None and self.status == "completed":
            body["call_termination_by"] = self.ended_by
        if self.duration is not None:
            body["duration"] = self.duration
        if self.tag is not None:
            body["customerData"] = self.tag
        return body

    def become(self, status: str, sip_status: int, reason: str = "") -> None:
        """The next status, told to the application."""
        self.status, self.sip_status = status, sip_status
        self.sip_reason = reason or REASONS.get(sip_status, "Failure")
        if status == "in-progress":
            self.sbc_callid = self.sbc_callid or uuid.uuid4().hex[:10]
            self.answered_at = self.call.timeline.now
        self.call.exchange.postman.tell(self.call, self.told())
        self.phone.changed(self)

    def pick_up(self) -> None:
        """The one who is rung answers."""
        if not self.answered.done() and not self.is_over:
            self.answered.set_result(200)

    def refuse(self, sip_status: int) -> None:
        """The one who is rung does not want to."""
        if not self.answered.done() and not self.is_over:
            self.answered.set_result(sip_status)

    def end(self, by: str, *, told: bool = True, sip_status: int | None = None) -> None:
        """Hang up; ``by``: caller or jambonz. Once: later calls do nothing. ``told``: whether a status says so."""
        if self.is_over:
            return
        self.over.set_result(None)
        self.ended_by = by
        self.part()
        if self.answered_at is not None:
            self.duration = int(self.call.timeline.now - self.answered_at + 1e-6)
            status, sip = "completed", 200
        else:
            sip = sip_status or CANCELLED
            results = (
                {CANCELLED: "no-answer"} if self.direction == "inbound" else {BUSY: "busy", 600: "busy", CANCELLED: "no-answer"}
            )
            status = results.get(sip, "failed")
        self.status, self.sip_status, self.sip_reason = status, sip, REASONS.get(sip, "Decline" if sip == DECLINED else "Rejected")
        if told:
            self.call.exchange.postman.tell(self.call, self.told())
        self.phone.changed(self)
        if self.session is not None:
            self.session.hung_up()

    def join(self, other: "Leg") -> None:
        """Let the two hear each other."""
        self.peer, other.peer = other, self
        self.ear.stop()
        other.ear.stop()

    def part(self) -> None:
        """Let them hear each other no longer."""
        if self.peer is not None:
            self.peer.peer = None
            self.peer = None

    def speak(self, samples: Samples) -> None:
        """Something is said into this end."""
        if self.muted:
            return
        self.mouth.push(samples)
        if self.peer is not None:
            self.peer.ear.other.push(samples)

    def press(self, digit: str) -> None:
        """A key."""
        for listener in list(self.listeners):
            listener.key(digit)

    def tell_listeners(self, tell: Callable[[Listener], None]) -> None:
        """Words, to whoever recognises at this moment."""
        for listener in list(self.listeners):
            tell(listener)

    async def flow(self, now: float) -> None:
        """Let the sound of the time that has passed go by."""
        frames = int(now / TICK + 1e-6) - self._frames
        if frames <= 0 or self.is_over:
            return
        self._frames += frames
        heard, said = self.ear.read(frames * FRAME), self.mouth.read(frames * FRAME)
        if self.muted:
            said = silence(frames * TICK)
        for sink in list(self.sinks):
            await sink.feed(said, heard)
