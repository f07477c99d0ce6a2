"""Recordings over HTTP."""

from pathlib import Path

import pytest

from core.phone.vocabulary import RecordingState
from tests.channels.voice.recording.running import METADATA, both, heard, options, running, tone
from tests.clocks import MovableClock

PACKED = RecordingState.PACKED
SOUND = both(tone(440, 2), tone(1000, 2))


async def test_a_packed_recording_is_given_whole_in_parts_and_by_its_tag(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        packed = await recorder.journal.until("call:c-1", PACKED)
        whole = await recorder.get("/recordings/call:c-1")
        assert (whole.status_code, whole.headers["content-type"], len(whole.content)) == (200, "audio/ogg", packed.size)
        assert len(heard(whole.content)[0]) == 16000

        head = await recorder.get("/recordings/call:c-1", method="HEAD")
        assert (head.status_code, head.headers["content-length"], head.content) == (200, str(packed.size), b"")

        part = await recorder.get("/recordings/call:c-1", range="bytes=100-199", if_range=whole.headers["etag"])
        assert (part.status_code, part.content) == (206, whole.content[100:200])
        assert part.headers["content-range"] == f"bytes 100-199/{packed.size}"

        other = await recorder.get("/recordings/call:c-1", range="bytes=100-199", if_range='"another"')
        assert (other.status_code, other.content) == (200, whole.content)
        same = await recorder.get("/recordings/call:c-1", if_none_match=whole.headers["etag"])
        assert (same.status_code, same.content) == (304, b"")
        behind = await recorder.get("/recordings/call:c-1", range="bytes=9999999-")
        assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{packed.size}")


async def test_an_open_recording_is_given_as_far_as_it_came(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder, recorder.call("call:c-1") as ws:
        await ws.send(METADATA)
        await ws.send(SOUND[:32000])
        await recorder.until_it_has("call:c-1", SOUND[:32000])
        first = await recorder.get("/recordings/call:c-1")
        assert first.headers["content-type"] == "audio/wav"
        assert len(heard(first.content)[0]) == 8000
        await ws.send(SOUND[32000:] + b"\x01")
        await recorder.until_it_has("call:c-1", SOUND)
        second = await recorder.get("/recordings/call:c-1")
        assert second.headers["etag"] != first.headers["etag"]
        for start, end in ((0, 10), (40, 50), (44, 1044)):
            part = await recorder.get("/recordings/call:c-1", range=f"bytes={start}-{end - 1}")
            assert (part.status_code, part.content) == (206, second.content[start:end])


@pytest.mark.parametrize(
    ("path", "authorization", "status"),
    [
        pytest.param("/recordings/call:c-1", "Bearer guessed", 401, id="a stranger asks for a recording"),
        pytest.param("/recordings/call:c-1", "", 401, id="nobody says who asks"),
        pytest.param("/recordings/call:c-1", "Bearer \u0439".encode().decode("latin-1"), 401, id="a token that is no ASCII"),
        pytest.param("/room", "Bearer guessed", 401, id="a stranger asks for room"),
        pytest.param("/recordings/call:c-2", None, 404, id="no such recording"),
        pytest.param("/recordings/..%2F..%2Fetc%2Fpasswd", None, 404, id="a path"),
        pytest.param("/recordings/call:..", None, 404, id="a folder"),
        pytest.param("/healthz", "", 200, id="anybody may ask how it is"),
    ],
)
async def test_only_the_web_process_is_answered(
    tmp_path: Path, clock: MovableClock, path: str, authorization: str | None, status: int
) -> None:
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", PACKED)
        assert (await recorder.get(path, authorization=authorization)).status_code == status


async def test_a_recording_that_was_lost_from_the_disk_is_not_found(tmp_path: Path, clock: MovableClock) -> None:
    async with running(options(tmp_path), clock) as recorder:
        await recorder.record("call:c-1", SOUND)
        await recorder.journal.until("call:c-1", PACKED)
        next(tmp_path.glob("*/*.opus")).unlink()
        assert (await recorder.get("/recordings/call:c-1")).status_code == 404
