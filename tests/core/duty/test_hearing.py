"""What the staff do in the duty chat, and what comes of it."""

import pytest

from core.channels import InboundFile
from core.conversations.model import Attachment, Contact, Conversation, Message
from core.deliveries.model import Delivery
from core.duty.inbound import SILENT, DutyDeed, DutyInbound
from core.duty.topics import GENERAL, recipient_of
from core.vocabulary import Role
from tests.core.duty.world import GROUP, DutyWorld, OnDuty

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
STRANGER = 666


async def _to_citizen(world: DutyWorld) -> list[str]:
    """What the citizens' bot is to say."""
    return [one.content["text"] for one in await world.centre.rows(Delivery, Delivery.channel == "telegram")]


async def _answers(world: DutyWorld, number: int) -> list[str]:
    return await world.posts(recipient_of(conversation_id=number))


@pytest.fixture
async def anna(world: DutyWorld) -> OnDuty:
    return await world.a_duty_member("Примерова Анна")


@pytest.fixture
async def alan(world: DutyWorld) -> OnDuty:
    return await world.a_duty_member("Тестов Алан")


@pytest.mark.clause("3.1")
async def test_words_in_a_topic_take_the_conversation_greet_the_citizen_and_answer(world: DutyWorld, anna: OnDuty) -> None:
    number = await world.a_hand_off()
    await anna.writes(number, "Приём с 10:00.")
    await anna.writes(number, "Кабинет 5.")
    greeting, *said = await _to_citizen(world)
    assert "Контакт-центр" in greeting and "Примерова Анна" in greeting
    assert said == ["Приём с 10:00.", "Кабинет 5."]
    assert await anna.holds() == [number]


async def test_of_two_who_press_take_the_second_is_told_who_was_first(world: DutyWorld, anna: OnDuty, alan: OnDuty) -> None:
    number = await world.a_hand_off()
    assert "Примерова Анна" in (await anna.presses(number, f"t:{number}")).text
    second = await alan.presses(number, f"t:{number}")
    assert (second.text, second.loud) == ("Разговор уже ведёт Примерова Анна.", True)
    assert await anna.holds() == [number] and await alan.holds() == []
    assert len(await _to_citizen(world)) == 1, "the citizen is greeted once"


async def test_who_writes_in_a_colleagues_conversation_is_told_and_the_citizen_gets_nothing(
    world: DutyWorld, anna: OnDuty, alan: OnDuty
) -> None:
    number = await world.a_hand_off()
    await anna.writes(number, "Здравствуйте")
    before = await _to_citizen(world)
    await alan.writes(number, "А я думаю иначе")
    assert await _to_citizen(world) == before
    letter = (await world.letters(recipient_of(conversation_id=number)))[-1]
    assert "Примерова Анна" in letter.content["text"] and not letter.content.get("buttons")


async def test_a_senior_is_offered_to_take_it_over_and_may(world: DutyWorld, anna: OnDuty) -> None:
    senior = await world.a_duty_member("Старшинская Залина", Role.SENIOR)
    number = await world.a_hand_off()
    await anna.writes(number, "Здравствуйте")
    await senior.writes(number, "Позвольте мне")
    offers = [
        one.content["buttons"] for one in await world.letters(recipient_of(conversation_id=number)) if "buttons" in one.content
    ]
    data = offers[-1][0][0]["data"]
    assert data == f"o:{number}:{anna.asker.id}"
    await senior.presses(number, data)
    assert await senior.holds() == [number] and await anna.holds() == []


async def test_a_button_that_a_common_operator_forges_takes_nothing_over(world: DutyWorld, anna: OnDuty, alan: OnDuty) -> None:
    number = await world.a_hand_off()
    await anna.presses(number, f"t:{number}")
    await alan.presses(number, f"o:{number}:{anna.asker.id}")
    assert await anna.holds() == [number]


