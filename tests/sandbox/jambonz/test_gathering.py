"""gather: keys, speech, silence, and everything that the real one does with them (voice.md 2.6; point 5)."""

from typing import Any

import pytest

from sandbox.jambonz.exchange import Exchange
from tests.sandbox.jambonz.application import Application

Json = dict[str, Any]
BYE = [{"verb": "say", "text": "Пока"}, {"verb": "hangup"}]


def asking(**more: object) -> Json:
    return {
        "verb": "gather",
        "input": ["digits"],
        "actionHook": "/voice/menu",
        "timeout": 3,
        "say": {"text": "Нажмите один"},
    } | more


def _outcome(application: Application) -> Json:
    [menu] = application.bodies("/voice/menu")
    return {key: menu[key] for key in ("digits", "reason") if key in menu} | (
        {"speech": menu["speech"]["alternatives"][0]["transcript"]} if "speech" in menu else {}
    )


@pytest.mark.parametrize(
    ("verb", "keys", "told"),
    [
        (asking(numDigits=1), "3", {"digits": "3", "reason": "dtmfDetected"}),
        (asking(), "12#", {"reason": "timeout"}),
        (asking(finishOnKey="#"), "12#", {"digits": "12", "reason": "dtmfDetected"}),
        (asking(numDigits=4), "12", {"reason": "timeout"}),
        (asking(minDigits=1, maxDigits=4, interDigitTimeout=1), "12", {"digits": "12", "reason": "dtmfDetected"}),
        (asking(minDigits=1, maxDigits=4), "12", {"digits": "12", "reason": "dtmfDetected"}),
        (asking(maxDigits=4, interDigitTimeout=1), "12", {"reason": "timeout"}),
        (asking(maxDigits=2), "123", {"digits": "12", "reason": "dtmfDetected"}),
        (asking(input=["dtmf"], numDigits=1), "1", {"reason": "timeout"}),
        (asking(input=["speech"]), "1", {"reason": "timeout"}),
    ],
    ids=[
        "one", "no bounds: lost", "finishing key", "too few: lost", "pause between", "enough at the end", "pause without a least",
        "the most", "no such input", "keys not wanted",
    ],
)  # fmt: skip
async def test_keys_are_told_or_lost(application: Application, exchange: Exchange, verb: Json, keys: str, told: Json) -> None:
    application.answers = {"/voice/call": [verb], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.hears("Нажмите один")
    await caller.press(keys)
    await caller.ends()
    assert _outcome(application) == told


async def test_silence_is_told_after_the_prompt_and_its_time(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [asking(numDigits=1)], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.ends()
    assert _outcome(application) == {"reason": "timeout"}
    [asked] = [hook for hook in exchange.log if hook.path == "/voice/menu"]
    assert asked.at == pytest.approx(len("Нажмите один") / 14 + 3, abs=0.05)


@pytest.mark.parametrize("cuts", [True, False], ids=["a key cuts the prompt", "a key does not"])
async def test_a_key_cuts_the_prompt_unless_that_is_forbidden(application: Application, exchange: Exchange, cuts: bool) -> None:
    words = "Очень длинное приветствие, " * 10
    application.answers = {
        "/voice/call": [asking(numDigits=2, timeout=2, dtmfBargein=cuts, say={"text": words})],
        "/voice/menu": BYE,
    }
    caller = await exchange.call("+79000000001")
    await caller.hears("Очень")
    await caller.press("1")
    await caller.ends()
    [asked] = [hook for hook in exchange.log if hook.path == "/voice/menu"]
    assert (asked.at < 3) is cuts


async def test_keys_pressed_while_something_is_only_said_are_lost(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [{"verb": "say", "text": "Здравствуйте"}, asking(numDigits=1)], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.hears("Здравствуйте")
    await caller.press("3")
    await caller.ends()
    assert _outcome(application) == {"reason": "timeout"}


async def test_speech_is_told_with_its_interims(application: Application, exchange: Exchange) -> None:
    verb = asking(input=["speech", "digits"], partialResultHook="/voice/partial", numDigits=1)
    application.answers = {"/voice/call": [verb], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.hears("Нажмите один")
    await caller.say("режим работы")
    await caller.ends()
    assert _outcome(application) == {"speech": "режим работы", "reason": "speechDetected"}
    interims = [body["speech"]["alternatives"][0]["transcript"] for body in application.bodies("/voice/partial")]
    assert interims == ["режим", "режим работы"]
    assert not any(body["speech"]["is_final"] or "reason" in body for body in application.bodies("/voice/partial"))


@pytest.mark.parametrize(
    ("more", "is_cut"),
    [({"bargein": True}, True), ({"bargein": True, "minBargeinWordCount": 3}, False), ({}, False)],
    ids=["cuts", "too few words", "not wanted"],
)
async def test_speech_cuts_the_prompt_when_that_is_wanted(
    application: Application, exchange: Exchange, more: Json, is_cut: bool
) -> None:
    verb = asking(input=["speech"], say={"text": "Очень длинное приветствие, " * 10}, **more)
    application.answers = {"/voice/call": [verb, {"verb": "say", "text": "дальше"}], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.hears("Очень")
    hushed = exchange.feed.last
    await caller.say("режим работы")
    await caller.ends()
    assert _outcome(application)["reason"] == "speechDetected"  # it ends the gather in any case
    spoken = next(hook for hook in exchange.log if hook.path == "/voice/menu").at
    cut_at = next(one for one in exchange.feed.kept() if one.seq > hushed and one.kind == "hush").body["at"]
    assert (cut_at < spoken - 0.5) is is_cut


async def test_interims_keep_the_timer_of_silence_away(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [asking(input=["speech"], timeout=1)], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.is_asked()
    await caller.waits(1.2)
    await caller.say("скажите пожалуйста когда работает администрация города")
    await caller.ends()
    assert _outcome(application)["reason"] == "speechDetected"


async def test_the_first_key_ends_the_recognising(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [asking(input=["speech", "digits"], numDigits=2)], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.is_asked()
    await caller.press("1")
    await caller.say("режим работы")
    await caller.ends()
    assert _outcome(application) == {"reason": "timeout"}


async def test_a_low_confidence_of_an_interim_ends_the_gather(application: Application, exchange: Exchange) -> None:
    verb = asking(input=["speech"], recognizer={"vendor": "custom:gorod", "minConfidence": 0.6})
    application.answers = {"/voice/call": [verb], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.is_asked()
    await caller.say("режим работы")
    await caller.ends()
    assert _outcome(application) == {"reason": "stt-low-confidence", "speech": "режим"}


async def test_utterances_are_joined_when_asr_timeout_is_set(application: Application, exchange: Exchange) -> None:
    verb = asking(input=["speech"], recognizer={"vendor": "custom:gorod", "asrTimeout": 2}, timeout=10)
    application.answers = {"/voice/call": [verb], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.is_asked()
    await caller.say("меня зовут")
    await caller.say("Зарина")
    await caller.ends()
    assert _outcome(application) == {"speech": "меня зовут Зарина", "reason": "speechDetected"}


async def test_after_an_error_of_the_recogniser_a_forgotten_timer_replaces_what_plays(
    application: Application, exchange: Exchange
) -> None:
    exchange.faults.add("stt_error")
    news = {"verb": "say", "text": "Новость дня, " * 20}
    application.answers = {"/voice/call": [asking(input=["speech"], say={"text": "А"}, timeout=6), news], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.hears("Новость дня")
    assert application.bodies("/voice/menu") == []
    await caller.hears("Пока")
    assert _outcome(application) == {"reason": "timeout"}
    assert caller.captions[-1].at == pytest.approx(6.2, abs=0.5)


async def test_a_verb_with_an_id_is_told_by_it(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [asking(id="menu", numDigits=1)], "/voice/menu": BYE}
    caller = await exchange.call("+79000000001")
    await caller.is_asked()
    await caller.press("1")
    await caller.ends()
    assert application.bodies("/voice/menu")[0]["verb_id"] == "menu"


async def test_something_is_heard_while_the_application_thinks(application: Application, exchange: Exchange) -> None:
    delay = {"enabled": True, "noResponseTimeout": 1, "actions": [{"verb": "say", "text": "Подождите"}]}
    application.answers = {"/voice/call": [asking(numDigits=1, actionHookDelayAction=delay)], "/voice/menu": BYE}
    exchange.faults.add("slow_hook", only="/voice/menu", seconds=3)
    caller = await exchange.call("+79000000001")
    await caller.is_asked()
    await caller.press("1")
    await caller.hears("Подождите")
    await caller.hears("Пока")
    await caller.ends()
