"""Accounts as an administrator manages them: what ends with a change, what is refused, what is written down."""

import asyncio
from typing import Any

import pytest

from core.audit.model import AuditEntry
from core.conversations.model import Conversation
from core.errors import Conflict, Invalid, NotAllowed, NotFound, TooManyTries
from core.staff.accounts import AccountChanged, LastAdministrator, OwnAccount
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.staff.sessions import WrongPassword
from core.staff.tries import TRIES_OF_ACCOUNT
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import PASSWORD, Centre, Member


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    return Centre(transactions, clock)


@pytest.fixture
async def admin(centre: Centre) -> Asker:
    return (await centre.a_member(Role.ADMINISTRATOR)).asker


async def kept(centre: Centre, staff_id: int) -> StaffMember:
    found: StaffMember = (await centre.rows(StaffMember, StaffMember.id == staff_id))[0]
    return found


async def is_in(centre: Centre, member: Member) -> bool:
    return await centre.staff.sessions.who(member.token) is not None


async def deeds(centre: Centre, staff_id: int) -> list[str]:
    return [one.action for one in await centre.rows(AuditEntry, AuditEntry.subject == f"staff:{staff_id}")]


@pytest.mark.clause("2.10")
async def test_a_new_account_gets_a_password_once_and_changes_it_first(centre: Centre, admin: Asker) -> None:
    made, password = await centre.staff.accounts.open(admin, login="Anna.T", full_name="Тестова  Анна", role=Role.OPERATOR)
    token, asker = await centre.staff.sessions.login("anna.t", password, address="10.0.0.1")
    assert asker.must_change and asker.abilities == frozenset()
    with pytest.raises(Invalid) as same:
        await centre.staff.sessions.change_password(asker, password, password)
    assert same.value.facts["reason"] == "password_same"
    await centre.staff.sessions.change_password(asker, password, PASSWORD)
    again = await centre.staff.sessions.who(token)
    assert again is not None and not again.must_change and again.abilities
    assert again.full_name == "Тестова Анна"
    assert password not in (await kept(centre, made)).password_hash
    assert await deeds(centre, made) == ["staff.created", "staff.login", "staff.password_changed"]


async def test_a_login_is_given_to_one_person(centre: Centre, admin: Asker) -> None:
    await centre.staff.accounts.open(admin, login="anna", full_name="Тестова", role=Role.OPERATOR)
    with pytest.raises(Conflict):
        await centre.staff.accounts.open(admin, login="ANNA", full_name="Другая", role=Role.PRESS)


@pytest.mark.clause("2.10")
async def test_another_role_ends_sessions_and_a_shift_that_it_does_not_have(centre: Centre, admin: Asker) -> None:
    member = await centre.a_member()
    await centre.staff.start_shift(member.asker)
    change = centre.staff.accounts.change
    await change(admin, member.asker.id, full_name="Новая Фамилия", role=Role.OPERATOR, version=1)
    assert await is_in(centre, member), "another name ends nothing"
    await change(admin, member.asker.id, full_name="Новая Фамилия", role=Role.PRESS, version=2)
    now = await kept(centre, member.asker.id)
    assert (now.full_name, now.role, now.on_shift_since, now.version) == ("Новая Фамилия", Role.PRESS, None, 3)
    assert not await is_in(centre, member)
    entry = (await centre.rows(AuditEntry, AuditEntry.action == "staff.changed"))[-1]
    assert entry.details == {"role_before": "operator", "role": "press"}


async def test_who_comes_second_is_told_how_the_account_stands(centre: Centre, admin: Asker) -> None:
    member = (await centre.a_member()).asker
    await centre.staff.accounts.change(admin, member.id, full_name="Первый", role=Role.SENIOR, version=1)
    with pytest.raises(AccountChanged) as late:
        await centre.staff.accounts.change(admin, member.id, full_name="Второй", role=Role.PRESS, version=1)
    assert late.value.facts["present"] == {"full_name": "Первый", "role": "senior", "is_active": True, "version": 2}