@pytest.mark.parametrize(
    "data", ["", "t", "t:", "t:0", "z:{number}", "t:999", "h:{number}:me", "c:{number}:nonsense", "t:{number}:x;"]
)
async def test_a_forged_or_old_button_does_nothing(world: DutyWorld, anna: OnDuty, data: str) -> None:
    number = await world.a_hand_off()
    notice = await anna.presses(number, data.format(number=number))
    assert notice.text and await anna.holds() == []
    assert (await world.centre.rows(Conversation))[0].mode == "waiting"


async def test_a_photo_with_words_goes_to_the_citizen(world: DutyWorld, anna: OnDuty) -> None:
    number = await world.a_hand_off()
    world.port.files["f1"] = PNG
    photo = InboundFile(kind="photo", remote_id="f1", media_type="image/jpeg", size=len(PNG))
    await anna.writes(number, "Схема проезда", files=(photo,))
    sent = (await world.centre.rows(Delivery, Delivery.channel == "telegram"))[-1]
    assert sent.content["text"] == "Схема проезда"
    assert [(file["file_name"], file["kind"]) for file in sent.content["files"]] == [("photo.jpg", "photo")]
    assert [one.state for one in await world.centre.rows(Attachment)] == ["stored"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param({"problem": "file_too_big", "text": "вот"}, "больше 20 МБ", id="over 20 MB"),
        pytest.param({"problem": "unsupported"}, "этого вида", id="a poll"),
        pytest.param({"files": (InboundFile(kind="location"),)}, "этого вида", id="a place"),
        pytest.param({"files": (InboundFile(kind="document", remote_id="gone"),)}, "получить не удалось", id="a file that is gone"),
        pytest.param({"files": (InboundFile(kind="document", remote_id="program"),)}, "отправить нельзя", id="a program"),
        pytest.param({"files": (InboundFile(kind="document", remote_id="empty"),)}, "отправить нельзя", id="an empty file"),
    ],
)
async def test_what_cannot_be_sent_is_said_in_the_topic(
    world: DutyWorld, anna: OnDuty, given: dict[str, object], told: str
) -> None:
    number = await world.a_hand_off()
    world.port.files |= {"program": b"MZ" + b"\x00" * 90, "empty": b""}
    await anna.presses(number, f"t:{number}")
    await anna.writes(number, str(given.pop("text", "")), **given)
    assert told in (await _answers(world, number))[-1]
    assert len(await _to_citizen(world)) == 1, "the greeting only"


async def test_a_note_stays_inside(world: DutyWorld, anna: OnDuty) -> None:
    number = await world.a_hand_off()
    await anna.writes(number, "/note Проверить адрес")
    notes = await world.centre.rows(Message, Message.audience == "staff")
    assert [(note.text, note.staff_id) for note in notes] == [("Проверить адрес", anna.asker.id)]
    assert await _to_citizen(world) == []
    assert "гражданин её не видит" in (await _answers(world, number))[-1]
    await anna.writes(number, "/note")
    assert "/note текст" in (await _answers(world, number))[-1]


async def test_an_edit_is_noted_for_colleagues_and_its_author_is_told(world: DutyWorld, anna: OnDuty) -> None:
    number = await world.a_hand_off()
    written = await anna.writes(number, "дом 1")
    before = await _to_citizen(world)
    for key, words in (("e1", "дом 2"), ("e1", "дом 2"), ("e2", "дом 1")):
        await world.hearing.hear(anna.inbound(number, DutyDeed.EDITED, key=key, message_id=written.message_id, text=words))
    assert await _to_citizen(world) == before
    notes = await world.centre.rows(Message, Message.audience == "staff")
    assert len(notes) == 1 and notes[0].text.endswith("дом 2")
    assert [words for words in await _answers(world, number) if "прежний текст" in words]


async def test_an_unknown_command_is_not_said_to_the_citizen(world: DutyWorld, anna: OnDuty) -> None:
    number = await world.a_hand_off()
    await anna.writes(number, "/tkae")
    assert await _to_citizen(world) == []
    assert "/help" in (await _answers(world, number))[-1]


