"""The WAV header (RIFF, 16-bit PCM): written before the sound, and given true to whoever reads it."""

import struct
from dataclasses import dataclass

from core.phone.vocabulary import RecordingKind

HEADER_BYTES = 44
SAMPLE_BYTES = 2
PCM = 1
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
LARGEST = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Of the sound: ``rate`` in Hz, one channel or two (left the applicant, right what they hear)."""

    rate: int
    channels: int

    @property
    def frame_bytes(self) -> int:
        """Bytes of one moment in all channels."""
        return self.channels * SAMPLE_BYTES

    @property
    def second_bytes(self) -> int:
        """Bytes of a second."""
        return self.rate * self.frame_bytes

    def whole(self, size: int) -> int:
        """The bytes of ``size`` that are whole frames."""
        return size - size % self.frame_bytes


USUAL = {RecordingKind.CALL: Shape(rate=8000, channels=2), RecordingKind.MESSAGE: Shape(rate=8000, channels=1)}
"""What is sent when nothing is said about it."""


def header(shape: Shape, size: int) -> bytes:
    """The header of a file with ``size`` bytes of sound."""
    size = min(size, LARGEST - HEADER_BYTES)
    return _HEADER.pack(
        b"RIFF",
        HEADER_BYTES - 8 + size,
        b"WAVE",
        b"fmt ",
        16,
        PCM,
        shape.channels,
        shape.rate,
        shape.second_bytes,
        shape.frame_bytes,
        8 * SAMPLE_BYTES,
        b"data",
        size,
    )


def shape_of(head: bytes) -> Shape | None:
    """What a header of ours says, whatever its sizes; None when it is none of ours."""
    if len(head) < HEADER_BYTES:
        return None
    riff, _, wave, fmt, length, coding, channels, rate, _, _, bits, mark, _ = _HEADER.unpack(head[:HEADER_BYTES])
    ours = (riff, wave, fmt, length, coding, bits, mark) == (b"RIFF", b"WAVE", b"fmt ", 16, PCM, 8 * SAMPLE_BYTES, b"data")
    return Shape(rate=rate, channels=channels) if ours and channels in (1, 2) and rate else None
