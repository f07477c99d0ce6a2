"""Replies to applicants: drafted, edited, previewed, sent in the form they prefer, followed to their end (reg. 2.8.8, 2.8.10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import locked_appeal
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.calendar import CalendarOf
from core.calls.dropping import drop_calls
from core.clock import Clock
from core.deliveries.desk import Ended
from core.deliveries.outbox import Outbox
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict
from core.people.desk import card_of
from core.replies.addresses import addresses_of, next_form
from core.replies.checks import must_be_complete, must_permit
from core.replies.composing import compose, memos_of, recomposed, written
from core.replies.enclosing import with_files
from core.replies.leaving import fail, leave
from core.replies.model import Reply
from core.replies.posting import ask_for_call, put_to_print, send_letter, send_message
from core.replies.reading import ReplyReading
from core.replies.states import EDITABLE, locked_reply
from core.requests.model import Memo
from core.requests.writing import TemplateOf
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line, clean_text
from core.table import insert_row
from core.tasks.raising import finish_tasks
from core.typist import Typist
from core.vocabulary import DeliveryState, ReplyForm, ReplyKind, ReplyState
from db.transactions import Transactions


class DraftElsewhere(Conflict):
    """The draft under this ``client_key`` is of another card: the screen mixed two up, and nothing is made or shown."""

    code = "draft_elsewhere"


class _PageNeeded(Exception):  # no error: a step that comes before the transaction
    """The page for the post must be printed first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDraft:
    """What a draft is made of; without ``form`` the applicant's own choice is taken."""

    kind: ReplyKind
    form: ReplyForm | None = None
    memo_ids: Sequence[int] = ()
    reasons: str = ""
    expected_on: date | None = None
    client_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyEdit:
    """A reply as an operator typed it; ``enclosed_ids`` are the official notes whose files go along."""

    subject: str
    body: str
    form: ReplyForm
    address: str = ""
    reasons: str = ""
    expected_on: date | None = None
    enclosed_ids: Sequence[int] = ()


