"""Lines of the timetable about the knowledge base: duties raised, written to liaisons, and overdue (reg. 4.3, 4.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import MOSCOW
from core.control.batches import Found, Lines, Step
from core.dates import spoken_date
from core.deliveries.outbox import Outbox
from core.departments.addressing import addressee_of
from core.departments.model import Department
from core.knowledge.duties.choices import DutyKind, DutyState, change_due, quarter_of, review_begins
from core.knowledge.model import KnowledgeDuty
from core.links.desk import end_links, make_link, path_of
from core.regulation import DAY, KNOWLEDGE_CHANGE_TERM
from core.tasks.raising import HEAD, raise_task
from core.vocabulary import ChannelName, LinkPurpose, TaskKind
from core.words import say

LOOK_BACK = DAY * 60
"""How old a change may be that a timetable which stood still still asks about."""
LINK_LIVES = DAY * 14
"""How long after the day due a department may still confirm by its link."""

_CHANGES = text(
    "SELECT v.id, v.article_id, v.version, v.department, v.item_no, v.made_at, i.update_within_working_days AS within"
    " FROM article_version v LEFT JOIN information_item i ON i.no = v.item_no"
    " WHERE v.deed = 'publish' AND v.department IS NOT NULL AND v.made_at > :since AND v.id > :after"
    " AND NOT EXISTS (SELECT 1 FROM knowledge_duty k WHERE k.key = 'change:' || v.article_id || ':' || v.version)"
    " ORDER BY v.id LIMIT :most"
)
_REVIEWS = text(
    "SELECT n.id, n.department FROM (SELECT row_number() OVER (ORDER BY key) AS id, key AS department FROM department) n"
    " WHERE n.id > :after AND EXISTS (SELECT 1 FROM information_item i WHERE i.review_every = 'quarter'"
    " AND (jsonb_exists(i.departments, n.department) OR jsonb_exists(i.departments, '*')))"
    " AND NOT EXISTS (SELECT 1 FROM knowledge_duty k WHERE k.key = 'review:' || :period || ':' || n.department)"
    " ORDER BY n.id LIMIT :most"
)
_UNWRITTEN = text(
    "SELECT k.id, k.department FROM knowledge_duty k WHERE k.state = 'open' AND k.written_at IS NULL AND k.id > :after"
    " ORDER BY k.id LIMIT :most"
)
_LAST_DAY = text(
    "SELECT k.id, k.department FROM knowledge_duty k WHERE k.state = 'open' AND k.due_on = :today AND k.raised_on < :today"
    " AND k.id > :after AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.key = 'knowledge_duty_last:' || k.id)"
    " ORDER BY k.id LIMIT :most"
)
_OVERDUE = text(
    "SELECT k.id, k.department, k.due_on FROM knowledge_duty k WHERE k.state = 'open' AND k.due_on < :today AND k.id > :after"
    " AND NOT EXISTS (SELECT 1 FROM staff_task t WHERE t.key = 'knowledge_duty:' || k.id) ORDER BY k.id LIMIT :most"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRaising(Lines):
    """One round's duties; ``public_url`` is the address that people type, before the paths of links."""

    outbox: Outbox
    public_url: str

    def lists(self) -> Sequence[Step]:
        """Duties raised and duties overdue."""
        today = self.today
        changes = Step(name="duty_change", find=_CHANGES, facts={"since": self.now - LOOK_BACK}, deed=self._change)
        overdue = Step(name="duty_overdue", find=_OVERDUE, facts={"today": today}, deed=self._overdue)
        if today < review_begins(today, self.calendar):
            return (changes, overdue)
        period, _ = quarter_of(today)
        return (changes, Step(name="duty_review", find=_REVIEWS, facts={"period": period}, deed=self._review), overdue)

    def told(self) -> Sequence[Step]:
        """Letters to the departments."""
        return (
            Step(name="duty_written", find=_UNWRITTEN, facts={}, deed=self._write),
            Step(name="duty_last", find=_LAST_DAY, facts={"today": self.today}, deed=self._write_again),
        )

    async def _change(self, tx: AsyncSession, one: Found) -> bool:
        """An earlier change of the same article that nobody answered yet is asked about no more: the newest text counts."""
        changed_on = one.made_at.astimezone(MOSCOW).date()
        earlier = (
            update(KnowledgeDuty)
            .where(
                col(KnowledgeDuty.article_id) == one.article_id,
                col(KnowledgeDuty.kind) == DutyKind.CHANGE,
                col(KnowledgeDuty.state) == DutyState.OPEN,
            )
            .values(state=DutyState.SUPERSEDED)
            .returning(col(KnowledgeDuty.id))
        )
        for (superseded,) in (await tx.execute(earlier)).all():
            await end_links(tx, LinkPurpose.KNOWLEDGE_DUTY, superseded, self.now)
        return await self._raise(
            tx,
            key=f"change:{one.article_id}:{one.version}",
            department=one.department,
            kind=DutyKind.CHANGE,
            period=str(one.version),
            article_id=one.article_id,
            item_no=one.item_no,
            due_on=change_due(changed_on, one.within, self.calendar),
        )

    async def _review(self, tx: AsyncSession, one: Found) -> bool:
        period, _ = quarter_of(self.today)
        return await self._raise(
            tx,
            key=f"review:{period}:{one.department}",
            department=one.department,
            kind=DutyKind.REVIEW,
            period=period,
            due_on=KNOWLEDGE_CHANGE_TERM.due(self.today, self.calendar),
        )

    async def _raise(self, tx: AsyncSession, **values: object) -> bool:
        raised = (
            insert(KnowledgeDuty)
            .values(raised_on=self.today, state=DutyState.OPEN, written_to="", answered_by_name="", remarks="", **values)
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(col(KnowledgeDuty.id))
        )
        return (await tx.execute(raised)).first() is not None

    async def _overdue(self, tx: AsyncSession, one: Found) -> bool:
        return await raise_task(
            tx,
            TaskKind.KNOWLEDGE_DUTY,
            self.now,
            key=f"knowledge_duty:{one.id}",
            for_role=HEAD,
            department=one.department,
            due_on=one.due_on,
            duty_id=one.id,
            reason="overdue",
        )

    async def _write(self, tx: AsyncSession, one: Found) -> bool:
        return await self._letter(tx, one.id, "knowledge_duty", "control.duty")

    async def _write_again(self, tx: AsyncSession, one: Found) -> bool:
        return await self._letter(tx, one.id, "knowledge_duty_last", "control.duty_last")

    async def _letter(self, tx: AsyncSession, duty_id: int, key: str, words: str) -> bool:
        duty = await tx.get(KnowledgeDuty, duty_id, with_for_update=True, populate_existing=True)
        if duty is None or duty.state != DutyState.OPEN or (key == "knowledge_duty" and duty.written_at is not None):
            return False
        addressee = await addressee_of(tx, duty.department, self.today)
        if addressee is None:
            return await self._nobody(tx, duty)
        department = await tx.get_one(Department, duty.department)
        ends = datetime.combine(duty.due_on + LINK_LIVES + DAY, time.min, MOSCOW)
        token = await make_link(tx, LinkPurpose.KNOWLEDGE_DUTY, duty_id, self.now, max(ends, self.now + LINK_LIVES))
        link = self.public_url.rstrip("/") + path_of(LinkPurpose.KNOWLEDGE_DUTY, token)
        facts = {"name": addressee.full_name, "department": department.name, "due": spoken_date(duty.due_on), "link": link}
        content = {
            "subject": say(f"{words}.subject", **facts),
            "text": say(f"{words}.{duty.kind}", **facts, instead=self._instead(addressee.stands_in_for_name)),
            "files": [],
            "kind": "notice",
            "cc": [addressee.copy_to] if addressee.copy_to else [],
        }
        wrote = await self.outbox.write_letter(
            tx,
            channel=ChannelName.EMAIL,
            recipient=addressee.email,
            content=content,
            now=self.now,
            key=f"{key}:{duty_id}",
        )
        duty.written_at, duty.written_to = duty.written_at or self.now, addressee.email
        tx.add(duty)
        return wrote is not None

    async def _nobody(self, tx: AsyncSession, duty: KnowledgeDuty) -> bool:
        """The head's list has it until somebody can be written to: a later round writes then."""
        return await raise_task(
            tx,
            TaskKind.KNOWLEDGE_DUTY,
            self.now,
            key=f"knowledge_duty_unaddressed:{duty.id}",
            for_role=HEAD,
            department=duty.department,
            due_on=duty.due_on,
            duty_id=duty.id,
            reason="unaddressed",
        )

    def _instead(self, absent: str) -> str:
        return say("control.duty.instead", name=absent) if absent else ""
