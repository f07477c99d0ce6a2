"""Duties shown and answered: by the department's link or by the staff (reg. 4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record as audit
from core.clock import Clock
from core.departments.addressing import addressee_of
from core.departments.model import Department
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotFound
from core.knowledge.articles import Deed, record
from core.knowledge.duties.choices import DutyKind, DutyState
from core.knowledge.markup import plain
from core.knowledge.model import Article, ArticleStatus, InformationItem, KnowledgeDuty
from core.links.desk import open_link, use_link, use_links
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.tasks.raising import raise_task
from core.vocabulary import LinkPurpose, TaskKind
from db.transactions import Transactions

PAGE = 50
LONG_TEXT = 10_000
NAME_LENGTH = 200

_DONE = text("UPDATE staff_task SET done_at = :now, done_by_id = :by WHERE done_at IS NULL AND key = ANY(:keys)")


class DutyAnswered(Conflict):
    """The duty was answered, or the article was changed once more; ``facts['state']`` says which."""

    code = "duty_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyArticle:
    """An article as the department sees it."""

    title: str
    answer: str
    confirmed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPage:
    """What the plain page shows."""

    department_name: str
    due_on: date
    articles: Sequence[DutyArticle]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """A line of the work list; ``articles`` are what is to be looked through, ``responsible`` whoever answers there today."""

    duty: KnowledgeDuty
    department_name: str
    is_overdue: bool
    articles: Sequence[Article]
    responsible: str = ""


class DutyDesk:
    """The work list of the departments and its answers."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def list(self, asker: Asker, *, department: str = "", only_open: bool = True, after: int = 0) -> Sequence[DutyRow]:
        """Fifty duties by id after ``after``, of one department or of all."""
        asker.must(Ability.READ_KNOWLEDGE)
        wanted = select(KnowledgeDuty, Department.name).join(Department, col(Department.key) == KnowledgeDuty.department)
        wanted = wanted.where(col(KnowledgeDuty.id) > after)
        if department:
            wanted = wanted.where(KnowledgeDuty.department == department)
        if only_open:
            wanted = wanted.where(KnowledgeDuty.state == DutyState.OPEN)
        today = self._clock.today()
        async with self._transactions.begin() as tx:
            found = (await tx.exec(wanted.order_by(col(KnowledgeDuty.id)).limit(PAGE))).all()
            people = {key: await addressee_of(tx, key, today) for key in {duty.department for duty, _ in found}}
            return [
                DutyRow(
                    duty=duty,
                    department_name=name,
                    is_overdue=duty.state == DutyState.OPEN and duty.due_on < today,
                    articles=await _articles(tx, duty),
                    responsible=one.full_name if (one := people[duty.department]) else "",
                )
                for duty, name in found
            ]

    async def confirm(self, asker: Asker, duty_id: int, *, name: str, remarks: str = "") -> KnowledgeDuty:
        """Write down what the department said by phone or on paper; ``name``: who said it.

        Raises NotFound, DutyAnswered, Invalid (name, remarks).
        """
        asker.must(Ability.EDIT_KNOWLEDGE)
        async with self._transactions.begin() as tx:
            duty = await _locked(tx, duty_id)
            await self._answer(tx, duty, name, remarks, asker.id)
            await end_draft(tx, asker.id, DraftKind.DUTY, duty_id, self._clock.now())
            await use_links(tx, LinkPurpose.KNOWLEDGE_DUTY, duty_id, self._clock.now())
            return duty

    async def duty_page(self, token: str) -> DutyPage:
        """What the link asks; raises NotFound, LinkExpired, LinkUsed."""
        async with self._transactions.begin() as tx:
            link = await open_link(tx, token, self._clock.now(), LinkPurpose.KNOWLEDGE_DUTY)
            duty = await _locked(tx, link.subject_id)
            department = await tx.get_one(Department, duty.department)
            articles = [
                DutyArticle(title=one.title, answer=plain(one.answer), confirmed_on=one.confirmed_on)
                for one in await _articles(tx, duty)
            ]
            return DutyPage(department_name=department.name, due_on=duty.due_on, articles=articles)

    async def confirm_duty(self, token: str, *, name: str, remarks: str) -> KnowledgeDuty:
        """The department's answer by its link: all is right (no remarks), or what has changed.

        Raises NotFound, LinkExpired, LinkUsed, DutyAnswered, Invalid (name, remarks).
        """
        async with self._transactions.begin() as tx:
            link = await open_link(tx, token, self._clock.now(), LinkPurpose.KNOWLEDGE_DUTY)
            duty = await _locked(tx, link.subject_id)
            await self._answer(tx, duty, name, remarks, None)
            await use_link(tx, link, self._clock.now())
            return duty

    async def _answer(self, tx: AsyncSession, duty: KnowledgeDuty, name: str, remarks: str, staff_id: int | None) -> None:
        name, remarks = name.strip(), remarks.strip()
        _check(name, remarks)
        if duty.state != DutyState.OPEN:
            raise DutyAnswered(state=duty.state, duty_id=duty.id)
        now = self._clock.now()
        duty.state = DutyState.REMARKED if remarks else DutyState.CONFIRMED
        duty.answered_at, duty.answered_by_id, duty.answered_by_name, duty.remarks = now, staff_id, name, remarks
        tx.add(duty)
        keys = [f"knowledge_duty:{duty.id}", f"knowledge_duty_unaddressed:{duty.id}"]
        await tx.execute(_DONE, {"now": now, "by": staff_id, "keys": keys})
        if remarks:
            await raise_task(
                tx,
                TaskKind.KNOWLEDGE_DUTY,
                now,
                key=f"knowledge_duty_remarks:{duty.id}",
                department=duty.department,
                duty_id=duty.id,
                reason="remarks",
            )
        else:
            await self._confirm_articles(tx, duty, staff_id)
        await audit(tx, now, f"knowledge_duty.{duty.state}", f"knowledge_duty:{duty.id}", staff_id=staff_id)

    async def _confirm_articles(self, tx: AsyncSession, duty: KnowledgeDuty, staff_id: int | None) -> None:
        for article in await _articles(tx, duty, lock=True):
            article.confirmed_on = self._clock.today()
            article.version += 1
            await record(tx, article, Deed.CONFIRM, self._clock.now(), staff_id)


def _check(name: str, remarks: str) -> None:
    faults = {}
    if not name or len(name) > NAME_LENGTH:
        faults["name"] = "too_long" if name else "missing"
    if len(remarks) > LONG_TEXT:
        faults["remarks"] = "too_long"
    if faults:
        raise Invalid("the answer is not complete", fields=faults)


async def _locked(tx: AsyncSession, duty_id: int) -> KnowledgeDuty:
    duty = await tx.get(KnowledgeDuty, duty_id, with_for_update=True, populate_existing=True)
    if duty is None:
        raise NotFound("no such duty")
    return duty


async def _articles(tx: AsyncSession, duty: KnowledgeDuty, *, lock: bool = False) -> Sequence[Article]:
    """The changed article while it is published, or what the department must look through each quarter; by id."""
    wanted = select(Article).where(Article.status == ArticleStatus.PUBLISHED)
    if duty.kind == DutyKind.CHANGE:
        wanted = wanted.where(Article.id == duty.article_id)
    else:
        reviewed = select(InformationItem.no).where(InformationItem.review_every == "quarter")
        wanted = wanted.where(Article.department == duty.department, col(Article.item_no).in_(reviewed))
    wanted = wanted.order_by(col(Article.id))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return (await tx.exec(wanted)).all()
