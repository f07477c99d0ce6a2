"""The exchange: the calls that go on, the telephones, and how an application is carried out on them."""

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

from sandbox.jambonz import amd, deeds, sip
from sandbox.jambonz.addresses import address_of, dialled, key_of
from sandbox.jambonz.checking import BadVerbs, checked
from sandbox.jambonz.deeds.queueing import Waiting
from sandbox.jambonz.faults import Faults
from sandbox.jambonz.feed import Feed
from sandbox.jambonz.hooks import Hook, HookFailed, Postman
from sandbox.jambonz.leg import Call, Leg
from sandbox.jambonz.pace import Pace
from sandbox.jambonz.phone import Phone
from sandbox.jambonz.session import Session, first
from sandbox.jambonz.settings import PaceKind, Settings
from sandbox.jambonz.sound import Samples
from sandbox.jambonz.voice import Voice
from sandbox.jambonz.waiting import REAL_SECONDS

__all__ = ["Exchange", "deeds"]

Json = dict[str, Any]
T = TypeVar("T")
_log = logging.getLogger("sandbox.jambonz")
REFUSED = 480
KEPT_CLIPS = 300
KEPT_ALIVE = 4.0
"""Seconds, as undici's: less than uvicorn's five, so that no request meets a connection that is just being closed."""


