"""The studio: one file at a time, each in a limited process of its own."""

import asyncio
import json
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from core.logs import log
from core.news.port import SOUND_LIMIT, Mastered, Refused, SoundRefused

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = "channels.voice.sound.limited"
PATIENCE = 150.0
"""Seconds for one file, with the start of the process."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Each thread of theirs reserves address space, which is limited."""


class SoundStudio:
    """Implements core.news.port.Studio. ``ffmpeg``: the program; what is found on the path unless given, None for none.

    ``patience``: seconds for one file; ``program``: the module that the limited process runs.
    """

    def __init__(self, *, ffmpeg: str | None = "ffmpeg", patience: float = PATIENCE, program: str = PROGRAM) -> None:
        self._ffmpeg = shutil.which(ffmpeg) if ffmpeg else None
        self._patience = patience
        self._program = program
        self._one_at_a_time = asyncio.Lock()

    @property
    def reads_everything(self) -> bool:
        """Whether ffmpeg is there, for the kinds that the sound library does not read (m4a, amr, webm)."""
        return self._ffmpeg is not None

    async def master(self, content: bytes) -> Mastered:
        """The file converted. Raises SoundRefused."""
        if not content:
            raise SoundRefused(Refused.EMPTY)
        if len(content) > SOUND_LIMIT:
            raise SoundRefused(Refused.TOO_BIG)
        async with self._one_at_a_time:
            return _told(await self._run(content))

    async def _run(self, content: bytes) -> bytes:
        arguments = [self._ffmpeg] if self._ffmpeg else []
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self._program, *arguments),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | ONE_THREAD,
        )
        try:
            async with asyncio.timeout(self._patience):
                said, _ = await process.communicate(content)
        except TimeoutError:
            log.warning("sound.too_slow", size=len(content))
            raise SoundRefused(Refused.TOO_HARD) from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            log.warning("sound.process_died", code=process.returncode, size=len(content))
            raise SoundRefused(Refused.TOO_HARD)
        return said


def _told(said: bytes) -> Mastered:
    line, _, sound = said.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        raise SoundRefused(Refused(head["refused"]))
    end = head["phone"]
    return Mastered(
        phone=sound[:end],
        audio=sound[end : end + head["audio"]],
        audio_type=head["audio_type"],
        seconds=head["seconds"],
        peaks=tuple(head["peaks"]),
    )
