"""Old recordings are deleted after so many days, and never silently."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.options import RecorderOptions
from channels.voice.recording.room import Room
from channels.voice.recording.shelf import OPUS, WAV, Shelf
from channels.voice.recording.telling import Telling
from core.clock import Clock
from core.logs import log
from core.phone.recordings import RecordingFacts
from core.phone.vocabulary import RecordingState

IN_TIME = (RecordingState.PACKED, RecordingState.BROKEN)
"""A recording that is only kept is still to be packed, whatever its age."""


class Deleting:
    """Looks through the labels at the start and every few hours."""

    def __init__(self, options: RecorderOptions, clock: Clock, shelf: Shelf, room: Room, telling: Telling) -> None:
        self._options = options
        self._clock = clock
        self._shelf = shelf
        self._room = room
        self._telling = telling

    async def delete_on(self) -> None:
        """Delete for ever; nothing when recordings are kept for ever."""
        while self._options.keep_days is not None:
            await self.delete_older(self._clock.now() - timedelta(days=self._options.keep_days))
            await asyncio.sleep(self._options.delete_every_seconds)

    async def delete_older(self, moment: datetime) -> None:
        """Delete what ended before this moment: the sound first, then the office is told."""
        for facts in await asyncio.to_thread(self._older, moment):
            try:
                await asyncio.to_thread(self._shelf.remove, RecordingKey.parse(facts.key), OPUS, WAV)
            except OSError as error:
                log.error("recording.undeleted", recording=facts.key, error=error.strerror)
                continue
            self._room.count(-facts.size)
            await self._telling.keep(replace(facts, state=RecordingState.DELETED, file_name="", size=0, peaks=(), silences=()))
            log.info("recording.deleted", recording=facts.key)

    def _older(self, moment: datetime) -> list[RecordingFacts]:
        facts = (label.facts for label in self._shelf.labels())
        return [one for one in facts if one.state in IN_TIME and one.ended_at is not None and one.ended_at < moment]
