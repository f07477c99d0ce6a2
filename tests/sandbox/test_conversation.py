"""aiogram talks to the sandbox by polling and by webhook: what it sends is known to the official schema, what it gets is right."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from fastapi import FastAPI, Request, Response

from sandbox.telegram.driver import Citizen, Impossible, Sandbox, Silence
from tests.sandbox.conftest import SECOND_TOKEN, Running
from tests.serving import serve

SECRET = "a-secret_Token1"


def echo_router() -> Router:
    """A small bot that uses much of what a real one uses."""
    router = Router()

    @router.message(CommandStart())
    async def start(message: Message, command: CommandObject) -> None:
        share = ReplyKeyboardMarkup(
            keyboard=[[KeyboardButton(text="My phone", request_contact=True)], [KeyboardButton(text="Menu")]]
        )
        await message.answer(f"<b>Hello</b>, {command.args or 'stranger'}", parse_mode="HTML", reply_markup=share)

    @router.message(Command("menu"))
    async def menu(message: Message) -> None:
        more = InlineKeyboardButton(text="More", callback_data="more:1")
        await message.answer("Choose", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[more]]))

    @router.callback_query(F.data.startswith("more:"))
    async def chosen(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.answer("Right away")
        await query.message.edit_text("Chosen")

    @router.message(F.contact)
    async def contact(message: Message) -> None:
        own = message.contact.user_id == message.from_user.id
        await message.reply(f"{'own' if own else 'foreign'} {message.contact.phone_number}")

    @router.message(F.location)
    async def location(message: Message) -> None:
        await message.answer(f"at {message.location.latitude:.2f}")

    @router.message(F.document | F.voice | F.photo | F.video_note | F.sticker)
    async def file(message: Message, bot: Bot) -> None:
        kind = message.content_type.value
        media = message.photo[-1] if message.photo else getattr(message, kind)
        content = await bot.download(media)
        await message.answer_document(BufferedInputFile(content.read(), "back.bin"), caption=f"{kind} {message.caption or ''}")

    @router.message(F.text)
    async def text(message: Message) -> None:
        await message.bot.send_chat_action(message.chat.id, "typing")
        await message.answer(f"echo {message.text}", reply_parameters=ReplyParameters(message_id=message.message_id))

    @router.edited_message()
    async def edited(message: Message) -> None:
        await message.react([ReactionTypeEmoji(emoji="\U0001f44d")])

    @router.my_chat_member()
    async def member(event: ChatMemberUpdated, seen: list[str]) -> None:
        seen.append(event.new_chat_member.status)

    return router


@contextlib.asynccontextmanager
async def polling(bot: Bot, seen: list[str]) -> AsyncIterator[None]:
    """The bot by long polling, for as long as the block lasts."""
    dispatcher = Dispatcher(seen=seen)
    dispatcher.include_router(echo_router())
    async with asyncio.TaskGroup() as group:
        task = group.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False, polling_timeout=5))
        yield
        await dispatcher.stop_polling()
        await task


@contextlib.asynccontextmanager
async def webhook(bot: Bot, seen: list[str]) -> AsyncIterator[None]:
    """The bot behind a webhook of its own application, in another thread and loop."""
    dispatcher = Dispatcher(seen=seen)
    dispatcher.include_router(echo_router())
    clients: list[Bot] = []

    @contextlib.asynccontextmanager
    async def own_client(_app: FastAPI) -> AsyncIterator[None]:
        async with Bot(bot.token, session=AiohttpSession(api=bot.session.api)) as client:
            clients.append(client)
            yield

    app = FastAPI(lifespan=own_client)

    @app.post("/hook")
    async def hook(request: Request) -> Response:
        if request.headers.get("x-telegram-bot-api-secret-token") != SECRET:
            return Response(status_code=403)
        await dispatcher.feed_raw_update(clients[0], await request.json())
        return Response()

    with serve(app) as base:
        await bot.set_webhook(f"{base}/hook", secret_token=SECRET, allowed_updates=dispatcher.resolve_used_update_types())
        yield
        await bot.delete_webhook()


@pytest.fixture(params=[polling, webhook], ids=["by polling", "by webhook"])
async def seen(request: pytest.FixtureRequest, bot: Bot) -> AsyncIterator[list[str]]:
    """The echo bot at work; the list takes membership changes."""
    changes: list[str] = []
    async with request.param(bot, changes):
        yield changes


async def test_a_conversation_with_everything_a_citizen_does(seen: list[str], sandbox: Sandbox) -> None:
    citizen = await sandbox.citizen("Zarina", phone="+79000000021")
    await citizen.starts("from-poster")
    hello = await citizen.hears("from-poster")
    assert hello.message["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    assert hello.buttons == ["My phone", "Menu"]

    await citizen.presses("My phone")
    assert (await citizen.hears("own")).text == "own +79000000021"
    other = await sandbox.citizen("Other", phone="+79000000022")
    await citizen.shares_contact(of=other)
    await citizen.hears("foreign +79000000022")
    await citizen.shares_location(43.02, 44.68)
    await citizen.hears("at 43.02")

    await citizen.presses("Menu")
    assert (await citizen.hears("echo Menu")).message["reply_to_message"]["text"] == "Menu"
    await citizen.writes("/menu")
    await citizen.hears("Choose")
    await citizen.presses("More")
    assert (await citizen.sees("answer"))["text"] == "Right away"
    await citizen.hears("Chosen")

    written = await citizen.writes("wrong")
    await citizen.sees("action", lambda action: action["action"] == "typing")
    await citizen.hears("echo wrong")
    await citizen.edits(written, "right")
    assert (await citizen.sees("reaction"))["reactions"] == ["\U0001f44d"]
    assert (await citizen.history())[-2].text == "right"
    await citizen.blocks()
    await citizen.unblocks()
    await citizen.writes("again")
    await citizen.hears("echo again")
    assert seen == ["kicked", "member"]


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
    "1ffa6d0a1b40000000049454e44ae426082"
)


@pytest.mark.parametrize(
    ("kind", "name", "mime", "content"),
    [
        pytest.param("document", "plan.txt", "text/plain", b"content", id="a document"),
        pytest.param("photo", "pit.png", "image/png", PNG, id="a photo"),
        pytest.param("voice", "voice.oga", "audio/ogg", b"OggS" + bytes(60), id="a voice message"),
        pytest.param("video_note", "round.mp4", "video/mp4", b"film", id="a video note"),
        pytest.param("sticker", "sticker.webp", "image/webp", b"RIFF", id="a sticker"),
    ],
)
async def test_a_file_goes_to_the_bot_and_back(
    seen: list[str], sandbox: Sandbox, citizen: Citizen, kind: str, name: str, mime: str, content: bytes
) -> None:
    await citizen.sends_file(content, name, kind=kind, mime=mime, **({"caption": "look"} if kind in ("document", "photo") else {}))
    back = await citizen.hears(re.compile(f"^{kind}"))
    assert back.message["document"]["file_name"] == "back.bin"
    assert await sandbox.download(back.file_id) == content


async def test_an_album_arrives_as_messages_of_one_group(bot: Bot, citizen: Citizen) -> None:
    await citizen.sends_album([("a.png", PNG, "photo", "image/png"), ("b.png", PNG, "photo", "image/png")], "both")
    first, second = (update.message for update in (await bot.get_updates())[-2:])
    assert first.media_group_id == second.media_group_id
    assert (first.caption, second.caption) == ("both", None)


async def test_commands_and_texts_of_the_bot_are_kept(bot: Bot, sandbox: Sandbox) -> None:
    await bot.set_my_commands([BotCommand(command="menu", description="The menu")])
    await bot.set_my_description("Long")
    await bot.set_my_short_description("Short")
    assert [command.command for command in await bot.get_my_commands()] == ["menu"]
    assert (await bot.get_my_short_description()).short_description == "Short"
    assert (await bot.get_me()).username == "centre_bot"


async def test_silence_is_reported_with_what_was_said_instead(bot: Bot, citizen: Citizen) -> None:
    await bot.send_message(citizen.id, "something else")
    with pytest.raises(Silence, match="something else"):
        await citizen.hears("hoped for", timeout=0.05)
    with pytest.raises(Impossible, match="no button"):
        await citizen.presses("Nothing")


async def test_the_marks_tell_stored_from_acknowledged(running: Running, bot: Bot, citizen: Citizen) -> None:
    number = await citizen.writes("seen?")
    assert (await citizen.history())[-1].mark == "stored"
    last = (await bot.get_updates())[-1]
    await bot.get_updates(offset=last.update_id + 1, timeout=0)
    assert (await citizen.sees("mark", lambda post: post["message"]["message_id"] == number))["mark"] == "acknowledged"
    assert running.world.seat().queue.pending == []


async def test_two_bots_have_their_own_chats_and_share_a_group(
    running: Running, bot: Bot, sandbox: Sandbox, citizen: Citizen
) -> None:
    async with (
        Bot(SECOND_TOKEN, session=AiohttpSession(api=bot.session.api)) as duty,
        Sandbox(running.base, bot=duty.id) as second,
    ):
        operator = next(person for person in await second.citizens() if person.id == citizen.id)
        await operator.starts()
        await duty.send_message(operator.id, "from the duty bot")
        await operator.hears("duty bot")
        assert all("duty" not in heard.text for heard in await citizen.history())
        group = await sandbox.group("Duty", [citizen], [bot.id, duty.id], is_forum=True)
        topic = await duty.create_forum_topic(group, "Appeal 15")
        await operator.writes("answer", chat_id=group, thread=topic.message_thread_id)
        for reader in (bot, duty):
            last = (await reader.get_updates(offset=-1))[0].message
            assert (last.text, last.message_thread_id, last.chat.id) == ("answer", topic.message_thread_id, group)


async def test_a_long_text_of_a_citizen_arrives_in_pieces(bot: Bot, citizen: Citizen) -> None:
    await citizen.writes("a" * 4095 + "\U0001f600" + "b")
    pieces = [update.message.text for update in (await bot.get_updates())[-2:]]
    assert pieces == ["a" * 4095, "\U0001f600b"]
