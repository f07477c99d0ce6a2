"""What happens in the centre is told in the duty chat, each thing once."""

import asyncio

import pytest
from sqlalchemy import text

from core.audit.live import LiveKind
from core.conversations.model import Attachment, Message, MessageVersion
from core.conversations.operators import Reply
from core.duty.topics import GENERAL, TopicState, recipient_of
from core.vocabulary import Audience, Author, TaskKind, Urgency
from tests.core.duty.world import DutyWorld


async def test_a_hand_off_makes_a_topic_with_a_card(world: DutyWorld) -> None:
    number = await world.centre.a_conversation(name="Зарина", words="Когда приём?", hand_off_reason="asked")
    await world.centre.hand_off(number)
    assert await world.relay.relay_once() > 0
    topic = await world.topic(number)
    assert (topic.title, topic.state, topic.thread_id) == (f"Зарина · № {number}", TopicState.OPEN, None)
    shown = topic.card["text"]
    assert all(words in shown for words in ("Зарина", "Когда приём?", "12:00", "попросил оператора", f"/inbox/{number}"))
    titles = [button["title"] for row in topic.card["buttons"] for button in row]
    assert titles == ["Взять", "Передать", "Закрыть"]
    assert [letter.content["do"] for letter in await world.letters(topic.recipient)] == ["card"]


async def test_the_cursor_and_the_letters_are_of_one_transaction(world: DutyWorld) -> None:
    """When the letters cannot be written, the events are read again."""
    number = await world.centre.a_conversation()
    await world.centre.hand_off(number)
    await world.change("ALTER TABLE delivery RENAME TO delivery_away")
    with pytest.raises(Exception, match="delivery"):
        await world.relay.relay_once()
    await world.change("ALTER TABLE delivery_away RENAME TO delivery")
    await world.relay.relay_once()
    assert len(await world.letters()) == 1


async def test_two_processes_relay_each_event_once(world: DutyWorld) -> None:
    number = await world.a_hand_off()
    for words in ("раз", "два", "три"):
        await world.says(number, words)
    await asyncio.gather(*(world.relay.relay_once() for _ in range(4)))
    assert await world.posts(recipient_of(conversation_id=number)) == ["раз", "два", "три"]


async def test_what_the_citizen_says_stands_in_the_topic_under_their_name(world: DutyWorld) -> None:
    number = await world.a_hand_off(name="Зарина")
    message = await world.says(number, "Спасибо!")
    await world.relay.relay_once()
    await world.announce(LiveKind.MESSAGE, conversation_id=number, message_id=message)
    await world.relay.relay_once()
    letter = (await world.letters(recipient_of(conversation_id=number)))[-1]
    assert (letter.content["head"], letter.content["text"], letter.content["silent"]) == ("Зарина", "Спасибо!", False)
    assert await world.posts(recipient_of(conversation_id=number)) == ["Спасибо!"], "an event again says nothing again"


async def test_the_bots_own_words_are_not_repeated_to_the_staff(world: DutyWorld) -> None:
    number = await world.a_hand_off()
    await world.says(number, "Ожидайте.", author=Author.BOT)
    await world.says(number, "Оператор завершил разговор.", author=Author.SYSTEM)
    await world.relay.relay_once()
    assert await world.posts(recipient_of(conversation_id=number)) == []


async def test_an_operator_in_the_inbox_is_heard_in_the_topic_and_their_notes_too(world: DutyWorld) -> None:
    number = await world.a_hand_off()
    anna = await world.a_duty_member("Примерова Анна")
    await world.centre.operators.take(anna.asker, number)
    await world.centre.operators.reply(anna.asker, number, Reply(text="Добрый день", client_key="from-the-inbox"))
    await world.centre.operators.note(anna.asker, number, "Уточнить адрес", "note-from-the-inbox")
    await world.relay.relay_once()
    letters = [one.content for one in await world.letters(recipient_of(conversation_id=number)) if one.content["do"] == "post"]
    assert [(one["text"], one["silent"]) for one in letters] == [("Добрый день", True), ("Уточнить адрес", True)]
    assert letters[0]["head"].startswith("Оператор Примерова Анна") and letters[1]["head"].startswith("Заметка")


