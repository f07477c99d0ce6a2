"""Festival with festvox-ru: the only Russian voice with a licence that lets everybody use it. Kept loaded, spoken to over pipes."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

from channels.voice.speech.engines.pool import Pool, ended, within
from channels.voice.speech.port import EngineMissing, SpeechFailed

PROGRAM, VOICE = "festival", "voice_msu_ru_nsh_clunits"
RATE, HEADER = 16000, 44
LOADED_WITHIN, SAID_WITHIN = 20.0, 15.0
"""Seconds. A sentence takes 50 ms."""
IN_MEMORY = Path("/dev/shm")  # noqa: S108 the sound of a sentence does not touch a disk where that can be
_LOAD = f'(unwind-protect (begin ({VOICE}) (format t "ready\\n")) (format t "failed\\n"))(fflush nil)\n'
_SAY = (
    '(unwind-protect (begin (utt.save.wave (utt.synth (eval (list \'Utterance \'Text "{text}"))) "{file}" \'riff)'
    ' (format t "ready\\n")) (format t "failed\\n"))(fflush nil)\n'
)


class Festival:
    """The voice msu_ru_nsh, in a few processes."""

    name = "festival"
    rate = RATE
    gain = 1.0

    def __init__(self, *, processes: int) -> None:
        self._pool: Pool[_Process] = Pool(_Process.start, processes)

    async def start(self) -> None:
        """Raises EngineMissing when Festival or its Russian voice is not there."""
        if shutil.which(PROGRAM) is None:
            raise EngineMissing("festival: it is not installed (Debian: festival, festvox-ru)")
        try:
            await self._pool.fill()
        except SpeechFailed as failed:
            raise EngineMissing("festival: its Russian voice is not installed (Debian: festvox-ru)") from failed

    async def say(self, sentence: str, voice: str) -> AsyncGenerator[bytes]:
        """The sound of a sentence, whole; it has one voice. Raises SpeechFailed."""
        async with self._pool.one() as process:
            yield await process.say(sentence)

    async def close(self) -> None:
        """Ends the processes."""
        await self._pool.end()


class _Process:
    def __init__(self, process: asyncio.subprocess.Process, place: tempfile.TemporaryDirectory[str]) -> None:
        self._process = process
        self._place = place

    @classmethod
    async def start(cls) -> "_Process":
        process = await asyncio.create_subprocess_exec(
            PROGRAM, "--pipe", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        place = tempfile.TemporaryDirectory(prefix="speech-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
        started = cls(process, place)
        try:
            await started._ask(_LOAD, LOADED_WITHIN)
        except BaseException:
            await started.end()
            raise
        return started

    async def say(self, sentence: str) -> bytes:
        file = Path(self._place.name) / "sentence.wav"
        try:
            await self._ask(_SAY.format(text=_quoted(sentence), file=file), SAID_WITHIN)
            return file.read_bytes()[HEADER:]
        except OSError as failed:
            raise SpeechFailed("festival wrote no sound") from failed
        finally:
            file.unlink(missing_ok=True)

    async def _ask(self, command: str, seconds: float) -> None:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise SpeechFailed("festival has no pipes")
        stdin.write(command.encode())
        if (await within(seconds, stdout.readline(), "festival")).strip() != b"ready":
            raise SpeechFailed("festival cannot say this")

    async def end(self) -> None:
        await ended(self._process)
        self._place.cleanup()


def _quoted(sentence: str) -> str:
    """A Scheme string: Festival evaluates what it reads, so nothing may end the string early."""
    printable = "".join(sign if sign.isprintable() else " " for sign in sentence)
    return printable.replace("\\", " ").replace('"', " ")
