"""What the staff do with mails: read them as they came, look at what was put aside, take a department's answer (2.6, 2.8.10)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.readings import Readings
from core.audit.trail import record
from core.clock import Clock
from core.conversations.reading import INFECTED
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, NotAllowed, NotFound
from core.files import StoredFile, load_file
from core.mail.drafting import CardDraft, draft_of
from core.mail.keeping import content_of, parts_of
from core.mail.model import Mail, MailAddress, Mailbox, MailPart
from core.mail.port import MailKind
from core.mail.routing import Router
from core.mail.vocabulary import MailState, Place
from core.mail.writing import MailWriting
from core.requests.desk import RequestDesk
from core.requests.memos import MemoFile, MemoForm
from core.requests.model import Memo
from core.requests.receiving import MAIL
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.tasks.raising import finish_tasks
from core.vocabulary import MemoOutcome, TaskKind
from db.transactions import Transactions

PAGE = 50
HEADERS_LIMIT = 64 * 1024
PROPOSED = (TaskKind.DEPARTMENT_CANNOT, TaskKind.DEPARTMENT_WROTE)
"""Tasks that end when the answer is taken."""
_STATE = text(
    "INSERT INTO mailbox (name, uid_validity, last_uid, phase, phase_since, seen_at, trouble, trouble_at)"
    " VALUES (:name, 0, 0, :phase, :since, :now, :trouble, :trouble_at) ON CONFLICT (name) DO UPDATE SET phase = EXCLUDED.phase,"
    " phase_since = EXCLUDED.phase_since, seen_at = EXCLUDED.seen_at, trouble = EXCLUDED.trouble, trouble_at = EXCLUDED.trouble_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailShown:
    """A mail with its files."""

    mail: Mail
    parts: Sequence[MailPart]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerForm:
    """A department's answer as an operator takes it from a mail; ``part`` is the number of the file that is the note."""

    outcome: MemoOutcome
    number: str
    dated_on: date | None
    signed_by: str
    reasons: str = ""
    part: int | None = None


