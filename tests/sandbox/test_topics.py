"""A supergroup with topics as bots and people see it: pins, closing, deleting by hand, several bots and the staff."""

from typing import Any

import pytest

from app.up import SANDBOX_DUTY_TOKEN, SANDBOX_GROUP, SANDBOX_STAFF, SANDBOX_TOKEN
from sandbox.telegram.app import create_app
from sandbox.telegram.driver import Citizen, Impossible, Sandbox
from sandbox.telegram.exchange import Exchange
from sandbox.telegram.members import Member
from sandbox.telegram.settings import BotAccount, Settings
from tests.sandbox.conftest import SECOND_TOKEN, Running
from tests.sandbox.test_calls import ask

DUTY = 7_000_000_002


@pytest.fixture
async def anna(running: Running, sandbox: Sandbox) -> Member:
    """A member of a new supergroup of the second bot, with one open topic."""
    async with Sandbox(running.base, bot=DUTY) as driver:
        person = await driver.citizen("Анна", "Примерова")
        group = await driver.group("Duty", [person], [DUTY], is_forum=True)
        thread = (await _duty(running, "createForumTopic", chat_id=group, name="Appeal 15"))["result"]["message_thread_id"]
        await _duty(running, "deleteWebhook", drop_pending_updates=True)
        yield Member(driver, person, group, thread)


async def _duty(running: Running, method: str, **body: Any) -> dict[str, Any]:
    return await ask(running, method, token=SECOND_TOKEN, **body)


async def _say(running: Running, anna: Member, text: str, **more: Any) -> dict[str, Any]:
    where = {"chat_id": anna.place, "message_thread_id": anna.thread}
    return (await _duty(running, "sendMessage", text=text, **where, **more))["result"]


async def _updates(running: Running) -> list[dict[str, Any]]:
    return (await _duty(running, "getUpdates", timeout=0))["result"]


async def test_a_message_in_a_topic_answers_the_message_that_made_it(running: Running, anna: Member) -> None:
    await anna.writes("hello")
    message = (await _updates(running))[-1]["message"]
    assert (message["message_thread_id"], message["is_topic_message"], message["chat"]["is_forum"]) == (anna.thread, True, True)
    assert message["reply_to_message"]["forum_topic_created"]["name"] == "Appeal 15"
    await anna.at(None).writes("to all")
    general = (await _updates(running))[-1]["message"]
    assert "message_thread_id" not in general and "reply_to_message" not in general


async def test_a_pin_is_told_in_the_topic_of_the_message(running: Running, anna: Member) -> None:
    card = await _say(running, anna, "card")
    assert (await _duty(running, "pinChatMessage", chat_id=anna.place, message_id=card["message_id"]))["ok"]
    told = (await anna.history())[-1]
    assert (told.thread, told.message["pinned_message"]["message_id"]) == (anna.thread, card["message_id"])
    assert await anna.pinned() == [card["message_id"]]
    assert (await _duty(running, "unpinChatMessage", chat_id=anna.place, message_id=card["message_id"]))["ok"]
    assert await anna.pinned() == []
    refused = await _duty(running, "pinChatMessage", chat_id=anna.place, message_id=999)
    assert "message to pin not found" in refused["description"]


async def test_nobody_writes_in_a_closed_topic_and_it_can_be_opened_again(running: Running, anna: Member) -> None:
    await anna.closes_topic()
    assert "forum_topic_closed" in (await _updates(running))[-1]["message"]
    with pytest.raises(Impossible, match="closed"):
        await anna.writes("late")
    assert (await _duty(running, "reopenForumTopic", chat_id=anna.place, message_thread_id=anna.thread))["ok"]
    await anna.writes("in time")


async def test_a_topic_that_was_deleted_by_hand_is_gone_and_bots_are_not_told(running: Running, anna: Member) -> None:
    card = await _say(running, anna, "card")
    await _duty(running, "pinChatMessage", chat_id=anna.place, message_id=card["message_id"])
    before = await _updates(running)
    await anna.deletes_topic()
    assert (await anna.topics(), await anna.pinned(), await anna.reads(anna.thread)) == ({}, [], [])
    assert await _updates(running) == before
    where = {"chat_id": anna.place, "message_thread_id": anna.thread}
    assert "message thread not found" in (await _duty(running, "sendMessage", text="a", **where))["description"]
    assert "TOPIC_ID_INVALID" in (await _duty(running, "closeForumTopic", **where))["description"]
    with pytest.raises(Impossible, match="no such topic"):
        await anna.writes("where?")


async def test_a_pressed_button_is_told_to_the_bot_whose_message_it_is(running: Running, sandbox: Sandbox) -> None:
    first = running.world.seat().id
    person = await sandbox.citizen("Алан")
    group = await sandbox.group("Both", [person], [first, DUTY], is_forum=True)
    for token in (None, SECOND_TOKEN):
        await ask(running, "deleteWebhook", drop_pending_updates=True, **({"token": token} if token else {}))
    keys = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    await _duty(running, "sendMessage", chat_id=group, text="press", reply_markup=keys)
    async with Sandbox(running.base, bot=DUTY) as driver:
        await Member(driver, person, group).presses("Go")
    assert [update["callback_query"]["data"] for update in await _updates(running)] == ["go"]
    assert (await ask(running, "getUpdates", timeout=0))["result"] == []


async def test_somebody_who_is_no_member_cannot_write_in_the_group(anna: Member, citizen: Citizen) -> None:
    with pytest.raises(Impossible, match="not a member"):
        await Member(anna.sandbox, citizen, anna.place).writes("let me in")


async def test_an_unknown_bot_is_an_error_of_the_caller(sandbox: Sandbox) -> None:
    with pytest.raises(Impossible, match="404"):
        await sandbox.ask("GET", "chats", params={"bot": "5"})


def test_with_two_bots_the_samples_have_the_supergroup_that_the_centre_expects() -> None:
    bots = (BotAccount(token=SANDBOX_TOKEN), BotAccount(token=SANDBOX_DUTY_TOKEN))
    exchange: Exchange = create_app(Settings(bots=bots)).state.exchange
    group = exchange.world.groups[SANDBOX_GROUP]
    assert group.is_forum and group.bots == {2}
    assert set(SANDBOX_STAFF.values()) < set(group.members), "one of them is a stranger"
    citizens = {chat.id for chat in exchange.world.chats(1)}
    assert not citizens & set(group.members), "the staff are no citizens"


def test_with_one_bot_there_is_no_supergroup() -> None:
    exchange: Exchange = create_app(Settings(bots=(BotAccount(token=SANDBOX_TOKEN),))).state.exchange
    assert exchange.world.groups == {} and len(exchange.world.people) == 4
