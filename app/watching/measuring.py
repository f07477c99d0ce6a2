"""What is measured while it happens: requests of the web process and turns of the dialogue."""

import time
from collections.abc import Iterable

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.watching.figures import DIALOGUE_FAILURES, DIALOGUE_SECONDS, REQUEST_SECONDS, REQUESTS
from app.watching.tracing import Telling, span
from core.dialogue import Dialogue, DialogueUnavailable, TurnAnswer, TurnRequest

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""Where nothing of ours was asked for: strangers' words make no labels."""


class Measured:
    """Counts the requests of an ASGI app by route template and status; ``webhooks``: routes that tell no template themselves."""

    def __init__(self, app: ASGIApp, webhooks: Iterable[Route] = ()) -> None:
        self._app = app
        self._templates: dict[object, str] = {route.endpoint: route.path for route in webhooks}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection; one that broke before its answer counts as 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._count(scope, status, time.perf_counter() - began, telling)
            await send(message)

        with span("http") as telling:
            try:
                await self._app(scope, receive, told)
            finally:
                if not status:
                    self._count(scope, 500, time.perf_counter() - began, telling)

    def _count(self, scope: Scope, status: int, seconds: float, telling: Telling) -> None:
        template = getattr(scope.get("route"), "path", None) or self._templates.get(scope.get("endpoint"), OTHER)
        method = scope["method"] if scope["method"] in METHODS else OTHER
        REQUESTS.labels(method, template, str(status)).inc()
        REQUEST_SECONDS.labels(template).observe(seconds)
        telling.rename(f"{method} {template}")
        telling.mark(method=method, route=template, status=status)


class TimedDialogue:
    """A dialogue whose turns are timed and whose failures are counted."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    async def turn(self, request: TurnRequest) -> TurnAnswer:
        """Answer one turn; raises DialogueUnavailable."""
        began = time.perf_counter()
        try:
            with span("dialogue.turn", channel=request.channel):
                answer = await self._dialogue.turn(request)
        except DialogueUnavailable:
            DIALOGUE_FAILURES.inc()
            raise
        DIALOGUE_SECONDS.observe(time.perf_counter() - began)
        return answer
