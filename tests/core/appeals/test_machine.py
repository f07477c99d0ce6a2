"""The appeal's machine: whatever people do, in whatever order, the table and 2.8.11 hold; no number is lost or given twice."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from core.appeals.model import Appeal, AppealMove
from core.appeals.workflow import MOVES, Move
from core.calls.desk import Attempt
from core.calls.model import CallAttempt, CallTask, Satisfaction
from core.deliveries.desk import Ended
from core.errors import OfficeError
from core.people.model import ContactPoint
from core.replies.desk import ReplyDraft, ReplyEdit
from core.replies.model import Reply
from core.staff.asker import Asker
from core.vocabulary import AppealStatus, CallOutcome, DeliveryState, ReplyForm, ReplyKind
from tests.inbox.world import Centre

STEPS = [
    *("final", "interim", "clarify", "clarified", "forward", "reopen", "answered", "unhappy", "busy", "wrong"),
    *("explain", "close", "ask", "bounce", "file", "assign", "days"),
]
RUNS = [
    ("final", "answered", "close"),
    ("final", "unhappy", "explain", "close"),
    ("final", "wrong", "ask", "close"),
    ("final", "bounce", "final"),
    ("close", "reopen", "close"),
    ("interim", "bounce"),
    *((step,) for step in STEPS),
]
"""Long ways are rare among single steps, so some are drawn whole."""


class Case:
    """One card and everything that people may try with it, sensible or not."""

    def __init__(self, centre: Centre, asker: Asker, appeal_id: int) -> None:
        self.centre, self.asker, self.id = centre, asker, appeal_id
        self.deeds: Mapping[str, Callable[[], Awaitable[object]]] = {
            "final": lambda: self.reply(ReplyKind.FINAL),
            "interim": lambda: self.reply(ReplyKind.INTERIM),
            "clarify": lambda: self.reply(ReplyKind.CLARIFICATION),
            "clarified": lambda: self.versioned(lambda version: centre.cases.clarified(asker, appeal_id, "", version)),
            "forward": lambda: self.versioned(lambda version: centre.cases.forward(asker, appeal_id, "Прокуратура", "", version)),
            "reopen": lambda: self.versioned(lambda version: centre.cases.reopen(asker, appeal_id, "Не решено.", version)),
            "close": lambda: self.versioned(lambda version: centre.closing.close(asker, appeal_id, version)),
            "ask": lambda: centre.closing.ask_confirmation(asker, appeal_id),
            "answered": lambda: self.call(Attempt(outcome=CallOutcome.ANSWERED, confirmed=True, score=5)),
            "unhappy": lambda: self.call(Attempt(outcome=CallOutcome.ANSWERED, confirmed=False, score=1)),
            "busy": lambda: self.call(Attempt(outcome=CallOutcome.BUSY)),
            "wrong": lambda: self.call(Attempt(outcome=CallOutcome.WRONG_NUMBER)),
            "explain": self.explain,
            "bounce": self.bounce,
            "file": lambda: centre.cases.add_file(asker, appeal_id, "a.pdf", b"%PDF-1.4 sample"),
            "assign": lambda: centre.cases.assign(asker, [appeal_id], asker.id),
            "days": self.days,
        }

    async def card(self) -> Appeal:
        async with self.centre.transactions.begin() as tx:
            return await tx.get_one(Appeal, self.id)

    async def versioned(self, deed: Callable[[int], Awaitable[object]]) -> None:
        await deed((await self.card()).version)

    async def reply(self, kind: ReplyKind) -> None:
        reply = await self.centre.replies.draft(self.asker, self.id, ReplyDraft(kind=kind))
        expected = self.centre.clock.today() + timedelta(days=20)
        form = ReplyEdit(
            subject="s", body="b", form=ReplyForm.EMAIL, address="primer@example.org", reasons="r", expected_on=expected
        )
        saved = await self.centre.replies.save(self.asker, reply.id or 0, form, reply.version)
        await self.centre.replies.send(self.asker, saved.id or 0, saved.version)

    async def call(self, attempt: Attempt) -> None:
        open_ones = await self.centre.rows(CallTask, CallTask.appeal_id == self.id, CallTask.state == "open")
        for one in open_ones[:1]:
            await self.centre.calls.log(self.asker, one.id, attempt)

    async def explain(self) -> None:
        for one in (await self.centre.rows(Satisfaction, Satisfaction.appeal_id == self.id))[-1:]:
            await self.centre.closing.explain(self.asker, one.id, "Сделано всё возможное.")

    async def bounce(self) -> None:
        for one in (await self.centre.rows(Reply, Reply.appeal_id == self.id, col(Reply.delivery_id).is_not(None)))[-1:]:
            now = self.centre.clock.now()
            ended = Ended(delivery_id=one.delivery_id, subject_id=one.id, state=DeliveryState.BOUNCED, at=now, error="550")
            async with self.centre.transactions.begin() as tx:
                await self.centre.replies.follow(tx, ended)

    async def days(self) -> None:
        self.centre.clock.move(days=1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.sampled_from(RUNS), min_size=2, max_size=7))
@example(runs=[("final", "answered", "close"), ("reopen", "close"), ("final", "bounce", "close")])
@pytest.mark.clause("2.8.11")
async def test_no_order_of_deeds_breaks_the_table_or_closes_without_the_applicants_word(
    centre: Centre, runs: list[tuple[str, ...]]
) -> None:
    asker = (await centre.a_member()).asker
    case = Case(centre, asker, await centre.an_appeal())
    for step in (step for run in runs for step in run):
        try:
            await case.deeds[step]()
        except OfficeError:
            continue
        await holds(centre, case)


async def holds(centre: Centre, case: Case) -> None:
    card = await case.card()
    async with centre.transactions.begin() as tx:
        moves = (await tx.exec(select(AppealMove).where(AppealMove.appeal_id == card.id).order_by(col(AppealMove.id)))).all()
        calls = (await tx.exec(select(CallAttempt).where(CallAttempt.appeal_id == card.id))).all()
        phones = (await tx.exec(select(ContactPoint).where(ContactPoint.applicant_id == card.applicant_id))).all()
    status = AppealStatus.REGISTERED
    for move in moves[1:]:
        rule = MOVES[Move(move.move)]
        assert status in rule.after, (move.move, status)
        assert move.status in rule.to if rule.to else move.status == status, (move.move, move.status)
        status = AppealStatus(move.status)
    assert (card.status, card.version) == (status, len(moves))
    waits = status not in (AppealStatus.CLOSED, AppealStatus.REPLIED, AppealStatus.MERGED)
    assert (card.replied_at is None) == waits
    assert (card.closed_at is not None) == (status is AppealStatus.CLOSED)
    assert card.answer_by == (card.promised_on or card.due_on)
    if status is AppealStatus.CLOSED:
        since = [call for call in calls if call.outcome == CallOutcome.ANSWERED and call.at >= (card.replied_at or call.at)]
        assert phones and since and card.closing == "call", "the applicant of this test has a telephone that answers"


async def test_eight_writers_leave_no_gap_and_give_no_number_twice(centre: Centre) -> None:
    conversations = [await centre.a_conversation(mode="closed") for _ in range(8)]
    for conversation in conversations:
        await centre.an_applicant(conversation)

    async def writer(conversation: int) -> None:
        for number in range(6):
            try:
                form = ReplyForm.POST if number % 3 == 2 else ReplyForm.PHONE  # without an address: refused after its number
                await centre.an_appeal(conversation_id=conversation, reply_form=form)
            except OfficeError:
                continue

    await asyncio.gather(*(writer(one) for one in conversations))
    numbers = [card.number for card in await centre.rows(Appeal)]
    assert sorted(numbers) == list(range(1, 33))
