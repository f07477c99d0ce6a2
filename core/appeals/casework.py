"""What the staff do with a card between its registration and its closing (reg. 2.8.5-2.8.10)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.addresses import address_key
from core.appeals.model import Appeal, AppealFile
from core.appeals.registering import due_on, reply_address
from core.appeals.workflow import Move, locked_appeal, make_move
from core.calendar import CalendarOf
from core.calls.dropping import drop_calls
from core.clock import MOSCOW, Clock
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Invalid, NotFound
from core.files import store_file
from core.people.desk import card_of
from core.requests.states import status_by_requests
from core.staff.abilities import ABILITIES, Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_file_name, clean_line, clean_text
from core.staff.model import StaffMember
from core.staff.uploads import check
from core.tasks.raising import finish_tasks
from core.vocabulary import AppealStatus, ReplyForm, TaskKind, Urgency
from db.transactions import Transactions

TERM_TASKS = (TaskKind.DUE_SOON, TaskKind.OVERDUE, TaskKind.INTERIM_NEEDED)
"""Alarms of a term; a new term ends them."""
BULK_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEdit:
    """A card as an operator typed it anew."""

    text: str
    topic: str
    address: str
    urgency: Urgency
    reply_form: ReplyForm
    reply_to: str


class CaseDesk:
    """Edits, assignment, clarification, forwarding, reopening and files of cards."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of

    async def edit(self, asker: Asker, appeal_id: int, form: CaseEdit, version: int) -> Appeal:
        """Save a card; another urgency is another term, counted from the registration (2.8.7).

        Raises NotFound, VersionConflict with what was changed meanwhile, MoveNotPermitted, Invalid (fields: text, reply_to).
        """
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            appeal = await locked_appeal(tx, appeal_id, version)
            await end_draft(tx, asker.id, DraftKind.EDIT, appeal_id, self._clock.now())
            before = _editable(appeal)
            after = await _clean(tx, appeal, form)
            changed = sorted(name for name, value in after.items() if before[name] != value)
            if not changed:
                return appeal
            for name in changed:
                setattr(appeal, name, after[name])
            appeal.address_key = address_key(appeal.address)
            if "urgency" in changed:
                await self._count_anew(tx, appeal, _day(appeal.registered_at))
            details = {"changed": changed, "before": {name: before[name] for name in changed}}
            await make_move(tx, appeal, Move.EDIT, self._clock.now(), staff_id=asker.id, details=details)
            return appeal

    async def assign(self, asker: Asker, appeal_ids: Sequence[int], assignee_id: int | None) -> int:
        """Give cards to a colleague, or to nobody; oneself may always take a card that is nobody's. Gives how many changed hands.

        Raises NotAllowed, NotFound for an unknown card or colleague, Invalid for more than 200 cards, MoveNotPermitted.
        """
        asker.must(Ability.WORK_CASE)
        if len(appeal_ids) > BULK_LIMIT:
            raise Invalid("too many cards at once", fields={"appeal_ids": "too_many"})
        now, moved = self._clock.now(), 0
        async with self._transactions.begin() as tx:
            if assignee_id is not None:
                await _must_work(tx, assignee_id)
            for appeal_id in sorted(set(appeal_ids)):  # in one order everywhere: two bulk deeds never wait for each other
                appeal = await locked_appeal(tx, appeal_id)
                if appeal.assignee_id == assignee_id:
                    continue
                if assignee_id != asker.id or appeal.assignee_id is not None:
                    asker.must(Ability.ASSIGN)
                details = {"assignee_id": assignee_id, "before": appeal.assignee_id}
                appeal.assignee_id = assignee_id
                await make_move(tx, appeal, Move.ASSIGN, now, staff_id=asker.id, details=details)
                moved += 1
        return moved

    async def clarified(self, asker: Asker, appeal_id: int, note: str, version: int) -> Appeal:
        """What the applicant was asked is known now: the card goes on where its requests put it."""
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            appeal = await locked_appeal(tx, appeal_id, version)
            await end_draft(tx, asker.id, DraftKind.CLARIFIED, appeal_id, now)
            to = await status_by_requests(tx, appeal_id)
            if to is AppealStatus.REGISTERED and appeal.status_before == AppealStatus.FORWARDED:
                to = AppealStatus.FORWARDED
            await make_move(tx, appeal, Move.CLARIFIED, now, staff_id=asker.id, note=clean_text(note).strip(), to=to)
            await finish_tasks(tx, now, appeal_id=appeal_id, kinds=(TaskKind.APPLICANT_ANSWERED,), staff_id=asker.id)
            return appeal

    async def forward(self, asker: Asker, appeal_id: int, addressee: str, note: str, version: int) -> Appeal:
        """The appeal went to somebody whose business it is; the applicant still gets a reply. Raises Invalid (addressee)."""
        asker.must(Ability.WORK_CASE)
        addressee = clean_line(addressee, 300)
        if not addressee:
            raise Invalid("forwarded to nobody", fields={"addressee": "missing"})
        async with self._transactions.begin() as tx:
            appeal = await locked_appeal(tx, appeal_id, version)
            await end_draft(tx, asker.id, DraftKind.FORWARD, appeal_id, self._clock.now())
            details, words = {"addressee": addressee}, clean_text(note).strip()
            await make_move(tx, appeal, Move.FORWARD, self._clock.now(), staff_id=asker.id, note=words, details=details)
            return appeal

    async def reopen(self, asker: Asker, appeal_id: int, reasons: str, version: int) -> Appeal:
        """Back under control with a new term from today; raises Invalid (fields: reasons), MoveNotPermitted."""
        asker.must(Ability.REOPEN)
        reasons = clean_text(reasons).strip()
        if not reasons:
            raise Invalid("reopened without reasons", fields={"reasons": "missing"})
        async with self._transactions.begin() as tx:
            appeal = await locked_appeal(tx, appeal_id, version)
            await end_draft(tx, asker.id, DraftKind.REOPEN, appeal_id, self._clock.now())
            await self.reopen_in(tx, appeal, reasons, staff_id=asker.id)
            return appeal

    async def reopen_in(self, tx: AsyncSession, appeal: Appeal, reasons: str, *, staff_id: int | None = None) -> None:
        """The same in the caller's transaction: for an applicant who is not satisfied."""
        now = self._clock.now()
        to = await status_by_requests(tx, appeal.id or 0)
        appeal.replied_at = appeal.closed_at = appeal.closed_by_id = None
        appeal.closing = ""
        appeal.reopened += 1
        await self._count_anew(tx, appeal, self._clock.today())
        await drop_calls(tx, appeal.id or 0, now)
        await finish_tasks(tx, now, appeal_id=appeal.id, kinds=(TaskKind.CLOSING_DUE, TaskKind.NOT_SATISFIED), staff_id=staff_id)
        details = {"due_on": appeal.due_on.isoformat()}
        await make_move(tx, appeal, Move.REOPEN, now, staff_id=staff_id, note=reasons, to=to, details=details)

    async def add_file(self, asker: Asker, appeal_id: int, file_name: str, content: bytes) -> AppealFile:
        """Put a file on the card; raises Invalid for what may not be uploaded."""
        asker.must(Ability.WORK_CASE)
        media_type, now = check(content), self._clock.now()
        async with self._transactions.begin() as tx:
            appeal = await locked_appeal(tx, appeal_id)
            kept = AppealFile(
                appeal_id=appeal_id,
                kind="other",
                file_name=clean_file_name(file_name),
                media_type=media_type,
                size=len(content),
                storage_key=await store_file(tx, content, media_type, now),
                added_by_id=asker.id,
                added_at=now,
            )
            tx.add(kept)
            await tx.flush()
            details = {"file_id": kept.id, "file_name": kept.file_name}
            await make_move(tx, appeal, Move.FILE, now, staff_id=asker.id, details=details)
            return kept

    async def colleagues(self, asker: Asker) -> list[tuple[int, str]]:
        """Numbers and names of those who may be given a card, by name."""
        asker.must(Ability.READ_INBOX)
        roles = [role.value for role, abilities in ABILITIES.items() if Ability.WORK_CASE in abilities]
        wanted = select(StaffMember).where(col(StaffMember.is_active), col(StaffMember.role).in_(roles))
        async with self._transactions.begin() as tx:
            found = await tx.exec(wanted.order_by(col(StaffMember.full_name), col(StaffMember.id)))
            return [(member.id or 0, member.full_name) for member in found.all()]

    async def _count_anew(self, tx: AsyncSession, appeal: Appeal, start: date) -> None:
        calendar = await self._calendar_of(tx)
        appeal.due_on = due_on(Urgency(appeal.urgency), start, calendar)
        appeal.counted_from = start
        appeal.promised_on = None
        appeal.answer_by = appeal.due_on
        await finish_tasks(tx, self._clock.now(), appeal_id=appeal.id, kinds=TERM_TASKS)


