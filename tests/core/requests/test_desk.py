"""Requests to departments (reg. 2.8.9, 4.4)."""

import asyncio
from datetime import date

import pytest

from core.appeals.model import Appeal
from core.appeals.workflow import MoveNotPermitted, VersionConflict
from core.deliveries.desk import Ended
from core.errors import Invalid, NotAllowed, NotFound
from core.links.desk import LinkExpired
from core.requests.model import InformationRequest
from core.requests.states import NobodyAnswers, RequestNotOpen
from core.tasks.model import StaffTask
from core.vocabulary import DeliveryState, RequestStatus, Role
from tests.core.requests.world import EMPTY, LIGHTS, QUESTION, WATER, World, a_memo


@pytest.mark.clause("2.8.9")
async def test_a_request_goes_to_the_liaison_with_the_form_a_link_and_a_copy_to_the_head(world: World) -> None:
    [request] = await world.send(LIGHTS)
    assert (request.number, request.status, request.due_on) == ("З-000001/2026", "sent", date(2026, 12, 1))
    [letter] = await world.deliveries()
    assert (letter.channel, letter.recipient, letter.subject) == ("email", "liaison1@org.example", f"request:{request.id}")
    assert letter.content["cc"] == ["head@lights.example"]
    assert letter.content["kind"] == "request"
    [file] = letter.content["files"]
    assert (file["key"], file["file_name"]) == (request.document_key, "Информационный запрос З-000001-2026.docx")
    assert await world.files() == [("request", "Информационный запрос З-000001-2026.docx")]
    typed = await world.typed(request)
    assert typed["template"] == "template of information_request"
    assert (typed["addressee_name"], typed["question"], typed["due_on"]) == ("Светлова Пример", QUESTION, "1 декабря 2026 г.")
    assert typed["applicant_contact"] == "+7 8672 00-00-01, ivan@example.org"
    assert (await world.desk.page(world.token())).question == QUESTION
    assert await world.moves() == [("request", "requested")]


async def test_several_departments_are_asked_at_once_and_one_without_a_liaison_goes_to_the_heads_list(world: World) -> None:
    made = await world.send(WATER, EMPTY, LIGHTS, WATER)
    assert [(one.department, one.status) for one in made] == [(WATER, "sent"), (EMPTY, "unaddressed"), (LIGHTS, "sent")]
    assert [one.number for one in made] == ["З-000001/2026", "З-000002/2026", "З-000003/2026"]
    [task] = await world.rows(StaffTask)
    assert (task.kind, task.for_role, task.request_id) == ("request_unaddressed", "supervisor", made[1].id)
    assert len(await world.deliveries()) == 2
    assert made[1].document_key, "the paper exists: it can be carried by hand"


@pytest.mark.clause("4.4")
async def test_the_substitute_gets_the_request_of_a_liaison_on_leave(world: World) -> None:
    await world.away(3, substitute_name="Замена Пример", substitute_email="substitute@org.example")
    [request] = await world.send(WATER)
    assert (request.addressee_email, request.liaison_id, request.stands_in_for_id) == ("substitute@org.example", None, 3)
    assert (await world.typed(request))["stands_in_for"] == "Водин Пример"


async def test_the_same_press_of_the_button_gives_the_same_requests(world: World) -> None:
    first, second = await asyncio.gather(world.send(LIGHTS, WATER), world.send(LIGHTS, WATER))
    assert [one.id for one in first] == [one.id for one in second]
    assert len(await world.rows(InformationRequest)) == 2 == len(await world.deliveries())
    assert [one.number for one in await world.send(LIGHTS, key="k2")] == ["З-000003/2026"]


async def test_a_press_repeated_from_a_newer_page_gives_the_requests_of_the_first(world: World) -> None:
    sent = await world.send(LIGHTS)
    for departments in ([LIGHTS], [WATER, LIGHTS]):
        again = await world.send(*departments)
        assert [one.id for one in again] == [one.id for one in sent]
    assert len(await world.rows(InformationRequest)) == 1 == len(await world.deliveries())
    assert [one.number for one in await world.send(LIGHTS, key="k2")] == ["З-000002/2026"]


async def test_a_refused_request_takes_no_number(world: World) -> None:
    world.typist.is_broken = True
    with pytest.raises(Invalid) as refused:
        await world.send(LIGHTS)
    assert refused.value.facts["fields"] == {"template": "unreadable"}
    world.typist.is_broken = False
    assert [one.number for one in await world.send(LIGHTS)] == ["З-000001/2026"]


