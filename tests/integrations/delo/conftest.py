"""Two folders, an EDMS behind them, and the desk in front."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from core.files import load_file
from db.transactions import Transactions
from integrations.delo.composing import Envelope
from integrations.delo.folder import DeloFolder
from integrations.delo.vocabulary import Party
from tests.clocks import MovableClock
from tests.core.records.world import Records
from tests.integrations.delo.edms import FakeDelo

ENVELOPE = Envelope(sender=Party(uid="centre", name="Контакт-центр"), recipient=Party(uid="ams", name="АМС г. Владикавказа"))


@dataclass
class Delo:
    """Both sides of the folders."""

    records: Records
    adapter: DeloFolder
    edms: FakeDelo
    out: Path
    into: Path


@pytest.fixture
def delo(transactions: Transactions, clock: MovableClock, tmp_path: Path) -> Delo:
    out, into = tmp_path / "out", tmp_path / "in"
    out.mkdir()
    into.mkdir()

    async def load(key: str) -> bytes:
        async with transactions.begin() as tx:
            return (await load_file(tx, key)).content

    adapter = DeloFolder(out, into, envelope=ENVELOPE, load_file=load, clock=clock)
    return Delo(Records(transactions, clock, adapter), adapter, FakeDelo(out, into), out, into)
