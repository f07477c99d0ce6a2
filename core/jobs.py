"""The port to background work: a job leaves only with the transaction that deferred it (design decision 2)."""

from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession


class Jobs(Protocol):
    """Defers jobs by name; jobs with the same ``lock`` run one after another, in order."""

    async def defer(self, tx: AsyncSession, job: str, *, lock: str | None = None, **arguments: int | str) -> None:
        """Write the job in the caller's transaction."""
        ...
