"""A telephone and the person at it: one who calls, or one who is called, by script or by hand."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.jambonz.leg import BUSY, DECLINED, Leg
from sandbox.jambonz.recognising import Recogniser
from sandbox.jambonz.script import Script, perform
from sandbox.jambonz.sound import LETTERS_A_SECOND, Samples
from sandbox.jambonz.waiting import REAL_SECONDS, is_settled, until
from sandbox.telegram.feed import Signal

if TYPE_CHECKING:
    from sandbox.jambonz.exchange import Exchange
    from sandbox.jambonz.voice import Voice

Json = dict[str, Any]
BETWEEN_KEYS = 0.2
"""Seconds between two keys of a person."""
AFTER_SPEECH = 0.6
"""Seconds of silence after which a recogniser takes an utterance for ended."""
ENDPOINT_SECONDS = 0.6
RECOGNISER_SECONDS = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What was heard. ``kind``: prompt, sound or person; ``at``: seconds since the call began; ``clip``: its sound, 0 when none."""

    number: int
    text: str
    kind: str
    at: float
    call_sid: str
    clip: int = 0


class Phone:
    """``heard``: captions of everything heard, in order; ``refusal``: why a call was not put through (SIP status and X-Reason)."""

    def __init__(self, exchange: "Exchange", address: str, *, name: str = "") -> None:
        self._exchange = exchange
        self.address, self.name = address, name
        self.captions: list[Caption] = []
        self.legs: list[Leg] = []
        self.headers: list[Json] = []
        self.refusal: tuple[int, str] | None = None
        self._script: Script | None = None
        self._signal = Signal()
        self._heard_to = 0

    @property
    def heard(self) -> list[str]:
        """Everything heard."""
        return [caption.text for caption in self.captions]

    @property
    def leg(self) -> Leg | None:
        """The newest leg of this telephone, over or not."""
        return self.legs[-1] if self.legs else None

    @property
    def ended(self) -> bool:
        """Whether there is no call any more."""
        return all(leg.is_over for leg in self.legs)

    @property
    def voice(self) -> "Voice":
        """Where sound comes from."""
        return self._exchange.voice

    # What the person does.

    async def press(self, digits: str) -> None:
        """Press keys, as a person would, one after another."""
        leg = self._live()
        self._heard_to = len(self.captions)
        for place, digit in enumerate(digits):
            if place:
                await self.waits(BETWEEN_KEYS)
            leg.press(digit)

    async def say(self, text: str, *, sound: Samples | None = None, confidence: float = 0.93) -> None:
        """Speak: as sound into the line, and, without a recogniser's socket, understood word for word."""
        leg = self._live()
        self._heard_to = len(self.captions)
        if sound is None:
            with leg.call.timeline.busy():
                sound = await self._exchange.voice.person(text)
        leg.speak(sound)
        if leg.peer is not None:
            leg.peer.phone.hear(text, kind="person", clip=None, leg=leg.peer)
        with self._exchange.pace.waiting(leg.call.timeline):
            for word in text.split():
                await leg.call.timeline.sleep(len(word) / LETTERS_A_SECOND)
                leg.tell_listeners(lambda listener, word=word: listener.word(word))  # type: ignore[misc]  # bound for this turn
            await leg.call.timeline.sleep(max(0.0, len(sound) / 8000 - len(text) / LETTERS_A_SECOND) + AFTER_SPEECH)
            leg.tell_listeners(lambda listener: listener.spoken(confidence))
            if self._exchange.is_fast:
                await self._recognised(leg)

    def voices(self, sound: Samples) -> None:
        """Sound of a microphone, as it comes."""
        for leg in self.legs:
            if not leg.is_over:
                leg.speak(sound)

    async def _recognised(self, leg: Leg) -> None:
        """A recogniser at its socket needs silence, and real time: the call's stands still meanwhile."""
        listening = [sink for sink in leg.sinks if isinstance(sink, Recogniser)]
        if listening:
            await leg.call.timeline.sleep(ENDPOINT_SECONDS)
            with leg.call.timeline.busy():
                await asyncio.wait([sink.final for sink in listening], timeout=RECOGNISER_SECONDS)

    async def hang_up(self) -> None:
        """Put the receiver down: a ringing call is declined, a placed one cancelled."""
        for leg in [leg for leg in self.legs if not leg.is_over]:
            if leg.answered_at is None and leg.direction == "outbound":
                leg.refuse(DECLINED)
            else:
                leg.end("caller")

    async def answer(self) -> None:
        """Answer the call that rings."""
        leg = self._live()
        leg.pick_up()
        await self._until(lambda: leg.answered_at is not None or leg.is_over, "the connection", 30)

    async def decline(self) -> None:
        """Do not want the call that rings."""
        self._live().refuse(DECLINED)

    # What the person waits for.

    async def hears(self, text: str, timeout: float = 120) -> str:
        """Wait until something with these words is heard; only what followed the last deed or the last match counts.

        ``timeout``: seconds of the call's time. Raises AssertionError with what was heard instead.
        """
        await self._until(lambda: self._match(text) is not None, f"{text!r}; heard {self.heard[self._heard_to :]}", timeout)
        place = self._match(text)
        if place is None:
            raise AssertionError(text)
        self._heard_to = place + 1
        return self.captions[place].text

    async def is_asked(self, timeout: float = 120) -> None:
        """Wait until somebody listens: a gather, or a recording."""
        await self._until(lambda: self.leg is not None and self.leg.asking > 0, "a question", timeout)

    async def rings(self, timeout: float = 120) -> None:
        """Wait until this telephone rings."""
        await self._until(self._is_ringing, "a ring", timeout)

    async def is_connected(self, timeout: float = 120) -> None:
        """Wait until there is somebody at the other end."""
        await self._until(lambda: self.leg is not None and self.leg.peer is not None, "a connection", timeout)

    async def ends(self, timeout: float = 600) -> None:
        """Wait until the call is over and the application was told."""
        await self._until(lambda: bool(self.legs) and all(is_settled(leg) for leg in self.legs), "the end", timeout)

    async def waits(self, seconds: float) -> None:
        """Let time pass."""
        timeline = self._live().call.timeline
        with self._exchange.pace.waiting(timeline):
            await asyncio.wait_for(timeline.sleep(seconds), REAL_SECONDS + seconds)

    # What the one at a called telephone will do.

    def script(self, script: Script) -> "Phone":
        """From now on each call here goes so."""
        self._script = script
        return self

    def answers(self, after: float = 0.5) -> "Phone":
        """Answers after so many seconds; further deeds may follow."""
        return self.script(Script().then("answer", after=after))

    def presses(self, digits: str, after: float | None = None) -> "Phone":
        """Then presses keys: when asked, or after so many seconds."""
        return self.script(self._scripted().then("press", digits, after=after))

    def says(self, text: str, after: float = 0.3) -> "Phone":
        """Then speaks."""
        return self.script(self._scripted().then("say", text, after=after))

    def hangs_up(self, after: float = 1.0) -> "Phone":
        """Then hangs up."""
        return self.script(self._scripted().then("hang_up", after=after))

    def busy(self, after: float = 0.3) -> "Phone":
        """Is engaged."""
        return self.script(Script().then("refuse", str(BUSY), after=after))

    def declines(self, after: float = 1.0) -> "Phone":
        """Presses the red button."""
        return self.script(Script().then("refuse", str(DECLINED), after=after))

    def fails(self, sip_status: int = 503, after: float = 0.1) -> "Phone":
        """The line is out of order."""
        return self.script(Script().then("refuse", str(sip_status), after=after))

    def silent(self) -> "Phone":
        """Rings, and nobody comes."""
        return self.script(Script())

    def machine(self, greeting: str, after: float = 1.0) -> "Phone":
        """An answering machine: it answers, speaks, beeps, and listens until it is full."""
        machine = Script(greeting=greeting).then("answer", after=after).then("say", greeting, after=0.3)
        return self.script(machine.then("beep", after=0.5).then("hang_up", after=60.0))

    def by_hand(self) -> "Phone":
        """Rings until a person, or a test, does something."""
        self._script = None
        return self

    # What the exchange tells it.

    def ring(self, leg: Leg, headers: Json) -> None:
        """A call comes."""
        engaged = any(not other.is_over for other in self.legs)
        self.legs.append(leg)
        self.headers.append(headers)
        if self._script is not None:
            self._exchange.spawn(perform(self._script, self, leg))
        elif engaged:
            leg.refuse(BUSY)
        self.changed(leg)

    def hear(self, text: str, *, kind: str, clip: Samples | None, leg: Leg) -> None:
        """Something begins to be heard."""
        number = self._exchange.keep_clip(clip) if clip is not None else 0
        caption = Caption(
            number=len(self.captions) + 1, text=text, kind=kind, at=leg.call.timeline.now, call_sid=leg.sid, clip=number
        )
        self.captions.append(caption)
        body = {"number": caption.number, "text": text, "kind": kind, "at": caption.at, "clip": number}
        self._exchange.publish("caption", {"phone": self.address, "call_sid": leg.sid, **body})
        self._signal.fire()

    def hushed(self, leg: Leg) -> None:
        """What was heard is over, or was cut."""
        self._exchange.publish("hush", {"phone": self.address, "call_sid": leg.sid, "at": leg.call.timeline.now})

    def changed(self, leg: Leg) -> None:
        """A leg of this telephone has a new status, or is asked something."""
        self._exchange.publish("phone", self._exchange.phone_view(self))
        self._signal.fire()

    def renamed(self, name: str) -> None:
        """Whose telephone it is."""
        self.name = name
        self._exchange.publish("phone", self._exchange.phone_view(self))

    def connected(self, leg: Leg, other: Leg) -> None:
        """Two can talk."""
        for one in (leg, other):
            one.phone.changed(one)

    def refused(self, status: int, reason: str) -> None:
        """The call was not put through."""
        self.refusal = (status, reason)
        self._signal.fire()

    async def wait(self) -> None:
        """Until something changes here."""
        await self._signal.wait(None)

    @property
    def machine_greeting(self) -> str | None:
        """What an answering machine says; None when a person answers."""
        return self._script.greeting if self._script is not None else None

    def _scripted(self) -> Script:
        return self._script or Script()

    def _is_ringing(self) -> bool:
        return self.leg is not None and not self.leg.is_over and self.leg.answered_at is None

    def _match(self, text: str) -> int | None:
        return next((place for place in range(self._heard_to, len(self.captions)) if text in self.captions[place].text), None)

    def _live(self) -> Leg:
        for leg in reversed(self.legs):
            if not leg.is_over:
                return leg
        raise AssertionError(f"{self.address}: there is no call; refused: {self.refusal}, heard: {self.heard}")

    async def _until(self, condition: Callable[[], bool], what: str, timeout: float) -> None:
        try:
            await until(self._exchange, self._signal, self.leg, condition, timeout)
        except TimeoutError as late:
            problems = self._exchange.problems[-3:]
            raise AssertionError(
                f"{self.address} waited in vain for {what}; ended: {self.ended}, {self.refusal}; {problems}"
            ) from late
