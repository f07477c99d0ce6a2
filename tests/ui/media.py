"""Small true files for the mock: a picture and a sound, made here so that no binary lies in the repository."""

import io
import math
import struct
import wave
import zlib


def png(width: int = 320, height: int = 220) -> bytes:
    """A picture with a soft gradient."""
    lines = b"".join(
        b"\0" + bytes(part for x in range(width) for part in (60 + x * 120 // width, 110 + y * 90 // height, 190))
        for y in range(height)
    )

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def wav(seconds: float = 1.0, rate: int = 8000) -> bytes:
    """A quiet tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", int(4000 * math.sin(at / 3))) for at in range(int(seconds * rate))))
    return out.getvalue()
