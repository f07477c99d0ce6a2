"""Days of training: everybody's own, apart from the real records (ADR 0032)."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.calendar import CalendarOf, WorkCalendar
from core.clock import MOSCOW, Clock
from core.errors import Conflict, Invalid, NotFound
from core.phone.entries import LegMoved
from core.phone.vocabulary import LegState
from core.regulation import DAY, OFFICE_OPENS
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from core.staff.model import StaffMember, StaffSession
from core.training.checks import marks_of
from core.training.facts import call_sid_of
from core.training.model import TrainingDay
from core.training.play import Play, leg_of, write_heard
from core.training.room import Premises, Room
from core.training.scenario import FIRST, scenario
from core.training.showing import DayShown, Result, result_of, shown_of
from core.vocabulary import Author
from db.locks import NamedLocks
from db.transactions import Transactions

DAYS_KEPT = timedelta(hours=24)
"""How long a day that nobody looks at lies there."""
SPEECH_LIMIT = 2000


class NoTraining(Conflict):
    """No day of training is under way, none can be had here, or too many are; ``why``: none, off or crowded."""

    code = "no_training"


class TrainingDesk:
    """Use cases of the days of training. ``premises`` None: they are switched off here."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        calendar_of: CalendarOf,
        locks: NamedLocks,
        premises: Premises | None,
        at_once: int = 5,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of
        self._locks = locks
        self._premises = premises
        self._at_once = at_once

    @property
    def is_on(self) -> bool:
        """Whether days of training can be had here."""
        return self._premises is not None

    async def open_day(self, asker: Asker) -> TrainingDay | None:
        """The asker's day that is under way."""
        async with self._transactions.begin() as tx:
            return await _open_day(tx, asker.id)

    async def start(self, asker: Asker) -> None:
        """Begin a day, or go on with the one under way, in this session; the shift ends: a trainee is not on the line.

        Raises NoTraining, NotAllowed.
        """
        asker.must(Ability.WORK_SHIFT)
        premises = self._need()
        async with self._locks.hold(f"training-of:{asker.id}"):
            day = await self.open_day(asker)
            if day is None or await premises.room(day.id or 0, timedelta(seconds=day.ahead_seconds)) is None:
                day = await self._begin(asker)
                await premises.lay(day.id or 0, asker.id)
            await self._put_into(asker, day.id)

    async def leave(self, asker: Asker) -> None:
        """Back to the real records; the day waits."""
        await self._put_into(asker, None)

    async def room_of(self, asker: Asker) -> Room:
        """Where this session works now; raises NoTraining when its day is gone."""
        day = await self._day(asker)
        try:
            return await self._room(day)
        except NoTraining:
            await self.leave(asker)
            raise

    async def step(self, asker: Asker) -> DayShown:
        """Let everybody act, and show the day. Raises NoTraining."""
        day = await self._day(asker)
        async with self._locks.hold(f"training:{day.id}"):
            day = await self._day(asker)
            room, play = await self._room(day), Play(scenario(day.scenario))
            said = await play.step(room, asker, day.told, day.opened_at)
            facts = await play.facts(room)
            async with self._transactions.begin() as tx:
                day = await tx.get_one(TrainingDay, day.id, with_for_update=True)
                day.told, day.seen_at = [*day.told, *said], self._clock.now()
        return shown_of(day, facts, room.clock.now())

    async def move_on(self, asker: Asker, minutes: int | None) -> None:
        """Put the clock ahead, or without ``minutes`` to the next working morning; the timetable then does its round there.

        Raises NoTraining, Invalid (fields: minutes).
        """
        if minutes is not None and not 1 <= minutes <= 24 * 60:
            raise Invalid("no such span", fields={"minutes": "out_of_range"})
        day = await self._day(asker)
        async with self._locks.hold(f"training:{day.id}"):
            now = self._clock.now() + timedelta(seconds=day.ahead_seconds)
            async with self._transactions.begin() as tx:
                day = await tx.get_one(TrainingDay, day.id, with_for_update=True)
                morning = next_morning(now, await self._calendar_of(tx))
                by = timedelta(minutes=minutes) if minutes is not None else morning - now
                day.ahead_seconds += int(by.total_seconds())
            room = await self._room(day)
            await room.office.control.round(room.clock.now())

    async def answer_call(self, asker: Asker) -> None:
        """Lift the receiver: the citizen who rings is talked to. Raises NoTraining, NotFound when nobody rings."""
        room, shown = await self._with_call(asker)
        if shown.rings is None:
            raise NotFound("nobody rings")
        moved = LegMoved(call_sid=call_sid_of(shown.rings), at=room.clock.now(), state=LegState.ANSWERED, key=leg_of(shown.rings))
        await room.office.phone.journal.leg_state(moved)

    async def say(self, asker: Asker, words: str) -> None:
        """What the operator says on the telephone. Raises NoTraining, NotFound when nobody is on the line, Invalid (words)."""
        words = clean_text(words).strip()
        if not words or len(words) > SPEECH_LIMIT:
            raise Invalid("cannot be said", fields={"words": "too_long" if words else "missing"})
        room, shown = await self._with_call(asker)
        if shown.talks is None:
            raise NotFound("nobody is on the line")
        await write_heard(room, shown.talks, words, author=Author.OPERATOR, staff_id=asker.id)

    async def finish(self, asker: Asker) -> Result:
        """End the day: its marks stay, everything else goes. Raises NoTraining."""
        day = await self._day(asker)
        async with self._locks.hold(f"training:{day.id}"):
            room, today = await self._room(day), scenario(day.scenario)
            facts = await Play(today).facts(room)
            async with room.transactions.begin() as tx:
                marks = marks_of(today, facts, asker.full_name, await self._calendar_of(tx))
            async with self._transactions.begin() as tx:
                day = await tx.get_one(TrainingDay, day.id, with_for_update=True)
                day.result, day.ended_at = {"marks": [asdict(one) for one in marks]}, self._clock.now()
                await record(tx, self._clock.now(), "training.finished", f"training:{day.id}", staff_id=asker.id)
                await _out_of(tx, day.id or 0)
        await self._need().demolish(day.id or 0)
        return result_of(day)

    async def result(self, asker: Asker) -> Result | None:
        """The marks of the asker's newest day that ended."""
        ended = select(TrainingDay).where(TrainingDay.staff_id == asker.id, col(TrainingDay.result).is_not(None))
        async with self._transactions.begin() as tx:
            day = (await tx.exec(ended.order_by(col(TrainingDay.id).desc()).limit(1))).first()
        return result_of(day) if day is not None else None

    async def tidy(self) -> int:
        """Take away the days that nobody looked at for 24 hours, and rooms whose day is over; gives how many ended."""
        if self._premises is None:
            return 0
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            old = select(TrainingDay).where(col(TrainingDay.ended_at).is_(None), col(TrainingDay.seen_at) < now - DAYS_KEPT)
            days = (await tx.exec(old.with_for_update(skip_locked=True))).all()
            for day in days:
                day.ended_at = now
                await _out_of(tx, day.id or 0)
            still = {number or 0 for number in (await tx.exec(_OPEN_NUMBERS)).all()}
        await self._premises.demolish_all_but(still)
        return len(days)

    def _need(self) -> Premises:
        if self._premises is None:
            raise NoTraining("training is switched off", why="off")
        return self._premises

    async def _begin(self, asker: Asker) -> TrainingDay:
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            lost = await _open_day(tx, asker.id)
            if lost is not None:
                lost.ended_at = now
                await tx.flush()
            count = (await tx.exec(select(func.count()).select_from(TrainingDay).where(col(TrainingDay.ended_at).is_(None)))).one()
            if count >= self._at_once:
                raise NoTraining("too many days are under way", why="crowded")
            opened_at = this_morning(now, await self._calendar_of(tx))
            day = TrainingDay(
                staff_id=asker.id,
                scenario=FIRST,
                ahead_seconds=int((opened_at - now).total_seconds()),
                started_at=now,
                opened_at=opened_at,
                seen_at=now,
            )
            tx.add(day)
            await tx.flush()
            await record(tx, now, "training.started", f"training:{day.id}", staff_id=asker.id)
            return day

    async def _put_into(self, asker: Asker, number: int | None) -> None:
        async with self._transactions.begin() as tx:
            here = col(StaffSession.token_hash) == asker.session
            await tx.exec(update(StaffSession).where(here).values(training_id=number))
            if number is not None:
                await tx.exec(update(StaffMember).where(col(StaffMember.id) == asker.id).values(on_shift_since=None))

    async def _day(self, asker: Asker) -> TrainingDay:
        """The day on which this session is; raises NoTraining."""
        async with self._transactions.begin() as tx:
            day = await tx.get(TrainingDay, asker.training_id) if asker.training_id else None
        if day is None or day.ended_at is not None or day.staff_id != asker.id:
            raise NoTraining("this session is on no day of training", why="none")
        return day

    async def _room(self, day: TrainingDay) -> Room:
        room = await self._need().room(day.id or 0, timedelta(seconds=day.ahead_seconds))
        if room is None:
            raise NoTraining("its tables are gone", why="none")
        return room

    async def _with_call(self, asker: Asker) -> tuple[Room, DayShown]:
        day = await self._day(asker)
        room = await self._room(day)
        facts = await Play(scenario(day.scenario)).facts(room)
        return room, shown_of(day, facts, room.clock.now())


_OPEN_NUMBERS = select(TrainingDay.id).where(col(TrainingDay.ended_at).is_(None))


async def _open_day(tx: AsyncSession, staff_id: int) -> TrainingDay | None:
    wanted = select(TrainingDay).where(TrainingDay.staff_id == staff_id, col(TrainingDay.ended_at).is_(None))
    return (await tx.exec(wanted)).first()


async def _out_of(tx: AsyncSession, number: int) -> None:
    """Every session that is on this day works with the real records again."""
    await tx.exec(update(StaffSession).where(col(StaffSession.training_id) == number).values(training_id=None))


def this_morning(now: datetime, calendar: WorkCalendar) -> datetime:
    """The opening of today, or on a day off of the next working day."""
    today = now.astimezone(MOSCOW).date()
    day = today if calendar.is_working(today) else calendar.next_working(today)
    return datetime.combine(day, OFFICE_OPENS, MOSCOW)


def next_morning(now: datetime, calendar: WorkCalendar) -> datetime:
    """The opening of the next working day."""
    tomorrow = now.astimezone(MOSCOW).date() + DAY
    day = tomorrow if calendar.is_working(tomorrow) else calendar.next_working(tomorrow)
    return datetime.combine(day, OFFICE_OPENS, MOSCOW)
