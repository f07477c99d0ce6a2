"""The applicant's word by buttons on Telegram: with the closing, in any state of a conversation, once about each reply."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from core.appeals.model import AppealMove
from core.calls.closing import NotClosable
from core.calls.desk import Attempt
from core.calls.model import CallTask, Satisfaction
from core.conversations.asides import WORDS_AWAITED
from core.deliveries.desk import Lane
from core.deliveries.model import Delivery
from core.dialogue import Button, TurnAnswer, Utterance
from core.links.desk import LinkUsed
from core.people.model import ContactPoint
from core.replies.desk import ReplyDraft
from core.staff.asker import Asker
from core.tasks.model import StaffTask
from core.vocabulary import CallOutcome, ReplyForm, ReplyKind, TaskKind
from tests.core.calls.test_closing import card, close
from tests.core.conversations.conftest import Desk
from tests.inbox.world import Centre

SCORES = ["1", "2", "3", "4", "5"]
FORM = TurnAnswer(
    messages=(Utterance(text="Подтверждаете?", buttons=(Button(title="Да", intent="affirm"),)),), requested_slot="confirmed"
)


class Citizen:
    """Somebody on Telegram with a card: reads what the centre sends and presses buttons."""

    def __init__(self, desk: Desk, centre: Centre, asker: Asker) -> None:
        self.desk, self.centre, self.asker = desk, centre, asker
        self.appeal_id = 0

    async def begins(self, *, with_phone: bool = True) -> None:
        """They have written once, and their card has its final reply."""
        await self.desk.writes("Здравствуйте")
        ((conversation),) = await self.desk.rows("SELECT id FROM conversation")
        person = await self.centre.an_applicant(conversation["id"])
        self.appeal_id = await self.centre.an_appeal(
            conversation_id=conversation["id"], reply_form=ReplyForm.PHONE if with_phone else ReplyForm.TELEGRAM
        )
        if not with_phone:
            await self.desk.change("DELETE FROM contact_point WHERE applicant_id = :person", person=person)
        await self.is_replied()

    async def is_replied(self) -> None:
        """The final reply leaves by Telegram."""
        await self.desk.change("UPDATE appeal SET reply_form = 'telegram', reply_to = ''")
        reply = await self.centre.replies.draft(self.asker, self.appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
        await self.centre.replies.send(self.asker, reply.id or 0, reply.version)

    async def is_closed(self) -> None:
        """Somebody called and closed the card."""
        (call,) = [one for one in await self.centre.rows(CallTask) if one.state == "open"]
        await self.centre.calls.log(self.asker, call.id, Attempt(outcome=CallOutcome.ANSWERED))
        await close(self.centre, self.asker, self.appeal_id)

    async def gets(self) -> Sequence[str]:
        """What was sent to them meanwhile."""
        before = len(self.desk.channel.sent)
        await self.desk.deliveries.drain(Lane(channel="telegram", recipient="100"))
        return self.desk.channel.words[before:]

    async def presses(self, title: str, *, sender: str = "100") -> list[str]:
        """The newest button with this title; gives what is said back."""
        shown = [one for one in reversed(self.desk.channel.sent) if title in _titles(one.content)]
        place = _titles(shown[0].content).index(title)
        return await self.desk.writes(kind="button", button=[shown[0].message_id, place], sender=sender)

    async def answers(self) -> list[Satisfaction]:
        """What is kept of what they said."""
        return [one for one in await self.centre.rows(Satisfaction) if one.answered_at is not None]


def _titles(content: Any) -> list[str]:
    return [button["title"] for row in content.get("buttons", ()) for button in row]


@pytest.fixture
async def citizen(desk: Desk) -> Citizen:
    centre = Centre(desk.transactions, desk.clock)
    return Citizen(desk, centre, (await centre.a_member()).asker)


async def closed(citizen: Citizen) -> None:
    await citizen.begins()
    await citizen.is_closed()
    await citizen.gets()


@pytest.mark.clause("2.8.11")
async def test_with_the_closing_the_applicant_is_asked_and_thanked(citizen: Citizen) -> None:
    await closed(citizen)
    question = citizen.desk.channel.sent[-1].content
    assert "снято с контроля" in question["text"]
    assert [[button["title"] for button in row] for row in question["buttons"]] == [SCORES, ["Пропустить"]]
    (thanks,) = await citizen.presses("5")
    assert "5 учтена" in thanks
    (prompt,) = await citizen.presses("Оставить комментарий")
    assert "одним сообщением" in prompt
    (thanks,) = await citizen.desk.writes("Быстро починили, спасибо!")
    assert "комментарий сохранён" in thanks
    (answer,) = await citizen.answers()
    assert (answer.score, answer.solved, answer.comment, answer.came_by) == (5, None, "Быстро починили, спасибо!", "telegram")
    line = (await citizen.centre.rows(AppealMove))[-1]
    assert (line.note, line.details["came_by"]) == ("Быстро починили, спасибо!", "telegram")
    assert len(citizen.desk.dialogue.requests) == 1, "the dialogue heard the greeting only"


async def test_who_skips_is_thanked_and_may_still_answer(citizen: Citizen) -> None:
    await closed(citizen)
    (told,) = await citizen.presses("Пропустить")
    assert "Спасибо" in told and await citizen.answers() == []
    await citizen.presses("4")
    (told,) = await citizen.presses("Пропустить")
    assert [one.score for one in await citizen.answers()] == [4] and "Спасибо" in told


@pytest.mark.clause("2.8.11")
@pytest.mark.parametrize(("score", "complains"), [("1", True), ("2", True), ("3", False), ("5", False)])
async def test_a_poor_score_is_an_operators_task(citizen: Citizen, score: str, complains: bool) -> None:
    await closed(citizen)
    await citizen.presses(score)
    tasks = await citizen.centre.rows(StaffTask, StaffTask.kind == TaskKind.NOT_SATISFIED)
    assert [task.appeal_id for task in tasks] == [citizen.appeal_id] * complains


async def test_a_score_once_given_stays_and_an_old_press_is_answered_politely(citizen: Citizen) -> None:
    await closed(citizen)
    await citizen.presses("4")
    (told,) = await citizen.presses("1")
    assert "уже учтена: 4" in told
    await citizen.presses("Оставить комментарий")
    await citizen.desk.writes("Спасибо")
    (told,) = await citizen.presses("Оставить комментарий")
    assert "уже сохранён" in told
    (answer,) = await citizen.answers()
    assert (answer.score, answer.comment) == (4, "Спасибо")
    assert await citizen.centre.rows(StaffTask, StaffTask.kind == TaskKind.NOT_SATISFIED) == []


async def test_a_press_about_an_earlier_reply_changes_nothing(citizen: Citizen) -> None:
    await closed(citizen)
    citizen.desk.clock.move(hours=1)
    found = await card(citizen.centre, citizen.appeal_id)
    await citizen.centre.cases.reopen(citizen.asker, citizen.appeal_id, "Снова не горит.", found.version)
    (told,) = await citizen.presses("5")
    assert "не актуален" in told and await citizen.answers() == []
    await citizen.is_replied()
    (_, told) = await citizen.presses("5")
    assert "не актуален" in told and await citizen.answers() == []


@pytest.mark.parametrize("mode", ["bot", "waiting", "operator"])
async def test_a_running_conversation_is_not_disturbed(citizen: Citizen, mode: str) -> None:
    await citizen.begins()
    citizen.desk.dialogue.when("Подать обращение", FORM)
    await citizen.desk.writes("Подать обращение")
    await citizen.is_closed()
    await citizen.gets()
    await citizen.desk.change("UPDATE conversation SET mode = :mode", mode=mode)
    before = await citizen.desk.rows("SELECT mode, dialogue_state, dialogue_asks FROM conversation")
    asked = len(citizen.desk.dialogue.requests)
    for press in ("5", "Оставить комментарий"):
        assert len(await citizen.presses(press)) == 1
    assert len(await citizen.desk.writes("Хорошо сделали")) == 1
    assert await citizen.desk.rows("SELECT mode, dialogue_state, dialogue_asks FROM conversation") == before
    assert len(citizen.desk.dialogue.requests) == asked
    await citizen.desk.change("UPDATE conversation SET mode = 'bot'")
    await citizen.presses("Да")
    assert citizen.desk.dialogue.requests[-1].intent == "affirm", "the form's own button has not grown stale"


async def test_it_works_while_the_dialogue_is_down(citizen: Citizen) -> None:
    await closed(citizen)
    citizen.desk.dialogue.is_down = True
    for press in ("3", "Оставить комментарий"):
        assert len(await citizen.presses(press)) == 1
    (thanks,) = await citizen.desk.writes("Долго")
    assert "сохранён" in thanks and [one.comment for one in await citizen.answers()] == ["Долго"]


async def test_words_are_a_comment_only_when_it_was_announced_and_not_for_long(citizen: Citizen) -> None:
    await closed(citizen)
    await citizen.presses("5")
    await citizen.desk.writes("Когда приём?")
    await citizen.presses("Оставить комментарий")
    await citizen.presses("Пропустить")
    await citizen.desk.writes("А где приём?")
    await citizen.presses("Оставить комментарий")
    await citizen.desk.writes("", intent="menu")
    await citizen.desk.writes("Кто принимает?")
    await citizen.presses("Оставить комментарий")
    citizen.desk.clock.move(seconds=int(WORDS_AWAITED.total_seconds()))
    await citizen.desk.writes("Спасибо за всё")
    heard = [request.text or request.intent for request in citizen.desk.dialogue.requests]
    assert heard[1:] == ["Когда приём?", "А где приём?", "menu", "Кто принимает?", "Спасибо за всё"]
    assert [one.comment for one in await citizen.answers()] == [""]


async def test_danger_is_heard_before_a_comment(citizen: Citizen) -> None:
    await closed(citizen)
    await citizen.presses("5")
    await citizen.presses("Оставить комментарий")
    await citizen.desk.writes("Пожар в подъезде, горит дверь!")
    assert citizen.desk.dialogue.requests[-1].intent == "emergency"
    assert [one.comment for one in await citizen.answers()] == [""]


async def test_the_question_is_answered_in_a_later_conversation_and_by_its_addressee_alone(citizen: Citizen) -> None:
    await closed(citizen)
    await citizen.desk.change("UPDATE conversation SET mode = 'closed'")
    await citizen.desk.writes("Привет", sender="200")
    (told,) = await citizen.presses("1", sender="200")
    assert "уже не действует" in told and await citizen.answers() == []
    await citizen.presses("5")
    assert [one.score for one in await citizen.answers()] == [5]


async def test_who_told_their_score_on_the_telephone_is_not_asked_again(citizen: Citizen) -> None:
    await citizen.begins()
    (call,) = await citizen.centre.rows(CallTask)
    said = Attempt(outcome=CallOutcome.ANSWERED, confirmed=True, score=5)
    await citizen.centre.calls.log(citizen.asker, call.id, said)
    await citizen.gets()
    await close(citizen.centre, citizen.asker, citizen.appeal_id)
    assert await citizen.gets() == []


@pytest.mark.clause("2.8.11")
async def test_without_a_telephone_the_matter_is_confirmed_by_a_button(citizen: Citizen) -> None:
    await citizen.begins(with_phone=False)
    with pytest.raises(NotClosable):
        await close(citizen.centre, citizen.asker, citizen.appeal_id)
    await citizen.centre.closing.ask_confirmation(citizen.asker, citizen.appeal_id)
    told = (await citizen.gets())[-1]
    token = re.findall(r"/c/(\S+)", told)[0]
    (told,) = await citizen.presses("Да, решён")
    assert "решён" in told
    with pytest.raises(LinkUsed):
        await citizen.centre.closing.confirm(token, solved=False, score=1, comment="")
    (told,) = await citizen.presses("Нет, не решён")
    assert "уже учтён" in told
    await citizen.presses("5")
    (answer,) = await citizen.answers()
    assert (answer.solved, answer.score, answer.came_by) == (True, 5, "telegram")
    assert await citizen.centre.rows(StaffTask, StaffTask.kind == TaskKind.APPLICANT_ANSWERED)
    assert (await close(citizen.centre, citizen.asker, citizen.appeal_id)).closing == "confirmation"
    assert await citizen.gets() == [], "whoever has said it is not asked again"


@pytest.mark.clause("2.8.11")
async def test_a_matter_that_is_not_settled_is_not_closed_until_it_is_explained(citizen: Citizen) -> None:
    await citizen.begins(with_phone=False)
    await citizen.centre.closing.ask_confirmation(citizen.asker, citizen.appeal_id)
    await citizen.gets()
    await citizen.presses("Нет, не решён")
    await citizen.presses("Оставить комментарий")
    await citizen.desk.writes("Лампа не та")
    (answer,) = await citizen.answers()
    assert (answer.solved, answer.comment) == (False, "Лампа не та")
    with pytest.raises(NotClosable) as refused:
        await close(citizen.centre, citizen.asker, citizen.appeal_id)
    assert refused.value.facts["missing"] == "explanation"


async def test_a_word_on_the_telephone_does_not_silence_the_applicants_own(citizen: Citizen) -> None:
    """An operator writes down what is said in a call; the applicant may still say otherwise, as by the link."""
    await citizen.begins(with_phone=False)
    await citizen.centre.closing.ask_confirmation(citizen.asker, citizen.appeal_id)
    await citizen.gets()
    async with citizen.desk.transactions.begin() as tx:
        person = (await card(citizen.centre, citizen.appeal_id)).applicant_id
        tx.add(ContactPoint(applicant_id=person, kind="phone", value="+79180000007"))
    with pytest.raises(NotClosable):
        await close(citizen.centre, citizen.asker, citizen.appeal_id)
    (call,) = await citizen.centre.rows(CallTask)
    await citizen.centre.calls.log(citizen.asker, call.id, Attempt(outcome=CallOutcome.ANSWERED, confirmed=True, score=5))
    citizen.desk.clock.moment += timedelta(minutes=1)
    await citizen.presses("Нет, не решён")
    with pytest.raises(NotClosable) as refused:
        await close(citizen.centre, citizen.asker, citizen.appeal_id)
    assert refused.value.facts["missing"] == "explanation"


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("with_mail", [False, True], ids=["telegram", "mail"])
async def test_no_member_of_staff_reads_the_personal_link(citizen: Citizen, with_mail: bool) -> None:
    await citizen.begins(with_phone=False)
    if with_mail:
        person = (await card(citizen.centre, citizen.appeal_id)).applicant_id
        await citizen.desk.change("UPDATE channel_identity SET blocked_at = now()")
        async with citizen.desk.transactions.begin() as tx:
            tx.add(ContactPoint(applicant_id=person, kind="email", value="primer@example.org"))
    reply = await citizen.centre.closing.ask_confirmation(citizen.asker, citizen.appeal_id)
    seen = await citizen.desk.rows(
        "SELECT text FROM message UNION ALL SELECT preview FROM conversation UNION ALL SELECT note FROM appeal_move"
        " UNION ALL SELECT body FROM reply"
    )
    shown = [*(row["text"] for row in seen), reply.body]
    assert not [text for text in shown if "/c/" in text]
    assert "Личная ссылка" in reply.body
    async with citizen.desk.transactions.begin() as tx:
        sent = await tx.get_one(Delivery, reply.delivery_id)
    assert "/c/" in sent.content["text"] and sent.channel == ("email" if with_mail else "telegram")
