"""The whole centre in one event loop with a clock that the test moves: both bots, the worker, the duty chat, mail and the inbox.

Everything is wired as its processes wire it (app.assembly); Telegram and the mail server are the sandboxes. Only the dialogue is a
fake: the journeys of Rasa start the real programs (tests.journeys.house).
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import text

from app.assembly import House, open_house
from app.carrier import Carrier
from app.duty import Duty, open_duty, run_duty
from app.intake import store_update
from app.settings import Settings
from app.telegram import telegram_of
from app.watching.measuring import Measured, TimedDialogue
from app.web import build
from app.worker import run_worker
from bots.citizen.polling import Poller
from core.clock import MOSCOW
from core.dialogue import Command, TurnAnswer
from core.staff.asker import Asker
from core.vocabulary import Role
from inbox.build import ensure_ui_built
from sandbox.mail.app import create_app as mail_app
from sandbox.mail.driver import Mailbox
from sandbox.mail.settings import Settings as MailSettings
from sandbox.telegram.app import create_app as telegram_app
from sandbox.telegram.driver import Citizen, Sandbox
from sandbox.telegram.members import Member
from sandbox.telegram.settings import BotAccount
from sandbox.telegram.settings import Settings as TelegramSettings
from tests import patience
from tests.clocks import MovableClock
from tests.fakes import FakeDialogue
from tests.serving import serve

ROOT = Path(__file__).resolve().parents[2]
CITIZENS_TOKEN, STAFF_TOKEN = "7000000001:citizens", "7000000002:duty"
CITIZENS_BOT, STAFF_BOT = 7_000_000_001, 7_000_000_002
HEAD = "head@centre.example"
PASSWORD = "a password of the tests"
"""Seconds within which everything that was set going must have happened."""
_BUSY = text(
    "SELECT (SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending'))"
    " + (SELECT count(*) FROM inbound_item WHERE handled_at IS NULL)"
)


@dataclass
class Centre:
    """The running centre with the people around it."""

    house: House
    duty: Duty
    clock: MovableClock
    inbox: str
    telegram: str
    mail: str
    citizen: Citizen
    colleague: Member
    dialogue: FakeDialogue
    chats: Sandbox
    boxes: list[Mailbox] = field(default_factory=list)

    async def employs(self, login: str, full_name: str, role: Role) -> Asker:
        """A member of staff; an operator is on shift."""
        staff = self.house.office.staff
        number = await staff.accounts.create(login=login, full_name=full_name, role=role, password=PASSWORD)
        asker = await staff.asker_for(number)
        return await staff.start_shift(asker) if role is Role.OPERATOR else asker

    async def mailbox(self, address: str) -> Mailbox:
        """The box of an addressee, read from its first letter on."""
        box = await Mailbox(self.mail, address).__aenter__()
        self.boxes.append(box)
        return box

    async def rests(self) -> None:
        """Wait until nothing is on its way, so that a leap of the clock makes nothing late that is only being sent."""
        async with asyncio.timeout(patience.SECONDS):
            while await self._is_busy():
                await asyncio.sleep(0.02)

    async def comes(self, day: date, hour: int = 9, minute: int = 5) -> None:
        """It is this hour of this day, and the timetable has done its round."""
        await self.rests()
        self.clock.moment = datetime.combine(day, time(hour, minute), MOSCOW)
        await self.house.office.control.round(self.clock.now())

    async def _is_busy(self) -> bool:
        if any(bot["pending"] for bot in await self.chats.ask("GET", "bots")):
            return True
        async with self.house.transactions.begin() as tx:
            return bool((await tx.execute(_BUSY)).scalar_one())


@asynccontextmanager
async def running_centre(
    database_url: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, directory: Path
) -> AsyncIterator[Centre]:
    """Start everything and stop it as its processes stop."""
    await asyncio.to_thread(ensure_ui_built, ROOT)
    monkeypatch.chdir(directory)  # no .env of this machine
    async with AsyncExitStack() as stack:
        bots = (BotAccount(token=CITIZENS_TOKEN, username="centre_bot"), BotAccount(token=STAFF_TOKEN, username="duty_bot"))
        chats = telegram_app(TelegramSettings(bots=bots, samples=False, retry_first=0.02, retry_longest=0.05))
        telegram = stack.enter_context(serve(chats, before_stop=chats.state.exchange.close))
        letters = mail_app(MailSettings(smtp_port=0))
        mail = stack.enter_context(serve(letters, before_stop=letters.state.office.close))
        public = await stack.enter_async_context(Sandbox(telegram, bot=CITIZENS_BOT))
        inside = await stack.enter_async_context(Sandbox(telegram, bot=STAFF_BOT))
        colleague = await inside.citizen("Анна", "Операторова")
        group = await inside.group("Дежурные контакт-центра", [colleague], [STAFF_BOT], is_forum=True)
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        address = f"http://localhost:{listening.getsockname()[1]}"
        for name, value in _settings(database_url, telegram, letters.state.smtp_port, group, address).items():
            monkeypatch.setenv(name, value)
        house = await stack.enter_async_context(
            open_house(Settings(), clock=clock, dialogue=TimedDialogue(dialogue := FakeDialogue()))
        )
        duty = await stack.enter_async_context(open_duty(house))
        assert duty is not None
        await stack.enter_async_context(_working(house, duty, listening))
        person = await public.citizen("Иван", "Образцов", phone="+78672000001")
        member = Member(inside, colleague, group)
        centre = Centre(house, duty, clock, address, telegram, mail, person, member, dialogue, public)
        yield centre
        for box in centre.boxes:
            await box.__aexit__(None, None, None)
        assert [*await public.problems(), *await inside.problems()] == []


def _settings(database_url: str, telegram: str, smtp_port: int, group: int, address: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "TELEGRAM_TOKEN": CITIZENS_TOKEN,
        "STAFF_TELEGRAM_TOKEN": STAFF_TOKEN,
        "TELEGRAM_API": telegram,
        "TELEGRAM_CHAT_RATE": "1000",
        "TELEGRAM_RATE": "1000",
        "DUTY_CHAT_ID": str(group),
        "DUTY_CHAT_RATE": "1000",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp_port),
        "SMTP_TLS": "none",
        "MAIL_FROM": "centre@centre.example",
        "MAIL_SECRET": "a long word of the tests, always the same",
        "HEAD_EMAIL": HEAD,
        "NLU_URL": "http://127.0.0.1:9",
        "PUBLIC_URL": address,
    }


@asynccontextmanager
async def _working(house: House, duty: Duty, listening: socket.socket) -> AsyncIterator[None]:
    """Web, worker, both bots: each as its process runs it."""
    telegram, stopping = telegram_of(house.channels), asyncio.Event()
    assert telegram is not None
    await telegram.setup()
    await duty.relay.relay_once()
    config = uvicorn.Config(Measured(build(house)), log_config=None, lifespan="on", timeout_graceful_shutdown=1, ws="none")
    server = uvicorn.Server(config)
    async with Carrier(house.office.intake) as carrier, asyncio.TaskGroup() as tasks:
        poller = Poller(telegram, lambda payload: store_update(telegram, house.office.intake, carrier, payload))
        tasks.create_task(server.serve(sockets=[listening]))
        tasks.create_task(poller.run(stopping))
        tasks.create_task(run_worker(house, stopping))
        tasks.create_task(run_duty(house, duty, stopping))
        yield
        stopping.set()
        server.should_exit = True


def hands_off(dialogue: FakeDialogue, words: str) -> None:
    """The dialogue gives these words to an operator."""
    dialogue.when(words, TurnAnswer(state=None, commands=(Command(do="hand_off", arguments={"reason": "asked"}),)))
