"""Sound to words over the websocket of jambonz: endpointing, interims, hints, and silence where nothing can be understood."""

import asyncio
import json

import aiohttp
import numpy as np
import pytest

from channels.voice.speech.hearing.socket import read_start
from tests.channels.voice.speech.scripted import ScriptedRecogniser
from tests.channels.voice.speech.voices import ToneEngine, frames, person, quiet

START = {
    "type": "start",
    "language": "ru-RU",
    "format": "raw",
    "encoding": "LINEAR16",
    "interimResults": True,
    "sampleRateHz": 8000,
    "options": {"callSid": "c-1", "hints": ["режим работы", "оператор"]},
}
HOURS, OPERATOR = "режим работы администрации", "соедините с оператором"
WITHIN = 10


def known():
    return ScriptedRecogniser({HOURS: person(HOURS), OPERATOR: person(OPERATOR)})


async def spoken(http, sound, *, start=START, stop=True, size=320):
    """Everything that the service says to this sound, until it closes."""
    async with http.ws_connect("/stt") as socket:
        await socket.send_json(start)
        for frame in frames(sound, size):
            await socket.send_bytes(frame)
        if stop:
            await socket.send_json({"type": "stop"})
        said = []
        async with asyncio.timeout(WITHIN):
            async for message in socket:
                said.append(json.loads(message.data))
    return said, socket.close_code


def finals(said):
    return [message["alternatives"][0]["transcript"] for message in said if message["is_final"]]


async def test_what_was_said_comes_as_final_words_after_a_pause(serve_speech):
    async with serve_speech(ToneEngine(), known()) as http, http.ws_connect("/stt") as socket:
        await socket.send_json(START)
        for frame in frames(quiet(0.5) + person(HOURS) + quiet(1)):
            await socket.send_bytes(frame)
        async with asyncio.timeout(WITHIN):
            messages = [await socket.receive_json()]
            while not messages[-1]["is_final"]:
                messages.append(await socket.receive_json())
    final = messages[-1]
    assert {**final, "alternatives": []} == {
        "type": "transcription", "is_final": True, "alternatives": [], "language": "ru-RU", "channel": 1,
    }  # fmt: skip
    (alternative,) = final["alternatives"]
    assert alternative["transcript"] == HOURS and 0.5 < alternative["confidence"] <= 1


async def test_interim_words_come_while_somebody_speaks(serve_speech):
    async with serve_speech(ToneEngine(), known()) as http:
        said, _ = await spoken(http, person(HOURS) + quiet(1))
    first = said[0]
    assert not first["is_final"] and first["alternatives"] == [{"confidence": 0, "transcript": "режим"}]


async def test_interims_that_are_not_wanted_do_not_come(serve_speech):
    async with serve_speech(ToneEngine(), known()) as http:
        said, _ = await spoken(http, person(HOURS) + quiet(1), start={**START, "interimResults": False})
    assert [message["is_final"] for message in said] == [True]


async def test_two_sentences_with_a_pause_are_two_finals(serve_speech):
    async with serve_speech(ToneEngine(), known()) as http:
        said, _ = await spoken(http, person(HOURS) + quiet(1.2) + person(OPERATOR) + quiet(1))
    assert finals(said) == [HOURS, OPERATOR]


async def test_a_short_breath_does_not_cut_a_sentence(serve_speech):
    first, second = person("соедините"), person("с оператором")
    recogniser = ScriptedRecogniser({"соедините с оператором": first + quiet(0.3) + second})
    async with serve_speech(ToneEngine(), recogniser) as http:
        said, _ = await spoken(http, first + quiet(0.3) + second + quiet(1))
    assert finals(said) == ["соедините с оператором"]


async def test_stop_in_the_middle_brings_the_last_final_and_we_close(serve_speech):
    async with serve_speech(ToneEngine(), known()) as http:
        said, code = await spoken(http, quiet(0.2) + person(HOURS))
    assert finals(said) == [HOURS] and code == 1000


