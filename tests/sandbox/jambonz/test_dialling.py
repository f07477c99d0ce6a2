"""dial: its table of results, confirmation, music, and scripts of those who are rung (voice.md 2.8; point 6)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.phone import Phone
from sandbox.jambonz.sound import tone, wav
from tests.sandbox.jambonz.application import Application

Json = dict[str, Any]
TARGET = {"type": "user", "name": "operator1"}
DIAL = {"verb": "dial", "target": [TARGET], "callerId": "78672000000", "timeout": 10, "actionHook": "/voice/dial-done"}
ASK = {"verb": "gather", "input": ["digits"], "numDigits": 1, "timeout": 4, "actionHook": "/voice/confirm2"}
CONFIRM = [ASK | {"say": {"text": "Звонит Зарина"}}, {"verb": "hangup"}]
AFTER = [{"verb": "say", "text": "Пока"}]


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (lambda phone: phone.answers(1).hangs_up(3), ("completed", 200)),
        (lambda phone: phone.busy(), ("busy", 486)),
        (lambda phone: phone.fails(600), ("busy", 600)),
        (lambda phone: phone.declines(), ("failed", 603)),
        (lambda phone: phone.fails(503), ("failed", 503)),
        (lambda phone: phone.silent(), ("no-answer", 487)),
    ],
    ids=["answers", "busy", "busy everywhere", "declines", "out of order", "nobody comes"],
)
async def test_a_dial_tells_how_it_went_and_the_caller_stays(
    application: Application, exchange: Exchange, prepare: Callable[[Phone], Phone], told: tuple[str, int]
) -> None:
    application.answers = {"/voice/call": [DIAL], "/voice/dial-done": AFTER}
    prepare(exchange.callee("user:operator1"))
    caller = await exchange.call("+79000000001")
    await caller.hears("Пока")
    await caller.ends()
    [done] = application.bodies("/voice/dial-done")
    assert (done["dial_call_status"], done["dial_sip_status"], done["call_status"]) == (*told, "in-progress")


@pytest.mark.parametrize(
    ("prepare", "result"),
    [
        (lambda phone: phone.answers(1).presses("1").hangs_up(3), "completed"),
        (lambda phone: phone.answers(1), "in-progress"),
        (lambda phone: phone.answers(1).hangs_up(1), "in-progress"),
        (lambda phone: phone.machine("Оставьте сообщение после сигнала"), "in-progress"),
    ],
    ids=["accepts by key", "presses nothing", "hangs up", "an answering machine"],
)
async def test_whoever_answers_must_confirm(
    application: Application, exchange: Exchange, prepare: Callable[[Phone], Phone], result: str
) -> None:
    accept = [{"verb": "tag", "data": {"accepted": True}}, {"verb": "hangup"}]
    application.answers = {
        "/voice/call": [DIAL | {"confirmHook": "/voice/confirm"}],
        "/voice/confirm": CONFIRM,
        "/voice/confirm2": lambda body: accept if body["reason"] == "dtmfDetected" else [],
        "/voice/dial-done": AFTER,
    }
    operator = prepare(exchange.callee("user:operator1"))
    caller = await exchange.call("+79000000001")
    await caller.hears("Пока")
    await caller.ends()
    assert application.bodies("/voice/dial-done")[0]["dial_call_status"] == result
    assert operator.heard == ["Звонит Зарина"]
    assert caller.heard == ["Пока"]


async def test_a_leg_that_did_not_confirm_is_never_told_to_be_completed(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [DIAL | {"confirmHook": "/voice/confirm"}], "/voice/confirm": CONFIRM}
    exchange.callee("user:operator1").answers(1)
    await (await exchange.call("+79000000001")).ends()
    child = [body["call_status"] for body in application.bodies("/voice/status") if "parent_call_sid" in body]
    assert child == ["trying", "ringing", "in-progress"]


async def test_a_replacement_in_a_confirmation_may_only_do_little(application: Application, exchange: Exchange) -> None:
    """hangup and play are dropped there, so the list ends, and its end accepts."""
    application.answers = {
        "/voice/call": [DIAL | {"confirmHook": "/voice/confirm"}],
        "/voice/confirm": CONFIRM,
        "/voice/confirm2": [{"verb": "play", "url": "/media/x.wav"}, {"verb": "hangup"}],
    }
    operator = exchange.callee("user:operator1").answers(1).presses("2")
    caller = await exchange.call("+79000000001")
    await operator.is_connected()
    await caller.is_connected()
    assert application.asked_files == []


async def test_the_first_who_answers_gets_the_call_and_the_others_stop_ringing(
    application: Application, exchange: Exchange
) -> None:
    targets = [TARGET, {"type": "phone", "number": "+78672000112"}]
    application.answers = {"/voice/call": [DIAL | {"target": targets}], "/voice/dial-done": AFTER}
    exchange.callee("user:operator1").silent()
    exchange.callee("8 (8672) 00-01-12").answers(1).hangs_up(1)
    await (await exchange.call("+79000000001")).ends()
    told = {(body["to"], body["call_status"]) for body in application.bodies("/voice/status") if "parent_call_sid" in body}
    assert {("operator1", "no-answer"), ("+78672000112", "completed")} <= told


async def test_two_who_are_connected_hear_each_other(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [DIAL | {"tag": {"leg": "7"}, "headers": {"X-Card": "5"}}]}
    operator = exchange.callee("user:operator1")
    caller = await exchange.call("+79000000001")
    await operator.rings()
    assert operator.headers[-1] == {"X-Card": "5"}
    await operator.answer()
    await caller.say("Добрый день")
    await operator.hears("Добрый день")
    await operator.say("Слушаю Вас")
    await caller.hears("Слушаю Вас")
    await caller.hang_up()
    await caller.ends()
    assert operator.ended
    child = [body for body in application.bodies("/voice/status") if "parent_call_sid" in body]
    assert child[-1]["customerData"] == {"leg": "7"}
    done = application.bodies("/voice/dial-done")[0]  # told after the end, and its answer is not used
    assert (done["call_status"], done["call_termination_by"]) == ("completed", "caller")


async def test_the_caller_hears_music_while_it_rings(application: Application, exchange: Exchange) -> None:
    application.files["/media/music.wav"] = wav(tone(440, 1))
    recorder = {"verb": "config", "listen": {"enable": True, "url": "/rec/1", "mixType": "stereo"}}
    application.answers = {"/voice/call": [recorder, DIAL | {"dialMusic": "/media/music.wav", "timeout": 4}]}
    exchange.callee("user:operator1").silent()
    caller = await exchange.call("+79000000001")
    await caller.ends()
    assert caller.heard.count("/media/music.wav") == 4
    heard = np.frombuffer(b"".join(application.sounds[0].frames), dtype="<i2").reshape(-1, 2)[:, 1]
    assert np.abs(heard[8000:16000]).mean() > 3000


async def test_a_time_limit_parts_them(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [DIAL | {"timeLimit": 5}], "/voice/dial-done": AFTER}
    exchange.callee("user:operator1").answers(1)
    caller = await exchange.call("+79000000001")
    await caller.hears("Пока")
    assert caller.captions[-1].at == pytest.approx(6, abs=0.2)


async def test_an_unanswered_bridge_leaves_the_caller_unanswered(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [DIAL | {"answerOnBridge": True}]}
    exchange.callee("user:operator1").busy()
    caller = await exchange.call("+79000000001")
    await caller.ends()
    assert [body["call_status"] for body in application.bodies("/voice/status") if "parent_call_sid" not in body] == [
        "trying",
        "failed",
    ]


GREETING = "Нас нет дома, оставьте сообщение после длинного сигнала"


@pytest.mark.parametrize(
    ("prepare", "types"),
    [
        (lambda phone: phone.answers(1).hangs_up(20), ["amd_human_detected"]),
        (lambda phone: phone.machine(GREETING), ["amd_machine_detected", "amd_machine_stopped_speaking"]),
    ],
    ids=["a person", "a machine"],
)
async def test_it_is_told_who_answered(
    application: Application, exchange: Exchange, prepare: Callable[[Phone], Phone], types: list[str]
) -> None:
    application.answers = {"/voice/call": [DIAL | {"amd": {"actionHook": "/voice/amd"}}]}
    prepare(exchange.callee("user:operator1"))
    caller = await exchange.call("+79000000001")
    await caller.ends()
    assert [body["type"] for body in application.bodies("/voice/amd")] == types


async def test_an_engaged_telephone_is_busy(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [DIAL], "/voice/dial-done": AFTER}
    operator = exchange.callee("user:operator1")
    first = await exchange.call("+79000000001")
    await operator.rings()
    await operator.answer()
    second = await exchange.call("+79000000002")
    await second.hears("Пока")
    assert not first.ended
    assert application.bodies("/voice/dial-done")[0]["dial_call_status"] == "busy"
