"""The REST API as the api-server has it: `/v1` and `/api/v1`."""

import asyncio
import hmac
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from sandbox.jambonz.changing import BadChange, change, checked_change
from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.faults import FaultKind
from sandbox.jambonz.leg import Leg
from sandbox.jambonz.settings import PROVIDER

Json = dict[str, Any]
TRUNK_SID = "287c1452-0000-4195-9f19-000000000004"
SPEECH_SID = "5f2f1c4e-0000-4d6a-8a11-000000000005"
NUMBER_SID = "1d1a6c2b-0000-4c55-9a4e-000000000006"
_WITHOUT_APPLICATION = (
    "call_hook", "speech_synthesis_vendor", "speech_synthesis_language", "speech_synthesis_voice", "speech_recognizer_vendor",
    "speech_recognizer_language",
)  # fmt: skip


class Refused(Exception):
    """An answer that is not what was asked for."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.status, self.message = status, message

    def as_answer(self) -> Response:
        """In the server's words."""
        return JSONResponse({"msg": self.message} if self.message else {}, self.status)


def rest_api(exchange: Exchange, prefix: str) -> APIRouter:
    """Calls, and what a check of the installation asks for."""
    router = APIRouter(prefix=prefix)
    _add_calls(router, exchange)
    _add_changes(router, exchange)
    _add_account(router, exchange)
    _add_lists(router, exchange)
    return router


def _add_calls(router: APIRouter, exchange: Exchange) -> None:
    @router.post("/Accounts/{account}/Calls")
    async def create(account: str, request: Request) -> Response:
        """Place a call."""
        _allowed(exchange, request, account)
        body = await _body(request)
        _check_order(exchange, body)
        _perhaps_fail(exchange, "createCall")
        leg = await exchange.dial(body)
        if exchange.faults.strike(FaultKind.REST_LOST_ANSWER, "createCall"):
            return Response(status_code=500)
        return JSONResponse({"sid": leg.sid, "callId": leg.call_id}, 201)

    @router.get("/Accounts/{account}/Calls")
    async def calls(account: str, request: Request) -> Response:
        """The calls that go on, each leg by itself."""
        _allowed(exchange, request, account)
        _perhaps_fail(exchange, "listCalls")
        wanted = {"direction": request.query_params.get("direction"), "call_status": request.query_params.get("callStatus")}
        live = [_view(leg, exchange) for leg in exchange.legs.values() if not leg.is_over and leg.sid not in exchange.forgotten]
        return JSONResponse([view for view in live if all(value is None or view[key] == value for key, value in wanted.items())])

    @router.get("/Accounts/{account}/Calls/{sid}")
    async def one(account: str, sid: str, request: Request) -> Response:
        """One call that goes on."""
        _allowed(exchange, request, account)
        _perhaps_fail(exchange, "retrieveCall")
        leg = exchange.legs.get(sid)
        if leg is None or leg.is_over or sid in exchange.forgotten:
            raise Refused(404)
        return JSONResponse(_view(leg, exchange))

    @router.delete("/Accounts/{account}/Calls/{sid}")
    async def forget(account: str, sid: str, request: Request) -> Response:
        """Only the record of the call goes; the call stays up."""
        _allowed(exchange, request, account)
        if sid not in exchange.legs:
            raise Refused(404)
        exchange.forgotten.add(sid)
        return Response(status_code=204)


def _add_changes(router: APIRouter, exchange: Exchange) -> None:
    @router.api_route("/Accounts/{account}/Calls/{sid}", methods=["PUT", "POST"])
    async def update(account: str, sid: str, request: Request) -> Response:
        """Change a call that goes on."""
        _allowed(exchange, request, account)
        body = await _body(request)
        try:
            checked_change(body)
        except BadChange as bad:
            raise Refused(400, str(bad)) from bad
        leg = exchange.legs.get(sid)
        if leg is None or sid in exchange.forgotten:
            raise Refused(404)
        if leg.is_over:
            raise Refused(422, f"call session is gone for call_sid {sid}")
        _perhaps_fail(exchange, "updateCall")
        work = exchange.spawn(change(exchange, leg, body))
        await asyncio.sleep(0)  # the answer does not wait for the deed, only for its beginning
        del work
        if exchange.faults.strike(FaultKind.REST_LOST_ANSWER, "updateCall"):
            return Response(status_code=500)
        if "sip_request" in body:
            return JSONResponse({"status": 200})
        return PlainTextResponse("Accepted", 202)


