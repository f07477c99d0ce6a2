"""The REST API of jambonz, over the client of the SDK with its traps shut."""

import json
from typing import Any

import httpx
from jambonz import AsyncJambonzClient
from jambonz.exceptions import JambonzAPIError, JambonzNotFoundError

from core.logs import log
from core.phone.port import CallGone, ExchangeAway, ExchangeRefused

TIMEOUT = 5.0
"""Seconds for an answer."""
GONE = "call session is gone"
SERVER_ERRORS = 500
VERSION = "/v1"


class _Client(AsyncJambonzClient):  # type: ignore[misc]  # the SDK comes without types
    """The SDK's client without its settings: those read the .env of the working folder, and fail on any key that is not theirs.

    Nothing is tried twice: a call that was asked for twice rings twice.
    """

    def __init__(self, base_url: str, account: str, key: str, transport: httpx.AsyncBaseTransport | None) -> None:
        self.account_sid = account
        self.base_url = base_url
        self.max_retries = 0
        self._http = httpx.AsyncClient(
            base_url=f"{base_url}{VERSION}/",
            headers={"Authorization": f"Bearer {key}"},
            timeout=TIMEOUT,
            transport=transport,
            trust_env=False,
        )


class JambonzApi:
    """One account of one jambonz. ``url``: with or without the /v1 at its end. ``transport``: another way to it, for tests."""

    def __init__(self, *, url: str, account: str, key: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = _Client(url.rstrip("/").removesuffix(VERSION), account, key, transport)
        self._path = f"Accounts/{account}/Calls"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def create_call(self, order: dict[str, Any]) -> str:
        """Dial; gives the number of the call. Raises ExchangeAway (whether it rings is unknown), ExchangeRefused."""
        answer = _json(await self._ask("POST", self._path, json=order))
        sid = answer.get("sid") if isinstance(answer, dict) else None
        if not isinstance(sid, str) or not sid:
            raise ExchangeAway("the exchange gave no number of the call")
        return sid

    async def update_call(self, call_sid: str, change: dict[str, Any]) -> None:
        """Change a call that goes: the exchange answers 202, which does not say that it happened.

        Raises CallGone, ExchangeAway, ExchangeRefused.
        """
        await self._ask("PUT", f"{self._path}/{call_sid}", json=change)

    async def list_calls(self) -> list[dict[str, Any]]:
        """Every call and leg of the account. Raises ExchangeAway, ExchangeRefused."""
        answer = _json(await self._ask("GET", self._path))
        if not isinstance(answer, list):
            raise ExchangeAway("the exchange gave no list of calls")
        return [one for one in answer if isinstance(one, dict)]

    async def read(self, path: str) -> Any:
        """Anything that the API tells, for a check of the installation. Raises ExchangeAway, ExchangeRefused, CallGone."""
        return _json(await self._ask("GET", path))

    async def _ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        try:
            response: httpx.Response = await self._client.request(method, path, **given)
        except JambonzNotFoundError as gone:
            raise CallGone(_reason(gone.response)) from gone
        except JambonzAPIError as error:
            raise _refusal(error, method) from error
        except httpx.HTTPError as error:
            log.warning("jambonz.away", method=method, error=type(error).__name__)
            raise ExchangeAway(type(error).__name__) from error
        return response


def _refusal(error: JambonzAPIError, method: str) -> Exception:
    reason = _reason(error.response)
    log.warning("jambonz.refused", method=method, status=error.status_code, reason=reason)
    if error.status_code >= SERVER_ERRORS:
        return ExchangeAway(reason)
    if GONE in reason:
        return CallGone(reason)
    return ExchangeRefused(reason, reason=reason)


def _reason(response: httpx.Response | None) -> str:
    """What the exchange says, at most 200 characters."""
    if response is None:
        return ""
    try:
        said = response.json()
    except json.JSONDecodeError:
        return response.text[:200]
    return str(said.get("msg", said))[:200] if isinstance(said, dict) else str(said)[:200]


def _json(response: httpx.Response) -> Any:
    """A changed call is answered with the bare word "Accepted"; nothing else may be no JSON."""
    try:
        return response.json()
    except json.JSONDecodeError as broken:
        raise ExchangeAway("the exchange answered no JSON") from broken
