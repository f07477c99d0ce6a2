"""Recordings of before are sealed one after another; a recorder that is stopped goes on with the rest at its next start."""

import asyncio

from channels.voice.recording.shelf import Shelf
from core.logs import log


class Sealing:
    """What cannot be sealed now, because the disk is full, is heard as before and tried again at the next start."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def seal_all(self) -> None:
        """Seal what lies in clear; nothing at all when there is nothing."""
        left = await asyncio.to_thread(self._shelf.clear_files)
        for key, ending in left:
            try:
                await asyncio.to_thread(self._shelf.seal, key, ending)
            except OSError as error:
                log.error("recording.unsealed", recording=str(key), error=error.strerror)
        if left:
            log.info("recorder.sealed_old", files=len(left))
