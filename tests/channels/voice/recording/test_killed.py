"""SIGKILL of the recorder at random moments while ten calls are recorded: every file has all but the last second before it."""

import asyncio
import os
import random
import signal
import sys
import time
from asyncio.subprocess import PIPE
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from channels.voice.recording.wave import HEADER_BYTES
from core.phone.vocabulary import RecordingState
from tests import patience
from tests.channels.voice.recording.running import METADATA, FakeJournal, Running, heard, options, running
from tests.channels.voice.recording.sealed import unfinished
from tests.clocks import MovableClock

RECORDERS, KILLS, CALLS = 4, 5, 10
TICK = 0.1
"""Seconds of sound in a frame, and between frames: as fast as speech."""
FRAME = int(8000 * TICK)
MAY_BE_LOST = 1.0


class Recorded:
    """What one call sent, and when the recorder had said that it had it: nobody can keep what a busy process was not given yet."""

    def __init__(self, key: str, number: int) -> None:
        self.key = key
        self.number = number
        self.sent = 0
        self.had_at: list[float] = []
        self.is_heard = asyncio.Event()

    def frame(self, place: int) -> bytes:
        """Sound that tells its call and its place."""
        return np.full((FRAME, 2), (self.number, place + 1), np.int16).tobytes()

    async def call(self, recorder: Running) -> None:
        """Speak until the recorder dies."""
        with suppress(ConnectionClosed, OSError):
            async with recorder.call(self.key) as ws:
                await ws.send(METADATA)
                began = time.monotonic()
                while True:
                    await asyncio.sleep(max(0.0, began + TICK * self.sent - time.monotonic()))
                    self.sent += 1
                    await ws.send(self.frame(self.sent - 1))
                    pong = await ws.ping()
                    pong.add_done_callback(self._is_there)

    def _is_there(self, pong: "asyncio.Future[float]") -> None:
        """A ping behind a frame was answered, and not only given up because the recorder died."""
        if not pong.cancelled() and pong.exception() is None:
            self.had_at.append(time.monotonic())
            self.is_heard.set()

    def judge(self, sound: bytes, killed_at: float) -> None:
        """The sound is a beginning of what was sent, and what lacks came in the last second."""
        whole = b"".join(self.frame(place) for place in range(self.sent))
        assert whole.startswith(sound)
        owed = sum(moment < killed_at - MAY_BE_LOST for moment in self.had_at)
        assert len(sound) >= max(1, owed) * len(self.frame(0))


@pytest.mark.clause("2.5.2")
async def test_a_recorder_killed_twenty_times_loses_a_second_of_ten_calls_at_the_most(tmp_path: Path, clock: MovableClock) -> None:
    chance = random.Random(5)
    one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    module = "tests.channels.voice.recording.killable"
    nursery = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, env=one_thread, start_new_session=True
    )
    try:
        folders = [tmp_path / str(number) for number in range(RECORDERS)]
        for folder in folders:
            folder.mkdir()
        calls = [call for turn in range(KILLS) for call in await _kill_all(nursery, folders, turn, chance)]
    finally:
        os.killpg(nursery.pid, signal.SIGKILL)
        await nursery.wait()
    assert len(calls) == RECORDERS * KILLS * CALLS
    for folder in folders:
        await _all_is_told(folder, [call for where, call in calls if where == folder], clock)


async def _kill_all(
    nursery: asyncio.subprocess.Process, folders: list[Path], turn: int, chance: random.Random
) -> list[tuple[Path, Recorded]]:
    started = [await _start(nursery, folder) for folder in folders]
    kills = [_kill(*one, folder, turn, chance.uniform(1.1, 1.6)) for one, folder in zip(started, folders, strict=True)]
    return [(folder, call) for folder, calls in zip(folders, await asyncio.gather(*kills), strict=True) for call in calls]


async def _start(nursery: asyncio.subprocess.Process, folder: Path) -> tuple[int, int]:
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"{folder}\n".encode())
    async with asyncio.timeout(patience.SECONDS):
        while not (words := (await nursery.stdout.readline()).split() or [b""])[0].isdigit():
            pass
    return int(words[0]), int(words[1])


async def _kill(process: int, port: int, folder: Path, turn: int, after: float) -> list[Recorded]:
    """Ten calls, then the kill, ``after`` seconds of all; the files are judged as the dead recorder left them."""
    calls = [Recorded(f"call:c-{turn}-{number}", number) for number in range(CALLS)]
    recorder = Running(port=port, journal=FakeJournal())
    async with asyncio.TaskGroup() as tasks:
        for call in calls:
            tasks.create_task(call.call(recorder))
        async with asyncio.timeout(patience.SECONDS):
            await asyncio.gather(*(call.is_heard.wait() for call in calls))
        await asyncio.sleep(after)
        killed_at = time.monotonic()
        os.kill(process, signal.SIGKILL)
    for call in calls:
        call.judge(unfinished(folder, call.key)[HEADER_BYTES:], killed_at)
    return calls


async def _all_is_told(folder: Path, calls: list[Recorded], clock: MovableClock) -> None:
    """The next recorder gives each as a good WAV file, and tells the office what it never heard of."""
    async with running(options(folder, settle_seconds=3600), clock) as recorder:
        for call in calls:
            told = await recorder.journal.until(call.key, RecordingState.KEPT)
            samples, _ = heard((await recorder.get(f"/recordings/{call.key}")).content)
            assert (told.problem, told.seconds) == ("cut", round(len(samples) / 8000, 3))
            assert set(samples[:, 0].tolist()) == {call.number}
            assert len(samples) >= FRAME
