"""Calls on the screens, and who may hear them (reg. 2.5.2, 2.10)."""

from datetime import timedelta

import pytest

from core.audit.model import AuditEntry
from core.errors import NotAllowed, NotFound
from core.people.model import Applicant, ContactPoint
from core.phone.entries import Ended
from core.phone.model import Recording
from core.phone.reading import PAGE, CallFilter
from core.phone.vocabulary import CallDirection, CallPlace, CallResult, LegKind, LegState
from core.vocabulary import Role
from tests.core.phone.world import CALLER, Phone


async def a_recording(phone: Phone, *, kind: str = "call", state: str = "packed", sid: str = "c1") -> int:
    async with phone.transactions.begin() as tx:
        made = Recording(key=f"{kind}:{sid}:{state}", call_sid=sid, kind=kind, state=state, seconds=5.0)
        tx.add(made)
        await tx.flush()
        return made.id or 0


async def test_the_board_shows_who_waits_who_is_rung_and_who_talks(phone: Phone) -> None:
    busy, free = await phone.an_operator(), await phone.an_operator()
    async with phone.transactions.begin() as tx:
        person = Applicant(surname="Примеров", given_name="Иван", created_at=phone.clock.now())
        tx.add(person)
        await tx.flush()
        tx.add(ContactPoint(applicant_id=person.id or 0, kind="phone", value=CALLER))
    await phone.a_call("talks")
    await phone.talk(busy, sid="talks")
    for sid in ("rung", "waits"):
        await phone.a_call(sid, caller="", said_as="anonymous")
        await phone.stand(CallPlace.QUEUE, 1, sid=sid)
        await phone.operators.find_operator(sid)
        phone.clock.move(seconds=1)
    await phone.a_call("over")
    await phone.end(sid="over")
    talks, rung, waits = await phone.desk.reading.live(free)
    assert (talks.place, talks.operator, talks.position, talks.person and talks.person.name) == (
        "operator",
        busy.full_name,
        0,
        "Примеров Иван",
    )
    assert [leg.talks for leg in talks.legs] == [True]
    assert (rung.place, rung.offered_to, rung.said_as, rung.person) == ("queue", free.id, "anonymous", None)
    assert (waits.place, waits.position, waits.offered_to, waits.seconds) == ("queue", 2, None, None)


