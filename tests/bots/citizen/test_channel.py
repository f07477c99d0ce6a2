"""What a citizen sees of a delivery, and what the bot makes of a citizen's deeds: through a real Bot API peer."""

from typing import Any

import pytest

from bots.citizen.channel import TelegramChannel
from bots.citizen.envelope import courtesy_for
from bots.media import DOWNLOAD_LIMIT
from core.channels import Channel, DeliveryError, InboundKind
from core.files import FILE_LIMIT
from sandbox.telegram.driver import Citizen, Sandbox
from tests.bots.citizen.conftest import Files
from tests.bots.citizen.peer import BUTTONS, LONG, PIXEL, last, updates
from tests.bots.citizen.samples import an_outbound, payload


def test_it_is_a_channel_of_the_core_and_keeps_to_its_limit(channel: TelegramChannel) -> None:
    port: Channel = channel
    assert port.name == "telegram"
    assert DOWNLOAD_LIMIT == FILE_LIMIT


@pytest.mark.parametrize(
    ("name", "lane"),
    [
        ("text", "5001"),
        ("edited", "5001"),
        ("button", "5001"),
        ("blocked", "5001"),
        ("group_text", "-100200"),
        ("inline_query", "0"),
    ],
)
def test_an_update_is_stored_under_its_own_identity(channel: TelegramChannel, name: str, lane: str) -> None:
    update = payload(name)
    assert channel.intake_identity(update) == ("telegram:7000000001", str(update["update_id"]), f"telegram:{lane}")


@pytest.mark.parametrize("garbage", [None, [], {}, {"update_id": "5"}, {"update_id": None}, {"update_id": True}])
def test_what_is_no_update_has_no_identity(channel: TelegramChannel, garbage: Any) -> None:
    assert channel.intake_identity(garbage) is None


async def test_markup_in_a_text_is_plain(channel: TelegramChannel, citizen: Citizen) -> None:
    text = "<b>жирно</b> *звёздочки* _и_ [ссылка](http://example.org) & &amp;"
    sent = await channel.send(an_outbound(citizen.id, text=text))
    heard = await citizen.hears("жирно")
    assert (heard.text, str(heard.id)) == (text, sent)
    assert [entity["type"] for entity in heard.message.get("entities", [])] == ["url"]


async def test_telephones_and_addresses_can_be_tapped(channel: TelegramChannel, citizen: Citizen) -> None:
    phones = [{"phone": "112", "title": "Экстренные службы"}]
    await channel.send(an_outbound(citizen.id, text="ЕДДС: +7 (8672) 53-19-19", phones=phones))
    heard = await citizen.hears("ЕДДС")
    assert [entity["type"] for entity in heard.message["entities"]] == ["phone_number"]
    card = await citizen.hears(lambda heard: "contact" in heard.message)
    assert card.message["contact"] == {"phone_number": "112", "first_name": "Экстренные службы"}


async def test_a_pressed_button_comes_back_with_message_and_index(channel: TelegramChannel, citizen: Citizen) -> None:
    await channel.send(an_outbound(citizen.id, message_id=9_000_000_001, text="Верно?", buttons=BUTTONS))
    await citizen.presses("Нет")
    update = (await updates(channel))[-1]
    inbound = channel.read(update)
    assert inbound is not None
    assert (inbound.kind, inbound.button, inbound.sender) == (InboundKind.BUTTON, (9_000_000_001, 1), str(citizen.id))
    await channel.receive(update)
    await citizen.sees("answer")


@pytest.mark.clause("2.4.1")
async def test_the_menu_stays_under_the_conversation(channel: TelegramChannel, citizen: Citizen) -> None:
    await channel.send(an_outbound(citizen.id, text="Меню", menu=True))
    heard = await citizen.hears("Меню")
    assert heard.buttons == [item.title for item in channel.words.menu]
    for item in channel.words.menu:
        await citizen.presses(item.title)
        assert (await last(channel)).intent == item.intent


async def test_a_contact_is_asked_for_and_shared(channel: TelegramChannel, citizen: Citizen) -> None:
    await channel.send(an_outbound(citizen.id, text="Ваш номер?", ask_contact=True))
    await citizen.hears("номер")
    await citizen.presses(channel.words.share_contact)
    assert [entity.value for entity in (await last(channel)).entities] == ["+79000000011"]
    await channel.send(an_outbound(citizen.id, text="Спасибо", remove_keyboard=True))
    assert (await citizen.hears("Спасибо")).markup == {"remove_keyboard": True}