async def test_what_was_typed_in_the_topic_is_not_echoed_there(world: DutyWorld) -> None:
    number = await world.a_hand_off()
    anna = await world.a_duty_member()
    await anna.writes(number, "Добрый день")
    await anna.writes(number, "/note Уточнить адрес")
    await world.relay.relay_once()
    posts = await world.posts(recipient_of(conversation_id=number))
    assert not [words for words in posts if "Добрый" in words or "Уточнить" in words]


async def test_a_citizens_edit_is_told_with_the_new_words(world: DutyWorld) -> None:
    number = await world.a_hand_off(name="Зарина")
    message = await world.says(number, "дом 1")
    await world.relay.relay_once()
    async with world.transactions.begin() as tx:
        tx.add(MessageVersion(message_id=message, text="дом 1", replaced_at=world.clock.now()))
        await tx.execute(text("UPDATE message SET text = 'дом 2' WHERE id = :id"), {"id": message})
    await world.announce(LiveKind.MESSAGE, conversation_id=number, message_id=message)
    await world.relay.relay_once()
    letters = await world.letters(recipient_of(conversation_id=number))
    assert [one.content.get("text") for one in letters[1:]] == ["дом 1", "дом 2"]
    assert "исправлено" in letters[-1].content["head"]


async def _attach(world: DutyWorld, message: int, **columns: object) -> None:
    async with world.transactions.begin() as tx:
        tx.add(Attachment(message_id=message, **{"kind": "photo", "media_type": "image/png", **columns}))


async def test_a_file_comes_when_it_was_fetched_and_once(world: DutyWorld) -> None:
    number = await world.a_hand_off(name="Зарина")
    message = await world.says(number, "")
    await _attach(world, message, state="remote")
    await world.relay.relay_once()
    assert await world.posts(recipient_of(conversation_id=number)) == []
    await world.change("UPDATE attachment SET state = 'stored', storage_key = 'abc'")
    for _ in range(2):
        await world.announce(LiveKind.MESSAGE, conversation_id=number, message_id=message)
        await world.relay.relay_once()
    posts = [one.content for one in await world.letters(recipient_of(conversation_id=number)) if one.content["do"] == "post"]
    assert [[file["key"] for file in one["files"]] for one in posts] == [["abc"]]
    assert posts[0]["head"] == "Зарина"


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        pytest.param(
            {"kind": "location", "state": "stored", "details": {"latitude": 43.02, "longitude": 44.68}},
            "43.02, 44.68",
            id="a place",
        ),
        pytest.param({"kind": "contact", "state": "stored", "details": {"name": "И", "phone": "+7"}}, "И, +7", id="a contact"),
        pytest.param({"kind": "document", "state": "refused", "file_name": "film.avi"}, "film.avi", id="too large"),
        pytest.param({"kind": "document", "state": "gone", "file_name": "a.doc"}, "a.doc", id="gone"),
    ],
)
async def test_what_has_no_bytes_is_told_in_words(world: DutyWorld, columns: dict[str, object], told: str) -> None:
    number = await world.a_hand_off()
    await _attach(world, await world.says(number, ""), **columns)
    await world.relay.relay_once()
    assert told in (await world.posts(recipient_of(conversation_id=number)))[0]


async def test_a_reply_that_did_not_arrive_is_told_where_it_was_written(world: DutyWorld) -> None:
    number = await world.a_hand_off()
    anna = await world.a_duty_member()
    await anna.writes(number, "Добрый день")
    await world.change("UPDATE delivery SET state = 'failed' WHERE channel = 'telegram'")
    message = (await world.centre.rows(Message))[-1]
    await world.announce(LiveKind.MESSAGE, conversation_id=number, message_id=message.id)
    await world.relay.relay_once()
    assert "Не доставлено" in (await world.posts(recipient_of(conversation_id=number)))[-1]