class MailDesk:
    """Use cases of the mails that came in; ``writing`` begins letters."""

    def __init__(self, *, transactions: Transactions, clock: Clock, router: Router, requests: RequestDesk) -> None:
        self._transactions = transactions
        self._clock = clock
        self._readings = Readings()
        self._router = router
        self._requests = requests
        self.writing = MailWriting(transactions=transactions, clock=clock)

    def now(self) -> datetime:
        """The moment, for what is told of mailboxes."""
        return self._clock.now()

    async def mail(self, asker: Asker, mail_id: int) -> MailShown:
        """One mail; the reading is audited. Raises NotFound, NotAllowed."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            shown = MailShown(mail=await _existing(tx, mail_id), parts=await parts_of(tx, mail_id))
            await self._note(tx, asker, mail_id)
            return shown

    async def of_messages(self, asker: Asker, message_ids: Collection[int]) -> Mapping[int, MailShown]:
        """The mails behind these messages of a thread, by message."""
        asker.must(Ability.READ_INBOX)
        if not message_ids:
            return {}
        async with self._transactions.begin() as tx:
            wanted = select(Mail).where(col(Mail.message_id_of_thread).in_(message_ids))
            mails = (await tx.exec(wanted)).all()
            return {mail.message_id_of_thread or 0: MailShown(mail=mail, parts=await parts_of(tx, mail.id or 0)) for mail in mails}

    async def of_requests(self, asker: Asker, request_ids: Collection[int]) -> Sequence[MailShown]:
        """What departments wrote about these requests, oldest first."""
        asker.must(Ability.READ_INBOX)
        if not request_ids:
            return []
        async with self._transactions.begin() as tx:
            mails = (await tx.exec(select(Mail).where(col(Mail.request_id).in_(request_ids)).order_by(col(Mail.id)))).all()
            return [MailShown(mail=mail, parts=await parts_of(tx, mail.id or 0)) for mail in mails]

    async def other(
        self, asker: Asker, *, kinds: Collection[MailKind] = (), only_open: bool = False, before: int | None = None
    ) -> Sequence[Mail]:
        """Mail that is in no conversation, or that somebody should look at; newest first, 50 before the mail ``before``."""
        asker.must(Ability.READ_INBOX)
        aside = or_(col(Mail.came_to).in_([Place.ASIDE, Place.REPORT]), col(Mail.needs_look), Mail.state == MailState.FAILED)
        wanted = select(Mail).where(aside).order_by(col(Mail.id).desc()).limit(PAGE)
        if kinds:
            wanted = wanted.where(col(Mail.kind).in_([kind.value for kind in kinds]))
        if only_open:
            wanted = wanted.where(col(Mail.needs_look), col(Mail.looked_at).is_(None))
        if before is not None:
            wanted = wanted.where(col(Mail.id) < before)
        async with self._transactions.begin() as tx:
            return (await tx.exec(wanted)).all()

    async def looked(self, asker: Asker, mail_id: int) -> None:
        """Somebody has looked at it; raises NotFound, NotAllowed."""
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            await self._look(tx, asker, await _existing(tx, mail_id))

    async def is_human(self, asker: Asker, mail_id: int) -> Mail:
        """A mail that was put aside is a person's after all: it goes into their conversation, and is not acknowledged.

        Raises NotFound, NotAllowed, Conflict (it is in a conversation, or has no sender).
        """
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            mail = await _existing(tx, mail_id)
            if mail.conversation_id is not None or not mail.author:
                raise Conflict("there is no conversation to be made of it")
        await self._router.route_as_human(mail_id)
        async with self._transactions.begin() as tx:
            mail = await _existing(tx, mail_id)
            await self._look(tx, asker, mail)
            await record(tx, self._clock.now(), "mail.is_human", f"mail:{mail_id}", staff_id=asker.id, kind=mail.kind)
            return mail

    async def raw(self, asker: Asker, mail_id: int) -> StoredFile:
        """The mail as it came, for download; the audit trail names who had it.

        Raises NotFound, NotAllowed (a file in it is infected: it is given to nobody, as the file is).
        """
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            mail = await _existing(tx, mail_id)
            if any(INFECTED in part.warnings for part in await parts_of(tx, mail_id)):
                raise NotAllowed("a file of the mail is infected")
            await record(tx, self._clock.now(), "mail.downloaded", f"mail:{mail_id}", staff_id=asker.id)
            return await load_file(tx, mail.raw_key)

    async def headers(self, asker: Asker, mail_id: int) -> str:
        """The headers as they came, at most 64 kB; raises NotFound, NotAllowed."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            content = (await load_file(tx, (await _existing(tx, mail_id)).raw_key)).content
            await self._note(tx, asker, mail_id)
        head = content[:HEADERS_LIMIT].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        return head.decode("utf-8", "backslashreplace").replace("\x00", "")

    async def part(self, asker: Asker, mail_id: int, number: int) -> tuple[MailPart, bytes]:
        """A file of a mail. Raises NotFound, NotAllowed (it is infected, and given to nobody)."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            wanted = select(MailPart).where(MailPart.mail_id == mail_id, MailPart.number == number)
            found = (await tx.exec(wanted)).first()
            if found is None or not found.storage_key:
                raise NotFound("no such file")
            if INFECTED in found.warnings:
                raise NotAllowed("the file is infected")
            await self._note(tx, asker, mail_id)
            return found, await content_of(tx, found)

    async def draft_of(self, asker: Asker, conversation_id: int) -> CardDraft | None:
        """What a registration from the conversation could be filled with; None when its mails say nothing, or it was registered."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            newest = select(Mail).where(Mail.conversation_id == conversation_id, col(Mail.draft).is_not(None))
            mails = (await tx.exec(newest.order_by(col(Mail.id).desc()).limit(1))).all()
            if not mails or mails[0].draft is None:
                return None
            since = select(Appeal.id).where(
                Appeal.conversation_id == conversation_id, Appeal.registered_at >= (mails[0].routed_at or mails[0].received_at)
            )
            return None if (await tx.exec(since)).first() is not None else draft_of(mails[0].draft)

    async def take_answer(self, asker: Asker, mail_id: int, form: AnswerForm) -> Memo:
        """Make a department's mail its official note: an answer, or that it cannot, whose reasons are its words if none are given.

        Raises NotFound, NotAllowed, RequestNotOpen, Invalid (fields: number, dated_on, signed_by, reasons, file).
        """
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            mail = await _existing(tx, mail_id)
            if mail.request_id is None:
                raise NotFound("the mail answers no request")
            request_id = mail.request_id
        file = None
        if form.part is not None:
            part, content = await self.part(asker, mail_id, form.part)
            file = MemoFile(file_name=part.name, content=content)
        is_refusal = form.outcome is MemoOutcome.CANNOT
        note = MemoForm(
            number=form.number,
            dated_on=form.dated_on,
            signed_by=form.signed_by,
            outcome=form.outcome,
            reasons=form.reasons.strip() or (mail.reading.strip() if is_refusal else ""),
            file=file,
        )
        memo = await self._requests.receive_memo(request_id, note, came_by=MAIL, asker=asker, client_key=f"mail:{mail_id}")
        async with self._transactions.begin() as tx:
            mail = await _existing(tx, mail_id)
            mail.came_to = Place.MEMO
            await end_draft(tx, asker.id, DraftKind.MAIL_ANSWER, mail_id, self._clock.now())
            await self._look(tx, asker, mail)
            await finish_tasks(tx, self._clock.now(), request_id=request_id, kinds=(TaskKind.DEPARTMENT_WROTE,), staff_id=asker.id)
        return memo

    async def mailboxes(self, asker: Asker) -> Sequence[Mailbox]:
        """The mailboxes and how their watchers fare, by name."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            return (await tx.exec(select(Mailbox).order_by(col(Mailbox.name)))).all()

    async def bounced(self, asker: Asker, addresses: Collection[str]) -> Mapping[str, MailAddress]:
        """What is known of these addresses' bounces; those that had none are left out."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            wanted = select(MailAddress).where(col(MailAddress.address_mark).in_(list(addresses)))
            return {one.address: one for one in (await tx.exec(wanted)).all() if one.hard or one.soft}

    async def note_mailbox(
        self, name: str, phase: str, since: datetime, *, trouble: str = "", trouble_at: datetime | None = None
    ) -> None:
        """A watcher tells how it fares."""
        now = self._clock.now()
        values = {"name": name, "phase": phase, "since": since, "now": now, "trouble": trouble[:64], "trouble_at": trouble_at}
        async with self._transactions.begin() as tx:
            await tx.execute(_STATE, values)

    async def _note(self, tx: AsyncSession, asker: Asker, mail_id: int) -> None:
        now, subject = self._clock.now(), f"mail:{mail_id}"
        if self._readings.is_new(asker.id, subject, now):
            await record(tx, now, "mail.read", subject, staff_id=asker.id)

    async def _look(self, tx: AsyncSession, asker: Asker, mail: Mail) -> None:
        if mail.looked_at is None:
            mail.looked_at, mail.looked_by_id = self._clock.now(), asker.id


async def _existing(tx: AsyncSession, mail_id: int) -> Mail:
    mail = await tx.get(Mail, mail_id, populate_existing=True)
    if mail is None:
        raise NotFound("no such mail")
    return mail
