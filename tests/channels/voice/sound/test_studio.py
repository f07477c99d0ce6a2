"""The studio: each file in a limited process of its own."""

import asyncio

import pytest

from channels.voice.sound.studio import SoundStudio
from core.news.port import SOUND_LIMIT, Refused, SoundRefused
from tests.channels.voice.sound.sounds import a_file, a_voice


async def test_a_file_is_made_apart_and_comes_back_whole() -> None:
    made = await SoundStudio(ffmpeg=None).master(a_file(a_voice()))
    assert made.phone.startswith(b"RIFF") and len(made.phone) == 44 + 2 * 8000 * 3
    assert made.audio[:2] in (b"\xff\xf3", b"ID") and made.seconds == 3.0 and len(made.peaks) == 150


async def test_refusals_come_back_too() -> None:
    studio = SoundStudio(ffmpeg=None)
    assert not studio.reads_everything
    for content, why in ((b"words", Refused.NO_SOUND), (b"", Refused.EMPTY), (bytes(SOUND_LIMIT + 1), Refused.TOO_BIG)):
        with pytest.raises(SoundRefused) as refused:
            await studio.master(content)
        assert refused.value.why is why


async def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_is_made() -> None:
    hasty = SoundStudio(ffmpeg=None, patience=0.01)
    found = await asyncio.gather(*(hasty.master(a_file(a_voice())) for _ in range(2)), return_exceptions=True)
    assert [getattr(one, "why", one) for one in found] == [Refused.TOO_HARD, Refused.TOO_HARD]


async def test_a_process_that_dies_is_a_refusal() -> None:
    with pytest.raises(SoundRefused) as refused:
        await SoundStudio(ffmpeg=None, program="no.such.module").master(a_file(a_voice()))
    assert refused.value.why is Refused.TOO_HARD
