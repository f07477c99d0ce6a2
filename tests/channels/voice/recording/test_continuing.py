"""A socket that comes back goes on in its recording."""

from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from core.phone.vocabulary import RecordingState
from tests.channels.voice.recording.running import (
    METADATA,
    MONO,
    FakeJournal,
    Running,
    both,
    options,
    running,
    strength,
    tone,
    until_closed,
)
from tests.clocks import MovableClock

OPEN, KEPT, PACKED = RecordingState.OPEN, RecordingState.KEPT, RecordingState.PACKED
FIRST, SECOND = both(tone(440, 2), tone(440, 2)), both(tone(1000, 1), tone(1000, 1))


async def begin(recorder: Running, sound: bytes, metadata: str = METADATA) -> ClientConnection:
    """A call that goes on."""
    ws = await recorder.call("call:c-1")
    await ws.send(metadata)
    await ws.send(sound)
    return ws


@pytest.mark.parametrize(
    ("absence", "gap"),
    [
        pytest.param(3.0, 3.0, id="its absence is silence"),
        pytest.param(0.1, 0.0, id="the trembling of the clock is no absence"),
    ],
)
async def test_a_socket_that_comes_back_goes_on_behind_silence_for_its_absence(
    tmp_path: Path, clock: MovableClock, absence: float, gap: float
) -> None:
    async with running(options(tmp_path, settle_seconds=3600), clock) as recorder:
        ws = await begin(recorder, FIRST)
        await ws.close()
        await recorder.journal.until("call:c-1", KEPT)
        clock.move(seconds=2 + absence)
        ws = await begin(recorder, SECOND)
        await ws.close()
        kept = await recorder.journal.until("call:c-1", KEPT, when=lambda facts: facts.seconds > 2)
        assert kept.seconds == 3 + gap
        samples, rate = await recorder.sound_of("call:c-1")
        end = int((2 + gap) * rate)
        assert strength(samples[: 2 * rate, 0], 440) > 0.4
        assert not samples[2 * rate : end].any()
        assert strength(samples[end:, 0], 1000) > 0.4


async def test_a_second_socket_takes_over_from_one_that_is_half_dead(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path, settle_seconds=3600), clock) as recorder:
        old = await begin(recorder, FIRST)
        await recorder.until_it_has("call:c-1", FIRST)
        new = await begin(recorder, SECOND)
        assert await until_closed(old) == 1012
        await recorder.until_it_has("call:c-1", FIRST + SECOND)
        await new.close()
        kept = await recorder.journal.until("call:c-1", KEPT, when=lambda facts: facts.seconds > 2)
        assert (kept.seconds, kept.problem) == (3.0, "")


@pytest.mark.parametrize(
    ("metadata", "absence"),
    [
        pytest.param(MONO, 0, id="in another shape"),
        pytest.param(METADATA, 700, id="after too long an absence"),
    ],
)
async def test_what_cannot_go_on_begins_a_second_recording_of_the_call(
    tmp_path: Path, clock: MovableClock, metadata: str, absence: float
) -> None:
    async with running(options(tmp_path, settle_seconds=3600), clock) as recorder:
        await recorder.record("call:c-1", FIRST)
        await recorder.journal.until("call:c-1", KEPT)
        clock.move(seconds=absence)
        await recorder.record("call:c-1", SECOND, metadata)
        second = await recorder.journal.until("call:c-1~2", KEPT)
        assert (second.call_sid, second.started_at) == ("c-1", clock.now())
        assert (await recorder.get("/recordings/call:c-1")).content[44:] == FIRST
        assert (await recorder.get("/recordings/call:c-1~2")).content[44:] == SECOND


async def test_sound_that_comes_after_the_packing_is_a_second_recording(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", FIRST)
        await recorder.journal.until("call:c-1", PACKED)
        await recorder.record("call:c-1", SECOND)
        assert (await recorder.journal.until("call:c-1~2", PACKED)).seconds == 1.0
        assert recorder.journal.of("call:c-1")[-1].seconds == 2.0


async def test_a_recorder_that_stops_keeps_what_is_open_and_the_next_one_goes_on(tmp_path: Path, clock: MovableClock) -> None:
    given, journal = options(tmp_path, settle_seconds=3600), FakeJournal()
    async with running(given, clock, journal) as recorder:
        ws = await begin(recorder, FIRST)
        await recorder.until_it_has("call:c-1", FIRST)
    assert await until_closed(ws) == 1012
    clock.move(seconds=12)
    async with running(given, clock, journal) as recorder:
        assert (await recorder.journal.until("call:c-1", KEPT)).problem == "cut"
        ws = await begin(recorder, SECOND)
        await ws.close()
        kept = await recorder.journal.until("call:c-1", KEPT, when=lambda facts: facts.seconds > 2)
        assert (kept.seconds, kept.problem) == (13.0, "cut")
