"""The telephone of a small contact centre: real desks on a real database, an exchange that does what a test says."""

from typing import Any

from sqlmodel import select

from core.phone.attempts import Attempts
from core.phone.calling_out import CallingOut, Quiet
from core.phone.desk import PhoneDesk
from core.phone.entries import Dialled, Ended, LegMoved, Note, Opened
from core.phone.model import CallLeg, PhoneCall
from core.phone.sweeping import Sweeper
from core.phone.switching import Switching
from core.phone.vocabulary import CallDirection, CallPlace, LegKind, LegState, LineKind
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.fakes import plain_calendar
from tests.inbox.world import Centre

CALLER = "+79000000001"


class Phone:
    """The desks, and short ways to make calls and operators."""

    def __init__(self, transactions: Transactions, clock: MovableClock, centre: Centre | None = None) -> None:
        """``centre``: the one whose exchange is asked; without one there is one of its own."""
        self.transactions, self.clock = transactions, clock
        self.centre = centre or Centre(transactions, clock)
        self.exchange = self.centre.exchange
        self.desk = PhoneDesk(transactions=transactions, clock=clock, calendar_of=plain_calendar)
        self.journal, self.operators = self.desk.journal, self.desk.operators
        given: dict[str, Any] = {"transactions": transactions, "clock": clock, "exchange": self.exchange}
        self.switching = Switching(**given)
        self.sweeper = Sweeper(**given, journal=self.journal, messages=self.desk.messages)
        self.calling_out = CallingOut(**given, journal=self.journal, quiet=Quiet(from_hour=21, until_hour=9))
        self.attempts = Attempts(transactions=transactions, calls=self.centre.calls)

    async def an_operator(self, role: Role = Role.OPERATOR, *, address: str = "") -> Asker:
        """On shift, with a telephone that is ready."""
        asker = (await self.centre.a_member(role)).asker
        async with self.transactions.begin() as tx:
            (await tx.get_one(StaffMember, asker.id)).on_shift_since = self.clock.now()
        await self.desk.lines.set(asker, LineKind.USER, address or f"user{asker.id}")
        return asker

    async def a_call(self, sid: str = "c1", *, caller: str = CALLER, **given: Any) -> int:
        """A call that came in now."""
        opened = Opened(call_sid=sid, direction=CallDirection.IN, started_at=self.clock.now(), caller=caller, **given)
        return await self.journal.open(opened)

    async def note(self, kind: str = "keys", *, sid: str = "c1", **given: Any) -> None:
        await self.journal.note([Note(call_sid=sid, at=self.clock.now(), kind=kind, **given)])

    async def stand(self, place: CallPlace, step: int, *, sid: str = "c1") -> None:
        await self.note("menu", sid=sid, place=place, step=step, menu_state=place.value)

    async def dial(self, key: str, kind: LegKind, *, sid: str = "c1", **given: Any) -> None:
        await self.journal.leg(Dialled(call_sid=sid, key=key, kind=kind, at=self.clock.now(), **given))

    async def move(self, key: str, state: LegState, *, sid: str = "c1", **given: Any) -> None:
        await self.journal.leg_state(LegMoved(call_sid=sid, key=key, state=state, at=self.clock.now(), **given))

    async def end(self, *, sid: str = "c1", **given: Any) -> None:
        await self.journal.end(Ended(call_sid=sid, at=self.clock.now(), **{"because": "caller", "seconds": 10, **given}))

    async def talk(self, asker: Asker, *, sid: str = "c1") -> str:
        """The operator is found for the call and takes it; gives the leg's key."""
        found = await self.operators.find_operator(sid)
        assert getattr(found, "staff_id", None) == asker.id, found
        key: str = found.leg  # type: ignore[union-attr]  # the line before says so
        await self.move(key, LegState.ANSWERED, sid=sid, leg_sid=f"leg-{asker.id}")
        await self.move(key, LegState.ACCEPTED, sid=sid)
        return key

    async def row(self, sid: str = "c1") -> PhoneCall:
        async with self.transactions.begin() as tx:
            return (await tx.exec(select(PhoneCall).where(PhoneCall.call_sid == sid))).one()

    async def leg(self, key: str) -> CallLeg:
        async with self.transactions.begin() as tx:
            return (await tx.exec(select(CallLeg).where(CallLeg.key == key))).one()

    async def rows(self, model: type[Any], *conditions: Any) -> list[Any]:
        return await self.centre.rows(model, *conditions)
