"""REST: placed calls, changes to calls that go on, and its refusals (voice.md 2.8, 2.9; points 11 and 12)."""

import json
from typing import Any

import pytest

from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.phone import Phone
from tests.sandbox.jambonz.application import Application
from tests.sandbox.jambonz.rest import Rest

Json = dict[str, Any]
PHONE = {"type": "phone", "number": "+79000000005"}
DIAL = {"verb": "dial", "target": [{"type": "user", "name": "operator1"}], "actionHook": "/voice/dial-done"}
LONG = [{"verb": "say", "text": "Слушайте"}, {"verb": "pause", "length": 60}]


def order(exchange: Exchange, **more: object) -> Json:
    """A body of createCall."""
    return {"application_sid": exchange.settings.application, "from": "78672000000", "to": PHONE, "timeout": 20, **more}


async def _connected(exchange: Exchange) -> tuple[Phone, Phone]:
    operator = exchange.callee("user:operator1")
    caller = await exchange.call("+79000000001")
    await operator.rings()
    await operator.answer()
    await caller.is_connected()
    return caller, operator


async def test_a_placed_call_has_statuses_first_and_its_tag_in_every_hook(application: Application, served: Exchange) -> None:
    application.answers = {"/voice/call": [{"verb": "say", "text": "Ответ готов"}]}
    phone = served.callee("+79000000005").answers(2)
    async with Rest(served) as rest:
        status, text = await rest.ask("POST", "Calls", order(served, tag={"task": 9}))
    assert status == 201
    assert set(json.loads(text)) == {"sid", "callId"}
    await phone.hears("Ответ готов")
    await phone.ends()
    assert application.paths() == ["/voice/status"] * 3 + ["/voice/call", "/voice/status"]
    assert all(posted.body["customerData"] == {"task": 9} for posted in application.posted)
    assert application.posted[-1].body["call_sid"] == json.loads(text)["sid"]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"to": PHONE}, 400, "missing from property"),
        ({"from": "1", "to": PHONE}, 400, "missing call_hook property"),
        ({"from": "1", "to": PHONE, "application_sid": "x"}, 400, "unknown application_sid x"),
        ({"from": "1", "to": {"type": "fax"}, "application_sid": None}, 400, "missing call_hook property"),
    ],
    ids=["no from", "no application", "another application", "no hooks"],
)
async def test_a_bad_order_is_refused(served: Exchange, body: Json, status: int, message: str) -> None:
    async with Rest(served) as rest:
        assert await rest.ask("POST", "Calls", body) == (status, json.dumps({"msg": message}, separators=(",", ":")))


async def test_without_the_key_nothing_is_told(served: Exchange) -> None:
    async with Rest(served, key="wrong") as rest:
        assert (await rest.ask("GET", "Calls"))[0] == 401


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "no valid options supplied to updateCall"),
        ({"call_status": "completed", "mute_status": "mute"}, "multiple options are not allowed in updateCall"),
        ({"call_status": "busy"}, "invalid call_status"),
    ],
    ids=["nothing", "two things", "an unknown status"],
)
async def test_a_bad_change_is_refused(application: Application, served: Exchange, body: Json, message: str) -> None:
    application.answers = {"/voice/call": LONG}
    caller = await served.call("+79000000001")
    await caller.hears("Слушайте")
    assert caller.leg is not None
    async with Rest(served) as rest:
        status, text = await rest.ask("PUT", f"Calls/{caller.leg.sid}", body)
    assert (status, json.loads(text)) == (400, {"msg": message})


async def test_an_unknown_call_is_404_and_one_that_ended_422(application: Application, served: Exchange) -> None:
    application.answers = {"/voice/call": LONG}
    caller = await served.call("+79000000001")
    await caller.hears("Слушайте")
    await caller.hang_up()
    await caller.ends()
    assert caller.leg is not None
    async with Rest(served) as rest:
        assert (await rest.ask("PUT", "Calls/unknown", {"call_status": "completed"}))[0] == 404
        status, text = await rest.ask("PUT", f"Calls/{caller.leg.sid}", {"call_status": "completed"})
    assert (status, json.loads(text)["msg"]) == (422, f"call session is gone for call_sid {caller.leg.sid}")


async def test_the_list_has_calls_that_go_on_and_deleting_only_forgets(application: Application, served: Exchange) -> None:
    application.answers = {"/voice/call": [DIAL]}
    caller, operator = await _connected(served)
    assert caller.leg is not None and operator.leg is not None
    async with Rest(served) as rest:
        listed = {call["call_sid"]: call for call in json.loads((await rest.ask("GET", "Calls"))[1])}
        assert set(listed) == {caller.leg.sid, operator.leg.sid}
        assert listed[operator.leg.sid]["parent_call_sid"] == caller.leg.sid
        assert await rest.ask("DELETE", f"Calls/{caller.leg.sid}") == (204, "")
        assert (await rest.ask("GET", f"Calls/{caller.leg.sid}"))[0] == 404
        assert not caller.ended
        await caller.hang_up()
        await caller.ends()
        assert json.loads((await rest.ask("GET", "Calls"))[1]) == []


