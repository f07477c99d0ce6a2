"""The calls that this process has answered lately: which step of each is the newest, so that a late hook is known to be late."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from channels.voice.tickets import Awaited, Ticket

MOST = 5000


@dataclass(slots=True, kw_only=True)
class Going:
    """``newest``: the step of the newest answer; ``ticket``: of that answer; ``is_over``: the exchange told the end."""

    newest: int
    ticket: Ticket | None = None
    is_over: bool = False


class GoingCalls:
    """At most MOST calls; the one that was not heard of for longest is forgotten. A forgotten call asks ``newest_step``."""

    def __init__(self, newest_step: Callable[[str], Awaitable[int]]) -> None:
        self._calls: OrderedDict[str, Going] = OrderedDict()
        self._newest_step = newest_step

    def known(self, call_sid: str) -> Going | None:
        """The call, if this process answered it."""
        return self._calls.get(call_sid)

    def start(self, call_sid: str) -> int:
        """A new call: the number of its first answer; of one that is told again, the next."""
        going = self._remembered(call_sid, 0)
        going.newest += 1
        return going.newest

    async def take(self, ticket: Ticket) -> int | None:
        """Take the turn that the ticket is for: the number of the answer to make, or None when another hook had it already.

        A safety tail may take the turn of the hook that failed once more: its answer never arrived.
        """
        going = await self._going(ticket.call_sid)
        again = 1 if ticket.awaited is Awaited.FAILURE else 0
        if ticket.step + again < going.newest:
            return None
        going.newest = max(going.newest, ticket.step) + 1
        return going.newest

    async def take_over(self, call_sid: str) -> int:
        """Take the turn whoever had it; every ticket that is out is late now."""
        going = await self._going(call_sid)
        going.newest += 1
        return going.newest

    def answered(self, ticket: Ticket) -> None:
        """Remember what the newest answer awaits."""
        self._remembered(ticket.call_sid, ticket.step).ticket = ticket

    def end(self, call_sid: str) -> Ticket | None:
        """The exchange told the end; gives what was awaited, the first time."""
        going = self._remembered(call_sid, 0)
        ticket = None if going.is_over else going.ticket
        going.is_over = True
        return ticket

    async def _going(self, call_sid: str) -> Going:
        going = self._calls.get(call_sid)
        if going is None:
            newest = await self._newest_step(call_sid)
            return self._remembered(call_sid, newest)
        self._calls.move_to_end(call_sid)
        return going

    def _remembered(self, call_sid: str, newest: int) -> Going:
        going = self._calls.setdefault(call_sid, Going(newest=newest))
        self._calls.move_to_end(call_sid)
        if len(self._calls) > MOST:
            self._calls.popitem(last=False)
        return going