async def test_eight_writers_leave_no_gap_and_no_number_twice(world: World) -> None:
    appeals = [await world.an_appeal() for _ in range(8)]
    sent = [world.desk.send(world.asker, one, [LIGHTS], QUESTION, version=1, client_key="k") for one in appeals]
    made = [one for batch in await asyncio.gather(*sent) for one in batch]
    assert sorted(one.number for one in made) == [f"З-{number:06d}/2026" for number in range(1, 9)]


async def test_numbers_begin_anew_each_year(world: World) -> None:
    await world.send(LIGHTS)
    world.clock.move(days=60)
    assert [one.number for one in await world.send(LIGHTS, key="k2")] == ["З-000001/2027"]


@pytest.mark.parametrize(
    ("today", "answer_by", "due"),
    [
        pytest.param(0, date(2026, 12, 2), date(2026, 12, 1), id="a working day before the applicant"),
        pytest.param(0, date(2026, 12, 7), date(2026, 12, 4), id="over a weekend"),
        pytest.param(0, date(2026, 11, 25), date(2026, 11, 26), id="never earlier than the next working day"),
        pytest.param(2, date(2026, 11, 27), date(2026, 11, 30), id="the next working day after a weekend"),
    ],
)
async def test_the_departments_term_lies_within_the_appeals(world: World, today: int, answer_by: date, due: date) -> None:
    world.clock.move(days=today)
    world.appeal_id = await world.an_appeal(answer_by=answer_by)
    [request] = await world.send(LIGHTS)
    assert request.due_on == due


