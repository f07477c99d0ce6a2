"""The accounts as the administrator sees them: who may do what, who is in now, who is locked out, what somebody still holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, exists, tuple_
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.conversations.model import Conversation
from core.errors import NotFound
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember, StaffSession
from core.staff.sessions import ABSOLUTE, IDLE, SessionLine, open_sessions
from core.staff.tries import locked_for
from core.vocabulary import ConversationMode, Role
from db.transactions import Transactions

PAGE = 100
Which = Literal["active", "closed", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """An account in the list; ``locked_for``: seconds until a login is looked at again, 0 when it is now."""

    id: int
    login: str
    full_name: str
    role: Role
    is_active: bool
    on_shift: bool
    must_change: bool
    has_code: bool
    is_in: bool
    locked_for: int
    created_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """Accounts by name; ``next``: the account after which the next page begins, None on the last."""

    lines: Sequence[AccountLine]
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountShown:
    """One account with its open sessions and the conversations in its hands, oldest first."""

    line: AccountLine
    sessions: Sequence[SessionLine]
    holding: Sequence[int]


class AccountReading:
    """Reads, and changes nothing."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def list(self, asker: Asker, *, query: str = "", standing: Which = "active", after: int | None = None) -> AccountPage:
        """A page of the accounts whose name or login holds every word of the query; raises NotAllowed."""
        asker.must(Ability.MANAGE_STAFF)
        place = (col(StaffMember.full_name), col(StaffMember.id))
        wanted = select(StaffMember, self._is_in()).order_by(*place).limit(PAGE + 1)
        if after is not None:
            wanted = wanted.where(tuple_(*place) > select(*place).where(col(StaffMember.id) == after).scalar_subquery())
        for word in query.split()[:5]:
            wanted = wanted.where(
                or_(
                    col(StaffMember.full_name).icontains(word, autoescape=True),
                    col(StaffMember.login).icontains(word, autoescape=True),
                )
            )
        if standing != "all":
            wanted = wanted.where(col(StaffMember.is_active) == (standing == "active"))
        async with self._transactions.begin() as tx:
            lines = await self._lines(tx, (await tx.exec(wanted)).all())
        return AccountPage(lines=lines[:PAGE], next=lines[PAGE - 1].id if len(lines) > PAGE else None)

    async def see(self, asker: Asker, staff_id: int) -> AccountShown:
        """One account; raises NotFound and NotAllowed."""
        asker.must(Ability.MANAGE_STAFF)
        async with self._transactions.begin() as tx:
            found = (await tx.exec(select(StaffMember, self._is_in()).where(col(StaffMember.id) == staff_id))).all()
            if not found:
                raise NotFound()
            held = select(Conversation.id).where(
                col(Conversation.operator_id) == staff_id, col(Conversation.mode) == ConversationMode.OPERATOR
            )
            return AccountShown(
                line=(await self._lines(tx, found))[0],
                sessions=await open_sessions(tx, staff_id, self._clock.now(), current=asker.session),
                holding=[one for one in (await tx.exec(held.order_by(col(Conversation.id)))).all() if one is not None],
            )

    def _is_in(self) -> ColumnElement[bool]:
        now = self._clock.now()
        return (
            exists()
            .where(col(StaffSession.staff_id) == col(StaffMember.id))
            .where(col(StaffSession.seen_at) > now - IDLE, col(StaffSession.created_at) > now - ABSOLUTE)
        )

    async def _lines(self, tx: AsyncSession, found: Sequence[tuple[StaffMember, bool]]) -> Sequence[AccountLine]:
        locked = await locked_for(tx, [member.login for member, _ in found], self._clock.now())
        return [
            AccountLine(
                id=member.id or 0,
                login=member.login,
                full_name=member.full_name,
                role=Role(member.role),
                is_active=member.is_active,
                on_shift=member.on_shift_since is not None,
                must_change=member.must_change,
                has_code=bool(member.totp_sealed),
                is_in=is_in,
                locked_for=locked.get(member.login, 0),
                created_at=member.created_at,
                version=member.version,
            )
            for member, is_in in found
        ]
