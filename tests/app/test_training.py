"""A day of training as it is built: everything on it happens, and nothing of it reaches the real records."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.assembly import House, open_house
from app.settings import Settings
from app.training import Rooms, Training, build_training
from app.web import build
from core.appeals.model import Appeal
from core.appeals.registering import Registration
from core.calls.desk import Attempt
from core.conversations.operators import Reply
from core.departments.model import Department, Liaison
from core.errors import Invalid, NotAllowed, NotFound
from core.people.desk import CardForm
from core.replies.desk import ReplyDraft
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.training.desk import NoTraining, TrainingDesk
from core.training.room import Room
from core.training.scenario import scenario
from core.training.showing import DayShown
from core.vocabulary import CallOutcome, ReplyForm, ReplyKind, Role, Urgency
from db.apart import FIRST_NUMBER, REFUSED, laid
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.fakes import FakeDialogue

PASSWORD = "a password of the tests"
REAL = ("conversation", "message", "appeal", "appeal_counter", "delivery", "information_request", "reply", "live_event", "contact")
LAMP = next(one for one in scenario("first").visitors if one.key == "lamp")


@pytest.fixture
async def house(
    transactions: Transactions, database_url: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """The house of a centre with one department."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    async with transactions.begin() as tx:
        tx.add(Department(key="lights", name="Отдел освещения"))
        await tx.flush()
        tx.add(Liaison(no=1, department="lights", full_name="Ответственный Олег", position="инженер", email="lights@org.example"))
    async with open_house(Settings(), clock=clock, dialogue=FakeDialogue()) as opened:
        yield opened


@pytest.fixture
async def rooms(house: House) -> AsyncIterator[Rooms]:
    """Where its days of training take place."""
    async with Rooms(house).running() as opened:
        yield opened
        await opened.demolish_all_but(())


@pytest.fixture
def training(house: House, rooms: Rooms) -> TrainingDesk:
    """Its days of training."""
    return build_training(house, rooms)


@pytest.fixture
async def trainee(house: House) -> Asker:
    """An operator on their first day, signed in."""
    return await _sign_in(house, "novice", "Новикова Анна Петровна")


async def _sign_in(house: House, login: str, name: str) -> Asker:
    """A new operator as the guard of the routes sees them."""
    await house.office.staff.accounts.create(login=login, full_name=name, role=Role.OPERATOR, password=PASSWORD)
    token, _ = await house.office.staff.sessions.login(login, PASSWORD, address="127.0.0.1")
    found = await house.office.staff.sessions.who(token)
    assert found is not None
    return found


async def _begin(training: TrainingDesk, asker: Asker) -> Asker:
    """On the day: the asker as the next request of the same session brings them."""
    await training.start(asker)
    day = await training.open_day(asker)
    assert day is not None
    return replace(asker, training_id=day.id)


async def _until(training: TrainingDesk, asker: Asker, stage: str, *, steps: int = 12) -> DayShown:
    """Let the others act until this part of the work is next; the clock is moved when nothing else happens."""
    for _ in range(steps):
        shown = await training.step(asker)
        if shown.now is not None and f"{shown.now.visitor.key}.{shown.now.stage.key}" == stage:
            return shown
        await training.move_on(asker, 5)
    raise AssertionError(f"{stage} never came: {shown.now and shown.now.stage.key}, {sorted(shown.done)}")


