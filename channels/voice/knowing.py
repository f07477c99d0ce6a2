"""What the menu must know of the moment, kept for a few seconds and, while the database is away, for as long as that lasts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.voice import patience
from channels.voice.menu.model import Facts, Hours
from core.clock import MOSCOW, Clock
from core.logs import log
from core.menu.numbers import dispatch_numbers
from core.opening import opening_on
from core.phone.hours import HoursDesk, OfficeHours, opening_words

FRESH = timedelta(seconds=5)
WEEKEND = 5
"""Days of the week from this one are off when nothing better is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """What never changes while the process lives."""

    name: str
    dispatch: tuple[str, ...]
    recognises: bool


class KnownFacts:
    """``has_room`` asks the recorder; False when it does not answer."""

    def __init__(self, *, centre: Centre, hours: HoursDesk, has_room: Callable[[], Awaitable[bool]], clock: Clock) -> None:
        self._centre = centre
        self._hours = hours
        self._has_room = has_room
        self._clock = clock
        self._known: OfficeHours | None = None
        self._can_record = True
        self._asked_at: datetime | None = None
        self._asking: asyncio.Task[None] | None = None

    async def facts(self, caller: str) -> Facts:
        """The facts; an old question is waited for a little, then the last answer counts."""
        now = self._clock.now()
        if self._asked_at is None or now - self._asked_at > FRESH:
            await self._ask()
        known = self._known or _guessed(now)
        hours = Hours.DAY if known.is_open else Hours.NIGHT if known.is_working else Hours.HOLIDAY
        return Facts(
            now=now,
            hours=hours,
            caller=caller,
            recognises=self._centre.recognises,
            can_record=self._can_record,
            dispatch=dispatch_numbers(self._centre.dispatch),
            opening="" if known.is_open else opening_words(known.opening),
            centre_name=self._centre.name,
            notice=known.notice,
        )

    async def _ask(self) -> None:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._refresh())
        await asyncio.wait((self._asking,), timeout=patience.NEWER_FACTS)

    async def _refresh(self) -> None:
        self._can_record = await self._has_room()
        try:
            self._known = await self._hours.now()
            self._asked_at = self._clock.now()
        except Exception as error:  # noqa: BLE001 - whatever ails the database, callers are answered from what is known
            log.warning("voice.hours_unknown", error=type(error).__name__)


def _guessed(now: datetime) -> OfficeHours:
    """By the clock alone: nothing was ever read."""
    local = now.astimezone(MOSCOW)
    is_working = local.weekday() < WEEKEND
    usual = opening_on(local.weekday())
    today = is_working and local.time() < usual.opens
    opening = datetime.combine(local.date() + timedelta(days=0 if today else 1), usual.opens, MOSCOW)
    return OfficeHours(is_open=is_working and usual.holds(local.time()), is_working=is_working, opening=opening)
