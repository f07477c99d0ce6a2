"""Raising and finishing tasks, in the transaction of the fact behind them."""

import json
from collections.abc import Collection
from datetime import date, datetime
from functools import cache

from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.vocabulary import TaskKind
from db.transactions import connection_of

OPERATORS = "operator"
HEAD = "supervisor"
"""Whose list a task is on."""

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
    connection = await connection_of(tx)
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
    """Close the open tasks about these things, of these kinds or of any; gives how many. At least one id must be given.

    Tasks about the reply are closed whatever their kind.
    """
    given = {"appeal_id": appeal_id, "request_id": request_id, "reply_id": reply_id}
    about = {name: value for name, value in given.items() if value is not None}
    if not about:
        raise ValueError("tasks are finished by what they are about")
    values: dict[str, object] = {"now": now, "staff_id": staff_id, **about}
    if kinds is not None:
        values["kinds"] = [kind.value for kind in kinds]
    count = (await (await connection_of(tx)).execute(_finish(tuple(about), kinds is not None), values)).rowcount
    if count:
        await announce(tx, LiveKind.TASK, now, task_id=0, task="", **({"appeal_id": appeal_id} if appeal_id is not None else {}))
    return count


@cache
def _finish(about: tuple[str, ...], some_kinds: bool) -> TextClause:
    """The statement for these ids; there are few sets of them."""
    of_kinds = " AND kind = ANY(:kinds)" if some_kinds else ""
    wanted = " OR ".join(f"{name} = :{name}{'' if name == 'reply_id' else of_kinds}" for name in about)
    return text(f"UPDATE staff_task SET done_at = :now, done_by_id = :staff_id WHERE done_at IS NULL AND ({wanted})")  # noqa: S608  # our own names
