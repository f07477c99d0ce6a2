"""Both bots against the sandbox: a citizen asks for an operator, the staff answer from their telephones and close.

Everything is the product's own but the dialogue: the citizens' bot by polling, the worker with its queue, the duty process.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from app.assembly import House, open_house
from app.carrier import Carrier
from app.duty import Duty, open_duty, run_duty
from app.intake import store_update
from app.settings import Settings
from app.telegram import telegram_of
from app.worker import run_worker
from bots.citizen.polling import Poller
from core.dialogue import Command, TurnAnswer
from core.staff.asker import Asker
from core.vocabulary import Role
from db.transactions import Transactions
from sandbox.telegram.driver import Citizen, Heard, Sandbox
from sandbox.telegram.members import Member
from tests.bots.citizen.peer import PIXEL
from tests.bots.staff.conftest import BOT, CITIZENS_BOT, CITIZENS_TOKEN, TOKEN, Running
from tests.fakes import FakeDialogue

PATIENCE = 60.0


@dataclass
class Centre:
    """The running centre, its citizen and its staff."""

    house: House
    duty: Duty
    citizen: Citizen
    group: int
    sandbox: Sandbox

    async def employs(self, login: str, full_name: str, role: Role = Role.OPERATOR) -> Asker:
        """A member of staff on shift."""
        staff = self.house.office.staff
        number = await staff.accounts.create(login=login, full_name=full_name, role=role, password="a password of the tests")
        return await staff.start_shift(await staff.asker_for(number))


async def _hears(member: Member, text: str, thread: int | None = None) -> Heard:
    """The next words of the bot in a topic."""
    found: Callable[[Heard], bool] = lambda heard: text in heard.text and (thread is None or heard.thread == thread)  # noqa: E731
    return await member.hears(found, PATIENCE)


@pytest.fixture
async def centre(
    staff_sandbox: Running,
    sandbox: Sandbox,
    transactions: Transactions,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path,
) -> AsyncIterator[Centre]:
    """Started as its processes start; stopped as they stop."""
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    people = [await sandbox.citizen(name) for name in ("Анна", "Алан", "Посторонний")]
    group = await sandbox.group("Дежурные", people, [BOT], is_forum=True)
    given = {
        "DATABASE_URL": database_url,
        "TELEGRAM_TOKEN": CITIZENS_TOKEN,
        "STAFF_TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API": staff_sandbox.base,
        "DUTY_CHAT_ID": str(group),
        "DUTY_CHAT_RATE": "1000",
        "NLU_URL": "http://127.0.0.1:9",
        "PUBLIC_URL": "https://centre.example",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    dialogue, stopping = FakeDialogue(), asyncio.Event()
    dialogue.when(
        "Соедините с оператором", TurnAnswer(state=None, commands=(Command(do="hand_off", arguments={"reason": "asked"}),))
    )
    async with (
        open_house(Settings(), dialogue=dialogue) as house,
        open_duty(house) as duty,
        Carrier(house.office.intake) as carrier,
        Sandbox(staff_sandbox.base, bot=CITIZENS_BOT) as public,
        asyncio.TaskGroup() as tasks,
    ):
        telegram = telegram_of(house.channels)
        assert telegram is not None and duty is not None
        await telegram.setup()
        await duty.relay.relay_once()
        poller = Poller(telegram, lambda payload: store_update(telegram, house.office.intake, carrier, payload))
        tasks.create_task(poller.run(stopping))
        tasks.create_task(run_worker(house, stopping))
        tasks.create_task(run_duty(house, duty, stopping))
        citizen = await public.citizen("Зарина", "Примерова", phone="+79000000011")
        yield Centre(house, duty, citizen, group, sandbox)
        stopping.set()


@pytest.mark.clause("3.1")
async def test_the_staff_take_answer_and_close_from_their_telephones(centre: Centre) -> None:
    anna_asker = await centre.employs("anna", "Примерова Анна Образцовна")
    alan_asker = await centre.employs("alan", "Тестов Алан Пробович")
    anna, alan, stranger = [
        Member(centre.sandbox, person, centre.group)
        for person in (await centre.sandbox.citizens())
        if person.user["first_name"] in ("Анна", "Алан", "Посторонний")
    ][-3:]

    # Each binds their telephone with a code from the inbox, typed to the bot alone.
    for person, asker in ((anna, anna_asker), (alan, alan_asker)):
        alone = Citizen(centre.sandbox, person.user)
        await alone.starts()
        await alone.writes(await centre.duty.desk.binding_code(asker))
        await alone.hears(asker.full_name, PATIENCE)

    # The hand-off appears as a topic with a pinned card.
    await centre.citizen.writes("Соедините с оператором")
    await centre.citizen.hears("ожидайте", PATIENCE)
    card = await _hears(anna, "Зарина Примерова")
    thread = card.thread
    assert thread is not None and card.buttons == ["Взять", "Передать", "Закрыть"]
    await anna.sees("pin", lambda body: body["message_id"] == card.id, PATIENCE)
    assert [topic["name"] for topic in (await anna.topics()).values()] == ["Зарина Примерова · № 1"]
    anna, alan, stranger = anna.at(thread), alan.at(thread), stranger.at(thread)

    # The first who presses gets it; the second is told who was first.
    await anna.presses("Взять", on=card.id)
    await anna.sees("answer", lambda body: "Примерова" in body["text"], PATIENCE)
    await alan.presses("Передать", on=card.id)
    told = await alan.sees("answer", lambda body: "уже ведёт" in body["text"], PATIENCE)
    assert "Примерова Анна" in told["text"] and told["alert"]
    greeting = await centre.citizen.hears("Примерова Анна Образцовна", PATIENCE)
    assert "Контакт-центр" in greeting.text

    # Words and a photo from the telephone reach the citizen.
    await anna.writes("Приём по понедельникам с 10:00.")
    await centre.citizen.hears("Приём по понедельникам", PATIENCE)
    await anna.sends_file(PIXEL, "plan.png", kind="photo", mime="image/png", caption="Схема проезда")
    photo = await centre.citizen.hears("Схема проезда", PATIENCE)
    assert photo.file_id is not None and await centre.sandbox.download(photo.file_id) == PIXEL

    # What the citizen answers, in words and as a file, appears in the topic.
    await centre.citizen.writes("Спасибо, а в субботу?")
    answer = await _hears(anna, "а в субботу?", thread)
    assert answer.text.startswith("Зарина Примерова\n")
    await centre.citizen.sends_file(PIXEL, "yard.png", kind="photo", mime="image/png")
    picture = await anna.hears(lambda heard: heard.file_id is not None and heard.thread == thread, PATIENCE)
    assert picture.file_id is not None and await centre.sandbox.download(picture.file_id) == PIXEL

    # A note stays inside, a colleague's words too, and a stranger gets nothing.
    await anna.writes("/note Проверить график")
    await _hears(anna, "гражданин её не видит", thread)
    await alan.writes("Я бы сказал иначе")
    await _hears(alan, "уже ведёт Примерова Анна", thread)
    await stranger.writes("подслушано")
    await stranger.at(None).hears(lambda heard: heard.thread is None and "Посторонний" in heard.text, PATIENCE)

    # Closing asks how it ended; the topic closes and the citizen is thanked.
    await anna.presses("Закрыть", on=card.id)
    menu = await _hears(anna, "Чем закончился", thread)
    watching = anna.at(thread)  # the card is changed before or after the topic is closed
    await anna.presses("Дан справочный ответ", on=menu.id)
    await centre.citizen.hears("Благодарим за обращение", PATIENCE)
    await anna.sees("chat", lambda body: body["topics"][str(thread)]["closed"], PATIENCE)

    said = [heard.text for heard in await centre.citizen.history() if heard.from_bot]
    assert not [words for words in said if "график" in words or "иначе" in words or "подслушано" in words]
    pinned = await watching.hears(lambda heard: heard.id == card.id and "завершён" in heard.text, PATIENCE)
    assert pinned.buttons == []
