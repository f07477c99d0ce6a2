"""Taking an appeal off control: only after the closing call, or the applicant's word where no telephone serves (reg. 2.8.11)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import MOVES, Move, MoveNotPermitted, locked_appeal, make_move, possible
from core.audit.live import LiveKind, announce
from core.calls.asking import (
    BEST,
    BY_LINK,
    OWN_HAND,
    ConfirmationPage,
    ask_for_score,
    letters_since,
    open_question,
    question_of,
    solved_buttons,
)
from core.calls.dropping import drop_calls
from core.calls.model import CallAttempt, CallTask, Satisfaction
from core.clock import MOSCOW, Clock
from core.deliveries.outbox import Outbox
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotFound
from core.links.desk import LinkExpired, make_link, open_link, path_of, use_link
from core.links.model import OneTimeLink
from core.replies.addresses import addresses_of
from core.replies.composing import compose
from core.replies.leaving import LEFT, closing_calls, leave, open_closing_call
from core.replies.model import Reply
from core.replies.posting import send_letter, send_message
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from core.tasks.raising import finish_tasks, raise_task
from core.typist import Typist
from core.vocabulary import AppealStatus, CallOutcome, CallPurpose, LinkPurpose, ReplyForm, ReplyKind, ReplyState, TaskKind
from core.words import say
from db.transactions import Transactions

LINK_LIVES = timedelta(days=14)
POOR = 2
"""A score up to this is a complaint."""
CALL = "closing_call"


class NotClosable(Conflict):
    """2.8.11 is not fulfilled; ``facts['missing']``: closing_call, confirmation or explanation."""

    code = "not_closable"


class ClosingDesk:
    """Asks for the applicant's word and closes cards."""

    def __init__(self, *, transactions: Transactions, clock: Clock, outbox: Outbox, typist: Typist, public_url: str) -> None:
        self._transactions = transactions
        self._clock = clock
        self._outbox = outbox
        self._typist = typist
        self._public_url = public_url.rstrip("/")

    async def close(self, asker: Asker, appeal_id: int, version: int) -> Appeal:
        """Take the card off control; raises NotFound, VersionConflict, MoveNotPermitted, NotClosable.

        Where the closing call is missing from the list too (the telephone became known after the reply), it is put there. An
        applicant on Telegram is asked there how content they are.
        """
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            appeal = await locked_appeal(tx, appeal_id, version)
            _must_be_replied(appeal)
            missing = await missing_of(tx, appeal)
            if not missing:
                appeal.closing = await _basis(tx, appeal)
                appeal.closed_at, appeal.closed_by_id = now, asker.id
                await drop_calls(tx, appeal_id, now)
                await finish_tasks(tx, now, appeal_id=appeal_id, staff_id=asker.id)
                await make_move(tx, appeal, Move.CLOSE, now, staff_id=asker.id, details={"basis": appeal.closing})
                await ask_for_score(tx, self._outbox, appeal, now)
                return appeal
            await offer_closing_call(tx, appeal, now)
        raise NotClosable(missing=missing)

    async def ask_confirmation(self, asker: Asker, appeal_id: int) -> Reply:
        """Write to the applicant where they confirm, on Telegram by buttons too; a letter that is on its way is given instead.

        The personal link stands only in what is delivered: no member of staff can answer for the applicant. A form in which it did
        not arrive is not tried again. Raises NotFound, MoveNotPermitted, Invalid (fields: form).
        """
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            appeal = await locked_appeal(tx, appeal_id)
            _must_be_replied(appeal)
            asked = await letters_since(tx, appeal)
            if there := next((one for one in asked if one.state == ReplyState.SENDING), None):
                return there
            addresses, tried = await addresses_of(tx, appeal), {form for one in asked for form in one.tried}
            form = next((one for one in (ReplyForm.TELEGRAM, ReplyForm.EMAIL) if one in addresses and one not in tried), None)
            if form is None:
                raise Invalid("nowhere to write to", fields={"form": "missing"})
            letter = await compose(tx, self._typist, appeal, ReplyKind.CONFIRMATION, operator=asker.full_name)
            token = await make_link(tx, LinkPurpose.CONFIRMATION, appeal_id, now, now + LINK_LIVES)
            reply = Reply(
                appeal_id=appeal_id,
                kind=ReplyKind.CONFIRMATION,
                form=form,
                address=addresses[form],
                subject=letter.subject,
                body=f"{letter.text}\n\n{say('survey.link')}",
                state=ReplyState.SENDING,
                drafted_by_id=asker.id,
                drafted_at=now,
                sent_by_id=asker.id,
                sent_at=now,
            )
            tx.add(reply)
            question = await question_of(tx, appeal, now)
            await tx.flush()
            told = f"{letter.text}\n\n{self._public_url}{path_of(LinkPurpose.CONFIRMATION, token)}"
            if form is ReplyForm.TELEGRAM:
                told, buttons = f"{told}\n\n{say('survey.press')}", solved_buttons(question.id or 0)
                reply.delivery_id = (await send_message(tx, self._outbox, reply, now, told=told, buttons=buttons)).id
            else:
                sent = await send_letter(tx, self._outbox, reply, now, told=told)
                reply.delivery_id = sent.id if sent else None
            await leave(tx, appeal, reply, now, staff_id=asker.id, call_on=self._clock.today())
            return reply

    async def confirmation_page(self, token: str) -> ConfirmationPage:
        """What the link of the letter shows; raises what ``open_link`` raises, LinkExpired also for one about an earlier reply."""
        async with self._transactions.begin() as tx:
            link = await open_link(tx, token, self._clock.now(), LinkPurpose.CONFIRMATION)
            appeal = await tx.get_one(Appeal, link.subject_id)
            _must_ask_about(appeal, link)
            answer = await newest_final(tx, link.subject_id)
            return ConfirmationPage(
                registration_number=appeal.registration_number,
                registered_on=appeal.registered_at.astimezone(MOSCOW).date(),
                text=appeal.text,
                reply_text=answer.body if answer else "",
            )

    async def confirm(self, token: str, *, solved: bool, score: int | None, comment: str) -> Satisfaction:
        """The applicant's word by the link; raises Invalid (fields: score) and what ``confirmation_page`` raises."""
        if score is not None and not 1 <= score <= BEST:
            raise Invalid("no such score", fields={"score": "out_of_range"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            link = await open_link(tx, token, now, LinkPurpose.CONFIRMATION)
            appeal = await locked_appeal(tx, link.subject_id)
            _must_ask_about(appeal, link)
            await use_link(tx, link, now)
            said = clean_text(comment).strip()[:4000]
            answer = await note_satisfaction(tx, appeal, now, came_by=BY_LINK, solved=solved, score=score, comment=said)
            details = {"came_by": BY_LINK, "satisfaction_id": answer.id, "solved": solved, "score": score}
            await make_move(tx, appeal, Move.NOTICE, now, note=said, details=details)
            key = f"confirmed:{appeal.id}:{answer.id}"
            await raise_task(tx, TaskKind.APPLICANT_ANSWERED, now, key=key, appeal_id=appeal.id, assignee_id=appeal.assignee_id)
            return answer

    async def explain(self, asker: Asker, satisfaction_id: int, words: str) -> Satisfaction:
        """Why an appeal is closed although the applicant is not satisfied.

        Raises NotFound, also for a question without an answer; Invalid (fields: explanation).
        """
        asker.must(Ability.WORK_CASE)
        words = clean_text(words).strip()
        if not words:
            raise Invalid("no explanation", fields={"explanation": "missing"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            said = select(Satisfaction.appeal_id).where(
                Satisfaction.id == satisfaction_id, col(Satisfaction.answered_at).is_not(None)
            )
            appeal_id = (await tx.exec(said)).first()
            if appeal_id is None:
                raise NotFound("no such answer")
            appeal = await locked_appeal(tx, appeal_id)
            answer = await tx.get_one(Satisfaction, satisfaction_id, with_for_update=True, populate_existing=True)
            answer.explanation, answer.explained_by_id, answer.explained_at = words, asker.id, now
            await end_draft(tx, asker.id, DraftKind.EXPLANATION, satisfaction_id, now)
            kinds = (TaskKind.NOT_SATISFIED,)
            await finish_tasks(tx, now, appeal_id=answer.appeal_id, kinds=kinds, staff_id=asker.id)
            await make_move(tx, appeal, Move.NOTICE, now, staff_id=asker.id, note=words, details={"satisfaction_id": answer.id})
            return answer

    async def answers_of(self, asker: Asker, appeal_id: int) -> Sequence[Satisfaction]:
        """What the applicant was asked and said, oldest first."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            return (
                await tx.exec(select(Satisfaction).where(Satisfaction.appeal_id == appeal_id).order_by(col(Satisfaction.id)))
            ).all()


async def note_satisfaction(
    tx: AsyncSession, appeal: Appeal, now: datetime, *, came_by: str, solved: bool | None, score: int | None, comment: str
) -> Satisfaction:
    """Keep the answer, in the place of the question if one is open; a complaint becomes an operator's task."""
    answer = await open_question(tx, appeal) or Satisfaction(appeal_id=appeal.id or 0, asked_at=now)
    answer.solved, answer.score, answer.comment = solved, score, comment
    answer.answered_at, answer.came_by = now, came_by
    tx.add(answer)
    await tx.flush()
    await complain(tx, appeal, answer, now)
    return answer


async def complain(tx: AsyncSession, appeal: Appeal, answer: Satisfaction, now: datetime) -> None:
    """Whoever is not satisfied is an operator's task, once for each answer."""
    if is_poor(answer):
        key = f"not-satisfied:{answer.id}"
        await raise_task(tx, TaskKind.NOT_SATISFIED, now, key=key, appeal_id=appeal.id, assignee_id=appeal.assignee_id)


def is_poor(answer: Satisfaction) -> bool:
    """Whether the applicant is not satisfied."""
    return answer.solved is False or (answer.score is not None and answer.score <= POOR)


async def newest_final(tx: AsyncSession, appeal_id: int) -> Reply | None:
    """The final reply that the applicant got last."""
    sent = select(Reply).where(Reply.appeal_id == appeal_id, Reply.kind == ReplyKind.FINAL, col(Reply.state).in_(LEFT))
    return (await tx.exec(sent.order_by(col(Reply.sent_at).desc(), col(Reply.id).desc()))).first()


def _must_ask_about(appeal: Appeal, link: OneTimeLink) -> None:
    """Raises LinkExpired for a link about a reply that did not arrive or was followed by another."""
    if appeal.replied_at is None or link.made_at < appeal.replied_at:
        raise LinkExpired(purpose=link.purpose)


def _must_be_replied(appeal: Appeal) -> None:
    status = AppealStatus(appeal.status)
    if status not in MOVES[Move.CLOSE].after:
        can = [one.value for one in possible(status, frozenset(Ability))]
        raise MoveNotPermitted(status=status.value, move=Move.CLOSE.value, possible=can)


async def missing_of(tx: AsyncSession, appeal: Appeal) -> str:
    """What 2.8.11 still asks for: closing_call, confirmation or explanation; empty when the card may be closed."""
    try:
        await _basis(tx, appeal)
    except NotClosable as lacks:
        return str(lacks.facts["missing"])
    return ""


async def _basis(tx: AsyncSession, appeal: Appeal) -> str:
    """What the closing rests on: ``call`` or ``confirmation``; raises NotClosable."""
    since = appeal.replied_at
    if since is None:
        raise NotClosable(missing=CALL)
    said = select(Satisfaction).where(Satisfaction.appeal_id == appeal.id, col(Satisfaction.answered_at) >= since)
    answer = (await tx.exec(said.order_by(col(Satisfaction.answered_at).desc(), col(Satisfaction.id).desc()))).first()
    if answer is not None and is_poor(answer) and not answer.explanation:
        raise NotClosable(missing="explanation")
    answered = (
        select(CallAttempt.id)
        .join(CallTask, col(CallTask.id) == CallAttempt.call_task_id)
        .where(CallAttempt.appeal_id == appeal.id, CallAttempt.outcome == CallOutcome.ANSWERED, col(CallAttempt.at) >= since)
        .where(or_(CallTask.purpose == CallPurpose.CLOSING, col(CallAttempt.confirmed).is_not(None)))
    )
    if (await tx.exec(answered)).first() is not None:
        return "call"
    if await can_be_called(tx, appeal):
        raise NotClosable(missing=CALL)
    if answer is None or answer.solved is None or answer.came_by not in OWN_HAND:
        raise NotClosable(missing="confirmation")
    return "confirmation"


async def offer_closing_call(tx: AsyncSession, appeal: Appeal, now: datetime) -> bool:
    """A telephone that became known after the reply: its closing call is put on the list, once (2.8.11)."""
    if appeal.status != AppealStatus.REPLIED or await closing_calls(tx, appeal) or await missing_of(tx, appeal) != CALL:
        return False
    await open_closing_call(tx, appeal, now, now.astimezone(MOSCOW).date())
    await announce(tx, LiveKind.APPEAL, now, appeal_id=appeal.id or 0)
    return True


async def can_be_called(tx: AsyncSession, appeal: Appeal) -> bool:
    """Whether a telephone is known on which somebody may still answer: one that was given up is no telephone of theirs."""
    phone = (await addresses_of(tx, appeal)).get(ReplyForm.PHONE, "")
    if not phone:
        return False
    made = await closing_calls(tx, appeal)
    return not made or any(call.state == "open" for call in made)
