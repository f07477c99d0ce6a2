"""An uploaded file becomes the sound of the news: loudness, band, formats, and what is refused."""

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from channels.voice.sound.levelling import TARGET, loudness
from channels.voice.sound.making import make
from core.news.port import LONGEST_SECONDS, Refused, SoundRefused
from tests.channels.voice.sound.sounds import RATE, a_file, a_voice, read

M4A = b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00" + bytes(100)
FORMATS = [
    pytest.param({"format": "WAV", "subtype": "PCM_16"}, RATE, id="wav"),
    pytest.param({"format": "WAV", "subtype": "FLOAT"}, 48000, id="wav of floats"),
    pytest.param({"format": "WAV", "subtype": "ULAW"}, 8000, id="wav of a telephone"),
    pytest.param({"format": "MP3"}, RATE, id="mp3"),
    pytest.param({"format": "OGG", "subtype": "VORBIS"}, RATE, id="ogg"),
    pytest.param({"format": "OGG", "subtype": "OPUS"}, 48000, id="opus"),
    pytest.param({"format": "FLAC"}, 96000, id="flac"),
    pytest.param({"format": "AIFF"}, 22050, id="aiff"),
]


@pytest.mark.parametrize(("options", "rate"), FORMATS)
def test_every_common_format_is_converted_to_one_loudness(options: dict[str, Any], rate: int) -> None:
    both = np.stack([a_voice(rate=rate)] * 2, axis=1)
    made = make(a_file(both, rate=rate, **options))
    for content, shape in ((made.phone, ("WAV", "PCM_16", 8000, 1)), (made.audio, ("MP3", "MPEG_LAYER_III", 24000, 1))):
        about = soundfile.info(io.BytesIO(content))
        assert (about.format, about.subtype, about.samplerate, about.channels) == shape
        sound, found = read(content)
        assert loudness(sound, found) == pytest.approx(TARGET, abs=0.2)
        assert np.abs(sound).max() < 0.95
    assert made.seconds == pytest.approx(3.0, abs=0.1)
    assert made.audio_type == "audio/mpeg"
    assert len(made.peaks) == pytest.approx(150, abs=4) and 0 < max(made.peaks) <= 100 and min(made.peaks) >= 0


def test_a_long_piece_has_a_thousand_peaks() -> None:
    assert len(make(a_file(a_voice(25))).peaks) == 1000


@pytest.mark.parametrize("level", [0.02, 0.9], ids=["whispered", "shouted"])
def test_quiet_and_loud_pieces_are_heard_alike(level: float) -> None:
    sound, rate = read(make(a_file(a_voice(level=level))).phone)
    assert loudness(sound, rate) == pytest.approx(TARGET, abs=0.2)


def test_a_bang_does_not_make_the_voice_quiet() -> None:
    sound = a_voice(5, level=0.05)
    sound[RATE : RATE + 400] = 0.99
    made, rate = read(make(a_file(sound)).phone)
    assert loudness(made, rate) == pytest.approx(TARGET, abs=0.3)
    assert np.abs(made).max() <= 0.91, "the bang is bent, never cut off"


def test_what_a_telephone_does_not_carry_is_taken_away() -> None:
    at = np.arange(3 * RATE) / RATE
    hum, voice, hiss = (np.sin(2 * np.pi * pitch * at) * 0.1 for pitch in (50, 1000, 3900))
    sound, rate = read(make(a_file((hum + voice + hiss).astype(np.float32))).phone)
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    at_pitch = {pitch: power[round(pitch * len(sound) / rate)] for pitch in (50, 1000, 3900)}
    assert at_pitch[50] < at_pitch[1000] / 30 and at_pitch[3900] < at_pitch[1000] / 30


def test_channels_that_cancel_each_other_out_are_not_mixed() -> None:
    voice = a_voice()
    sound, _ = read(make(a_file(np.stack([voice, -voice], axis=1))).phone)
    assert np.abs(sound).max() > 0.1


def test_broken_samples_of_a_file_of_floats_do_no_harm() -> None:
    sound = a_voice()
    sound[1000:1010], sound[2000] = np.nan, np.inf
    made, rate = read(make(a_file(sound, subtype="FLOAT")).phone)
    assert np.isfinite(made).all() and loudness(made, rate) == pytest.approx(TARGET, abs=0.3)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", Refused.EMPTY, id="nothing"),
        pytest.param(b"Once upon a time " * 50, Refused.NO_SOUND, id="a text"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(500), Refused.NO_SOUND, id="a picture"),
        pytest.param(b"#EXTM3U\nfile:///etc/passwd\n", Refused.NO_SOUND, id="a list of other files"),
        pytest.param(a_file(np.zeros(3 * RATE, np.float32)), Refused.SILENCE, id="silence"),
        pytest.param(a_file(a_voice(level=0.0005)), Refused.SILENCE, id="the noise of a microphone"),
        pytest.param(a_file(a_voice(0.4)), Refused.TOO_SHORT, id="a click"),
        pytest.param(a_file(a_voice(3))[:44], Refused.TOO_SHORT, id="a header alone"),
        pytest.param(a_file(a_voice(LONGEST_SECONDS + 1, rate=8000), rate=8000), Refused.TOO_LONG, id="more than ten minutes"),
        pytest.param(a_file(a_voice(), format="FLAC")[:20000] + b"\xff" * 5000, Refused.DAMAGED, id="a broken file"),
        pytest.param(M4A, Refused.NEEDS_FFMPEG, id="m4a without ffmpeg"),
        pytest.param(b"#!AMR\n" + bytes(50), Refused.NEEDS_FFMPEG, id="amr without ffmpeg"),
        pytest.param(b"\x1aE\xdf\xa3" + bytes(50), Refused.NEEDS_FFMPEG, id="webm without ffmpeg"),
    ],
)
def test_what_cannot_be_news_is_refused(content: bytes, why: Refused) -> None:
    with pytest.raises(SoundRefused) as refused:
        make(content)
    assert refused.value.why is why


def an_ffmpeg(folder: Path, body: str) -> str:
    """A program in the place of ffmpeg; it gets the same arguments."""
    program = folder / "ffmpeg"
    program.write_text(f"#!{sys.executable}\nimport shutil, sys\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_what_the_library_does_not_read_goes_through_ffmpeg(tmp_path: Path) -> None:
    ready = tmp_path / "ready.wav"
    ready.write_bytes(a_file(np.stack([a_voice(rate=24000)] * 2, axis=1), rate=24000))
    body = f"assert sys.argv[sys.argv.index('-f') + 1] == 'mov'; shutil.copy({str(ready)!r}, sys.argv[-1])"
    made = make(M4A, an_ffmpeg(tmp_path, body))
    assert made.seconds == pytest.approx(3.0, abs=0.05)


def test_what_ffmpeg_cannot_read_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(SoundRefused) as refused:
        make(M4A, an_ffmpeg(tmp_path, "sys.exit(1)"))
    assert refused.value.why is Refused.DAMAGED
