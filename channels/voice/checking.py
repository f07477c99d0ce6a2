"""Whether jambonz is set up as docs/how-to/connect-jambonz.md says: what its REST API tells, beside what we need."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.errors import OfficeError

RETRIED = "#rc="
"""A status that failed is told again only when the address asks for it."""


class Told(Protocol):
    """The REST API as far as a check reads it."""

    async def read(self, path: str) -> Any:
        """What ``GET /v1/<path>`` gives. Raises ExchangeAway, ExchangeRefused, CallGone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How it must be. ``public_url``: of our hooks; ``secret``: of the webhooks; ``number``, ``trunk``: empty when not set."""

    account: str
    application: str
    public_url: str
    secret: str
    number: str
    trunk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the result: ``key``: what was looked at, ``told``: what was found. ``is_needed``: no call without it."""

    key: str
    is_right: bool
    told: str
    is_needed: bool = True


async def examine(api: Told, wanted: Wanted) -> Sequence[Check]:
    """Every check that the API allows; what cannot be read is told as wrong. Nothing is changed."""
    checks: list[Check] = []
    account = await _read(api, f"Accounts/{wanted.account}", checks, "account")
    if account is not None:
        checks += _account(account, wanted)
    application = await _read(api, f"Applications/{wanted.application}", checks, "application")
    if application is not None:
        checks += _application(application, wanted)
    speech = await _read(api, f"Accounts/{wanted.account}/SpeechCredentials", checks, "speech")
    if speech is not None and application is not None:
        checks.append(_speech(speech, application))
    if wanted.trunk and (carriers := await _read(api, "VoipCarriers", checks, "carrier")) is not None:
        checks.append(_named("carrier", wanted.trunk, [str(one.get("name")) for one in _rows(carriers)]))
    if wanted.number and (numbers := await _read(api, "PhoneNumbers", checks, "number")) is not None:
        ours = [one for one in _rows(numbers) if one.get("application_sid") == wanted.application]
        checks.append(_named("number", wanted.number.lstrip("+"), [str(one.get("number")).lstrip("+") for one in ours]))
    return checks


async def _read(api: Told, path: str, checks: list[Check], key: str) -> Any:
    try:
        return await api.read(path)
    except OfficeError as refused:
        checks.append(Check(key=key, is_right=False, told=str(refused) or refused.code))
        return None


def _account(account: Mapping[str, Any], wanted: Wanted) -> list[Check]:
    hook = _hook(account.get("queue_event_hook"))
    return [
        Check(key="account", is_right=True, told=str(account.get("name") or wanted.account)),
        Check(key="secret", is_right=account.get("webhook_secret") == wanted.secret, told=""),
        Check(key="queue_hook", is_right=_is_ours(hook, wanted, "queue-event"), told=hook["url"], is_needed=False),
    ]


def _application(application: Mapping[str, Any], wanted: Wanted) -> list[Check]:
    call, status = _hook(application.get("call_hook")), _hook(application.get("call_status_hook"))
    language = str(application.get("speech_synthesis_language") or "")
    return [
        Check(key="application", is_right=True, told=str(application.get("name") or wanted.application)),
        Check(key="call_hook", is_right=_is_ours(call, wanted, "call"), told=_shown(call)),
        Check(key="status_hook", is_right=_is_ours(status, wanted, "status"), told=_shown(status)),
        Check(key="status_again", is_right=RETRIED in status["url"], told=_shown(status), is_needed=False),
        Check(key="language", is_right=language.lower() == "ru-ru", told=language),
    ]


def _speech(credentials: Any, application: Mapping[str, Any]) -> Check:
    vendor = str(application.get("speech_synthesis_vendor") or "")
    return _named("speech", vendor, [str(one.get("vendor")) for one in _rows(credentials)])


def _named(key: str, wanted: str, found: Sequence[str]) -> Check:
    return Check(key=key, is_right=wanted in found, told=wanted if wanted in found else ", ".join(found))


def _is_ours(hook: Mapping[str, str], wanted: Wanted, name: str) -> bool:
    address = hook["url"].partition("#")[0]
    return address == f"{wanted.public_url}/voice/{name}" and hook["method"] == "POST"


def _shown(hook: Mapping[str, str]) -> str:
    return f"{hook['method']} {hook['url']}".strip()


def _hook(told: Any) -> Mapping[str, str]:
    """A webhook as the API tells it; releases differ: an object, or a bare address."""
    if isinstance(told, Mapping):
        return {"url": str(told.get("url") or ""), "method": str(told.get("method") or "").upper()}
    return {"url": str(told or ""), "method": ""}


def _rows(told: Any) -> Iterable[Mapping[str, Any]]:
    return [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []
