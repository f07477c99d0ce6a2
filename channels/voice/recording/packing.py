"""What happens to a recording after the call: it is packed, and the journal is told."""

import asyncio
from collections import Counter
from contextlib import closing
from dataclasses import replace
from threading import Event

from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.options import RecorderOptions
from channels.voice.recording.recorder import Recorder
from channels.voice.recording.room import Room
from channels.voice.recording.shelf import OPUS, WAV, Shelf
from channels.voice.recording.sound import NotPacked, Sound, SoundError, pack, read_back
from channels.voice.recording.streams import Source, Target
from channels.voice.recording.telling import Telling
from channels.voice.recording.wave import HEADER_BYTES, Shape, header
from core.logs import log
from core.phone.recordings import RecordingFacts
from core.phone.vocabulary import RecordingState
from core.sealing.envelope import CannotUnseal

NO_SOUND, UNREADABLE = "no_sound", "unreadable"
LONGEST_PAUSE = 3600.0


class Packing:
    """One recording at a time, in a thread: calls that go on have the processor first."""

    def __init__(self, options: RecorderOptions, shelf: Shelf, recorder: Recorder, room: Room, telling: Telling) -> None:
        self._options = options
        self._shelf = shelf
        self._recorder = recorder
        self._room = room
        self._telling = telling
        self._due: asyncio.Queue[str] = asyncio.Queue()
        self._stopping = Event()

    def later(self, key: str) -> None:
        """A recording was kept: pack it when its socket had time to come back."""
        asyncio.get_running_loop().call_later(self._options.settle_seconds, self._due.put_nowait, key)

    def stop(self) -> None:
        """The thread at work stops soon; what it was making is made after the next start."""
        self._stopping.set()

    async def pack_on(self) -> None:
        """Pack for ever; what could not be packed is tried again, after longer and longer pauses."""
        tries: Counter[str] = Counter()
        while True:
            name = await self._due.get()
            key = RecordingKey.parse(name)
            if (facts := await self._recorder.claim(key)) is None:
                continue
            try:
                await self._pack(key, facts)
                del tries[name]
            except (NotPacked, OSError, MemoryError) as error:
                log.error("recording.unpacked", recording=name, error=type(error).__name__)
                pause = min(LONGEST_PAUSE, self._options.retry_seconds * 2 ** tries[name])
                tries[name] += 1
                asyncio.get_running_loop().call_later(pause, self._due.put_nowait, name)
            finally:
                self._recorder.release(key)

    async def _pack(self, key: RecordingKey, facts: RecordingFacts) -> None:
        """The WAV goes only when the packed file was read back and its label is on the disk."""
        try:
            if not facts.seconds:
                raise SoundError(NO_SOUND)
            sound = await asyncio.to_thread(self._make, key, facts)
        except SoundError as error:
            problem = NO_SOUND if not facts.seconds else UNREADABLE
            log.error("recording.broken", recording=str(key), problem=problem, error=str(error))
            await self._telling.keep(replace(facts, state=RecordingState.BROKEN, problem=facts.problem or problem))
            return
        if not await self._telling.keep(_packed(facts, sound, self._shelf.name(key, OPUS))):
            raise NotPacked("its label was not written")
        self._room.count(sound.size - facts.size)
        await asyncio.to_thread(self._shelf.remove, key, WAV)
        log.info("recording.packed", recording=str(key), seconds=sound.seconds, size=sound.size)

    def _make(self, key: RecordingKey, facts: RecordingFacts) -> Sound:
        """The packed file is there when it was read back; else nothing is left behind."""
        try:
            wav = self._shelf.sound(facts)
        except CannotUnseal as shut:
            raise SoundError(UNREADABLE) from shut
        head = header(Shape(rate=facts.rate, channels=facts.channels), facts.size - HEADER_BYTES)
        with closing(wav), self._shelf.making(key, OPUS) as opus:
            sound = pack(Source(wav, facts.size, head), Target(opus), self._stopping)
            with closing(opus.so_far()) as made:
                read_back(Source(made, made.size), sound.seconds)
        return sound


def _packed(facts: RecordingFacts, sound: Sound, file_name: str) -> RecordingFacts:
    return replace(
        facts,
        state=RecordingState.PACKED,
        file_name=file_name,
        size=sound.size,
        seconds=sound.seconds,
        peaks=sound.peaks,
        silences=sound.silences,
    )