class ReplyDesk:
    """What the staff do with replies; ``follow`` hears how their deliveries ended."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        outbox: Outbox,
        typist: Typist,
        calendar_of: CalendarOf,
        template_of: TemplateOf,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._outbox = outbox
        self._typist = typist
        self._calendar_of = calendar_of
        reading = ReplyReading(transactions=transactions, clock=clock, typist=typist, template_of=template_of)
        self.of_appeal, self.document = reading.of_appeal, reading.document
        self.preview, self.pictures, self.word = reading.preview, reading.pictures, reading.word

    async def draft(self, asker: Asker, appeal_id: int, what: ReplyDraft) -> Reply:
        """A draft in official style from the facts of the case and the departments' notes.

        Raises NotFound, MoveNotPermitted, Invalid (fields: kind), DraftElsewhere.
        """
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            appeal = await locked_appeal(tx, appeal_id)
            known = select(Reply).where(Reply.client_key == what.client_key)
            if what.client_key and (kept := (await tx.exec(known)).first()) is not None:
                if kept.appeal_id != appeal_id:
                    raise DraftElsewhere("the key belongs to another card")
                return kept
            must_permit(appeal, what.kind)
            return await self._put(tx, appeal, what, asker)

    async def draft_interim_in(self, tx: AsyncSession, appeal: Appeal) -> Reply | None:
        """The timetable's draft of an interim reply for the operator to complete; None when one lies there already."""
        there = select(Reply.id).where(
            Reply.appeal_id == appeal.id, Reply.kind == ReplyKind.INTERIM, col(Reply.state).in_([one.value for one in EDITABLE])
        )
        if (await tx.exec(there)).first() is not None:
            return None
        return await self._put(tx, appeal, ReplyDraft(kind=ReplyKind.INTERIM), None)

    async def save(self, asker: Asker, reply_id: int, form: ReplyEdit, version: int) -> Reply:
        """Keep what was typed; a letter nobody wrote in says other reasons and another day itself.

        Raises NotFound, VersionConflict, ReplyLeft.
        """
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            appeal, reply = await locked_reply(tx, reply_id, version)
            await self._write(tx, appeal, reply, form)
            await end_draft(tx, asker.id, DraftKind.LETTER, reply_id, self._clock.now())
            return reply

    async def compose_anew(self, asker: Asker, reply_id: int, memo_ids: Sequence[int], version: int) -> Reply:
        """Write the draft over from these official notes, whatever was typed in it.

        Raises NotFound, VersionConflict, ReplyLeft.
        """
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            appeal, reply = await locked_reply(tx, reply_id, version)
            memos, kind = await memos_of(tx, appeal.id or 0, memo_ids), ReplyKind(reply.kind)
            reply.reasons = _reasons_of(memos) or reply.reasons
            day, name = reply.expected_on, asker.full_name
            letter = await compose(
                tx, self._typist, appeal, kind, memos=memos, reasons=reply.reasons, expected_on=day, operator=name
            )
            reply.subject, reply.body, reply.drafted_by_id = letter.subject, written(letter), asker.id
            reply.memo_ids = [memo.id or 0 for memo in memos]
            reply.version += 1
            await end_draft(tx, asker.id, DraftKind.LETTER, reply_id, self._clock.now())
            await self._tell(tx, appeal)
            return reply

    async def send(self, asker: Asker, reply_id: int, version: int) -> Reply:
        """Send a draft, or one that failed, in its form.

        Raises NotFound, VersionConflict, ReplyLeft, MoveNotPermitted; Invalid (fields: body, address, reasons, expected_on, form,
        kind, enclosed_ids).
        """
        asker.must(Ability.WORK_CASE)
        try:
            return await self._send(asker, reply_id, version, None)
        except _PageNeeded:
            return await self._send(asker, reply_id, version, await self.preview(asker, reply_id))

    async def _send(self, asker: Asker, reply_id: int, version: int, page: bytes | None) -> Reply:
        """Raises _PageNeeded for a reply by post that was not printed: that takes too long for a transaction."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            appeal, reply = await locked_reply(tx, reply_id, version)
            must_permit(appeal, ReplyKind(reply.kind))
            today, calendar = self._clock.today(), await self._calendar_of(tx)
            must_be_complete(reply, today)
            await end_draft(tx, asker.id, DraftKind.LETTER, reply_id, now)
            reply.sent_by_id, reply.error = asker.id, ""
            reply.version += 1
            match ReplyForm(reply.form):
                case ReplyForm.PHONE:
                    reply.state = ReplyState.CALLING
                    await finish_tasks(tx, now, reply_id=reply_id, staff_id=asker.id)
                    await ask_for_call(tx, reply, now, today)
                    await self._tell(tx, appeal)
                case ReplyForm.POST:
                    if page is None:
                        raise _PageNeeded
                    await finish_tasks(tx, now, reply_id=reply_id, staff_id=asker.id)
                    await put_to_print(tx, appeal, reply, page, now)
                    await self._tell(tx, appeal)
                case _:
                    with tx.no_autoflush:  # what is written of this reply and its card goes with the move
                        sent = await self._post(tx, reply)
                    reply.delivery_id, reply.state, reply.sent_at = sent, ReplyState.SENDING, now
                    await leave(tx, appeal, reply, now, staff_id=asker.id, call_on=calendar.next_working(today))
            return reply

    async def mark_posted(self, asker: Asker, reply_id: int) -> Reply:
        """The printed page was given to the post: the reply has left. Raises NotFound, ReplyLeft, MoveNotPermitted."""
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            appeal, reply = await locked_reply(tx, reply_id, None, states=(ReplyState.TO_PRINT,))
            reply.state, reply.sent_at = ReplyState.SENT, now
            reply.version += 1
            calendar = await self._calendar_of(tx)
            await leave(tx, appeal, reply, now, staff_id=asker.id, call_on=calendar.next_working(self._clock.today()))
            return reply

    async def drop(self, asker: Asker, reply_id: int, version: int) -> None:
        """Throw a draft away, or a reply that waits for its call or printer; raises NotFound, VersionConflict, ReplyLeft."""
        asker.must(Ability.WORK_CASE)
        now, droppable = self._clock.now(), (*EDITABLE, ReplyState.CALLING, ReplyState.TO_PRINT)
        async with self._transactions.begin() as tx:
            appeal, reply = await locked_reply(tx, reply_id, version, states=droppable)
            reply.state = ReplyState.DROPPED
            reply.version += 1
            await end_draft(tx, asker.id, DraftKind.LETTER, reply_id, now)
            await drop_calls(tx, appeal.id or 0, now, reply_id=reply_id)
            await finish_tasks(tx, now, reply_id=reply_id, staff_id=asker.id)
            await record(tx, now, "reply.drop", f"reply:{reply_id}", staff_id=asker.id, appeal_id=appeal.id)
            await self._tell(tx, appeal)

    async def follow(self, tx: AsyncSession, ended: Ended) -> None:
        """How the delivery of a reply ended; what another try of the same reply has overtaken changes nothing."""
        appeal_id = (await tx.exec(select(Reply.appeal_id).where(Reply.id == ended.subject_id))).first()
        if appeal_id is None:
            return
        appeal = await locked_appeal(tx, appeal_id)
        reply = await tx.get_one(Reply, ended.subject_id, with_for_update=True, populate_existing=True)
        if reply.delivery_id != ended.delivery_id or reply.state not in (ReplyState.SENDING, ReplyState.SENT, ReplyState.DELIVERED):
            return
        if ended.state in (DeliveryState.FAILED, DeliveryState.BOUNCED):
            await fail(tx, appeal, reply, self._clock.now(), ended.error)
        elif reply.state != ReplyState.DELIVERED:
            reply.state = ReplyState.DELIVERED if ended.state is DeliveryState.DELIVERED else ReplyState.SENT

    async def _put(self, tx: AsyncSession, appeal: Appeal, what: ReplyDraft, asker: Asker | None) -> Reply:
        card = await card_of(tx, appeal.applicant_id)
        addresses = await addresses_of(tx, appeal, card)
        form = what.form or next_form(addresses, appeal.reply_form, ()) or ReplyForm(appeal.reply_form)
        memos = await memos_of(tx, appeal.id or 0, what.memo_ids)
        name = asker.full_name if asker else ""
        reasons = clean_text(what.reasons).strip() or _reasons_of(memos)
        day = what.expected_on
        letter = await compose(
            tx, self._typist, appeal, what.kind, memos=memos, reasons=reasons, expected_on=day, operator=name, card=card
        )
        reply = Reply(
            appeal_id=appeal.id or 0,
            kind=what.kind,
            form=form,
            address=addresses.get(form, ""),
            subject=letter.subject,
            body=written(letter),
            reasons=reasons,
            expected_on=what.expected_on,
            memo_ids=[memo.id or 0 for memo in memos],
            drafted_by_id=asker.id if asker else None,
            drafted_at=self._clock.now(),
            client_key=what.client_key,
        )
        await insert_row(tx, reply)
        await self._tell(tx, appeal)
        return reply

    async def _write(self, tx: AsyncSession, appeal: Appeal, reply: Reply, form: ReplyEdit) -> None:
        body, reasons = clean_text(form.body).strip(), clean_text(form.reasons).strip()
        if body == reply.body and (reasons, form.expected_on) != (reply.reasons, reply.expected_on):
            anew = await recomposed(tx, self._typist, appeal, reply, reasons=reasons, expected_on=form.expected_on)
            body = written(anew) if anew else body
        reply.subject, reply.body = clean_line(form.subject, 300), body
        reply.reasons, reply.expected_on, reply.form = reasons, form.expected_on, form.form
        known = (await addresses_of(tx, appeal)).get(form.form, "")
        is_account = form.form is ReplyForm.TELEGRAM  # nobody types an account: it would be somebody else's
        reply.address = known if is_account else clean_line(form.address, 500) or known
        reply.enclosed_ids = [memo.id or 0 for memo in await with_files(tx, appeal.id or 0, form.enclosed_ids)]
        reply.version += 1
        await self._tell(tx, appeal)

    async def _tell(self, tx: AsyncSession, appeal: Appeal) -> None:
        await announce(tx, LiveKind.APPEAL, self._clock.now(), appeal_id=appeal.id or 0)

    async def _post(self, tx: AsyncSession, reply: Reply) -> int | None:
        now = self._clock.now()
        if reply.form == ReplyForm.TELEGRAM:
            return (await send_message(tx, self._outbox, reply, now)).id
        letter = await send_letter(tx, self._outbox, reply, now)
        return letter.id if letter else None


def _reasons_of(memos: Sequence[Memo]) -> str:
    return "\n\n".join(memo.reasons.strip() for memo in memos if memo.reasons.strip())
