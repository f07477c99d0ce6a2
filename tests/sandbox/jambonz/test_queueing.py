"""enqueue, its waiting loop, leave and dequeue (voice.md 2.8; point 7)."""

from typing import Any

import pytest
from aiohttp import web

from sandbox.jambonz.exchange import Exchange
from tests.sandbox.jambonz.application import Application

Json = dict[str, Any]
ENQUEUE = {"verb": "enqueue", "name": "operators", "waitHook": "/voice/wait", "actionHook": "/voice/q-done"}
AFTER = [{"verb": "say", "text": "Пока"}]


async def test_the_waiting_loop_comes_round_after_each_batch(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [ENQUEUE], "/voice/wait": [{"verb": "pause", "length": 5}]}
    caller = await exchange.call("+79000000001")
    await caller.waits(18)
    times = [hook.at for hook in exchange.log if hook.kind == "wait"]
    assert times == [pytest.approx(0.5 + 5.5 * turn, abs=0.05) for turn in range(4)]
    assert [body["queue_time"] for body in application.bodies("/voice/wait")] == [0, 6, 11, 17]
    await caller.hang_up()


@pytest.mark.parametrize("answer", [[], lambda _: web.Response(status=500)], ids=["empty", "500"])
async def test_an_empty_or_failed_waiting_hook_leaves_the_caller_in_silence(
    application: Application, exchange: Exchange, answer: object
) -> None:
    application.answers = {"/voice/call": [ENQUEUE], "/voice/wait": answer}
    caller = await exchange.call("+79000000001")
    await caller.waits(100)
    assert len(application.bodies("/voice/wait")) == 1
    assert not caller.ended
    assert len(exchange.queue("operators")) == 1


async def test_whoever_leaves_goes_on_with_the_answer(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [ENQUEUE], "/voice/wait": [{"verb": "leave"}], "/voice/q-done": AFTER}
    caller = await exchange.call("+79000000001")
    await caller.hears("Пока")
    await caller.ends()
    assert application.bodies("/voice/q-done")[0]["queue_result"] == "leave"
    assert application.bodies("/voice/queue-event")[-1]["leave_reason"] == "abandoned"


async def test_positions_and_lengths_are_counted(application: Application, exchange: Exchange) -> None:
    wait = [{"verb": "say", "text": "Ждите"}, {"verb": "pause", "length": 3}]
    application.answers = {"/voice/call": [ENQUEUE], "/voice/wait": wait}
    first, second = await exchange.call("+79000000001"), await exchange.call("+79000000002")
    await first.hears("Ждите")
    await second.hears("Ждите")
    assert application.bodies("/voice/wait")[-1]["queue_position"] == 1
    await first.hang_up()
    await first.ends()
    await second.hears("Ждите")
    last = application.bodies("/voice/wait")[-1]
    assert (last["queue_position"], last["queue_size"]) == (0, 1)
    await second.hang_up()


async def test_an_operator_takes_a_caller_out(application: Application, exchange: Exchange) -> None:
    caller_wait = [{"verb": "say", "text": "Ждите"}, {"verb": "pause", "length": 30}]

    def call(body: Json) -> list[Json]:
        take = {
            "verb": "dequeue",
            "name": "operators",
            "actionHook": "/voice/d-done",
            "callSid": body.get("customerData", {}).get("c", ""),
        }
        return [take] if body["direction"] == "outbound" else [ENQUEUE]

    application.answers = {"/voice/call": call, "/voice/wait": caller_wait, "/voice/q-done": AFTER}
    caller = await exchange.call("+79000000001")
    await caller.hears("Ждите")
    assert caller.leg is not None
    operator = exchange.callee("user:operator1").answers(1)
    order = {"from": "78672000000", "to": {"type": "user", "name": "operator1"}, "tag": {"c": caller.leg.sid}}
    await exchange.dial(order)
    await caller.is_connected()
    await operator.say("Слушаю Вас")
    await caller.hears("Слушаю")
    await operator.hang_up()
    await caller.hears("Пока")
    await caller.ends()
    left = application.bodies("/voice/queue-event")[-1]
    assert (left["leave_reason"], left["length"], left["dequeuer"]["call_sid"]) == (
        "dequeued",
        0,
        operator.leg and operator.leg.sid,
    )
    assert application.bodies("/voice/q-done")[0]["queue_result"] == "bridged"
    assert application.bodies("/voice/d-done")[0]["dequeue_result"] == "complete"


async def test_a_dequeue_of_an_empty_queue_ends_by_time(application: Application, exchange: Exchange) -> None:
    take = {"verb": "dequeue", "name": "operators", "timeout": 12, "actionHook": "/voice/d-done"}
    application.answers = {"/voice/call": [take], "/voice/d-done": AFTER}
    caller = await exchange.call("+79000000001")
    await caller.hears("Пока")
    assert application.bodies("/voice/d-done")[0]["dequeue_result"] == "timeout"
    assert caller.captions[-1].at == pytest.approx(12, abs=0.1)


async def test_verbs_that_are_not_for_waiting_are_not_carried_out(application: Application, exchange: Exchange) -> None:
    answer = [{"verb": "hangup"}, {"verb": "pause", "length": 1}]
    application.answers = {"/voice/call": [ENQUEUE], "/voice/wait": answer}
    caller = await exchange.call("+79000000001")
    await caller.waits(5)
    assert not caller.ended
    await caller.hang_up()
