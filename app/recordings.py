"""The recorder's shelf over HTTP, for the inbox (core.phone.sounds)."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote

import httpx

from core.errors import NotFound
from core.logs import log
from core.phone.sounds import OpenedSound, RecorderAway

PATIENCE = httpx.Timeout(10.0, connect=2.0)
ROOM_PATIENCE = 0.5
"""Seconds; a caller waits."""
PASSED = ("content-type", "content-length", "content-range", "etag")
GIVEN = frozenset({200, 206, 416})
GONE = 404


class RecorderClient:
    """Implements core.phone.sounds.RecordingSound. ``token``: the seal that the recorder asks of its readers."""

    def __init__(self, *, token: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        self._http = httpx.AsyncClient(timeout=PATIENCE, headers=headers, transport=transport, trust_env=False)

    async def open(self, kept_at: str, key: str, wanted: str) -> OpenedSound:
        """A recording of the recorder at ``kept_at``. Raises RecorderAway, NotFound."""
        headers = {"Range": wanted} if wanted else {}
        try:
            request = self._http.build_request("GET", f"{kept_at}/recordings/{quote(key, safe='')}", headers=headers)
            answer = await self._http.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("recorder.away", error=type(error).__name__)
            raise RecorderAway() from error
        if answer.status_code in GIVEN:
            return _Opened(answer)
        await answer.aclose()
        if answer.status_code == GONE:
            raise NotFound("the recorder has no such recording")
        log.error("recorder.refused", status=answer.status_code)
        raise RecorderAway()

    async def has_room(self, address: str) -> bool:
        """Whether the recorder at this address takes another recording; one that does not answer records nothing."""
        try:
            answer = await self._http.get(f"{address}/room", timeout=ROOM_PATIENCE)
            return answer.status_code == 200 and bool(answer.json()["has_room"])
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as error:
            log.warning("recorder.away", error=type(error).__name__)
            return False

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()


class _Opened:
    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return {name: self._answer.headers[name] for name in PASSED if name in self._answer.headers}

    async def pieces(self) -> AsyncIterator[bytes]:
        """Ends early when the recorder breaks off: the player asks for the rest anew."""
        try:
            async for piece in self._answer.aiter_raw():
                yield piece
        except httpx.HTTPError as error:
            log.warning("recorder.broke_off", error=type(error).__name__)
            raise RecorderAway() from error

    async def close(self) -> None:
        await self._answer.aclose()
