"""Raising and finishing tasks, in the transaction of the fact behind them."""

import json
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import text, update
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.table import table_of
from core.tasks.model import StaffTask
from core.vocabulary import TaskKind

OPERATORS = "operator"
HEAD = "supervisor"
"""Whose list a task is on."""

_TASK = table_of(StaffTask)
_RAISE = text(
    "INSERT INTO staff_task (kind, for_role, appeal_id, request_id, reply_id, department, assignee_id, due_on, key,"
    " facts, raised_at) VALUES (:kind, :for_role, :appeal_id, :request_id, :reply_id, :department, :assignee_id, :due_on, :key,"
    " CAST(:facts AS jsonb), :now) ON CONFLICT (key) DO NOTHING RETURNING id"
)


async def raise_task(
    tx: AsyncSession,
    kind: TaskKind,
    now: datetime,
    *,
    key: str,
    for_role: str = OPERATORS,
    appeal_id: int | None = None,
    request_id: int | None = None,
    reply_id: int | None = None,
    department: str = "",
    assignee_id: int | None = None,
    due_on: date | None = None,
    **facts: object,
) -> bool:
    """Put a task on a list and tell the screens; False when one with this ``key`` was raised before. ``facts``: ids and codes."""
    connection = await tx.connection()
    values = {
        "kind": kind.value,
        "for_role": for_role,
        "appeal_id": appeal_id,
        "request_id": request_id,
        "reply_id": reply_id,
        "department": department,
        "assignee_id": assignee_id,
        "due_on": due_on,
        "key": key,
        "facts": json.dumps(facts, default=str),
        "now": now,
    }
    made = (await connection.execute(_RAISE, values)).scalar()
    if made is None:
        return False
    about = {"appeal_id": appeal_id} if appeal_id is not None else {}
    await announce(tx, LiveKind.TASK, now, task_id=made, task=kind.value, for_role=for_role, **about)
    return True


async def finish_tasks(
    tx: AsyncSession,
    now: datetime,
    *,
    appeal_id: int | None = None,
    request_id: int | None = None,
    reply_id: int | None = None,
    kinds: Collection[TaskKind] | None = None,
    staff_id: int | None = None,
) -> int:
    """Close the open tasks about these things, of these kinds or of any; gives how many. At least one id must be given."""
    about = {"appeal_id": appeal_id, "request_id": request_id, "reply_id": reply_id}
    wanted = [_TASK.c[name] == value for name, value in about.items() if value is not None]
    if not wanted:
        raise ValueError("tasks are finished by what they are about")
    if kinds is not None:
        wanted.append(_TASK.c.kind.in_([kind.value for kind in kinds]))
    done = update(_TASK).where(_TASK.c.done_at.is_(None), *wanted).values(done_at=now, done_by_id=staff_id)
    count = (await (await tx.connection()).execute(done)).rowcount
    if count:
        await announce(tx, LiveKind.TASK, now, task_id=0, task="", **({"appeal_id": appeal_id} if appeal_id is not None else {}))
    return count
