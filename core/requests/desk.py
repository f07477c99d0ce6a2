"""Information requests to departments: prepared, sent, readdressed, reminded of, withdrawn (reg. 2.8.9, 4.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealFile
from core.appeals.numbering import next_number
from core.appeals.workflow import Move, locked_appeal, make_move
from core.audit.trail import record
from core.calendar import CalendarOf, WorkCalendar
from core.clock import MOSCOW, Clock
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.departments.addressing import Addressee, Roster, who_answers
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Invalid, NotFound
from core.files import StoredFile
from core.links.desk import end_links
from core.requests.addressees import address, asked_among, now_answering
from core.requests.checks import QUESTION_LIMIT, checked_key, checked_question, outsider
from core.requests.following import follow
from core.requests.memos import MemoForm
from core.requests.model import InformationRequest, Memo
from core.requests.reading import RequestReading
from core.requests.receiving import Receiving
from core.requests.states import AWAITED, NobodyAnswers, locked_request, made_before, must_be, set_status, status_by_requests
from core.requests.writing import REMINDER, REQUEST, WITHDRAWN, CaseSheet, Secretary, TemplateOf, due_of
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from core.table import insert_rows
from core.tasks.raising import HEAD, finish_tasks, raise_task
from core.typist import Typist
from core.vocabulary import AppealStatus, LinkPurpose, RequestStatus, TaskKind
from core.words import say
from db.transactions import Transactions


class _SentBefore(Exception):  # no error: the same press of a button gives the same requests
    """A request with this key is there: what was begun is rolled back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPreview:
    """A request as it would be sent now; ``addressee`` None: it would go to the head's list. The number is given on sending."""

    department: str
    department_name: str
    addressee: Addressee | None
    due_on: date
    document: bytes
    html: str


