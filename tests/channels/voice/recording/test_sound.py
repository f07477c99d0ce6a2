"""Packing, and what is measured on the way."""

from pathlib import Path
from threading import Event

import numpy as np
import pytest

from channels.voice.recording.sound import PackingStopped, SoundError
from tests.channels.voice.recording.running import both, heard, strength, tone
from tests.channels.voice.recording.sealed import a_wav, packed_of


@pytest.mark.parametrize(
    ("rate", "packed_rate"),
    [
        pytest.param(8000, 8000, id="a telephone"),
        pytest.param(16000, 16000, id="wide"),
        pytest.param(24000, 16000, id="24 k"),
        pytest.param(48000, 16000, id="48 k"),
    ],
)
def test_each_channel_keeps_its_own_sound(tmp_path: Path, rate: int, packed_rate: int) -> None:
    left, right = tone(440, 12, rate=rate), tone(1000, 12, rate=rate)
    sound, content = packed_of(a_wav(tmp_path, both(left, right), rate=rate))
    samples, made = heard(content)
    assert (made, sound.seconds, sound.size) == (packed_rate, 12.0, len(content))
    assert len(samples) / made == pytest.approx(12, abs=0.05)
    assert strength(samples[:, 0], 440, made) == pytest.approx(0.5, abs=0.1)
    assert strength(samples[:, 1], 1000, made) == pytest.approx(0.5, abs=0.1)
    assert max(strength(samples[:, 0], 1000, made), strength(samples[:, 1], 440, made)) < 0.01
    assert sound.size < len(both(left, right)) / 4


def test_silence_is_found_where_nobody_speaks(tmp_path: Path) -> None:
    quiet, nothing = tone(300, 3, height=0.001), np.zeros(8000 * 3, np.int16)
    left = np.concatenate([tone(440, 2), quiet, tone(440, 2), nothing[: 8000 * 9 // 10], tone(440, 2), nothing])
    right = np.zeros_like(left)
    right[8000 * 10 :] = tone(1000, (len(left) - 80000) / 8000)
    sound, _ = packed_of(a_wav(tmp_path, both(left, right)))
    assert sound.silences == ((2.0, 5.0),)


def test_silence_to_the_end_ends_with_the_recording(tmp_path: Path) -> None:
    left = np.concatenate([tone(440, 1), np.zeros(8000 * 2 + 3, np.int16)])
    sound, _ = packed_of(a_wav(tmp_path, left.tobytes(), channels=1))
    assert sound.silences == ((1.0, 3.0),)


def test_the_waveform_has_at_most_a_thousand_values_and_the_right_heights(tmp_path: Path) -> None:
    left = np.concatenate([tone(440, 30, height=1.0), np.zeros(8000 * 30, np.int16), tone(440, 30, height=0.25)])
    sound, _ = packed_of(a_wav(tmp_path, both(left, left)))
    assert len(sound.peaks) == 1000
    assert set(sound.peaks[:330]) == {100}
    assert set(sound.peaks[340:660]) == {0}
    assert max(sound.peaks[670:]) in (25, 26)


def test_a_short_recording_has_a_value_for_every_20_ms(tmp_path: Path) -> None:
    sound, _ = packed_of(a_wav(tmp_path, tone(440, 0.07).tobytes(), channels=1))
    assert len(sound.peaks) == 4
    assert sound.silences == ()


def test_what_is_no_sound_leaves_nothing_behind_under_the_packed_name(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"no sound at all")
    with pytest.raises(SoundError):
        packed_of(tmp_path / "a.wav")
    assert not (tmp_path / "a.opus").exists()


def test_packing_stops_when_it_is_told_to(tmp_path: Path) -> None:
    stopping = Event()
    stopping.set()
    with pytest.raises(PackingStopped):
        packed_of(a_wav(tmp_path, tone(440, 60).tobytes(), channels=1), stopping)
    assert not (tmp_path / "a.opus").exists()
