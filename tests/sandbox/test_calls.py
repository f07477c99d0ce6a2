"""Calls that the official Bot API would refuse are refused, in its words; misspellings that it would ignore are noted."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.telegram.driver import Citizen, Sandbox
from tests.sandbox.conftest import TOKEN, Running

BUTTON = {"text": "Go", "callback_data": "go"}


async def ask(running: Running, method: str, *, token: str = TOKEN, **body: Any) -> dict[str, Any]:
    """One raw call with a JSON body."""
    async with aiohttp.ClientSession() as session, session.post(f"{running.base}/bot{token}/{method}", json=body) as response:
        answer: dict[str, Any] = await response.json()
        assert response.status == answer.get("error_code", 200)
        return answer


def inline(**button: Any) -> dict[str, Any]:
    """An inline keyboard of one button."""
    return {"inline_keyboard": [[{"text": "Go"} | button]]}


REFUSED = [
    pytest.param({}, "message text is empty", id="no text"),
    pytest.param({"text": "   "}, "message text is empty", id="blank text"),
    pytest.param({"text": "\u200b\u200d"}, "message text is empty", id="only zero-width characters"),
    pytest.param({"text": 5}, 'wrong type of the field "text": String expected', id="a number for a text"),
    pytest.param({"text": "a" * 4097}, "message is too long", id="4097 characters"),
    pytest.param({"text": "\U0001f600" * 2049}, "message is too long", id="4098 UTF-16 units of emoji"),
    pytest.param({"text": "<b>a", "parse_mode": "HTML"}, 'Can\'t find end tag corresponding to start tag "b"', id="an open tag"),
    pytest.param({"text": "a</b>", "parse_mode": "HTML"}, "Unexpected end tag at byte offset 1", id="a lone end tag"),
    pytest.param({"text": "<b><i>a</b>", "parse_mode": "HTML"}, 'expected "</i>", found "</b>"', id="crossed tags"),
    pytest.param({"text": "<script>a</script>", "parse_mode": "HTML"}, 'Unsupported start tag "script"', id="a foreign tag"),
    pytest.param({"text": "3 < 4", "parse_mode": "HTML"}, "can't parse entities", id="a bare less-than sign"),
    pytest.param({"text": "a.b", "parse_mode": "MarkdownV2"}, "Character '.' is reserved", id="an unescaped full stop"),
    pytest.param({"text": "*a", "parse_mode": "MarkdownV2"}, "Can't find end of bold entity", id="open Markdown"),
    pytest.param({"text": "a", "parse_mode": "RTF"}, "unsupported parse_mode", id="an unknown parse mode"),
    pytest.param(
        {"text": "ab", "entities": [{"type": "bold", "offset": 0, "length": 3}]}, "ends after the end", id="entity too long"
    ),
    pytest.param(
        {"text": "\U0001f600", "entities": [{"type": "bold", "offset": 1, "length": 1}]}, "middle of a", id="half an emoji"
    ),
    pytest.param({"text": "a", "reply_markup": inline(callback_data="d" * 65)}, "BUTTON_DATA_INVALID", id="65 bytes of data"),
    pytest.param(
        {"text": "a", "reply_markup": inline(callback_data="\u0434" * 33)}, "BUTTON_DATA_INVALID", id="66 bytes of Cyrillic"
    ),
    pytest.param({"text": "a", "reply_markup": inline()}, "text buttons are unallowed", id="a button that does nothing"),
    pytest.param({"text": "a", "reply_markup": inline(url="ftp:x")}, "is invalid: Wrong HTTP URL", id="a bad link"),
    pytest.param(
        {"text": "a", "reply_markup": inline(url="https://e.org", callback_data="x")}, "more than one action", id="two deeds"
    ),
    pytest.param({"text": "a", "reply_markup": "{bad"}, "can't parse reply_markup JSON object", id="broken JSON"),
    pytest.param({"text": "a", "reply_markup": {"inline_keyboard": [BUTTON]}}, "Array expected", id="a keyboard without rows"),
    pytest.param(
        {"text": "a", "reply_parameters": {"message_id": 999}}, "message to be replied not found", id="a reply to nothing"
    ),
    pytest.param({"text": "a", "message_thread_id": 9}, "message thread not found", id="an unknown topic"),
]


@pytest.mark.parametrize(("body", "reason"), REFUSED)
async def test_a_bad_message_is_refused(running: Running, citizen: Citizen, body: dict[str, Any], reason: str) -> None:
    answer = await ask(running, "sendMessage", chat_id=citizen.id, **body)
    assert answer["error_code"] == 400
    assert reason in answer["description"]
    assert [heard for heard in await citizen.history() if heard.from_bot] == []


NOTED = [
    pytest.param("sendMessage", {"txt": "b"}, "unknown parameter 'txt'", id="a parameter"),
    pytest.param(
        "sendMessage", {"reply_markup": inline(calback_data="x", callback_data="y")}, "'calback_data'", id="a button's field"
    ),
    pytest.param("sendMessage", {"reply_parameters": {"mesage_id": 1}}, "'mesage_id'", id="a reply's field"),
    pytest.param("sendMessage", {"link_preview_options": {"disabled": True}}, "'disabled'", id="an option's field"),
]


@pytest.mark.parametrize(("method", "more", "problem"), NOTED)
async def test_a_misspelling_is_noted(
    running: Running, sandbox: Sandbox, citizen: Citizen, method: str, more: dict[str, Any], problem: str
) -> None:
    await ask(running, method, chat_id=citizen.id, text="a", **more)
    [noted] = await sandbox.problems()
    assert problem in noted
    running.world.problems.clear()


async def test_what_does_not_exist_is_not_found(running: Running, sandbox: Sandbox, citizen: Citizen) -> None:
    assert (await ask(running, "sendMesage", chat_id=citizen.id))["error_code"] == 404
    assert (await ask(running, "sendDice", chat_id=citizen.id))["error_code"] == 501
    assert (await ask(running, "getMe", token="1:wrong"))["error_code"] == 401
    stranger = await sandbox.citizen("Stranger")
    assert "chat not found" in (await ask(running, "sendMessage", chat_id=stranger.id, text="a"))["description"]
    assert len(await sandbox.problems()) == 2
    running.world.problems.clear()


async def test_a_blocked_bot_is_told_so(running: Running, citizen: Citizen) -> None:
    await citizen.blocks()
    answer = await ask(running, "sendMessage", chat_id=citizen.id, text="a")
    assert answer == {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    await citizen.unblocks()
    assert (await ask(running, "sendMessage", chat_id=citizen.id, text="a"))["ok"]


async def test_edits_are_checked(running: Running, citizen: Citizen) -> None:
    sent = (await ask(running, "sendMessage", chat_id=citizen.id, text="<b>a</b>", parse_mode="HTML"))["result"]
    target = {"chat_id": citizen.id, "message_id": sent["message_id"]}
    same = await ask(running, "editMessageText", text="<strong>a</strong>", parse_mode="HTML", **target)
    assert "message is not modified" in same["description"]
    missing = await ask(running, "editMessageText", chat_id=citizen.id, message_id=999, text="b")
    assert missing["description"] == "Bad Request: message to edit not found"
    foreign = await ask(running, "editMessageText", chat_id=citizen.id, message_id=1, text="b")
    assert foreign["description"] == "Bad Request: message can't be edited"
    assert (await ask(running, "editMessageReplyMarkup", reply_markup=inline(callback_data="x"), **target))["ok"]
    assert (await ask(running, "editMessageText", text="b", **target))["result"].get("reply_markup") is None
    assert (await ask(running, "deleteMessage", **target))["ok"]
    assert "message to delete not found" in (await ask(running, "deleteMessage", **target))["description"]
    assert "message to edit not found" in (await ask(running, "editMessageText", text="c", **target))["description"]


async def test_a_pressed_button_must_be_answered_in_time(running: Running, citizen: Citizen) -> None:
    sent = (await ask(running, "sendMessage", chat_id=citizen.id, text="a", reply_markup=inline(callback_data="x")))["result"]
    first = await citizen.presses("Go")
    assert (await ask(running, "answerCallbackQuery", callback_query_id=first["query"]))["ok"]
    late = await citizen.forges("stale", on=sent["message_id"])
    running.clock.forward(timedelta(seconds=running.world.settings.callback_lifetime + 1))
    for query in (late["query"], first["query"], "1"):
        assert "query is too old" in (await ask(running, "answerCallbackQuery", callback_query_id=query))["description"]


async def test_contacts_are_asked_for_only_in_private(running: Running, sandbox: Sandbox, citizen: Citizen) -> None:
    keyboard = {"keyboard": [[{"text": "Phone", "request_contact": True}]]}
    assert (await ask(running, "sendMessage", chat_id=citizen.id, text="a", reply_markup=keyboard))["ok"]
    group = await sandbox.group("Duty", [citizen], [7000000001])
    answer = await ask(running, "sendMessage", chat_id=group, text="a", reply_markup=keyboard)
    assert answer["description"] == "Bad Request: phone number can be requested in private chats only"


async def test_a_form_a_query_and_multipart_carry_the_same_call(running: Running, citizen: Citizen) -> None:
    url = f"{running.base}/bot{TOKEN}/sendMessage"
    fields = {"chat_id": str(citizen.id), "text": "a", "protect_content": "true"}
    multipart = aiohttp.FormData(fields, default_to_multipart=True)
    async with aiohttp.ClientSession() as session:
        for request in ({"data": fields}, {"params": fields}, {"data": multipart}):
            async with session.post(url, **request) as response:
                assert (await response.json())["result"]["text"] == "a"
        async with session.post(url, data=b"{bad", headers={"Content-Type": "application/json"}) as response:
            assert response.status == 400
        async with session.post(url, json=fields, headers={"Origin": "https://elsewhere.example"}) as response:
            assert response.status == 403


async def test_commands_are_checked(running: Running) -> None:
    bad = {"command": "Menu!", "description": "x"}
    assert (await ask(running, "setMyCommands", commands=[bad]))["description"] == "Bad Request: BOT_COMMAND_INVALID"
    assert (await ask(running, "setMyShortDescription", short_description="a" * 121))["error_code"] == 400


async def test_a_forum_has_topics(running: Running, sandbox: Sandbox, citizen: Citizen) -> None:
    group = await sandbox.group("Duty", [citizen], [7000000001], is_forum=True)
    thread = (await ask(running, "createForumTopic", chat_id=group, name="Appeal 15"))["result"]["message_thread_id"]
    where = {"chat_id": group, "message_thread_id": thread}
    assert (await ask(running, "sendMessage", text="a", **where))["result"]["is_topic_message"]
    assert (await ask(running, "closeForumTopic", **where))["ok"]
    assert "TOPIC_CLOSED" in (await ask(running, "sendMessage", text="a", **where))["description"]
    assert (await ask(running, "reopenForumTopic", **where))["ok"]
    assert (await ask(running, "deleteForumTopic", **where))["ok"]
    assert "message thread not found" in (await ask(running, "sendMessage", text="a", **where))["description"]


async def test_copies_hide_and_forwards_show_the_author(running: Running, citizen: Citizen) -> None:
    number = await citizen.writes("original")
    source = {"chat_id": citizen.id, "from_chat_id": citizen.id, "message_id": number}
    forwarded = (await ask(running, "forwardMessage", **source))["result"]
    assert forwarded["forward_origin"]["sender_user"]["id"] == citizen.id
    copied = (await ask(running, "copyMessage", **source))["result"]["message_id"]
    assert "forward_origin" not in next(heard for heard in await citizen.history() if heard.id == copied).message
    assert "message to copy not found" in (await ask(running, "copyMessage", **source | {"message_id": 999}))["description"]
