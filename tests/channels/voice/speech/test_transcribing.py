"""Recorded messages in words, in this process and over the service."""

import aiohttp
import pytest

from channels.voice.speech.client import NotTranscribed, Transcriber
from channels.voice.speech.hearing.choosing import NoRecogniser
from channels.voice.speech.hearing.ends import Detectors
from channels.voice.speech.hearing.transcribing import transcribe
from core.errors import Invalid
from tests.channels.voice.speech.conftest import KEY
from tests.channels.voice.speech.scripted import ScriptedRecogniser
from tests.channels.voice.speech.voices import ToneEngine, person, quiet, wav

NAME, MATTER = "меня зовут пример примеров", "во дворе не горит фонарь"
MESSAGE = quiet(0.5) + person(NAME) + quiet(1.5) + person(MATTER)
WORDS = "Меня зовут пример примеров. Во дворе не горит фонарь"


@pytest.fixture
def recogniser():
    return ScriptedRecogniser({NAME: person(NAME), MATTER: person(MATTER)})


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3"])
def test_a_recording_is_a_sentence_for_every_utterance(recogniser, tmp_path, kind):
    assert transcribe(wav(MESSAGE, 8000, tmp_path, kind), recogniser, Detectors()) == WORDS


def test_stereo_of_another_rate_is_understood(recogniser, tmp_path):
    sound = quiet(0.5, 16000) + person(NAME, 16000) + quiet(1.5, 16000) + person(MATTER, 16000)
    assert transcribe(wav(sound, 16000, tmp_path, channels=2), recogniser, Detectors()) == WORDS


@pytest.mark.parametrize("sound", [b"", b"no sound at all", b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_no_sound_is_refused(recogniser, sound):
    with pytest.raises(Invalid):
        transcribe(sound, recogniser, Detectors())


def test_without_a_recogniser_there_are_no_words(tmp_path):
    assert transcribe(wav(MESSAGE, 8000, tmp_path), NoRecogniser(), Detectors()) == ""


async def test_another_process_asks_the_service(serve_speech, recogniser, tmp_path):
    async with serve_speech(ToneEngine(), recogniser) as http, aiohttp.ClientSession() as session:
        transcriber = Transcriber(str(http._base_url), KEY, session)
        assert await transcriber.transcribe(wav(MESSAGE, 8000, tmp_path)) == WORDS
        with pytest.raises(Invalid):
            await transcriber.transcribe(b"no sound")


async def test_a_service_that_recognises_nothing_gives_no_words(serve_speech, tmp_path):
    async with serve_speech(ToneEngine()) as http, aiohttp.ClientSession() as session:
        assert await Transcriber(str(http._base_url), KEY, session).transcribe(wav(MESSAGE, 8000, tmp_path)) == ""


async def test_a_wrong_key_and_a_service_that_is_away_can_be_tried_again(serve_speech, recogniser):
    async with serve_speech(ToneEngine(), recogniser) as http, aiohttp.ClientSession() as session:
        with pytest.raises(NotTranscribed, match="401"):
            await Transcriber(str(http._base_url), "wrong", session).transcribe(b"")
        address = str(http._base_url)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(NotTranscribed, match="cannot be reached"):
            await Transcriber(address, KEY, session).transcribe(b"")
