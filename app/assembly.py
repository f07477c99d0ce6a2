"""Wiring by hand: settings -> engine -> desks -> office (design decision 9). No process builds anything elsewhere."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from procrastinate import App
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import staff_desk
from app.casework import build_casework
from app.channels import open_channels
from app.editions import catalogue_of, following
from app.files import file_loader
from app.jobs import QueuedJobs, queue_at
from app.keys import master_keys
from app.phone import Wires, build_telephone, open_wires
from app.scanning import scanner_at
from app.settings import Settings
from app.watching.measuring import TimedDialogue
from app.watching.tracing import TracedChannel
from bots.citizen.previewing import PreviewedMenu
from bots.citizen.words import load_words
from channels.voice.menu.simulating import SimulatedMenu
from channels.voice.sound.studio import SoundStudio
from channels.voice.speech.client import Reading
from core.calendars.closures import ClosureDesk
from core.calendars.keeping import CalendarKeeper
from core.channels import Channel
from core.clock import Clock, SystemClock
from core.conversations.effects import Effects
from core.conversations.intake import Intake
from core.conversations.left_deeds import LeftDeeds
from core.conversations.operators import OperatorDesk
from core.conversations.reception import Reception
from core.deliveries.desk import DeliveryDesk
from core.deliveries.outbox import Outbox
from core.dialogue import Dialogue
from core.drafts.desk import DraftDesk
from core.duty.desk import DutyDesk
from core.duty.topics import TopicBook
from core.jobs import Jobs
from core.judging import FileJudge
from core.keeping.copying import CopyDesk
from core.keeping.desk import KeepingDesk
from core.keeping.kinds import Terms
from core.keeping.wishes import ErasureDesk
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.editor.desk import EditorDesk
from core.knowledge.embedding import open_embedder
from core.links.downloads import DownloadDesk
from core.mail.acknowledging import Contacts
from core.mail.citizens import Citizens
from core.mail.departments import Departments
from core.mail.desk import MailDesk
from core.mail.reports import Reports
from core.mail.routing import Router as MailRouter
from core.menu.chatting import ChatTrial
from core.menu.desk import MenuDesk
from core.menu.keeping import EditionKeeper
from core.news.desk import NewsDesk
from core.office import Office
from core.people.desk import ApplicantDesk
from core.people.page import CitizenDesk
from core.quality.desk import QualityDesk
from core.training.touring import TourDesk
from db.engine import close_engine, open_engine
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
    locks: NamedLocks
    queue: App
    channels: dict[str, Channel]
    office: Office
    clock: Clock
    wires: Wires


@asynccontextmanager
async def open_house(settings: Settings, *, clock: Clock | None = None, dialogue: Dialogue | None = None) -> AsyncIterator[House]:
    """Open the database, the queue, the channels and the desks."""
    url = database_url(settings)
    async with AsyncExitStack() as stack:
        keys = master_keys(settings)
        engine = open_engine(url, keys=keys, pool_size=settings.database.database_pool)
        stack.push_async_callback(close_engine, engine)
        transactions = Transactions(engine)
        locks = NamedLocks(url)
        stack.push_async_callback(locks.close)
        queue = await stack.enter_async_context(queue_at(url).open_async())
        time = clock or SystemClock()
        topics = TopicBook(transactions=transactions, clock=time)
        downloads = DownloadDesk(transactions=transactions, clock=time, public_url=settings.web.public_url)
        channels = await open_channels(settings, stack, file_loader(transactions), topics, downloads)
        wires = await open_wires(settings, stack)
        talk = dialogue if dialogue is not None else await stack.enter_async_context(open_dialogue(settings))
        keeper = EditionKeeper(transactions=transactions, shipped=catalogue_of(settings).texts)
        office = build_office(settings, transactions, locks, QueuedJobs(queue), channels, talk, time, wires, keeper=keeper)
        await stack.enter_async_context(following(keeper))
        yield House(
            settings=settings,
            url=url,
            engine=engine,
            transactions=transactions,
            locks=locks,
            queue=queue,
            channels=channels,
            office=office,
            clock=time,
            wires=wires,
        )


def build_office(
    settings: Settings,
    transactions: Transactions,
    locks: NamedLocks,
    jobs: Jobs,
    channels: Mapping[str, Channel],
    dialogue: Dialogue,
    clock: Clock,
    wires: Wires,
    knowledge: KnowledgeDesk | None = None,
    keeper: EditionKeeper | None = None,
) -> Office:
    """The desks, each with what it works with; ``knowledge``: where the base is another office's.

    Without ``keeper`` this office publishes editions that nobody hears: it is one for training.
    """
    calendar_of = CalendarKeeper().calendar_of
    outbox = Outbox(jobs)
    knowledge = knowledge or KnowledgeDesk(transactions=transactions, clock=clock, embedder=open_embedder())
    staff = staff_desk(settings, transactions, clock)
    casework = build_casework(settings, transactions, clock, outbox, calendar_of, knowledge)
    deliveries = DeliveryDesk(
        transactions=transactions,
        locks=locks,
        channels={name: TracedChannel(channel) for name, channel in channels.items()},
        clock=clock,
        followers={"reply": casework.replies.follow, "request": casework.requests.follow},
    )
    phones = (settings.centre.dispatch_phone, settings.centre.dispatch_phone_2)
    router = MailRouter(
        transactions=transactions,
        clock=clock,
        librarian=knowledge,
        reports=Reports(deliveries=deliveries),
        departments=Departments(notes=casework.requests),
        citizens=Citizens(
            outbox=outbox,
            calendar_of=calendar_of,
            contacts=Contacts(centre_phone=settings.centre.centre_phone, dispatch=phones),
        ),
    )
    reception = Reception(
        transactions=transactions,
        clock=clock,
        dialogue=dialogue,
        librarian=knowledge,
        effects=Effects(calendar_of=calendar_of, dispatch_phones=phones),
        deliveries=deliveries,
        jobs=jobs,
    )
    operators = OperatorDesk(transactions=transactions, clock=clock, outbox=outbox, librarian=knowledge)
    applicants = ApplicantDesk(transactions=transactions, clock=clock)
    telephone = build_telephone(settings, transactions, clock, calendar_of, wires, outbox, knowledge, casework.calls)
    return Office(
        intake=Intake(
            transactions=transactions, locks=locks, reception=reception, deliveries=deliveries, channels=channels, clock=clock
        ),
        reception=reception,
        deliveries=deliveries,
        operators=operators,
        staff=staff,
        applicants=applicants,
        knowledge=knowledge,
        editor=EditorDesk(transactions=transactions, clock=clock, base=knowledge, dialogue=dialogue, aloud=reading_of(settings)),
        people=CitizenDesk(transactions=transactions, clock=clock),
        duty=DutyDesk(transactions=transactions, clock=clock, staff=staff),
        mail=MailDesk(transactions=transactions, clock=clock, router=router, requests=casework.requests),
        mail_router=router,
        news=NewsDesk(transactions=transactions, clock=clock, studio=SoundStudio()),
        menu=MenuDesk(
            transactions=transactions,
            clock=clock,
            calendar_of=calendar_of,
            catalogue=catalogue_of(settings),
            keeper=keeper,
            aloud=reading_of(settings),
            phone=SimulatedMenu(),
            chat=ChatTrial(dialogue=dialogue, librarian=knowledge, menu=PreviewedMenu(load_words()), dispatch=phones),
        ),
        closures=ClosureDesk(transactions=transactions, clock=clock, calendar_of=calendar_of),
        quality=QualityDesk(transactions=transactions, clock=clock),
        drafts=DraftDesk(transactions=transactions, clock=clock),
        tours=TourDesk(transactions=transactions, clock=clock),
        keeping=KeepingDesk(transactions=transactions, clock=clock, terms=Terms(decided=settings.keeping.retention_days)),
        judge=FileJudge(scanner_at(settings.mailbox.clamd)),
        copies=CopyDesk(transactions=transactions, clock=clock, sounds=wires.recorder),
        erasures=ErasureDesk(transactions=transactions, clock=clock),
        left_deeds=LeftDeeds(
            left=operators.left, applicants=applicants, appeals=casework.appeals, call_backs=telephone.phone.call_backs
        ),
        **casework,
        **telephone,
    )


def reading_of(settings: Settings) -> Reading:
    """Whoever reads texts aloud for the editors; nobody without a speech service."""
    part = settings.speech
    return Reading(part.voice_speech_http, part.voice_speech_token.get_secret_value() if part.voice_speech_token else "")


def database_url(settings: Settings) -> str:
    """The database of this process; ``up`` hands the embedded server's address on in the environment."""
    if settings.database.database_url is None:
        raise SystemExit("DATABASE_URL is not set: start everything with `make run`, or point it at a PostgreSQL server.")
    return settings.database.database_url.get_secret_value()


def dialogue_url(settings: Settings) -> str:
    """Where the dialogue answers, without a slash at the end."""
    return settings.dialogue.nlu_url.rstrip("/") or f"http://127.0.0.1:{settings.web.nlu_port}"


@asynccontextmanager
async def open_dialogue(settings: Settings) -> AsyncIterator[Dialogue]:
    """The dialogue behind HTTP."""
    part = settings.dialogue
    token = part.nlu_token.get_secret_value() if part.nlu_token else ""
    client = RasaDialogue(dialogue_url(settings), token, patience=part.nlu_timeout)
    try:
        yield TimedDialogue(client)
    finally:
        await client.close()
