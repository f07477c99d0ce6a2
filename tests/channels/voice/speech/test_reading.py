"""A draft's text is heard by the editor through the speech service and a real voice (reg. 2.3)."""

import io

import numpy as np
import pyloudnorm
import pytest
import soundfile

from channels.voice.speech.client import KEPT, Reading
from channels.voice.speech.engines.choosing import started_engine
from channels.voice.texts import phrase
from core.knowledge.port import SpeechAway
from tests.channels.voice.speech.conftest import KEY
from tests.channels.voice.speech.voices import ToneEngine

GREETING = phrase("greeting.text")


@pytest.mark.clause("2.3")
@pytest.mark.parametrize("name", ["espeak", "festival"])
async def test_a_greeting_is_speech_of_its_length_and_loudness(serve_speech, name):
    async with serve_speech(await started_engine(name, processes=1)) as http:
        sound = await Reading(str(http._base_url), KEY).sound(GREETING)
    samples, rate = soundfile.read(io.BytesIO(sound))
    assert rate == 16000
    assert 0.03 < len(samples) / rate / len(GREETING) < 0.15, "seconds a letter"
    assert -26 < pyloudnorm.Meter(rate).integrated_loudness(samples) < -14
    assert np.abs(samples).max() < 1


async def test_what_was_heard_is_not_made_again(serve_speech):
    engine = ToneEngine()
    async with serve_speech(engine) as http:
        reading = Reading(str(http._base_url), KEY)
        first = await reading.sound("Добрый день.")
        assert await reading.sound("Добрый день.") == first
        assert len(engine.said) == 1
        await reading.sound("Добрый вечер.")
        assert len(engine.said) == 2
        for number in range(KEPT):
            await reading.sound(f"Строка {number}.")
        await reading.sound("Добрый день.")
    assert [sentence for sentence, _ in engine.said].count("Добрый день.") == 2


async def test_a_service_that_is_away_is_not_remembered(serve_speech):
    async with serve_speech(ToneEngine()) as http:
        address = str(http._base_url)
        with pytest.raises(SpeechAway):
            await Reading(address, "another key").sound("Добрый день.")
        assert await Reading(address, KEY).sound("Добрый день.")
    with pytest.raises(SpeechAway) as away:
        await Reading("", KEY).sound("Добрый день.")
    assert away.value.facts["reason"] == "not_set_up"