async def test_a_closed_account_lets_nobody_in_until_it_is_opened_again(centre: Centre, admin: Asker) -> None:
    member = await centre.a_member()
    await centre.staff.start_shift(member.asker)
    held = await centre.a_conversation(held_by=member.asker)
    await centre.staff.accounts.deactivate(admin, member.asker.id, 1)
    now = await kept(centre, member.asker.id)
    assert (now.is_active, now.on_shift_since) == (False, None)
    assert not await is_in(centre, member)
    shown = await centre.staff.accounts.reading.see(admin, member.asker.id)
    assert (list(shown.holding), shown.sessions) == ([held], [])
    assert (await centre.rows(Conversation))[0].operator_id == member.asker.id, "a senior takes it over"
    with pytest.raises(WrongPassword):
        await centre.staff.sessions.login(member.asker.login, PASSWORD, address="10.0.0.1")
    await centre.staff.accounts.reactivate(admin, member.asker.id, 2)
    await centre.staff.sessions.login(member.asker.login, PASSWORD, address="10.0.0.1")
    assert [one for one in await deeds(centre, member.asker.id) if "activated" in one] == ["staff.deactivated", "staff.reactivated"]


@pytest.mark.clause("2.10")
async def test_a_new_password_ends_the_sessions_and_opens_a_locked_account(centre: Centre, admin: Asker) -> None:
    member = await centre.a_member()
    for _ in range(TRIES_OF_ACCOUNT):
        with pytest.raises(WrongPassword):
            await centre.staff.sessions.login(member.asker.login, "wrong", address="10.0.0.1")
    password = await centre.staff.accounts.give_password(admin, member.asker.id, 1)
    assert not await is_in(centre, member)
    with pytest.raises(WrongPassword):
        await centre.staff.sessions.login(member.asker.login, PASSWORD, address="10.0.0.1")
    _, asker = await centre.staff.sessions.login(member.asker.login, password, address="10.0.0.1")
    assert asker.must_change


async def test_who_mistyped_too_often_is_let_try_again(centre: Centre, admin: Asker) -> None:
    login = (member := (await centre.a_member()).asker).login
    for _ in range(TRIES_OF_ACCOUNT):
        with pytest.raises(WrongPassword):
            await centre.staff.sessions.login(login, "wrong", address="10.0.0.1")
    with pytest.raises(TooManyTries):
        await centre.staff.sessions.login(login, PASSWORD, address="10.0.0.1")
    assert (await centre.staff.accounts.reading.see(admin, member.id)).line.locked_for == 15 * 60
    await centre.staff.accounts.unlock(admin, member.id)
    assert (await centre.staff.accounts.reading.see(admin, member.id)).line.locked_for == 0
    await centre.staff.sessions.login(login, PASSWORD, address="10.0.0.1")


async def test_a_session_of_a_person_is_ended_by_its_handle(centre: Centre, admin: Asker) -> None:
    member = await centre.a_member()
    [line] = (await centre.staff.accounts.reading.see(admin, member.asker.id)).sessions
    with pytest.raises(NotFound):
        await centre.staff.accounts.end_session(admin, admin.id, line.handle)
    await centre.staff.accounts.end_session(admin, member.asker.id, line.handle)
    assert not await is_in(centre, member)


def everything(centre: Centre, asker: Asker, staff_id: int) -> dict[str, Any]:
    accounts = centre.staff.accounts
    return {
        "open": lambda: accounts.open(asker, login="new.one", full_name="Новый", role=Role.OPERATOR),
        "change": lambda: accounts.change(asker, staff_id, full_name="Новый", role=Role.OPERATOR, version=1),
        "deactivate": lambda: accounts.deactivate(asker, staff_id, 1),
        "reactivate": lambda: accounts.reactivate(asker, staff_id, 1),
        "password": lambda: accounts.give_password(asker, staff_id, 1),
        "second factor": lambda: accounts.reset_second_factor(asker, staff_id, 1),
        "unlock": lambda: accounts.unlock(asker, staff_id),
        "end": lambda: accounts.end_session(asker, staff_id, "0" * 16),
        "list": lambda: accounts.reading.list(asker),
        "see": lambda: accounts.reading.see(asker, staff_id),
    }


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
async def test_nobody_else_manages_accounts(centre: Centre, role: Role) -> None:
    asker, other = (await centre.a_member(role)).asker, (await centre.a_member()).asker
    for deed in everything(centre, asker, other.id).values():
        with pytest.raises(NotAllowed):
            await deed()


