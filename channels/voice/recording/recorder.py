"""Opens, continues and closes recordings. A socket that comes back goes on in its recording, with silence for its absence.

No sound waits for a label, which is written when the disk has it for certain: a busy disk takes its time for that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakValueDictionary

from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.options import RecorderOptions
from channels.voice.recording.room import Room
from channels.voice.recording.scribe import Scribe
from channels.voice.recording.shelf import CUT, Shelf, ended
from channels.voice.recording.tape import Tape
from channels.voice.recording.telling import Telling
from channels.voice.recording.wave import Shape
from core.clock import Clock
from core.logs import log
from core.phone.recordings import KeyPressed, RecordingFacts
from core.phone.vocabulary import RecordingState

NO_ROOM = "no_room"
UNNOTICED_SECONDS = 0.2
"""A shorter absence is the trembling of the clock, not a gap."""


@dataclass(slots=True, kw_only=True, eq=False)
class Holding:
    """A socket's hold on a tape. ``give_way`` asks the socket to go when another took its place; then ``is_current`` is false.

    ``labelled``: the facts that its label was last given.
    """

    key: RecordingKey
    tape: Tape
    facts: RecordingFacts
    give_way: Callable[[], Awaitable[None]]
    is_current: bool = True
    labelled: RecordingFacts | None = None


class Recorder:
    """``on_kept`` is told of each recording that waits to be packed."""

    def __init__(
        self, options: RecorderOptions, clock: Clock, shelf: Shelf, scribe: Scribe, *, room: Room, telling: Telling
    ) -> None:
        self._options = options
        self._clock = clock
        self._shelf = shelf
        self._scribe = scribe
        self._room = room
        self._telling = telling
        self._held: dict[str, Holding] = {}
        self._packing: set[str] = set()
        self._unlabelled: asyncio.Queue[Holding] = asyncio.Queue()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.on_kept: Callable[[str], None] = lambda _: None

    @property
    def open_count(self) -> int:
        """How many recordings are open."""
        return len(self._held)

    def tape_of(self, key: RecordingKey) -> Tape | None:
        """The tape of an open recording."""
        held = self._held.get(str(key))
        return held.tape if held else None

    async def refuse(self, key: RecordingKey) -> None:
        """There was no room; the journal says so. Sound from before is kept."""
        log.error("recording.refused", recording=str(key), used=self._room.used, free=self._room.free)
        async with self._changing(key):
            if str(key) in self._held:
                return
            label = await asyncio.to_thread(self._shelf.label, key)
            if label is None:
                now = self._clock.now()
                refused = replace(self._shelf.lost(key), state=RecordingState.REFUSED, started_at=now, ended_at=now)
                await self._telling.keep(replace(refused, problem=NO_ROOM))
            elif label.facts.state is RecordingState.KEPT:
                await self._telling.keep(replace(label.facts, problem=NO_ROOM))

    async def open(self, key: RecordingKey, shape: Shape, give_way: Callable[[], Awaitable[None]]) -> Holding:
        """Begin a recording, or go on with the one of this key. Raises OSError when its file cannot be made."""
        async with self._changing(key):
            if (before := self._held.pop(str(key), None)) is not None:
                await self._step_aside(before)
            found, facts, tape = await self._scribe.at_once(self._begin, key, shape)
            if facts.state is RecordingState.KEPT:
                self._room.count(-facts.size)
                self._leave_gap(tape, facts)
            facts = replace(facts, state=RecordingState.OPEN, ended_at=None)
            holding = Holding(key=found, tape=tape, facts=facts, give_way=give_way)
            self._held[str(found)] = holding
            self._scribe.add(tape)
            self._unlabelled.put_nowait(holding)
        log.info("recording.opened", recording=str(found))
        return holding

    def take(self, holding: Holding, sound: bytes) -> bool:
        """More sound of a call; False when the recording is as long as one may be. Raises OSError when the disk takes no more."""
        if not holding.is_current:
            return False
        self._scribe.take(holding.tape, sound)
        return holding.tape.size < self._options.longest_seconds * holding.tape.shape.second_bytes

    def press(self, holding: Holding, key: str) -> None:
        """A key was pressed."""
        if holding.is_current:
            pressed = (*holding.facts.pressed, KeyPressed(key=key, at=self._clock.now()))
            holding.facts = replace(holding.facts, pressed=pressed)
            self._unlabelled.put_nowait(holding)

    async def label_on(self) -> None:
        """Write the labels of open recordings for ever, each as it then stands. Of keys the journal learns at the end."""
        while True:
            holding = await self._unlabelled.get()
            if holding.is_current and holding.labelled is not holding.facts:
                write = self._telling.write if holding.labelled else self._telling.keep
                holding.labelled = holding.facts
                await write(holding.labelled)

    async def close(self, holding: Holding, problem: str = "") -> None:
        """The socket is gone. No effect when another holds the recording by now."""
        async with self._changing(holding.key):
            if holding.is_current:
                await self._close(holding, problem)

    async def close_all(self) -> None:
        """The recorder stops: every recording is kept as far as it came."""
        for holding in list(self._held.values()):
            await self.close(holding, CUT)

    async def claim(self, key: RecordingKey) -> RecordingFacts | None:
        """What is to be packed, which nobody may reopen until ``release``; None when there is nothing to pack."""
        async with self._changing(key):
            label = await asyncio.to_thread(self._shelf.label, key)
            busy = str(key) in self._held or str(key) in self._packing
            if label is None or busy or label.facts.state is not RecordingState.KEPT:
                return None
            self._packing.add(str(key))
            return label.facts

    def release(self, key: RecordingKey) -> None:
        """The packing ended, well or not."""
        self._packing.discard(str(key))

    def _changing(self, key: RecordingKey) -> asyncio.Lock:
        """Held while the recordings of one thing change; those of others do not wait."""
        return self._locks.setdefault(str(key.first), asyncio.Lock())

    async def _step_aside(self, holding: Holding) -> None:
        """Its socket may be half dead: it is told to go, not waited for."""
        log.warning("recording.taken_over", recording=str(holding.key))
        await self._close(holding, "")
        await holding.give_way()

    async def _close(self, holding: Holding, problem: str) -> None:
        holding.is_current = False
        self._held.pop(str(holding.key), None)
        try:
            size = await self._scribe.close(holding.tape)
        except OSError as error:
            log.error("recording.unfinished", recording=str(holding.key), error=error.strerror)
            size, problem = holding.tape.written, "disk"
        facts = ended(holding.facts, size, self._clock.now(), problem or holding.facts.problem)
        self._room.count(facts.size)
        await self._telling.keep(facts)
        log.info("recording.kept", recording=facts.key, seconds=facts.seconds, problem=facts.problem)
        self.on_kept(facts.key)

    def _begin(self, key: RecordingKey, shape: Shape) -> tuple[RecordingKey, RecordingFacts, Tape]:
        found, facts = self._place_for(key, shape)
        return found, facts, self._shelf.tape(found, shape)

    def _place_for(self, key: RecordingKey, shape: Shape) -> tuple[RecordingKey, RecordingFacts]:
        """The recording to go on with, or the first free key for a new one."""
        while True:
            if str(key) not in self._held:
                label = self._shelf.label(key)
                if label is None or label.facts.state in (RecordingState.REFUSED, RecordingState.DELETED):
                    return key, self._shelf.facts(key, shape, self._clock.now())
                if self._may_go_on(label.facts, shape):
                    return key, label.facts
            key = key.once_more()

    def _may_go_on(self, facts: RecordingFacts, shape: Shape) -> bool:
        same = (facts.rate, facts.channels) == (shape.rate, shape.channels)
        if facts.state is not RecordingState.KEPT or not same or facts.key in self._packing:
            return False
        return self._absence(facts) <= self._options.longest_gap_seconds

    def _absence(self, facts: RecordingFacts) -> float:
        """Seconds between the end of the sound, had it come without a break, and now."""
        since: datetime = facts.started_at or self._clock.now()
        return (self._clock.now() - since).total_seconds() - facts.seconds

    def _leave_gap(self, tape: Tape, facts: RecordingFacts) -> None:
        absence = self._absence(facts)
        if absence > UNNOTICED_SECONDS:
            tape.leave_gap(int(absence * facts.rate))
            log.info("recording.continued", recording=facts.key, gap=round(absence, 1))
