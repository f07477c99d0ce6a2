"""Statuses: in order, out of order, late, lost; and who ended a call (voice.md 2.5; point 8)."""

from sandbox.jambonz.exchange import Exchange
from tests.sandbox.jambonz.application import Application, eventually

SAY = [{"verb": "say", "text": "Здравствуйте, это центр"}]


def _statuses(application: Application) -> list[str]:
    return [body["call_status"] for body in application.bodies("/voice/status")]


async def test_a_plain_call_has_three_statuses(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": SAY}
    await (await exchange.call("+79000000001")).ends()
    assert _statuses(application) == ["trying", "in-progress", "completed"]
    last = application.bodies("/voice/status")[-1]
    assert (last["duration"], last["call_termination_by"]) == (1, "jambonz")


async def test_a_caller_who_hangs_up_is_named(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": SAY}
    caller = await exchange.call("+79000000001")
    await caller.hears("Здравствуйте")
    await caller.hang_up()
    await caller.ends()
    assert application.bodies("/voice/status")[-1]["call_termination_by"] == "caller"


async def test_a_caller_who_gives_up_before_the_answer_is_no_answer(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [{"verb": "pause", "length": 10}, *SAY]}
    caller = await exchange.call("+79000000001")
    await caller.waits(2)
    await caller.hang_up()
    await caller.ends()
    last = application.bodies("/voice/status")[-1]
    assert (last["call_status"], last["sip_status"]) == ("no-answer", 487)
    assert "duration" not in last


async def test_a_declined_call_has_failed(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [{"verb": "sip:decline", "status": 486, "reason": "Busy"}]}
    caller = await exchange.call("+79000000001")
    await caller.ends()
    last = application.bodies("/voice/status")[-1]
    assert (last["call_status"], last["sip_status"]) == ("failed", 486)
    assert caller.refusal == (486, "Busy")


async def test_statuses_may_come_out_of_order(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": SAY}
    exchange.faults.add("reorder_status", only="trying")
    await (await exchange.call("+79000000001")).ends()
    assert _statuses(application) == ["in-progress", "trying", "completed"]


async def test_a_status_may_come_after_the_end(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": SAY}
    exchange.faults.add("late_status", only="in-progress", seconds=60)
    await (await exchange.call("+79000000001")).ends()
    await eventually(application, lambda: len(_statuses(application)) == 3)
    assert _statuses(application) in (["trying", "completed", "in-progress"], ["trying", "in-progress", "completed"])


async def test_a_status_may_be_lost(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": SAY}
    exchange.faults.add("drop_status", only="completed")
    await (await exchange.call("+79000000001")).ends()
    assert _statuses(application) == ["trying", "in-progress"]


async def test_a_hidden_number_and_a_name_with_quotes_come_as_they_are(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": SAY}
    caller = await exchange.call("+79000000001", name="О'Коннор", hidden=True)
    await caller.ends()
    body = application.bodies("/voice/call")[0]
    assert (body["from"], body["caller_name"]) == ("anonymous", '"О\'Коннор"')
    assert "+79000000001" not in str(body)
