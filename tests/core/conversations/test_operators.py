"""What operators do with conversations."""

import asyncio

import pytest

from core.audit.model import AuditEntry
from core.conversations.holding import ConversationClosed, HeldByOther, NotHeld
from core.conversations.model import Attachment, Contact, Conversation, LeftMessage, Message
from core.conversations.operators import Reply
from core.deliveries.model import Delivery
from core.drafts.desk import Typed
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.files import StoredFile
from core.staff.asker import Asker
from core.staff.model import Upload
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import Centre

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    return Centre(transactions, clock)


@pytest.fixture
async def operator(centre: Centre) -> Asker:
    return (await centre.a_member(full_name="Примерова Анна")).asker


async def test_of_two_who_take_at_once_one_wins_and_the_other_learns_who(centre: Centre) -> None:
    number = await centre.a_conversation()
    askers = [(await centre.a_member(full_name=f"Оператор {n}")).asker for n in (1, 2, 3)]
    answers = await asyncio.gather(*(centre.operators.take(one, number) for one in askers), return_exceptions=True)
    lost = [answer for answer in answers if isinstance(answer, HeldByOther)]
    winner = askers[answers.index(None)]
    assert len(lost) == 2
    assert {answer.facts["operator"] for answer in lost} == {winner.full_name}
    greetings = [message for message in await centre.rows(Message) if message.author == "system"]
    assert len(greetings) == 1, "the citizen is greeted once"


