"""How fast the duty bot may speak: twenty messages a minute in one group, whose topics all share them.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. A wait that is too long is handed back to the
queue together with a promise: the caller's place is kept, so many topics at once do not push each other out until they fail.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.channels import DeliveryError


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Messages a second in one chat, and how many at once after a pause; ``patience`` is the longest wait in seconds that is waited
    here and not handed back."""

    chat_rate: float = 20 / 60
    chat_burst: int = 15
    patience: float = 3.0


class DutyPacer:
    """Gives every message its moment, by the generic cell rate algorithm."""

    def __init__(self, pace: Pace, clock: Callable[[], float], sleep: Callable[[float], Awaitable[object]]) -> None:
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._full: dict[int, float] = {}
        self._promised: dict[str, float] = {}
        self._silent_until: dict[int, float] = {}

    async def wait(self, chat: int, caller: str) -> None:
        """Wait for the turn of ``caller`` (a topic) in this chat; raises DeliveryError with ``retry_after`` when that is long."""
        now = self._clock()
        moment = self._promised.pop(caller, None)
        if moment is None:
            moment = self._next(chat, now)
        pause = max(moment, self._silent_until.get(chat, now)) - now
        if pause > self._pace.patience:
            self._promised[caller] = moment
            raise DeliveryError("paced", retry_after=pause)
        if pause > 0:
            await self._sleep(pause)

    def silence(self, chat: int, seconds: float) -> None:
        """Telegram asked to leave this chat alone for so long."""
        self._silent_until[chat] = max(self._clock() + seconds, self._silent_until.get(chat, 0.0))

    def _next(self, chat: int, now: float) -> float:
        full = max(self._full.get(chat, now), now)
        self._full[chat] = full + 1 / self._pace.chat_rate
        return max(now, full - (self._pace.chat_burst - 1) / self._pace.chat_rate)
