"""Where the operators' telephones ring, and who of them answers now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.errors import Invalid, NotFound
from core.people.phones import find_phones
from core.phone.model import PhoneLine
from core.phone.vocabulary import LineKind
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from db.transactions import Transactions

USER = re.compile(r"[A-Za-z0-9._+-]{1,64}(@[A-Za-z0-9.-]{1,100})?")
SIP = re.compile(r"sips?:[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,100}(:\d{2,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A line with its owner; ``on_shift`` and ``is_ready``: calls are offered there."""

    staff_id: int
    full_name: str
    on_shift: bool
    kind: LineKind
    address: str
    is_ready: bool
    free_since: datetime | None
    offered_call_id: int | None


class LineDesk:
    """The operators' lines; everybody keeps their own."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def list(self, asker: Asker) -> Sequence[LineShown]:
        """Every line, by name. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        both = select(PhoneLine, StaffMember).join(StaffMember, col(StaffMember.id) == PhoneLine.staff_id)
        async with self._transactions.begin() as tx:
            rows = (await tx.exec(both.where(StaffMember.is_active).order_by(StaffMember.full_name))).all()
        return [_shown(line, staff) for line, staff in rows]

    async def mine(self, asker: Asker) -> PhoneLine | None:
        """The asker's own line; None when none was set. Raises NotAllowed."""
        asker.must(Ability.WORK_SHIFT)
        async with self._transactions.begin() as tx:
            return await line_of(tx, asker.id)

    async def set(self, asker: Asker, kind: LineKind, address: str) -> PhoneLine:
        """Where the asker's telephone rings from now on; numbers are kept as E.164. Raises NotAllowed, Invalid (field address)."""
        asker.must(Ability.WORK_SHIFT)
        readable = _readable(kind, address.strip())
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            line = await line_of(tx, asker.id)
            if line is None:
                line = PhoneLine(staff_id=asker.id, kind=kind, address=readable, free_since=now)
                tx.add(line)
            line.kind, line.address = kind, readable
            await tx.flush()
            await record(tx, now, "phone_line.set", f"staff:{asker.id}", staff_id=asker.id, kind=kind.value)
            return line

    async def set_known(self, login: str, kind: LineKind, address: str) -> bool:
        """A telephone for a demo account that has none; False when there is no such account or it has one already."""
        async with self._transactions.begin() as tx:
            member = (await tx.exec(select(StaffMember).where(col(StaffMember.login) == login))).first()
            if member is None or member.id is None or await line_of(tx, member.id) is not None:
                return False
            tx.add(PhoneLine(staff_id=member.id, kind=kind, address=address, free_since=self._clock.now()))
            return True

    async def ready(self, asker: Asker, *, is_ready: bool) -> PhoneLine:
        """Take calls from now on, or none for a while. Raises NotAllowed, NotFound (no line)."""
        asker.must(Ability.WORK_SHIFT)
        async with self._transactions.begin() as tx:
            line = await line_of(tx, asker.id)
            if line is None:
                raise NotFound("no line")
            if is_ready and not line.is_ready:
                line.free_since = self._clock.now()
            line.is_ready = is_ready
            return line


async def line_of(tx: AsyncSession, staff_id: int) -> PhoneLine | None:
    """The line of a member of staff, nobody else's to change until the end of the transaction."""
    return (await tx.exec(select(PhoneLine).where(PhoneLine.staff_id == staff_id).with_for_update())).first()


def _readable(kind: LineKind, address: str) -> str:
    match kind:
        case LineKind.PHONE:
            found = find_phones(address, expected=True)
            readable = found[0] if len(found) == 1 else ""
        case LineKind.USER:
            readable = address if USER.fullmatch(address) else ""
        case LineKind.SIP:
            readable = address if SIP.fullmatch(address) else ""
    if not readable:
        raise Invalid("no such address", fields={"address": "unreadable" if address else "missing"})
    return readable


def _shown(line: PhoneLine, staff: StaffMember) -> LineShown:
    return LineShown(
        staff_id=line.staff_id,
        full_name=staff.full_name,
        on_shift=staff.on_shift_since is not None,
        kind=LineKind(line.kind),
        address=line.address,
        is_ready=line.is_ready,
        free_since=line.free_since,
        offered_call_id=line.offered_call_id,
    )
