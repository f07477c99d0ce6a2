"""Stored files for those that send them: channels and the records system."""

from collections.abc import Awaitable, Callable

from core.files import load_file
from db.transactions import Transactions

LoadFile = Callable[[str], Awaitable[bytes]]
"""The bytes under a storage key; raises an OfficeError when there are none."""


def file_loader(transactions: Transactions) -> LoadFile:
    """Gives the bytes of a stored file."""

    async def load(key: str) -> bytes:
        async with transactions.begin() as tx:
            return (await load_file(tx, key)).content

    return load
