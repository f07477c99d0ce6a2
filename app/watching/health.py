"""Whether a process lives and whether it is ready, in words of the code only (docs/how-to/observe.md).

It lives when its event loop turns: whoever answers proves it. It is ready when what it cannot do without is there, and nobody told
it to stop. What it can do without for a time is told and takes nothing away: without the dialogue the menu still answers.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import psycopg
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

LIVE, READY = "/livez", "/readyz"
PATIENCE = 2.0
"""Seconds; what takes longer is not there."""
FRESH = 1.0
"""Seconds that a report holds: however many ask, the database is asked once."""


class Condition(StrEnum):
    """How a part is found. ``ahead``: tables of a newer version, which ours must live with while an upgrade goes on."""

    OK = "ok"
    AHEAD = "ahead"
    BEHIND = "behind"
    AWAY = "away"


Check = Callable[[], Awaitable[Condition]]
FINE = frozenset({Condition.OK, Condition.AHEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is told: whether work may be sent here, whether the process is stopping, and each part by its name."""

    is_ready: bool
    is_draining: bool
    parts: Mapping[str, Condition]

    @property
    def status(self) -> int:
        """The HTTP status of this report."""
        return 200 if self.is_ready else 503

    @property
    def body(self) -> dict[str, object]:
        """As JSON."""
        return {"ready": self.is_ready, "draining": self.is_draining, "parts": dict(self.parts)}


class Health:
    """The health of this process: ``needed`` decides whether it is ready, ``useful`` is only told."""

    def __init__(
        self,
        *,
        stopping: asyncio.Event,
        needed: Mapping[str, Check] | None = None,
        useful: Mapping[str, Check] | None = None,
        serving: asyncio.Event | None = None,
        fresh: float = FRESH,
    ) -> None:
        """``stopping`` is set when the process was told to stop, ``serving`` when its server listens (None: it has none)."""
        self.stopping, self.serving = stopping, serving
        self._needed = dict(needed or {})
        self._checks = {**self._needed, **(useful or {})}
        self._fresh = fresh
        self._asking = asyncio.Lock()
        self._found: dict[str, Condition] = {}
        self._found_at = float("-inf")

    async def report(self) -> Report:
        """How it is now."""
        async with self._asking:
            if time.monotonic() - self._found_at >= self._fresh:
                found = await asyncio.gather(*(_condition(check) for check in self._checks.values()))
                self._found, self._found_at = dict(zip(self._checks, found, strict=True)), time.monotonic()
        is_draining, has_begun = self.stopping.is_set(), self.serving is None or self.serving.is_set()
        is_ready = has_begun and not is_draining and all(self._found[name] in FINE for name in self._needed)
        return Report(is_ready=is_ready, is_draining=is_draining, parts=self._found)

    @property
    def routes(self) -> list[Route]:
        """The two addresses for a Starlette application."""

        async def livez(_: Request) -> Response:
            return JSONResponse({"live": True}, headers=_NOT_KEPT)

        async def readyz(_: Request) -> Response:
            report = await self.report()
            return JSONResponse(report.body, report.status, headers=_NOT_KEPT)

        return [Route(LIVE, livez), Route(READY, readyz)]


_NOT_KEPT = {"Cache-Control": "no-store"}


async def _condition(check: Check) -> Condition:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check()
    except (SQLAlchemyError, psycopg.Error, ConnectorException, OSError):
        return Condition.AWAY
