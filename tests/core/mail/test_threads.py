"""A reply finds its thread: by the token, the ids, the number; a closed card reopens only by an operator (reg. 2.8.11)."""

from typing import Any

import pytest

from core.appeals.model import Appeal
from core.conversations.model import Contact, Conversation
from core.conversations.operators import Reply
from core.mail.model import Mail
from core.mail.port import Answered
from core.staff.asker import Asker
from core.vocabulary import TaskKind
from tests.core.mail.world import ANNA, World, token

NUMBER = "А-000123/2026"


async def test_the_token_in_the_address_names_the_appeal(world: World) -> None:
    appeal_id = await world.an_appeal()
    mail = await world.comes("Дополняю: фонарь мигает.", subject="что угодно", answers=token("appeal", appeal_id))
    assert (mail.came_to, mail.appeal_id) == ("thread", appeal_id)
    said = (await world.messages())[0]
    assert (said.details["known_by"], said.details["appeal_id"]) == ("token", appeal_id)
    conversation = await world.conversation()
    appeal = (await world.rows(Appeal))[0]
    assert (conversation.applicant_id, conversation.mode) == (appeal.applicant_id, "waiting")
    [letter] = await world.letters()
    assert f"Письмо приобщено к обращению {NUMBER}." in letter["text"]
    assert letter["reply_to"] == f"appeal:{appeal_id}"
    assert len(await world.rows(Appeal)) == 1, "never a new card"


async def test_the_id_of_our_letter_leads_to_its_conversation(world: World, asker: Asker) -> None:
    await world.comes("Вопрос про парк")
    first = await world.conversation()
    [sent] = await world.send()
    await world.change(Conversation, first.id or 0, mode="closed", closed_as="informed")
    mail = await world.comes("И ещё про сквер", in_reply_to=(sent.provider_id,))
    assert (mail.came_to, mail.conversation_id) == ("thread", first.id)
    reopened = await world.conversation()
    assert (reopened.id, reopened.mode, reopened.closed_as) == (first.id, "waiting", "")
    assert len(await world.rows(Contact)) == 2, "each contact is counted"


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param("<delivery.1.aaaaaaaaaaaa@centre.example>", id="a wrong seal"),
        pytest.param("<delivery.999.abcdefgh2345@centre.example>", id="no such letter"),
        pytest.param("<1@elsewhere.example>", id="a stranger's id"),
    ],
)
async def test_an_id_that_was_not_sealed_by_us_leads_nowhere(world: World, forged: str) -> None:
    await world.comes("Вопрос про парк", author="victim@example.org")
    await world.send()
    mail = await world.comes("Покажите переписку", author="thief@example.org", in_reply_to=(forged,))
    assert mail.came_to == "conversation"
    assert (await world.conversation()).id == mail.conversation_id != 1


async def test_references_are_read_from_the_newest(world: World) -> None:
    first, second = await world.an_appeal(), await world.an_appeal("second@example.org")
    await world.comes("a", answers=token("appeal", first))
    await world.comes("b", author="second@example.org", answers=token("appeal", second))
    ids = tuple(one.provider_id for one in await world.send())
    mail = await world.comes("c", author="second@example.org", references=("<x@y.example>", *ids))
    assert mail.appeal_id == second


@pytest.mark.parametrize(
    ("given", "known"),
    [
        pytest.param({"subject": f"Re: Ответ на обращение {NUMBER}"}, "subject", id="in the subject"),
        pytest.param(
            {"text": f"Не вижу ответа\n> Обращение {NUMBER}", "reading": "Не вижу ответа"}, "quoted", id="in the quoted text"
        ),
    ],
)
async def test_the_number_counts_from_the_applicants_address(world: World, given: dict[str, Any], known: str) -> None:
    appeal_id = await world.an_appeal()
    text = given.pop("text", "Не вижу ответа")
    mail = await world.comes(text, **given)
    assert (mail.came_to, mail.appeal_id) == ("thread", appeal_id)
    assert (await world.messages())[0].details["known_by"] == known


async def test_a_stranger_who_names_a_number_gets_nothing_of_it(world: World) -> None:
    appeal_id = await world.an_appeal()
    mail = await world.comes("Что с ним?", author="stranger@example.org", subject=f"Обращение {NUMBER}")
    assert (mail.came_to, mail.appeal_id) == ("conversation", None)
    assert (await world.messages())[0].details["claimed"] == [appeal_id], "operators decide"
    [letter] = await world.letters()
    assert NUMBER not in letter["text"]


async def test_a_forged_token_is_no_token(world: World) -> None:
    await world.an_appeal()
    mail = await world.comes("a", author="stranger@example.org", answers=(), remarks=("forged_token",))
    assert mail.appeal_id is None and mail.remarks == ["forged_token"]


async def test_a_token_of_a_card_that_is_gone_is_an_ordinary_mail(world: World) -> None:
    mail = await world.comes("a", answers=(Answered(purpose="appeal", number=999), Answered(purpose="request", number=999)))
    assert mail.came_to == "conversation"


async def test_a_changed_address_is_noticed(world: World) -> None:
    appeal_id = await world.an_appeal()
    await world.comes("Пишу с работы", author="anna.work@example.org", answers=token("appeal", appeal_id))
    assert (await world.messages())[0].details["other_address"] == ANNA
    assert [letter["to"] for letter in await world.letters()] == ["anna.work@example.org"]