async def test_the_card_follows_the_conversation(world: DutyWorld) -> None:
    number = await world.a_hand_off()
    anna = await world.a_duty_member("Примерова Анна")
    await world.centre.operators.take(anna.asker, number)
    await world.relay.relay_once()
    held = await world.topic(number)
    assert "Примерова Анна" in held.card["text"]
    assert [button["title"] for row in held.card["buttons"] for button in row] == ["Передать", "Закрыть"]
    await world.centre.operators.close(anna.asker, number, "reference")
    await world.relay.relay_once()
    closed = await world.topic(number)
    assert (closed.state, closed.card["buttons"]) == (TopicState.CLOSED, [])
    assert [letter.content["do"] for letter in await world.letters(held.recipient)] == ["card"] * 3


async def test_the_question_on_the_card_stays_that_of_the_hand_off(world: DutyWorld) -> None:
    number = await world.a_hand_off(words="Когда приём?")
    await world.says(number, "Алло?")
    await world.relay.relay_once()
    topic = await world.topic(number)
    assert "Когда приём?" in topic.card["text"] and "Алло" not in topic.card["text"]
    assert [letter.content["do"] for letter in await world.letters(topic.recipient)] == ["card", "post"]


async def test_a_conversation_handed_back_and_handed_off_again_opens_the_same_topic(world: DutyWorld) -> None:
    number = await world.a_hand_off(words="Когда приём?")
    anna = await world.a_duty_member()
    await world.centre.operators.take(anna.asker, number)
    await world.centre.operators.hand_back(anna.asker, number)
    await world.relay.relay_once()
    closed = await world.topic(number)
    assert closed.state is TopicState.CLOSED
    await world.says(number, "И ещё вопрос")
    await world.relay.relay_once()
    assert await world.posts(closed.recipient) == [], "what is said to the bot is not the staff's matter"
    await world.change("UPDATE conversation SET mode = 'waiting', waiting_since = now() WHERE id = :id", id=number)
    await world.centre.hand_off(number)
    await world.relay.relay_once()
    opened = await world.topic(number)
    assert (opened.id, opened.state) == (closed.id, TopicState.OPEN)
    assert "И ещё вопрос" in opened.card["text"]


async def test_the_last_words_before_the_end_stand_above_the_closed_card(world: DutyWorld) -> None:
    """All in one batch: said, then closed; the topic is closed after what was said in it."""
    number = await world.a_hand_off()
    anna = await world.a_duty_member()
    await world.centre.operators.take(anna.asker, number)
    await world.centre.operators.reply(anna.asker, number, Reply(text="Всего доброго", client_key="k"))
    await world.centre.operators.close(anna.asker, number, "reference")
    await world.relay.relay_once()
    letters = [one.content["do"] for one in await world.letters(recipient_of(conversation_id=number))]
    assert letters == ["card", "post", "card"]


async def test_a_conversation_that_was_never_handed_off_has_no_topic(world: DutyWorld) -> None:
    number = await world.centre.a_conversation(mode="bot")
    await world.says(number, "Здравствуйте")
    await world.relay.relay_once()
    assert await world.letters() == []


async def test_an_emergency_is_told_loudly_to_all_and_in_its_topic(world: DutyWorld) -> None:
    number = await world.centre.a_conversation(words="Пахнет газом", emergency=True)
    await world.centre.hand_off(number)
    await world.announce(LiveKind.ALARM, conversation_id=number, message_id=1, alarm="gas")
    await world.relay.relay_once()
    for recipient in (GENERAL, recipient_of(conversation_id=number)):
        letter = (await world.letters(recipient))[-1]
        assert "Пахнет газом" in letter.content["text"] and letter.content["silent"] is False
    assert "ЧРЕЗВЫЧАЙНАЯ" in (await world.topic(number)).card["text"]


