"""The rooms of training: for each day a whole office over tables apart, with nothing that leads out of the house (ADR 0032)."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta

from procrastinate import App
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.assembly import House, build_office
from app.keys import master_keys
from app.phone import NoExchange
from app.settings import Settings
from core.audit.live import CHANNEL
from core.calendars.keeping import CalendarKeeper
from core.mail.carrying import MailCarrier
from core.mail.storing import MailStore
from core.training.desk import TrainingDesk
from core.training.room import HandsOver, PlainReader, Room, TrainingClock, VirtualChannel
from core.vocabulary import ChannelName
from db.apart import Seen, channel_of, drop_apart, laid, lay_apart, number_of, schema_name
from db.engine import close_engine, open_engine
from db.locks import ApartLocks
from db.transactions import Transactions
from inbox.web.live import LiveHub

POOL = 2
"""Connections of one room; one person works there."""

SEEN = (
    "department",
    "liaison",
    "absence",
    "canned_answer",
    "calendar_override",
    "calendar_state",
    "information_item",
    "article",
    "article_version",
    "article_file",
    "synonym_group",
    "foreign_topic",
    "knowledge_state",
    "text_vector",
)
"""Of the real tables, what a trainee looks into as on any day; everything else is theirs alone and begins empty."""


class NoJobs:
    """Nothing of a room is left to the workers of the house: whoever watches the day carries it on."""

    async def defer(self, tx: AsyncSession, job: str, *, lock: str | None = None, **arguments: int | str) -> None:
        """Leave it."""


@dataclass(slots=True, kw_only=True)
class _Opened:
    engine: AsyncEngine
    room: Room
    hub: LiveHub
    closing: asyncio.Event = field(default_factory=asyncio.Event)


class Rooms:
    """Implements core.training.room.Premises; also gives the live stream of a room. One for each process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._opened: dict[int, _Opened] = {}
        self._opening = asyncio.Lock()
        self._tasks: asyncio.TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Rooms"]:
        """The rooms are closed with the block; what lies in them stays for the next process."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as self._tasks:
            stack.callback(setattr, self, "_tasks", None)
            try:
                yield self
            finally:
                for number in list(self._opened):
                    self._shut(number)

    async def lay(self, number: int, staff_id: int) -> None:
        """Make the tables; there the trainee alone is on shift, and nobody has a password."""
        alone = {"password_hash": "''::varchar", "on_shift_since": f"CASE WHEN t.id = {int(staff_id)} THEN t.created_at END"}
        seen = [Seen(name="staff_member", instead=alone), *(Seen(name=name) for name in SEEN)]
        async with self._house.transactions.begin_plain() as connection:
            await lay_apart(connection, schema_name(number), seen, notifies={"say_last": CHANNEL})

    async def room(self, number: int, ahead: timedelta) -> Room | None:
        """The room of a day with its clock put so far ahead; None when its tables are gone."""
        if schema_name(number) not in await self._laid():
            self._shut(number)
            return None
        async with self._opening:
            opened = self._opened.get(number) or await self._open(number)
        opened.room.clock.ahead = ahead
        return opened.room

    def hub(self, room: Room) -> LiveHub:
        """The live stream of a room that is open here."""
        return next(one.hub for one in self._opened.values() if one.room is room)

    async def demolish(self, number: int) -> None:
        """Take everything away; a day without a room is no error."""
        self._shut(number)
        async with self._house.transactions.begin_plain() as connection:
            await drop_apart(connection, schema_name(number))

    async def demolish_all_but(self, numbers: Collection[int]) -> None:
        """Take every room away but those of these days."""
        for number in {number_of(schema) for schema in await self._laid()} - set(numbers):
            await self.demolish(number)

    async def _laid(self) -> list[str]:
        async with self._house.transactions.begin_plain() as connection:
            return await laid(connection)

    async def _open(self, number: int) -> _Opened:
        house, schema = self._house, schema_name(number)
        engine = open_engine(house.url, keys=master_keys(house.settings), pool_size=POOL, schema=schema)
        clock = TrainingClock(house.clock, timedelta())
        room = build_room(house, Transactions(engine, schema=schema), schema, clock)
        hub = LiveHub(
            url=house.url,
            reading=room.office.operators.reading,
            sessions=house.office.staff.sessions,
            clock=clock,
            channel=channel_of(schema, CHANNEL),
        )
        opened = self._opened[number] = _Opened(engine=engine, room=room, hub=hub)
        if self._tasks is not None:
            self._tasks.create_task(_keep(opened))
        return opened

    def _shut(self, number: int) -> None:
        opened = self._opened.pop(number, None)
        if opened is not None:
            opened.closing.set()


async def _keep(opened: _Opened) -> None:
    """The live stream of a room runs until the room is shut."""
    try:
        async with opened.hub.running():
            await opened.closing.wait()
    finally:
        await close_engine(opened.engine)


def build_room(house: House, transactions: Transactions, schema: str, clock: TrainingClock) -> Room:
    """An office whose every way out ends at the virtual citizens."""
    settings, locks = _without_outside(house.settings), ApartLocks(house.locks, schema)
    wires = replace(house.wires, addresses=None, exchange=NoExchange())
    office = build_office(
        settings,
        transactions,
        locks,
        NoJobs(),
        {name: VirtualChannel(name) for name in ChannelName},
        HandsOver(),
        clock,
        wires,
        knowledge=house.office.knowledge,
    )
    carrier = MailCarrier(transactions=transactions, clock=clock, locks=locks, reader=PlainReader(), router=office.mail_router)
    mails = MailStore(transactions=transactions, clock=clock)
    return Room(schema=schema, transactions=transactions, office=office, clock=clock, mails=mails, carrier=carrier)


def build_training(house: House, rooms: Rooms | None) -> TrainingDesk:
    """The days of training of this house; without rooms they are switched off."""
    return TrainingDesk(
        transactions=house.transactions,
        clock=house.clock,
        calendar_of=CalendarKeeper().calendar_of,
        locks=house.locks,
        premises=rooms,
        at_once=house.settings.training.training_days_at_once,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What the inbox needs of the days of training; implements inbox.web.auth.Training."""

    days: TrainingDesk
    rooms: Rooms | None

    def hub(self, room: Room) -> LiveHub:
        """The live stream of a room."""
        if self.rooms is None:
            raise LookupError("there are no rooms")
        return self.rooms.hub(room)


@asynccontextmanager
async def open_training(house: House) -> AsyncIterator[Training]:
    """The days of training of this process, unless TRAINING is off."""
    if not house.settings.training.training:
        yield Training(days=build_training(house, None), rooms=None)
        return
    async with Rooms(house).running() as rooms:
        yield Training(days=build_training(house, rooms), rooms=rooms)


def register_training(queue: App, house: House) -> None:
    """The worker takes away days that nobody looks at any more; safe to run twice."""

    @queue.periodic(cron="20 * * * *")
    @queue.task(name="training_days", queueing_lock="training_days")
    async def training_days(timestamp: int) -> None:
        await build_training(house, Rooms(house)).tidy()


def _without_outside(settings: Settings) -> Settings:
    """The same centre, without a records system and without the head's mailbox."""
    inside = copy(settings)
    inside.records = settings.records.model_copy(update={"records_system": "own"})
    inside.centre = settings.centre.model_copy(update={"head_email": ""})
    return inside
