"""The call bar: take over, pass on, have back, hold, mute, end (reg. 2.8.5, 4.4)."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core.audit.model import AuditEntry
from core.departments.model import Absence, Department, Liaison
from core.errors import Invalid, NotAllowed, NotFound
from core.phone.model import CallEvent, PhoneLine
from core.phone.operators import Busy, CallOver, Found
from core.phone.own_calls import NotTheirCall
from core.phone.port import CallGone, ExchangeAway, ExchangeRefused
from core.phone.switching import NoLine, Transfer
from core.phone.vocabulary import CallPlace, LegState
from core.vocabulary import Role
from tests.core.phone.world import Phone


async def an_official(phone: Phone, *, phone_number: str = "+78672000001", away: bool = False) -> int:
    async with phone.transactions.begin() as tx:
        tx.add(Department(key="lights", name="Отдел освещения"))
        await tx.flush()
        who = [
            Liaison(no=no, full_name=name, position="начальник", department="lights", email=f"l{no}@example.org", phone=number)
            for no, name, number in ((1, "Светлов С. С.", phone_number), (2, "Замещаев З. З.", "+78672000002"))
        ]
        tx.add_all(who)
        await tx.flush()
        if away:
            today, now = phone.clock.today(), phone.clock.now()
            tx.add(Absence(liaison_id=who[0].id or 0, first=today, last=today, substitute_id=who[1].id, made_at=now))
        return who[0].id or 0


async def test_an_official_without_an_e_mail_address_is_rung_all_the_same(phone: Phone) -> None:
    asker = await phone.an_operator()
    official = await an_official(phone)
    async with phone.transactions.begin() as tx:
        (await tx.get_one(Liaison, official)).email = ""
    number = await phone.a_call()
    await phone.talk(asker)
    leg = await phone.switching.transfer(asker, number, Transfer(liaison_id=official))
    assert (leg.name, leg.number) == ("Светлов С. С.", "+78672000001")
    (found,) = await phone.centre.departments.find_official(asker, "светлов", in_writing=False)
    assert found.answers is not None
    assert found.answers.phone == "+78672000001"


async def test_a_call_is_passed_on_to_a_service_of_the_list_which_presses_no_key(phone: Phone) -> None:
    asker = await phone.an_operator()
    number = await phone.a_call()
    await phone.talk(asker)
    leg = await phone.switching.transfer(asker, number, Transfer(service=5))
    assert (leg.name, leg.number, leg.is_screened) == ("Аварийная газовая служба", "104", False)
    async with phone.transactions.begin() as tx:
        entry = (await tx.exec(select(AuditEntry).where(AuditEntry.action == "phone_call.transferred"))).one()
    assert entry.details["service"] == "Аварийная газовая служба"
    with pytest.raises(Invalid) as refused:
        await phone.switching.transfer(asker, number, Transfer(service=14))
    assert refused.value.facts == {"field": "service", "reason": "no_service"}


async def test_a_call_is_passed_on_by_the_caller_s_words(phone: Phone) -> None:
    asker = await phone.an_operator()
    async with phone.transactions.begin() as tx:
        tx.add(Department(key="roads_landscaping", name="Управление дорожного строительства"))
        await tx.flush()
        tx.add(Liaison(no=90, full_name="Дорожный Пример", position="начальник", department="roads_landscaping"))
    found = await phone.centre.departments.find_official(asker, "яма на асфальте", in_writing=False)
    assert [one.liaison.full_name for one in found] == ["Дорожный Пример"]


async def test_an_operator_takes_a_call_out_of_the_menu(phone: Phone) -> None:
    asker = await phone.an_operator()
    number = await phone.a_call()
    await phone.stand(CallPlace.MENU, 3)
    leg = await phone.switching.take_over(asker, number)
    assert phone.exchange.asked == [("redirect", "c1", "transfer", leg.key)]
    ringing = await phone.switching.ringing(leg.key)
    assert (ringing.kind, ringing.address_kind, ringing.address, ringing.screened) == ("operator", "user", f"user{asker.id}", False)
    await phone.move(leg.key, LegState.ANSWERED)
    assert ((await phone.row()).place, (await phone.row()).staff_id) == ("operator", asker.id)
    await phone.a_call("c2")
    assert isinstance(await phone.operators.find_operator("c2"), Busy)


async def test_a_colleagues_call_is_taken_over_by_seniors_only(phone: Phone) -> None:
    first = await phone.an_operator()
    number = await phone.a_call()
    await phone.talk(first)
    other, senior = await phone.an_operator(), await phone.an_operator(Role.SENIOR)
    with pytest.raises(NotAllowed):
        await phone.switching.take_over(other, number)
    assert (await phone.switching.take_over(senior, number)).staff_id == senior.id


@pytest.mark.clause("2.8.5")
@pytest.mark.parametrize(("announced", "screened"), [(True, True), (False, False)])
async def test_a_call_is_passed_on_to_an_official(phone: Phone, announced: bool, screened: bool) -> None:
    asker, liaison = await phone.an_operator(), await an_official(phone)
    number = await phone.a_call()
    await phone.talk(asker)
    leg = await phone.switching.transfer(asker, number, Transfer(liaison_id=liaison, announced=announced, why="Не горит фонарь."))
    ringing = await phone.switching.ringing(leg.key)
    assert (ringing.kind, ringing.name, ringing.address, ringing.screened) == (
        "official",
        "Светлов С. С.",
        "+78672000001",
        screened,
    )
    assert "+7 900 000-00-01" in ringing.words
    assert "Не горит фонарь." in ringing.words
    await phone.move(leg.key, LegState.ANSWERED)
    await phone.move(leg.key, LegState.ACCEPTED)
    await phone.end()
    assert ((await phone.row()).result, (await phone.row()).staff_id) == ("transferred", asker.id)


@pytest.mark.clause("4.4")
async def test_the_substitute_is_rung_while_the_official_is_away(phone: Phone) -> None:
    asker, liaison = await phone.an_operator(), await an_official(phone, away=True)
    number = await phone.a_call(caller="")
    await phone.talk(asker)
    leg = await phone.switching.transfer(asker, number, Transfer(liaison_id=liaison))
    assert (leg.name, leg.number) == ("Замещаев З. З.", "+78672000002")


@pytest.mark.parametrize(
    ("to", "field"),
    [(Transfer(liaison_id=999), "liaison_id"), (Transfer(phone="12"), "phone"), (Transfer(), "phone")],
)
async def test_where_nobody_can_be_rung_nothing_is_passed_on(phone: Phone, to: Transfer, field: str) -> None:
    asker = await phone.an_operator()
    number = await phone.a_call()
    await phone.talk(asker)
    with pytest.raises(Invalid) as refused:
        await phone.switching.transfer(asker, number, to)
    assert set(refused.value.facts["fields"]) == {field}  # type: ignore[call-overload]  # a dict of fields
    assert phone.exchange.asked == []


async def test_when_the_official_does_not_answer_the_operator_gets_the_caller_back(phone: Phone) -> None:
    asker, liaison = await phone.an_operator(), await an_official(phone)
    number = await phone.a_call()
    first = await phone.talk(asker)
    leg = await phone.switching.transfer(asker, number, Transfer(liaison_id=liaison))
    await phone.move(first, LegState.COMPLETED)
    await phone.move(leg.key, LegState.NO_ANSWER)
    back = await phone.switching.return_to(leg.key)
    assert back is not None
    assert (back.kind, back.address, back.screened) == ("operator", f"user{asker.id}", False)
    await phone.move(back.leg, LegState.ANSWERED)
    assert (await phone.row()).place == "operator"
    await phone.end()
    assert (await phone.row()).result == "operator"


async def test_an_operator_who_has_another_caller_by_now_is_not_rung_back(phone: Phone) -> None:
    asker, liaison = await phone.an_operator(), await an_official(phone)
    number = await phone.a_call()
    first = await phone.talk(asker)
    leg = await phone.switching.transfer(asker, number, Transfer(liaison_id=liaison))
    await phone.move(first, LegState.COMPLETED)
    await phone.a_call("c2", caller="")
    phone.clock.move(seconds=1)
    await phone.talk(asker, sid="c2")
    assert await phone.switching.return_to(leg.key) is None


async def test_a_caller_on_hold_is_called_back_and_the_operator_gets_no_other_meanwhile(phone: Phone) -> None:
    asker = await phone.an_operator()
    number = await phone.a_call()
    key = await phone.talk(asker)
    await phone.switching.hold(asker, number)
    await phone.move(key, LegState.COMPLETED)
    assert ((await phone.row()).held_by_id, phone.exchange.asked) == (asker.id, [("redirect", "c1", "hold")])
    await phone.a_call("c2", caller="")
    assert isinstance(await phone.operators.find_operator("c2"), Busy)
    leg = await phone.switching.back(asker, number)
    assert ((await phone.row()).held_by_id, phone.exchange.asked[-1]) == (None, ("redirect", "c1", "transfer", leg.key))
    stranger = await phone.an_operator()
    with pytest.raises(NotAllowed):
        await phone.switching.back(stranger, number)


async def test_mute_is_of_the_operators_own_leg_and_end_of_the_whole_call(phone: Phone) -> None:
    asker = await phone.an_operator()
    number = await phone.a_call()
    await phone.talk(asker)
    for muted in (True, False):
        await phone.switching.mute(asker, number, muted=muted)
    await phone.switching.end(asker, number)
    sid = f"leg-{asker.id}"
    assert phone.exchange.asked == [("mute", sid, "True"), ("mute", sid, "False"), ("hang_up", "c1")]
    assert [event.kind for event in await phone.rows(CallEvent)] == ["mute", "mute", "hung_up"]


async def test_a_strangers_call_is_not_touched(phone: Phone) -> None:
    asker = await phone.an_operator()
    number = await phone.a_call()
    await phone.talk(asker)
    other = await phone.an_operator()
    for deed in (
        phone.switching.hold(other, number),
        phone.switching.end(other, number),
        phone.switching.mute(other, number, muted=True),
        phone.switching.transfer(other, number, Transfer(phone="+78672000009")),
    ):
        with pytest.raises(NotTheirCall):
            await deed
    await phone.switching.end(await phone.an_operator(Role.SENIOR), number)


async def test_who_has_no_telephone_cannot_take_a_call(phone: Phone) -> None:
    asker = (await phone.centre.a_member()).asker
    with pytest.raises(NoLine):
        await phone.switching.take_over(asker, await phone.a_call())


async def test_a_call_that_is_over_and_one_that_never_was(phone: Phone) -> None:
    asker = await phone.an_operator()
    number = await phone.a_call()
    await phone.end()
    with pytest.raises(CallOver):
        await phone.switching.take_over(asker, number)
    with pytest.raises(NotFound):
        await phone.switching.take_over(asker, 999)
    with pytest.raises(NotFound):
        await phone.switching.ringing("nothing")


@pytest.mark.parametrize(
    ("error", "state", "offered"),
    [
        pytest.param(CallGone(), "failed", False, id="gone"),
        pytest.param(ExchangeRefused(reason="x"), "failed", False, id="refused"),
        pytest.param(ExchangeAway(), "dialled", True, id="nobody knows: it may ring"),
    ],
)
async def test_what_the_exchange_refuses_leaves_the_operator_free(phone: Phone, error: CallGone, state: str, offered: bool) -> None:
    asker = await phone.an_operator()
    number = await phone.a_call()
    phone.exchange.error = error
    with pytest.raises(type(error)):
        await phone.switching.take_over(asker, number)
    key = phone.exchange.asked[0][3]
    (line,) = await phone.rows(PhoneLine)
    assert ((await phone.leg(key)).state, line.offered_call_id is not None) == (state, offered)
    phone.clock.moment += timedelta(seconds=41)
    await phone.a_call("c2", caller="")
    assert isinstance(await phone.operators.find_operator("c2"), Found)
