"""The duty bot's own words to the staff: letters in a transaction of their own."""

from core.clock import Clock
from core.deliveries.outbox import Outbox
from core.duty.posts import Letter
from core.duty.relay import write_letters
from db.transactions import Transactions


class Teller:
    """Writes letters; one with a key that was written before is not written again."""

    def __init__(self, *, transactions: Transactions, clock: Clock, outbox: Outbox) -> None:
        self._transactions = transactions
        self._clock = clock
        self._outbox = outbox

    async def tell(self, *letters: Letter) -> None:
        """Write them in this order."""
        async with self._transactions.begin() as tx:
            await write_letters(tx, self._outbox, letters, self._clock.now())
