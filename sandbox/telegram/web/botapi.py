"""`/bot<token>/<method>` and `/file/bot<token>/<path>`: what the bots' libraries talk to."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from sandbox.telegram.errors import Refusal
from sandbox.telegram.exchange import ConnectionCut, Exchange
from sandbox.telegram.files import DOWNLOAD_LIMIT
from sandbox.telegram.web.wire import read_call


def bot_api(exchange: Exchange) -> APIRouter:
    """The routes of the Bot API."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/bot{token}/{method}", methods=["GET", "POST"])
    async def call(token: str, method: str, request: Request) -> Response:
        try:
            params, uploads = await read_call(request)
            return JSONResponse({"ok": True, "result": await exchange.call(token, method, params, uploads)})
        except Refusal as refusal:
            headers = {"Retry-After": str(refusal.parameters["retry_after"])} if "retry_after" in refusal.parameters else None
            return JSONResponse(refusal.as_answer(), refusal.code, headers)
        except ConnectionCut:
            _cut(request)
            return Response(status_code=502)

    @router.get("/file/bot{token}/{path:path}")
    async def download(token: str, path: str) -> Response:
        stored = exchange.world.files.at(path)
        if token not in exchange.world.seats:
            return JSONResponse(Refusal(401, "Unauthorized").as_answer(), 401)
        if stored is None or stored.size > DOWNLOAD_LIMIT:
            return JSONResponse(Refusal(404, "Not Found").as_answer(), 404)
        return Response(stored.content, media_type="application/octet-stream")

    return router


def _cut(request: Request) -> None:
    """Abort the TCP connection. Only the server has it: uvicorn's `receive` is a method of the object that holds the transport."""
    receive: Any = request.scope.get("sandbox.receive")
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
