"""What the disk may do: fill up in the middle, keep half of a file, be held by another recorder."""

import resource
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.labels import Label
from channels.voice.recording.shelf import Shelf
from channels.voice.recording.tape import AT_MOST_WAITING, Tape
from channels.voice.recording.wave import HEADER_BYTES, Shape, header
from core.errors import Conflict
from core.phone.vocabulary import RecordingState
from core.sealing.envelope import BLOCK, CHUNK
from core.sealing.sealed_files import SealedReader
from tests.channels.voice.recording.running import KEPT_AT, MASTERS, METADATA, both, options, running, tone, until_closed
from tests.channels.voice.recording.sealed import a_wav, packed_of, put
from tests.clocks import MovableClock

KEPT, PACKED, BROKEN, DELETED = RecordingState.KEPT, RecordingState.PACKED, RecordingState.BROKEN, RecordingState.DELETED
SOUND = both(tone(440, 1), tone(1000, 1))
STEREO = Shape(rate=8000, channels=2)
TAKEN = round((8 * CHUNK - HEADER_BYTES) / STEREO.second_bytes, 3)
"""Seconds of sound that a file of nine blocks has."""


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system refuses to let a file grow further, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_disk_that_fills_up_ends_the_socket_and_keeps_what_it_took(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        async with recorder.call("call:c-1") as ws:
            await ws.send(METADATA)
            await ws.send(SOUND)
            await recorder.until_it_has("call:c-1", SOUND)
            with files_of_at_most(9 * BLOCK):
                while ws.close_code is None:
                    await ws.send(SOUND[:3200])
                    await recorder.get("/room")
            assert await until_closed(ws) == 1013
        packed = await recorder.journal.until("call:c-1", PACKED)
        assert (packed.seconds, packed.problem) == (TAKEN, "disk")


async def test_a_packing_that_the_disk_refuses_is_done_later_and_the_sound_stays(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path, settle_seconds=3600), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", KEPT)
    with ExitStack() as full:
        full.enter_context(files_of_at_most(BLOCK))
        async with running(options(tmp_path), clock) as recorder:
            for _ in range(20):
                assert (await recorder.get("/recordings/call:c-1")).content[44:] == SOUND
            full.close()
            assert (await recorder.journal.until("call:c-1", PACKED)).seconds == 1.0
            assert not list(tmp_path.glob("*/*.opus.tmp"))


def test_a_file_that_the_disk_did_not_take_whole_is_not_packed(tmp_path: Path) -> None:
    wav = a_wav(tmp_path, SOUND)
    with files_of_at_most(BLOCK), pytest.raises(OSError, match="too large"):
        packed_of(wav)
    assert list(tmp_path.iterdir()) == [wav]


@pytest.mark.parametrize("bytes_of_sound", [CHUNK + 1, 3 * CHUNK])
def test_a_tape_that_the_disk_cut_is_readable_also_when_there_is_room_again(tmp_path: Path, bytes_of_sound: int) -> None:
    tape = Tape(tmp_path / "ab" / "a.wav", STEREO, MASTERS, "ab/a.wav")
    tape.write(0, SOUND[:CHUNK])
    with files_of_at_most(2 * BLOCK):
        tape.write(CHUNK, SOUND[CHUNK : CHUNK + bytes_of_sound])
    left = tape.so_far()
    assert left is not None
    with closing(left):
        assert left.read(HEADER_BYTES, left.size) == SOUND[: CHUNK - HEADER_BYTES]
    with pytest.raises(OSError, match="too large"):
        tape.close()
    assert tape.written == CHUNK - HEADER_BYTES
    reader = SealedReader.open(tmp_path / "ab" / "a.wav", MASTERS, "ab/a.wav", may_be_unfinished=True)
    with closing(reader):
        assert reader.read(HEADER_BYTES, reader.size) == SOUND[: CHUNK - HEADER_BYTES]


async def test_a_call_whose_last_sound_the_disk_refused_is_not_said_to_be_whole(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        async with recorder.call("call:c-1") as ws:
            await ws.send(METADATA)
            await ws.send(SOUND)
            await recorder.until_it_has("call:c-1", SOUND)
            with files_of_at_most(9 * BLOCK):
                await ws.send(SOUND[: 2 * CHUNK])
                await recorder.until_it_has("call:c-1", (SOUND + SOUND)[: 8 * CHUNK - HEADER_BYTES])
        packed = await recorder.journal.until("call:c-1", PACKED)
        assert (packed.seconds, packed.problem) == (TAKEN, "disk")


def test_a_disk_that_hangs_does_not_fill_the_memory(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "ab" / "a.wav", STEREO, MASTERS, "ab/a.wav")
    tape.take(bytes(AT_MOST_WAITING + 1))
    for refused in (lambda: tape.take(b"more"), tape.close):
        with pytest.raises(OSError, match="does not take"):
            refused()


async def test_two_recorders_do_not_share_a_folder(tmp_path: Path, clock: MovableClock) -> None:
    first, second = Shelf(tmp_path, KEPT_AT, MASTERS), Shelf(tmp_path, KEPT_AT, MASTERS)
    first.enter()
    with pytest.raises(Conflict):
        second.enter()
    first.leave()
    second.enter()
    second.leave()


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(header(STEREO, 0), id="a header that was not made true"),
        pytest.param(header(STEREO, 10**6), id="a header that promises too much"),
        pytest.param(header(STEREO, 2**33), id="a header at its limit"),
        pytest.param(bytes(44), id="no header"),
    ],
)
async def test_a_file_that_a_crash_left_is_repaired_and_told(tmp_path: Path, clock: MovableClock, head: bytes) -> None:
    wav = tmp_path / (RecordingKey.parse("call:c-1").stem + ".wav")
    wav.parent.mkdir()
    wav.write_bytes(head + SOUND + b"\x01")
    wav.with_name("call.c-2.json.tmp").write_bytes(b"half")
    wav.with_name("nonsense.wav").write_bytes(b"left alone")
    async with running(options(tmp_path, settle_seconds=3600), clock) as recorder:
        kept = await recorder.journal.until("call:c-1", KEPT)
        assert (kept.seconds, kept.problem, kept.call_sid) == (1.0, "cut", "c-1")
        assert kept.started_at and kept.ended_at
        assert kept.ended_at - kept.started_at == timedelta(seconds=1)
        answer = await recorder.get("/recordings/call:c-1")
        assert answer.content == header(STEREO, len(SOUND)) + SOUND
    left = {path.name for path in wav.parent.iterdir()}
    assert left == {"call.c-1.wav", "call.c-1.json", "nonsense.wav"}


