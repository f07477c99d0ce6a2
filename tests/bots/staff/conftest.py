"""The duty bot against a running Bot API sandbox that has a second bot beside it."""

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace

import pytest

from bots.staff.api import DutyBot, SessionOptions
from bots.staff.channel import DutyChannel
from bots.staff.listening import DutyListener
from bots.staff.pacing import Pace
from bots.staff.reading import DutyReader
from core.channels import Outbound
from core.duty.topics import Topic, TopicState
from core.errors import NotFound
from sandbox.telegram.app import create_app
from sandbox.telegram.driver import Sandbox
from sandbox.telegram.exchange import Exchange
from sandbox.telegram.members import Member
from sandbox.telegram.settings import BotAccount, Settings
from tests.bots.citizen.conftest import Files, HandClock
from tests.serving import serve

os.environ["PTB_TIMEDELTA"] = "1"  # as app.channels does: otherwise the library warns of its own future at every 429
CITIZENS_TOKEN, TOKEN = "7000000001:citizens", "7000000002:duty"
CITIZENS_BOT, BOT = 7_000_000_001, 7_000_000_002
FAST = Pace(chat_rate=1000.0, chat_burst=1000)


class FakeTopics:
    """Implements TopicKeeper in memory; every topic that is asked for is there."""

    def __init__(self) -> None:
        self.kept: dict[str, Topic] = {}

    def want(
        self, number: int, text: str = "Зарина ждёт", state: TopicState = TopicState.OPEN, *, buttons: bool = True, title: str = ""
    ) -> Topic:
        """A topic as the relay would have written it."""
        recipient = f"topic:conversation:{number}"
        known = self.kept.get(recipient)
        card = {"text": text, "buttons": [[{"title": "Взять", "data": f"t:{number}"}]] if buttons else []}
        empty = Topic(
            id=number,
            recipient=recipient,
            conversation_id=number,
            appeal_id=None,
            title=f"Зарина · № {number}",
            state=state,
        )
        self.kept[recipient] = replace(known or empty, card=card, state=state, title=title or f"Зарина · № {number}")
        return self.kept[recipient]

    async def topic(self, recipient: str) -> Topic:
        if recipient not in self.kept:
            raise NotFound("no such topic")
        return self.kept[recipient]

    async def made(self, topic_id: int, chat_id: int, thread_id: int) -> None:
        title = self.kept[f"topic:conversation:{topic_id}"].title
        made = {"chat_id": chat_id, "thread_id": thread_id, "shown_title": title}
        self._change(topic_id, **made, card_message_id=None, is_shut=False)

    async def renamed(self, topic_id: int, title: str) -> None:
        self._change(topic_id, shown_title=title)

    async def carded(self, topic_id: int, message_id: int) -> None:
        self._change(topic_id, card_message_id=message_id)

    async def shut(self, topic_id: int, *, is_shut: bool) -> None:
        self._change(topic_id, is_shut=is_shut)

    async def lost(self, topic_id: int) -> None:
        self._change(topic_id, thread_id=None, card_message_id=None, is_shut=False)

    def _change(self, topic_id: int, **fields: object) -> None:
        recipient = f"topic:conversation:{topic_id}"
        self.kept[recipient] = replace(self.kept[recipient], **fields)


@dataclass(frozen=True)
class Running:
    """A sandbox that runs."""

    base: str
    exchange: Exchange


@dataclass
class Duty:
    """The duty bot in its supergroup, and what the tests need of both."""

    channel: DutyChannel
    listener: DutyListener
    reader: DutyReader
    bot: DutyBot
    topics: FakeTopics
    files: Files
    clock: HandClock
    sandbox: Sandbox
    member: Member
    sent: int = 0
    content: dict[str, object] = field(default_factory=dict)

    @property
    def group(self) -> int:
        return self.member.place

    async def send(self, recipient: str, **content: object) -> str:
        """One delivery."""
        self.sent += 1
        return await self.channel.send(Outbound(delivery_id=self.sent, message_id=None, recipient=recipient, content=content))

    async def post(self, number: int, text: str, **content: object) -> str:
        """A message to the topic of a conversation."""
        return await self.send(f"topic:conversation:{number}", do="post", text=text, **content)

    async def card(self, number: int) -> str:
        """The topic brought to what it shall be."""
        return await self.send(f"topic:conversation:{number}", do="card")

    def thread(self, number: int) -> int:
        """The topic's number in Telegram."""
        found = self.topics.kept[f"topic:conversation:{number}"].thread_id
        assert found is not None
        return found


@pytest.fixture(scope="session")
def staff_sandbox() -> Iterator[Running]:
    bots = (BotAccount(token=CITIZENS_TOKEN, username="centre_bot"), BotAccount(token=TOKEN, username="duty_bot"))
    app = create_app(Settings(bots=bots, samples=False, retry_first=0.02, retry_longest=0.05))
    with serve(app, before_stop=app.state.exchange.close) as base:
        yield Running(base, app.state.exchange)


@pytest.fixture
async def sandbox(staff_sandbox: Running) -> AsyncIterator[Sandbox]:
    """The driver of the duty bot's side; afterwards the official schema must have found nothing."""
    async with Sandbox(staff_sandbox.base, bot=BOT) as driver:
        yield driver
        problems = await driver.problems()
        staff_sandbox.exchange.world.problems.clear()
        await driver.ask("DELETE", "faults")
        assert problems == []


@pytest.fixture
async def duty(staff_sandbox: Running, sandbox: Sandbox) -> AsyncIterator[Duty]:
    """A new supergroup with the bot and one member of staff; nothing waits for the bot."""
    person = await sandbox.citizen("Анна", "Примерова")
    group = await sandbox.group("Дежурные", [person], [BOT], is_forum=True)
    clock, files, topics = HandClock(), Files(), FakeTopics()
    bot = DutyBot(TOKEN, staff_sandbox.base, SessionOptions(timeout=3), group_rate=1000)
    channel = DutyChannel(bot, group, topics=topics, load_file=files.load, pace=FAST, clock=clock, sleep=clock.sleep)
    reader = DutyReader(BOT, group)
    await bot.api.delete_webhook(drop_pending_updates=True)
    yield Duty(channel, DutyListener(bot, reader), reader, bot, topics, files, clock, sandbox, Member(sandbox, person, group))
    await channel.close()
