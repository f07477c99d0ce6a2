"""What an operator reads beside a call: the words to say, and how each attempt ended (reg. 2.8.11, 3.1, 3.4)."""

import pytest

from core.calls.desk import Attempt
from core.calls.model import CallTask
from core.replies.desk import ReplyDraft, ReplyEdit
from core.staff.asker import Asker
from core.vocabulary import CallOutcome, ReplyForm, ReplyKind
from tests.inbox.world import Centre


async def sent(centre: Centre, asker: Asker, form: ReplyForm, address: str) -> int:
    """A card whose reply was sent so."""
    appeal_id = await centre.an_appeal(reply_form=form, reply_to=address)
    draft = await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    edit = ReplyEdit(subject="Ответ", body="Лампу {заменили}.", form=form, address=address)
    draft = await centre.replies.save(asker, draft.id or 0, edit, draft.version)
    await centre.replies.send(asker, draft.id or 0, draft.version)
    return appeal_id


@pytest.mark.clause("3.1")
@pytest.mark.clause("3.4")
async def test_the_words_name_the_centre_the_operator_and_the_matter(centre: Centre, asker: Asker) -> None:
    await sent(centre, asker, ReplyForm.PHONE, "+79180000001")
    (line,) = await centre.calls.list(asker)
    for words in (
        "Контакт-центр администрации города Владикавказа",
        asker.full_name,
        "Примеров Иван",
        line.registration_number,
        "25 ноября 2026 г.",
        "Лампу {заменили}.",
        "Решён ли Ваш вопрос?",
    ):
        assert words in line.words
    colleague = (await centre.a_member(full_name="Гаглоева Мадина")).asker
    assert "меня зовут Гаглоева Мадина" in (await centre.calls.list(colleague))[0].words


@pytest.mark.clause("2.8.11")
async def test_a_closing_call_has_the_reply_at_hand_and_every_attempt(centre: Centre, asker: Asker) -> None:
    appeal_id = await sent(centre, asker, ReplyForm.EMAIL, "primer@example.org")
    (line,) = await centre.calls.list(asker)
    assert "Вы его получили?" in line.words and line.words.endswith("Лампу {заменили}.")
    await centre.calls.log(asker, line.id, Attempt(outcome=CallOutcome.BUSY, note="гудки"))
    centre.clock.move(hours=1)
    await centre.calls.log(asker, line.id, Attempt(outcome=CallOutcome.NO_ANSWER))
    (line,) = await centre.calls.list(asker)
    assert [(one.outcome, one.note) for one in line.made] == [("busy", "гудки"), ("no_answer", "")]
    await centre.calls.log(asker, line.id, Attempt(outcome=CallOutcome.ANSWERED, confirmed=True))
    (view,) = await centre.calls.of_appeal(asker, appeal_id)
    assert (view.call.state, view.words, len(view.attempts)) == ("done", "", 3)
    assert await centre.calls.list(asker) == [] and await centre.calls.of_appeal(asker, 10_000) == ()


async def test_a_closing_call_without_a_reply_has_words_too(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal()
    async with centre.transactions.begin() as tx:
        now, today = centre.clock.now(), centre.clock.today()
        tx.add(CallTask(appeal_id=appeal_id, purpose="closing", phone="+78672000001", due_on=today, opened_at=now))
    (line,) = await centre.calls.list(asker)
    assert "Решён ли Ваш вопрос?" in line.words and "не дошёл" not in line.words
