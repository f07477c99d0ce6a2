"""The operators' telephones."""

import pytest

from core.errors import Invalid, NotAllowed, NotFound
from core.phone.vocabulary import LineKind
from core.staff.model import StaffMember
from core.vocabulary import Role
from tests.core.phone.world import Phone


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (LineKind.PHONE, "8 (900) 000-00-01", "+79000000001"),
        (LineKind.PHONE, "+7 900 000 00 01", "+79000000001"),
        (LineKind.USER, " operator.1 ", "operator.1"),
        (LineKind.USER, "op1@pbx.example", "op1@pbx.example"),
        (LineKind.SIP, "sip:op1@pbx.example:5060", "sip:op1@pbx.example:5060"),
    ],
)
async def test_an_address_is_kept_in_one_form(phone: Phone, kind: LineKind, typed: str, kept: str) -> None:
    asker = (await phone.centre.a_member()).asker
    line = await phone.desk.lines.set(asker, kind, typed)
    assert (line.kind, line.address, line.is_ready, line.free_since) == (kind, kept, True, phone.clock.now())
    mine = await phone.desk.lines.mine(asker)
    assert mine is not None
    assert mine.address == kept


@pytest.mark.parametrize(
    ("kind", "typed", "why"),
    [
        (LineKind.PHONE, "", "missing"),
        (LineKind.PHONE, "12", "unreadable"),
        (LineKind.PHONE, "+79000000001 +79000000002", "unreadable"),
        (LineKind.USER, "a b", "unreadable"),
        (LineKind.USER, "a'; drop", "unreadable"),
        (LineKind.SIP, "op1@pbx.example", "unreadable"),
        (LineKind.SIP, "sip:op1@pbx.example?x=1", "unreadable"),
    ],
)
async def test_what_cannot_ring_is_refused(phone: Phone, kind: LineKind, typed: str, why: str) -> None:
    asker = (await phone.centre.a_member()).asker
    with pytest.raises(Invalid) as refused:
        await phone.desk.lines.set(asker, kind, typed)
    assert refused.value.facts["fields"] == {"address": why}
    assert await phone.desk.lines.mine(asker) is None


async def test_a_pause_puts_the_operator_at_the_end_of_the_line(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.desk.lines.ready(asker, is_ready=False)
    phone.clock.move(minutes=10)
    line = await phone.desk.lines.ready(asker, is_ready=True)
    assert (line.is_ready, line.free_since) == (True, phone.clock.now())
    phone.clock.move(minutes=1)
    assert (await phone.desk.lines.ready(asker, is_ready=True)).free_since != phone.clock.now()


async def test_without_a_line_there_is_nothing_to_be_ready(phone: Phone) -> None:
    asker = (await phone.centre.a_member()).asker
    with pytest.raises(NotFound):
        await phone.desk.lines.ready(asker, is_ready=True)


async def test_who_works_no_shift_has_no_line(phone: Phone) -> None:
    asker = (await phone.centre.a_member(Role.AUDITOR)).asker
    with pytest.raises(NotAllowed):
        await phone.desk.lines.set(asker, LineKind.USER, "auditor")
    await phone.an_operator(address="op1")
    assert [line.address for line in await phone.desk.lines.list(asker)] == ["op1"]


async def test_a_demo_account_gets_a_telephone_once(phone: Phone) -> None:
    asker = (await phone.centre.a_member()).asker
    async with phone.centre.transactions.begin() as tx:
        login = (await tx.get_one(StaffMember, asker.id)).login
    lines = phone.desk.lines
    assert await lines.set_known(login, LineKind.USER, "operator")
    assert not await lines.set_known(login, LineKind.USER, "another")
    assert not await lines.set_known("nobody", LineKind.USER, "nobody")
    mine = await lines.mine(asker)
    assert mine is not None and mine.address == "operator"
