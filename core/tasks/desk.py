"""The work lists: what is to be done, by whom, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.clock import Clock
from core.errors import NotFound
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.tasks.model import StaffTask
from core.tasks.raising import HEAD, OPERATORS
from core.vocabulary import TaskKind
from db.transactions import Transactions

PAGE = 50
ALARMS = frozenset(
    {
        TaskKind.DUE_SOON,
        TaskKind.OVERDUE,
        TaskKind.INTERIM_NEEDED,
        TaskKind.ESCALATED,
        TaskKind.REQUEST_UNADDRESSED,
        TaskKind.DELIVERY_FAILED,
        TaskKind.NOT_SATISFIED,
    }
)
"""Tasks that somebody is warned of until they are done: a term or an applicant suffers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskShown:
    """A task with the card that it is about."""

    id: int
    kind: TaskKind
    for_role: str
    appeal_id: int | None
    registration_number: str
    applicant_name: str
    request_id: int | None
    reply_id: int | None
    department: str
    assignee_id: int | None
    due_on: date | None
    facts: dict[str, Any]
    raised_at: datetime
    done_at: datetime | None


class TaskDesk:
    """What the staff see of their tasks and tick off."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def list(
        self, asker: Asker, *, kinds: Sequence[TaskKind] = (), mine: bool = False, after: int = 0, limit: int = PAGE
    ) -> list[TaskShown]:
        """Open tasks of the asker's lists, oldest first, after the task ``after``; ``mine`` leaves out those given to others."""
        asker.must(Ability.READ_INBOX)
        wanted = (
            select(StaffTask, Appeal)
            .join(Appeal, col(Appeal.id) == StaffTask.appeal_id, isouter=True)
            .where(col(StaffTask.done_at).is_(None), col(StaffTask.for_role).in_(lists_of(asker)), col(StaffTask.id) > after)
            .order_by(col(StaffTask.id))
            .limit(limit)
        )
        if kinds:
            wanted = wanted.where(col(StaffTask.kind).in_([kind.value for kind in kinds]))
        if mine:
            wanted = wanted.where(or_(col(StaffTask.assignee_id) == asker.id, col(Appeal.assignee_id) == asker.id))
        async with self._transactions.begin() as tx:
            return [_shown(task, appeal) for task, appeal in (await tx.exec(wanted)).all()]

    async def done(self, asker: Asker, task_id: int) -> None:
        """Tick a task off; raises NotFound for one that is not on the asker's lists."""
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            task = await tx.get(StaffTask, task_id, with_for_update=True)
            if task is None or task.for_role not in lists_of(asker):
                raise NotFound("no such task")
            if task.done_at is None:
                task.done_at, task.done_by_id = now, asker.id
                await record(tx, now, "task.done", f"task:{task_id}", staff_id=asker.id, kind=task.kind)
                about = {"appeal_id": task.appeal_id} if task.appeal_id is not None else {}
                await announce(tx, LiveKind.TASK, now, task_id=task_id, task="", **about)


def lists_of(asker: Asker) -> tuple[str, ...]:
    """The lists that the asker sees: the head's belong to those who assign work."""
    return (OPERATORS, HEAD) if asker.may(Ability.READ_REPORTS) else (OPERATORS,)


async def open_of_appeal(tx: AsyncSession, appeal_id: int) -> Sequence[StaffTask]:
    """The open tasks of a card, oldest first."""
    wanted = select(StaffTask).where(StaffTask.appeal_id == appeal_id, col(StaffTask.done_at).is_(None))
    return (await tx.exec(wanted.order_by(col(StaffTask.id)))).all()


def _shown(task: StaffTask, appeal: Appeal | None) -> TaskShown:
    return TaskShown(
        id=task.id or 0,
        kind=TaskKind(task.kind),
        for_role=task.for_role,
        appeal_id=task.appeal_id,
        registration_number=appeal.registration_number if appeal else "",
        applicant_name=appeal.applicant_name if appeal else "",
        request_id=task.request_id,
        reply_id=task.reply_id,
        department=task.department,
        assignee_id=task.assignee_id or (appeal.assignee_id if appeal else None),
        due_on=task.due_on,
        facts=task.facts,
        raised_at=task.raised_at,
        done_at=task.done_at,
    )