async def test_a_redirect_replaces_what_goes_on_and_the_operator_is_let_go(application: Application, served: Exchange) -> None:
    application.answers = {
        "/voice/call": [DIAL],
        "/voice/xfer": [{"verb": "say", "text": "Перевожу Вас"}],
        "/voice/dial-done": LONG,
    }
    caller, operator = await _connected(served)
    async with Rest(served) as rest:
        await rest.change(caller.leg, {"call_hook": "/voice/xfer"})
        await caller.hears("Перевожу Вас")
        assert operator.ended
        await caller.ends()
    assert caller.heard == ["Перевожу Вас"]  # what the old dial's hook answered is not used


async def test_a_failed_redirect_leaves_the_call_undisturbed(application: Application, served: Exchange) -> None:
    application.answers = {"/voice/call": [DIAL]}
    caller, operator = await _connected(served)
    async with Rest(served) as rest:
        await rest.change(caller.leg, {"call_hook": "http://127.0.0.1:9/nobody"})
    async for happening in served.feed.follow(0):
        if "redirect" in str(happening.body.get("words")):
            break
    await operator.say("Вы ещё здесь?")
    await caller.hears("Вы ещё здесь?")


async def test_both_legs_get_their_own_words_and_the_child_grows_up(application: Application, served: Exchange) -> None:
    application.answers = {
        "/voice/call": [DIAL],
        "/voice/hold": [{"verb": "say", "text": "Подождите"}],
        "/voice/operator": [{"verb": "say", "text": "Заявитель ждёт"}, {"verb": "pause", "length": 5}],
    }
    caller, operator = await _connected(served)
    async with Rest(served) as rest:
        await rest.change(caller.leg, {"call_hook": "/voice/hold", "child_call_hook": "/voice/operator"})
        await caller.hears("Подождите")
        await operator.hears("Заявитель ждёт")
        await caller.ends()
        await operator.ends()
    [grown] = application.bodies("/adulting")
    assert caller.leg is not None and operator.leg is not None
    assert (grown["call_sid"], grown["parent_call_info"]["call_sid"]) == (operator.leg.sid, caller.leg.sid)


async def test_ending_the_childs_call_ends_the_whole(application: Application, served: Exchange) -> None:
    application.answers = {"/voice/call": [DIAL]}
    caller, operator = await _connected(served)
    async with Rest(served) as rest:
        await rest.change(operator.leg, {"call_status": "completed"})
        await caller.ends()
    assert operator.ended


async def test_a_whisper_is_heard_at_one_end_only(application: Application, served: Exchange) -> None:
    application.answers = {"/voice/call": [DIAL]}
    caller, operator = await _connected(served)
    async with Rest(served) as rest:
        await rest.change(operator.leg, {"whisper": {"verb": "say", "text": "Осталась минута"}})
        await operator.hears("Осталась минута")
    assert caller.heard == []


async def test_a_muted_leg_is_not_heard(application: Application, served: Exchange) -> None:
    recorder = {"verb": "config", "listen": {"enable": True, "url": "/rec/1", "mixType": "stereo"}}
    application.answers = {"/voice/call": [recorder, DIAL]}
    caller, operator = await _connected(served)
    async with Rest(served) as rest:
        await rest.change(operator.leg, {"mute_status": "mute"})
        await operator.say("Секрет")
        await caller.waits(1)
        loud = any(any(frame) for frame in application.sounds[0].frames)
        await rest.change(operator.leg, {"mute_status": "unmute"})
        await operator.say("Слушаю Вас")
        await caller.waits(1)
    assert not loud
    assert any(any(frame) for frame in application.sounds[0].frames)


async def test_an_order_may_fail_or_lose_its_answer(application: Application, served: Exchange) -> None:
    application.answers = {"/voice/call": LONG}
    phone = served.callee("+79000000005").answers(1)
    async with Rest(served) as rest:
        served.faults.add("rest_error", only="createCall", code=480)
        assert (await rest.ask("POST", "Calls", order(served)))[0] == 480
        assert phone.legs == []
        served.faults.add("rest_lost_answer", only="createCall")
        assert (await rest.ask("POST", "Calls", order(served)))[0] == 500
    await phone.hears("Слушайте")  # and rang all the same: whoever asks again rings twice


async def test_an_installation_can_be_looked_at(served: Exchange) -> None:
    async with Rest(served) as rest:
        account = json.loads((await rest.ask("GET", ""))[1])
        assert account["webhook_secret"] == served.settings.secret
        speech = json.loads((await rest.ask("GET", "SpeechCredentials"))[1])
        assert [one["vendor"] for one in speech] == ["custom:gorod"]
        assert (await rest.ask("GET", "Unknown"))[0] == 404
