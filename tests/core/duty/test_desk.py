"""Who is who in the duty chat: one-time codes from the inbox."""

import pytest

from core.audit.model import AuditEntry
from core.duty.desk import CODE_SIGNS, SIGNS, WrongCode, looks_like_code
from core.duty.model import DutyCode, DutyMember
from core.errors import NotAllowed, NotFound, TooManyTries
from core.vocabulary import Role
from tests.core.duty.world import DutyWorld

PHONE, OTHER_PHONE = 700_000_001, 700_000_002


async def test_a_code_binds_the_telephone_that_typed_it(world: DutyWorld) -> None:
    asker = (await world.centre.a_member(full_name="Примерова Анна")).asker
    code = await world.desk.binding_code(asker)
    assert len(code) == CODE_SIGNS and set(code) <= set(SIGNS)
    bound = await world.desk.bind(PHONE, code)
    assert (bound.staff_id, bound.full_name) == (asker.id, "Примерова Анна")
    known = await world.desk.member(PHONE)
    assert known is not None and (known.id, known.role) == (asker.id, Role.OPERATOR)
    assert (await world.desk.membership(asker)) == bound
    assert [entry.action for entry in await world.centre.rows(AuditEntry)] == ["duty.code_made", "duty.bound"]


async def test_only_the_hash_of_a_code_is_kept(world: DutyWorld) -> None:
    code = await world.desk.binding_code((await world.centre.a_member()).asker)
    async with world.transactions.begin() as tx:
        kept = (await tx.exec(DutyCode.__table__.select())).all()
    assert len(kept) == 1 and code not in str(kept)


@pytest.mark.parametrize("typed", ["{code}", " {lower} ", "{first}-{last}", "{first} {last}"])
async def test_a_code_may_be_typed_as_people_do(world: DutyWorld, typed: str) -> None:
    code = await world.desk.binding_code((await world.centre.a_member()).asker)
    words = typed.format(code=code, lower=code.lower(), first=code[:4], last=code[4:])
    assert looks_like_code(words)
    assert await world.desk.bind(PHONE, words)


async def test_a_code_is_good_once(world: DutyWorld) -> None:
    code = await world.desk.binding_code((await world.centre.a_member()).asker)
    await world.desk.bind(PHONE, code)
    with pytest.raises(WrongCode):
        await world.desk.bind(OTHER_PHONE, code)
    assert await world.desk.member(OTHER_PHONE) is None


async def test_a_code_expires_after_ten_minutes(world: DutyWorld) -> None:
    code = await world.desk.binding_code((await world.centre.a_member()).asker)
    world.clock.move(minutes=10)
    with pytest.raises(WrongCode):
        await world.desk.bind(PHONE, code)


async def test_a_new_code_makes_the_former_one_void(world: DutyWorld) -> None:
    asker = (await world.centre.a_member()).asker
    former, _ = await world.desk.binding_code(asker), await world.desk.binding_code(asker)
    with pytest.raises(WrongCode):
        await world.desk.bind(PHONE, former)


async def test_guessing_is_stopped_for_this_account_and_not_for_others(world: DutyWorld) -> None:
    code = await world.desk.binding_code((await world.centre.a_member()).asker)
    for _ in range(5):
        with pytest.raises(WrongCode):
            await world.desk.bind(PHONE, "WRNGCDE2")
    with pytest.raises(TooManyTries):
        await world.desk.bind(PHONE, code)
    assert await world.desk.bind(OTHER_PHONE, code), "the right owner is not locked out by somebody else's guesses"


async def test_guessing_may_go_on_after_a_quarter_of_an_hour(world: DutyWorld) -> None:
    for _ in range(5):
        with pytest.raises(WrongCode):
            await world.desk.bind(PHONE, "WRNGCDE2")
    world.clock.move(minutes=16)
    code = await world.desk.binding_code((await world.centre.a_member()).asker)
    assert await world.desk.bind(PHONE, code)


async def test_a_second_telephone_takes_the_place_of_the_first(world: DutyWorld) -> None:
    asker = (await world.centre.a_member()).asker
    for phone in (PHONE, OTHER_PHONE):
        await world.desk.bind(phone, await world.desk.binding_code(asker))
    assert await world.desk.member(PHONE) is None
    assert len(await world.centre.rows(DutyMember)) == 1


async def test_a_telephone_that_changes_hands_belongs_to_the_newer_owner(world: DutyWorld) -> None:
    former, newer = (await world.centre.a_member()).asker, (await world.centre.a_member()).asker
    for asker in (former, newer):
        await world.desk.bind(PHONE, await world.desk.binding_code(asker))
    known = await world.desk.member(PHONE)
    assert known is not None and known.id == newer.id


async def test_a_closed_account_is_a_stranger_and_cannot_be_bound(world: DutyWorld) -> None:
    asker, admin = (await world.centre.a_member()).asker, (await world.centre.a_member(Role.ADMINISTRATOR)).asker
    await world.desk.bind(PHONE, await world.desk.binding_code(asker))
    code = await world.desk.binding_code(asker)
    await world.centre.staff.accounts.deactivate(admin, asker.id, 1)
    assert await world.desk.member(PHONE) is None
    with pytest.raises(WrongCode):
        await world.desk.bind(OTHER_PHONE, code)


async def test_who_may_not_take_conversations_gets_no_code(world: DutyWorld) -> None:
    for role in (Role.PRESS, Role.AUDITOR, Role.KNOWLEDGE_EDITOR):
        with pytest.raises(NotAllowed):
            await world.desk.binding_code((await world.centre.a_member(role)).asker)


async def test_a_binding_is_ended_by_its_owner_or_by_who_manages_the_staff(world: DutyWorld) -> None:
    asker, colleague = (await world.centre.a_member()).asker, (await world.centre.a_member()).asker
    admin = (await world.centre.a_member(Role.ADMINISTRATOR)).asker
    await world.desk.bind(PHONE, await world.desk.binding_code(asker))
    with pytest.raises(NotAllowed):
        await world.desk.unbind(colleague, asker.id)
    await world.desk.unbind(admin, asker.id)
    assert await world.desk.member(PHONE) is None
    with pytest.raises(NotFound):
        await world.desk.unbind(asker)


async def test_demo_accounts_are_bound_once_and_never_over_a_real_binding(world: DutyWorld) -> None:
    asker = (await world.centre.a_member()).asker
    assert await world.desk.bind_known(asker.login, PHONE)
    assert not await world.desk.bind_known(asker.login, OTHER_PHONE)
    assert not await world.desk.bind_known("nobody", OTHER_PHONE)
    known = await world.desk.member(PHONE)
    assert known is not None and known.id == asker.id


@pytest.mark.parametrize("words", ["", "good day", "ABCDEFG", "ABCDEFGHJ", "ABCDEFG0", "A" * 5000, "/start"])
def test_what_cannot_be_a_code_is_not_looked_at(words: str) -> None:
    assert not looks_like_code(words)
