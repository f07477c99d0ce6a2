"""Messages left on the telephone (reg. 2.4.2)."""

from datetime import date, timedelta

import pytest

from core.conversations.model import Contact, Conversation, LeftMessage, Message
from core.phone.messages import MessageGiven, RecordedPart
from core.phone.model import Recording
from tests.core.phone.world import CALLER, Phone


def spoken(*parts: str) -> tuple[RecordedPart, ...]:
    return tuple(RecordedPart(part=part, key=f"message:c1:{part}-1", seconds=4) for part in parts)


@pytest.mark.clause("2.4.2")
@pytest.mark.parametrize(
    ("caller", "given", "missing"),
    [
        pytest.param(CALLER, MessageGiven(recorded=spoken("name", "question")), (), id="the caller's own number"),
        pytest.param("", MessageGiven(recorded=spoken("name", "question")), ("contact",), id="hidden number"),
        pytest.param("", MessageGiven(recorded=spoken("name", "contact", "question")), (), id="contact spoken"),
        pytest.param("", MessageGiven(recorded=spoken("name", "question"), contact="8 900 000 00 02"), (), id="typed number"),
        pytest.param("", MessageGiven(recorded=spoken("name", "question"), contact="a@example.org"), (), id="an e-mail"),
        pytest.param("", MessageGiven(recorded=spoken("name", "question"), contact="потом"), ("contact",), id="no contact"),
        pytest.param(CALLER, MessageGiven(recorded=spoken("question")), ("name",), id="no name"),
        pytest.param(CALLER, MessageGiven(recorded=spoken("name")), ("question",), id="no question"),
        pytest.param(CALLER, MessageGiven(name="Тестов Т. Т.", text="Когда приём?"), (), id="understood words"),
        pytest.param(CALLER, MessageGiven(), ("name", "question"), id="nothing"),
    ],
)
async def test_name_contact_and_question_make_a_message(
    phone: Phone, caller: str, given: MessageGiven, missing: tuple[str, ...]
) -> None:
    await phone.a_call(caller=caller)
    kept = await phone.desk.messages.keep("c1", given)
    assert kept.missing == missing
    assert (kept.message is None) is bool(missing)
    assert len(await phone.rows(LeftMessage)) == (0 if missing else 1)


@pytest.mark.clause("2.4.2")
async def test_a_message_is_shown_with_its_recordings_and_a_day(phone: Phone) -> None:
    number = await phone.a_call()
    async with phone.transactions.begin() as tx:
        tx.add(Recording(key="message:c1:name-1", call_sid="c1", kind="message", part="name", state="kept"))
    kept = await phone.desk.messages.keep("c1", MessageGiven(recorded=spoken("name", "question")))
    left = kept.message
    assert left is not None
    assert (left.phone, left.call_id, left.due_on, left.text) == (CALLER, number, date(2026, 11, 26), "")
    recordings = await phone.rows(Recording, Recording.left_message_id == left.id)
    assert sorted((one.part, one.state) for one in recordings) == [("name", "kept"), ("question", "expected")]
    (talk,) = await phone.rows(Conversation)
    (message,) = await phone.rows(Message)
    assert (talk.id, talk.channel, talk.preview, talk.last_author) == (left.conversation_id, "voice", message.text, "citizen")
    assert message.details["left_message_id"] == left.id
    await phone.end()
    assert ((await phone.row()).result, (await phone.row()).conversation_id) == ("message", talk.id)
    assert [one.outcome for one in await phone.rows(Contact)] == ["message"]
    asker = await phone.an_operator()
    assert [one.message.id for one in await phone.centre.operators.left.list(asker)] == [left.id]


async def test_who_hung_up_leaves_what_there_is(phone: Phone) -> None:
    await phone.a_call(caller="")
    kept = await phone.desk.messages.keep("c1", MessageGiven(recorded=spoken("question")), anyway=True)
    assert kept.missing == ("name", "contact")
    assert kept.message is not None
    assert (await phone.desk.messages.keep("c1", MessageGiven(contact=CALLER), anyway=True)).message is None


async def test_a_second_try_takes_the_place_of_the_first_until_somebody_reviewed_it(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.a_call()
    first = await phone.desk.messages.keep("c1", MessageGiven(name="Тестов", text="Раз"))
    again = await phone.desk.messages.keep("c1", MessageGiven(name="Тестов", text="Два"))
    assert first.message is not None
    assert again.message is not None
    assert (again.message.id, again.message.text) == (first.message.id, "Два")
    await phone.centre.operators.left.review(asker, first.message.id or 0)
    third = await phone.desk.messages.keep("c1", MessageGiven(name="Тестов", text="Три"))
    assert third.message is not None
    assert third.message.id != first.message.id


@pytest.mark.parametrize(
    ("moved", "due"),
    [
        pytest.param(timedelta(hours=0), date(2026, 11, 26), id="in hours: the next working day"),
        pytest.param(timedelta(hours=9), date(2026, 11, 26), id="evening: tomorrow"),
        pytest.param(timedelta(hours=14), date(2026, 11, 26), id="after midnight: the day that begins"),
        pytest.param(timedelta(days=2, hours=9), date(2026, 11, 30), id="Friday evening: Monday"),
    ],
)
async def test_a_message_is_due_on_the_next_working_day(phone: Phone, moved: timedelta, due: date) -> None:
    phone.clock.moment += moved
    await phone.a_call()
    kept = await phone.desk.messages.keep("c1", MessageGiven(name="Тестов", text="Когда?"))
    assert kept.message is not None
    assert kept.message.due_on == due


async def test_a_talk_that_goes_on_on_the_same_number_gets_the_message(phone: Phone) -> None:
    await phone.a_call("c1")
    await phone.a_call("c2")
    for sid in ("c1", "c2"):
        await phone.desk.messages.keep(sid, MessageGiven(name="Тестов", text=sid))
    assert len(await phone.rows(Conversation)) == 1
    await phone.end(sid="c1")
    assert [one.mode for one in await phone.rows(Conversation)] == ["bot"], "the other call still goes on"
    await phone.end(sid="c2")
    assert [one.mode for one in await phone.rows(Conversation)] == ["closed"]