async def test_a_crash_behind_the_packing_leaves_no_second_copy(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", PACKED)
        packed = (await recorder.get("/recordings/call:c-1")).content
    wav = put(tmp_path, RecordingKey.parse("call:c-1").stem + ".wav", header(STEREO, len(SOUND)) + SOUND)
    async with running(options(tmp_path), clock) as recorder:
        assert (await recorder.get("/recordings/call:c-1")).content == packed
        assert not wav.exists()


async def test_a_label_without_sound_is_told_to_be_broken(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path, settle_seconds=3600), clock) as recorder, recorder.call("call:c-1") as ws:
        await ws.send(METADATA)
        await recorder.journal.until("call:c-1", RecordingState.OPEN)
        (label,) = tmp_path.glob("*/*.json")
        crashed = label.read_bytes()
    label.write_bytes(crashed)
    label.with_suffix(".wav").unlink()
    async with running(options(tmp_path), clock) as recorder:
        broken = await recorder.journal.until("call:c-1", BROKEN)
        assert (broken.seconds, broken.problem) == (0.0, "cut")


async def test_a_wav_that_became_unreadable_is_told_to_be_broken(tmp_path: Path, clock: MovableClock) -> None:
    given = options(tmp_path, settle_seconds=3600)
    async with running(given, clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", KEPT)
    (wav,) = tmp_path.glob("*/*.wav")
    wav.write_bytes(b"?" * 100)
    async with running(options(tmp_path), clock) as recorder:
        assert (await recorder.journal.until("call:c-1", BROKEN)).problem == "unreadable"


async def test_old_recordings_are_deleted_and_the_journal_says_so(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", PACKED)
        clock.move(days=2)
        await recorder.record("call:c-2", SOUND)
        await recorder.journal.until("call:c-2", PACKED)
    clock.move(days=29)
    async with running(options(tmp_path, keep_days=30), clock) as recorder:
        deleted = await recorder.journal.until("call:c-1", DELETED)
        assert (deleted.seconds, deleted.file_name, deleted.size) == (1.0, "", 0)
        assert (await recorder.get("/recordings/call:c-1")).status_code == 404
        assert (await recorder.get("/recordings/call:c-2")).status_code == 200
        assert not list(tmp_path.glob("*/call.c-1.opus"))


async def test_a_label_is_the_same_after_reading(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        async with recorder.call("call:c-1") as ws:
            await ws.send(METADATA)
            await ws.send(SOUND + bytes(len(SOUND) * 2))
            await ws.send('{"event":"dtmf","dtmf":"5"}')
        packed = await recorder.journal.until("call:c-1", PACKED)
    assert packed.silences == ((1.0, 3.0),)
    assert packed.started_at is not None
    assert packed.started_at + timedelta(0) == clock.now()
    assert Label.from_json(Label(facts=packed, told=True).to_json()) == Label(facts=packed, told=True)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"facts":{},"told":true}', b"\xff"])
def test_what_is_no_label_is_said_so(content: bytes) -> None:
    with pytest.raises(ValueError):
        Label.from_json(content)