class RequestDesk:
    """Use cases of information requests and of the notes that answer them."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        outbox: Outbox,
        typist: Typist,
        calendar_of: CalendarOf,
        template_of: TemplateOf,
        public_url: str,
        centre_phone: str = "",
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of
        self._secretary = Secretary(
            outbox=outbox, typist=typist, template_of=template_of, public_url=public_url, centre_phone=centre_phone
        )
        self._receiving = Receiving(transactions=transactions, clock=clock)
        reading = RequestReading(transactions=transactions, clock=clock)
        self.of_appeal, self.document, self.memo_file = reading.of_appeal, reading.document, reading.memo_file
        self.page, self.answer, self.confirm_memo = self._receiving.page, self._receiving.answer, self._receiving.confirm
        self.receive_memo_in, self.follow = self._receiving.receive_in, follow

    async def preview(self, asker: Asker, appeal_id: int, departments: Sequence[str], question: str) -> Sequence[RequestPreview]:
        """What would be sent to whom; nothing is kept. Raises NotAllowed, NotFound, Invalid (departments, question, template)."""
        asker.must(Ability.WORK_CASE)
        question = checked_question(question, departments)
        made = []
        async with self._transactions.begin() as tx:
            appeal = await tx.get(Appeal, appeal_id)
            if appeal is None:
                raise NotFound("no such appeal")
            asked, roster = await asked_among(tx, self._clock.today(), departments)
            sheet = await self._secretary.sheet(tx, appeal)
            calendar = await self._calendar_of(tx)
            for key in asked:
                request = self._draft(appeal, key, question, calendar)
                await address(tx, request, addressee := roster.of_department(key))
                document = await self._secretary.document(tx, appeal, request, sheet, asker.full_name)
                name, due_on = asked[key].name, request.due_on
                made.append(
                    RequestPreview(
                        department=key, department_name=name, addressee=addressee, due_on=due_on, document=document, html=""
                    )
                )
        return [replace(one, html=await self._secretary.page(one.document)) for one in made]

    async def send(
        self, asker: Asker, appeal_id: int, departments: Sequence[str], question: str, *, version: int, client_key: str
    ) -> Sequence[InformationRequest]:
        """Number a request for each department and send it to its liaison or the substitute (4.4), or to the head's list.

        The same ``client_key`` gives the same requests. Raises NotAllowed, NotFound, VersionConflict, MoveNotPermitted, Invalid
        (fields: departments, question, client_key, template).
        """
        asker.must(Ability.WORK_CASE)
        question = checked_question(question, departments)
        keys = {f"{appeal_id}:{checked_key(client_key)}:{department}": department for department in departments}
        try:
            return await self._send(asker, appeal_id, keys, question, version)
        except _SentBefore:
            async with self._transactions.begin() as tx:
                return await made_before(tx, keys)

    async def _send(
        self, asker: Asker, appeal_id: int, keys: Mapping[str, str], question: str, version: int
    ) -> Sequence[InformationRequest]:
        """One request for each of ``keys``, to the department of the key; raises _SentBefore when one of them was used."""
        async with self._transactions.begin() as tx:
            appeal = await locked_appeal(tx, appeal_id)
            if appeal.version != version:
                if await made_before(tx, keys):
                    raise _SentBefore
                await locked_appeal(tx, appeal_id, version)
            (_, roster), calendar = await asked_among(tx, self._clock.today(), list(keys.values())), await self._calendar_of(tx)
            sheet = await self._secretary.sheet(tx, appeal)
            drafts = [self._draft(appeal, department, question, calendar, key) for key, department in keys.items()]
            await finish_tasks(tx, self._clock.now(), appeal_id=appeal_id, kinds=(TaskKind.REQUEST_DUE,), staff_id=asker.id)
            await end_draft(tx, asker.id, DraftKind.REQUEST, appeal_id, self._clock.now())
            return [await self._send_one(tx, asker, appeal, request, roster, sheet) for request in drafts]

    async def readdress(
        self,
        asker: Asker,
        request_id: int,
        *,
        client_key: str,
        liaison_id: int | None = None,
        name: str = "",
        position: str = "",
        email: str = "",
    ) -> InformationRequest:
        """Send a request to another liaison (or their substitute), or to a person by name and e-mail; the old link ends.

        Raises NotAllowed, NotFound, RequestNotOpen, Invalid (fields: liaison_id, name, email, client_key).
        """
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        key = f"readdress:{request_id}:{checked_key(client_key)}"
        async with self._transactions.begin() as tx:
            appeal, request = await locked_request(tx, request_id)
            if (await tx.exec(select(Delivery.id).where(col(Delivery.key) == key))).first() is not None:
                return request
            must_be(request, *AWAITED)
            chosen = await who_answers(tx, liaison_id, self._clock.today()) if liaison_id else outsider(name, position, email)
            if chosen is None:
                raise Invalid("nobody answers there", fields={"liaison_id": "nobody_answers"})
            await end_links(tx, LinkPurpose.REQUEST, request_id, now)
            before = request.addressee_email
            await address(tx, request, chosen)
            papers = await self._put_on_paper(tx, asker, appeal, request, await self._secretary.sheet(tx, appeal))
            await insert_rows(tx, *papers)
            await self._hand_over(tx, asker, appeal, request, key)
            done = (TaskKind.REQUEST_UNADDRESSED, TaskKind.DELIVERY_FAILED)
            await finish_tasks(tx, now, request_id=request_id, kinds=done, staff_id=asker.id)
            changed = request.addressee_email != before
            await record(tx, now, "request.readdressed", f"request:{request_id}", staff_id=asker.id, changed=changed)
            return request

    async def withdraw(self, asker: Asker, request_id: int, reason: str) -> InformationRequest:
        """The department need not answer any more, and is told. Raises NotAllowed, NotFound, RequestNotOpen, Invalid (reason)."""
        asker.must(Ability.WORK_CASE)
        reason, now = clean_text(reason).strip(), self._clock.now()
        if not reason or len(reason) > QUESTION_LIMIT:
            raise Invalid("withdrawn without a reason", fields={"reason": "string_too_long" if reason else "missing"})
        async with self._transactions.begin() as tx:
            appeal, request = await locked_request(tx, request_id)
            await end_draft(tx, asker.id, DraftKind.WITHDRAWAL, request_id, now)
            if request.status == RequestStatus.WITHDRAWN:
                return request
            must_be(request, *AWAITED)
            if request.addressee_email:
                key = f"withdrawn:{request_id}"
                await self._secretary.write(tx, request, WITHDRAWN, now, key=key, copy_to=request.copy_to, reason=reason)
            set_status(request, RequestStatus.WITHDRAWN, now)
            await tx.flush()
            await end_links(tx, LinkPurpose.REQUEST, request_id, now)
            await finish_tasks(tx, now, request_id=request_id, staff_id=asker.id)
            await record(tx, now, "request.withdrawn", f"request:{request_id}", staff_id=asker.id)
            if appeal.status == AppealStatus.REQUESTED:
                to, details = await status_by_requests(tx, appeal.id or 0), {"withdrawn": request_id, "number": request.number}
                await make_move(tx, appeal, Move.WITHDRAW, now, staff_id=asker.id, note=reason, to=to, details=details)
            return request

    async def remind(self, asker: Asker, request_id: int, *, client_key: str) -> bool:
        """Remind whoever answers today; False when the same ``client_key`` did.

        Raises NotAllowed, NotFound, RequestNotOpen, NobodyAnswers.
        """
        asker.must(Ability.WORK_CASE)
        key = f"remind:{request_id}:{checked_key(client_key)}"
        async with self._transactions.begin() as tx:
            _, request = await locked_request(tx, request_id)
            must_be(request, RequestStatus.SENT)
            if await now_answering(tx, request, self._clock.today()) is None:
                raise NobodyAnswers(department=request.department)
            wrote = await self.remind_in(tx, request, key=key, overdue=self._clock.today() > request.due_on)
            if wrote:
                await record(tx, self._clock.now(), "request.reminded", f"request:{request_id}", staff_id=asker.id)
            return wrote

    async def remind_in(self, tx: AsyncSession, request: InformationRequest, *, key: str, overdue: bool) -> bool:
        """Write a reminder in the caller's transaction, for the timetable; False when ``key`` was used or nobody is there."""
        if (await tx.exec(select(Delivery.id).where(col(Delivery.key) == key))).first() is not None:
            return False
        to = await now_answering(tx, request, self._clock.today())
        if to is None:
            return False
        about = {"addressee_name": to.full_name, "stands_in_for": to.stands_in_for_name, "overdue": "yes" if overdue else ""}
        wrote = await self._secretary.write(
            tx, request, REMINDER, self._clock.now(), key=key, email=to.email, copy_to=to.copy_to, **about
        )
        return wrote is not None

    async def receive_memo(
        self, request_id: int, form: MemoForm, *, came_by: str, asker: Asker | None, client_key: str = ""
    ) -> Memo:
        """Keep a department's official note (core.requests.receiving)."""
        return await self._receiving.receive(request_id, form, came_by=came_by, asker=asker, client_key=client_key)

    def _draft(
        self, appeal: Appeal, department: str, question: str, calendar: WorkCalendar, client_key: str | None = None
    ) -> InformationRequest:
        return InformationRequest(
            appeal_id=appeal.id or 0,
            department=department,
            number=say("requests.number_later"),
            question=question,
            status=RequestStatus.DRAFT,
            due_on=due_of(appeal.answer_by, self._clock.today(), calendar),
            prepared_at=self._clock.now(),
            client_key=client_key,
        )

    async def _send_one(
        self, tx: AsyncSession, asker: Asker, appeal: Appeal, request: InformationRequest, roster: Roster, sheet: CaseSheet
    ) -> InformationRequest:
        now = self._clock.now()
        await address(tx, request, roster.of_department(request.department))
        _, request.number = await next_number(tx, say("requests.journal"), now.astimezone(MOSCOW).year)
        await insert_rows(tx, *await self._put_on_paper(tx, asker, appeal, request, sheet), request, unless_same="client_key")
        if request.id is None:  # somebody who saw the newest card repeats an earlier press
            raise _SentBefore
        details = {"request_id": request.id, "number": request.number, "department": request.department, "to": request.liaison_id}
        details["stands_in_for"] = request.stands_in_for_id
        await make_move(tx, appeal, Move.REQUEST, now, staff_id=asker.id, details=details)
        await self._hand_over(tx, asker, appeal, request, f"request:{request.id}")
        return request

    async def _put_on_paper(
        self, tx: AsyncSession, asker: Asker, appeal: Appeal, request: InformationRequest, sheet: CaseSheet
    ) -> tuple[StoredFile, AppealFile]:
        """Type the form; the request counts as sent, or waits for the head. Gives the rows that keep the form."""
        now = self._clock.now()
        document = await self._secretary.document(tx, appeal, request, sheet, asker.full_name)
        papers = self._secretary.filed(request, document, now, asker.id)
        request.sent_by_id, request.delivery = asker.id, ""
        set_status(request, RequestStatus.SENT if request.addressee_email else RequestStatus.UNADDRESSED, now)
        request.sent_at = now if request.addressee_email else request.sent_at
        return papers

    async def _hand_over(self, tx: AsyncSession, asker: Asker, appeal: Appeal, request: InformationRequest, key: str) -> None:
        """Send the paper or put it on the head's list: never nowhere."""
        now = self._clock.now()
        if request.addressee_email:
            await self._secretary.write(tx, request, REQUEST, now, key=key, copy_to=request.copy_to, sender_name=asker.full_name)
            return
        about = {"appeal_id": appeal.id, "request_id": request.id}
        kind, task = TaskKind.REQUEST_UNADDRESSED, f"unaddressed:{request.id}"
        await raise_task(tx, kind, now, key=task, for_role=HEAD, due_on=request.due_on, department=request.department, **about)
