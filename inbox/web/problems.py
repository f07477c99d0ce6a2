"""Refusals in Russian: every error leaves the API as a Problem with its HTTP status."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from core.errors import Conflict, Invalid, NotAllowed, NotFound, NotRegistrable, OfficeError, TooManyTries
from core.knowledge.port import SpeechAway
from core.logs import log
from core.phone.port import ExchangeAway
from core.staff.provider_port import ProviderAway
from core.staff.second_factor import NeedsCode, WrongCode
from core.staff.sessions import WrongPassword
from inbox.web.schemas import Problem

WORDS = Path(__file__).parent / "words" / "ru.toml"
STATUSES: Mapping[type[OfficeError], int] = {
    WrongPassword: 401,
    NeedsCode: 401,
    WrongCode: 401,
    Invalid: 400,
    NotRegistrable: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    TooManyTries: 429,
    ExchangeAway: 502,
    SpeechAway: 503,
    ProviderAway: 503,
}
"""The nearest ancestor of a refusal decides."""
_HTTP_CODES = {400: "malformed", 404: "not_found", 405: "wrong_method", 413: "too_large"}
_CANCELLED = "57014"
"""SQLSTATE of a statement that ran into its time limit."""
_ONLY_READ = "CC001"
"""SQLSTATE of a write, on a day of training, into what is only seen of the real records."""


class NotSignedIn(OfficeError):
    """No session, or one that has ended."""

    code = "not_signed_in"


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def answer(
    status: int, code: str, *, fields: Mapping[str, str] | None = None, facts: Mapping[str, Any] | None = None
) -> JSONResponse:
    """A Problem under its status; ``fields`` holds reasons, which are put into words here."""
    facts = dict(facts or {})
    words = _words()["problem"]
    closer = f"{code}_with" if facts.get("operator") else f"{code}_{facts.get('reason')}"
    message = words.get(closer, words.get(code, words["invalid"]))
    shown = {**facts, "minutes": max(1, round(facts.get("retry_after", 60) / 60))}
    problem = Problem(
        code=code,
        message=message.format(**shown),
        fields=reason_words(fields or {}),
        facts=facts,
    )
    headers = {"Retry-After": str(facts["retry_after"])} if "retry_after" in facts else None
    return JSONResponse(problem.model_dump(mode="json"), status, headers)


def reason_words(reasons: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field, in words."""
    words = _words()["field"]
    return {name: words.get(reason, words["other"]) for name, reason in reasons.items()}


def install(app: FastAPI) -> None:
    """Answer every error of the app with a Problem."""
    app.add_exception_handler(OfficeError, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    for kind in (DBAPIError, PoolTimeout, ConnectionError):
        app.add_exception_handler(kind, _database)
    app.add_exception_handler(Exception, _failed)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, NotSignedIn):
        return answer(401, error.code)
    refusal = error if isinstance(error, OfficeError) else OfficeError()
    facts = dict(refusal.facts)
    status = next((STATUSES[kind] for kind in type(refusal).__mro__ if kind in STATUSES), 400)
    return answer(status, refusal.code, fields=_fields(facts), facts=facts)


def _fields(facts: dict[str, Any]) -> dict[str, str]:
    """Reasons by field, as desks give them: ``fields``, or one ``field`` with its ``reason``."""
    given = facts.pop("fields", None)
    if isinstance(given, Mapping):
        return {str(name): str(reason) for name, reason in given.items()}
    name = facts.pop("field", None)
    return {str(name): str(facts.pop("reason", "other"))} if name else {}


async def _unreadable(request: Request, error: Exception) -> JSONResponse:
    errors: Sequence[Mapping[str, Any]] = error.errors() if isinstance(error, RequestValidationError) else ()
    if any(one["type"] == "json_invalid" for one in errors):
        return answer(400, "malformed")
    return answer(400, "invalid", fields={_place(one["loc"]): one["type"] for one in errors})


def _place(where: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in where[1:]) or str(where[0])


async def _http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return answer(status, _HTTP_CODES.get(status, "invalid"))


async def _database(request: Request, error: Exception) -> JSONResponse:
    """Away: try again later. Refused by the database itself: the words cannot be stored."""
    if getattr(getattr(error, "orig", None), "sqlstate", None) == _CANCELLED:
        return answer(400, "too_broad")
    if getattr(getattr(error, "orig", None), "sqlstate", None) == _ONLY_READ:
        return answer(403, "only_read_in_training")
    if isinstance(error, DataError):
        return answer(400, "invalid")
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout | ConnectionError):
        log.warning("database.away", path=request.scope.get("path"))
        return answer(503, "unavailable", facts={"retry_after": 5})
    return await _failed(request, error)


async def _failed(request: Request, error: Exception) -> JSONResponse:
    log.error("request.failed", error=type(error).__name__, path=request.scope.get("path"))
    return answer(500, "internal")
