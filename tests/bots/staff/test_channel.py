"""Deliveries become topics, pinned cards and messages of the supergroup."""

import pytest

from bots.splitting import units
from bots.staff.channel import DutyChannel
from core.channels import Channel, DeliveryError, Outbound
from core.duty.topics import GENERAL, TopicState
from core.files import FILE_LIMIT
from sandbox.telegram.members import Member
from tests.bots.citizen.peer import PIXEL as PNG
from tests.bots.staff.conftest import BOT, FAST, Duty

PHOTO = {"key": "p", "file_name": "a.png", "media_type": "image/png", "kind": "photo"}


def test_the_channel_is_a_channel_of_the_core(duty: Duty) -> None:
    channel: Channel = duty.channel
    assert channel.name == "duty" and channel.read({"update_id": 1}) is None


async def test_a_card_makes_its_topic_and_is_pinned_there(duty: Duty) -> None:
    duty.topics.want(1)
    number = int(await duty.card(1))
    thread = duty.thread(1)
    assert {name: topic["name"] for name, topic in (await duty.member.topics()).items()} == {thread: "Зарина · № 1"}
    [card] = await duty.member.reads(thread)
    assert (card.id, card.text, card.buttons) == (number, "Зарина ждёт", ["Взять"])
    assert await duty.member.pinned() == [number]


