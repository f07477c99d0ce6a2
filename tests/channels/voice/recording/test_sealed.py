"""Recordings at rest: nothing of a call is in clear on the recorder's disk, and only what was sealed is ever given."""

from contextlib import closing
from pathlib import Path

import pytest

from channels.voice.recording.clear import is_clear
from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.labels import Label
from channels.voice.recording.sealing import Sealing
from channels.voice.recording.shelf import OPUS, WAV, Shelf
from channels.voice.recording.survey import Survey, survey
from channels.voice.recording.wave import HEADER_BYTES, Shape, header
from core.phone.vocabulary import RecordingState
from core.sealing.envelope import BLOCK, CHUNK
from db.sealing import MasterKeys, new_master
from tests.channels.voice.recording.running import KEPT_AT, MASTERS, METADATA, FakeJournal, both, options, running, tone
from tests.channels.voice.recording.sealed import opened, put
from tests.clocks import MovableClock

KEPT, PACKED, BROKEN = RecordingState.KEPT, RecordingState.PACKED, RecordingState.BROKEN
KEY = RecordingKey.parse("call:c-1")
SOUND = both(tone(440, 3), tone(1000, 3))
PRESSED = '{"event":"dtmf","dtmf":"7","duration":"1280"}'


def clear_parts(folder: Path) -> list[str]:
    """Files in which a piece of the sound, a magic word of a sound file or a word of a label can be read."""
    pieces = {SOUND[start : start + 16] for start in range(0, len(SOUND), 16)}
    found = []
    for path in folder.rglob("*.*"):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # a label got its name meanwhile
            continue
        known = any(word in content for word in (b"RIFF", b"OggS", b"OpusHead", b"peaks", b"pressed", b"call:c-1", b'"c-1"'))
        if known or any(piece in content for piece in pieces):
            found.append(path.name)
    return found


@pytest.mark.clause("2.5.2")
async def test_nothing_of_a_call_is_in_clear_on_the_disk_during_and_after_it(tmp_path: Path, clock: MovableClock) -> None:
    given, journal = options(tmp_path, settle_seconds=3600), FakeJournal()
    async with running(given, clock, journal) as recorder:
        async with recorder.call("call:c-1") as ws:
            await ws.send(METADATA)
            await ws.send(SOUND)
            await ws.send(PRESSED)
            await recorder.until_it_has("call:c-1", SOUND)
            assert list(tmp_path.glob("*/*.wav"))
            assert not clear_parts(tmp_path)
        await journal.until("call:c-1", KEPT)
        assert not clear_parts(tmp_path)
    async with running(options(tmp_path), clock, journal) as recorder:
        packed = await journal.until("call:c-1", PACKED)
        assert packed.peaks and packed.pressed
        assert not clear_parts(tmp_path)
        assert len((await recorder.get("/recordings/call:c-1")).content) == packed.size


async def test_any_part_of_a_kept_recording_is_given_over_the_borders_of_chunks(tmp_path: Path, clock: MovableClock) -> None:
    whole = header(Shape(rate=8000, channels=2), len(SOUND)) + SOUND
    async with running(options(tmp_path, settle_seconds=3600), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", KEPT)
        for start in (0, HEADER_BYTES, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK - 2, len(whole) - 1):
            for end in (start + 1, start + 2, start + CHUNK + 1, len(whole)):
                part = await recorder.get("/recordings/call:c-1", range=f"bytes={start}-{end - 1}")
                assert (part.status_code, part.content) == (206, whole[start:end])


async def test_a_packed_recording_that_was_cut_is_refused_and_not_said_to_be_lost(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", PACKED)
        (opus,) = tmp_path.glob("*/*.opus")
        opus.write_bytes(opus.read_bytes()[: 2 * BLOCK])
        answer = await recorder.get("/recordings/call:c-1")
        assert (answer.status_code, answer.json()) == (500, {"code": "damaged"})


async def test_a_kept_recording_that_was_cut_or_swapped_is_not_packed(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path, settle_seconds=3600), clock) as recorder:
        for key in ("call:c-1", "call:c-2"):
            await recorder.record(key, SOUND)
            await recorder.journal.until(key, KEPT)
    first, second = (tmp_path / (RecordingKey.parse(key).stem + WAV) for key in ("call:c-1", "call:c-2"))
    first.write_bytes(first.read_bytes()[: 4 * BLOCK])
    content = second.read_bytes()
    second.write_bytes(content[:BLOCK] + content[2 * BLOCK : 3 * BLOCK] + content[BLOCK : 2 * BLOCK] + content[3 * BLOCK :])
    async with running(options(tmp_path), clock) as recorder:
        for key in ("call:c-1", "call:c-2"):
            assert (await recorder.journal.until(key, BROKEN)).problem == "unreadable"
    assert first.exists() and second.exists(), "nothing is thrown away"


async def test_recordings_of_before_are_heard_in_clear_and_sealed_meanwhile(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        packed = await recorder.journal.until("call:c-1", PACKED)
        content = (await recorder.get("/recordings/call:c-1")).content
    (opus,), (label,) = tmp_path.glob("*/*.opus"), tmp_path.glob("*/*.json")
    opus.write_bytes(content)
    label.write_bytes(Label(facts=packed, told=True).to_json())
    assert survey(tmp_path, MASTERS) == Survey(sealed={}, clear=2, missing=())
    shelf = Shelf(tmp_path, KEPT_AT, MASTERS)
    with closing(shelf.sound(packed)) as heard:
        assert heard.read(0, heard.size) == content
    shelf.seal(KEY, OPUS)
    assert not is_clear(opus) and is_clear(label), "it was stopped in the middle"
    assert shelf.label(KEY) == Label(facts=packed, told=True)
    await Sealing(shelf).seal_all()
    assert not clear_parts(tmp_path)
    assert opened(tmp_path, KEY.stem + OPUS) == content
    assert shelf.label(KEY) == Label(facts=packed, told=True)
    async with running(options(tmp_path), clock) as recorder:
        assert (await recorder.get("/recordings/call:c-1")).content == content


def test_a_recording_that_was_deleted_meanwhile_is_not_sealed_back_to_life(tmp_path: Path) -> None:
    Shelf(tmp_path, KEPT_AT, MASTERS).seal(KEY, OPUS)
    assert not list(tmp_path.rglob("*"))


def test_the_survey_names_keys_that_are_not_here_and_keys_that_are_others(tmp_path: Path) -> None:
    put(tmp_path, KEY.stem + OPUS, SOUND)
    assert survey(tmp_path, MASTERS) == Survey(sealed={"tests": 1}, clear=0, missing=())
    for other in (new_master("tests"), new_master("2")):
        assert survey(tmp_path, MasterKeys.read(other)).missing == ("tests",)
    put(tmp_path, RecordingKey.parse("call:c-2").stem + OPUS, SOUND).write_bytes(b"OggS")
    assert survey(tmp_path, MASTERS) == Survey(sealed={"tests": 1}, clear=1, missing=())
    assert survey(tmp_path / "nowhere", MASTERS) == Survey(sealed={}, clear=0, missing=())