async def test_a_strangers_contact_is_not_believed(channel: TelegramChannel, citizen: Citizen, sandbox: Sandbox) -> None:
    neighbour = await sandbox.citizen("Neighbour", phone="+79000000012")
    await citizen.shares_contact(of=neighbour)
    inbound = await last(channel)
    assert (inbound.problem, inbound.entities) == ("foreign_contact", ())


async def test_a_long_text_comes_in_parts_with_the_buttons_under_the_last(channel: TelegramChannel, citizen: Citizen) -> None:
    sent = await channel.send(an_outbound(citizen.id, text=LONG, buttons=BUTTONS))
    heard = [await citizen.hears(f"{number}. ") for number in range(3)]
    assert [one.buttons for one in heard] == [[], [], ["Да", "Нет"]]
    assert sent == str(heard[-1].id)


async def test_files_come_by_their_kinds(channel: TelegramChannel, citizen: Citizen, files: Files) -> None:
    files.kept = {"a": b"ID3 sound", "v": b"OggS" + bytes(24) + b"OpusHead", "d": b"paper", "p": PIXEL}
    sent_files = [
        {"key": "d", "file_name": "ответ.docx", "media_type": "application/msword", "kind": "document"},
        {"key": "p", "file_name": "p.png", "media_type": "image/png", "kind": "photo"},
        {"key": "a", "file_name": "news.mp3", "media_type": "audio/mpeg", "kind": "audio"},
        {"key": "v", "file_name": "v.ogg", "media_type": "audio/ogg", "kind": "voice"},
    ]
    await channel.send(an_outbound(citizen.id, text="Ответ готов", files=sent_files))
    first = await citizen.hears("Ответ готов")
    assert first.message["document"]["file_name"] == "ответ.docx"
    for kind in ("photo", "audio", "voice"):
        heard = await citizen.hears(lambda heard, kind=kind: kind in heard.message)  # type: ignore[misc]
        assert await citizen.sandbox.download(heard.file_id or "") in files.kept.values()


async def test_photos_come_as_an_album_with_the_words_under_the_first(
    channel: TelegramChannel, citizen: Citizen, files: Files
) -> None:
    files.kept = {"p": PIXEL}
    photo = {"key": "p", "file_name": "p.png", "media_type": "image/png", "kind": "photo"}
    sent = await channel.send(an_outbound(citizen.id, text="Фото", files=[photo] * 3))
    heard = [message for message in await citizen.history() if "photo" in message.message]
    assert len({one.message["media_group_id"] for one in heard}) == 1
    assert ([one.text for one in heard], sent) == (["Фото", "", ""], str(heard[-1].id))


