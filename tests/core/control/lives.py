"""What operators, departments and applicants do with a card, day after day, each deed through its desk."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial

from sqlmodel import col, select

from core.appeals.model import Appeal
from core.appeals.registering import Registration
from core.calendar import WorkCalendar
from core.calls.desk import Attempt
from core.calls.model import CallTask
from core.replies.desk import ReplyDraft, ReplyEdit
from core.replies.model import Reply
from core.requests.memos import MemoForm
from core.vocabulary import AppealStatus, CallOutcome, MemoOutcome, ReplyForm, ReplyKind, ReplyState, Urgency
from tests.core.control.desks import DeskTown

URGENCIES = (Urgency.URGENT, Urgency.LONG_TERM, Urgency.LONG_TERM)
FORMS = (ReplyForm.PHONE, ReplyForm.EMAIL, ReplyForm.TELEGRAM)
SILENT = ("d3", "d4")
"""Departments that never answer."""
REASONS = "Ожидается поставка оборудования."

Deed = Callable[[int, date], Awaitable[None]]


class Lives:
    """An agenda of deeds by day. What becomes of a card follows from its number, so that a year is the same each time."""

    def __init__(self, town: DeskTown, calendar: WorkCalendar) -> None:
        self._town = town
        self._calendar = calendar
        self._came = 0
        self._agenda: dict[date, list[tuple[Deed, int]]] = defaultdict(list)

    async def begin(self, day: date, count: int) -> None:
        """So many appeals come on this day; one in ten lies until its term is over, the others are asked about the next day."""
        numbers = range(self._came, self._came + count)
        self._came += count
        wanted = [
            Registration(text="Нет освещения.", urgency=URGENCIES[one % 3], reply_form=FORMS[one // 3 % 3]) for one in numbers
        ]
        for card in await self._town.registers(wanted):
            if card % 10:
                self._later(day, 1, self._ask, card)
            else:
                self._later((await self._card(card)).answer_by, 2, self._reply, card)

    async def day(self, day: date) -> None:
        """Everything that is on the agenda of a day."""
        for deed, card in self._agenda.pop(day, ()):
            await deed(card, day)

    def _later(self, day: date, working_days: int, deed: Deed, card: int) -> None:
        self._agenda[self._calendar.add_working_days(day, working_days)].append((deed, card))

    async def _ask(self, card: int, day: date) -> None:
        """Departments that answer take three days; of those that are silent the applicant hears on the last day, or too late."""
        town, appeal, department = self._town, await self._card(card), f"d{1 + card % 4}"
        sent = await town.requests.send(
            town.operator, card, [department], "Когда?", version=appeal.version, client_key=f"ask-{card}"
        )
        if department not in SILENT:
            self._later(day, 3, partial(self._answer, sent[0].id or 0), card)
        elif card % 8 < 4:
            if appeal.answer_by > day:
                self._agenda[appeal.answer_by].append((self._promise, card))
            else:
                await self._promise(card, day)
        else:
            self._later(appeal.answer_by, 2, self._reply, card)

    async def _answer(self, request: int, card: int, day: date) -> None:
        note = MemoForm(
            number=f"{request}-сз", dated_on=day, signed_by="Образцов О. О.", outcome=MemoOutcome.CANNOT, reasons=REASONS
        )
        await self._town.requests.receive_memo(request, note, came_by="upload", asker=self._town.operator)
        self._later(day, 1, self._reply, card)

    async def _promise(self, card: int, day: date) -> None:
        """The timetable's draft, completed and sent; the promise is kept one day before its end, or broken by one in five."""
        town, until = self._town, self._calendar.add_working_days(day, 7)
        async with town.transactions.begin() as tx:
            drafts = select(Reply).where(Reply.appeal_id == card, Reply.kind == ReplyKind.INTERIM, Reply.state == ReplyState.DRAFT)
            draft = (await tx.exec(drafts)).one()
        edit = ReplyEdit(
            subject=draft.subject,
            body=draft.body,
            form=ReplyForm.EMAIL,
            address="primer@example.org",
            reasons=REASONS,
            expected_on=until,
        )
        saved = await town.replies.save(town.operator, draft.id or 0, edit, draft.version)
        await town.replies.send(town.operator, draft.id or 0, saved.version)
        self._later(until, 1 if card % 5 == 0 else -1, self._reply, card)

    async def _reply(self, card: int, day: date) -> None:
        town = self._town
        draft = await town.replies.draft(town.operator, card, ReplyDraft(kind=ReplyKind.FINAL, client_key=f"final-{card}"))
        await town.replies.send(town.operator, draft.id or 0, draft.version)
        self._later(day, 3 if card % 7 == 0 else 1, self._call, card)

    async def _call(self, card: int, day: date) -> None:
        """Where the reply was to be read out, this call reads it; one in four does not answer at first."""
        town = self._town
        async with town.transactions.begin() as tx:
            open_calls = select(CallTask).where(CallTask.appeal_id == card, CallTask.state == "open")
            call = (await tx.exec(open_calls.order_by(col(CallTask.id)))).one()
        answers = call.attempts > 0 or card % 4 > 0
        attempt = (
            Attempt(outcome=CallOutcome.ANSWERED, confirmed=True, score=1 + card % 5, comment="Спасибо.")
            if answers
            else Attempt(outcome=CallOutcome.NO_ANSWER)
        )
        await town.calls.log(town.operator, call.id or 0, attempt)
        self._later(day, 1, self._close if answers else self._call, card)

    async def _close(self, card: int, day: date) -> None:
        """A poor score is explained before the card is closed."""
        town = self._town
        for said in await town.closing.answers_of(town.operator, card):
            if said.score is not None and said.score < 3 and not said.explanation:
                await town.closing.explain(town.operator, said.id or 0, "Повторно разъяснено по телефону.")
        appeal = await self._card(card)
        closed = await town.closing.close(town.operator, card, appeal.version)
        assert closed.status == AppealStatus.CLOSED

    async def _card(self, card: int) -> Appeal:
        async with self._town.transactions.begin() as tx:
            return await tx.get_one(Appeal, card)