def _add_account(router: APIRouter, exchange: Exchange) -> None:
    settings = exchange.settings

    @router.get("/Accounts/{account}")
    async def account(account: str, request: Request) -> Response:
        """The account with its webhook secret."""
        _allowed(exchange, request, account)
        return JSONResponse(_account(exchange))

    @router.get("/Accounts")
    async def accounts(request: Request) -> Response:
        """The one account."""
        _allowed(exchange, request, settings.account)
        return JSONResponse([_account(exchange)])

    @router.get("/Accounts/{account}/{what}")
    async def things(account: str, what: str, request: Request) -> Response:
        """Queues, speech credentials, recent calls, alerts."""
        _allowed(exchange, request, account)
        found = {
            "Queues": [{"name": name, "length": str(len(queue))} for name, queue in exchange.queues.items()],
            "SpeechCredentials": [_speech(exchange)],
            "RecentCalls": {"total": 0, "batch": 0, "page": 1, "data": []},
            "Alerts": {"total": 0, "batch": 0, "page": 1, "data": []},
        }
        if what not in found:
            raise Refused(404)
        return JSONResponse(found[what])


def _add_lists(router: APIRouter, exchange: Exchange) -> None:
    settings = exchange.settings

    @router.get("/{what}")
    async def lists(what: str, request: Request) -> Response:
        """Applications, carriers, numbers."""
        _allowed(exchange, request, settings.account)
        found = {
            "Applications": [_application(exchange)],
            "VoipCarriers": [{"voip_carrier_sid": TRUNK_SID, "name": settings.trunk, "is_active": 1}],
            "PhoneNumbers": [
                {"phone_number_sid": NUMBER_SID, "number": number.lstrip("+"), "application_sid": settings.application}
                for number in settings.numbers
            ],
        }
        if what not in found:
            raise Refused(404)
        return JSONResponse(found[what])

    @router.get("/Applications/{sid}")
    async def application(sid: str, request: Request) -> Response:
        """The application with its hooks."""
        _allowed(exchange, request, settings.account)
        if sid != settings.application:
            raise Refused(404)
        return JSONResponse(_application(exchange))


def _allowed(exchange: Exchange, request: Request, account: str) -> None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), exchange.settings.key.encode()):
        raise Refused(401, "unauthorized")
    if account != exchange.settings.account:
        raise Refused(403, "insufficient privileges")


async def _body(request: Request) -> Json:
    try:
        body = await request.json()
    except ValueError as error:
        raise Refused(400, "invalid JSON") from error
    if not isinstance(body, dict):
        raise Refused(400, "invalid JSON")
    return body


def _check_order(exchange: Exchange, body: Json) -> None:
    missing = [name for name in ("from", "to") if not body.get(name)]
    if missing:
        raise Refused(400, f"missing {missing[0]} property")
    if body.get("application_sid"):
        if body["application_sid"] != exchange.settings.application:
            raise Refused(400, f"unknown application_sid {body['application_sid']}")
    elif lacking := [name for name in _WITHOUT_APPLICATION if not body.get(name)]:
        raise Refused(400, f"missing {lacking[0]} property")
    if body["to"].get("type") not in ("phone", "user", "sip", "teams"):
        raise Refused(400, "invalid to.type property")


def _perhaps_fail(exchange: Exchange, what: str) -> None:
    if (fault := exchange.faults.strike(FaultKind.REST_ERROR, what)) is not None:
        raise Refused(fault.code, "no available feature servers at this time" if fault.code == 480 else "")


def _view(leg: Leg, exchange: Exchange) -> Json:
    told = leg.told()
    kept = (
        "account_sid",
        "call_id",
        "call_sid",
        "call_status",
        "direction",
        "from",
        "to",
        "parent_call_sid",
        "sip_status",
        "trace_id",
    )
    return {key: told[key] for key in kept if key in told} | {
        "application_sid": exchange.settings.application,
        "service_url": "http://127.0.0.1:3000",
        "duration": 0 if leg.answered_at is None else int(leg.call.timeline.now - leg.answered_at),
    }


def _account(exchange: Exchange) -> Json:
    settings = exchange.settings
    return {
        "account_sid": settings.account,
        "service_provider_sid": PROVIDER,
        "name": "sandbox",
        "is_active": 1,
        "webhook_secret": settings.secret,
        "queue_event_hook": {"url": settings.queue_hook, "method": "POST"} if settings.queue_hook else None,
        "created_at": datetime.now(UTC).isoformat(),
    }


def _application(exchange: Exchange) -> Json:
    settings = exchange.settings
    return {
        "application_sid": settings.application,
        "account_sid": settings.account,
        "name": "contact centre",
        "call_hook": {"url": settings.call_hook, "method": "POST"},
        "call_status_hook": {"url": settings.status_hook, "method": "POST"},
        "speech_synthesis_vendor": settings.vendor,
        "speech_synthesis_language": settings.language,
        "speech_synthesis_voice": settings.voice,
        "speech_recognizer_vendor": settings.vendor,
        "speech_recognizer_language": settings.language,
    }


def _speech(exchange: Exchange) -> Json:
    settings = exchange.settings
    return {
        "speech_credential_sid": SPEECH_SID,
        "vendor": settings.vendor,
        "use_for_tts": int(bool(settings.tts)),
        "use_for_stt": int(bool(settings.stt)),
        "custom_tts_url": settings.tts or None,
        "custom_stt_url": settings.stt or None,
    }