async def test_a_post_before_the_card_makes_the_topic_with_its_card_first(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.post(1, "Алло?", head="Зарина")
    card, said = await duty.member.reads(duty.thread(1))
    assert card.text == "Зарина ждёт"
    assert said.text == "Зарина\nАлло?"
    assert said.message["entities"] == [{"type": "bold", "offset": 0, "length": 6}]


async def test_a_changed_card_is_edited_and_stays_pinned(duty: Duty) -> None:
    duty.topics.want(1)
    first = await duty.card(1)
    duty.topics.want(1, "Разговор ведёт Анна", buttons=False)
    assert await duty.card(1) == first
    assert await duty.card(1) == first, "a card that is so already is no failure"
    [card] = await duty.member.reads(duty.thread(1))
    assert (card.text, card.buttons) == ("Разговор ведёт Анна", [])
    assert len(await duty.member.topics()) == 1


async def test_a_topic_is_closed_and_opened_with_its_conversation(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.card(1)
    thread = duty.thread(1)
    for state, closed in ((TopicState.CLOSED, True), (TopicState.CLOSED, True), (TopicState.OPEN, False)):
        duty.topics.want(1, f"теперь {state}", state)
        await duty.card(1)
        assert (await duty.member.topics())[thread]["closed"] is closed


async def test_what_is_said_after_the_end_opens_the_topic_for_a_moment(duty: Duty) -> None:
    duty.topics.want(1, state=TopicState.CLOSED)
    await duty.card(1)
    await duty.post(1, "Не доставлено")
    assert [one.text for one in await duty.member.reads(duty.thread(1))] == ["Зарина ждёт", "Не доставлено"]
    assert (await duty.member.topics())[duty.thread(1)]["closed"] is True


async def test_a_topic_that_was_deleted_by_hand_is_made_anew_with_its_card(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.post(1, "первое")
    former = duty.thread(1)
    await duty.member.at(former).deletes_topic()
    await duty.post(1, "второе")
    assert duty.thread(1) != former
    assert [one.text for one in await duty.member.reads(duty.thread(1))] == ["Зарина ждёт", "второе"]
    await duty.member.at(duty.thread(1)).deletes_topic()
    duty.topics.want(1, "закрыто", TopicState.CLOSED)
    await duty.card(1)
    assert (await duty.member.topics())[duty.thread(1)]["closed"] is True


async def test_a_topic_gets_the_name_that_the_citizen_told_meanwhile(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.card(1)
    duty.topics.want(1, title="Примерова Зарина · № 1")
    for _ in range(2):
        await duty.card(1)
    assert [topic["name"] for topic in (await duty.member.topics()).values()] == ["Примерова Зарина · № 1"]
    calls = [
        call for call in await duty.sandbox.calls("editForumTopic") if call["params"]["chat_id"] in (duty.group, str(duty.group))
    ]
    assert len(calls) == 1


async def test_in_another_group_every_topic_is_made_anew(duty: Duty) -> None:
    """The number of the old topic may be that of another one there."""
    duty.topics.want(1)
    await duty.card(1)
    other = await duty.sandbox.group("Новый чат", [duty.member], [BOT], is_forum=True)
    moved = DutyChannel(duty.bot, other, topics=duty.topics, load_file=duty.files.load, pace=FAST)
    await moved.send(
        Outbound(delivery_id=9, message_id=None, recipient="topic:conversation:1", content={"do": "post", "text": "я"})
    )
    there = Member(duty.sandbox, duty.member, other)
    assert [one.text for one in await there.reads(duty.thread(1))] == ["Зарина ждёт", "я"]


async def test_a_failed_closing_does_not_say_it_again(duty: Duty) -> None:
    duty.topics.want(1, state=TopicState.CLOSED)
    await duty.card(1)
    await duty.sandbox.fault("error", method="closeForumTopic", code=500)
    with pytest.raises(DeliveryError) as failed:
        await duty.post(1, "последнее")
    await duty.post(1, "последнее", **failed.value.facts)
    assert [one.text for one in await duty.member.reads(duty.thread(1))] == ["Зарина ждёт", "последнее"]
    assert (await duty.member.topics())[duty.thread(1)]["closed"] is True


async def test_a_topic_that_was_closed_by_hand_is_opened_for_what_must_be_said(duty: Duty) -> None:
    duty.topics.want(1)
    await duty.card(1)
    await duty.member.at(duty.thread(1)).closes_topic()
    await duty.post(1, "Алло?")
    assert [one.text for one in await duty.member.reads(duty.thread(1))][-1] == "Алло?"
    assert (await duty.member.topics())[duty.thread(1)]["closed"] is False


async def test_a_card_that_was_deleted_by_hand_is_sent_and_pinned_again(duty: Duty) -> None:
    duty.topics.want(1)
    first = int(await duty.card(1))
    await duty.bot.api.delete_message(duty.group, first)
    duty.topics.want(1, "другая")
    second = int(await duty.card(1))
    assert second != first and (await duty.member.pinned())[-1] == second


async def test_a_chosen_menu_loses_its_buttons(duty: Duty) -> None:
    duty.topics.want(1)
    number = int(await duty.post(1, "Кому?", buttons=[[{"title": "Алан", "data": "h:1:5"}]]))
    for _ in range(2):
        await duty.send("topic:conversation:1", do="edit", message_id=number, text="Передано: Алан")
    menu = (await duty.member.reads(duty.thread(1)))[-1]
    assert (menu.text, menu.buttons) == ("Передано: Алан", [])
    await duty.send("topic:conversation:1", do="edit", message_id=999_999, text="чего нет")


async def test_the_general_topic_and_a_private_chat_have_no_topic_number(duty: Duty) -> None:
    await duty.send(GENERAL, do="post", text="Доброе утро")
    assert [one.text for one in await duty.member.reads(None)] == ["Доброе утро"]
    person = (await duty.sandbox.citizens())[-1]
    await person.starts()
    await duty.send(f"person:{person.id}", do="post", text="Вы подключены")
    assert (await person.history())[-1].text == "Вы подключены"


async def test_a_silent_post_makes_no_sound(duty: Duty) -> None:
    await duty.send(GENERAL, do="post", text="тихо", silent=True)
    await duty.send(GENERAL, do="post", text="громко", silent=False)
    quiet, loud = (await duty.sandbox.calls("sendMessage"))[-2:]
    assert quiet["params"]["disable_notification"] in (True, "true") and "disable_notification" not in loud["params"]


async def test_a_text_that_is_too_long_comes_in_pieces_of_utf_16_units(duty: Duty) -> None:
    duty.topics.want(1)
    text = " ".join(["🚧" * 9] * 320)
    await duty.post(1, text, head="Зарина", buttons=[[{"title": "Взять", "data": "t:1"}]])
    _, *pieces = await duty.member.reads(duty.thread(1))
    assert len(pieces) == 2 and all(units(piece.text) <= 4096 for piece in pieces)
    assert " ".join(piece.text for piece in pieces) == f"Зарина\n{text}"
    assert [piece.buttons for piece in pieces] == [[], ["Взять"]]


async def test_files_come_with_their_words_or_after_them(duty: Duty) -> None:
    duty.topics.want(1)
    duty.files.kept = {"p": PNG, "d": b"%PDF-1.7 text", "v": b"OggS" + b"\x00" * 60}
    await duty.post(1, "", head="Зарина", files=[PHOTO])
    paper = {"key": "d", "file_name": "a.pdf", "media_type": "application/pdf", "kind": "document"}
    voice = {"key": "v", "file_name": "v.ogg", "media_type": "audio/ogg", "kind": "audio"}
    await duty.post(1, "я" * 2000, head="Зарина", files=[paper, voice])
    _, photo, words, document, sound = await duty.member.reads(duty.thread(1))
    assert ("photo" in photo.message, photo.text) == (True, "Зарина")
    assert photo.message["caption_entities"][0]["type"] == "bold"
    assert words.text.endswith("яя") and document.message["document"]["file_name"] == "a.pdf"
    assert "voice" in sound.message or "audio" in sound.message
    assert photo.file_id is not None and await duty.sandbox.download(photo.file_id) == PNG


async def test_what_telegram_does_not_take_as_a_picture_goes_as_a_file(duty: Duty) -> None:
    duty.topics.want(1)
    duty.files.kept = {"p": PNG}
    await duty.card(1)
    await duty.sandbox.fault("error", method="sendPhoto", code=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    await duty.post(1, "узкая", files=[PHOTO])
    assert "document" in (await duty.member.reads(duty.thread(1)))[-1].message


async def test_a_file_of_a_member_is_fetched_and_a_too_large_one_is_not(duty: Duty) -> None:
    await duty.member.sends_file(b"plain words", "a.txt")
    await duty.member.sends_file(b"x", "big.bin", size=FILE_LIMIT + 1)
    small, big = (update["message"]["document"]["file_id"] for update in await duty.bot.raw_updates(None, timeout=0, margin=3))
    assert await duty.channel.fetch(small, FILE_LIMIT) == b"plain words"
    for wanted, limit in ((big, FILE_LIMIT), (small, 3), ("nonsense", FILE_LIMIT)):
        with pytest.raises(DeliveryError) as failed:
            await duty.listener.fetch(wanted, limit)
        assert failed.value.permanent
