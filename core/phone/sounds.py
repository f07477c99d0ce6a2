"""The sound of recordings for those who may hear them: it lies with the recorder and is passed on as it comes (reg. 2.10)."""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from core.errors import NotAllowed, OfficeError
from core.phone.model import Recording
from core.staff.abilities import Ability
from core.staff.asker import Asker


class RecorderAway(OfficeError):
    """The recorder does not answer; the recording itself is not lost."""

    code = "recorder_away"


class OpenedSound(Protocol):
    """An answer of the recorder whose bytes are still to come. ``status``: 200, 206 or 416 as of HTTP."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]:
        """Content-Type, Content-Length, Content-Range, ETag: those that are there, by their names in small letters."""
        ...

    def pieces(self) -> AsyncIterator[bytes]:
        """The bytes; to be read once."""
        ...

    async def close(self) -> None:
        """Let the connection go; always called, whether or not the bytes were read."""
        ...


class RecordingSound(Protocol):
    """Where recordings lie."""

    async def open(self, kept_at: str, key: str, wanted: str) -> OpenedSound:
        """The recording ``key`` of the recorder at ``kept_at``; ``wanted``: a Range header, or empty for the whole.

        Raises RecorderAway, NotFound.
        """
        ...


class Hearing(Protocol):
    """Whoever decides who hears what, and writes it into the audit trail (core.phone.reading)."""

    async def hear(self, asker: Asker, recording_id: int) -> Recording:
        """A recording that has sound. Raises NotAllowed, NotFound."""
        ...


class RecordingDesk:
    """Gives the sound of recordings."""

    def __init__(self, *, hearing: Hearing, sounds: RecordingSound) -> None:
        self._hearing = hearing
        self._sounds = sounds

    async def open(self, asker: Asker, recording_id: int, *, wanted: str = "", save: bool = False) -> OpenedSound:
        """The sound, or a part of it, to be played; ``save``: as a file of one's own, which fewer may.

        Raises NotAllowed, NotFound, RecorderAway.
        """
        if save and not may_save(asker):
            raise NotAllowed("recordings are heard here, not taken away", ability=Ability.TAKE_OVER.value)
        recording = await self._hearing.hear(asker, recording_id)
        return await self._sounds.open(recording.kept_at, recording.key, wanted)


def may_save(asker: Asker) -> bool:
    """Whether the asker may take a recording away as a file: those who answer for the operators, and those who examine."""
    return asker.may(Ability.HEAR_RECORDINGS) and (asker.may(Ability.TAKE_OVER) or asker.may(Ability.READ_AUDIT))
