"""The second factor: what is asked at login, what passes once, what is kept of it (reg. 2.10)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import select

from core.errors import Conflict, TooManyTries
from core.staff.asker import Asker
from core.staff.desk import StaffDesk
from core.staff.model import LoginTry, RecoveryCode, StaffMember
from core.staff.passwords import Passwords
from core.staff.second_factor import MUST_HAVE, NeedsCode, NotSetUp, WrongCode, fitting
from core.staff.secret_box import CannotOpen, SecretBox
from core.staff.sessions import WrongPassword
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock

PASSWORD, SECRET = "a password of the tests", "a secret of the tests"
RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the sample secret of RFC 6238, in base 32


@pytest.fixture
async def desk(transactions: Transactions, clock: MovableClock) -> AsyncIterator[StaffDesk]:
    """A centre where head and administrators must have it."""
    quick = Passwords(PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))
    yield StaffDesk(transactions=transactions, clock=clock, passwords=quick, box=SecretBox(SECRET), second_factor_of=MUST_HAVE)


async def hired(desk: StaffDesk, role: Role = Role.OPERATOR) -> Asker:
    await desk.accounts.create(login="anna", full_name="Тестова Анна", role=role, password=PASSWORD)
    _, asker = await desk.sessions.login("anna", PASSWORD, address="10.0.0.1")
    return asker


async def enrolled(desk: StaffDesk, clock: MovableClock, role: Role = Role.OPERATOR) -> tuple[pyotp.TOTP, list[str]]:
    asker = await hired(desk, role)
    totp = pyotp.TOTP((await desk.second.offer(asker)).secret)
    codes = await desk.second.confirm(asker, totp.at(clock.now()))
    clock.move(seconds=30)
    return totp, list(codes)


async def sign_in(desk: StaffDesk, code: str = "") -> Asker:
    return (await desk.sessions.login("anna", PASSWORD, address="10.0.0.1", code=code))[1]


@pytest.mark.parametrize(("second", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert fitting(RFC, code, datetime.fromtimestamp(second, UTC)) == second // 30


@pytest.mark.clause("2.10")
async def test_after_enrolling_the_password_alone_does_not_open(desk: StaffDesk, clock: MovableClock) -> None:
    totp, codes = await enrolled(desk, clock)
    assert len(set(codes)) == 10
    with pytest.raises(NeedsCode):
        await sign_in(desk)
    with pytest.raises(WrongCode):
        await sign_in(desk, "000000" if totp.at(clock.now()) != "000000" else "000001")
    with pytest.raises(WrongPassword):
        await desk.sessions.login("anna", "another password", address="10.0.0.1", code=totp.at(clock.now()))
    assert (await sign_in(desk, totp.at(clock.now()))).login == "anna"


@pytest.mark.clause("2.10")
@pytest.mark.parametrize(
    ("seconds", "passes"),
    [(-30, True), (0, True), (30, True), (-90, False), (90, False)],
    ids=["a step behind", "now", "a step ahead", "too old", "to come"],
)
async def test_clocks_may_differ_by_a_step(desk: StaffDesk, clock: MovableClock, seconds: int, passes: bool) -> None:
    totp, _ = await enrolled(desk, clock)
    clock.move(minutes=2)
    code = totp.at(clock.now() + timedelta(seconds=seconds))
    if passes:
        assert await sign_in(desk, code)
    else:
        with pytest.raises(WrongCode):
            await sign_in(desk, code)


@pytest.mark.clause("2.10")
async def test_no_code_passes_twice(desk: StaffDesk, clock: MovableClock) -> None:
    totp, codes = await enrolled(desk, clock)
    code = totp.at(clock.now())
    assert await sign_in(desk, code)
    with pytest.raises(WrongCode):
        await sign_in(desk, code)
    assert await sign_in(desk, f" {codes[0].upper()} ")
    with pytest.raises(WrongCode):
        await sign_in(desk, codes[0])
    asker = await sign_in(desk, codes[1])
    assert (await desk.second.standing(asker)).codes_left == 8


@pytest.mark.clause("2.10")
async def test_codes_are_not_guessed(desk: StaffDesk, clock: MovableClock, transactions: Transactions) -> None:
    await enrolled(desk, clock)
    for _ in range(3):
        with pytest.raises(NeedsCode):
            await sign_in(desk)
    async with transactions.begin() as tx:
        assert (await tx.exec(select(LoginTry))).all() == [], "to be asked is no failed try"
    for number in range(10):
        with pytest.raises(WrongCode):
            await sign_in(desk, f"none{number}")
    with pytest.raises(TooManyTries):
        await sign_in(desk, "none")


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("role", sorted(MUST_HAVE))
async def test_who_must_have_it_may_do_nothing_before(role: Role, desk: StaffDesk, clock: MovableClock) -> None:
    asker = await hired(desk, role)
    assert asker.must_enrol and asker.abilities == frozenset()
    totp = pyotp.TOTP((await desk.second.offer(asker)).secret)
    await desk.second.confirm(asker, totp.at(clock.now()))
    clock.move(seconds=30)
    token, again = await desk.sessions.login("anna", PASSWORD, address="10.0.0.1", code=totp.at(clock.now()))
    found = await desk.sessions.who(token)
    assert again.abilities and found is not None and found.abilities == again.abilities
    with pytest.raises(Conflict):
        await desk.second.drop(again)


async def test_it_is_changed_and_dropped(desk: StaffDesk, clock: MovableClock) -> None:
    totp, codes = await enrolled(desk, clock)
    asker = await sign_in(desk, codes[0])
    await desk.second.offer(asker)
    with pytest.raises(WrongCode):
        await desk.second.confirm(asker, "000000")
    assert await sign_in(desk, totp.at(clock.now())), "the old one holds until the new one is confirmed"
    await desk.second.drop(asker)
    assert await sign_in(desk)
    with pytest.raises(Conflict):
        await desk.second.confirm(asker, "000000")


@pytest.mark.clause("2.10")
async def test_nothing_of_it_is_kept_in_clear(desk: StaffDesk, clock: MovableClock, transactions: Transactions) -> None:
    totp, codes = await enrolled(desk, clock)
    async with transactions.begin() as tx:
        member = (await tx.exec(select(StaffMember))).one()
        kept = [one.code_hash for one in (await tx.exec(select(RecoveryCode))).all()]
    assert totp.secret not in member.totp_sealed
    assert not {code.replace("-", "") for code in codes} & set(kept)
    with pytest.raises(CannotOpen):
        SecretBox(SECRET).open(member.totp_sealed, "staff:999")
    with pytest.raises(CannotOpen):
        SecretBox("another secret").open(member.totp_sealed, f"staff:{member.id}")


async def test_without_a_secret_nobody_has_one(transactions: Transactions, clock: MovableClock) -> None:
    desk = StaffDesk(transactions=transactions, clock=clock, second_factor_of=MUST_HAVE)
    asker = await hired(desk, Role.SUPERVISOR)
    assert not asker.must_enrol and not (await desk.second.standing(asker)).is_offered
    with pytest.raises(NotSetUp):
        await desk.second.offer(asker)


async def test_the_command_line_takes_it_away(desk: StaffDesk, clock: MovableClock) -> None:
    await enrolled(desk, clock)
    await desk.second.reset("anna")
    assert await sign_in(desk)
