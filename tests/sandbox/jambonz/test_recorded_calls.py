"""The calls recorded on a real feature server 0.9.8, played again on this exchange with the same answers of the application."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.phone import Phone
from tests.sandbox.jambonz.application import Application
from tests.sandbox.jambonz.rest import Rest

Json = dict[str, Any]
SAMPLES = Path(__file__).parents[2] / "payloads" / "jambonz"
RECORDER = "ws://127.0.0.1:8090"
TOLD = (
    "call_status",
    "sip_status",
    "sip_reason",
    "direction",
    "reason",
    "digits",
    "error",
    "event",
    "leave_reason",
    "length",
    "queue_result",
    "queue_position",
    "dial_call_status",
    "dial_sip_status",
    "call_termination_by",
    "customerData",
    "caller_id",
    "from",
    "to",
)
"""What is compared by its value; of everything else only that it is there."""


def sample(name: str) -> Json:
    """A recorded call."""
    return json.loads(next(SAMPLES.glob(f"{name}-*.json")).read_text("utf-8"))


async def _menu_key(exchange: Exchange, caller: Phone) -> None:
    await caller.hears("Нажмите один")
    await caller.press("3")


async def _menu_speech(exchange: Exchange, caller: Phone) -> None:
    await caller.hears("Нажмите один")
    await caller.waits(1)
    await caller.say("режим работы администрации")


async def _hook_fails(exchange: Exchange, caller: Phone) -> None:
    await caller.hears("Нажмите один")
    await caller.press("1")


async def _message(exchange: Exchange, caller: Phone) -> None:
    await caller.is_asked()
    await caller.say("у меня вопрос")
    await caller.waits(4.5)
    await caller.press("#")


async def _hang_up_in_queue(exchange: Exchange, caller: Phone) -> None:
    await caller.hears("Ждите ответа")
    await caller.hears("Ждите ответа")
    await caller.waits(0.6)
    await caller.hang_up()


async def _transfer(exchange: Exchange, caller: Phone) -> None:
    await caller.waits(1.5)
    async with Rest(exchange) as rest:
        await rest.change(caller.leg, {"call_hook": "/voice/xfer"})
        await caller.waits(4)
        await rest.change(caller.leg, {"call_status": "completed"})


async def _nothing(exchange: Exchange, caller: Phone) -> None:
    """The caller only listens."""


INBOUND: dict[str, tuple[Callable[[Exchange, Phone], Awaitable[None]], Callable[[Exchange], object]]] = {
    "01": (_menu_key, lambda _: None),
    "02": (_menu_speech, lambda _: None),
    "03": (_nothing, lambda _: None),
    "04": (_hook_fails, lambda _: None),
    "05": (_nothing, lambda exchange: exchange.callee("78672112").answers(0.5).hangs_up(4.3)),
    "06": (_nothing, lambda exchange: exchange.callee("78672112").busy()),
    "07": (_nothing, lambda exchange: exchange.callee("78672112").silent()),
    "08": (_nothing, lambda exchange: exchange.callee("78672112").answers(0.5)),
    "09": (_message, lambda _: None),
    "10": (_hang_up_in_queue, lambda _: None),
    "11": (_transfer, lambda exchange: (exchange.callee("78672112").answers(0.5), exchange.callee("78672999").answers(0.5))),
    "12": (_nothing, lambda _: None),
    "13": (_nothing, lambda _: None),
}
XFER = [
    {"verb": "say", "text": "Перевожу Вас"},
    {"verb": "dial", "target": [{"type": "phone", "number": "78672999", "trunk": "trunk"}], "callerId": "78672000000",
     "actionHook": "/voice/dial-done"},
]  # fmt: skip
"""The recording keeps the hook, not the answer."""


@pytest.mark.parametrize("name", INBOUND)
async def test_an_incoming_call_goes_as_it_was_recorded(application: Application, served: Exchange, name: str) -> None:
    exchange = served
    recorded = sample(name)
    _load(application, recorded)
    deed, prepare = INBOUND[name]
    prepare(exchange)
    caller = await exchange.call("79280000001", "78672000000", name="Тест")
    await deed(exchange, caller)
    await caller.ends()
    assert _hooks(application) == _recorded_hooks(recorded)
    _compare_sound(application, recorded)


OUTBOUND: dict[str, Callable[[Phone], Phone]] = {
    "14": lambda phone: phone.answers(1.0),
    "15": lambda phone: phone.busy(0.3),
    "16": lambda phone: phone.silent(),
}


@pytest.mark.parametrize("name", OUTBOUND)
async def test_an_outgoing_call_goes_as_it_was_recorded(application: Application, exchange: Exchange, name: str) -> None:
    recorded = sample(name)
    application.answers["/voice/call"] = [
        {"verb": "config", "listen": {"enable": True, "url": "/rec/tok123", "mixType": "stereo", "metadata": {"token": "tok123"}}},
        {"verb": "say", "text": "Ответ готов"},
        {"verb": "hangup"},
    ]
    phone = OUTBOUND[name](exchange.callee("79280000001"))
    order = {"from": "78672000000", "to": {"type": "phone", "number": "79280000001"}, "tag": {"appeal": "A-9"}, "timeout": 3}
    leg = await exchange.dial(order)
    await phone.ends()
    assert leg.is_over
    assert _hooks(application) == _recorded_hooks(recorded)
    _compare_sound(application, recorded)


def _load(application: Application, recorded: Json) -> None:
    first = json.loads(json.dumps(recorded["answer_to_call_hook"]).replace(RECORDER, application.base.replace("http", "ws")))
    application.answers["/voice/call"] = first
    application.answers["/voice/xfer"] = XFER
    for path, answer in (recorded["answers_to_hooks"] or {}).items():
        application.answers[path] = answer if isinstance(answer, list) else _failing(answer["status"])


def _failing(status: int) -> Callable[[Json], object]:
    return lambda _: web.Response(status=status)


def _hooks(application: Application) -> list[object]:
    return _merged([_told(posted.path, posted.body) for posted in application.posted])


def _recorded_hooks(recorded: Json) -> list[object]:
    return _merged([_told(step["post"], step["body"]) for step in recorded["sequence"] if step.get("body")])


def _merged(hooks: list[object]) -> list[object]:
    """How often a recogniser has an interim is its own affair."""
    return [hook for place, hook in enumerate(hooks) if place == 0 or hook != hooks[place - 1] or "partial" not in str(hook)]


def _told(path: str, body: Json) -> object:
    values = {key: body[key] for key in TOLD if key in body}
    if "speech" in body:
        values["speech"] = {key: body["speech"][key] for key in ("is_final", "language_code", "channel_tag")}
    return path, values, sorted(body)


def _compare_sound(application: Application, recorded: Json) -> None:
    sounds = [step for step in recorded["sequence"] if "text_frames" in step]
    assert sorted(sound.path for sound in application.sounds) == sorted(step.get("audio_ws", step.get("post")) for step in sounds)
    for step in sounds:
        sound = next(one for one in application.sounds if one.path == step.get("audio_ws", step.get("post")))
        assert len(sound.frames[0]) == step.get("first_binary_len", 640)
        assert _keys(sound.texts[0]) == _keys(step["text_frames"][0][1])
        assert [json.loads(text) for text in sound.texts[1:]] == [json.loads(text) for _, text in step["text_frames"][1:]]


def _keys(text: str) -> list[str]:
    try:
        return [*json.loads(text)]
    except json.JSONDecodeError:
        return ["invalid", text[-12:]]
