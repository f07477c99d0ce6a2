"""People who call the centre while its processes die: what each does, and how it went for them."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import yaml

from channels.voice.lines import read_lines
from channels.voice.spoken.speaking import speak
from channels.voice.texts import phrase
from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.hooks import Hook
from sandbox.jambonz.phone import Phone

DISPATCH = "+7 (8672) 00-01-12"
OPERATORS = 4
LISTENING = 45.0
"""Seconds without a question after which a caller takes the line for dead."""
TALK = (2.0, 6.0)
BETWEEN_CALLS = 3.0
"""Seconds at most; also before somebody calls again who was not put through."""
WORDS = yaml.safe_load((Path(__file__).parent / "data" / "caller_words.yaml").read_text(encoding="utf-8"))
"""What callers say: ``name`` and ``question``."""
HTTP_OK = 200


@dataclass(eq=False)
class Caller:
    """One caller. ``stuck``: nobody asked them anything any more; ``talked``: somebody was at the other end."""

    phone: Phone
    chance: random.Random
    plan: str
    hooks: Sequence[Hook]
    stuck: bool = False
    talked: bool = False

    @property
    def was_kept(self) -> bool:
        """Whether they were told that their message is kept."""
        return _heard(self.phone, speak(phrase("message.sent")))

    @property
    def heard_apology(self) -> bool:
        """Whether they came to the last resort."""
        return _heard(self.phone, speak(read_lines().trouble))

    @property
    def talk_was_told(self) -> bool:
        """Whether they talked and any of our hooks that say so was answered; the others fell on a process that was away."""
        sids = {leg.sid for leg in self.phone.legs[0].call.legs}
        answered = [hook for hook in self.hooks if hook.call_sid in sids and hook.status == HTTP_OK]
        return self.talked and any(map(self._tells_of_talk, answered))

    def _tells_of_talk(self, hook: Hook) -> bool:
        """Of an operator, who takes a call by the key, the end of the dialling tells it only while the caller is still there."""
        body, status = hook.body, hook.body.get("call_status")
        is_done = body.get("dial_call_status") == "completed"
        if self.plan == "operator":
            return hook.path.endswith("/confirmed") or (is_done and status == "in-progress")
        return is_done or ("parent_call_sid" in body and status == "in-progress")

    @property
    def refused(self) -> bool:
        """Whether the call was never taken."""
        return self.phone.refusal is not None

    @property
    def dropped(self) -> bool:
        """Whether the exchange had nothing left to do: no farewell, no last resort."""
        leg = self.phone.legs[0]
        return leg.ended_by == "jambonz" and leg.session is not None and leg.session.doing != "hangup"

    async def asked(self) -> None:
        """Wait to be asked, think."""
        try:
            await self.phone.is_asked(timeout=LISTENING)
        except AssertionError:
            self.stuck = not self.phone.ended
            raise
        await self.phone.waits(self.chance.uniform(0.3, 1.5))

    async def keys(self, *pressed: str) -> None:
        """A key for each question."""
        for key in pressed:
            await self.asked()
            await self.phone.press(key)
            await self.phone.waits(0.5)

    async def part(self, words: str) -> None:
        """A part of a message."""
        await self.asked()
        await self.phone.say(words)
        await self.keys("#")

    async def talk(self) -> None:
        """Wait for somebody, and talk."""
        await self.phone.is_connected(timeout=LISTENING)
        self.talked = True
        await self.phone.waits(self.chance.uniform(*TALK))


async def _menu(caller: Caller) -> None:
    await caller.keys("1", "*", "1", "*", "1")
    await caller.asked()


async def _news(caller: Caller) -> None:
    await caller.keys("2", "1", "*")
    await caller.asked()


async def _question(caller: Caller) -> None:
    await caller.keys("3", "1", "1", "1", "1")
    await caller.asked()


async def _message(caller: Caller) -> None:
    await caller.keys("5")
    await caller.part(WORDS["name"])
    await caller.keys("1")
    await caller.part(WORDS["question"])
    await caller.keys("1")
    await caller.asked()


async def _dispatch(caller: Caller) -> None:
    await caller.keys("4")
    await caller.talk()


async def _operator(caller: Caller) -> None:
    await caller.keys("6")
    await caller.talk()


PLANS: dict[str, Callable[[Caller], Awaitable[None]]] = {
    "menu": _menu,
    "news": _news,
    "question": _question,
    "message": _message,
    "dispatch": _dispatch,
    "operator": _operator,
}


@dataclass
class Town:
    """``at_once`` callers at any time, the next one when one has hung up, each with the next plan."""

    exchange: Exchange
    chance: random.Random
    callers: list[Caller] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: "count[int]" = field(default_factory=count)

    def open_telephones(self, logins: Sequence[str]) -> None:
        """Operators who take calls by the key, and a dispatcher who answers."""
        for login in logins:
            self.exchange.callee(f"user:{login}").answers(after=1.0).presses("1")
        self.exchange.callee(DISPATCH).answers(after=1.0)

    async def call_on(self, at_once: int) -> None:
        """Until ``stopping``; then the calls that go on are brought to their ends."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(at_once):
                tasks.create_task(self._call_one_after_another())

    async def hang_up_all(self) -> None:
        """Everybody at once."""
        for caller in self.callers:
            if not caller.phone.ended:
                await caller.phone.hang_up()

    async def _call_one_after_another(self) -> None:
        while not self.stopping.is_set():
            await asyncio.sleep(self.chance.uniform(0, BETWEEN_CALLS))
            number = next(self._numbers)
            plan = list(PLANS)[number % len(PLANS)]
            phone = await self.exchange.call(f"+7900{number:07d}")
            caller = Caller(phone, self.chance, plan, self.exchange.log)
            self.callers.append(caller)
            with suppress(AssertionError):  # the call ended before the plan did
                await PLANS[plan](caller)
            await phone.hang_up()
            with suppress(AssertionError):  # the exchange is still telling; the judge looks later
                await phone.ends(timeout=LISTENING)


def _heard(phone: Phone, words: str) -> bool:
    return any(words in heard for heard in phone.heard)
