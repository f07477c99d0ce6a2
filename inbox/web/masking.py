"""Answers without personal data for the roles that do not need them: on every route, by one table of fields (ADR 0033)."""

import asyncio
import inspect
import re
import tomllib
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextvars import ContextVar
from functools import cache, wraps
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from core.errors import NotAllowed
from core.privacy.kinds import HIDDEN, Personal, hidden, parts
from core.staff.abilities import Ability
from core.staff.asker import Asker

FIELDS = Path(__file__).parent / "personal.toml"
OBJECTS: Mapping[str, str] = {
    "conversations": "conversation",
    "appeals": "appeal",
    "citizens": "applicant",
    "mails": "mail",
    "phone/calls": "phone_call",
    "recordings": "recording",
    "attachments": "attachment",
    "requests": "request",
    "memos": "memo",
    "replies": "reply",
}
"""What a path is about, in the words of the audit trail."""
FILES = re.compile(
    r"/api/(?:appeals/\d+/files/\d+|attachments/\d+|mails/\d+/(?:page|raw|parts/\d+)|memos/\d+/file|recordings/\d+/sound"
    r"|replies/\d+/(?:pages|word|preview|document)|requests/\d+/document)"
)
"""Files that bear personal data: nothing in them can be masked, so they are given clear or not at all."""
_ABOUT = re.compile(rf"/api/({'|'.join(OBJECTS)})/(\d+)(?:/|$)")
_CODES = frozenset({"warnings", "own"})
"""Of a table: what the office itself says of a file."""
_request: ContextVar[Request] = ContextVar("request")


class Masked(NotAllowed):
    """A file with personal data, for a role that sees none before a reveal."""

    code = "masked"


class MaskedRoute(APIRoute):
    """A route whose answers are masked for an asker who may not read personal data."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        super().__init__(path, _masking(endpoint), **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, which knows its request."""
        handle = super().get_route_handler()

        async def with_request(request: Request) -> Response:
            token = _request.set(request)
            try:
                return await handle(request)
            finally:
                _request.reset(token)

        return with_request


def subject_of(path: str) -> str | None:
    """What an answer is about (``conversation:7``), None of a list."""
    found = _ABOUT.match(path)
    return f"{OBJECTS[found[1]]}:{found[2]}" if found else None


def covered(told: Any) -> Any:
    """A copy of an answer without personal data; data of its fields is taken out of its texts too."""
    return _covered(told, frozenset(word for kind, value in _personal(told) for word in parts(kind, value)))


@cache
def personal_fields() -> Mapping[str, Mapping[str, Personal]]:
    """Kinds by field, by model."""
    read = tomllib.loads(FIELDS.read_text(encoding="utf-8"))
    return {model: {name: Personal(kind) for name, kind in fields.items()} for model, fields in read.items()}


def _masking(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    if hasattr(endpoint, "is_masking") or inspect.isasyncgenfunction(endpoint):
        return endpoint

    @wraps(endpoint)
    async def masked(*args: Any, **given: Any) -> Any:
        asker = next((one for one in given.values() if isinstance(one, Asker)), None)
        if asker is None or asker.may(Ability.READ_PERSONAL):
            return await _answer(endpoint, args, given)
        request = _request.get()
        path = request.url.path
        is_clear = await request.app.state.office.privacy.is_clear(asker, subject_of(path))
        if FILES.fullmatch(path) and not is_clear and asker.may(Ability.READ_INBOX):
            raise Masked(ability=Ability.READ_PERSONAL.value)
        told = await _answer(endpoint, args, given)
        return told if is_clear else await asyncio.to_thread(covered, told)

    masked.is_masking = True  # type: ignore[attr-defined]  # a router in a router makes its routes twice
    return masked


async def _answer(endpoint: Callable[..., Any], args: tuple[Any, ...], given: dict[str, Any]) -> Any:
    told = endpoint(*args, **given)
    return await told if inspect.isawaitable(told) else told


@cache
def _kinds(model: type[BaseModel]) -> Mapping[str, Personal]:
    """Those of the model and of what it was made from."""
    fields: dict[str, Personal] = {}
    for one in reversed(model.__mro__):
        fields |= personal_fields().get(one.__name__, {})
    return fields


def _personal(told: Any) -> Iterator[tuple[Personal, str]]:
    if isinstance(told, BaseModel):
        kinds = _kinds(type(told))
        for name, value in told:
            yield from ((kinds[name], one) for one in _strings(value)) if name in kinds else _personal(value)
    elif isinstance(told, dict):
        for value in told.values():
            yield from _personal(value)
    elif isinstance(told, list | tuple):
        for value in told:
            yield from _personal(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def _covered(told: Any, known: frozenset[str]) -> Any:
    if isinstance(told, BaseModel):
        kinds = _kinds(type(told))
        fields = {name: _without(kinds[name], one, known) if name in kinds else _covered(one, known) for name, one in told}
        return told.model_copy(update=fields)
    if isinstance(told, dict):
        return {name: _covered(one, known) for name, one in told.items()}
    return type(told)(_covered(one, known) for one in told) if isinstance(told, list | tuple) else told


def _without(kind: Personal, value: Any, known: frozenset[str]) -> Any:
    """The value of a personal field; of a table its numbers too when nothing of it may be shown."""
    if isinstance(value, str):
        return hidden(kind, value, known)
    if isinstance(value, dict):
        return {name: one if name in _CODES else _without(kind, one, known) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without(kind, one, known) for one in value]
    return HIDDEN if kind is Personal.WHOLE and isinstance(value, int | float) and not isinstance(value, bool) else value
