"""Replies to applicants: drafted, edited, previewed, sent in the form they prefer, followed to their end (reg. 2.8.8, 2.8.10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import VersionConflict, locked_appeal
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.calendar import CalendarOf
from core.calls.dropping import drop_calls
from core.clock import Clock
from core.deliveries.desk import Ended
from core.deliveries.outbox import Outbox
from core.errors import Conflict, NotFound
from core.files import StoredFile, load_file
from core.replies.addresses import addresses_of, next_form
from core.replies.checks import must_be_complete, must_permit
from core.replies.composing import compose, memos_of, recomposed, written
from core.replies.leaving import fail, leave
from core.replies.model import Reply
from core.replies.posting import ask_for_call, printed_of, put_to_print, send_letter, send_message
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line, clean_text
from core.tasks.raising import finish_tasks
from core.typist import Typist
from core.vocabulary import DeliveryState, ReplyForm, ReplyKind, ReplyState
from db.transactions import Transactions

EDITABLE = (ReplyState.DRAFT, ReplyState.FAILED)


class ReplyLeft(Conflict):
    """The reply is on its way already, or was dropped; ``facts['state']`` says which."""

    code = "reply_left"


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
    """A reply as an operator typed it."""

    subject: str
    body: str
    form: ReplyForm
    address: str = ""
    reasons: str = ""
    expected_on: date | None = None


class ReplyDesk:
    """What the staff do with replies; ``follow`` hears how their deliveries ended."""

    def __init__(
        self, *, transactions: Transactions, clock: Clock, outbox: Outbox, typist: Typist, calendar_of: CalendarOf
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._outbox = outbox
        self._typist = typist
        self._calendar_of = calendar_of

    async def draft(self, asker: Asker, appeal_id: int, what: ReplyDraft) -> Reply:
        """A draft in official style from the facts of the case and the departments' notes; raises NotFound, MoveNotPermitted."""
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            appeal = await locked_appeal(tx, appeal_id)
            known = select(Reply).where(Reply.client_key == what.client_key)
            if what.client_key and (kept := (await tx.exec(known)).first()) is not None:
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
            appeal, reply = await self._locked(tx, reply_id, version)
            await self._write(tx, appeal, reply, form)
            return reply

    async def preview(self, asker: Asker, reply_id: int) -> bytes:
        """The page that the post would carry, as PDF."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            reply = await tx.get(Reply, reply_id)
            if reply is None:
                raise NotFound("no such reply")
            appeal = await tx.get_one(Appeal, reply.appeal_id)
            page = await printed_of(tx, appeal, reply, self._clock.today(), asker.full_name)
        return await self._typist.printable(page)

    async def send(self, asker: Asker, reply_id: int, version: int) -> Reply:
        """Send a draft, or one that failed, in its form.

        Raises NotFound, VersionConflict, ReplyLeft, MoveNotPermitted, Invalid (fields: body, address, reasons, expected_on, form).
        """
        asker.must(Ability.WORK_CASE)
        page = await self.preview(asker, reply_id) if await self._is_for_post(reply_id) else b""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            appeal, reply = await self._locked(tx, reply_id, version)
            must_permit(appeal, ReplyKind(reply.kind))
            must_be_complete(reply, self._clock.today())
            reply.sent_by_id, reply.error = asker.id, ""
            reply.version += 1
            await finish_tasks(tx, now, reply_id=reply_id, staff_id=asker.id)
            calendar = await self._calendar_of(tx)
            today = self._clock.today()
            match ReplyForm(reply.form):
                case ReplyForm.PHONE:
                    reply.state = ReplyState.CALLING
                    await ask_for_call(tx, reply, now, today)
                    await self._tell(tx, appeal)
                case ReplyForm.POST:
                    await put_to_print(tx, appeal, reply, page, now)
                    await self._tell(tx, appeal)
                case _:
                    sent = await self._post(tx, appeal, reply)
                    reply.delivery_id, reply.state, reply.sent_at = sent, ReplyState.SENDING, now
                    await leave(tx, appeal, reply, now, staff_id=asker.id, call_on=calendar.next_working(today))
            return reply

    async def mark_posted(self, asker: Asker, reply_id: int) -> Reply:
        """The printed page was given to the post: the reply has left. Raises NotFound, ReplyLeft, MoveNotPermitted."""
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            appeal, reply = await self._locked(tx, reply_id, None, states=(ReplyState.TO_PRINT,))
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
            appeal, reply = await self._locked(tx, reply_id, version, states=droppable)
            reply.state = ReplyState.DROPPED
            reply.version += 1
            await drop_calls(tx, appeal.id or 0, now, reply_id=reply_id)
            await finish_tasks(tx, now, reply_id=reply_id, staff_id=asker.id)
            await record(tx, now, "reply.drop", f"reply:{reply_id}", staff_id=asker.id, appeal_id=appeal.id)
            await self._tell(tx, appeal)

    async def of_appeal(self, asker: Asker, appeal_id: int) -> Sequence[Reply]:
        """The replies of a card that were not dropped, oldest first."""
        asker.must(Ability.READ_INBOX)
        kept = select(Reply).where(Reply.appeal_id == appeal_id, Reply.state != ReplyState.DROPPED)
        async with self._transactions.begin() as tx:
            return (await tx.exec(kept.order_by(col(Reply.id)))).all()

    async def document(self, asker: Asker, reply_id: int) -> StoredFile:
        """The page that was put to print; raises NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            reply = await tx.get(Reply, reply_id)
            if reply is None or not reply.document_key:
                raise NotFound("no such document")
            return await load_file(tx, reply.document_key)

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
        addresses = await addresses_of(tx, appeal)
        form = what.form or next_form(addresses, appeal.reply_form, ()) or ReplyForm(appeal.reply_form)
        memos = await memos_of(tx, appeal.id or 0, what.memo_ids)
        name = asker.full_name if asker else ""
        reasons = clean_text(what.reasons).strip() or "\n\n".join(memo.reasons.strip() for memo in memos if memo.reasons.strip())
        letter = await compose(
            tx,
            self._typist,
            appeal,
            what.kind,
            memos=memos,
            reasons=reasons,
            expected_on=what.expected_on,
            operator=name,
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
        tx.add(reply)
        await tx.flush()
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
        reply.version += 1
        await self._tell(tx, appeal)

    async def _tell(self, tx: AsyncSession, appeal: Appeal) -> None:
        await announce(tx, LiveKind.APPEAL, self._clock.now(), appeal_id=appeal.id or 0)

    async def _post(self, tx: AsyncSession, appeal: Appeal, reply: Reply) -> int | None:
        now = self._clock.now()
        if reply.form == ReplyForm.TELEGRAM:
            return (await send_message(tx, self._outbox, appeal, reply, now)).id
        letter = await send_letter(tx, self._outbox, reply, now)
        return letter.id if letter else None

    async def _is_for_post(self, reply_id: int) -> bool:
        async with self._transactions.begin() as tx:
            return (await tx.exec(select(Reply.form).where(Reply.id == reply_id))).first() == ReplyForm.POST

    async def _locked(
        self, tx: AsyncSession, reply_id: int, version: int | None, states: Sequence[ReplyState] = EDITABLE
    ) -> tuple[Appeal, Reply]:
        appeal_id = (await tx.exec(select(Reply.appeal_id).where(Reply.id == reply_id))).first()
        if appeal_id is None:
            raise NotFound("no such reply")
        appeal = await locked_appeal(tx, appeal_id)
        reply = await tx.get_one(Reply, reply_id, with_for_update=True, populate_existing=True)
        if reply.state not in states:
            raise ReplyLeft(state=reply.state)
        if version is not None and reply.version != version:
            raise VersionConflict("the reply was changed", version=reply.version, changed=[])
        return appeal, reply
