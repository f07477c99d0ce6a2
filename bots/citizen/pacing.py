"""How fast we may speak: about one message a second in a chat, thirty a second in all.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. Short bursts are tolerated there and here, so
the first message of a turn does not wait. A ``retry_after`` silences the one chat that it was given for.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.channels import DeliveryError


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Messages a second, and how many at once after a pause; ``patience`` is the longest wait in seconds that is waited
    here: a longer one is handed back to the queue so that it does not hold a worker."""

    chat_rate: float = 1.0
    chat_burst: int = 5
    rate: float = 30.0
    burst: int = 30
    patience: float = 3.0
    remembered_chats: int = 10_000


class Pacer:
    """Gives every message its moment, by the generic cell rate algorithm: of each bucket only the moment when it would be
    full again is kept. Waits are promised at once, so the order of the callers is kept."""

    def __init__(self, pace: Pace, clock: Callable[[], float], sleep: Callable[[float], Awaitable[object]]) -> None:
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._all = 0.0
        self._chats: OrderedDict[str, float] = OrderedDict()
        self._silent: dict[str, float] = {}

    async def wait(self, chat: str) -> None:
        """Wait for this chat's turn; raises DeliveryError with ``retry_after`` when that is too long."""
        pace, now = self._pace, self._clock()
        chat_full, all_full = max(self._chats.get(chat, now), now), max(self._all, now)
        chat_wait = chat_full - now - (pace.chat_burst - 1) / pace.chat_rate
        all_wait = all_full - now - (pace.burst - 1) / pace.rate
        pause = max(0.0, chat_wait, all_wait, self._silence(chat, now))
        if pause > pace.patience:
            raise DeliveryError("paced", retry_after=pause)
        self._chats[chat] = chat_full + 1 / pace.chat_rate
        self._chats.move_to_end(chat)
        self._all = all_full + 1 / pace.rate
        if len(self._chats) > pace.remembered_chats:
            self._chats.popitem(last=False)
        if pause > 0:
            await self._sleep(pause)

    def silence(self, chat: str, seconds: float) -> None:
        """Telegram asked to leave this chat alone for so long."""
        now = self._clock()
        self._silent = {known: until for known, until in self._silent.items() if until > now}
        self._silent[chat] = max(now + seconds, self._silent.get(chat, 0.0))

    def _silence(self, chat: str, now: float) -> float:
        return self._silent.get(chat, now) - now
