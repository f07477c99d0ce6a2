"""A small contact centre for the tests of the operators' side: real desks on a real database, fakes at the ports only."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.editions import catalogue_of
from app.settings import Settings
from bots.citizen.previewing import PreviewedMenu
from bots.citizen.words import load_words
from channels.voice.menu.simulating import SimulatedMenu
from core.appeals.casework import CaseDesk
from core.appeals.desk import AppealDesk
from core.appeals.journals import FilterDesk, RefusalJournal
from core.appeals.linking import LinkDesk as CardLinks
from core.appeals.lists import AppealLists
from core.appeals.papers import CasePapers
from core.appeals.reading import CaseReading
from core.appeals.registering import Registration
from core.audit.desk import AuditDesk
from core.audit.live import LiveKind, announce
from core.calendars.closures import ClosureDesk
from core.calendars.desk import CalendarDesk
from core.calendars.keeping import CalendarKeeper
from core.calls.closing import ClosingDesk
from core.calls.desk import CallDesk
from core.conversations.left_deeds import LeftDeeds
from core.conversations.model import Contact, Conversation, Message
from core.conversations.operators import OperatorDesk
from core.deliveries.outbox import Outbox
from core.departments.desk import DepartmentDesk
from core.drafts.desk import DraftDesk
from core.duty.desk import DutyDesk
from core.errors import NotFound
from core.forms.desk import TemplateDesk
from core.judging import FileJudge
from core.keeping.copying import CopyDesk
from core.keeping.desk import KeepingDesk
from core.keeping.kinds import Terms
from core.keeping.wishes import ErasureDesk
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.duties.desk import DutyDesk as KnowledgeDutyDesk
from core.knowledge.editor.desk import EditorDesk
from core.links.desk import LinkDesk
from core.mail.desk import MailDesk
from core.menu.chatting import ChatTrial
from core.menu.desk import MenuDesk
from core.menu.keeping import EditionKeeper
from core.news.desk import NewsDesk
from core.people.desk import ApplicantDesk
from core.people.model import Applicant, ChannelIdentity, ContactPoint
from core.people.page import CitizenDesk
from core.phone.calling_out import CallingOut, Quiet
from core.phone.desk import PhoneDesk
from core.phone.sounds import RecordingDesk
from core.phone.switching import Switching
from core.privacy.revealing import RevealDesk
from core.quality.desk import QualityDesk
from core.records.case_tasks import requested_tasks
from core.records.desk import RecordsDesk
from core.records.own_journal import OwnJournal
from core.replies.desk import ReplyDesk
from core.reports.desk import ReportDesk
from core.requests.desk import RequestDesk
from core.staff.asker import Asker
from core.staff.desk import StaffDesk
from core.staff.model import StaffMember, StaffSession
from core.staff.passwords import Passwords
from core.tasks.desk import TaskDesk
from core.tasks.raising import raise_task
from core.training.touring import TourDesk
from core.vocabulary import ReplyForm, Role, Urgency
from db.transactions import Transactions
from documents.report.typist import PaperTypist
from tests.clocks import MovableClock
from tests.core.knowledge.fakes import FakeAloud, LetterEmbedder
from tests.core.news.fakes import FakeStudio
from tests.core.requests.fakes import FakeTypist, template_of
from tests.fakes import FakeDialogue, plain_calendar
from tests.inbox.mails import mail_router
from tests.inbox.phones import FakeExchange
from tests.inbox.shelves import FakeShelf

HOST = "http://inbox.test"
PASSWORD = "a password of the tests"
"""Of every member of staff."""


class FakeJobs:
    """Remembers what was deferred."""

    def __init__(self) -> None:
        self.deferred: list[tuple[str, str | None, Mapping[str, int | str]]] = []

    async def defer(self, tx: AsyncSession, job: str, *, lock: str | None = None, **arguments: int | str) -> None:
        self.deferred.append((job, lock, arguments))


@dataclass(frozen=True, kw_only=True)
class FakeHit:
    article_id: int = 7
    title: str = "Часы приёма"
    answer: str = "Приём граждан: понедельник, 10:00-13:00."
    source: str = "Постановление № 1"
    department: str = "reception"
    confirmed_on: date | None = date(2026, 11, 2)
    stale: bool = False
    score: float = 0.9


@dataclass(frozen=True)
class FakeResult:
    hits: list[FakeHit]


class FakeKnowledge:
    """One article that answers everything."""

    def __init__(self) -> None:
        self.departments: dict[str, str] = {}
        self.article_id = FakeHit().article_id

    async def department_names(self) -> dict[str, str]:
        """Those that the test names; of others the keys are shown."""
        return self.departments

    async def search(self, query: str, limit: int = 3, *, for_staff: bool = False) -> FakeResult:
        return FakeResult([FakeHit(article_id=self.article_id)][:limit])

    async def recite(self, article_id: int) -> FakeHit:
        if article_id != FakeHit().article_id:
            raise NotFound()
        return FakeHit()


class Centre:
    """Implements inbox.web.ports.InboxOffice."""

    def __init__(self, transactions: Transactions, clock: MovableClock) -> None:
        outbox = Outbox(jobs := FakeJobs())
        self.transactions, self.clock, self.jobs = transactions, clock, jobs
        self.knowledge = FakeKnowledge()
        self.operators = OperatorDesk(transactions=transactions, clock=clock, outbox=outbox, librarian=self.knowledge)
        self.hasher = hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
        self.hashed = hasher.hash(PASSWORD)
        self.staff = StaffDesk(transactions=transactions, clock=clock, passwords=Passwords(hasher))
        given: dict[str, Any] = {"transactions": transactions, "clock": clock}
        self.applicants = ApplicantDesk(**given)
        self.lists, self.filters, self.tasks = AppealLists(**given), FilterDesk(**given), TaskDesk(**given)
        self.refusals, self.linking = RefusalJournal(**given), CardLinks(**given)
        self.one_time_links = LinkDesk(**given)
        self.people, self.calendars, self.duties = CitizenDesk(**given), CalendarDesk(**given), KnowledgeDutyDesk(**given)
        self.duty = DutyDesk(**given, staff=self.staff)
        self.papers, self.typist = CasePapers(transactions=transactions, clock=clock), FakeTypist()
        self.records = RecordsDesk(**given, system=OwnJournal(), tasks_of=requested_tasks, raise_task=raise_task)
        self.templates = TemplateDesk(**given, typist=self.typist, built_in=lambda name: f"template of {name}".encode())
        self.studio, self.shelf, self.exchange = FakeStudio(), FakeShelf(), FakeExchange()
        self.news = NewsDesk(**given, studio=self.studio)
        self.dialogue, self.aloud = FakeDialogue(), FakeAloud()
        base = KnowledgeDesk(**given, embedder=LetterEmbedder())
        self.departments = DepartmentDesk(**given, meanings=base)
        self.editor = EditorDesk(**given, base=base, dialogue=self.dialogue, aloud=self.aloud)
        self.closures = ClosureDesk(**given, calendar_of=CalendarKeeper().calendar_of)
        catalogue = catalogue_of(Settings())
        keeper = EditionKeeper(transactions=transactions, shipped=catalogue.texts)
        chat = ChatTrial(dialogue=self.dialogue, librarian=base, menu=PreviewedMenu(load_words()), dispatch=("1", "112"))
        self.menu = MenuDesk(
            **given,
            calendar_of=plain_calendar,
            catalogue=catalogue,
            keeper=keeper,
            aloud=self.aloud,
            phone=SimulatedMenu(),
            chat=chat,
        )
        self.quality = QualityDesk(**given)
        self.tours, self.drafts = TourDesk(**given), DraftDesk(**given)
        self.keeping = KeepingDesk(**given, terms=Terms(decided={}))
        self.judge = FileJudge()
        self.copies, self.erasures = CopyDesk(**given, sounds=self.shelf), ErasureDesk(**given)
        self.switching = Switching(**given, exchange=self.exchange)
        given |= {"calendar_of": plain_calendar}
        self.audit = AuditDesk(transactions=transactions, clock=clock)
        self.privacy = RevealDesk(transactions=transactions, clock=clock)
        self.reports = ReportDesk(**given, typist=PaperTypist(), answered_within=20)
        self.phone = PhoneDesk(**given)
        self.calling_out = CallingOut(
            transactions=transactions,
            clock=clock,
            journal=self.phone.journal,
            exchange=self.exchange,
            quiet=Quiet(from_hour=21, until_hour=9),
        )
        self.cards, self.cases, self.calls = CaseReading(**given), CaseDesk(**given), CallDesk(**given)
        self.appeals = AppealDesk(**given, outbox=outbox)
        self.recordings = RecordingDesk(hearing=self.phone.reading, sounds=self.shelf)
        self.left_deeds = LeftDeeds(
            left=self.operators.left, applicants=self.applicants, appeals=self.appeals, call_backs=self.phone.call_backs
        )
        self.replies = ReplyDesk(**given, outbox=outbox, typist=self.typist, template_of=template_of)
        self.requests = RequestDesk(
            **given, outbox=outbox, typist=self.typist, template_of=template_of, public_url=HOST, centre_phone="+7 (8672) 00-00-00"
        )
        self.mail_router = mail_router(self, outbox)
        self.mail = MailDesk(transactions=transactions, clock=clock, router=self.mail_router, requests=self.requests)
        self.closing = ClosingDesk(transactions=transactions, clock=clock, outbox=outbox, typist=self.typist, public_url=HOST)
        self._numbers = iter(range(1, 1_000_000))

    async def a_member(self, role: Role = Role.OPERATOR, *, full_name: str = "") -> "Member":
        """A member of staff with an open session."""
        number, token, now = next(self._numbers), secrets.token_urlsafe(32), self.clock.now()
        async with self.transactions.begin() as tx:
            made = StaffMember(
                login=f"{role.value}{number}",
                full_name=full_name or f"Тестов {number}",
                role=role,
                password_hash=self.hashed,
                created_at=now,
            )
            tx.add(made)
            await tx.flush()
            session = hashlib.sha256(token.encode()).hexdigest()
            tx.add(StaffSession(token_hash=session, staff_id=made.id or 0, created_at=now, seen_at=now, confirmed_at=now))
        asker = Asker(
            id=made.id or 0,
            login=made.login,
            full_name=made.full_name,
            role=role,
            on_shift=False,
            shortcuts_on=True,
            notify="all",
            session=session,
            confirmed_at=now,
        )
        return Member(asker=asker, token=token)

    async def a_conversation(
        self,
        *,
        mode: str = "waiting",
        held_by: Asker | None = None,
        name: str = "Гость",
        words: str = "Когда приём?",
        emergency: bool = False,
        after: float = 0,
        **columns: Any,
    ) -> int:
        """A conversation with one message of the citizen, ``after`` seconds later than now."""
        now = self.clock.now() + timedelta(seconds=after)
        async with self.transactions.begin() as tx:
            who = ChannelIdentity(channel="telegram", external_id=str(next(self._numbers)), display_name=name, created_at=now)
            tx.add(who)
            await tx.flush()
            made = Conversation(
                channel="telegram",
                identity_id=who.id or 0,
                mode="operator" if held_by else mode,
                operator_id=held_by.id if held_by else None,
                waiting_since=now if mode == "waiting" and not held_by else None,
                last_message_at=now,
                preview=words,
                unread=1,
                emergency=emergency,
                opened_at=now,
                **columns,
            )
            tx.add(made)
            await tx.flush()
            number = made.id or 0
            tx.add(Message(conversation_id=number, author="citizen", text=words, external_id="c1", created_at=now))
            tx.add(Contact(conversation_id=number, channel="telegram", started_at=now))
        return number

    async def an_applicant(self, conversation_id: int, *, surname: str = "Примеров", phone: str = "+79180000001") -> int:
        """A complete card for the person of a conversation."""
        async with self.transactions.begin() as tx:
            now = self.clock.now()
            person = Applicant(surname=surname, given_name="Иван", consent_at=now, created_at=now)
            tx.add(person)
            await tx.flush()
            tx.add(ContactPoint(applicant_id=person.id or 0, kind="phone", value=phone))
            conversation = await tx.get_one(Conversation, conversation_id)
            conversation.applicant_id = person.id
            return person.id or 0

    async def an_appeal(self, *, conversation_id: int | None = None, days_ago: int = 0, **given: Any) -> int:
        """A card registered by the bot, of the person of a conversation (of a new one, Примеров), so many days ago."""
        if conversation_id is None:
            conversation_id = await self.a_conversation(mode="closed")
            await self.an_applicant(conversation_id)
        said = {"text": "Во дворе не горит фонарь.", "urgency": Urgency.LONG_TERM, "reply_form": ReplyForm.PHONE, **given}
        self.clock.move(days=-days_ago)
        made = await self.appeals.register(conversation_id, Registration(**said))
        self.clock.move(days=days_ago)
        return made.id or 0

    async def hand_off(self, conversation_id: int) -> None:
        """Announce that a conversation came into the queue, as the reception does."""
        async with self.transactions.begin() as tx:
            await announce(tx, LiveKind.HANDED_OFF, self.clock.now(), conversation_id=conversation_id)

    async def rows(self, model: type[Any], *conditions: Any) -> list[Any]:
        """What a table holds, oldest first."""
        async with self.transactions.begin() as tx:
            return list((await tx.exec(select(model).where(*conditions).order_by(model.id))).all())


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member of staff as the tests use them: the asker for the desks, the token for the browser."""

    asker: Asker
    token: str = field(repr=False)


class Browser:
    """An HTTP client of our own pages, signed in or not."""

    def __init__(self, app: Any, member: Member | None = None) -> None:
        cookies = {"sid": member.token} if member else {}
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(
            transport=transport, base_url=HOST, headers={"Sec-Fetch-Site": "same-origin"}, cookies=cookies
        )


async def card(browser: httpx.AsyncClient, appeal_id: int) -> dict[str, Any]:
    """A card as the API shows it."""
    answer = await browser.get(f"/api/appeals/{appeal_id}")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown
