"""A process of its own that writes contacts without ever reading one, until it is ended: ``python -m ... URL CARD``."""

import asyncio
import sys
from itertools import count

from sqlalchemy import update
from sqlmodel import col

from core.people.model import Applicant, ContactPoint
from db.engine import open_engine, plain_url
from db.sealing import KeyRing, give_keys
from db.transactions import Transactions
from tests.conftest import MASTER


async def write(url: str, card: int) -> None:
    """A telephone and a postal address in each transaction; what was committed is told, with the data key that sealed it."""
    engine = open_engine(url, keys=MASTER, pool_size=1)
    ring = KeyRing(plain_url(url), MASTER, clock=count().__next__)  # a second for each question: its reading is old soon
    give_keys(engine, ring)
    transactions = Transactions(engine)
    for number in count():
        value = f"+79{card:02}{number:07}"
        key = ring.current
        async with transactions.begin() as tx:
            tx.add(ContactPoint(applicant_id=card, kind="phone", value=value))
            await tx.execute(update(Applicant).where(col(Applicant.id) == card).values(postal_address=value))
        print(key, value, flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], int(sys.argv[2])))
