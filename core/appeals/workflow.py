"""The one table of what may happen to a card, and the one place where its status changes (reg. 2.8.3-2.8.11)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealMove
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.errors import Conflict, NotFound
from core.staff.abilities import Ability
from core.table import SQLModel, change_row, insert_rows
from core.vocabulary import AppealStatus, RequestStatus

S = AppealStatus


class Move(StrEnum):
    """What can happen to a card; every line of its history is one of these."""

    REGISTER = "register"
    REQUEST = "request"
    RECEIVE = "receive"
    INTERIM = "interim"
    CLARIFY = "clarify"
    CLARIFIED = "clarified"
    FORWARD = "forward"
    REPLY = "reply"
    REPLY_FAILED = "reply_failed"
    CALL = "call"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    UNMERGE = "unmerge"
    LINK = "link"
    UNLINK = "unlink"
    SPLIT = "split"
    ASSIGN = "assign"
    EDIT = "edit"
    TERM_CHANGED = "term_changed"
    FILE = "file"
    NOTICE = "notice"
    WITHDRAW = "withdraw"


class Need(StrEnum):
    """What a move asks for besides the status; the screen says it before the button is pressed."""

    DEPARTMENT = "department"
    MEMO = "memo"
    TEXT = "text"
    REASONS = "reasons"
    EXPECTED_ON = "expected_on"
    ADDRESSEE = "addressee"
    CLOSING_CALL = "closing_call"
    OTHER_CARD = "other_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRule:
    """From which statuses a move is permitted, to which it may lead (empty: the status stays), who makes it, what it needs.

    ``ability`` None: the office itself makes it (the timetable, a department, the applicant), never a button.
    """

    after: frozenset[AppealStatus]
    to: frozenset[AppealStatus] = frozenset()
    ability: Ability | None = Ability.WORK_CASE
    needs: tuple[Need, ...] = ()
    clause: str = "2.8"


OPEN: Final = frozenset({S.REGISTERED, S.REQUESTED, S.ANSWER_RECEIVED, S.CANNOT, S.FORWARDED, S.CLARIFYING})
"""The applicant still waits for the final reply."""
UNDER_CONTROL: Final = OPEN | {S.REPLIED}
"""Not yet taken off control (2.8.11)."""
EVER: Final = frozenset(AppealStatus)
WORKED: Final = frozenset({S.REGISTERED, S.REQUESTED, S.ANSWER_RECEIVED, S.CANNOT})
"""Where the requests of a card put it."""

MOVES: Final[Mapping[Move, MoveRule]] = MappingProxyType(
    {
        Move.REGISTER: MoveRule(after=frozenset(), to=frozenset({S.REGISTERED}), ability=Ability.REGISTER, clause="2.8.3"),
        Move.REQUEST: MoveRule(after=OPEN, to=frozenset({S.REQUESTED}), needs=(Need.DEPARTMENT, Need.TEXT), clause="2.8.9"),
        Move.WITHDRAW: MoveRule(after=OPEN, to=WORKED, needs=(Need.REASONS,), clause="2.8.9"),
        Move.RECEIVE: MoveRule(after=OPEN, to=WORKED, needs=(Need.MEMO,), clause="2.8.10"),
        Move.INTERIM: MoveRule(after=OPEN, needs=(Need.REASONS, Need.EXPECTED_ON), clause="2.8.10"),
        Move.CLARIFY: MoveRule(after=OPEN - {S.CLARIFYING}, to=frozenset({S.CLARIFYING}), needs=(Need.TEXT,), clause="3.2"),
        Move.CLARIFIED: MoveRule(after=frozenset({S.CLARIFYING}), to=OPEN - {S.CLARIFYING}, clause="3.2"),
        Move.FORWARD: MoveRule(after=OPEN, to=frozenset({S.FORWARDED}), needs=(Need.ADDRESSEE,), clause="2.8.6"),
        Move.REPLY: MoveRule(after=OPEN, to=frozenset({S.REPLIED}), needs=(Need.TEXT,), clause="2.8.8"),
        Move.REPLY_FAILED: MoveRule(after=UNDER_CONTROL, to=OPEN, ability=None, clause="2.8.8"),
        Move.CALL: MoveRule(after=UNDER_CONTROL, clause="2.8.11"),
        Move.CLOSE: MoveRule(after=frozenset({S.REPLIED}), to=frozenset({S.CLOSED}), needs=(Need.CLOSING_CALL,), clause="2.8.11"),
        Move.REOPEN: MoveRule(
            after=frozenset({S.REPLIED, S.CLOSED}), to=WORKED, ability=Ability.REOPEN, needs=(Need.REASONS,), clause="2.8.11"
        ),
        Move.MERGE: MoveRule(after=OPEN, to=frozenset({S.MERGED}), needs=(Need.OTHER_CARD,)),
        Move.UNMERGE: MoveRule(after=frozenset({S.MERGED}), to=OPEN),
        Move.LINK: MoveRule(after=EVER, needs=(Need.OTHER_CARD,)),
        Move.UNLINK: MoveRule(after=EVER, needs=(Need.OTHER_CARD,)),
        Move.SPLIT: MoveRule(after=OPEN, needs=(Need.TEXT,)),
        Move.ASSIGN: MoveRule(after=UNDER_CONTROL, ability=Ability.ASSIGN),
        Move.EDIT: MoveRule(after=UNDER_CONTROL, clause="2.8.6"),
        Move.TERM_CHANGED: MoveRule(after=OPEN, ability=None, clause="2.8.7"),
        Move.FILE: MoveRule(after=EVER),
        Move.NOTICE: MoveRule(after=EVER, ability=Ability.WORK_CASE, needs=(Need.TEXT,), clause="2.8.7"),
    }
)


_LOCKED: Final = select(Appeal).where(Appeal.id == bindparam("appeal")).with_for_update().execution_options(populate_existing=True)


class MoveNotPermitted(Conflict):
    """The table does not permit the move now; facts: ``status``, ``move`` and what is ``possible``."""

    code = "move_not_permitted"


class VersionConflict(Conflict):
    """Somebody saved the card in the meantime; facts: its ``version`` and the moves that were ``changed``."""

    code = "version_conflict"


def possible(status: AppealStatus, abilities: Collection[Ability]) -> tuple[Move, ...]:
    """The moves that a person with these abilities may make now, in the order of the table."""
    return tuple(move for move, rule in MOVES.items() if status in rule.after and rule.ability in abilities)


async def locked_appeal(tx: AsyncSession, appeal_id: int, version: int | None = None) -> Appeal:
    """The card, locked until the transaction ends.

    Raises NotFound; VersionConflict when the caller saw another ``version`` than the newest.
    """
    appeal = (await tx.exec(_LOCKED, params={"appeal": appeal_id})).first()
    if appeal is None:
        raise NotFound("no such appeal")
    if version is not None and appeal.version != version:
        since = (
            select(AppealMove)
            .where(AppealMove.appeal_id == appeal_id)
            .order_by(col(AppealMove.id).desc())
            .limit(max(1, appeal.version - version))
        )
        changed = [
            {"move": move.move, "staff_id": move.staff_id, "at": move.made_at.isoformat(), "details": move.details}
            for move in (await tx.exec(since)).all()
        ]
        raise VersionConflict("the card was changed", version=appeal.version, changed=changed)
    return appeal


async def make_move(
    tx: AsyncSession,
    appeal: Appeal,
    move: Move,
    now: datetime,
    *,
    staff_id: int | None = None,
    note: str = "",
    to: AppealStatus | None = None,
    details: Mapping[str, object] | None = None,
    also: Sequence[SQLModel] = (),
) -> AppealMove:
    """Make a permitted move of a locked card: its status, its history, the audit trail and the screens.

    A card that is being registered is written here, with the first line of its history. What was set in ``also``, other entities
    of the session, is written with the move of a card that is there.
    ``to`` chooses among the statuses that the move may lead to; it may be left out where there is one. Raises MoveNotPermitted.
    """
    rule, status = MOVES[move], AppealStatus(appeal.status)
    if move is not Move.REGISTER and status not in rule.after:
        everyone = frozenset(Ability)
        raise MoveNotPermitted(status=status.value, move=move.value, possible=[one.value for one in possible(status, everyone)])
    target = _target(rule, status, to)
    line = AppealMove(
        appeal_id=appeal.id or 0,
        move=move,
        status=target,
        staff_id=staff_id,
        note=note[:4000],
        details=dict(details or {}),
        made_at=now,
    )
    if move is Move.REGISTER:
        await insert_rows(tx, appeal, line, links=[(line, "appeal_id", appeal)])
    else:
        changes: dict[str, object] = {"status": target, "version": appeal.version + 1}
        if target != status and target in {S.CLARIFYING, S.MERGED, S.REPLIED}:
            changes["status_before"] = status
        await change_row(tx, appeal, changes, line, also=also)
    await record(tx, now, f"appeal.{move}", f"appeal:{appeal.id}", staff_id=staff_id, move=line.id)
    await announce(tx, LiveKind.APPEAL, now, appeal_id=appeal.id or 0)
    return line


def _target(rule: MoveRule, status: AppealStatus, to: AppealStatus | None) -> AppealStatus:
    if not rule.to:
        if to is not None and to is not status:
            raise ValueError("this move leaves the status alone")
        return status
    if to is None:
        if len(rule.to) != 1:
            raise ValueError("this move may lead to several statuses: say which")
        return next(iter(rule.to))
    if to not in rule.to:
        raise ValueError(f"this move does not lead to {to}")
    return to


def status_of_requests(statuses: Iterable[str]) -> AppealStatus:
    """Where its requests put a card: while one is out it is requested; a department's answer counts before a "cannot"."""
    there = set(statuses)
    if there & {RequestStatus.SENT, RequestStatus.UNADDRESSED}:
        return S.REQUESTED
    if RequestStatus.ANSWERED in there:
        return S.ANSWER_RECEIVED
    return S.CANNOT if RequestStatus.CANNOT in there else S.REGISTERED