@pytest.mark.clause("2.8.2")
async def test_closing_asks_for_the_outcome_and_ends_the_contact_with_it(world: DutyWorld, anna: OnDuty) -> None:
    number = await world.a_hand_off()
    assert (await anna.presses(number, f"c:{number}")).text == "Сначала возьмите разговор."
    await anna.presses(number, f"t:{number}")
    assert await anna.presses(number, f"c:{number}") == SILENT
    menu = (await world.letters(recipient_of(conversation_id=number)))[-1].content
    assert [row[0]["data"].rpartition(":")[2] for row in menu["buttons"][:-1]] == ["reference", "registered", "abuse", "no_answer"]
    registered = await anna.presses(number, f"c:{number}:registered")
    assert "не зарегистрировано" in registered.text
    assert "справочный ответ" in (await anna.presses(number, f"c:{number}:reference")).text
    assert [one.outcome for one in await world.centre.rows(Contact)] == ["reference"]
    edit = (await world.letters(recipient_of(conversation_id=number)))[-1].content
    assert (edit["do"], edit["message_id"]) == ("edit", 2000 + number), "the menu shows what was chosen, without buttons"
    assert "уже завершён" in (await anna.presses(number, f"c:{number}:reference")).text


async def test_commands_do_what_the_buttons_do(world: DutyWorld, anna: OnDuty) -> None:
    number = await world.a_hand_off()
    await anna.writes(number, "/take")
    assert await anna.holds() == [number]
    await anna.writes(number, "/hand")
    await anna.writes(number, "/close")
    menus = [one for one in await world.letters(recipient_of(conversation_id=number)) if one.content.get("buttons")]
    assert len(menus) == 2
    await anna.writes(number, "/close reference")
    assert (await world.centre.rows(Conversation))[0].closed_as == "reference"
    await anna.writes(number, "ещё слово")
    assert "уже завершён" in (await _answers(world, number))[-1]


async def test_handing_over_offers_colleagues_on_shift_and_the_bot(world: DutyWorld, anna: OnDuty, alan: OnDuty) -> None:
    number = await world.a_hand_off()
    await anna.presses(number, f"t:{number}")
    await anna.presses(number, f"h:{number}")
    menu = (await world.letters(recipient_of(conversation_id=number)))[-1].content
    assert [row[0]["title"] for row in menu["buttons"]] == ["Тестов Алан", "Вернуть боту", "Отмена"]
    assert "Тестов Алан" in (await anna.presses(number, menu["buttons"][0][0]["data"])).text
    assert await alan.holds() == [number]
    assert "Тестов Алан" in (await _to_citizen(world))[-1]


async def test_a_conversation_goes_back_to_the_bot(world: DutyWorld, anna: OnDuty) -> None:
    number = await world.a_hand_off()
    await anna.presses(number, f"t:{number}")
    await anna.presses(number, f"h:{number}:bot")
    assert (await world.centre.rows(Conversation))[0].mode == "bot"


async def test_a_colleagues_conversation_is_handed_over_by_seniors_only(world: DutyWorld, anna: OnDuty, alan: OnDuty) -> None:
    senior = await world.a_duty_member("Старшинская Залина", Role.SENIOR)
    number = await world.a_hand_off()
    await anna.presses(number, f"t:{number}")
    assert "Примерова Анна" in (await alan.presses(number, f"h:{number}")).text
    assert await senior.presses(number, f"h:{number}") == SILENT
    await senior.presses(number, f"h:{number}:{alan.asker.id}")
    assert await alan.holds() == [number]


async def test_a_cancelled_menu_loses_its_buttons(world: DutyWorld, anna: OnDuty) -> None:
    number = await world.a_hand_off()
    await anna.presses(number, f"x:{number}")
    assert (await world.letters(recipient_of(conversation_id=number)))[-1].content["text"] == "Отменено."


async def test_who_may_only_read_can_do_nothing_here(world: DutyWorld) -> None:
    auditor = await world.a_duty_member("Проверкина", Role.AUDITOR, on_shift=False)
    number = await world.a_hand_off()
    notice = await auditor.presses(number, f"t:{number}")
    assert notice.text == "Ваша роль этого не позволяет."
    await auditor.writes(number, "Добрый день")
    await auditor.writes(number, "/note так")
    assert await _to_citizen(world) == [] and not await world.centre.rows(Message, Message.author == "operator")