async def test_what_is_not_there_is_not_found(centre: Centre, admin: Asker) -> None:
    for name, deed in everything(centre, admin, 999_999).items():
        if name not in ("open", "list"):
            with pytest.raises(NotFound):
                await deed()


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("name", ["change", "deactivate", "password", "second factor"])
async def test_nobody_does_it_to_themselves(centre: Centre, admin: Asker, name: str) -> None:
    await centre.a_member(Role.ADMINISTRATOR)
    with pytest.raises(OwnAccount):
        await everything(centre, admin, admin.id)[name]()
    assert (await kept(centre, admin.id)).version == 1


async def test_the_last_administrator_stays_one(centre: Centre, admin: Asker) -> None:
    closed = (await centre.a_member(Role.ADMINISTRATOR)).asker
    await centre.staff.accounts.deactivate(admin, closed.id, 1)
    for deed in ("change", "deactivate"):
        with pytest.raises(LastAdministrator):  # who was closed in this very moment asks
            await everything(centre, closed, admin.id)[deed]()


async def test_two_administrators_who_close_each_other_at_once_leave_one(centre: Centre, admin: Asker) -> None:
    other = (await centre.a_member(Role.ADMINISTRATOR)).asker
    close = centre.staff.accounts.deactivate
    done = await asyncio.gather(close(admin, other.id, 1), close(other, admin.id, 1), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["LastAdministrator", "NoneType"]


async def test_accounts_are_found_by_words_of_name_and_login(centre: Centre, admin: Asker) -> None:
    for login, name in (("anna.t", "Тестова Анна"), ("boris%", "Пробный Борис")):
        await centre.staff.accounts.open(admin, login=login, full_name=name, role=Role.OPERATOR)
    reading = centre.staff.accounts.reading

    async def found(**asked: Any) -> list[str]:
        return [one.login for one in (await reading.list(admin, **asked)).lines]

    assert await found(query="анна тест") == ["anna.t"]
    assert await found(query="BORIS%") == ["boris%"]
    assert await found(query="%") == ["boris%"]
    assert await found(standing="closed") == []
    [line] = (await reading.list(admin, query="anna.t")).lines
    await centre.staff.accounts.deactivate(admin, line.id, line.version)
    assert await found(query="анна", standing="closed") == ["anna.t"] and await found(query="анна") == []
    assert "anna.t" in await found(standing="all")


async def test_a_long_list_is_read_page_by_page(centre: Centre, admin: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.staff.account_reading.PAGE", 2)
    for number in range(4):
        await centre.staff.accounts.open(admin, login=f"anna{number}", full_name="Тестова Анна", role=Role.OPERATOR)
    found, page = list[str](), await centre.staff.accounts.reading.list(admin, query="анна")
    found += [one.login for one in page.lines]
    while page.next:
        page = await centre.staff.accounts.reading.list(admin, query="анна", after=page.next)
        found += [one.login for one in page.lines]
    assert found == ["anna0", "anna1", "anna2", "anna3"]


async def test_the_list_says_who_is_in(centre: Centre, admin: Asker) -> None:
    await centre.staff.accounts.open(admin, login="anna", full_name="Тестова", role=Role.OPERATOR)
    lines = {one.login: one for one in (await centre.staff.accounts.reading.list(admin)).lines}
    assert lines[admin.login].is_in and not lines["anna"].is_in
    assert lines["anna"].must_change and not lines["anna"].has_code