async def test_an_urgent_appeal_has_a_topic_and_others_have_none(world: DutyWorld) -> None:
    urgent = await world.an_appeal()
    await world.an_appeal(urgency=Urgency.LONG_TERM)
    await world.relay.relay_once()
    letters = await world.letters()
    assert [letter.recipient for letter in letters] == [recipient_of(appeal_id=urgent)]
    topic = await world.topics.topic(recipient_of(appeal_id=urgent))
    shown = topic.card["text"]
    assert all(words in shown for words in ("СРОЧНО", "Примеров Иван", "Открытый люк", "30 ноября 2026", f"/appeals/{urgent}"))


async def test_the_topic_of_an_appeal_closes_when_it_was_answered(world: DutyWorld) -> None:
    appeal = await world.an_appeal()
    await world.relay.relay_once()
    await world.change("UPDATE appeal SET status = 'replied' WHERE id = :id", id=appeal)
    await world.announce(LiveKind.APPEAL, appeal_id=appeal)
    await world.relay.relay_once()
    assert (await world.topics.topic(recipient_of(appeal_id=appeal))).state is TopicState.CLOSED


@pytest.mark.parametrize("task", sorted(TaskKind))
async def test_alerts_of_terms_are_told_and_other_tasks_wait_in_the_inbox(world: DutyWorld, task: TaskKind) -> None:
    urgent, plain = await world.an_appeal(), await world.an_appeal(urgency=Urgency.LONG_TERM)
    await world.relay.relay_once()
    await world.announce(LiveKind.TASK, task_id=1, task=task, appeal_id=urgent)
    await world.announce(LiveKind.TASK, task_id=2, task=task, appeal_id=plain)
    await world.announce(LiveKind.TASK, task_id=2, task=task, appeal_id=plain)
    await world.relay.relay_once()
    told = task in {"due_soon", "overdue", "interim_needed", "request_unanswered", "escalated"}
    assert len(await world.posts(recipient_of(appeal_id=urgent))) == told
    general = await world.posts(GENERAL)
    assert len(general) == told
    assert not told or "А-000002/2026" in general[0]


async def test_an_alarm_that_is_told_anew_is_told_here_from_the_last_day_on_once_a_day(world: DutyWorld) -> None:
    plain = await world.an_appeal(urgency=Urgency.LONG_TERM)
    about: dict[str, int | str] = {"task": TaskKind.INTERIM_NEEDED, "appeal_id": plain}
    await world.announce(LiveKind.TASK, task_id=1, for_role="operator", again="2026-11-26", **about)
    await world.relay.relay_once()
    assert await world.posts(GENERAL) == []
    await world.announce(LiveKind.TASK, task_id=2, for_role="supervisor", **about)
    for day in ("2026-11-27", "2026-11-27", "2026-11-30"):
        await world.announce(LiveKind.TASK, task_id=2, for_role="supervisor", again=day, **about)
    await world.relay.relay_once()
    told = await world.posts(GENERAL)
    assert len(told) == 3 and all("так и не отправлен" in words for words in told)


async def test_notes_and_staff_audience_never_reach_the_citizen(world: DutyWorld) -> None:
    number = await world.a_hand_off()
    await world.says(number, "между нами", author=Author.OPERATOR, audience=Audience.STAFF)
    await world.relay.relay_once()
    letters = await world.letters(recipient_of(conversation_id=number))
    assert letters[-1].content["head"].startswith("Заметка")
    assert {letter.channel for letter in letters} == {"duty"}


async def test_none_of_the_letters_is_of_record(world: DutyWorld) -> None:
    """A message to the staff that fails must not put the citizen into the queue."""
    number = await world.a_hand_off()
    await world.says(number, "Алло?")
    await world.relay.relay_once()
    assert not [letter for letter in await world.letters() if letter.of_record or letter.conversation_id]
