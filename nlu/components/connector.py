"""The connector: one turn of the contract over HTTP, answered from the request alone."""

import asyncio
import gc
import hmac
import logging
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from nlu.components import local_actions
from nlu.components.collector import TurnOutput
from nlu.components.state import BrokenState
from nlu.components.store import HELD, Held, RequestScopedStore, packed
from nlu.components.turn_request import BODY_LIMIT, MalformedTurn, TurnBody, read_turn

log = logging.getLogger(__name__)
WARM_UP = ("a", "b c", "d e f")
RANKING = 5
OUR_NAMES = {"back": "step_back"}
"""Intents of the contract that bear another name in the domain, because Rasa keeps theirs for itself."""
THEIR_NAMES = {ours: theirs for theirs, ours in OUR_NAMES.items()}


class CoreInput(InputChannel):
    """``/webhooks/core/``: health on GET, ``turn`` on POST behind a shared token."""

    @classmethod
    def name(cls) -> Text:
        """Return the part of the route."""
        return "core"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "CoreInput":
        """Read the token (credentials.yml takes it from the environment variable NLU_TOKEN)."""
        token = str((credentials or {}).get("token") or "")
        if not token or token.startswith("$"):
            cls.raise_missing_credentials_exception()
        return cls(token)

    def __init__(self, token: Text) -> None:
        """Guard the route with the token."""
        self._token = token.encode()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("core_webhook", __name__)

        @routes.listener("after_server_start")
        async def prepare(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            local_actions.install(app.ctx.agent)
            _keep_nothing(app.ctx.agent)
            for text in WARM_UP:
                await app.ctx.agent.parse_message(text)
            gc.freeze()  # what is loaded now stays: the collector need not look at it again

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            return json({"status": "ok", "model": _model(request.app.ctx.agent)})

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            given = request.headers.get("X-Core-Token", "").encode()
            if not hmac.compare_digest(given, self._token):
                return json({"error": "wrong token"}, status=401)
            try:
                body = _checked(request)
                return json(await answer(request.app.ctx.agent, body))
            except (MalformedTurn, BrokenState) as refused:
                return json({"error": str(refused)}, status=422)
            except Exception as failed:
                log.exception("turn.failed")
                return json({"error": type(failed).__name__}, status=500)

        return routes


def _keep_nothing(agent: Any) -> None:
    """Take away the store that Rasa wraps around ours: at an error it falls back to memory, and then keeps what it was given."""
    store = RequestScopedStore(agent.domain)
    agent.tracker_store = store
    agent.processor.tracker_store = store


def _checked(request: Request) -> TurnBody:
    if len(request.body) > BODY_LIMIT:
        raise MalformedTurn("the body is too large")
    try:
        return read_turn(request.json)
    except MalformedTurn:
        raise
    except Exception as broken:
        raise MalformedTurn("the body is not JSON") from broken


async def answer(agent: Any, body: TurnBody) -> Dict[Text, Any]:
    """Carry one turn and return the contract's answer; raises when Rasa said nothing at all."""
    held = Held(brought=body.state, facts=body.slots)
    token = HELD.set(held)
    try:
        parse = await _understood(agent, body)
        output = TurnOutput(body.channel)
        message = UserMessage(
            text=parse["text"],
            output_channel=output,
            sender_id=body.conversation,
            input_channel=body.channel,
            parse_data=parse,
        )
        await agent.processor.handle_message(message)
    finally:
        HELD.reset(token)
    if held.tracker is None:
        raise RuntimeError("the turn left no tracker")
    tracker, intent = held.tracker, parse["intent"]
    return {
        "messages": output.messages,
        "commands": output.commands,
        "intent": THEIR_NAMES.get(intent["name"], intent["name"]),
        "confidence": round(float(intent["confidence"]), 4),
        "ranking": [
            [THEIR_NAMES.get(item["name"], item["name"]), round(float(item["confidence"]), 4)]
            for item in parse["intent_ranking"][:RANKING]
        ],
        "active_loop": tracker.active_loop_name,
        "requested_slot": tracker.get_slot("requested_slot"),
        "slots": {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None},
        "state": packed(tracker),
        "model": _model(agent),
    }


async def _understood(agent: Any, body: TurnBody) -> Dict[Text, Any]:
    """Return the parse of the citizen's words, or of the intent that the core gave; with the core's entities."""
    if body.intent is not None:
        name = OUR_NAMES.get(body.intent, body.intent)
        if name not in agent.domain.intents:
            raise MalformedTurn(f"intent: {body.intent[:60]!r} is not in the domain")
        intent = {"name": name, "confidence": 1.0}
        return {
            "text": body.text or body.intent,
            "intent": intent,
            "intent_ranking": [intent],
            "entities": list(body.entities),
            "metadata": {"given": True, "words": body.text},
        }
    if not any(character.isalnum() for character in body.text):
        nothing = {"name": "nlu_fallback", "confidence": 0.0}
        return {"text": body.text or " ", "intent": nothing, "intent_ranking": [nothing], "entities": list(body.entities)}
    parse: Dict[Text, Any] = await agent.parse_message(body.text)
    parse["entities"] = list(body.entities)
    return parse


def _model(agent: Any) -> Text:
    return str(agent.processor.model_filename)
