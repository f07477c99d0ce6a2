"""What is fetched at once, and how one mail that the server cannot give does not keep the others."""

from collections import Counter
from collections.abc import Iterator, Sequence

from channels.email.mailbox_session import Listed
from channels.email.options import MailboxLimits


class Batches:
    """Cuts a list into fetches. After a refusal mails are fetched singly, so it is known which one the server does not give."""

    def __init__(self, limits: MailboxLimits) -> None:
        self._limits = limits
        self._refusals: Counter[int] = Counter()
        self._is_careful = False

    def of(self, listed: Sequence[Listed]) -> Iterator[list[Listed]]:
        """In order; each within the limits, or one mail."""
        batch: list[Listed] = []
        size = 0
        for one in listed:
            weight = one.size if one.size <= self._limits.biggest else 0
            longest = 1 if self._is_careful else self._limits.fetch_mails
            if batch and (len(batch) >= longest or size + weight > self._limits.fetch_bytes):
                yield batch
                batch, size = [], 0
            batch.append(one)
            size += weight
        if batch:
            yield batch
        self._is_careful = False

    def is_hopeless(self, batch: Sequence[Listed]) -> bool:
        """Whether it is one mail that was refused too often to hope for it."""
        return len(batch) == 1 and self._refusals[batch[0].uid] >= self._limits.refusals

    def was_refused(self, batch: Sequence[Listed]) -> None:
        """The server said no to this fetch."""
        self._is_careful = True
        if len(batch) == 1:
            self._refusals[batch[0].uid] += 1

    def was_taken(self, batch: Sequence[Listed]) -> None:
        """It is stored."""
        for one in batch:
            self._refusals.pop(one.uid, None)

    def start_again(self) -> None:
        """The numbers mean other mails now."""
        self._refusals.clear()
