"""The duty chat on a real database, with fakes at its ports: what is written to Telegram stands in the deliveries."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from core.appeals.model import Appeal
from core.audit.live import LiveKind, announce
from core.calendar import WorkCalendar
from core.channels import DeliveryError, InboundFile
from core.conversations.model import Message
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.duty.cards import Cards
from core.duty.deeds import Deeds
from core.duty.desk import DutyDesk
from core.duty.handing import HandingDesk
from core.duty.hearing import DutyHearing
from core.duty.inbound import DutyDeed, DutyInbound, Notice
from core.duty.intake import DutyIntake
from core.duty.relay import Relay
from core.duty.rounds import DutyRounds
from core.duty.telling import Teller
from core.duty.topics import Topic, TopicBook, recipient_of
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import Author, ReplyForm, Role, Urgency
from db.locks import NamedLocks
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import Centre

INBOX = "https://centre.example"
GROUP = -100500


class FakeDutyPort:
    """Payloads are the arguments of DutyInbound; remembers the answers to buttons."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.away = False
        self.answers: list[tuple[str, Notice]] = []

    def read(self, payload: Any) -> DutyInbound | None:
        """The event; None for an empty one."""
        if not payload:
            return None
        files = tuple(InboundFile(**file) for file in payload.get("files", ()))
        return DutyInbound(**{**payload, "deed": DutyDeed(payload["deed"]), "files": files})

    async def answer(self, query: str, notice: Notice) -> None:
        """Remember it."""
        self.answers.append((query, notice))

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """A file that the test put there."""
        if self.away:
            raise DeliveryError("away")
        if remote_id not in self.files:
            raise DeliveryError("gone", permanent=True)
        return self.files[remote_id]


class DutyWorld:
    """Everything of core/duty, and a small centre behind it."""

    def __init__(self, transactions: Transactions, locks: NamedLocks, clock: MovableClock) -> None:
        self.centre = Centre(transactions, clock)
        self.transactions, self.clock, self.port = transactions, clock, FakeDutyPort()
        given = {"transactions": transactions, "clock": clock}
        outbox, cards = Outbox(self.centre.jobs), Cards(INBOX)
        self.desk = DutyDesk(staff=self.centre.staff, **given)
        self.topics = TopicBook(**given)
        self.handing = HandingDesk(outbox=outbox, **given)
        self.relay = Relay(locks=locks, outbox=outbox, cards=cards, **given)
        self.rounds = DutyRounds(locks=locks, outbox=outbox, cards=cards, calendar_of=self.calendar_of, **given)
        teller = Teller(outbox=outbox, **given)
        deeds = Deeds(
            transactions=transactions,
            operators=self.centre.operators,
            handing=self.handing,
            teller=teller,
            fetch=self.port.fetch,
        )
        self.hearing = DutyHearing(desk=self.desk, topics=self.topics, deeds=deeds, teller=teller)
        self.intake = DutyIntake(locks=locks, hearing=self.hearing, port=self.port, **given)
        self._numbers = iter(range(1, 1_000_000))

    async def calendar_of(self, _tx: object) -> WorkCalendar:
        """The official calendar."""
        return WorkCalendar()

    async def a_duty_member(self, name: str = "Примерова Анна", role: Role = Role.OPERATOR, *, on_shift: bool = True) -> "OnDuty":
        """A member of staff whose telephone is bound."""
        member = await self.centre.a_member(role, full_name=name)
        telegram_id = 900_000_000 + member.asker.id
        await self.desk.bind_known(member.asker.login, telegram_id)
        if on_shift:
            await self.centre.staff.start_shift(member.asker)
        return OnDuty(self, member.asker, telegram_id)

    async def a_hand_off(self, **given: Any) -> int:
        """A conversation in the queue, with its topic made in Telegram as number 1000 and more."""
        await self.relay.relay_once()
        number = await self.centre.a_conversation(**given)
        await self.centre.hand_off(number)
        await self.relay.relay_once()
        topic = await self.topics.topic(recipient_of(conversation_id=number))
        await self.topics.made(topic.id, GROUP, 1000 + number)
        await self.topics.carded(topic.id, 2000 + number)
        return number

    async def topic(self, conversation_id: int) -> Topic:
        """The topic of a conversation."""
        return await self.topics.topic(recipient_of(conversation_id=conversation_id))

    async def says(self, conversation_id: int, words: str, *, author: Author = Author.CITIZEN, **columns: Any) -> int:
        """Somebody said something, and the screens were told."""
        now = self.clock.now()
        async with self.transactions.begin() as tx:
            message = Message(conversation_id=conversation_id, author=author, text=words, created_at=now, **columns)
            tx.add(message)
            await tx.flush()
            ids = {"conversation_id": conversation_id, "message_id": message.id or 0}
            await announce(tx, LiveKind.MESSAGE, now, **ids)
        return ids["message_id"]

    async def announce(self, kind: LiveKind, **ids: int | str) -> None:
        """A live event."""
        async with self.transactions.begin() as tx:
            await announce(tx, kind, self.clock.now(), **ids)

    async def an_appeal(self, *, urgency: Urgency = Urgency.URGENT, answer_by: date = date(2026, 11, 30), **columns: Any) -> int:
        """A registered appeal of a conversation of its own."""
        conversation = columns.pop("conversation_id", None) or await self.centre.a_conversation(mode="bot")
        number = next(self._numbers)
        async with self.transactions.begin() as tx:
            appeal = Appeal(
                journal="А",
                year=2026,
                number=number,
                registration_number=f"А-{number:06d}/2026",
                applicant_id=await self.centre.an_applicant(conversation),
                conversation_id=conversation,
                channel="telegram",
                text="На улице открыт люк.",
                urgency=urgency,
                reply_form=ReplyForm.TELEGRAM,
                registered_at=self.clock.now(),
                due_on=answer_by,
                counted_from=self.clock.today(),
                answer_by=answer_by,
                **{"applicant_name": "Примеров Иван", "topic": "Открытый люк", **columns},
            )
            tx.add(appeal)
            await tx.flush()
            await announce(tx, LiveKind.APPEAL, self.clock.now(), appeal_id=appeal.id or 0)
        return appeal.id or 0

    async def letters(self, recipient: str | None = None) -> list[Delivery]:
        """What was written to the duty chat, or to one recipient there."""
        conditions = [Delivery.channel == "duty", *([Delivery.recipient_mark == recipient] if recipient else [])]
        return await self.centre.rows(Delivery, *conditions)

    async def posts(self, recipient: str) -> list[str]:
        """The texts of the messages to one recipient."""
        return [letter.content["text"] for letter in await self.letters(recipient) if letter.content["do"] == "post"]

    async def change(self, statement: str, **values: Any) -> None:
        """Change the database behind the desks' backs."""
        async with self.transactions.begin() as tx:
            await tx.execute(text(statement), values)


