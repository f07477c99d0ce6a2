"""What is done with the keys of the recordings is in the audit trail, though they lie with the recorder (ADR 0037)."""

from core.audit.trail import record
from core.clock import Clock
from db.transactions import Transactions


class RecordingKeyDesk:
    """The command line on the recorder's machine."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def rewrapping(self, master: str, files: int) -> None:
        """So many files are about to be wrapped under this master key: told before it is done, so that nothing is done untold."""
        async with self._transactions.begin() as tx:
            await record(tx, self._clock.now(), "keys.recordings_rewrapped", "keys", key=master, files=files)