class Exchange:
    """Use it as a context; REST and the page are served by `sandbox.jambonz.app`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.is_fast = settings.pace is PaceKind.FAST
        self.pace = Pace(settings.pace, speed=settings.speed)
        self.faults = Faults()
        self.feed = Feed()
        self.postman = Postman(self)
        self.voice = Voice(self)
        self.problems: list[str] = []
        self.fetched: list[tuple[str, str, int]] = []
        self.clips: dict[int, Samples] = {}
        self.legs: dict[str, Leg] = {}
        self.callers: deque[Phone] = deque(maxlen=200)
        self.phones: dict[str, Phone] = {}
        self.forgotten: set[str] = set()
        """Legs whose record was deleted over REST."""
        self.url = ""
        self.queues: dict[str, list[Waiting]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._last_clip = 0

    async def __aenter__(self) -> Self:
        self.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_ALIVE))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    def at_most(self, seconds: float) -> float:
        """Real seconds for what the application is asked: at the fast pace, where the call waits for it, a mere bound."""
        return max(seconds, REAL_SECONDS) if self.is_fast else seconds

    async def close(self) -> None:
        """End everything, at once; nobody is told."""
        self.feed.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.http.close()

    @property
    def log(self) -> list[Hook]:
        """All hooks, in the order in which they were sent."""
        return self.postman.log

    async def call(self, from_: str, to: str = "", *, name: str = "", hidden: bool = False) -> Phone:
        """Somebody calls; the application is asked what to do with it."""
        phone = Phone(self, from_, name=name)
        self.callers.append(phone)
        call = Call(self, driven=True)
        number = "anonymous" if hidden else from_
        leg = Leg(call, phone, direction="inbound", from_=number, to=to or self.settings.numbers[0])
        phone.legs.append(leg)
        self.spawn(call.timeline.run())
        self.spawn(self._conduct(leg))
        phone.changed(leg)
        return phone

    def callee(self, address: str) -> Phone:
        """The telephone of an operator (``user:name``), a SIP address or a number; it rings by hand until it is given a script."""
        key = key_of(address)
        if key not in self.phones:
            self.phones[key] = Phone(self, address)
        return self.phones[key]

    def phone_at(self, address: str) -> Phone | None:
        """The telephone of the page: a caller's by the newest call, else a callee's."""
        caller = next((phone for phone in reversed(self.callers) if phone.address == address and not phone.ended), None)
        return caller or self.phones.get(key_of(address))

    def phone_of(self, target: Json) -> Phone:
        """The telephone of a dial target."""
        return self.callee(address_of(target))

    async def dial(self, order: Json) -> Leg:
        """Place a call for the application (createCall)."""
        phone = self.phone_of(order["to"])
        call = Call(self, driven=False)
        leg = Leg(call, phone, direction="outbound", from_=str(order["from"]), to=dialled(order["to"]))
        leg.tag = order.get("tag")
        self.spawn(call.timeline.run())
        self.spawn(self._conduct_outgoing(leg, order))
        return leg

    async def _conduct(self, leg: Leg) -> None:
        try:
            verbs = await self._application(leg, sip.told_inbound(leg, self.settings))
            if verbs is not None:
                if not leg.is_over:
                    self.postman.tell(leg.call, leg.told())
                await Session(self, leg).run(verbs)
        finally:
            await leg.call.over()

    async def _application(self, leg: Leg, body: Json) -> list[Json] | None:
        """What to do with a new call; without an answer that counts it is refused, and nobody is told of it."""
        try:
            verbs = checked(await self.postman.ask(leg.call, "call", self.settings.call_hook, body) or [])
            if not verbs:
                raise BadVerbs("no application provided")
        except (HookFailed, BadVerbs) as failed:
            reason = failed.reason if isinstance(failed, HookFailed) else str(failed)
            self.problem(f"call refused: {reason}")
            leg.phone.refused(REFUSED, reason)
            leg.end("jambonz", told=leg.answered_at is not None, sip_status=REFUSED)
            return None
        return verbs

    async def _conduct_outgoing(self, leg: Leg, order: Json) -> None:
        try:
            leg.become("trying", 100)
            leg.phone.ring(leg, order.get("headers", {}))
            leg.become("ringing", 180, "Trying")
            timer = leg.call.timeline.timer(float(order.get("timeout", 60)))
            await first(timer, leg.answered, leg.over)
            timer.cancel()
            if not leg.answered.done() or leg.answered.result() != 200:
                leg.end("jambonz", sip_status=leg.answered.result() if leg.answered.done() else None)
                return
            leg.become("in-progress", 200)
            verbs = await self._application(leg, leg.told() | sip.defaults(self.settings, label=True))
            if verbs is not None:
                session = Session(self, leg)
                if order.get("amd"):
                    self.spawn(amd.detect(self, leg, order["amd"]))
                if order.get("timeLimit"):
                    self.spawn(self._limit(leg, float(order["timeLimit"])))
                await session.run(verbs)
        finally:
            await leg.call.over()

    async def _limit(self, leg: Leg, seconds: float) -> None:
        await leg.call.timeline.sleep(seconds)
        leg.end("jambonz")

    def queue(self, name: str) -> list[Waiting]:
        """Who waits there, in order."""
        return self.queues.setdefault(name, [])

    def problem(self, words: str) -> None:
        """Note what the real server would only write into its log."""
        self.problems.append(words)
        self.publish("problem", {"words": words})

    def publish(self, kind: str, body: Json) -> None:
        """Tell the page."""
        self.feed.publish(kind, body)

    def keep_clip(self, clip: Samples) -> int:
        """Keep a sound for the page; its number."""
        self._last_clip += 1
        self.clips[self._last_clip] = clip
        self.clips.pop(self._last_clip - KEPT_CLIPS, None)
        return self._last_clip

    def phone_view(self, phone: Phone) -> Json:
        """A telephone for the page."""
        leg = phone.leg
        state = "idle"
        if leg is not None and not leg.is_over:
            waits = "ringing" if leg.direction == "outbound" else "calling"
            state = waits if leg.answered_at is None else "talking"
        view: Json = {"phone": phone.address, "name": phone.name, "state": state, "call_sid": leg.sid if leg is not None else ""}
        if leg is not None:
            view |= {"from": leg.from_, "to": leg.to, "direction": leg.direction, "asking": leg.asking > 0}
        return view | {"refusal": list(phone.refusal) if phone.refusal is not None else None}

    def spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Let work go on beside; it ends with the exchange, and what it lets fall is noted."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("work failed", exc_info=error)
            self.problem(f"defect of the exchange: {error!r}")
