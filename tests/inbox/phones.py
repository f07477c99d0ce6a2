"""The exchange of the tests: does what a test says, and remembers what it was asked."""

from collections.abc import Sequence

from core.errors import OfficeError
from core.phone.port import DialOrder, ExchangeCall


class FakeExchange:
    """Implements core.phone.port.Exchange: knows the calls that a test gives it, or refuses."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.orders: list[DialOrder] = []
        self.known: list[ExchangeCall] = []
        self.error: OfficeError | None = None
        self.blind: OfficeError | None = None

    async def redirect(self, call_sid: str, path: str, **values: str) -> None:
        """A call goes on with one of our hooks."""
        self._ask("redirect", call_sid, path, *values.values())

    async def mute(self, call_sid: str, *, muted: bool) -> None:
        """A leg is silent."""
        self._ask("mute", call_sid, str(muted))

    async def whisper(self, call_sid: str, words: str) -> None:
        """Words for one leg."""
        self._ask("whisper", call_sid, words)

    async def hang_up(self, call_sid: str) -> None:
        """The end of a call."""
        self._ask("hang_up", call_sid)

    async def dial_out(self, order: DialOrder) -> str:
        """A call of ours."""
        self.orders.append(order)
        self._ask("dial_out", order.address)
        return f"sid-{len(self.orders)}"

    async def calls(self) -> Sequence[ExchangeCall]:
        """The calls that a test gave it."""
        if self.blind is not None:
            raise self.blind
        return self.known

    def _ask(self, *what: str) -> None:
        self.asked.append(what)
        if self.error is not None:
            raise self.error
