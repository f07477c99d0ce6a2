"""Pure ASGI guards around the app: headers, foreign origins, bodies that are too large or too slow (ui.md 4, scale 1d and 4c)."""

import asyncio
import re
import uuid
from collections.abc import Iterable
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inbox.web.problems import answer
from inbox.web.settings import InboxSettings

CSP_REPORTS = "/api/csp-reports"
BACK_CHANNEL = "/api/oidc/logout"
WITHOUT_A_COOKIE = frozenset({CSP_REPORTS, BACK_CHANNEL})
"""Asked of whoever comes: the second is believed for the provider's own signature."""
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self';"
    " connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self';"
    f" report-uri {CSP_REPORTS}"
)
_OWN = "connect-src 'self'"
_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Adds what the answer did not set itself, and a request id to the answer and to every log line."""

    def __init__(self, app: ASGIApp, settings: InboxSettings) -> None:
        self._app = app
        self._headers = dict(_HEADERS)
        if settings.softphone_url:
            self._headers["content-security-policy"] = CSP.replace(_OWN, f"{_OWN} {_origin(settings.softphone_url)}")
        if settings.is_secure:
            self._headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers["x-request-id"] = request_id
                if scope["path"].startswith("/api"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, send_with_headers)


def _origin(url: str) -> str:
    """Scheme, host and port alone: what the settings say must not add a directive to the policy."""
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not _HOST.fullmatch(parts.netloc):
        raise ValueError("the softphone's address is no websocket address")
    return f"{parts.scheme}://{parts.netloc}"


class SameOrigin:
    """Fetch Metadata: an unsafe request must come from our own pages (Go's CrossOriginProtection, stricter)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and _asks_for_a_deed(scope) and not _is_ours(Headers(scope=scope)):
            await answer(403, "foreign_origin")(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _asks_for_a_deed(scope: Scope) -> bool:
    """Only what a cookie authorises can be forged by a foreign page: webhooks outside ``/api`` bring their own secret."""
    return scope["method"] not in _SAFE and scope["path"].startswith("/api/") and scope["path"] not in WITHOUT_A_COOKIE


def _is_ours(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")


class BodyGuard:
    """Reads a body whole before the app sees it: within its limit and within its time."""

    def __init__(self, app: ASGIApp, settings: InboxSettings) -> None:
        self._app = app
        self._settings = settings
        self._uploads = asyncio.Semaphore(settings.uploads_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self._app(scope, receive, send)
        elif scope["path"].endswith(("/uploads", "/files")):
            async with self._uploads:
                await self._serve(scope, receive, send, self._settings.upload_limit)
        else:
            await self._serve(scope, receive, send, self._settings.json_limit)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > limit:
            await answer(413, "too_large")(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                messages = await _read(receive, limit)
        except TimeoutError:
            await answer(408, "too_slow")(scope, receive, send)
            return
        if messages is None:
            await answer(413, "too_large")(scope, receive, send)
        else:
            await self._app(scope, _replay(messages, receive), send)


async def _read(receive: Receive, limit: int) -> list[Message] | None:
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > limit:
            return None
        if message["type"] != "http.request" or not message.get("more_body", False):
            return messages


def _replay(messages: Iterable[Message], receive: Receive) -> Receive:
    left = iter(messages)

    async def next_message() -> Message:
        for message in left:
            return message
        return await receive()

    return next_message
