"""Updates of the duty bot, read from what the sandbox sends and from what it never would."""

from typing import Any

import pytest

from bots.staff.reading import DutyReader
from core.duty.inbound import DutyDeed, DutyInbound
from tests.bots.citizen.peer import PIXEL as PNG
from tests.bots.staff.conftest import BOT, Duty

GROUP = -100500
READER = DutyReader(BOT, GROUP)
ANNA = {"id": 5001, "is_bot": False, "first_name": "Анна", "last_name": "Примерова"}


def _message(**fields: Any) -> dict[str, Any]:
    chat = {"id": GROUP, "type": "supergroup", "title": "Дежурные", "is_forum": True}
    return {"message_id": 9, "date": 1, "chat": chat, "from": ANNA, **fields}


def _update(kind: str = "message", **fields: Any) -> dict[str, Any]:
    return {"update_id": 77, kind: _message(**fields)}


def _read(**fields: Any) -> DutyInbound:
    found = READER.read(_update(**fields))
    assert found is not None
    return found


async def _next(duty: Duty) -> DutyInbound:
    update = (await duty.bot.raw_updates(None, timeout=0, margin=3))[-1]
    found = duty.reader.read(update)
    assert found is not None
    return found


async def test_words_in_a_topic(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.card(1)
    posted = await duty.member.at(duty.thread(1)).writes("Добрый день")
    said = await _next(duty)
    assert (said.deed, said.text, said.thread_id, said.message_id) == (DutyDeed.SAID, "Добрый день", duty.thread(1), posted)
    assert (said.telegram_id, said.name, said.private) == (duty.member.id, "Анна Примерова", False)


async def test_a_photo_with_words_an_edit_and_a_pressed_button(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.card(1)
    anna = duty.member.at(duty.thread(1))
    await anna.sends_file(PNG, "a.png", kind="photo", mime="image/png", caption="Схема")
    photo = await _next(duty)
    assert (photo.text, [file.kind for file in photo.files]) == ("Схема", ["photo"])
    await anna.edits(await anna.writes("раз"), "два")
    assert ((edited := await _next(duty)).deed, edited.text) == (DutyDeed.EDITED, "два")
    await anna.presses("Взять")
    pressed = await _next(duty)
    assert (pressed.deed, pressed.pressed, pressed.thread_id) == (DutyDeed.PRESSED, "t:1", duty.thread(1))
    assert pressed.query


async def test_words_to_the_bot_alone(duty: Duty) -> None:
    person = (await duty.sandbox.citizens())[-1]
    await person.starts("ABCD2345")
    said = await _next(duty)
    assert (said.private, said.command, said.argument) == (True, "start", "ABCD2345")


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/note проверить адрес", "note", "проверить адрес"),
        ("/note\nв две\nстроки", "note", "в две\nстроки"),
        ("/take@duty_bot", "take", ""),
        ("/TAKE", "take", ""),
        ("не /take", "", ""),
        ("/", "", ""),
        ("/путь", "", ""),
    ],
)
def test_commands(text: str, command: str, argument: str) -> None:
    read = _read(text=text)
    assert (read.command, read.argument, read.text) == (command, argument, text)


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param({}, id="no number"),
        pytest.param({"update_id": 1}, id="no event"),
        pytest.param({"update_id": 1, "message": "text"}, id="a message that is none"),
        pytest.param(_update(chat={"id": -1, "type": "supergroup"}, text="a"), id="another group"),
        pytest.param(_update(**{"from": {"id": 1, "is_bot": True}}, text="a"), id="a bot"),
        pytest.param(_update(**{"from": None}, text="a"), id="nobody"),
        pytest.param(_update(forum_topic_created={"name": "a", "icon_color": 1}), id="a topic was made"),
        pytest.param(_update(new_chat_members=[ANNA]), id="somebody joined"),
        pytest.param(_update("channel_post", text="a"), id="a channel"),
    ],
)
def test_what_does_not_concern_us(payload: Any) -> None:
    assert READER.read(payload) is None


@pytest.mark.parametrize(
    ("fields", "thread"),
    [
        pytest.param({}, None, id="the general topic"),
        pytest.param({"message_thread_id": 5, "is_topic_message": True}, 5, id="a topic"),
        pytest.param({"message_thread_id": 5}, None, id="a thread of answers"),
        pytest.param({"message_thread_id": "5", "is_topic_message": True}, None, id="a text for a number"),
    ],
)
def test_the_topic_and_the_lane(fields: dict[str, Any], thread: int | None) -> None:
    assert _read(text="a", **fields).thread_id == thread
    identity = READER.identity(_update(text="a", **fields))
    assert identity == (f"{BOT}:77", f"thread:{thread or 0}", 77)


def test_a_file_over_the_limit_and_a_poll_are_named() -> None:
    big = {"file_id": "f", "file_unique_id": "u", "file_size": 21 * 1024 * 1024, "file_name": "a.avi"}
    assert _read(document=big).problem == "file_too_big"
    assert _read(poll={"id": "1"}).problem == "unsupported"


def test_a_button_of_a_message_that_is_too_old_names_no_topic() -> None:
    old = {"message_id": 3, "date": 0, "chat": {"id": GROUP, "type": "supergroup"}}
    read = READER.read({"update_id": 7, "callback_query": {"id": "q", "from": ANNA, "message": old, "data": "t:1"}})
    assert read is not None and (read.query, read.thread_id) == ("q", None)