@pytest.mark.clause("3.1")
async def test_the_citizen_is_told_who_speaks_when_an_operator_takes_over(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(mode="bot")
    await centre.operators.take(operator, number)
    delivery = (await centre.rows(Delivery))[0]
    assert "Контакт-центр" in delivery.content["text"] and "Примерова Анна" in delivery.content["text"]
    assert centre.jobs.deferred, "the sending job leaves with the transaction"
    conversation = (await centre.rows(Conversation))[0]
    assert (conversation.mode, conversation.operator_id, conversation.version) == ("operator", operator.id, 1)


async def test_taking_what_one_holds_changes_nothing(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(held_by=operator)
    await centre.operators.take(operator, number)
    assert await centre.rows(Delivery) == []


async def test_a_colleague_is_relieved_only_by_name_and_only_by_a_senior(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(held_by=operator)
    senior, other = (await centre.a_member(Role.SENIOR)).asker, (await centre.a_member()).asker
    with pytest.raises(NotAllowed):
        await centre.operators.take(other, number, from_operator_id=operator.id)
    with pytest.raises(HeldByOther):
        await centre.operators.take(senior, number)
    with pytest.raises(HeldByOther):
        await centre.operators.take(senior, number, from_operator_id=other.id)
    await centre.operators.take(senior, number, from_operator_id=operator.id)
    assert (await centre.rows(Conversation))[0].operator_id == senior.id
    assert [entry.action for entry in await centre.rows(AuditEntry)] == ["conversation.taken_over"]


async def test_a_repeated_reply_is_sent_once(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(held_by=operator)
    reply = Reply(text="Приём с 10:00.", client_key="key-00000001")
    sent = await asyncio.gather(*(centre.operators.reply(operator, number, reply) for _ in range(4)))
    assert len({one.id for one in sent}) == 1
    assert len(await centre.rows(Delivery)) == 1
    await centre.operators.hand_back(operator, number)
    again = await centre.operators.reply(operator, number, reply)
    assert again.id == sent[0].id, "a late repeat is answered even when the conversation was given back"


async def test_a_reply_shows_in_the_list_and_its_draft_is_gone(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(held_by=operator)
    await centre.drafts.keep(operator, DraftKind.REPLY, number, Typed(text="Приём", version=0, writer="w"))
    said = await centre.operators.reply(operator, number, Reply(text="Приём с 10:00.\x00", client_key="key-00000001"))
    assert (said.text, said.delivery, said.author_name) == ("Приём с 10:00.", "waiting", "Примерова Анна")
    opened = await centre.operators.reading.open(operator, number)
    assert (opened.row.preview, opened.row.last_author, opened.row.unread) == ("Приём с 10:00.", "operator", 0)
    assert opened.drafts["reply"].text == ""


async def test_a_reply_carries_its_files_in_order_and_each_only_once(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(held_by=operator)
    ids = [(await centre.operators.upload(operator, number, name, PNG)).id for name in ("b.png", "a.png")]
    await centre.operators.reply(operator, number, Reply(text="", upload_ids=ids, client_key="key-00000001"))
    delivery = (await centre.rows(Delivery))[0]
    assert [(file["file_name"], file["kind"]) for file in delivery.content["files"]] == [("b.png", "photo"), ("a.png", "photo")]
    assert [file.state for file in await centre.rows(Attachment)] == ["stored", "stored"]
    async with centre.transactions.begin() as tx:
        assert await tx.get(StoredFile, delivery.content["files"][0]["key"]) is not None
    assert await centre.rows(Upload) == []
    with pytest.raises(Invalid):
        await centre.operators.reply(operator, number, Reply(text="", upload_ids=ids, client_key="key-00000002"))


async def test_an_upload_of_another_person_or_conversation_cannot_be_sent(centre: Centre, operator: Asker) -> None:
    other = (await centre.a_member()).asker
    mine, second, theirs = [await centre.a_conversation(held_by=who) for who in (operator, operator, other)]
    foreign = await centre.operators.upload(other, theirs, "a.png", PNG)
    elsewhere = await centre.operators.upload(operator, second, "a.png", PNG)
    for upload in (foreign, elsewhere):
        with pytest.raises(Invalid):
            await centre.operators.reply(operator, mine, Reply(text="", upload_ids=[upload.id], client_key="key-00000001"))
    assert await centre.rows(Delivery) == []


async def test_a_reply_to_a_message_of_another_conversation_is_refused(centre: Centre, operator: Asker) -> None:
    first, second = await centre.a_conversation(held_by=operator), await centre.a_conversation(held_by=operator)
    foreign = (await centre.rows(Message, Message.conversation_id == second))[0].id
    own = (await centre.rows(Message, Message.conversation_id == first))[0].id
    with pytest.raises(Invalid):
        await centre.operators.reply(operator, first, Reply(text="x", reply_to_id=foreign, client_key="key-00000001"))
    await centre.operators.reply(operator, first, Reply(text="x", reply_to_id=own, client_key="key-00000001"))
    assert (await centre.rows(Delivery))[0].content["reply_to"] == "c1"


@pytest.mark.clause("2.8.1")
async def test_an_answer_from_the_knowledge_base_names_its_source_and_date(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(held_by=operator)
    await centre.operators.reply(operator, number, Reply(text="В понедельник.", article_id=7, client_key="key-00000001"))
    words = (await centre.rows(Delivery))[0].content["text"]
    assert "В понедельник." in words and "Постановление № 1" in words and "2 ноября 2026" in words
    with pytest.raises(NotFound):
        await centre.operators.reply(operator, number, Reply(text="x", article_id=8, client_key="key-00000002"))


@pytest.mark.parametrize("mode", ["bot", "waiting", "closed"])
async def test_nothing_is_said_in_a_conversation_that_one_does_not_hold(centre: Centre, operator: Asker, mode: str) -> None:
    number = await centre.a_conversation(mode=mode)
    refusal = ConversationClosed if mode == "closed" else NotHeld
    for deed in (
        centre.operators.reply(operator, number, Reply(text="x", client_key="key-00000001")),
        centre.operators.hand_back(operator, number),
        centre.operators.close(operator, number, "reference"),
        centre.operators.upload(operator, number, "a.png", PNG),
    ):
        with pytest.raises(refusal):
            await deed
    assert await centre.rows(Delivery) == []


async def test_a_note_never_leaves_the_centre(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation()
    said = await centre.operators.note(operator, number, "Звонила дважды", "key-00000001")
    again = await centre.operators.note(operator, number, "Звонила дважды", "key-00000001")
    assert (said.audience, said.id) == ("staff", again.id)
    assert await centre.rows(Delivery) == []
    assert (await centre.rows(Conversation))[0].preview == "Когда приём?"


async def test_the_bot_speaks_again_after_the_hand_back_and_the_citizen_is_told(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(held_by=operator, emergency=True)
    await centre.operators.hand_back(operator, number)
    conversation = (await centre.rows(Conversation))[0]
    assert (conversation.mode, conversation.operator_id, conversation.emergency) == ("bot", None, False)
    assert "Оператор завершил разговор" in (await centre.rows(Delivery))[0].content["text"]


@pytest.mark.clause("2.8.2")
async def test_a_reference_answer_is_counted_without_a_registration(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(held_by=operator)
    await centre.operators.close(operator, number, "reference")
    contacts = await centre.rows(Contact)
    assert [(contact.outcome, contact.ended_at) for contact in contacts] == [("reference", centre.clock.now())]
    conversation = (await centre.rows(Conversation))[0]
    assert (conversation.mode, conversation.closed_as) == ("closed", "reference")


@pytest.mark.clause("3.4")
async def test_the_citizen_is_taken_leave_of_at_the_end(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(held_by=operator)
    await centre.operators.close(operator, number, "no_answer")
    assert "Благодарим" in (await centre.rows(Delivery))[0].content["text"]


async def test_a_conversation_is_not_closed_as_registered_without_an_appeal(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation(held_by=operator)
    with pytest.raises(Invalid):
        await centre.operators.close(operator, number, "registered")
    assert (await centre.rows(Conversation))[0].mode == "operator"


@pytest.mark.clause("2.6")
async def test_a_message_left_is_reviewed_by_one(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation()
    async with centre.transactions.begin() as tx:
        tx.add(LeftMessage(conversation_id=number, full_name="Тест", text="Перезвоните", left_at=centre.clock.now()))
    left = (await centre.operators.left.list(operator))[0].message.id or 0
    await centre.operators.left.review(operator, left)
    await centre.operators.left.review(operator, left)
    with pytest.raises(Conflict) as refused:
        await centre.operators.left.review((await centre.a_member()).asker, left)
    assert refused.value.facts == {"operator": "Примерова Анна"}
    assert await centre.operators.left.list(operator) == []
    assert len(await centre.operators.left.list(operator, only_open=False)) == 1


@pytest.mark.clause("2.10")
async def test_reading_a_conversation_is_in_the_trail_once_a_quarter_of_an_hour(centre: Centre, operator: Asker) -> None:
    number = await centre.a_conversation()
    for minutes in (0, 10, 10):
        centre.clock.move(minutes=minutes)
        await centre.operators.reading.open(operator, number)
    assert [entry.action for entry in await centre.rows(AuditEntry)] == ["conversation.read"] * 2


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(PNG, "image/png"), (b"%PDF-1.7\n%....", "application/pdf"), ("Привет".encode(), "text/plain"), (b"\x00\x01" * 9, None)],
    ids=["picture", "document", "words", "unknown"],
)
async def test_a_file_is_what_its_content_says(centre: Centre, operator: Asker, content: bytes, media_type: str | None) -> None:
    number = await centre.a_conversation(held_by=operator)
    kept = await centre.operators.upload(operator, number, "whatever.exe", content)
    assert kept.media_type == (media_type or "application/octet-stream")


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00" + b"\x00" * 60, b"\x7fELF" + b"\x00" * 60], ids=["empty", "exe", "elf"])
async def test_an_empty_file_or_a_program_is_refused(centre: Centre, operator: Asker, content: bytes) -> None:
    number = await centre.a_conversation(held_by=operator)
    with pytest.raises(Invalid):
        await centre.operators.upload(operator, number, "plan.pdf", content)
