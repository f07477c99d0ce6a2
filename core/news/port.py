"""What the core asks of whoever makes a sound file ready to be played (order 6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from core.errors import Invalid

SOUND_LIMIT = 20 * 1024 * 1024
"""Bytes of an uploaded file."""
LONGEST_SECONDS = 600
"""Nobody listens longer to the news of the day."""


class Refused(StrEnum):
    """Why a file cannot be played; ``fields["sound"]`` of the refusal."""

    EMPTY = "empty_file"
    TOO_BIG = "file_too_big"
    NO_SOUND = "no_sound"
    DAMAGED = "sound_damaged"
    SILENCE = "sound_silent"
    TOO_SHORT = "sound_too_short"
    TOO_LONG = "sound_too_long"
    NEEDS_FFMPEG = "sound_needs_ffmpeg"
    TOO_HARD = "sound_too_hard"


class SoundRefused(Invalid):
    """The uploaded sound cannot be used; ``facts["fields"]["sound"]`` is a Refused."""

    def __init__(self, why: Refused) -> None:
        super().__init__(f"sound refused: {why}", fields={"sound": why.value})
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Mastered:
    """One sound, ready.

    ``phone``: WAV, 8 kHz, mono, 16 bit; ``audio`` of ``audio_type``: for Telegram; ``peaks``: up to 1000 values, 0-100.
    """

    phone: bytes = field(repr=False)
    audio: bytes = field(repr=False)
    audio_type: str
    seconds: float
    peaks: Sequence[int]


class Studio(Protocol):
    """Whoever converts sound. Slow: never inside a transaction."""

    async def master(self, content: bytes) -> Mastered:
        """A file of any common kind, levelled and converted. Raises SoundRefused."""
        ...
