"""Text to sound, as both clients of jambonz ask for it."""

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from channels.voice.speech.engines.choosing import NoVoice
from channels.voice.speech.prompts import known_sentences
from tests.channels.voice.speech.voices import ToneEngine

MP3 = {"Accept": "audio/mpeg"}


def asked(text="Добрый день.", **more):
    return {"language": "ru-RU", "voice": "irina", "type": "text", "text": text, **more}


async def said(http, body, headers=None):
    async with http.post("/tts", json=body, headers=headers or {}) as answer:
        return answer.status, answer.headers["Content-Type"], await answer.read()


def heard(sound):
    samples, rate = soundfile.read(io.BytesIO(sound), dtype="int16")
    return samples, rate


async def test_freeswitch_gets_mp3_of_the_telephones_rate(serve_speech):
    async with serve_speech(ToneEngine()) as http:
        status, kind, sound = await said(http, {"text": "Добрый день.", "type": "text", "voice": "irina"}, MP3)
    samples, rate = heard(sound)
    assert (status, kind, rate) == (200, "audio/mpeg", 8000)
    assert 0.12 < len(samples) / rate < 0.45, "the encoder's own delay and padding are part of it"
    assert np.abs(samples).max() > 6000


@pytest.mark.parametrize(
    ("accept", "kind", "rate"),
    [
        pytest.param(None, "audio/wav", 8000, id="nothing said"),
        pytest.param("*/*", "audio/wav", 8000, id="anything"),
        pytest.param("audio/wav", "audio/wav", 8000, id="wav"),
        pytest.param("audio/x-wav;rate=16000", "audio/wav", 16000, id="wav of another rate"),
        pytest.param("text/html, audio/wav", "audio/wav", 8000, id="the second choice"),
    ],
)
async def test_a_file_is_given_where_no_mp3_is_wanted(serve_speech, accept, kind, rate):
    async with serve_speech(ToneEngine()) as http:
        status, given, sound = await said(http, asked(), {"Accept": accept} if accept else None)
    samples, made = heard(sound)
    assert (status, given, made) == (200, kind, rate)
    assert len(samples) / rate == pytest.approx(0.12, abs=0.02)


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 32000, 48000])
async def test_bare_samples_are_given_at_the_rate_that_is_asked(serve_speech, rate):
    async with serve_speech(ToneEngine()) as http:
        status, kind, sound = await said(http, asked(), {"Accept": f"audio/l16;rate={rate}"})
    assert (status, kind) == (200, f"audio/l16;rate={rate}")
    assert len(sound) / 2 / rate == pytest.approx(0.12, abs=0.02)


async def test_the_first_sound_comes_while_the_rest_is_still_made(serve_speech):
    goes_on = asyncio.Event()
    async with (
        serve_speech(ToneEngine(wait=goes_on)) as http,
        http.post("/tts", json=asked("слушайте внимательно " * 15), headers=MP3) as answer,
    ):
        first = await answer.content.readany()
        assert first and not goes_on.is_set()
        goes_on.set()
        assert await answer.read()


@pytest.mark.parametrize("text", ["", "   ", "...", "<speak></speak>", "<speak/>"])
async def test_a_text_without_words_is_a_short_silence(serve_speech, text):
    engine = ToneEngine()
    async with serve_speech(engine) as http:
        status, _, sound = await said(http, asked(text))
    samples, rate = heard(sound)
    assert status == 200 and not samples.any() and len(samples) / rate == pytest.approx(0.2)
    assert engine.said == []