@pytest.mark.parametrize(
    ("departments", "question", "key", "fields"),
    [
        pytest.param([], QUESTION, "k", {"departments": "missing"}, id="nobody"),
        pytest.param(["other"], QUESTION, "k", {"departments": "no_department"}, id="unknown"),
        pytest.param([LIGHTS] * 21, " ", "k", {"departments": "too_long", "question": "missing"}, id="too many, no question"),
        pytest.param([LIGHTS], "я" * 4001, "k", {"question": "string_too_long"}, id="too long"),
        pytest.param([LIGHTS], QUESTION, "", {"client_key": "missing"}, id="no key"),
    ],
)
async def test_bad_requests_are_refused_by_field(
    world: World, departments: list[str], question: str, key: str, fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        await world.desk.send(world.asker, world.appeal_id, departments, question, version=1, client_key=key)
    assert refused.value.facts["fields"] == fields
    assert await world.rows(InformationRequest) == []


async def test_a_stale_card_a_closed_card_and_a_stranger_are_refused(world: World) -> None:
    await world.send(LIGHTS)
    with pytest.raises(VersionConflict):
        await world.send(WATER, key="k2", version=1)
    auditor = await world.a_member(Role.AUDITOR)
    with pytest.raises(NotAllowed):
        await world.desk.send(auditor, world.appeal_id, [LIGHTS], QUESTION, version=2, client_key="k3")
    async with world.transactions.begin() as tx:
        (await tx.get_one(Appeal, world.appeal_id)).status = "closed"
    with pytest.raises(MoveNotPermitted):
        await world.send(LIGHTS, key="k4")
    with pytest.raises(NotFound):
        await world.desk.send(world.asker, 999, [LIGHTS], QUESTION, version=1, client_key="k5")


async def test_a_preview_keeps_nothing(world: World) -> None:
    lights, empty = await world.desk.preview(world.asker, world.appeal_id, [LIGHTS, EMPTY], QUESTION)
    assert (lights.addressee.full_name if lights.addressee else "", lights.due_on) == ("Светлова Пример", date(2026, 12, 1))
    assert empty.addressee is None
    assert lights.html.startswith("<p>")
    assert "присваивается при отправке" in lights.document.decode()
    assert await world.rows(InformationRequest) == []


async def test_the_head_readdresses_what_had_no_addressee(world: World) -> None:
    [request] = await world.send(EMPTY)
    head = await world.a_member(Role.SUPERVISOR)
    for _ in range(2):
        again = await world.desk.readdress(head, request.id or 0, client_key="r1", name="Новая Пример", email="new@org.example")
    assert (again.status, again.addressee_email, again.number) == ("sent", "new@org.example", request.number)
    [letter] = await world.deliveries()
    assert letter.recipient == "new@org.example"
    assert await world.open_tasks() == []
    assert (await world.typed(again))["addressee_name"] == "Новая Пример"


async def test_readdressing_ends_the_old_link_and_follows_absences(world: World) -> None:
    [request] = await world.send(LIGHTS)
    old = world.token()
    await world.away(3, substitute_id=2)
    again = await world.desk.readdress(world.asker, request.id or 0, liaison_id=3, client_key="r1")
    assert (again.liaison_id, again.stands_in_for_id) == (2, 3)
    with pytest.raises(LinkExpired):
        await world.desk.page(old)
    assert (await world.desk.page(world.token())).number == request.number


async def test_nobody_to_readdress_to_is_said_by_field(world: World) -> None:
    [request] = await world.send(LIGHTS)
    await world.away(3)
    with pytest.raises(Invalid) as nobody:
        await world.desk.readdress(world.asker, request.id or 0, liaison_id=3, client_key="r1")
    assert nobody.value.facts["fields"] == {"liaison_id": "nobody_answers"}
    with pytest.raises(Invalid) as wrong:
        await world.desk.readdress(world.asker, request.id or 0, email="no address", client_key="r2")
    assert wrong.value.facts["fields"] == {"name": "missing", "email": "unreadable_email"}


async def test_a_withdrawn_request_tells_the_department_and_lets_the_card_go_on(world: World) -> None:
    lights, water = await world.send(LIGHTS, WATER)
    link = world.token()
    with pytest.raises(Invalid):
        await world.desk.withdraw(world.asker, water.id or 0, " ")
    for _ in range(2):
        await world.desk.withdraw(world.asker, water.id or 0, "Вопрос решён.")
    assert (await world.appeal()).status == "requested"
    await world.desk.withdraw(world.asker, lights.id or 0, "Вопрос решён.")
    assert (await world.appeal()).status == "registered"
    assert [one.content["kind"] for one in await world.deliveries()] == ["request", "request", "notice", "notice"]
    with pytest.raises(LinkExpired):
        await world.desk.page(link)
    with pytest.raises(RequestNotOpen):
        await world.desk.receive_memo(water.id or 0, a_memo(), came_by="upload", asker=world.asker)


@pytest.mark.clause("4.4")
async def test_a_reminder_goes_to_whoever_answers_that_day(world: World) -> None:
    [request] = await world.send(WATER)
    assert await world.desk.remind(world.asker, request.id or 0, client_key="m1")
    assert not await world.desk.remind(world.asker, request.id or 0, client_key="m1")
    await world.away(3, substitute_name="Замена Пример", substitute_email="substitute@org.example")
    assert await world.desk.remind(world.asker, request.id or 0, client_key="m2")
    world.clock.move(days=10)
    assert await world.desk.remind(world.asker, request.id or 0, client_key="m3")
    reminders = [one for one in await world.deliveries() if one.content["kind"] == "reminder"]
    assert [one.recipient for one in reminders] == ["liaison3@org.example", "substitute@org.example", "liaison3@org.example"]
    assert [facts["overdue"] for name, facts in world.typist.letters if name == "request_reminder"] == ["", "", "yes"]


async def test_there_may_be_nobody_to_remind(world: World) -> None:
    [request] = await world.send(WATER)
    await world.away(3)
    with pytest.raises(NobodyAnswers):
        await world.desk.remind(world.asker, request.id or 0, client_key="m1")
    async with world.transactions.begin() as tx:
        assert not await world.desk.remind_in(tx, request, key="half:1", overdue=False)


async def test_a_letter_that_did_not_arrive_is_an_operators_task(world: World) -> None:
    [request] = await world.send(WATER)
    [letter] = await world.deliveries()
    for state in (DeliveryState.SENT, DeliveryState.BOUNCED, DeliveryState.BOUNCED):
        async with world.transactions.begin() as tx:
            ended = Ended(delivery_id=letter.id or 0, subject_id=request.id or 0, state=state, at=world.clock.now())
            await world.desk.follow(tx, ended)
    assert await world.open_tasks() == ["delivery_failed"]
    assert (await world.request(request.id or 0)).delivery == "bounced"
    await world.desk.readdress(world.asker, request.id or 0, liaison_id=1, client_key="r1")
    assert await world.open_tasks() == []
    assert (await world.request(request.id or 0)).delivery == ""
    async with world.transactions.begin() as tx:
        await world.desk.follow(tx, Ended(delivery_id=1, subject_id=999, state=DeliveryState.FAILED, at=world.clock.now()))


async def test_the_card_shows_its_requests_and_their_papers(world: World) -> None:
    [request] = await world.send(LIGHTS)
    shown = await world.desk.of_appeal(world.asker, world.appeal_id)
    assert [(one.request.id, one.department_name) for one in shown.requests] == [(request.id, "Управление примерного освещения")]
    name, stored = await world.desk.document(world.asker, request.id or 0)
    assert (name, stored.key) == ("Информационный запрос З-000001-2026.docx", request.document_key)
    with pytest.raises(NotFound):
        await world.desk.document(world.asker, 999)
    press = await world.a_member(Role.PRESS)
    with pytest.raises(NotAllowed):
        await world.desk.of_appeal(press, world.appeal_id)


def test_the_statuses_of_requests_are_the_outcomes_of_notes() -> None:
    assert {RequestStatus.ANSWERED, RequestStatus.CANNOT} == {"answered", "cannot"}