def _editable(appeal: Appeal) -> dict[str, str]:
    return {name: getattr(appeal, name) for name in ("text", "topic", "address", "urgency", "reply_form", "reply_to")}


async def _clean(tx: AsyncSession, appeal: Appeal, form: CaseEdit) -> dict[str, str]:
    typed = asdict(form)
    typed["text"] = clean_text(form.text).strip()
    typed["topic"], typed["address"] = clean_line(form.topic, 200), clean_line(form.address, 500)
    typed["reply_to"] = clean_line(form.reply_to, 500) or reply_address(await card_of(tx, appeal.applicant_id), form.reply_form)
    fields = {}
    if not typed["text"]:
        fields["text"] = "missing"
    if not typed["reply_to"] and form.reply_form is not ReplyForm.TELEGRAM:
        fields["reply_to"] = "missing"
    if form.reply_form is ReplyForm.TELEGRAM and appeal.channel != ReplyForm.TELEGRAM:
        fields["reply_form"] = "no_telegram"
    if fields:
        raise Invalid("the card cannot be saved so", fields=fields)
    return {name: str(value) for name, value in typed.items()}


async def _must_work(tx: AsyncSession, staff_id: int) -> None:
    found = await tx.exec(select(StaffMember.id).where(StaffMember.id == staff_id, col(StaffMember.is_active)))
    if found.first() is None:
        raise NotFound("no such colleague")


def _day(moment: datetime) -> date:
    return moment.astimezone(MOSCOW).date()
