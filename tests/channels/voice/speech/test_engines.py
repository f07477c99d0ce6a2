"""The voices that are installed here say sentences as sound that can be understood as speech."""

import asyncio

import numpy as np
import pyloudnorm
import pytest

from channels.voice.speech.engines.choosing import ENGINES, NoVoice, started_engine
from channels.voice.speech.engines.espeak import Espeak
from channels.voice.speech.port import EngineMissing, SpeechFailed

SENTENCE = "Здравствуйте! Вы позвонили в контакт-центр администрации города."
EVERYWHERE = ("festival", "espeak")
"""What .ci/system-packages installs."""


@pytest.fixture(params=EVERYWHERE, scope="module")
async def engine(request):
    made = await started_engine(request.param, processes=2)
    yield made
    await made.close()


async def _said(engine, sentence):
    return b"".join([piece async for piece in engine.say(sentence, "")])


async def test_a_sentence_is_as_long_and_as_loud_as_speech_is(engine):
    sound = np.frombuffer(await _said(engine, SENTENCE), "<i2") / 32768 * engine.gain
    assert 3 < len(sound) / engine.rate < 9
    assert -23 < pyloudnorm.Meter(engine.rate).integrated_loudness(sound) < -16


async def test_the_same_sentence_sounds_the_same_however_many_are_said_at_once(engine):
    alone = await _said(engine, SENTENCE)
    together = await asyncio.gather(*(_said(engine, SENTENCE) for _ in range(4)))
    assert all(sound == alone for sound in together)


@pytest.mark.parametrize("sentence", ['") (system "false") ("', "\\", "Кавычки \" и 'апостроф'", "Строка\nвторая", "(beep)"])
async def test_no_sign_of_a_text_is_a_command_to_the_engine(engine, sentence):
    await asyncio.gather(_said(engine, sentence), return_exceptions=True)
    assert await _said(engine, "Да.")


async def test_the_best_that_is_installed_is_chosen():
    engine = await started_engine("auto", processes=1)
    assert engine.name in {"rhvoice", "festival"}
    await engine.close()


async def test_an_engine_that_is_set_and_missing_is_an_error(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    for name in EVERYWHERE:
        with pytest.raises(EngineMissing, match=f"{name}.*is not installed"):
            await started_engine(name)


async def test_without_any_engine_the_service_runs_and_says_nothing(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    engine = await started_engine("auto")
    if engine.name == "rhvoice":  # its library is found without a path
        await engine.close()
        engine = NoVoice()
    with pytest.raises(SpeechFailed, match="VOICE_TTS"):
        await _said(engine, SENTENCE)


async def test_a_caller_who_hangs_up_ends_the_process_of_his_sentence():
    engine = Espeak(processes=1)
    sound = engine.say(SENTENCE * 20, "")
    await anext(sound)
    await sound.aclose()
    assert await _said(engine, "Да.")


def test_every_engine_of_the_setting_is_there():
    assert [*ENGINES] == ["rhvoice", "festival", "espeak", "none"]
