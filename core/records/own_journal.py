"""The default records system: the centre's own journal. The appeal is its record, so there is nothing to hand over."""

from collections.abc import Sequence

from core.records.port import RecordAnswer, RecordDocument, RecordsError, Written


class OwnJournal:
    """Implements core.records.port.RecordsSystem without a system: no messages are made, and none come back.

    An appeal's number is given in the transaction of its registration, without gaps; a row that claims an export would be untrue.
    """

    name = "own"
    exports = False

    async def write(self, document: RecordDocument) -> Written:
        """Always raises RecordsError: a message for a system that is not there is a defect."""
        raise RecordsError("the own journal takes no messages", permanent=True)

    async def poll(self) -> Sequence[RecordAnswer]:
        """Nothing comes back."""
        return ()

    async def acknowledge(self, answer: RecordAnswer) -> None:
        """Nothing to do."""

    async def set_aside(self, answer: RecordAnswer, reason: str) -> None:
        """Nothing to do."""
