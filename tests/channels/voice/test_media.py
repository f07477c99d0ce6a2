"""Sounds for the exchange, which asks HEAD before GET and keeps them by the address."""

import io
import wave

import httpx
import numpy as np
import pytest
import soundfile

from channels.voice.addresses import Addresses
from channels.voice.music import LONGEST, music_key, waiting_music
from tests.channels.voice.fakes import FakeMedia

KEY = "0123456789abcdef" * 4


@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_a_sound_is_there_for_head_and_get(client: httpx.AsyncClient, media: FakeMedia, method: str) -> None:
    media.sounds[KEY] = (b"RIFF....", "audio/wav")
    response = await client.request(method, f"/voice/media/{KEY}.wav")
    assert response.status_code == 200
    assert (response.headers["content-type"], response.headers["content-length"]) == ("audio/wav", "8")
    assert "immutable" in response.headers["cache-control"]
    assert response.content == (b"" if method == "HEAD" else b"RIFF....")


async def test_a_sound_is_loaded_once(client: httpx.AsyncClient, media: FakeMedia) -> None:
    media.sounds[KEY] = (b"RIFF....", "audio/wav")
    for _ in range(3):
        await client.get(f"/voice/media/{KEY}.wav")
    assert media.loaded == [KEY]


@pytest.mark.parametrize("name", [f"{'f' * 64}.wav", "x.wav", "..%2F..%2Fetc%2Fpasswd", f"{KEY}.exe"])
async def test_what_is_no_sound_is_not_found(client: httpx.AsyncClient, media: FakeMedia, name: str) -> None:
    assert (await client.get(f"/voice/media/{name}")).status_code == 404


async def test_a_store_that_is_down_is_not_found_either(client: httpx.AsyncClient, media: FakeMedia) -> None:
    media.away = True
    assert (await client.head(f"/voice/media/{KEY}.wav")).status_code == 404


async def test_the_waiting_music_needs_no_store(client: httpx.AsyncClient, media: FakeMedia) -> None:
    response = await client.get(f"/voice/media/{music_key(20)}.wav")
    with wave.open(io.BytesIO(response.content)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth(), sound.getnframes()) == (8000, 1, 2, 160_000)
    assert media.loaded == []


def test_the_music_is_heard_is_not_loud_and_ends_in_silence() -> None:
    samples, _ = soundfile.read(io.BytesIO(waiting_music(20)))
    assert 0.02 < np.sqrt(np.mean(samples**2)) < 0.3
    assert np.abs(samples).max() < 0.9
    assert np.abs(samples[-80:]).max() < 0.01
    assert len(waiting_music(10_000)) < (LONGEST + 1) * 16_000


async def test_callers_hear_what_they_recorded(client: httpx.AsyncClient, recordings: FakeMedia, addresses: Addresses) -> None:
    packed = io.BytesIO()
    soundfile.write(packed, np.zeros(8000), 8000, format="OGG", subtype="OPUS")
    recordings.sounds["message:c1:question-7"] = (packed.getvalue(), "audio/ogg")
    response = await client.get(addresses.own("c1", "question-7"))
    assert response.headers["content-type"] == "audio/wav"
    assert soundfile.info(io.BytesIO(response.content)).frames == 8000
    assert response.headers["cache-control"] == "private, no-store"


async def test_a_recording_that_is_still_a_wav_is_given_as_it_is(
    client: httpx.AsyncClient, recordings: FakeMedia, addresses: Addresses
) -> None:
    recordings.sounds["message:c1:question-7"] = (b"RIFF", "audio/wav")
    assert (await client.head(addresses.own("c1", "question-7"))).headers["content-length"] == "4"


async def test_nobody_hears_another_callers_recording(
    client: httpx.AsyncClient, recordings: FakeMedia, addresses: Addresses
) -> None:
    recordings.sounds["message:c1:question-7"] = (b"RIFF", "audio/wav")
    address = addresses.own("c2", "question-7").replace("/c2/", "/c1/")
    assert (await client.get(address)).status_code == 404
    assert recordings.loaded == []


async def test_a_recorder_that_is_down_is_not_found(client: httpx.AsyncClient, recordings: FakeMedia, addresses: Addresses) -> None:
    recordings.away = True
    assert (await client.get(addresses.own("c1", "question-7"))).status_code == 404
