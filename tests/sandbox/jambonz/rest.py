"""The application's side of REST."""

from typing import Any

import aiohttp

from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.leg import Leg

Json = dict[str, Any]


class Rest:
    """Asks the REST API of an exchange."""

    def __init__(self, exchange: Exchange, key: str | None = None) -> None:
        self._base = f"{exchange.url}/v1"
        self._account = exchange.settings.account
        self._headers = {"Authorization": f"Bearer {key or exchange.settings.key}"}

    async def __aenter__(self) -> "Rest":
        self._session = aiohttp.ClientSession(headers=self._headers)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def ask(self, method: str, path: str, body: Json | None = None) -> tuple[int, str]:
        """The status and the text; `path` stands below the account."""
        url = f"{self._base}/Accounts/{self._account}/{path}".rstrip("/")
        async with self._session.request(method, url, json=body) as answer:
            return answer.status, await answer.text()

    async def change(self, leg: Leg | None, body: Json) -> None:
        """Change a call; it must be accepted."""
        assert leg is not None
        assert await self.ask("PUT", f"Calls/{leg.sid}", body) == (202, "Accepted")
