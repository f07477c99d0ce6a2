"""Wiring by hand: settings -> engine -> desks -> office (design decision 9). No process builds anything elsewhere."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from procrastinate import App
from sqlalchemy.ext.asyncio import AsyncEngine

from app.channels import open_channels
from app.jobs import QueuedJobs, queue_at
from app.seeds import read_seed
from app.settings import Settings
from bots.citizen.channel import TelegramChannel
from core.appeals.desk import AppealDesk
from core.calendar import WorkCalendar, overrides_from
from core.channels import Channel
from core.clock import Clock, SystemClock
from core.conversations.effects import Effects
from core.conversations.intake import Intake
from core.conversations.operators import OperatorDesk
from core.conversations.reception import Reception
from core.deliveries.desk import DeliveryDesk
from core.deliveries.outbox import Outbox
from core.dialogue import Dialogue
from core.files import load_file
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.embedding import open_embedder
from core.office import Office
from core.people.desk import ApplicantDesk
from core.staff.desk import StaffDesk
from db.engine import open_engine
from db.locks import NamedLocks
from db.transactions import Transactions
from nlu.client import RasaDialogue


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that a process needs, opened and ready; closed when the context ends."""

    settings: Settings
    url: str
    engine: AsyncEngine
    transactions: Transactions
    queue: App
    channels: dict[str, Channel]
    office: Office
    clock: Clock

    @property
    def telegram(self) -> TelegramChannel | None:
        """The citizens' bot, when it is set up."""
        channel = self.channels.get("telegram")
        return channel if isinstance(channel, TelegramChannel) else None


@asynccontextmanager
async def open_house(settings: Settings, *, clock: Clock | None = None, dialogue: Dialogue | None = None) -> AsyncIterator[House]:
    """Open the database, the queue, the channels and the desks."""
    url = database_url(settings)
    async with AsyncExitStack() as stack:
        engine = open_engine(url, pool_size=settings.database.database_pool)
        stack.push_async_callback(engine.dispose)
        transactions = Transactions(engine)
        locks = NamedLocks(url)
        stack.push_async_callback(locks.close)
        queue = await stack.enter_async_context(queue_at(url).open_async())
        channels = await open_channels(settings, stack, file_loader(transactions))
        talk = dialogue if dialogue is not None else await stack.enter_async_context(open_dialogue(settings))
        time = clock or SystemClock()
        office = build_office(settings, transactions, locks, QueuedJobs(queue), channels, talk, time)
        yield House(
            settings=settings,
            url=url,
            engine=engine,
            transactions=transactions,
            queue=queue,
            channels=channels,
            office=office,
            clock=time,
        )


def build_office(
    settings: Settings,
    transactions: Transactions,
    locks: NamedLocks,
    jobs: QueuedJobs,
    channels: dict[str, Channel],
    dialogue: Dialogue,
    clock: Clock,
) -> Office:
    """The desks, each with what it works with."""
    calendar = WorkCalendar(overrides_from(read_seed("working_calendar.yaml")))
    outbox = Outbox(jobs)
    knowledge = KnowledgeDesk(transactions=transactions, clock=clock, embedder=open_embedder())
    deliveries = DeliveryDesk(transactions=transactions, locks=locks, channels=channels, clock=clock)
    appeals = AppealDesk(transactions=transactions, clock=clock, calendar=calendar, outbox=outbox)
    phones = (settings.centre.dispatch_phone, settings.centre.dispatch_phone_2)
    reception = Reception(
        transactions=transactions,
        clock=clock,
        dialogue=dialogue,
        librarian=knowledge,
        effects=Effects(calendar=calendar, dispatch_phones=phones),
        deliveries=deliveries,
        jobs=jobs,
    )
    return Office(
        intake=Intake(
            transactions=transactions, locks=locks, reception=reception, deliveries=deliveries, channels=channels, clock=clock
        ),
        reception=reception,
        deliveries=deliveries,
        operators=OperatorDesk(transactions=transactions, clock=clock, outbox=outbox, librarian=knowledge),
        staff=StaffDesk(transactions=transactions, clock=clock),
        appeals=appeals,
        applicants=ApplicantDesk(transactions=transactions, clock=clock),
        knowledge=knowledge,
    )


def database_url(settings: Settings) -> str:
    """The database of this process; ``up`` hands the embedded server's address on in the environment."""
    if settings.database.database_url is None:
        raise SystemExit("DATABASE_URL is not set: start everything with `make run`, or point it at a PostgreSQL server.")
    return settings.database.database_url.get_secret_value()


def file_loader(transactions: Transactions) -> Callable[[str], Awaitable[bytes]]:
    """Gives the bytes of a stored file, for channels that send it."""

    async def load(key: str) -> bytes:
        async with transactions.begin() as tx:
            return (await load_file(tx, key)).content

    return load


@asynccontextmanager
async def open_dialogue(settings: Settings) -> AsyncIterator[Dialogue]:
    """The dialogue behind HTTP."""
    part = settings.dialogue
    url = part.nlu_url or f"http://127.0.0.1:{settings.web.nlu_port}"
    token = part.nlu_token.get_secret_value() if part.nlu_token else ""
    client = RasaDialogue(url, token, patience=part.nlu_timeout)
    try:
        yield client
    finally:
        await client.close()
