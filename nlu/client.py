"""The core's port to the dialogue over HTTP (core/dialogue.py): one pool of connections, a short patience, a breaker."""

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp
import orjson

from core.dialogue import Button, Command, DialogueUnavailable, TurnAnswer, TurnRequest, Utterance

PATIENCE_SECONDS = 2.5
"""Longest wait for a turn; longer is silence on the telephone."""
FAILURES_TO_OPEN = 3
PAUSE_SECONDS = 5.0
"""How long an open breaker refuses before it lets one turn try again."""
TURN = "/webhooks/core/turn"
CONNECTIONS = 32


class Breaker:
    """Stops asking a dialogue that fails, so that a hung one does not cost every citizen the whole patience.

    Closed: all turns pass. After some failures in a row it opens: none pass. After a pause one turn passes as a probe; its outcome
    closes the breaker or opens it anew.
    """

    def __init__(
        self,
        failures: int = FAILURES_TO_OPEN,
        pause: float = PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open after ``failures`` in a row, for ``pause`` seconds."""
        self._limit, self._pause, self._clock = failures, pause, clock
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Tell whether turns are refused at present (a probe aside)."""
        return self._opened_at is not None

    def admit(self) -> bool:
        """Tell whether this turn may pass; the one that passes an open breaker is its probe."""
        if self._opened_at is None:
            return True
        if self._probing or self._clock() - self._opened_at < self._pause:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """Close."""
        self._failures, self._opened_at, self._probing = 0, None, False

    def failed(self) -> None:
        """Count a failure; open when there are too many, or when the probe failed."""
        self._failures += 1
        if self._probing or self._failures >= self._limit:
            self._opened_at = self._clock()
        self._probing = False

    def abandoned(self) -> None:
        """Forget a turn that was cancelled: it says nothing about the dialogue, but a probe must not stay taken."""
        self._probing = False


class RasaDialogue:
    """The dialogue that Rasa carries. Use as an async context manager, or call ``close`` at the end."""

    def __init__(self, url: str, token: str, *, patience: float = PATIENCE_SECONDS, breaker: Breaker | None = None) -> None:
        """Speak to the server at ``url`` (``http://127.0.0.1:5005``) with the shared token."""
        self._url = url.rstrip("/") + TURN
        self._token = token
        self._patience = aiohttp.ClientTimeout(total=patience)
        self._breaker = breaker or Breaker()
        self._session: aiohttp.ClientSession | None = None

    async def turn(self, request: TurnRequest) -> TurnAnswer:
        """Answer one turn; raises DialogueUnavailable when the dialogue is down, too slow or answers nonsense."""
        if not self._breaker.admit():
            raise DialogueUnavailable("the dialogue is resting after failures")
        try:
            answer = _answer(await self._ask(_body(request)))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, TypeError, KeyError, AttributeError) as broken:
            self._breaker.failed()
            raise DialogueUnavailable(f"the dialogue failed: {type(broken).__name__}") from broken
        except Refused as refused:
            self._breaker.succeeded()
            raise DialogueUnavailable(f"the dialogue refused the turn: {refused}") from refused
        except BaseException:
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        return answer

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close."""
        await self.close()

    async def _ask(self, body: dict[str, Any]) -> Any:
        session = self._open_session()
        headers = {"X-Core-Token": self._token, "Content-Type": "application/json"}
        async with session.post(self._url, data=orjson.dumps(body), headers=headers) as response:
            if response.status in (401, 422):
                raise Refused(f"{response.status} {(await response.text())[:200]}")
            response.raise_for_status()
            return orjson.loads(await response.read())

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._patience)
        return self._session


class Refused(Exception):
    """The dialogue is alive and refused this turn (a wrong token, a malformed body): no reason to open the breaker."""


def _body(request: TurnRequest) -> dict[str, Any]:
    return {
        "conversation": request.conversation,
        "channel": request.channel,
        "text": request.text,
        "intent": request.intent,
        "entities": [{"entity": item.entity, "value": item.value} for item in request.entities],
        "slots": dict(request.slots),
        "state": request.state,
    }


def _answer(body: Any) -> TurnAnswer:
    """Read the answer; raises ValueError, TypeError or KeyError on anything that is not one (an empty list, for instance)."""
    if not isinstance(body, Mapping) or not isinstance(body.get("state"), Mapping):
        raise ValueError("not an answer of the dialogue")
    confidence = body["confidence"]
    return TurnAnswer(
        messages=tuple(_utterance(item) for item in body["messages"]),
        commands=tuple(_command(item) for item in body["commands"]),
        intent=body["intent"],
        confidence=None if confidence is None else float(confidence),
        active_loop=body["active_loop"],
        requested_slot=body["requested_slot"],
        state=dict(body["state"]),
    )


def _utterance(item: Mapping[str, Any]) -> Utterance:
    buttons = (
        Button(title=str(given["title"]), intent=str(given["intent"]), entities=dict(given["entities"]))
        for given in item["buttons"]
    )
    return Utterance(text=str(item["text"]), buttons=tuple(buttons))


def _command(item: Mapping[str, Any]) -> Command:
    return Command(do=str(item["do"]), arguments={name: value for name, value in item.items() if name != "do"})