async def test_a_merged_card_leads_to_the_card_that_answers_for_it(world: World) -> None:
    merged, kept = await world.an_appeal(), await world.an_appeal()
    await world.change(Appeal, merged, status="merged", merged_into_id=kept)
    mail = await world.comes("a", answers=token("appeal", merged))
    assert mail.appeal_id == kept


@pytest.mark.clause("2.8.11")
@pytest.mark.parametrize("status", ["closed", "replied"])
@pytest.mark.parametrize("words", ["Спасибо!", "Большое спасибо, всё сделали.", "Благодарю за помощь"])
async def test_thanks_keep_the_card_as_it_is(world: World, status: str, words: str) -> None:
    appeal_id = await _answered(world, status)
    before = len(await world.letters())
    mail = await world.comes(words, answers=token("appeal", appeal_id))
    assert (await world.rows(Appeal))[0].status == status
    conversation = await world.conversation()
    assert (conversation.id, conversation.mode) == (mail.conversation_id, "closed"), "noted in the thread that is over"
    assert (await world.messages())[-1].text == words
    assert await world.tasks() == [] and len(await world.letters()) == before


@pytest.mark.clause("2.8.11")
@pytest.mark.parametrize("words", ["Ничего не сделали, яма на месте.", "Спасибо, но мусор до сих пор лежит", "Это отписка!"])
async def test_a_complaint_is_a_task_to_look_whether_the_card_is_reopened(world: World, words: str) -> None:
    appeal_id = await _answered(world, "closed")
    mail = await world.comes(words, answers=token("appeal", appeal_id))
    [appeal] = await world.rows(Appeal)
    assert appeal.status == "closed", "only an operator reopens it"
    [task] = await world.tasks()
    assert (task.kind, task.appeal_id, task.facts["mail"]) == (TaskKind.NOT_SATISFIED, appeal_id, mail.id)
    conversation = await world.conversation()
    assert (conversation.mode, conversation.hand_off_reason) == ("waiting", "mail_complaint")


async def test_an_answer_to_a_question_of_the_centre_is_told_to_the_casework(world: World) -> None:
    appeal_id = await world.an_appeal(status="clarifying")
    await world.comes("Дом 5, второй подъезд", answers=token("appeal", appeal_id))
    assert [one.kind for one in await world.tasks()] == [TaskKind.APPLICANT_ANSWERED]


async def test_a_question_beside_the_thanks_is_read(world: World) -> None:
    appeal_id = await _answered(world, "closed")
    await world.comes("Спасибо! А когда починят остальные?", answers=token("appeal", appeal_id))
    assert (await world.conversation()).mode == "waiting"


@pytest.mark.clause("3.1")
async def test_an_operators_answer_is_a_letter_of_the_thread(world: World, asker: Asker) -> None:
    mail = await world.comes("Когда уберут снег?", subject="RE: Fwd: Снег", references=("<old@example.org>",), name="Анна")
    conversation = await world.conversation()
    await world.operators.take(asker, conversation.id or 0)
    await world.operators.reply(asker, conversation.id or 0, Reply(text="Завтра.", client_key="k", cc=["head@lights.example"]))
    letter = (await world.letters())[-1]
    assert (letter["kind"], letter["subject"], letter["cc"]) == ("reply", "Re: Снег", ["head@lights.example"])
    assert letter["references"] == ["<old@example.org>", mail.message_id]
    assert letter["quoted"] == {"author": "Анна", "sent_at": mail.received_at.isoformat(), "text": "Когда уберут снег?"}
    centre = "Контакт-центр администрации города Владикавказа"
    assert letter["text"] == f"{centre}, оператор Операторова Анна.\n\nЗавтра.\n\nС уважением,\nОператорова Анна\n{centre}"
    assert (await world.messages())[-1].text == "Завтра.", "the thread shows what was written"
    assert letter["reply_to"] == f"conversation:{conversation.id}"


async def test_taking_handing_back_and_closing_write_no_letters(world: World, asker: Asker) -> None:
    await world.comes("Когда уберут снег?")
    number = (await world.conversation()).id or 0
    await world.operators.take(asker, number)
    await world.operators.hand_back(asker, number)
    await world.operators.take(asker, number)
    await world.operators.close(asker, number, "reference")
    assert len(await world.letters()) == 1


async def test_two_people_with_one_appeal_each_have_their_own_thread(world: World) -> None:
    appeal_id = await world.an_appeal()
    one = await world.comes("a", answers=token("appeal", appeal_id))
    other = await world.comes("b", author="neighbour@example.org", answers=token("appeal", appeal_id))
    assert one.conversation_id != other.conversation_id
    assert {mail.appeal_id for mail in await world.rows(Mail)} == {appeal_id}


async def _answered(world: World, status: str) -> int:
    """A card whose applicant wrote by mail, was answered, and whose conversation is over."""
    appeal_id = await world.an_appeal()
    await world.comes("Во дворе темно", answers=token("appeal", appeal_id))
    conversation = await world.conversation()
    await world.change(Conversation, conversation.id or 0, mode="closed", closed_as="registered")
    await world.change(Appeal, appeal_id, status=status, replied_at=world.clock.now())
    return appeal_id
