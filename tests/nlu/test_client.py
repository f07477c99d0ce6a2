"""The core's client against dialogues that are well, slow, dead or talking nonsense."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from core.dialogue import DialogueUnavailable, Entity, TurnRequest
from nlu.client import Breaker, RasaDialogue

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
WELL: dict[str, Any] = {
    "messages": [{"text": "words", "buttons": [{"title": "Yes", "intent": "affirm", "entities": {}}]}],
    "commands": [{"do": "answer_question", "query": "q"}],
    "intent": "ask_kb",
    "confidence": 0.9,
    "active_loop": None,
    "requested_slot": None,
    "state": {"v": 1},
}
REQUEST = TurnRequest(
    conversation="1", channel="telegram", text="words", entities=(Entity(entity="phone", value="+7"),), slots={"consent": True}
)


class Clock:
    """A clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def a_dialogue(answering: Answering) -> AsyncIterator[str]:
    """Serve the turn's route while the block lasts."""
    app = web.Application()
    app.router.add_post("/webhooks/core/turn", answering)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        await web.SockSite(runner, listening).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            await runner.cleanup()


async def test_an_answer_comes_in_the_cores_words() -> None:
    seen: list[Any] = []

    async def well(request: web.Request) -> web.Response:
        seen.append((request.headers["X-Core-Token"], await request.json()))
        return web.json_response(WELL)

    async with a_dialogue(well) as url, RasaDialogue(url, "secret") as dialogue:
        answer = await dialogue.turn(REQUEST)
    assert answer.messages[0].buttons[0].intent == "affirm"
    assert (answer.commands[0].do, answer.commands[0].arguments) == ("answer_question", {"query": "q"})
    assert answer.state == {"v": 1}
    token, body = seen[0]
    assert token == "secret"
    assert body["entities"] == [{"entity": "phone", "value": "+7"}]
    assert body["slots"] == {"consent": True}
    assert body["state"] is None


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(web.json_response, id="nothing at all"),
        pytest.param(lambda: web.json_response([]), id="an empty list, as Rasa answers when it fails"),
        pytest.param(lambda: web.json_response({}), id="an empty object"),
        pytest.param(lambda: web.json_response(WELL | {"messages": "x"}), id="messages that are a string"),
        pytest.param(lambda: web.json_response(WELL | {"messages": [{"text": "x"}]}), id="a message without buttons"),
        pytest.param(lambda: web.json_response(WELL | {"commands": [{}]}), id="a command without a name"),
        pytest.param(lambda: web.json_response(WELL | {"state": None}), id="no state"),
        pytest.param(lambda: web.Response(text="<html>", content_type="text/html"), id="HTML"),
        pytest.param(lambda: web.Response(body=b"{", content_type="application/json"), id="broken JSON"),
        pytest.param(lambda: web.json_response({"error": "x"}, status=500), id="a failed turn"),
        pytest.param(lambda: web.json_response({"error": "x"}, status=401), id="a wrong token"),
        pytest.param(lambda: web.json_response({"error": "x"}, status=422), id="a malformed body"),
    ],
)
async def test_nonsense_is_an_unavailable_dialogue(garbage: Callable[[], web.Response]) -> None:
    async def answering(request: web.Request) -> web.Response:
        return garbage()

    async with a_dialogue(answering) as url, RasaDialogue(url, "t") as dialogue:
        with pytest.raises(DialogueUnavailable):
            await dialogue.turn(REQUEST)


async def test_a_dead_dialogue_is_unavailable() -> None:
    async with RasaDialogue("http://127.0.0.1:1", "t") as dialogue:
        with pytest.raises(DialogueUnavailable):
            await dialogue.turn(REQUEST)


async def test_a_hung_dialogue_costs_its_patience_three_times_and_then_nothing() -> None:
    asked = 0

    async def hung(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        await asyncio.Event().wait()
        raise AssertionError

    clock = Clock()
    breaker = Breaker(clock=clock)
    async with a_dialogue(hung) as url, RasaDialogue(url, "t", patience=0.05, breaker=breaker) as dialogue:
        for _ in range(6):
            with pytest.raises(DialogueUnavailable):
                await dialogue.turn(REQUEST)
        assert asked == 3
        clock.now += 6
        for _ in range(3):
            with pytest.raises(DialogueUnavailable):
                await dialogue.turn(REQUEST)
        assert asked == 4


async def test_the_first_turn_after_its_return_is_normal() -> None:
    well = False

    async def recovering(request: web.Request) -> web.Response:
        return web.json_response(WELL) if well else web.json_response([])

    clock = Clock()
    breaker = Breaker(clock=clock)
    async with a_dialogue(recovering) as url, RasaDialogue(url, "t", breaker=breaker) as dialogue:
        for _ in range(3):
            with pytest.raises(DialogueUnavailable):
                await dialogue.turn(REQUEST)
        assert breaker.is_open
        well, clock.now = True, 6.0
        assert (await dialogue.turn(REQUEST)).intent == "ask_kb"
        assert (await dialogue.turn(REQUEST)).intent == "ask_kb"


async def test_a_refused_turn_does_not_open_the_breaker() -> None:
    async def refusing(request: web.Request) -> web.Response:
        return web.json_response({"error": "x"}, status=422)

    breaker = Breaker()
    async with a_dialogue(refusing) as url, RasaDialogue(url, "t", breaker=breaker) as dialogue:
        for _ in range(5):
            with pytest.raises(DialogueUnavailable):
                await dialogue.turn(REQUEST)
    assert not breaker.is_open


def test_only_one_turn_probes_an_open_breaker() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, pause=5, clock=clock)
    breaker.failed()
    assert not breaker.admit()
    clock.now = 5
    assert breaker.admit()
    assert not breaker.admit()
    breaker.abandoned()
    assert breaker.admit()
    breaker.succeeded()
    assert breaker.admit()
