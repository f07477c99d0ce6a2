"""espeak-ng: small, fast, everywhere; nobody's first choice of a voice. One process for each sentence (12 ms)."""

import asyncio
import shutil
from collections.abc import AsyncGenerator

from channels.voice.speech.engines.pool import ended, within
from channels.voice.speech.port import EngineMissing

PROGRAM = "espeak-ng"
RATE, HEADER, PIECE = 22050, 44, 8820
"""Of its WAV: samples a second; bytes of the header; bytes that are taken at once (200 ms)."""
WORDS_A_MINUTE = "150"
PIECE_WITHIN = 10.0


class Espeak:
    """Russian by espeak-ng."""

    name = "espeak"
    rate = RATE
    gain = 1.25

    def __init__(self, *, processes: int) -> None:
        self._turns = asyncio.Semaphore(processes)

    async def start(self) -> None:
        """Raises EngineMissing."""
        if shutil.which(PROGRAM) is None:
            raise EngineMissing("espeak: espeak-ng is not installed (Debian: espeak-ng)")

    async def say(self, sentence: str, voice: str) -> AsyncGenerator[bytes]:
        """The sound of a sentence; it has one voice. Raises SpeechFailed."""
        async with self._turns:
            process = await asyncio.create_subprocess_exec(
                *(PROGRAM, "-v", "ru", "-s", WORDS_A_MINUTE, "--stdin", "--stdout"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                async for piece in _sound(process, sentence):
                    yield piece
            finally:
                await asyncio.shield(ended(process))

    async def close(self) -> None:
        """Nothing stays between sentences."""


async def _sound(process: asyncio.subprocess.Process, sentence: str) -> AsyncGenerator[bytes]:
    if process.stdin is None or process.stdout is None:
        return
    process.stdin.write(sentence.encode())
    process.stdin.close()
    await within(PIECE_WITHIN, process.stdout.readexactly(HEADER), "espeak")
    left = b""
    while read := await within(PIECE_WITHIN, process.stdout.read(PIECE), "espeak"):
        sound = left + read
        whole = len(sound) - len(sound) % 2
        left = sound[whole:]
        yield sound[:whole]
