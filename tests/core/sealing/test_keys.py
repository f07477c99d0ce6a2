"""Contacts at rest: nothing of them in a dump, found all the same, and sealed anew while the centre works (ADR 0035)."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from app.backup.tools import running
from core.people.model import Applicant, ContactPoint
from core.sealing.columns import sealed_columns
from core.sealing.desk import LOCK, AlreadyRotating, KeyDesk
from db.engine import plain_url
from db.locks import NamedLocks
from db.sealing import CannotOpen, KeyRing, KeysMissing, MasterKeys, keys_of, new_master
from db.transactions import Transactions
from db.types import Sealed
from tests.clocks import MovableClock
from tests.conftest import MASTER

PHONE, EMAIL, PLACE = "+79185550123", "planted@example.org", "Planted street 5"


@pytest.fixture
async def person(transactions: Transactions, clock: MovableClock) -> int:
    """Somebody with a telephone, an e-mail and a postal address."""
    async with transactions.begin() as tx:
        somebody = Applicant(postal_address=PLACE, created_at=clock.now())
        tx.add(somebody)
        await tx.flush()
        for kind, value in (("phone", PHONE), ("email", EMAIL)):
            tx.add(ContactPoint(applicant_id=somebody.id or 0, kind=kind, value=value))
        return somebody.id or 0


@pytest.fixture
def ring(engine: AsyncEngine) -> KeyRing:
    """The keys of the engine of this run."""
    return keys_of(engine.sync_engine.dialect)


@pytest.fixture
async def desk(transactions: Transactions, database_url: str, clock: MovableClock, ring: KeyRing) -> AsyncIterator[KeyDesk]:
    """The desk of the command line."""
    locks = NamedLocks(database_url)
    yield KeyDesk(transactions=transactions, locks=locks, clock=clock, ring=ring)
    await locks.close()


async def _nobody_else() -> None:
    """No other process has to learn of the new key."""


async def _values(transactions: Transactions, person: int) -> list[str]:
    async with transactions.begin() as tx:
        points = select(ContactPoint.value).where(ContactPoint.applicant_id == person).order_by(col(ContactPoint.id))
        return [*(await tx.exec(points)).all(), (await tx.get_one(Applicant, person)).postal_address]


async def test_a_dump_holds_none_of_the_contacts(transactions: Transactions, person: int, database_url: str) -> None:
    assert await _values(transactions, person) == [PHONE, EMAIL, PLACE]
    with running("pg_dump", database_url, "--data-only") as dump:
        written = dump.read().decode()
    assert "s1." in written and not [one for one in (PHONE, EMAIL, PLACE, PHONE[2:]) if one in written]


async def test_a_contact_is_found_by_its_mark_whatever_its_case(transactions: Transactions, person: int) -> None:
    async with transactions.begin() as tx:
        for value in (PHONE, EMAIL.upper()):
            assert (await tx.exec(select(ContactPoint.applicant_id).where(ContactPoint.value_mark == value))).all() == [person]
        with pytest.raises(TypeError):
            select(ContactPoint).where(ContactPoint.value == PHONE)


async def test_a_statement_that_is_a_transaction_of_its_own_seals_and_opens(transactions: Transactions, ring: KeyRing) -> None:
    asked = text("SELECT CAST(:contact AS text) AS contact")
    sealing = asked.bindparams(bindparam("contact", type_=Sealed("a.b")))
    async with transactions.each_alone() as alone:
        written = (await alone.execute(sealing, {"contact": PHONE})).scalar()
        read = (await alone.execute(asked.columns(contact=Sealed("a.b")), {"contact": written})).scalar()
    assert ring.open(written, "a.b") == read == PHONE and PHONE not in written


async def test_a_value_that_is_moved_to_another_column_does_not_open(transactions: Transactions, person: int) -> None:
    async with transactions.begin() as tx:
        moved = "UPDATE applicant SET postal_address = (SELECT value FROM contact_point ORDER BY id LIMIT 1)"
        await tx.execute(text(moved))
    with pytest.raises(CannotOpen):
        await _values(transactions, person)


def test_another_master_key_opens_nothing(database_url: str, ring: KeyRing) -> None:
    sealed = ring.seal(PHONE, "contact_point.value")
    for masters in (None, MasterKeys.read(new_master("tests")), MasterKeys.read(new_master("other"))):
        with pytest.raises(KeysMissing):
            KeyRing(plain_url(database_url), masters).open(sealed, "contact_point.value")
    assert KeyRing(plain_url(database_url), MASTER).open(sealed, "contact_point.value") == PHONE


@pytest.mark.parametrize("written", ["", "a", "a:short", f":{'A' * 43}"], ids=["nothing", "a name", "a short key", "no name"])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(KeysMissing):
        MasterKeys.read(written)


async def test_everything_is_sealed_anew_and_what_was_broken_off_is_ended(
    transactions: Transactions, person: int, database_url: str, desk: KeyDesk, ring: KeyRing
) -> None:
    other = KeyRing(plain_url(database_url), MASTER)
    assert other.current
    first = await desk.rotate(_nobody_else)
    assert (first.sealed, first.is_resumed) == (3, False)
    ring.add()  # as if it were killed here
    resumed = await desk.rotate(_nobody_else)
    assert (resumed.sealed, resumed.is_resumed) == (3, True)
    assert first.key in resumed.retired
    assert await _values(transactions, person) == [PHONE, EMAIL, PLACE]
    assert other.open(ring.seal(PHONE, "a.b"), "a.b") == PHONE, "another process learns of the new key"
    assert {one.id: one.sealed for one in await desk.status()}[resumed.key] == 3


async def test_two_do_not_rotate_at_once(database_url: str, desk: KeyDesk) -> None:
    locks = NamedLocks(database_url)
    async with locks.hold(LOCK):
        with pytest.raises(AlreadyRotating):
            await desk.rotate(_nobody_else)
    await locks.close()


def test_another_master_key_takes_over(database_url: str) -> None:
    new = new_master("next")
    both = MasterKeys(keys={**MasterKeys.read(new).keys, **MASTER.keys})
    url = plain_url(database_url)
    sealed = KeyRing(url, MASTER).seal(PHONE, "a.b")
    assert KeyRing(url, both).rewrap() > 0
    try:
        assert KeyRing(url, MasterKeys.read(new)).open(sealed, "a.b") == PHONE
        with pytest.raises(KeysMissing):
            KeyRing(url, MASTER).open(sealed, "a.b")
    finally:
        KeyRing(url, MasterKeys(keys={**MASTER.keys, **both.keys})).rewrap()


def test_each_sealed_column_is_sealed_for_itself() -> None:
    columns = list(sealed_columns())
    assert len(columns) == 32
    for column in columns:
        assert isinstance(column.type, Sealed) and column.type.where == f"{column.table.name}.{column.name}"


def test_the_keys_are_wrapped(database_url: str, ring: KeyRing) -> None:
    assert ring.current
    with psycopg.connect(plain_url(database_url)) as connection:
        assert all(row[0].startswith("tests.") for row in connection.execute("SELECT wrapped FROM data_key").fetchall())
