"""A program that speaks over its pipes. To it: a line of JSON a sentence. From it: a line of JSON when it is ready, then frames.

A frame is its length in four bytes (network order) and so many bytes of sound; length 0 ends the sentence, FAILED says that it
cannot be said. The first line is ``{"rate": 16000, "voices": [...]}`` or ``{"missing": "..."}``.
"""

import asyncio
import json
import struct
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from channels.voice.speech.engines.pool import Pool, ended, within
from channels.voice.speech.port import EngineMissing, SpeechFailed

FAILED = 0xFFFFFFFF
READY_WITHIN, FRAME_WITHIN = 20.0, 10.0
"""Seconds: for loading a voice; for the next piece of a sentence."""
LARGEST_FRAME = 1_000_000


class FramedProgram:
    """One process of such a program."""

    def __init__(self, process: asyncio.subprocess.Process, name: str, greeting: dict[str, object]) -> None:
        self._process = process
        self._name = name
        self.greeting = greeting

    @classmethod
    async def start(cls, name: str, command: Sequence[str]) -> "FramedProgram":
        """Starts the command and waits until it is ready. Raises EngineMissing with what it says is missing."""
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
            )
        except OSError as failed:
            raise EngineMissing(f"{name}: {command[0]} cannot be started") from failed
        if process.stdout is None:
            raise EngineMissing(f"{name}: no pipe")
        try:
            greeting = json.loads(await within(READY_WITHIN, process.stdout.readline(), name) or b"{}")
        except (ValueError, SpeechFailed) as failed:
            await ended(process)
            raise EngineMissing(f"{name}: its program does not answer") from failed
        if "rate" not in greeting:
            await ended(process)
            raise EngineMissing(str(greeting.get("missing") or f"{name}: its program ended at once"))
        return cls(process, name, greeting)

    async def say(self, sentence: str, voice: str) -> AsyncGenerator[bytes]:
        """The sound as it comes. Raises SpeechFailed."""
        stdin = self._process.stdin
        if stdin is None or self._process.returncode is not None:
            raise SpeechFailed(f"{self._name} has ended")
        try:
            stdin.write(json.dumps({"text": sentence, "voice": voice}).encode() + b"\n")
            await stdin.drain()
        except ConnectionError as failed:
            raise SpeechFailed(f"{self._name} has ended") from failed
        while piece := await self._frame():
            yield piece

    async def _frame(self) -> bytes:
        stdout = self._process.stdout
        if stdout is None:
            raise SpeechFailed(f"{self._name} has no pipe")
        (length,) = struct.unpack("!I", await within(FRAME_WITHIN, stdout.readexactly(4), self._name))
        if length == FAILED or length > LARGEST_FRAME:
            raise SpeechFailed(f"{self._name} cannot say this")
        return await within(FRAME_WITHIN, stdout.readexactly(length), self._name) if length else b""

    async def end(self) -> None:
        """Ends the process."""
        await ended(self._process)


class ProgramEngine:
    """A voice that is a program; ``command`` starts one process of it."""

    def __init__(self, name: str, command: Sequence[str], *, processes: int, gain: float = 1.0) -> None:
        self.name = name
        self.rate = 0
        self.gain = gain
        self._command = command
        self._pool: Pool[FramedProgram] = Pool(self._one, processes)

    async def start(self) -> None:
        """Raises EngineMissing with what is missing."""
        await self._pool.fill()

    async def say(self, sentence: str, voice: str) -> AsyncGenerator[bytes]:
        """The sound of a sentence as it is made. Raises SpeechFailed."""
        try:
            async with self._pool.one() as program, aclosing(program.say(sentence, voice)) as sound:
                async for piece in sound:
                    yield piece
        except EngineMissing as missing:
            raise SpeechFailed(str(missing)) from missing

    async def close(self) -> None:
        """Ends the processes."""
        await self._pool.end()

    async def _one(self) -> FramedProgram:
        program = await FramedProgram.start(self.name, self._command)
        self.rate = int(str(program.greeting["rate"]))
        return program
