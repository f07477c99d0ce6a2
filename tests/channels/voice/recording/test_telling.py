"""The office is told everything, also when it was away."""

from pathlib import Path

from core.phone.vocabulary import RecordingState
from tests.channels.voice.recording.running import KEPT_AT, METADATA, FakeJournal, both, options, running, tone
from tests.clocks import MovableClock

PACKED, BROKEN = RecordingState.PACKED, RecordingState.BROKEN
SOUND = both(tone(440, 1), tone(1000, 1))


async def test_a_call_is_recorded_while_the_office_is_away_and_told_when_it_is_back(tmp_path: Path, clock: MovableClock) -> None:
    journal = FakeJournal()
    journal.is_away = True
    async with running(options(tmp_path), clock, journal) as recorder:
        await recorder.record("call:c-1", SOUND)
        await journal.until_asked_in_vain()
        assert journal.told == []
        journal.is_away = False
        assert (await journal.until("call:c-1", PACKED)).seconds == 1.0


async def test_what_was_never_told_is_told_by_the_next_recorder(tmp_path: Path, clock: MovableClock) -> None:
    away = FakeJournal()
    away.is_away = True
    async with running(options(tmp_path), clock, away) as recorder:
        async with recorder.call("call:c-1") as ws:
            await ws.send(METADATA)
            await ws.send(SOUND)
            await ws.send('{"event":"dtmf","dtmf":"5"}')
            await recorder.until_it_has("call:c-1", SOUND)
        async with recorder.call("message:c-1:name-1") as ws:
            await ws.send(SOUND)
    async with running(options(tmp_path), clock) as recorder:
        packed = await recorder.journal.until("call:c-1", PACKED)
        assert [one.key for one in packed.pressed] == ["5"]
        await recorder.journal.until("message:c-1:name-1", PACKED)


async def test_what_was_told_is_not_told_again(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", PACKED)
        await recorder.record("call:c-2", SOUND)
        await recorder.journal.until("call:c-2", PACKED)
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-3", SOUND)
        await recorder.journal.until("call:c-3", PACKED)
        assert recorder.journal.of("call:c-1") == []


async def test_a_recording_that_the_office_believes_in_and_nobody_has_is_lost(tmp_path: Path, clock: MovableClock) -> None:
    journal = FakeJournal()
    journal.believed = ["call:c-9", "nonsense", "message:c-9:name-1"]
    async with running(options(tmp_path), clock, journal):
        lost = await journal.until("message:c-9:name-1", BROKEN)
        assert (lost.problem, lost.call_sid, lost.part, lost.kept_at) == ("lost", "c-9", "name", KEPT_AT)
        assert journal.of("call:c-9")[-1].problem == "lost"


async def test_an_office_that_forgot_is_told_again(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", PACKED)
        await recorder.record("call:c-2", SOUND)
        await recorder.journal.until("call:c-2", PACKED)
    journal = FakeJournal()
    journal.believed = ["call:c-1"]
    async with running(options(tmp_path), clock, journal):
        assert (await journal.until("call:c-1", PACKED)).seconds == 1.0