class OnDuty:
    """A bound member of staff with a telephone."""

    def __init__(self, world: DutyWorld, asker: Asker, telegram_id: int) -> None:
        self.world, self.asker, self.telegram_id = world, asker, telegram_id

    def inbound(self, conversation_id: int | None, deed: DutyDeed = DutyDeed.SAID, **given: Any) -> DutyInbound:
        """What they do in the topic of a conversation, or in the general one."""
        number = next(self.world._numbers)
        thread = None if conversation_id is None else 1000 + conversation_id
        defaults: Mapping[str, Any] = {"key": f"k{number}", "chat_id": GROUP, "message_id": 5000 + number, "thread_id": thread}
        return DutyInbound(deed=deed, telegram_id=self.telegram_id, **{**defaults, **given})

    async def writes(self, conversation_id: int | None, words: str, **given: Any) -> DutyInbound:
        """A text in a topic."""
        command, _, argument = words[1:].partition(" ") if words.startswith("/") else ("", "", "")
        inbound = self.inbound(conversation_id, text=words, command=command, argument=argument, **given)
        await self.world.hearing.hear(inbound)
        return inbound

    async def presses(self, conversation_id: int, data: str, **given: Any) -> Notice:
        """A button."""
        return await self.world.hearing.hear(
            self.inbound(conversation_id, DutyDeed.PRESSED, pressed=data, query="q1", message_id=2000 + conversation_id, **given)
        )

    async def holds(self) -> list[int]:
        """The conversations that they hold."""
        async with self.world.transactions.begin() as tx:
            found = await tx.execute(
                text("SELECT id FROM conversation WHERE mode = 'operator' AND operator_id = :me ORDER BY id"), {"me": self.asker.id}
            )
            return list(found.scalars())


async def off_shift(world: DutyWorld, member: OnDuty) -> None:
    """The person went home."""
    async with world.transactions.begin() as tx:
        staff = await tx.get_one(StaffMember, member.asker.id)
        staff.on_shift_since = None


def moment(text_: str) -> datetime:
    """A moment as ISO says it."""
    return datetime.fromisoformat(text_)
