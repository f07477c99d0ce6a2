"""Plain pages for people without an account: HTML and one style sheet, no script; every refusal is a page too (ui.md 4)."""

import tomllib
from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.dates import spoken_date
from core.errors import Conflict, NotFound, OfficeError, TooManyTries
from core.links.desk import PATHS, LinkGone
from core.logs import log
from core.words import say

PAGES = Path(__file__).parent / "pages"
WORDS = Path(__file__).parent / "words" / "links.toml"
STATUSES: Mapping[type[OfficeError], int] = {NotFound: 404, LinkGone: 410, Conflict: 410, TooManyTries: 429}
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
_CODES = {400: "malformed", 404: "not_found", 408: "too_slow", 413: "too_large", 429: "too_many_tries", 503: "unavailable"}
"""Which words a refusal has that comes as a bare status."""


@cache
def words() -> Mapping[str, Any]:
    """The words of the pages, read once."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters["day"] = spoken_date
    pages.globals["centre"] = say("centre.name")
    return pages


def page(name: str, status: int = 200, **facts: object) -> HTMLResponse:
    """The page ``name`` with its facts; never kept by a browser, never found by a search engine."""
    return HTMLResponse(_pages().get_template(f"{name}.html").render(**facts), status, _HEADERS)


def message(code: str, status: int, **facts: object) -> HTMLResponse:
    """A page that only says something: thanks, or a refusal."""
    said = words()["message"]
    found = said.get(code, said["failed"])
    return page("message", status, title=found["title"], text=found["text"].format(**facts), good=status < 400)


def reasons(fields: Mapping[str, object]) -> dict[str, str]:
    """Why each field was refused, in words."""
    known = words()["field"]
    return {name: known.get(f"{name}.{reason}", known.get(str(reason), known["other"])) for name, reason in fields.items()}


class PlainRoute(APIRoute):
    """A route whose refusals are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, with every error answered by a page."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except OfficeError as refused:
                return _refused(refused)
            except HTTPException as refused:
                return message(_CODES.get(refused.status_code, "failed"), refused.status_code)
            except (DBAPIError, PoolTimeout, ConnectionError) as error:
                log.warning("plain_page.database", error=type(error).__name__)
                return message("unavailable", 503)

        return answer


def _refused(refused: OfficeError) -> Response:
    status = next((STATUSES[kind] for kind in type(refused).__mro__ if kind in STATUSES), 400)
    wait = refused.facts.get("retry_after", 60)
    seconds = wait if isinstance(wait, int) else 60
    shown = message(refused.code, status, minutes=max(1, round(seconds / 60)))
    if status == STATUSES[TooManyTries]:
        shown.headers["Retry-After"] = str(seconds)
    return shown


class PlainRefusals:
    """What the guards around the app refuse on a plain page (a body too large, too slow) is answered with a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(tuple(PATHS.values())):
            await self._app(scope, receive, send)
            return
        refused = 0

        async def send_page(sent: Message) -> None:
            nonlocal refused
            if sent["type"] == "http.response.start" and _is_problem(sent):
                refused = sent["status"]
            elif not refused:
                await send(sent)
            elif not sent.get("more_body", False):
                await message(_CODES.get(refused, "failed"), refused)(scope, receive, send)

        await self._app(scope, receive, send_page)


def _is_problem(started: Message) -> bool:
    kind = Headers(raw=started["headers"]).get("content-type", "")
    return bool(started["status"] >= 400 and kind.startswith("application/json"))
