"""Hooks: their signature and fields, retries, and what happens when they fail (voice.md 2.1, 2.2, 2.7; points 1, 2, 4)."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.settings import SECRET
from tests.sandbox.jambonz.application import Application

Json = dict[str, Any]
MENU = {"verb": "gather", "input": ["digits"], "numDigits": 1, "timeout": 3, "actionHook": "/voice/menu", "say": {"text": "Меню"}}
NEXT = {"verb": "say", "text": "Дальше"}
BYE = [{"verb": "say", "text": "Пока"}]


def failing(status: int) -> Callable[[Json], web.Response]:
    return lambda _: web.Response(status=status)


async def _pressed(exchange: Exchange) -> list[str]:
    caller = await exchange.call("+79000000001")
    await caller.hears("Меню")
    await caller.press("1")
    await caller.ends()
    return caller.heard


async def test_a_hook_is_signed_over_its_very_bytes(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [{"verb": "tag", "data": {"имя": "О'Коннор"}}, NEXT]}
    await (await exchange.call("+79000000001")).ends()
    for posted in application.posted:
        moment, mac = (part.partition("=")[2] for part in posted.signature.split(","))
        assert hmac.new(SECRET.encode(), f"{moment}.".encode() + posted.raw, hashlib.sha256).hexdigest() == mac
    assert "О'Коннор".encode() in application.posted[-1].raw  # not escaped


async def test_a_tag_comes_back_untouched_under_its_camel_name(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [{"verb": "tag", "data": {"appealNumber": "А-5", "Deep": {"Key": 1}}}, NEXT]}
    await (await exchange.call("+79000000001")).ends()
    first, *_, last = application.bodies("/voice/status")
    assert "customerData" not in first
    assert last["customerData"] == {"appealNumber": "А-5", "Deep": {"Key": 1}}
    assert all(key == key.lower() for key in last if key != "customerData")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (failing(500), "Unexpected HTTP Response"),
        (failing(404), "Unexpected HTTP Response"),
        ([{"verb": "say", "words": "x"}], "say: unknown property words"),
        (lambda _: web.json_response({"verb": "say"}), "malformed jambonz payload: must be array"),
    ],
    ids=["500", "404", "bad verbs", "not a list"],
)
async def test_a_failed_hook_is_noticed_and_the_next_verb_follows(
    application: Application, exchange: Exchange, answer: object, reason: str
) -> None:
    application.answers = {"/voice/call": [MENU, NEXT], "/voice/menu": answer}
    assert await _pressed(exchange) == ["Меню", "Дальше"]
    [notice] = [body for body in application.bodies("/voice/status") if "error" in body]
    assert (notice["error"], notice["reason"], notice["call_status"]) == ("invalid actionHook response", reason, "in-progress")


@pytest.mark.parametrize("answer", [[], lambda _: web.Response(status=204)], ids=["an empty list", "no content"])
async def test_an_empty_answer_goes_on_without_a_notice(application: Application, exchange: Exchange, answer: object) -> None:
    application.answers = {"/voice/call": [MENU, NEXT], "/voice/menu": answer}
    assert await _pressed(exchange) == ["Меню", "Дальше"]
    assert not [body for body in application.bodies("/voice/status") if "error" in body]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [({"kind": "slow_hook", "seconds": 11}, "Headers Timeout Error"), ({"kind": "lost_hook"}, "connect ECONNREFUSED 127.0.0.1:")],
    ids=["too late", "out of reach"],
)
async def test_an_application_that_does_not_answer_is_passed_over(
    application: Application, exchange: Exchange, fault: Json, reason: str
) -> None:
    application.answers = {"/voice/call": [MENU, NEXT], "/voice/menu": BYE}
    exchange.faults.add(only="/voice/menu", **fault)
    assert await _pressed(exchange) == ["Меню", "Дальше"]
    [notice] = [body for body in application.bodies("/voice/status") if "error" in body]
    assert notice["reason"].startswith(reason)


async def test_with_nothing_after_the_failed_hook_the_call_ends(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [MENU], "/voice/menu": failing(500)}
    assert await _pressed(exchange) == ["Меню"]
    assert application.bodies("/voice/status")[-1]["call_termination_by"] == "jambonz"


@pytest.mark.parametrize(
    ("fragment", "status", "asked"),
    [
        ("", 500, 1),
        ("#rc=2&rp=ct,5xx", 500, 3),
        ("#rc=2&rp=ct", 500, 1),
        ("#rc=1&rp=4xx", 404, 2),
        ("#rc=2", 500, 1),
        ("#rc=9&rp=all", 404, 6),
    ],
    ids=["no fragment", "5xx twice more", "not for 5xx", "4xx once more", "only connecting by default", "five at most"],
)  # fmt: skip
async def test_only_an_address_with_a_fragment_is_asked_again(
    application: Application, exchange: Exchange, fragment: str, status: int, asked: int
) -> None:
    hook = f"{application.base}/voice/menu{fragment}"
    application.answers = {"/voice/call": [MENU | {"actionHook": hook}, NEXT], "/voice/menu": failing(status)}
    await _pressed(exchange)
    assert len(application.bodies("/voice/menu")) == asked


async def test_retries_wait_half_a_second_then_twice_as_long(application: Application, exchange: Exchange) -> None:
    hook = f"{application.base}/voice/menu#rc=2&rp=5xx"
    application.answers = {"/voice/call": [MENU | {"actionHook": hook}, NEXT], "/voice/menu": failing(503)}
    await _pressed(exchange)
    first, second, third = [hook.at for hook in exchange.log if hook.path == "/voice/menu"]
    assert (round(second - first, 1), round(third - second, 1)) == (0.5, 1.0)


async def test_a_hook_that_arrives_twice_is_the_same_to_the_byte(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [MENU, NEXT], "/voice/menu": BYE}
    exchange.faults.add("repeat_hook", only="/voice/menu")
    assert await _pressed(exchange) == ["Меню", "Пока"]
    first, second = [posted for posted in application.posted if posted.path == "/voice/menu"]
    assert (first.raw, first.signature) == (second.raw, second.signature)


async def test_the_query_of_a_hook_is_kept_as_it_is(application: Application, exchange: Exchange) -> None:
    seen: list[str] = []

    def noted(_: Json) -> list[Json]:
        seen.append(exchange.log[-1].url)
        return BYE

    application.answers = {"/voice/call": [MENU | {"actionHook": "/voice/step?c=1&s=aB_-%2B"}], "/voice/step": noted}
    await _pressed(exchange)
    assert seen == [f"{application.base}/voice/step?c=1&s=aB_-%2B"]


async def test_what_looks_like_an_address_is_not_spoken(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [{"verb": "say", "text": "E-mail: info@city.example"}, NEXT]}
    caller = await exchange.call("+79000000001")
    await caller.ends()
    assert caller.heard == ["Дальше"]
    assert json.dumps(exchange.problems).count("taken for an address") == 1


async def test_a_prompt_that_cannot_be_spoken_is_passed_over(application: Application, exchange: Exchange) -> None:
    application.answers = {"/voice/call": [{"verb": "say", "text": "Нет голоса"}, NEXT]}
    exchange.faults.add("tts_failure", only="Нет голоса")
    caller = await exchange.call("+79000000001")
    await caller.ends()
    assert caller.heard == ["Дальше"]
