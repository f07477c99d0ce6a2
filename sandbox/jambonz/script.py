"""What the one at a called telephone will do, as a list of deeds."""

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sandbox.jambonz.leg import Leg
from sandbox.jambonz.sound import beep

if TYPE_CHECKING:
    from sandbox.jambonz.phone import Phone

THINKING = 0.3
"""Seconds between a question and its answer by key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """``after``: seconds since the deed before; None: when somebody listens."""

    kind: str
    words: str = ""
    after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """``greeting``: of an answering machine, None when a person answers."""

    deeds: tuple[Deed, ...] = ()
    greeting: str | None = None

    def then(self, kind: str, words: str = "", *, after: float | None) -> "Script":
        """One more deed."""
        return replace(self, deeds=(*self.deeds, Deed(kind=kind, words=words, after=after)))


async def perform(script: Script, phone: "Phone", leg: Leg) -> None:
    """Do it all with one leg, until that ends."""
    for deed in script.deeds:
        if deed.after is None:
            while leg.asking == 0 and not leg.is_over:
                await phone.wait()
        await leg.call.timeline.sleep(THINKING if deed.after is None else deed.after)
        if leg.is_over:
            return
        await _do(deed, phone, leg)


async def _do(deed: Deed, phone: "Phone", leg: Leg) -> None:
    if deed.kind == "answer":
        leg.pick_up()
        while leg.answered_at is None and not leg.is_over:
            await phone.wait()
    elif deed.kind == "refuse":
        leg.refuse(int(deed.words))
    elif deed.kind == "press":
        for digit in deed.words:
            leg.press(digit)
    elif deed.kind == "beep":
        leg.speak(beep())
    elif deed.kind == "hang_up":
        leg.end("caller")
    elif deed.kind == "say":
        await _say(deed.words, phone, leg)


async def _say(text: str, phone: "Phone", leg: Leg) -> None:
    sound = await phone.voice.person(text)
    leg.speak(sound)
    if leg.peer is not None:
        leg.peer.phone.hear(text, kind="person", clip=None, leg=leg.peer)
    await asyncio.wait({leg.call.timeline.timer(len(sound) / 8000), leg.over}, return_when=asyncio.FIRST_COMPLETED)
