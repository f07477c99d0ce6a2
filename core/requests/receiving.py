"""A department answers: by an upload of the operator, by its one-time link, by mail (reg. 2.8.10)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealFile
from core.appeals.workflow import OPEN, Move, make_move
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.clock import MOSCOW, Clock
from core.departments.model import Department
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Invalid, NotFound
from core.files import store_file
from core.links.desk import open_link, use_link, use_links
from core.requests.memos import MemoForm, ReadMemo, read_memo
from core.requests.model import InformationRequest, Memo
from core.requests.states import AWAITED, locked_request, must_be, set_status, status_by_requests
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line
from core.tasks.raising import finish_tasks, raise_task
from core.vocabulary import AppealStatus, LinkPurpose, MemoOutcome, RequestStatus, TaskKind
from db.transactions import Transactions

UPLOAD, LINK, MAIL = "upload", "link", "mail"
"""How a note came."""
ENDED_BY_MEMO = (
    TaskKind.REQUEST_UNANSWERED,
    TaskKind.ESCALATED,
    TaskKind.REQUEST_UNADDRESSED,
    TaskKind.DEPARTMENT_CANNOT,
    TaskKind.DELIVERY_FAILED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """What a department sees behind its link: what is asked and by when. Who the applicant is stays in the letter (2.10)."""

    number: str
    dated: date
    department_name: str
    addressee_name: str
    appeal_number: str
    appeal_text: str
    address: str
    topic: str
    question: str
    due_on: date
    is_late: bool


class Receiving:
    """Takes official notes in."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def receive(self, request_id: int, form: MemoForm, *, came_by: str, asker: Asker | None, client_key: str = "") -> Memo:
        """Keep a note; after a "cannot" an answer is still taken.

        Raises NotFound, RequestNotOpen, Invalid (fields: number, dated_on, signed_by, reasons, file).
        """
        if asker is not None:
            asker.must(Ability.WORK_CASE)
        read = await read_memo(form, self._clock.today())
        async with self._transactions.begin() as tx:
            memo = await self.receive_in(tx, request_id, read, came_by=came_by, asker=asker, client_key=client_key)
            if asker is not None:
                await end_draft(tx, asker.id, DraftKind.MEMO, memo.appeal_id, self._clock.now())
            return memo

    async def receive_in(
        self, tx: AsyncSession, request_id: int, read: ReadMemo, *, came_by: str, asker: Asker | None, client_key: str = ""
    ) -> Memo:
        """Keep a note that was read already, in the caller's transaction; raises NotFound, RequestNotOpen, Invalid (dated_on).

        What nobody of the staff brought is a draft: its number, day and signatory are what a machine found.
        """
        appeal, request = await locked_request(tx, request_id)
        key = f"{request_id}:{client_key}"[:120] if client_key else None
        known = (await tx.exec(select(Memo).where(Memo.client_key == key))).first() if key else None
        if known is not None:
            return known
        must_be(request, *AWAITED, RequestStatus.CANNOT)
        memo = _memo(request, read, self._clock.now(), came_by, asker)
        memo.client_key, memo.is_draft = key, asker is None
        await self._keep(tx, appeal, request, memo, read)
        await use_links(tx, LinkPurpose.REQUEST, request_id, self._clock.now())
        return memo

    async def confirm(self, asker: Asker, memo_id: int, *, number: str, dated_on: date, signed_by: str) -> Memo:
        """An operator has looked at a note that came by mail: it is a draft no more.

        Raises NotAllowed, NotFound, Invalid (fields: number, dated_on, signed_by).
        """
        asker.must(Ability.WORK_CASE)
        number, signed_by = clean_line(number, 64), clean_line(signed_by)
        fields = {name: "missing" for name, value in (("number", number), ("signed_by", signed_by)) if not value}
        if dated_on > self._clock.today():
            fields["dated_on"] = "in_the_future"
        if fields:
            raise Invalid("the note cannot be kept so", fields=fields)
        async with self._transactions.begin() as tx:
            memo = await tx.get(Memo, memo_id, with_for_update=True)
            if memo is None:
                raise NotFound("no such note")
            memo.number, memo.dated_on, memo.signed_by, memo.is_draft = number, dated_on, signed_by, False
            await record(tx, self._clock.now(), "memo.confirmed", f"memo:{memo_id}", staff_id=asker.id)
            await announce(tx, LiveKind.APPEAL, self._clock.now(), appeal_id=memo.appeal_id)
            return memo

    async def page(self, token: str) -> RequestPage:
        """The page of a link. Raises NotFound, LinkUsed, LinkExpired."""
        async with self._transactions.begin() as tx:
            link = await open_link(tx, token, self._clock.now(), LinkPurpose.REQUEST)
            request = await tx.get_one(InformationRequest, link.subject_id)
            appeal = await tx.get_one(Appeal, request.appeal_id)
            department = await tx.get_one(Department, request.department)
            return RequestPage(
                number=request.number,
                dated=request.prepared_at.astimezone(MOSCOW).date(),
                department_name=department.name,
                addressee_name=request.addressee_name,
                appeal_number=appeal.registration_number,
                appeal_text=appeal.text,
                address=appeal.address,
                topic=appeal.topic,
                question=request.question,
                due_on=request.due_on,
                is_late=self._clock.today() > request.due_on,
            )

    async def answer(self, token: str, form: MemoForm) -> Memo:
        """A department answers by its link, which is used up by it.

        Raises what ``page`` and ``receive`` raise. The link is looked at before the file is opened: strangers cost nothing.
        """
        async with self._transactions.begin() as tx:
            request_id = (await open_link(tx, token, self._clock.now(), LinkPurpose.REQUEST)).subject_id
        read = await read_memo(form, self._clock.today())
        async with self._transactions.begin() as tx:
            appeal, request = await locked_request(tx, request_id)
            link = await open_link(tx, token, self._clock.now(), LinkPurpose.REQUEST)
            must_be(request, *AWAITED)
            memo = _memo(request, read, self._clock.now(), LINK)
            await self._keep(tx, appeal, request, memo, read)
            await use_link(tx, link, self._clock.now())
            return memo

    async def _keep(self, tx: AsyncSession, appeal: Appeal, request: InformationRequest, memo: Memo, read: ReadMemo) -> None:
        if read.dated_on < request.prepared_at.astimezone(MOSCOW).date():
            raise Invalid("older than the request", fields={"dated_on": "before_request"})
        now = memo.received_at
        if read.file is not None:
            memo.file_key = await store_file(tx, read.file.content, read.media_type, now)
            tx.add(_file(memo, len(read.file.content)))
        tx.add(memo)
        set_status(request, RequestStatus(read.outcome.value), now)
        await tx.flush()
        await finish_tasks(tx, now, request_id=request.id, kinds=ENDED_BY_MEMO, staff_id=memo.received_by_id)
        await self._put_on_card(tx, appeal, request, memo)
        kind = TaskKind.MEMO_RECEIVED if read.outcome is MemoOutcome.ANSWERED else TaskKind.DEPARTMENT_CANNOT
        await raise_task(
            tx,
            kind,
            now,
            key=f"memo:{memo.id}",
            appeal_id=appeal.id,
            request_id=request.id,
            department=request.department,
            assignee_id=appeal.assignee_id,
            due_on=appeal.answer_by,
            memo=memo.id,
        )

    async def _put_on_card(self, tx: AsyncSession, appeal: Appeal, request: InformationRequest, memo: Memo) -> None:
        """A note that comes while the applicant is asked, or after the reply, is kept as a file of the card."""
        details = {"request_id": request.id, "memo_id": memo.id, "number": memo.number, "outcome": memo.outcome}
        status = AppealStatus(appeal.status)
        waits = status in OPEN and status is not AppealStatus.CLARIFYING
        move, to = (Move.RECEIVE, await status_by_requests(tx, appeal.id or 0)) if waits else (Move.FILE, None)
        await make_move(tx, appeal, move, memo.received_at, staff_id=memo.received_by_id, note=memo.reasons, to=to, details=details)


def _memo(request: InformationRequest, read: ReadMemo, now: datetime, came_by: str, asker: Asker | None = None) -> Memo:
    return Memo(
        request_id=request.id or 0,
        appeal_id=request.appeal_id,
        number=read.number,
        dated_on=read.dated_on,
        signed_by=read.signed_by,
        outcome=read.outcome,
        reasons=read.reasons,
        file_name=read.file.file_name if read.file else "",
        media_type=read.media_type,
        text=read.text,
        text_state=read.text_state,
        came_by=came_by,
        received_at=now,
        received_by_id=asker.id if asker else None,
    )


def _file(memo: Memo, size: int) -> AppealFile:
    return AppealFile(
        appeal_id=memo.appeal_id,
        kind="memo",
        file_name=memo.file_name,
        media_type=memo.media_type,
        size=size,
        storage_key=memo.file_key,
        added_by_id=memo.received_by_id,
        added_at=memo.received_at,
    )