async def test_a_stranger_gets_nothing_and_is_named_once_without_their_words(world: DutyWorld) -> None:
    number = await world.a_hand_off()
    before = len(await world.letters())
    given = {"telegram_id": STRANGER, "name": "Незнакомцев", "chat_id": GROUP, "thread_id": 1000 + number}
    for at in range(3):
        await world.hearing.hear(DutyInbound(key=f"s{at}", deed=DutyDeed.SAID, text="секретное слово", message_id=at, **given))
    pressed = await world.hearing.hear(DutyInbound(key="s9", deed=DutyDeed.PRESSED, pressed=f"t:{number}", query="q", **given))
    assert pressed == SILENT
    letters = (await world.letters())[before:]
    assert [letter.recipient for letter in letters] == [GENERAL]
    assert "Незнакомцев" in letters[0].content["text"] and "секретное" not in letters[0].content["text"]
    assert (await world.centre.rows(Conversation))[0].mode == "waiting"
    assert await _to_citizen(world) == []


@pytest.mark.parametrize("words", ["/start", "/help", "/start WRNGCDE2", "/code WRNGCDE2", "WRNGCDE2", "привет"])
async def test_a_stranger_who_writes_to_the_bot_alone_gets_no_answer_at_all(world: DutyWorld, words: str) -> None:
    command, _, argument = words[1:].partition(" ") if words.startswith("/") else ("", "", "")
    inbound = DutyInbound(
        key="p", deed=DutyDeed.SAID, telegram_id=STRANGER, private=True, text=words, command=command, argument=argument
    )
    for _ in range(7):
        assert await world.hearing.hear(inbound) == SILENT
    assert await world.letters() == []


@pytest.mark.parametrize("words", ["/start {code}", "/code {code}", "{code}"])
async def test_a_right_code_typed_to_the_bot_alone_binds(world: DutyWorld, words: str) -> None:
    asker = (await world.centre.a_member(full_name="Примерова Анна")).asker
    typed = words.format(code=await world.desk.binding_code(asker))
    command, _, argument = typed[1:].partition(" ") if typed.startswith("/") else ("", "", "")
    inbound = DutyInbound(
        key="p", deed=DutyDeed.SAID, telegram_id=STRANGER, private=True, text=typed, command=command, argument=argument
    )
    await world.hearing.hear(inbound)
    [told] = await world.posts(f"person:{STRANGER}")
    assert "Примерова Анна" in told


async def test_a_code_typed_in_the_group_does_not_bind(world: DutyWorld) -> None:
    code = await world.desk.binding_code((await world.centre.a_member()).asker)
    await world.hearing.hear(
        DutyInbound(key="g", deed=DutyDeed.SAID, telegram_id=STRANGER, text=code, command="start", argument=code)
    )
    assert await world.desk.member(STRANGER) is None


async def test_the_staff_may_talk_in_the_general_topic_without_the_bot(world: DutyWorld, anna: OnDuty) -> None:
    await anna.writes(None, "Кто сегодня до шести?")
    assert await world.letters() == []
    await anna.writes(None, "/take")
    await anna.writes(None, "/help")
    told = await world.posts(GENERAL)
    assert "в теме разговора" in told[0] and "/close" in told[1]


async def test_in_the_topic_of_an_appeal_the_staff_talk_and_leave_notes(world: DutyWorld, anna: OnDuty) -> None:
    appeal = await world.an_appeal()
    await world.relay.relay_once()
    topic = await world.topics.topic(recipient_of(appeal_id=appeal))
    await world.topics.made(topic.id, GROUP, 77)
    await anna.writes(None, "Выехали", thread_id=77)
    await anna.writes(None, "/note Позвонить в ЕДДС", thread_id=77)
    assert await _to_citizen(world) == []
    assert [one.text for one in await world.centre.rows(Message, Message.audience == "staff")] == ["Позвонить в ЕДДС"]
