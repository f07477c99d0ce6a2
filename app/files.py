"""Stored files for those that send them: channels and the records system."""

from collections.abc import Awaitable, Callable

from core.files import load_file
from db.transactions import Transactions


def file_loader(transactions: Transactions) -> Callable[[str], Awaitable[bytes]]:
    """Gives the bytes of a stored file."""

    async def load(key: str) -> bytes:
        async with transactions.begin() as tx:
            return (await load_file(tx, key)).content

    return load
