"""The carrying out of an application on one leg: verb after verb, until it is replaced, ends, or the leg hangs up."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sandbox.jambonz.checking import BadVerbs, checked
from sandbox.jambonz.hooks import HookFailed
from sandbox.jambonz.leg import DECLINED, Leg
from sandbox.jambonz.sound import Samples
from sandbox.jambonz.taps import Tap

if TYPE_CHECKING:
    from sandbox.jambonz.exchange import Exchange

Json = dict[str, Any]
Verb = Callable[["Run", Json], Awaitable[list[Json] | None]]
VERBS: dict[str, Verb] = {}
CONFIRMING = ("config", "gather", "say", "tag")
"""What may replace an application of a confirmHook; the server's list has a slip of the pen where ``play`` should be."""
UNANSWERED = ("tag", "sip:decline", "redirect", "pause", "hangup", "leave", "config", "dial")
"""Verbs that do not answer the call by themselves."""


def verb(name: str) -> Callable[[Verb], Verb]:
    """Register the carrying out of a verb."""

    def register(function: Verb) -> Verb:
        VERBS[name] = function
        return function

    return register


class Kill(StrEnum):
    """Why a verb must end: the leg is gone, or another application took its place."""

    HUNG_UP = "hung_up"
    REPLACED = "replaced"


class Run:
    """One verb being carried out; ``killed`` is done when it must end."""

    def __init__(self, session: "Session") -> None:
        self.session = session
        self.leg = session.leg
        self.exchange = session.exchange
        self.timeline = session.leg.call.timeline
        self.killed: asyncio.Future[Kill] = asyncio.get_running_loop().create_future()

    def kill(self, why: Kill) -> None:
        """End it."""
        if not self.killed.done():
            self.killed.set_result(why)

    async def sleep(self, seconds: float) -> bool:
        """True when the time has passed, False when the verb was killed."""
        timer = self.timeline.timer(seconds)
        await first(timer, self.killed)
        passed = timer.done()
        timer.cancel()
        return passed and not self.killed.done()

    async def play(self, clip: Samples, *cuts: "asyncio.Future[Any]") -> bool:
        """Let the leg hear it to the end: False when it was killed or cut before."""
        timer = self.timeline.timer(len(clip) / 8000)
        self.leg.ear.play(clip)
        try:
            await first(timer, self.killed, *cuts)
            return timer.done() and not self.killed.done()
        finally:
            timer.cancel()
            self.leg.ear.stop()
            self.leg.phone.hushed(self.leg)

    async def act(self, hook: str | Json | None, extra: Json, kind: str = "action") -> list[Json] | None:
        """Post a verb's hook; the verbs that shall replace the application, or None to go on with the next one."""
        if not hook:
            return None
        verbs = await self.session.asked(kind, hook, self.leg.told() | extra)
        return verbs if verbs and not self.killed.done() else None


class Session:
    """The application of one leg."""

    def __init__(self, exchange: "Exchange", leg: Leg, *, confirming: bool = False) -> None:
        self.exchange, self.leg = exchange, leg
        self.confirming = confirming
        self.declined = False
        self.recognizer: Json = {}
        self.synthesizer: Json = {}
        self.caches_speech = True
        self.recorder: Tap | None = None
        self.current: Run | None = None
        self.doing = ""
        self._next: list[Json] | None = None
        leg.session = self

    async def run(self, verbs: list[Json]) -> None:
        """Carry out verbs until there are none; then the leg hears the end, unless it is only being asked to confirm."""
        left = list(verbs)
        while left and not self.leg.is_over:
            one = left.pop(0)
            replacement = await self._carry_out(one)
            if self._next is not None:
                left, self._next = self._next, None
            elif replacement is not None:
                left = self._allowed(replacement)
        self.current = None
        if not self.confirming:
            self.leg.end("jambonz", sip_status=None if self.leg.answered_at is not None else DECLINED)
            if self.recorder is not None:
                await self.recorder.close()

    async def answer(self) -> None:
        """Answer the caller, if that was not done."""
        if self.leg.status == "trying" and not self.leg.is_over:
            self.leg.become("in-progress", 200)

    async def asked(self, kind: str, hook: str | Json, body: Json) -> list[Json] | None:
        """Post a hook and check the answer; what is wrong with it is told as a status. None: there is nothing to carry out."""
        try:
            answer = await self.exchange.postman.ask(self.leg.call, kind, hook, body)
            return checked(answer) if answer else None
        except (HookFailed, BadVerbs) as failed:
            if not self.leg.is_over:
                reason = failed.reason if isinstance(failed, HookFailed) else str(failed)
                notice = self.leg.told() | {"error": "invalid actionHook response", "reason": reason}
                self.exchange.postman.tell(self.leg.call, notice)
            return None

    def replace(self, verbs: list[Json]) -> None:
        """Another application, at once."""
        self._next = verbs
        if self.current is not None:
            self.current.kill(Kill.REPLACED)

    def hung_up(self) -> None:
        """The leg is gone."""
        if self.current is not None:
            self.current.kill(Kill.HUNG_UP)

    async def _carry_out(self, one: Json) -> list[Json] | None:
        name = one["verb"]
        function = VERBS.get(name)
        if function is None:
            self.exchange.problem(f"{name}: known to the server, but not emulated here")
            return None
        if name not in UNANSWERED:
            await self.answer()
        self.current, self.doing = Run(self), name
        self.exchange.publish("verb", {"call_sid": self.leg.sid, "verb": one})
        return await function(self.current, one)

    def _allowed(self, verbs: list[Json]) -> list[Json]:
        return [one for one in verbs if not self.confirming or one["verb"] in CONFIRMING]


async def first(*futures: "asyncio.Future[Any]") -> None:
    """Until one of them is done."""
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
