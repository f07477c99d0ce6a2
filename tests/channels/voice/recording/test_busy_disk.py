"""A disk that takes its time until it has something for certain: sound does not wait, or a kill would cost more than a second."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from websockets.exceptions import InvalidStatus

from channels.voice.recording.wave import HEADER_BYTES
from core.phone.vocabulary import RecordingState
from core.sealing.envelope import CHUNK, CannotUnseal
from tests import patience
from tests.channels.voice.recording.running import METADATA, Running, both, options, running, tone
from tests.channels.voice.recording.sealed import unfinished
from tests.clocks import MovableClock

OPEN, KEPT, PACKED = RecordingState.OPEN, RecordingState.KEPT, RecordingState.PACKED
SOUND = both(tone(440, 1), tone(1000, 1))
KEY = '{"event":"dtmf","dtmf":"5","duration":"1280"}'
MOST_THREADS = 32
"""Of those that asyncio.to_thread has on the largest machine."""


@contextmanager
def busy_disk() -> Iterator[None]:
    """What is written can be read, but whoever asks the disk to have it for certain waits."""
    is_done = Event()
    with pytest.MonkeyPatch.context() as system:
        for name in ("fsync", "fdatasync"):
            system.setattr(os, name, lambda _: is_done.wait(patience.SECONDS))
        try:
            yield
        finally:
            is_done.set()


async def until_in_its_file(recorder: Running, folder: Path, key: str, sound: bytes) -> None:
    """Wait until a kill would leave all of this sound but the chunk that was begun."""
    async with asyncio.timeout(patience.SECONDS):
        while not _is_in_its_file(folder, key, sound):
            assert (await recorder.get("/healthz")).status_code == 200


def _is_in_its_file(folder: Path, key: str, sound: bytes) -> bool:
    try:
        found = unfinished(folder, key)[HEADER_BYTES:]
    except (FileNotFoundError, CannotUnseal):  # not there yet, or without its head
        return False
    return sound.startswith(found) and len(sound) - len(found) < CHUNK


@pytest.mark.clause("2.5.2")
async def test_the_sound_of_many_calls_waits_for_no_label(tmp_path: Path, clock: MovableClock) -> None:
    keys = [f"call:c-{number}" for number in range(10)]

    async def speak(recorder: Running, key: str) -> None:
        async with recorder.call(key) as ws:
            for message in (METADATA, SOUND, KEY, SOUND):
                await ws.send(message)
            await until_in_its_file(recorder, tmp_path, key, SOUND + SOUND)

    async with running(options(tmp_path, settle_seconds=3600), clock) as recorder:
        with busy_disk():
            await asyncio.gather(*(speak(recorder, key) for key in keys))
        for key in keys:
            kept = await recorder.journal.until(key, KEPT)
            assert (kept.seconds, kept.problem, [one.key for one in kept.pressed]) == (2.0, "", ["5"])


@pytest.mark.clause("2.5.2")
async def test_the_sound_of_a_call_does_not_wait_for_others_that_end(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path, settle_seconds=3600), clock) as recorder, recorder.call("call:c-1") as ws:
        await ws.send(METADATA)
        await ws.send(SOUND)
        await until_in_its_file(recorder, tmp_path, "call:c-1", SOUND)
        with busy_disk():
            for number in range(MOST_THREADS + 1):
                await recorder.record(f"call:other-{number}", SOUND[:CHUNK])
            await ws.send(SOUND)
            await until_in_its_file(recorder, tmp_path, "call:c-1", SOUND + SOUND)
            async with recorder.call("call:c-2") as late:
                await late.send(SOUND)
                await until_in_its_file(recorder, tmp_path, "call:c-2", SOUND)


async def test_a_recording_without_its_label_is_not_said_to_be_refused(tmp_path: Path, clock: MovableClock) -> None:
    given = options(tmp_path, settle_seconds=3600, quota_bytes=len(SOUND))
    async with running(given, clock) as recorder, recorder.call("call:c-1") as first, recorder.call("call:c-2") as second:
        with busy_disk():
            await first.send(METADATA)
            await second.send(SOUND + SOUND)
            await until_in_its_file(recorder, tmp_path, "call:c-2", SOUND + SOUND)
            with pytest.raises(InvalidStatus, match="503"):
                await recorder.call("call:c-2").__aenter__()
        await recorder.journal.until("call:c-2", OPEN)
        await second.close()
        await recorder.journal.until("call:c-2", KEPT)
        assert [facts.state for facts in recorder.journal.of("call:c-2")] == [OPEN, KEPT]


async def test_two_sockets_without_labels_do_not_write_into_one_file(tmp_path: Path, clock: MovableClock) -> None:
    other = both(tone(300, 1), tone(1400, 1))
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", PACKED)
        async with recorder.call("call:c-1") as first, recorder.call("call:c-1") as second:
            with busy_disk():
                await first.send(SOUND)
                await until_in_its_file(recorder, tmp_path, "call:c-1~2", SOUND)
                await second.send(other)
                await until_in_its_file(recorder, tmp_path, "call:c-1~3", other)


@pytest.mark.clause("2.5.2")
async def test_sound_that_came_back_outlives_a_kill_before_its_label_was_written(tmp_path: Path, clock: MovableClock) -> None:
    folder, as_killed = tmp_path / "folder", tmp_path / "as killed"
    async with running(options(folder, settle_seconds=3600), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", KEPT)
        async with recorder.call("call:c-1") as ws:
            with busy_disk():
                await ws.send(SOUND)
                await until_in_its_file(recorder, folder, "call:c-1", SOUND + SOUND)
                shutil.copytree(folder, as_killed)
    async with running(options(as_killed, settle_seconds=3600), clock) as recorder:
        kept = await recorder.journal.until("call:c-1", KEPT)
        assert (kept.problem, kept.seconds) == ("cut", pytest.approx(2, abs=0.13))
