"""The audio socket: who is let in, and what becomes of what is sent."""

import asyncio
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core.phone.vocabulary import RecordingState
from tests.channels.voice.recording.running import (
    METADATA,
    MONO,
    PASSWORD,
    USER,
    basic,
    both,
    options,
    running,
    strength,
    tone,
    until_closed,
)
from tests.clocks import MovableClock

KEPT, PACKED, BROKEN, REFUSED = RecordingState.KEPT, RecordingState.PACKED, RecordingState.BROKEN, RecordingState.REFUSED
SOUND = both(tone(440, 1), tone(1000, 1))


@pytest.mark.clause("2.5.2")
async def test_a_call_is_recorded_packed_and_told_step_by_step(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        async with recorder.call("call:c-1") as ws:
            assert ws.subprotocol == "audio.drachtio.org"
            await ws.send(METADATA)
            opened = await recorder.journal.until("call:c-1", RecordingState.OPEN)
            assert (opened.call_sid, opened.kind, opened.kept_at) == ("c-1", "call", "http://recorder.example")
            assert opened.started_at == clock.now()
            for start in range(0, len(SOUND), 640):
                await ws.send(SOUND[start : start + 640])
            clock.move(seconds=1)
        packed = await recorder.journal.until("call:c-1", PACKED)
        assert (packed.seconds, packed.channels, packed.rate, packed.problem) == (1.0, 2, 8000, "")
        assert packed.ended_at == clock.now()
        assert len(packed.peaks) == 50
        samples, _ = await recorder.sound_of("call:c-1")
        assert strength(samples[:, 0], 440) > 0.4 > 0.02 > strength(samples[:, 0], 1000)
        assert strength(samples[:, 1], 1000) > 0.4 > 0.02 > strength(samples[:, 1], 440)
        assert [path.suffix for path in tmp_path.glob("*/*") if "c-1" in path.name].count(".wav") == 0


@pytest.mark.clause("2.5.2")
async def test_twenty_calls_at_once_each_have_their_own_sound(tmp_path: Path, clock: MovableClock) -> None:
    async def call(number: int) -> None:
        left, right = tone(300 + 50 * number, 2), tone(1400 + 50 * number, 2)
        sound = both(left, right)
        async with recorder.call(f"call:c-{number}") as ws:
            await ws.send(METADATA)
            for start in range(0, len(sound), 640):
                await ws.send(sound[start : start + 640])

    async with running(options(tmp_path), clock) as recorder:
        await asyncio.gather(*(call(number) for number in range(20)))
        for number in range(20):
            assert (await recorder.journal.until(f"call:c-{number}", PACKED)).seconds == 2.0
            samples, _ = await recorder.sound_of(f"call:c-{number}")
            for channel, first in enumerate((300, 1400)):
                found = [strength(samples[:, channel], first + 50 * other) > 0.2 for other in range(20)]
                assert [place for place, is_there in enumerate(found) if is_there] == [number]


@pytest.mark.parametrize(
    ("key", "wrong", "status"),
    [
        pytest.param("call:c-1", {"mac": "A" * 22}, 403, id="an address that we did not make"),
        pytest.param("call:c-1", {"authorization": basic(USER, "guessed")}, 401, id="a wrong password"),
        pytest.param("call:c-1", {"authorization": basic("somebody", PASSWORD)}, 401, id="a wrong name"),
        pytest.param("call:c-1", {"authorization": ""}, 401, id="no password"),
        pytest.param("call:c-1", {"authorization": "Basic ?"}, 401, id="no base64"),
        pytest.param("call:c-1", {"authorization": basic(USER, PASSWORD).replace("Basic", "Bearer")}, 401, id="another scheme"),
        pytest.param("call:c%201", {}, 404, id="no name of a call"),
        pytest.param("message:c-1:question", {}, 404, id="no name of a part"),
        pytest.param("call:c-1~2", {}, 403, id="a continuation that only we begin"),
    ],
)
async def test_a_stranger_is_not_let_in(tmp_path: Path, clock: MovableClock, key: str, wrong: dict[str, str], status: int) -> None:
    async with running(options(tmp_path), clock) as recorder:
        with pytest.raises(InvalidStatus) as refused:
            await recorder.call(key, **wrong).__aenter__()
        assert refused.value.response.status_code == status
        assert recorder.journal.told == []


async def test_a_part_of_a_message_is_one_channel_and_its_keys_are_noted(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        async with recorder.call("message:c-1:question-2") as ws:
            await ws.send(MONO)
            await ws.send(tone(440, 0.5).tobytes())
            await ws.send('{"event":"dtmf","dtmf":"7","duration":"1280"}')
            await ws.send('{"event":"dtmf","dtmf":"#","duration":"1280"}')
        packed = await recorder.journal.until("message:c-1:question-2", PACKED)
        assert (packed.part, packed.channels, packed.seconds) == ("question", 1, 0.5)
        assert [(one.key, one.at) for one in packed.pressed] == [("7", clock.now()), ("#", clock.now())]


@pytest.mark.parametrize(
    ("frames", "seconds"),
    [
        pytest.param([SOUND], 1.0, id="sound without metadata"),
        pytest.param([METADATA + "'", SOUND], 1.0, id="metadata that an apostrophe broke"),
        pytest.param([METADATA, SOUND[:333], SOUND[333:1001], SOUND[1001:]], 1.0, id="frames of odd length"),
        pytest.param([METADATA, SOUND, b"\x01"], 1.0, id="half a sample at the end"),
        pytest.param([METADATA, b"", SOUND, b""], 1.0, id="empty frames"),
        pytest.param([METADATA, "what?", '{"type":"mark"}', SOUND, "{"], 1.0, id="unknown texts"),
        pytest.param(['{"event":"dtmf","dtmf":"1"}', METADATA, SOUND], 1.0, id="a key before all"),
        pytest.param([METADATA, SOUND, METADATA.replace("8000", "16000"), SOUND], 2.0, id="metadata once more"),
        pytest.param([METADATA.replace("8000", "16000"), SOUND], 0.5, id="another rate"),
    ],
)
async def test_odd_frames_do_not_harm_the_sound(
    tmp_path: Path, clock: MovableClock, frames: list[str | bytes], seconds: float
) -> None:
    async with running(options(tmp_path), clock) as recorder:
        async with recorder.call() as ws:
            for frame in frames:
                await ws.send(frame)
        packed = await recorder.journal.until("call:c-1", PACKED, BROKEN)
        assert (packed.state, packed.seconds, packed.problem) == (PACKED, seconds, "")
        samples, _ = await recorder.sound_of("call:c-1")
        assert np.abs(samples[:, 0].astype(int)).max() > 10_000


async def test_a_frame_that_can_be_no_sound_ends_the_socket_and_keeps_what_came(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        async with recorder.call() as ws:
            await ws.send(METADATA)
            await ws.send(SOUND)
            await recorder.until_it_has("call:c-1", SOUND)
            with suppress(ConnectionClosed):
                await ws.send(b"\0" * 300_000)
            assert await until_closed(ws) == 1009
        packed = await recorder.journal.until("call:c-1", PACKED)
        assert (packed.seconds, packed.problem) == (1.0, "cut")


async def test_a_socket_that_breaks_off_keeps_what_came_and_says_so(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        ws = await recorder.call()
        await ws.send(METADATA)
        await ws.send(SOUND)
        await recorder.until_it_has("call:c-1", SOUND)
        ws.transport.abort()
        packed = await recorder.journal.until("call:c-1", PACKED)
        assert (packed.seconds, packed.problem) == (1.0, "cut")


async def test_a_socket_without_sound_is_told_to_be_broken(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        async with recorder.call() as ws:
            await ws.send(METADATA)
        broken = await recorder.journal.until("call:c-1", BROKEN)
        assert (broken.seconds, broken.problem) == (0.0, "no_sound")


async def test_a_recording_has_a_longest_length(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path, longest_seconds=1.5), clock) as recorder:
        async with recorder.call() as ws:
            await ws.send(METADATA)
            await ws.send(SOUND)
            await ws.send(SOUND)
            assert await until_closed(ws) == 1000
        packed = await recorder.journal.until("call:c-1", PACKED)
        assert (packed.seconds, packed.problem) == (2.0, "too_long")


@pytest.mark.parametrize(
    "room",
    [
        pytest.param({"free_bytes": 2**62}, id="the disk is full"),
        pytest.param({"quota_bytes": 0}, id="the quota is used up"),
    ],
)
async def test_without_room_the_socket_is_refused_and_the_journal_says_so(
    tmp_path: Path, clock: MovableClock, room: dict[str, int]
) -> None:
    async with running(options(tmp_path, **room), clock) as recorder:
        with pytest.raises(InvalidStatus) as refused:
            await recorder.call("call:c-1").__aenter__()
        assert refused.value.response.status_code == 503
        told = await recorder.journal.until("call:c-1", REFUSED)
        assert (told.problem, told.started_at) == ("no_room", clock.now())
        assert (await recorder.get("/room")).json()["has_room"] is False


async def test_the_room_that_recordings_take_is_counted_and_given_back(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path, quota_bytes=40_000), clock) as recorder:
        assert (await recorder.get("/room")).json()["has_room"] is True
        async with recorder.call("call:c-1") as ws:
            await ws.send(METADATA)
            await ws.send(SOUND + SOUND)
            await recorder.until_it_has("call:c-1", SOUND + SOUND)
            room = (await recorder.get("/room")).json()
            assert (room["has_room"], room["open"]) == (False, 1)
        await recorder.journal.until("call:c-1", PACKED)
        room = (await recorder.get("/room")).json()
        assert (room["has_room"], room["open"]) == (True, 0)
        assert 0 < room["used"] < 20_000