async def test_the_journal_is_searched_by_number_day_and_result(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.note(sid="old")  # before it was said who calls
    await phone.a_call("old", caller="+79000000002")
    await phone.end(sid="old")
    phone.clock.move(days=1)
    await phone.a_call("new")
    await phone.note("heard", sid="new", reached=CallResult.INFORMED)
    await phone.end(sid="new")
    await phone.a_call("hidden", caller="", said_as="sip:100%_x@pbx.example")
    today = phone.clock.today()
    for wanted, found in (
        (CallFilter(), ["hidden", "new", "old"]),
        (CallFilter(number="8 900 000-00-02"), ["old"]),
        (CallFilter(number="0000001"), ["new"]),
        (CallFilter(number="00-02"), ["old"]),
        (CallFilter(number="0003"), []),
        (CallFilter(number="002"), []),
        (CallFilter(number="100%_X"), ["hidden"]),
        (CallFilter(number="%"), ["hidden"]),
        (CallFilter(first=today), ["hidden", "new"]),
        (CallFilter(last=today - timedelta(days=1)), ["old"]),
        (CallFilter(result=CallResult.INFORMED), ["new"]),
        (CallFilter(direction=CallDirection.OUT), []),
        (CallFilter(only_missed=True), []),
        (CallFilter(staff_id=asker.id), []),
    ):
        page = await phone.desk.reading.calls(asker, wanted)
        assert [one.call_sid for one in page.rows] == found, wanted
        assert page.next is None


async def test_the_journal_is_read_page_by_page(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.journal.write([entry for number in range(PAGE + 2) for entry in _calls(phone, number)])
    first = await phone.desk.reading.calls(asker, CallFilter())
    rest = await phone.desk.reading.calls(asker, CallFilter(), after=first.next)
    assert (len(first.rows), len(rest.rows), rest.next) == (PAGE, 2, None)
    assert len({one.id for one in (*first.rows, *rest.rows)}) == PAGE + 2


def _calls(phone: Phone, number: int) -> list[Ended]:
    return [Ended(call_sid=f"p{number}", at=phone.clock.now())]


async def test_one_call_is_shown_with_everything_and_its_reading_is_audited(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.a_call("before")
    await phone.end(sid="before")
    number = await phone.a_call()
    await phone.note("keys", details={"digits": "3"})
    await phone.dial("k", LegKind.DISPATCH, number="+78672000000")
    await phone.move("k", LegState.ANSWERED)
    phone.clock.move(seconds=20)
    await phone.end(seconds=None)
    await a_recording(phone)
    opened = await phone.desk.reading.call(asker, number)
    assert (opened.call.seconds, opened.call.result, opened.call.has_recording) == (20, "dispatch", True)
    assert [(event.kind, event.details) for event in opened.events] == [("keys", {"digits": "3"})]
    assert [(leg.kind, leg.state, leg.is_live) for leg in opened.call.legs] == [("dispatch", "answered", False)]
    assert [(one.state, one.may_hear) for one in opened.recordings] == [("packed", False)]
    assert [one.call_sid for one in opened.earlier] == ["before"]
    await phone.desk.reading.call(asker, number)
    read = await phone.rows(AuditEntry, AuditEntry.action == "phone_call.read")
    assert [(one.subject, one.staff_id) for one in read] == [(f"phone_call:{number}", asker.id)]
    with pytest.raises(NotFound):
        await phone.desk.reading.call(asker, 999)


@pytest.mark.clause("2.10")
async def test_an_operator_hears_own_calls_and_messages_and_each_hearing_is_written_down(phone: Phone) -> None:
    own = await phone.an_operator()
    await phone.a_call()
    await phone.talk(own)
    await phone.end()
    call, message = await a_recording(phone), await a_recording(phone, kind="message")
    other = await phone.an_operator()
    for asker, recording in ((own, call), (own, message), (other, message)):
        assert (await phone.desk.reading.hear(asker, recording)).id == recording
    with pytest.raises(NotAllowed):
        await phone.desk.reading.hear(other, call)
    for role in (Role.SENIOR, Role.SUPERVISOR, Role.AUDITOR):
        asker = (await phone.centre.a_member(role)).asker
        assert (await phone.desk.reading.hear(asker, call)).id == call
    for role in (Role.ADMINISTRATOR, Role.PRESS, Role.KNOWLEDGE_EDITOR):
        with pytest.raises(NotAllowed):
            await phone.desk.reading.hear((await phone.centre.a_member(role)).asker, call)
    await phone.desk.reading.hear(own, call)
    phone.clock.move(minutes=16)
    await phone.desk.reading.hear(own, call)
    heard = await phone.rows(AuditEntry, AuditEntry.action == "recording.heard", AuditEntry.staff_id == own.id)
    assert [one.subject for one in heard] == [f"recording:{call}", f"recording:{message}", f"recording:{call}"]


@pytest.mark.parametrize("state", ["expected", "refused", "broken", "deleted"])
async def test_what_has_no_sound_cannot_be_heard(phone: Phone, state: str) -> None:
    senior = await phone.an_operator(Role.SENIOR)
    with pytest.raises(NotFound):
        await phone.desk.reading.hear(senior, await a_recording(phone, state=state))


async def test_an_administrator_of_accounts_sees_no_calls(phone: Phone) -> None:
    asker = (await phone.centre.a_member(Role.ADMINISTRATOR)).asker
    number = await phone.a_call()
    for reading in (
        phone.desk.reading.live(asker),
        phone.desk.reading.calls(asker, CallFilter()),
        phone.desk.reading.call(asker, number),
    ):
        with pytest.raises(NotAllowed):
            await reading
