"""A reader with one limited process, for all tests of this folder."""

from collections.abc import AsyncIterator

import pytest_asyncio

from channels.email.reading.kinds import Own
from channels.email.reading.reader import Reader, ReaderLimits, Us
from channels.email.tokens import Tokens

US = Us(
    own=Own(addresses=frozenset({"centre@vladikavkaz.example"}), domain="vladikavkaz.example"), authority="mx1.vladikavkaz.example"
)
TOKENS = Tokens("a secret of these tests")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reader() -> AsyncIterator[Reader]:
    """Closed at the end of the module."""
    one = Reader(US, tokens=TOKENS, limits=ReaderLimits(seconds=5))
    yield one
    await one.close()