@pytest.mark.parametrize("rate", [16000, 24000, 48000])
async def test_sound_of_another_rate_is_understood_too(serve_speech, rate):
    async with serve_speech(ToneEngine(), known()) as http:
        said, _ = await spoken(http, person(HOURS, rate) + quiet(1, rate), start={**START, "sampleRateHz": rate}, size=rate // 25)
    assert finals(said) == [HOURS]


async def test_frames_of_odd_sizes_lose_nothing(serve_speech):
    async with serve_speech(ToneEngine(), known()) as http:
        said, _ = await spoken(http, person(HOURS) + quiet(1), size=333)
    assert finals(said) == [HOURS]


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(quiet(3), id="silence"),
        pytest.param((np.random.default_rng(1).normal(0, 300, 24000)).astype("<i2").tobytes(), id="noise"),
        pytest.param(b"", id="nothing at all"),
        pytest.param(person("совсем другие слова о погоде") + quiet(1), id="words that are not known"),
    ],
)
async def test_nothing_is_sent_where_nothing_is_understood(serve_speech, sound):
    async with serve_speech(ToneEngine(), known()) as http:
        said, code = await spoken(http, sound)
    assert said == [] and code == 1000


async def test_without_a_recogniser_the_socket_is_served_in_silence(serve_speech):
    async with serve_speech(ToneEngine()) as http:
        said, code = await spoken(http, person(HOURS) + quiet(1))
    assert said == [] and code == 1000


class _Broken(ScriptedRecogniser):
    name = "broken"

    def open(self, hints):
        raise RuntimeError("the model is gone")


async def test_a_recogniser_that_fails_sends_no_error(serve_speech):
    """An error frame would make jambonz go on without telling the menu, and break into what is played next."""
    async with serve_speech(ToneEngine(), _Broken({})) as http:
        said, code = await spoken(http, person(HOURS) + quiet(1))
    assert said == [] and code == 1000


async def test_the_recogniser_is_told_what_to_expect(serve_speech):
    recogniser = known()
    async with serve_speech(ToneEngine(), recogniser) as http:
        await spoken(http, person(HOURS))
    assert recogniser.hints == [("режим работы", "оператор")]


async def test_a_caller_who_vanishes_leaves_the_service_to_others(serve_speech):
    async with serve_speech(ToneEngine(), known()) as http:
        async with http.ws_connect("/stt") as socket:
            await socket.send_json(START)
            await socket.send_bytes(person(HOURS)[:8000])
        assert finals((await spoken(http, person(HOURS)))[0]) == [HOURS]


async def test_many_are_heard_at_once_each_for_himself(serve_speech):
    async with serve_speech(ToneEngine(), known()) as http:
        heard = await asyncio.gather(*(spoken(http, person(words) + quiet(1)) for words in [HOURS, OPERATOR] * 3))
    assert [finals(said) for said, _ in heard] == [[HOURS], [OPERATOR]] * 3


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
async def test_nobody_is_heard_without_the_key(serve_speech, headers):
    async with serve_speech(ToneEngine(), known(), headers=headers) as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect("/stt")
    assert refused.value.status == 403


@pytest.mark.parametrize("first", ["not json", "[]", json.dumps({"type": "stop"}), json.dumps({**START, "sampleRateHz": 5})])
async def test_what_is_not_the_protocol_is_closed(serve_speech, first):
    async with serve_speech(ToneEngine(), known()) as http, http.ws_connect("/stt") as socket:
        await socket.send_str(first)
        async with asyncio.timeout(WITHIN):
            assert (await socket.receive()).type == aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 1003


@pytest.mark.parametrize(
    ("hints", "read"),
    [
        pytest.param(["а", "б"], ("а", "б"), id="words"),
        pytest.param([{"phrase": "а", "boost": 5}], ("а",), id="with a boost"),
        pytest.param('[{"phrase": "а"}]', ("а",), id="as json in a string"),
        pytest.param("а", ("а",), id="one word"),
        pytest.param(5, (), id="a number"),
        pytest.param([None, 5, ""], (), id="nothing of use"),
        pytest.param(["а"] * 1000, ("а",) * 200, id="too many"),
    ],
)
def test_hints_come_in_several_shapes(hints, read):
    started = read_start(json.dumps({**START, "options": {"hints": hints}}))
    assert started is not None and started.hints == read