async def test_the_engine_gets_sentences_in_words_and_a_voice_without_its_metadata(serve_speech):
    engine = ToneEngine()
    async with serve_speech(engine) as http:
        await said(http, asked("Кабинет 101. Тел. 53-05-05.", voice="irina;callSid=abc-1"))
    assert engine.said == [("Кабинет сто один.", "irina"), ("Телефон пятьдесят три, ноль пять, ноль пять.", "irina")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(asked("<speak>Да</speak>", type="ssml"), "Да", id="told"),
        pytest.param(asked("<speak>Да</speak>"), "Да", id="seen by its beginning"),
        pytest.param(asked("<speak>Да<break></speak>", type="ssml"), "Да", id="broken"),
    ],
)
async def test_ssml_is_said_without_its_tags(serve_speech, body, words):
    engine = ToneEngine()
    async with serve_speech(engine) as http:
        assert (await said(http, body))[0] == 200
    assert [sentence for sentence, _ in engine.said] == [words]


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}]
)
@pytest.mark.parametrize("path", ["/tts", "/transcribe"])
async def test_nobody_is_served_without_the_key(serve_speech, headers, path):
    engine = ToneEngine()
    async with serve_speech(engine, headers=headers) as http, http.post(path, json=asked()) as answer:
        assert answer.status == 401
    assert engine.said == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"not json", id="not json"),
        pytest.param(b"[]", id="not an object"),
        pytest.param(b'{"text": 5}', id="text is no text"),
        pytest.param(b'{"text": "' + b"a" * 70_000 + b'"}', id="too large"),
        pytest.param(b"\xff\xfe", id="not utf-8"),
    ],
)
async def test_a_body_that_cannot_be_used_is_refused(serve_speech, body):
    async with serve_speech(ToneEngine()) as http, http.post("/tts", data=body) as answer:
        assert answer.status == 422 and "error" in await answer.json()


async def test_a_shape_that_is_not_made_here_is_refused(serve_speech):
    async with serve_speech(ToneEngine()) as http:
        assert (await said(http, asked(), {"Accept": "audio/flac"}))[0] == 406


async def test_a_voice_that_fails_at_once_is_a_refusal_so_that_jambonz_takes_its_second_voice(serve_speech):
    async with serve_speech(ToneEngine(broken="день")) as http:
        assert (await said(http, asked(), MP3))[0] == 503


async def test_without_a_voice_the_reason_is_told(serve_speech):
    async with serve_speech(NoVoice()) as http:
        status, _, body = await said(http, asked(), MP3)
    assert status == 503 and b"VOICE_TTS" in body


async def test_a_voice_that_fails_later_stops_short(serve_speech):
    engine = ToneEngine(broken="второе")
    async with serve_speech(engine) as http:
        status, _, sound = await said(http, asked("Первое слово. Второе слово. Третье слово."))
    assert status == 200 and heard(sound)[0].any()
    assert len(engine.said) == 2


async def test_a_very_long_text_has_an_end(serve_speech):
    engine = ToneEngine()
    async with serve_speech(engine) as http:
        status, _, _ = await said(http, asked("слово " * 1500), MP3)
    assert status == 200
    assert sum(len(sentence) for sentence, _ in engine.said) <= 2000


@pytest.fixture
def texts(tmp_path: Path):
    table = tmp_path / "ru.toml"
    table.write_text(
        '[menu]\nhello = "Добрый день. Нажмите 1."\nlist = ["Ждите."]\nname = "Здравствуйте, {name}."', encoding="utf-8"
    )
    return known_sentences([table])


async def test_a_prompt_is_made_once_and_a_text_of_a_citizen_is_never_kept(serve_speech, texts):
    engine = ToneEngine()
    async with serve_speech(engine, known=texts) as http:
        once = [heard((await said(http, asked("Нажмите 1. Здравствуйте, Пример.")))[2])[0] for _ in range(3)]
    for again in once[1:]:
        np.testing.assert_allclose(again, once[0], atol=2, err_msg="the resampler's dither is random, in the last bit")
    assert [sentence for sentence, _ in engine.said] == ["Нажмите один.", *["Здравствуйте, Пример."] * 3]


def test_a_prompt_with_a_fact_in_it_is_not_known(texts):
    assert texts == {"Добрый день.", "Нажмите один.", "Ждите."}


async def test_health_says_honestly_what_speaks_and_who_hears(serve_speech):
    async with serve_speech(ToneEngine(), headers={}) as http, http.get("/healthz") as answer:
        assert await answer.json() == {"voice": "tone", "recognition": "off"}


async def test_the_voice_is_closed_with_the_service(serve_speech):
    engine = ToneEngine()
    async with serve_speech(engine):
        assert not engine.is_closed
    assert engine.is_closed
