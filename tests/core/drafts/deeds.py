"""The deed of each form, for the tests of the drafts: what it is about and the call that ends it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.appeals.casework import CaseEdit
from core.appeals.model import Appeal
from core.appeals.registering import Registration
from core.calls.desk import Attempt
from core.calls.model import CallTask, Satisfaction
from core.conversations.model import Message
from core.conversations.operators import Reply as Said
from core.departments.model import Department, Liaison
from core.drafts.forms import DraftKind
from core.mail.desk import AnswerForm
from core.mail.model import Mail
from core.people.desk import CardForm
from core.phone.call_backs import DoneAs
from core.quality.bot_marks import MarkDecision, MarkForm
from core.quality.model import BotMark
from core.quality.vocabulary import BotFault, Decision, OwnAnswer
from core.replies.desk import ReplyDraft, ReplyEdit
from core.requests.memos import MemoForm
from core.staff.asker import Asker
from core.vocabulary import CallOutcome, DeclineReason, MemoOutcome, ReplyForm, ReplyKind, Role, Urgency
from tests.core.quality.world import Work
from tests.inbox.world import Centre

KEY = "key-12345678"
Deed = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Filled:
    """A form that is open before ``asker``: ``deed`` sends it."""

    asker: Asker
    subject_id: int
    deed: Deed


Fill = Callable[[Centre], Awaitable[Filled]]


async def _talk(centre: Centre) -> tuple[Asker, int]:
    asker = (await centre.a_member()).asker
    talk = await centre.a_conversation(mode="operator", held_by=asker)
    await centre.an_applicant(talk)
    return asker, talk


async def _card(centre: Centre, status: str = "registered", **given: Any) -> tuple[Asker, int]:
    asker, appeal = (await centre.a_member()).asker, await centre.an_appeal(**given)
    async with centre.transactions.begin() as tx:
        (await tx.get_one(Appeal, appeal)).status = status
    return asker, appeal


async def a_department(centre: Centre) -> None:
    """One that has an official."""
    async with centre.transactions.begin() as tx:
        tx.add(Department(key="lights", name="Управление света"))
        await tx.flush()
        email = "lights@org.example"
        tx.add(Liaison(no=1, full_name="Образцова Анна", position="специалист", department="lights", email=email))


async def _request(centre: Centre) -> tuple[Asker, int, int]:
    """Gives the card and the request to a department."""
    await a_department(centre)
    asker, appeal = await _card(centre)
    (asked,) = await centre.requests.send(asker, appeal, ["lights"], "Когда?", version=1, client_key=KEY)
    return asker, appeal, asked.id or 0


async def reply(centre: Centre) -> Filled:
    asker, talk = await _talk(centre)
    return Filled(asker, talk, lambda: centre.operators.reply(asker, talk, Said(text="Добрый день", client_key=KEY)))


async def note(centre: Centre) -> Filled:
    asker, talk = await _talk(centre)
    return Filled(asker, talk, lambda: centre.operators.note(asker, talk, "Заметка", KEY))


async def register(centre: Centre) -> Filled:
    asker, talk = await _talk(centre)
    what = Registration(text="Темно", urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE, staff_id=asker.id)
    return Filled(asker, talk, lambda: centre.appeals.register(talk, what))


async def refusal(centre: Centre) -> Filled:
    asker, talk = await _talk(centre)
    return Filled(asker, talk, lambda: centre.appeals.refuse(talk, DeclineReason.ANONYMOUS, "Слова", staff_id=asker.id))


async def card(centre: Centre) -> Filled:
    asker, talk = await _talk(centre)
    return Filled(asker, talk, lambda: centre.applicants.save(talk, CardForm(surname="Примеров"), staff_id=asker.id))


async def citizen(centre: Centre) -> Filled:
    asker, talk = await _talk(centre)
    person = await centre.an_applicant(talk)
    return Filled(asker, person, lambda: centre.people.save(asker, person, CardForm(surname="Примеров")))


async def edit(centre: Centre) -> Filled:
    asker, appeal = await _card(centre)
    typed = {"text": "Темно", "topic": "", "address": "", "reply_to": "+78672000001"}
    form = CaseEdit(**typed, urgency=Urgency.LONG_TERM, reply_form=ReplyForm.PHONE)
    return Filled(asker, appeal, lambda: centre.cases.edit(asker, appeal, form, 1))


async def clarified(centre: Centre) -> Filled:
    asker, appeal = await _card(centre, "clarifying")
    return Filled(asker, appeal, lambda: centre.cases.clarified(asker, appeal, "Дом 5", 1))


async def forward(centre: Centre) -> Filled:
    asker, appeal = await _card(centre)
    return Filled(asker, appeal, lambda: centre.cases.forward(asker, appeal, "Прокуратура", "", 1))


async def reopen(centre: Centre) -> Filled:
    asker, appeal = await _card(centre, "closed")
    return Filled(asker, appeal, lambda: centre.cases.reopen(asker, appeal, "Не сделано", 1))


async def split(centre: Centre) -> Filled:
    asker, appeal = await _card(centre)
    return Filled(asker, appeal, lambda: centre.linking.split(asker, appeal, "Второй вопрос", "", 1))


async def request(centre: Centre) -> Filled:
    await a_department(centre)
    asker, appeal = await _card(centre)
    send = centre.requests.send
    return Filled(asker, appeal, lambda: send(asker, appeal, ["lights"], "Когда?", version=1, client_key=KEY))


async def withdrawal(centre: Centre) -> Filled:
    asker, _, asked = await _request(centre)
    return Filled(asker, asked, lambda: centre.requests.withdraw(asker, asked, "Ошибка"))


async def memo(centre: Centre) -> Filled:
    asker, appeal, asked = await _request(centre)
    day = date(2026, 11, 25)
    form = MemoForm(number="5", dated_on=day, signed_by="Образцов", outcome=MemoOutcome.CANNOT, reasons="Нет")
    return Filled(asker, appeal, lambda: centre.requests.receive_memo(asked, form, came_by="upload", asker=asker))


async def mail_answer(centre: Centre) -> Filled:
    asker, appeal, asked = await _request(centre)
    now = centre.clock.now()
    given: dict[str, Any] = {"mailbox": "centre", "uid_validity": 1, "uid": 1, "digest": "d", "raw_key": "k", "size": 1}
    mail = Mail(**given, received_at=now, next_try_at=now, state="routed", appeal_id=appeal, request_id=asked)
    async with centre.transactions.begin() as tx:
        tx.add(mail)
    day = date(2026, 11, 25)
    form = AnswerForm(outcome=MemoOutcome.CANNOT, number="5", dated_on=day, signed_by="Образцов", reasons="Нет")
    return Filled(asker, mail.id or 0, lambda: centre.mail.take_answer(asker, mail.id or 0, form))


async def letter(centre: Centre) -> Filled:
    asker, appeal = await _card(centre)
    draft = await centre.replies.draft(asker, appeal, ReplyDraft(kind=ReplyKind.FINAL))
    form = ReplyEdit(subject="Ответ", body="Фонарь горит.", form=ReplyForm.PHONE, address="+78672000001")
    return Filled(asker, draft.id or 0, lambda: centre.replies.save(asker, draft.id or 0, form, draft.version))


async def call(centre: Centre) -> Filled:
    asker, appeal = await _card(centre, "replied")
    now = centre.clock.now()
    task = CallTask(appeal_id=appeal, purpose="closing", phone="+78672000001", due_on=date(2026, 11, 25), opened_at=now)
    async with centre.transactions.begin() as tx:
        tx.add(task)
    return Filled(asker, task.id or 0, lambda: centre.calls.log(asker, task.id or 0, Attempt(outcome=CallOutcome.BUSY)))


async def explanation(centre: Centre) -> Filled:
    asker, appeal = await _card(centre, "replied")
    now = centre.clock.now()
    said = Satisfaction(appeal_id=appeal, solved=False, asked_at=now, answered_at=now)
    async with centre.transactions.begin() as tx:
        tx.add(said)
    return Filled(asker, said.id or 0, lambda: centre.closing.explain(asker, said.id or 0, "Сделано всё возможное"))


async def call_back(centre: Centre) -> Filled:
    asker = (await centre.a_member()).asker
    owed = await centre.phone.call_backs.add(asker, "+78672000001")
    return Filled(asker, owed.id or 0, lambda: centre.phone.call_backs.done(asker, owed.id or 0, DoneAs.TALKED, "Помогли"))


async def _review(centre: Centre) -> tuple[Asker, Asker, int]:
    """Gives the head, the operator and the review of a call of theirs."""
    work = Work(centre.transactions, centre.clock, centre)
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    return head, operator, await work.a_review(head, await work.an_item(head, operator))


async def objection(centre: Centre) -> Filled:
    _, operator, review = await _review(centre)
    answer = centre.quality.answers.answer
    return Filled(operator, review, lambda: answer(operator, review, OwnAnswer.OBJECTED, "Не согласна"))


async def decision(centre: Centre) -> Filled:
    head, operator, review = await _review(centre)
    await centre.quality.answers.answer(operator, review, OwnAnswer.OBJECTED, "Не согласна")
    return Filled(head, review, lambda: centre.quality.answers.decide(head, review, Decision.KEEP, "Верно"))


async def wrong_answer(centre: Centre) -> Filled:
    asker, talk = await _talk(centre)
    said = Message(conversation_id=talk, author="bot", text="Приём по средам.", created_at=centre.clock.now())
    async with centre.transactions.begin() as tx:
        tx.add(said)
    form = MarkForm(fault=BotFault.OTHER, note="Устарело")
    return Filled(asker, said.id or 0, lambda: centre.quality.bot.mark(asker, said.id or 0, form))


async def bot_decision(centre: Centre) -> Filled:
    await (await wrong_answer(centre)).deed()
    editor, (mark,) = (await centre.a_member(Role.KNOWLEDGE_EDITOR)).asker, await centre.rows(BotMark)
    word = MarkDecision(accepted=False, version=mark.version, words="Верно")
    return Filled(editor, mark.id, lambda: centre.quality.bot.decide(editor, mark.id, word))


DEEDS: Mapping[DraftKind, Fill] = {
    DraftKind.REPLY: reply,
    DraftKind.NOTE: note,
    DraftKind.REGISTER: register,
    DraftKind.REFUSAL: refusal,
    DraftKind.CARD: card,
    DraftKind.CITIZEN: citizen,
    DraftKind.REQUEST: request,
    DraftKind.EDIT: edit,
    DraftKind.CLARIFIED: clarified,
    DraftKind.FORWARD: forward,
    DraftKind.REOPEN: reopen,
    DraftKind.SPLIT: split,
    DraftKind.MEMO: memo,
    DraftKind.MAIL_ANSWER: mail_answer,
    DraftKind.WITHDRAWAL: withdrawal,
    DraftKind.LETTER: letter,
    DraftKind.CALL: call,
    DraftKind.EXPLANATION: explanation,
    DraftKind.CALL_BACK: call_back,
    DraftKind.OBJECTION: objection,
    DraftKind.DECISION: decision,
    DraftKind.WRONG_ANSWER: wrong_answer,
    DraftKind.BOT_DECISION: bot_decision,
}