async def _counts(house: House) -> dict[str, int]:
    """How many real rows there are."""
    async with house.transactions.begin() as tx:
        return {name: (await tx.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one() for name in REAL}


async def _register(room: Room, asker: Asker, conversation_id: int, key: str, urgency: Urgency) -> int:
    visitor = next(one for one in scenario("first").visitors if one.key == key)
    samples = {stage.key: stage.samples for stage in visitor.stages}
    card, words = samples["card"], samples["register"]
    form = CardForm(
        surname=card["surname"],
        given_name=card["given_name"],
        patronymic=card["patronymic"],
        phones=(card["phone"],),
        consent=True,
    )
    await room.office.applicants.save(conversation_id, form, staff_id=asker.id)
    form_of_reply = ReplyForm.PHONE if key == "call" else ReplyForm.TELEGRAM
    what = Registration(text=words["text"], address=words["address"], urgency=urgency, reply_form=form_of_reply, staff_id=asker.id)
    return (await room.office.appeals.register(conversation_id, what)).id or 0


async def _reply(room: Room, asker: Asker, conversation_id: int, words: str) -> None:
    await room.office.operators.reply(asker, conversation_id, Reply(text=words, client_key=words[:40]))


async def _to_the_request(training: TrainingDesk, asker: Asker) -> tuple[Room, int, int]:
    """The first citizen's appeal with its request: room, conversation and appeal."""
    shown = await _until(training, asker, "lamp.take")
    assert shown.now is not None
    talk, room = shown.now.conversation_id or 0, await training.room_of(asker)
    await room.office.operators.take(asker, talk)
    await _reply(room, asker, talk, LAMP.stages[1].samples["reply"])
    await _until(training, asker, "lamp.card")
    appeal_id = await _register(room, asker, talk, "lamp", Urgency.LONG_TERM)
    async with room.transactions.begin() as tx:
        version = (await tx.get_one(Appeal, appeal_id)).version
    await room.office.requests.send(asker, appeal_id, ["lights"], "Когда?", version=version, client_key="one")
    return room, talk, appeal_id


@pytest.mark.clause("2.8.10")
async def test_a_day_goes_from_a_citizen_to_the_closed_appeal(training: TrainingDesk, trainee: Asker) -> None:
    asker = await _begin(training, trainee)
    room, _, appeal_id = await _to_the_request(training, asker)
    await _until(training, asker, "gas.take", steps=20)
    memo = (await room.office.requests.of_appeal(asker, appeal_id)).memos[0]
    assert (memo.outcome, memo.came_by) == ("cannot", "link")
    reasons, expected_on = LAMP.stages[5].samples["reasons"], room.clock.today() + timedelta(days=12)
    what = ReplyDraft(kind=ReplyKind.INTERIM, reasons=reasons, expected_on=expected_on)
    draft = await room.office.replies.draft(asker, appeal_id, what)
    await room.office.replies.send(asker, draft.id or 0, draft.version)
    await training.step(asker)
    await training.step(asker)
    memo = (await room.office.requests.of_appeal(asker, appeal_id)).memos[1]
    await room.office.requests.confirm_memo(
        asker, memo.id or 0, number=memo.number, dated_on=memo.dated_on, signed_by=memo.signed_by
    )
    final = await room.office.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    await room.office.replies.send(asker, final.id or 0, final.version)
    await training.step(asker)
    call = (await room.office.calls.list(asker))[0]
    await room.office.calls.log(asker, call.id, Attempt(outcome=CallOutcome.ANSWERED, confirmed=True, score=5))
    async with room.transactions.begin() as tx:
        version = (await tx.get_one(Appeal, appeal_id)).version
    await room.office.closing.close(asker, appeal_id, version)
    marks = {(one.visitor, one.check): one for one in (await training.finish(asker)).marks}
    assert [name for (who, name), one in marks.items() if who == "lamp" and not one.passed] == []
    assert marks["lamp", "request_in_time"].clause == "2.8.9"
    assert not marks["gas", "answered_quickly"].passed


async def test_nothing_of_a_day_reaches_the_real_records(house: House, training: TrainingDesk, trainee: Asker) -> None:
    before = await _counts(house)
    asker = await _begin(training, trainee)
    room, _, appeal_id = await _to_the_request(training, asker)
    async with room.transactions.begin() as tx:
        appeal = await tx.get_one(Appeal, appeal_id)
    assert appeal.registration_number.startswith("\N{CYRILLIC CAPITAL LETTER U}-")
    assert appeal_id >= FIRST_NUMBER
    assert await _counts(house) == before
    assert await house.office.deliveries.due_lanes(0.0) == []
    with pytest.raises(NotFound):
        await house.office.cards.card(trainee, appeal_id)
    await training.finish(asker)
    assert await _counts(house) == before
    with pytest.raises(NoTraining):
        await training.room_of(asker)


async def test_what_is_seen_of_the_real_records_cannot_be_written(training: TrainingDesk, trainee: Asker) -> None:
    room = await training.room_of(await _begin(training, trainee))
    for written in ("UPDATE staff_member SET full_name = ''", "DELETE FROM department"):
        with pytest.raises(DBAPIError) as refused:
            async with room.transactions.begin() as tx:
                await tx.execute(text(written))
        assert getattr(refused.value.orig, "sqlstate", "") == REFUSED
    async with room.transactions.begin() as tx:
        assert (await tx.execute(text("SELECT DISTINCT password_hash FROM staff_member"))).scalars().all() == [""]


async def test_two_trainees_do_not_see_each_other(house: House, training: TrainingDesk, trainee: Asker) -> None:
    mine = await _begin(training, trainee)
    other = await _begin(training, await _sign_in(house, "second", "Вторая Вера Ивановна"))
    await _to_the_request(training, mine)
    shown = await _until(training, other, "lamp.take")
    assert shown.done == frozenset()


async def test_a_call_rings_is_answered_and_the_caller_hangs_up_first(training: TrainingDesk, trainee: Asker) -> None:
    asker = await _begin(training, trainee)
    room, _, _ = await _to_the_request(training, asker)
    for key in ("gas", "letter"):
        shown = await _until(training, asker, f"{key}.take", steps=20)
        assert shown.now is not None
        talk = shown.now.conversation_id or 0
        await room.office.operators.take(asker, talk)
        await _reply(room, asker, talk, "Здравствуйте!")
    shown = await _until(training, asker, "call.pickUp")
    assert shown.rings is not None
    await training.answer_call(asker)
    assert (await training.step(asker)).talks is not None
    await training.say(asker, "Контакт-центр, Новикова. Назовите фамилию, имя, отчество.")
    shown = await _until(training, asker, "call.card")
    assert shown.now is not None
    await _register(room, asker, shown.now.conversation_id or 0, "call", Urgency.URGENT)
    shown = await _until(training, asker, "call.sum")
    assert shown.now is not None
    await training.say(asker, shown.now.samples["speech"])
    await training.step(asker)
    await training.step(asker)
    assert (await training.step(asker)).talks is None


async def test_a_day_waits_while_its_owner_is_away_and_is_forgotten_after_a_day(
    house: House, training: TrainingDesk, trainee: Asker, clock: MovableClock
) -> None:
    asker = await _begin(training, trainee)
    await training.leave(asker)
    assert await training.tidy() == 0
    again = await _begin(training, trainee)
    assert again.training_id == asker.training_id
    clock.move(hours=25)
    assert await training.tidy() == 1
    assert await training.open_day(trainee) is None
    async with house.transactions.begin_plain() as connection:
        assert await laid(connection) == []


async def test_a_trainee_is_not_on_the_line(house: House, training: TrainingDesk, trainee: Asker) -> None:
    await house.office.staff.start_shift(trainee)
    await _begin(training, trainee)
    async with house.transactions.begin() as tx:
        assert (await tx.get_one(StaffMember, trainee.id)).on_shift_since is None


async def test_days_can_be_switched_off(house: House, trainee: Asker) -> None:
    with pytest.raises(NoTraining):
        await build_training(house, None).start(trainee)


async def test_a_session_works_with_its_day_and_every_other_with_the_real_records(
    house: House, training: TrainingDesk, rooms: Rooms, trainee: Asker
) -> None:
    token, _ = await house.office.staff.sessions.login("novice", PASSWORD, address="127.0.0.1")
    app = build(house, Training(days=training, rooms=rooms))
    transport = httpx.ASGITransport(app)
    here = {"sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", cookies={"sid": token}, headers=here) as mine:
        assert (await mine.post("/api/training/start")).status_code == 204
        day = (await mine.post("/api/training/step")).json()
        rows = (await mine.get("/api/conversations")).json()["rows"]
        assert [row["id"] for row in rows] == [day["next"]["conversation_id"]]
        assert (await mine.get("/api/me")).json()["on_shift"]
        refused = await mine.get("/api/conversations", headers={"X-Training": "0"})
        assert (refused.status_code, refused.json()["code"]) == (409, "other_records")
        token, _ = await house.office.staff.sessions.login("novice", PASSWORD, address="127.0.0.2")
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", cookies={"sid": token}) as other:
            assert (await other.get("/api/conversations")).json()["rows"] == []
        marks = (await mine.post("/api/training/finish")).json()
        assert marks["passed"] < marks["total"]
        assert (await mine.get("/api/training/result")).json() == marks
        assert (await mine.get("/api/conversations")).json()["rows"] == []


async def test_an_auditor_has_no_training(house: House, training: TrainingDesk) -> None:
    await house.office.staff.accounts.create(login="auditor", full_name="Проверкина Фатима", role=Role.AUDITOR, password=PASSWORD)
    token, _ = await house.office.staff.sessions.login("auditor", PASSWORD, address="127.0.0.1")
    auditor = await house.office.staff.sessions.who(token)
    assert auditor is not None
    with pytest.raises(NotAllowed):
        await training.start(auditor)


async def test_the_tour_is_remembered_on_the_account(house: House, trainee: Asker) -> None:
    assert (await house.office.tours.of(trainee)).state == "offered"
    await house.office.tours.keep(trainee, "running", "thread")
    kept = await house.office.tours.of(trainee)
    assert (kept.state, kept.step) == ("running", "thread")
    with pytest.raises(Invalid):
        await house.office.tours.keep(trainee, "lost", "")
