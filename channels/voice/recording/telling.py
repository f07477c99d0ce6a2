"""Tells the office what the labels say. While it is away the labels wait; they survive a restart."""

import asyncio

from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.options import RecorderOptions
from channels.voice.recording.ports import RecordingJournal
from channels.voice.recording.shelf import Shelf
from core.errors import Invalid
from core.logs import log
from core.phone.recordings import RecordingFacts


class Telling:
    """``unwritten``: facts that even the disk did not take, told from memory."""

    def __init__(self, options: RecorderOptions, shelf: Shelf, journal: RecordingJournal) -> None:
        self._options = options
        self._shelf = shelf
        self._journal = journal
        self._owed: asyncio.Queue[str] = asyncio.Queue()
        self._unwritten: dict[str, RecordingFacts] = {}
        self._order = asyncio.Lock()

    async def keep(self, facts: RecordingFacts) -> bool:
        """Write the label and tell the office soon. A disk that refuses (false) is no reason not to tell."""
        written = await self.write(facts)
        self.owe(facts.key)
        return written

    async def write(self, facts: RecordingFacts) -> bool:
        """Write the label, behind those asked for before; the office is told later, also of what the disk refuses (false)."""
        try:
            async with self._order:
                await asyncio.to_thread(self._shelf.write, facts)
        except OSError as error:
            log.error("recording.label_unwritten", recording=facts.key, error=error.strerror)
            self._unwritten[facts.key] = facts
        else:
            self._unwritten.pop(facts.key, None)
        return facts.key not in self._unwritten

    def owe(self, key: str) -> None:
        """The office is to be told of this recording as it then stands."""
        self._owed.put_nowait(key)

    async def tell_on(self) -> None:
        """Tell for ever; what the journal does not take is told again after a pause, the others meanwhile."""
        while True:
            key = await self._owed.get()
            try:
                await self._tell(key)
            except Exception as error:  # noqa: BLE001  # the outermost loop: the database may be restarting
                log.warning("recording.untold", recording=key, error=type(error).__name__)
                asyncio.get_running_loop().call_later(self._options.retry_seconds, self.owe, key)

    async def ask_for_lost(self) -> None:
        """Once, as soon as the office answers: what it believes to lie here, and does not, is told to be lost."""
        while True:
            try:
                believed = await self._journal.unfinished(self._options.kept_at)
                break
            except Exception as error:  # noqa: BLE001  # the outermost loop: the database may be restarting
                log.warning("recording.lost_unknown", error=type(error).__name__)
                await asyncio.sleep(self._options.retry_seconds)
        for key in believed:
            await self._look_for(key)

    async def _look_for(self, text: str) -> None:
        try:
            key = RecordingKey.parse(text)
        except Invalid:
            log.error("recording.key_unknown", recording=text)
            return
        label = await asyncio.to_thread(self._shelf.label, key)
        if label is None:
            log.error("recording.lost", recording=text)
            self._unwritten[text] = self._shelf.lost(key)
            self.owe(text)
        elif label.told:
            await self.keep(label.facts)

    async def _tell(self, key: str) -> None:
        facts = self._unwritten.get(key) or await self._written(key)
        if facts is None:
            return
        await self._journal.tell(facts)
        if self._unwritten.get(key) is facts:
            del self._unwritten[key]
        await asyncio.to_thread(self._shelf.mark_told, facts)

    async def _written(self, key: str) -> RecordingFacts | None:
        label = await asyncio.to_thread(self._shelf.label, RecordingKey.parse(key))
        return None if label is None or label.told else label.facts
