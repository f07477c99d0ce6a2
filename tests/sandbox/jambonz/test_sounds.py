"""Sound: files with HEAD first, sockets with their metadata, real frames on both sides, speech services (points 9 and 10)."""

import json
from typing import Any

import numpy as np
import pytest
from aiohttp import web

from sandbox.jambonz.app import serving
from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.sound import tone, wav
from tests.sandbox.jambonz.application import Application, Sound, eventually
from tests.sandbox.jambonz.conftest import settings_for

Json = dict[str, Any]
LISTEN = {"enable": True, "url": "/rec/call/1", "mixType": "stereo", "wsAuth": {"username": "rec", "password": "sec"}}
RECORD = {"verb": "config", "listen": LISTEN}
MESSAGE = {"verb": "listen", "url": "/rec/message/1", "mixType": "mono", "playBeep": True, "finishOnKey": "#", "maxLength": 20,
           "passDtmf": True, "actionHook": "/voice/vm"}  # fmt: skip
NEWS = {"verb": "play", "url": "/media/news.wav", "actionHook": "/voice/played"}
AFTER = [{"verb": "say", "text": "Пока"}]


def _samples(sound: Sound, channels: int) -> "np.ndarray[Any, Any]":
    return np.frombuffer(b"".join(sound.frames), dtype="<i2").reshape(-1, channels)


def _loud(samples: "np.ndarray[Any, Any]") -> float:
    return float(np.abs(samples.astype(float)).mean())


async def test_a_file_is_asked_for_by_head_and_then_kept(application: Application, exchange: Exchange) -> None:
    application.files["/media/news.wav"] = wav(tone(440, 3))
    application.answers = {"/voice/call": [NEWS, NEWS]}
    await (await exchange.call("+79000000001")).ends()
    assert application.asked_files == [("HEAD", "/media/news.wav"), ("GET", "/media/news.wav")]
    played = application.bodies("/voice/played")
    assert [(body["reason"], body["playback_seconds"], body["playback_milliseconds"]) for body in played] == [
        ("playCompleted", 3, 3000)
    ] * 2


@pytest.mark.parametrize("case", ["no file", "no HEAD"])
async def test_a_file_that_cannot_be_had_fails_and_the_next_verb_follows(
    application: Application, exchange: Exchange, case: str
) -> None:
    if case == "no HEAD":
        application.files["/media/news.wav"] = wav(tone(440, 3))
        application.refuses_head = True
    application.answers = {"/voice/call": [NEWS, *AFTER]}
    caller = await exchange.call("+79000000001")
    await caller.ends()
    [played] = application.bodies("/voice/played")
    assert (played["status"], played["reason"]) == ("fail", "playFailed")
    assert caller.heard == ["Пока"]


async def test_the_record_has_the_caller_on_the_left_and_what_was_heard_on_the_right(
    application: Application, exchange: Exchange
) -> None:
    application.files["/media/news.wav"] = wav(tone(440, 3))
    application.answers = {"/voice/call": [RECORD, NEWS, {"verb": "pause", "length": 4}]}
    caller = await exchange.call("+79000000001")
    await caller.hears("news")
    await caller.waits(3.2)
    await caller.say("у меня есть вопрос")
    await caller.ends()
    [sound] = application.sounds
    assert {len(frame) for frame in sound.frames} == {640}
    assert sound.headers == {"Authorization": "Basic cmVjOnNlYw==", "Sec-WebSocket-Protocol": "audio.drachtio.org"}
    await eventually(application, lambda: sound.code == 1000)
    samples = _samples(sound, 2)
    said, heard = samples[:, 0], samples[:, 1]
    assert len(samples) / 8000 == pytest.approx(7, abs=0.2)
    assert (_loud(heard[1000:20000]) > 3000, _loud(said[1000:20000]) < 1) == (True, True)
    assert (_loud(said[26000:34000]) > 1000, _loud(heard[26000:34000]) < 1) == (True, True)


@pytest.mark.parametrize(
    ("options", "size"),
    [({"mixType": "mono"}, 320), ({"mixType": "mixed"}, 320), ({"mixType": "stereo", "sampleRate": 16000}, 1280)],
    ids=["mono", "mixed", "stereo at 16 kHz"],
)
async def test_frames_are_twenty_milliseconds(application: Application, exchange: Exchange, options: Json, size: int) -> None:
    application.answers = {"/voice/call": [{"verb": "config", "listen": LISTEN | options}, {"verb": "pause", "length": 2}]}
    await (await exchange.call("+79000000001")).ends()
    assert {len(frame) for frame in application.sounds[0].frames} == {size}
    assert len(application.sounds[0].frames) == 100


@pytest.mark.parametrize(
    ("tag", "metadata"),
    [({"name": "О'Коннор"}, {}), ({}, {"name": "О'Коннор"}), ({"name": 'ООО "Мир"'}, {})],
    ids=["an apostrophe in the tag", "an apostrophe in the metadata", "quotes inside"],
)
async def test_the_metadata_may_be_no_json(application: Application, exchange: Exchange, tag: Json, metadata: Json) -> None:
    verbs = [{"verb": "tag", "data": tag}, {"verb": "config", "listen": LISTEN | {"metadata": metadata}}, *AFTER]
    application.answers = {"/voice/call": verbs}
    await (await exchange.call("+79000000001")).ends()
    with pytest.raises(json.JSONDecodeError):
        json.loads(application.sounds[0].texts[0])


