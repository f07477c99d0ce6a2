"""The administrator's calendar: days decided, terms of running appeals asked about, all processes counting alike (2.8.7)."""

from collections.abc import Sequence
from datetime import date

import pytest
import yaml
from sqlmodel import col, select

from app.seeds import SEEDS
from core.appeals.model import Appeal, AppealMove
from core.audit.model import AuditEntry
from core.calendars.desk import CalendarDesk, ChangesTerms, DayKind, DaySource
from core.calendars.keeping import CalendarKeeper, seed_calendar
from core.errors import Invalid, NotAllowed, NotFound
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.control.world import Town

REASON = "Нерабочий день по решению главы"
FRIDAY, MONDAY, TUESDAY, DUE = date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)


def asker(role: Role = Role.ADMINISTRATOR) -> Asker:
    return Asker(id=1, login="a", full_name="А", role=role, on_shift=False, shortcuts_on=True, notify="all", session="s")


@pytest.fixture
async def desk(transactions: Transactions, clock: MovableClock) -> CalendarDesk:
    """A desk, its administrator, and two cards of Wednesday 25 November: urgent until 2 December, long term until 7 December."""
    town = Town(transactions)
    await town.found(1)
    async with transactions.begin() as tx:
        tx.add(StaffMember(id=1, login="a", full_name="А", role="administrator", password_hash="", created_at=clock.now()))
    start = clock.today()
    await town.cards(
        [
            {"id": 1, "counted_from": start, "urgency": "urgent", "due_on": DUE},
            {"id": 2, "counted_from": start, "urgency": "long_term", "due_on": date(2026, 12, 7)},
        ]
    )
    return CalendarDesk(transactions=transactions, clock=clock)


async def card(transactions: Transactions, number: int) -> Appeal:
    async with transactions.begin() as tx:
        return await tx.get_one(Appeal, number)


async def moves(transactions: Transactions) -> Sequence[AppealMove]:
    async with transactions.begin() as tx:
        return (await tx.exec(select(AppealMove).order_by(col(AppealMove.id)))).all()


@pytest.mark.clause("2.8.7")
async def test_a_day_that_moves_terms_is_asked_about_and_nothing_is_kept(desk: CalendarDesk, transactions: Transactions) -> None:
    preview = await desk.preview(asker(), MONDAY, working=False)
    assert [(one.appeal_id, one.due_on, one.new_due_on) for one in preview] == [(1, DUE, date(2026, 12, 3))]
    with pytest.raises(ChangesTerms) as refused:
        await desk.set(asker(), MONDAY, working=False, reason=REASON)
    assert refused.value.code == "changes_terms"
    assert refused.value.facts["count"] == 1
    assert refused.value.facts["appeals"] == [{"id": 1, "number": "А-000001/2026", "due_on": "2026-12-02", "new": "2026-12-03"}]
    async with transactions.begin() as tx:
        assert (await CalendarKeeper().calendar_of(tx)).is_working(MONDAY)


@pytest.mark.clause("2.8.7")
async def test_terms_are_counted_anew_in_each_card_with_a_line_of_history_and_audit(
    desk: CalendarDesk, transactions: Transactions
) -> None:
    moved = await desk.set(asker(), MONDAY, working=False, reason=REASON, apply_to_running=True)
    assert [one.appeal_id for one in moved] == [1]
    changed = await card(transactions, 1)
    assert (changed.due_on, changed.answer_by, changed.version) == (date(2026, 12, 3), date(2026, 12, 3), 2)
    (line,) = await moves(transactions)
    assert (line.move, line.appeal_id, line.staff_id) == ("term_changed", 1, 1)
    assert line.details == {"day": "2026-11-30", "due_on_before": "2026-12-02", "due_on": "2026-12-03"}
    async with transactions.begin() as tx:
        actions = (await tx.exec(select(AuditEntry.action).order_by(col(AuditEntry.id)))).all()
    assert actions == ["appeal.term_changed", "calendar.set"]
    await desk.remove(asker(), MONDAY, apply_to_running=True)
    assert (await card(transactions, 1)).due_on == DUE


async def test_a_day_promised_to_the_applicant_stays_when_the_term_moves(desk: CalendarDesk, transactions: Transactions) -> None:
    promised = date(2026, 12, 10)
    async with transactions.begin() as tx:
        promising = await tx.get_one(Appeal, 1)
        promising.promised_on = promising.answer_by = promised
    await desk.set(asker(), MONDAY, working=False, reason=REASON, apply_to_running=True)
    changed = await card(transactions, 1)
    assert (changed.due_on, changed.answer_by) == (date(2026, 12, 3), promised)


