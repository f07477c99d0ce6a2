"""What the recorder needs from outside; core.phone.recordings keeps the book over our tables."""

from typing import Protocol

from core.phone.recordings import RecordingFacts


class RecordingJournal(Protocol):
    """Where the recorder tells what it has. It may be away: whatever it raises, the same is told again later."""

    async def tell(self, facts: RecordingFacts) -> None:
        """Write one recording as it stands; safe to repeat. Told when it opens, is kept, packed, refused, broken or deleted."""
        ...

    async def unfinished(self, kept_at: str) -> list[str]:
        """Keys that the office believes to be open or kept by the recorder of this address."""
        ...