async def test_too_much_metadata_means_no_sound_and_the_call_goes_on(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [{"verb": "config", "listen": LISTEN | {"metadata": {"x": "y" * 9000}}}, *AFTER]}
    caller = await exchange.call("+79000000001")
    await caller.ends()
    assert (application.sounds, caller.heard) == ([], ["Пока"])


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("key", {"digits": "#", "dial_call_duration": 5}),
        ("time", {"dial_call_duration": 20}),
        ("hang up", {"dial_call_duration": 5}),
    ],
)
async def test_a_message_ends_by_key_time_or_hanging_up(application: Application, exchange: Exchange, how: str, told: Json) -> None:
    application.answers = {"/voice/call": [MESSAGE], "/voice/vm": AFTER}
    caller = await exchange.call("+79000000001")
    await caller.is_asked()
    await caller.waits(5.2)
    if how == "key":
        await caller.press("5#")
    elif how == "hang up":
        await caller.hang_up()
    await caller.ends()
    [body] = application.bodies("/voice/vm")
    assert {key: body[key] for key in ("digits", "dial_call_duration") if key in body} == told
    assert body["call_status"] == ("completed" if how == "hang up" else "in-progress")
    events = [json.loads(text)["dtmf"] for text in application.sounds[0].texts[1:]]
    assert events == (["5", "#"] if how == "key" else [])


async def test_a_recorder_out_of_reach_is_told_by_a_missing_duration(application: Application, exchange: Exchange) -> None:
    exchange.faults.add("no_recorder", only="/rec/message")
    application.answers = {"/voice/call": [MESSAGE], "/voice/vm": AFTER}
    caller = await exchange.call("+79000000001")
    await caller.hears("Пока")
    assert "dial_call_duration" not in application.bodies("/voice/vm")[0]


async def test_a_socket_cut_in_the_middle_does_not_end_the_call(application: Application, exchange: Exchange) -> None:
    exchange.faults.add("cut_recorder", only="/rec/call", seconds=2)
    application.answers = {"/voice/call": [RECORD, {"verb": "pause", "length": 5}, *AFTER]}
    caller = await exchange.call("+79000000001")
    await caller.hears("Пока")
    await caller.ends()
    await eventually(application, lambda: application.sounds[0].code is not None)
    assert application.sounds[0].code != 1000
    assert len(_samples(application.sounds[0], 2)) / 8000 == pytest.approx(2, abs=0.1)


async def test_prompts_are_spoken_by_the_speech_service_once(application: Application) -> None:
    def speak(body: Json) -> object:
        application.speech.append(body)
        return web.Response(body=tone(300, 1.5).astype("<i2").tobytes(), content_type="audio/l16;rate=8000")

    application.tts = speak
    twice = [{"verb": "say", "text": "Здравствуйте"}] * 2
    personal = [{"verb": "say", "text": "Ваш номер", "disableTtsCache": True}] * 2
    application.answers = {"/voice/call": [RECORD, *twice, *personal]}
    async with Exchange(settings_for(application, tts=f"{application.base}/tts", tts_key="k")) as exchange:
        caller = await exchange.call("+79000000001")
        await caller.ends()
    assert [body["text"] for body in application.speech] == ["Здравствуйте", "Ваш номер", "Ваш номер"]
    assert application.speech[0] == {"language": "ru-RU", "voice": "irina", "type": "text", "text": "Здравствуйте"}
    samples = _samples(application.sounds[0], 2)
    assert len(samples) / 8000 == pytest.approx(6, abs=0.1)
    assert _loud(samples[:, 1]) > 3000


async def test_speech_goes_to_the_recogniser_as_sound(application: Application) -> None:
    final = {
        "type": "transcription",
        "is_final": True,
        "alternatives": [{"confidence": 1, "transcript": "режим"}],
        "language": "ru-RU",
        "channel": 1,
    }
    application.recogniser = lambda count: [final] if count == 320 * 40 else []
    gather = {"verb": "gather", "input": ["speech"], "timeout": 5, "actionHook": "/voice/menu",
              "recognizer": {"vendor": "custom:gorod", "hints": ["режим"]}}  # fmt: skip
    application.answers = {"/voice/call": [gather], "/voice/menu": AFTER}
    ws = application.base.replace("http", "ws")
    async with serving(settings_for(application, stt=f"{ws}/stt", stt_key="k")) as exchange:
        caller = await exchange.call("+79000000001")
        await caller.is_asked()
        await caller.say("режим работы")
        await caller.hears("Пока")
        await caller.ends()
    start, stop = application.heard
    assert (start["type"], start["sampleRateHz"], start["options"]["hints"], stop) == ("start", 8000, ["режим"], {"type": "stop"})
    assert application.bodies("/voice/menu")[0]["speech"]["vendor"]["evt"] == final
