"""Sign-in: limits per account and per address, sessions that end by themselves."""

import asyncio

import pytest

from core.audit.model import AuditEntry
from core.errors import Invalid, TooManyTries
from core.staff.model import LoginTry, StaffSession
from core.staff.sessions import WrongPassword, token_hash
from core.staff.tries import TRIES_OF_ACCOUNT, TRIES_OF_ADDRESS
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import PASSWORD, Centre


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    return Centre(transactions, clock)


async def guess(centre: Centre, login: str, password: str = "wrong", address: str = "10.0.0.1") -> str:
    try:
        await centre.staff.sessions.login(login, password, address=address)
    except WrongPassword:
        return "wrong"
    except TooManyTries:
        return "too many"
    return "in"


async def test_the_token_is_not_kept_only_its_hash(centre: Centre) -> None:
    member = await centre.a_member()
    token, asker = await centre.staff.sessions.login(member.asker.login.upper(), PASSWORD, address="10.0.0.1", agent="Firefox")
    kept = await centre_sessions(centre)
    assert token_hash(token) in kept and token not in kept
    assert asker.id == member.asker.id
    assert (await centre.staff.sessions.who(token)) == asker


async def centre_sessions(centre: Centre) -> set[str]:
    from sqlmodel import select

    async with centre.transactions.begin() as tx:
        return set((await tx.exec(select(StaffSession.token_hash))).all())


async def test_a_wrong_password_and_an_unknown_login_are_told_alike(centre: Centre) -> None:
    member = await centre.a_member()
    assert await guess(centre, member.asker.login) == await guess(centre, "nobody") == "wrong"


async def test_an_account_is_closed_to_guesses_after_its_limit_from_any_address(centre: Centre) -> None:
    login = (await centre.a_member()).asker.login
    answers = [await guess(centre, login, address=f"10.0.0.{number}") for number in range(TRIES_OF_ACCOUNT + 1)]
    assert answers == ["wrong"] * TRIES_OF_ACCOUNT + ["too many"]
    assert await guess(centre, login, PASSWORD, address="10.9.9.9") == "too many"
    centre.clock.move(minutes=15, seconds=1)
    assert await guess(centre, login, PASSWORD) == "in"


async def test_an_address_is_closed_to_guesses_over_many_accounts(centre: Centre) -> None:
    answers = [await guess(centre, f"login{number}") for number in range(TRIES_OF_ADDRESS + 1)]
    assert answers == ["wrong"] * TRIES_OF_ADDRESS + ["too many"]
    assert await guess(centre, "login1", address="10.0.0.2") == "wrong"


async def test_guesses_at_once_do_not_slip_under_the_limit(centre: Centre) -> None:
    login = (await centre.a_member()).asker.login
    answers = await asyncio.gather(*(guess(centre, login, address=f"10.1.0.{number}") for number in range(TRIES_OF_ACCOUNT + 5)))
    assert answers.count("wrong") == TRIES_OF_ACCOUNT


async def test_the_limit_says_when_to_come_back(centre: Centre) -> None:
    for _ in range(TRIES_OF_ACCOUNT):
        await guess(centre, "nobody")
    centre.clock.move(minutes=5)
    with pytest.raises(TooManyTries) as refused:
        await centre.staff.sessions.login("nobody", "x", address="10.0.0.7")
    assert refused.value.facts == {"retry_after": 600}


async def test_a_good_sign_in_forgets_the_tries_of_the_account(centre: Centre) -> None:
    login = (await centre.a_member()).asker.login
    for _ in range(5):
        await guess(centre, login)
    await guess(centre, login, PASSWORD)
    assert len(await centre.rows(LoginTry)) == 5, "those of the address stay"


@pytest.mark.parametrize(("idle_minutes", "is_in"), [(29, True), (31, False)], ids=["within half an hour", "after half an hour"])
async def test_a_session_ends_when_nobody_uses_it(centre: Centre, idle_minutes: int, is_in: bool) -> None:
    token = (await centre.a_member()).token
    centre.clock.move(minutes=idle_minutes)
    assert (await centre.staff.sessions.who(token) is not None) is is_in


async def test_use_keeps_a_session_but_not_beyond_a_shift(centre: Centre) -> None:
    token = (await centre.a_member()).token
    for _ in range(35):
        centre.clock.move(minutes=20)
        assert await centre.staff.sessions.who(token)
    centre.clock.move(minutes=21)
    assert await centre.staff.sessions.who(token) is None


async def test_a_heartbeat_does_not_keep_a_session(centre: Centre) -> None:
    token = (await centre.a_member()).token
    centre.clock.move(minutes=20)
    assert await centre.staff.sessions.who(token, touch=False)
    centre.clock.move(minutes=11)
    assert await centre.staff.sessions.who(token) is None


async def test_the_session_is_touched_at_most_once_a_minute(centre: Centre) -> None:
    member = await centre.a_member()
    start = centre.clock.now()
    centre.clock.move(seconds=59)
    await centre.staff.sessions.who(member.token)
    assert (await centre.staff.sessions.sessions(member.asker))[0].seen_at == start
    centre.clock.move(seconds=1)
    await centre.staff.sessions.who(member.token)
    assert (await centre.staff.sessions.sessions(member.asker))[0].seen_at == centre.clock.now()


async def test_a_session_can_be_ended_by_its_owner_only(centre: Centre) -> None:
    one, other = await centre.a_member(), await centre.a_member()
    handle = (await centre.staff.sessions.sessions(one.asker))[0].handle
    with pytest.raises(Exception, match="not_found"):
        await centre.staff.sessions.revoke(other.asker, handle)
    await centre.staff.sessions.revoke(one.asker, handle)
    assert await centre.staff.sessions.who(one.token) is None
    assert await centre.staff.sessions.who(other.token) is not None


async def test_a_new_password_ends_the_other_sessions(centre: Centre) -> None:
    member = await centre.a_member()
    elsewhere, _ = await centre.staff.sessions.login(member.asker.login, PASSWORD, address="10.0.0.1")
    with pytest.raises(WrongPassword):
        await centre.staff.sessions.change_password(member.asker, "wrong", "a quite new password")
    with pytest.raises(Invalid):
        await centre.staff.sessions.change_password(member.asker, PASSWORD, "short")
    await centre.staff.sessions.change_password(member.asker, PASSWORD, "a quite new password")
    assert await centre.staff.sessions.who(elsewhere) is None
    assert await centre.staff.sessions.who(member.token) is not None
    assert await guess(centre, member.asker.login, "a quite new password") == "in"


@pytest.mark.clause("2.10")
async def test_every_sign_in_and_every_failure_is_in_the_trail(centre: Centre) -> None:
    member = await centre.a_member()
    await guess(centre, member.asker.login)
    await guess(centre, member.asker.login, PASSWORD)
    assert [entry.action for entry in await centre.rows(AuditEntry)] == ["staff.login_failed", "staff.login"]


async def test_a_closed_account_gets_in_nowhere(centre: Centre) -> None:
    administrator, member = await centre.a_member(Role.ADMINISTRATOR), await centre.a_member()
    await centre.staff.accounts.deactivate(administrator.asker, member.asker.id, 1)
    assert await centre.staff.sessions.who(member.token) is None
    assert await guess(centre, member.asker.login, PASSWORD) == "wrong"