async def test_a_picture_that_telegram_cannot_show_goes_as_a_document(
    channel: TelegramChannel, citizen: Citizen, sandbox: Sandbox, files: Files
) -> None:
    files.kept = {"p": PIXEL}
    photo = {"key": "p", "file_name": "p.png", "media_type": "image/png", "kind": "photo"}
    await sandbox.fault("error", method="sendPhoto", code=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    await channel.send(an_outbound(citizen.id, text="План", files=[photo]))
    assert "document" in (await citizen.hears("План")).message


async def test_an_answer_quotes_its_question_even_when_that_was_deleted(channel: TelegramChannel, citizen: Citizen) -> None:
    asked = await citizen.writes("Вопрос")
    await channel.send(an_outbound(citizen.id, text="Ответ", reply_to=str(asked)))
    assert (await citizen.hears("Ответ")).message["reply_to_message"]["message_id"] == asked
    await citizen.deletes(asked)
    await channel.send(an_outbound(citizen.id, text="Ещё ответ", reply_to=str(asked)))
    assert "reply_to_message" not in (await citizen.hears("Ещё ответ")).message


async def test_an_own_message_is_edited_and_the_same_edit_again_is_no_failure(channel: TelegramChannel, citizen: Citizen) -> None:
    sent = await channel.send(an_outbound(citizen.id, text="Верно?", buttons=BUTTONS))
    for _ in range(2):
        assert await channel.send(an_outbound(citizen.id, text="Верно: да", edit_of=sent)) == sent
    assert [heard.text for heard in await citizen.history() if heard.from_bot] == ["Верно: да"]


async def test_the_buttons_alone_are_taken_away(channel: TelegramChannel, citizen: Citizen) -> None:
    sent = await channel.send(an_outbound(citizen.id, text="Верно?", buttons=BUTTONS))
    for _ in range(2):
        assert await channel.send(an_outbound(citizen.id, edit_of=sent)) == sent
    assert (await citizen.history())[-1].buttons == []


async def test_words_under_a_file_are_edited_too(channel: TelegramChannel, citizen: Citizen, files: Files) -> None:
    files.kept = {"d": b"paper"}
    paper = {"key": "d", "file_name": "a.doc", "media_type": "application/msword", "kind": "document"}
    sent = await channel.send(an_outbound(citizen.id, text="Черновик", files=[paper]))
    for _ in range(2):
        assert await channel.send(an_outbound(citizen.id, text="Ответ", edit_of=sent)) == sent
    assert (await citizen.history())[-1].text == "Ответ"


async def test_typing_is_shown(channel: TelegramChannel, citizen: Citizen) -> None:
    await channel.show_typing(str(citizen.id))
    await citizen.sees("action", lambda body: body["action"] == "typing")
    await channel.show_typing("no chat")


@pytest.mark.parametrize("garbage", [None, 5, {}, {"callback_query": 1}, {"callback_query": {"id": ""}}, payload("button")])
async def test_a_courtesy_raises_nothing(channel: TelegramChannel, garbage: Any) -> None:
    await channel.receive(garbage)


def test_a_group_is_left() -> None:
    call = courtesy_for(payload("added_to_group"))
    assert call is not None
    assert (call.__api_method__, call.model_dump()["chat_id"]) == ("leaveChat", -100200)
    assert courtesy_for(payload("unblocked")) is None


async def test_a_file_of_a_citizen_is_fetched(channel: TelegramChannel, citizen: Citizen) -> None:
    await citizen.sends_file(b"x" * 100_000, "a.pdf", mime="application/pdf", caption="Документ")
    (file,) = (await last(channel)).files
    assert (file.file_name, file.size) == ("a.pdf", 100_000)
    assert await channel.fetch(file.remote_id, FILE_LIMIT) == b"x" * 100_000


async def test_a_file_over_telegrams_own_limit_is_told_before_it_is_fetched(channel: TelegramChannel, citizen: Citizen) -> None:
    await citizen.sends_file(b"x", "film.mp4", kind="video", mime="video/mp4", size=21 * 1024 * 1024)
    inbound = await last(channel)
    assert (inbound.problem, inbound.files[0].details["refused"]) == ("file_too_big", "file_too_big")
    with pytest.raises(DeliveryError) as failed:
        await channel.fetch(inbound.files[0].remote_id, FILE_LIMIT)
    assert failed.value.permanent


async def test_the_bot_is_registered_with_its_webhook_and_words(channel: TelegramChannel, sandbox: Sandbox) -> None:
    await channel.setup(webhook_url="https://centre.example/telegram/7000000001", secret="s-3_cret", max_connections=8)
    info = await channel.bot.get_webhook_info()
    assert (info.url, info.max_connections) == ("https://centre.example/telegram/7000000001", 8)
    assert info.allowed_updates == ["message", "edited_message", "callback_query", "my_chat_member"]
    commands = [command.command for command in await channel.bot.get_my_commands()]
    assert commands == ["start", "menu", "my", "news", "operator", "cancel", "help", "privacy"]
    assert (await channel.bot.get_my_description()).description == channel.words.description
    await channel.setup()
    assert (await channel.bot.get_webhook_info()).url == ""


async def test_album_forward_and_edit_of_a_citizen_are_read(channel: TelegramChannel, citizen: Citizen) -> None:
    await citizen.sends_album([("a.png", PIXEL, "photo", "image/png"), ("b.png", PIXEL, "photo", "image/png")], "Яма")
    found = [channel.read(update) for update in (await updates(channel))[-2:]]
    albums = {getattr(inbound, "details")["album"] for inbound in found}  # noqa: B009
    assert len(albums) == 1
    written = await citizen.writes("Яма")
    await citizen.edits(written, "Яма на дороге")
    edited = await last(channel)
    assert (edited.kind, edited.external_id, edited.text) == (InboundKind.EDIT, str(written), "Яма на дороге")