async def test_running_terms_may_be_left_as_they_were_told(desk: CalendarDesk, transactions: Transactions) -> None:
    assert await desk.set(asker(), MONDAY, working=False, reason=REASON, apply_to_running=False) == ()
    assert (await card(transactions, 1)).due_on == DUE
    assert await moves(transactions) == []


@pytest.mark.parametrize("status", ["replied", "closed", "merged"])
async def test_cards_that_are_answered_are_not_asked_about(desk: CalendarDesk, transactions: Transactions, status: str) -> None:
    async with transactions.begin() as tx:
        for number in (1, 2):
            (await tx.get_one(Appeal, number)).status = status
    assert await desk.set(asker(), MONDAY, working=False, reason=REASON) == ()


async def test_a_working_saturday_shortens_a_term(desk: CalendarDesk) -> None:
    (moved,) = await desk.preview(asker(), date(2026, 11, 28), working=True)
    assert (moved.appeal_id, moved.new_due_on) == (1, TUESDAY)


async def test_calendar_days_roll_only_when_the_last_is_off(desk: CalendarDesk) -> None:
    (moved,) = await desk.preview(asker(), date(2026, 12, 7), working=False)
    assert (moved.appeal_id, moved.new_due_on) == (2, date(2026, 12, 8))


async def test_every_process_sees_a_change_at_once(desk: CalendarDesk, transactions: Transactions) -> None:
    here, there = CalendarKeeper(), CalendarKeeper()
    async with transactions.begin() as tx:
        assert (await here.calendar_of(tx)).is_working(FRIDAY)
        first = await there.calendar_of(tx)
        assert await there.calendar_of(tx) is first
    await desk.set(asker(), FRIDAY, working=False, reason=REASON, apply_to_running=True)
    for keeper in (here, there):
        async with transactions.begin() as tx:
            assert (await keeper.calendar_of(tx)).why_off(FRIDAY) == REASON
    await desk.remove(asker(), FRIDAY, apply_to_running=True)
    async with transactions.begin() as tx:
        assert (await there.calendar_of(tx)).is_working(FRIDAY)


async def test_the_year_tells_of_each_day_what_it_is_and_who_says_so(desk: CalendarDesk) -> None:
    day = date(2027, 3, 1)
    await desk.set(asker(), day, working=False, reason=REASON, source="Распоряжение № 1")
    year = {one.day: one for one in await desk.year(asker(Role.OPERATOR), 2027)}
    assert len(year) == 365
    assert (year[day].kind, year[day].source, year[day].why, year[day].order) == (
        DayKind.DAY_OFF,
        DaySource.OVERRIDE,
        REASON,
        "Распоряжение № 1",
    )
    assert (year[date(2027, 1, 1)].kind, year[date(2027, 1, 1)].source) == (DayKind.DAY_OFF, DaySource.OFFICIAL)
    assert year[date(2027, 2, 20)].kind is DayKind.WORKING_WEEKEND
    assert year[date(2027, 2, 27)].kind is DayKind.WEEKEND
    assert {one.source for one in await desk.year(asker(), 2030)} == {DaySource.FORECAST}


async def test_the_seed_adds_what_is_missing_and_leaves_what_was_decided(
    desk: CalendarDesk, transactions: Transactions, clock: MovableClock
) -> None:
    decided = date(2014, 3, 10)
    await desk.set(asker(), decided, working=True, reason=REASON)
    document = yaml.safe_load((SEEDS / "working_calendar.yaml").read_text("utf-8"))
    for _ in range(2):
        async with transactions.begin() as tx:
            await seed_calendar(tx, document, clock.now())
    async with transactions.begin() as tx:
        calendar = await CalendarKeeper().calendar_of(tx)
    assert calendar.is_working(decided)
    assert not calendar.is_working(date(2020, 4, 15))


@pytest.mark.parametrize(
    ("day", "reason", "fields"),
    [
        pytest.param(MONDAY, "  ", {"reason": "missing"}, id="no reason"),
        pytest.param(MONDAY, "я" * 301, {"reason": "too_long"}, id="a reason that is too long"),
        pytest.param(date(1900, 1, 1), REASON, {"day": "out_of_range"}, id="a year that cannot be counted"),
    ],
)
async def test_bad_input_is_told_by_field(desk: CalendarDesk, day: date, reason: str, fields: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.set(asker(), day, working=False, reason=reason)
    assert refused.value.facts["fields"] == fields


async def test_only_who_may_decides_and_only_a_decided_day_is_given_back(desk: CalendarDesk) -> None:
    with pytest.raises(NotAllowed):
        await desk.set(asker(Role.OPERATOR), MONDAY, working=False, reason=REASON)
    with pytest.raises(NotFound):
        await desk.remove(asker(), MONDAY)
    with pytest.raises(Invalid):
        await desk.year(asker(), 1900)
