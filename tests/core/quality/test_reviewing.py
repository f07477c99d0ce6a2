"""A review from its beginning to the operator's answer and the head's decision."""

import asyncio

import pytest
from sqlalchemy import text

from core.audit.model import AuditEntry
from core.conversations.operators import Reply
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.phone.model import Recording
from core.quality.answering import AnsweredAlready, NoObjection
from core.quality.model import QualityReview, ReviewComment
from core.quality.reading import ItemList
from core.quality.reviewing import COMMENT_LIMIT, CommentForm, SheetForm
from core.quality.rows import EnoughReviews, NotBlind, OwnWork, ReviewedAlready
from core.quality.sheet import SheetIncomplete
from core.quality.vocabulary import Decision, ItemKind, OwnAnswer
from core.vocabulary import Role
from tests.core.quality.world import Work, marks_of


@pytest.mark.clause("2.7")
async def test_a_sheet_is_begun_saved_and_counted(work: Work) -> None:
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    item = await work.an_item(head, operator)
    review = await work.desk.reviews.start(head, item)
    assert (await work.desk.reviews.start(head, item)).id == review.id
    number = review.id or 0
    kept = await work.desk.reviews.save(head, number, SheetForm(marks={"greeting": "no"}, summary="Хорошо", version=0))
    assert (kept.marks, kept.version, kept.state) == ({"greeting": "no"}, 1, "draft")
    assert await work.desk.reading.own(operator) == []
    whole = SheetForm(marks=marks_of(ItemKind.CALL, greeting="no", warning="na"), summary="Хорошо", version=1)
    done = await work.desk.reviews.submit(head, number, whole)
    assert (done.total, done.is_zeroed, done.state) == (90.0, False, "done")
    with pytest.raises(ReviewedAlready):
        await work.desk.reviews.start(head, item)
    with pytest.raises(ReviewedAlready):
        await work.desk.reviews.save(head, number, whole)
    last = (await work.rows(AuditEntry))[-1]
    assert (last.action, last.staff_id) == ("quality.scored", head.id)
    assert last.details == {"operator": operator.id, "total": 90.0, "zeroed": []}


async def test_an_unfinished_sheet_is_not_counted_and_says_which_lines_lack(work: Work) -> None:
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    review = await work.desk.reviews.start(head, await work.an_item(head, operator))
    marks = {key: mark for key, mark in marks_of(ItemKind.CALL).items() if key != "style"}
    with pytest.raises(SheetIncomplete) as refused:
        await work.desk.reviews.submit(head, review.id or 0, SheetForm(marks=marks, summary="", version=0))
    assert refused.value.facts["fields"] == {"marks.style": "unmarked"}
    assert (await work.review(review.id or 0)).state == "draft"


async def test_of_two_savings_of_one_draft_the_later_is_told(work: Work) -> None:
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    review = await work.desk.reviews.start(head, await work.an_item(head, operator))
    await work.desk.reviews.save(head, review.id or 0, SheetForm(marks={}, summary="одно", version=0))
    with pytest.raises(Conflict):
        await work.desk.reviews.save(head, review.id or 0, SheetForm(marks={}, summary="другое", version=0))
    assert (await work.review(review.id or 0)).summary == "одно"


async def test_nobody_reviews_their_own_work(work: Work) -> None:
    head, senior = await work.a_person(Role.SUPERVISOR), await work.a_person(Role.SENIOR)
    item = await work.an_item(head, senior)
    with pytest.raises(OwnWork):
        await work.desk.reviews.start(senior, item)
    assert (await work.desk.reading.items(senior, ItemList.TODO)).rows == []
    assert (await work.desk.reading.item(senior, item)).barred == "own_work"


async def test_of_two_who_begin_at_once_one_gets_the_item(work: Work) -> None:
    head, senior, operator = await work.a_person(Role.SUPERVISOR), await work.a_person(Role.SENIOR), await work.a_person()
    item = await work.an_item(head, operator)
    both = await asyncio.gather(*(work.desk.reviews.start(one, item) for one in (head, senior)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["EnoughReviews", "QualityReview"]
    (late,) = (one for one in both if isinstance(one, EnoughReviews))
    assert late.facts["operator"] in (head.full_name, senior.full_name)
    (review,) = await work.rows(QualityReview)
    reviewer = head if review.reviewer_id == head.id else senior
    await work.desk.reviews.give_up(reviewer, review.id)
    assert (await work.desk.reviews.start(senior if reviewer is head else head, item)).id != review.id


@pytest.mark.clause("2.7")
async def test_two_review_without_knowing_of_each_other(work: Work) -> None:
    head, senior, operator = await work.a_person(Role.SUPERVISOR), await work.a_person(Role.SENIOR), await work.a_person()
    item = await work.an_item(head, operator, two=True)
    first = await work.a_review(senior, item, style="no")
    (line,) = (await work.desk.reading.items(head, ItemList.TODO)).rows
    assert (line.done, line.totals) == (1, [])
    opened = await work.desk.reading.item(head, item)
    assert (opened.own, [one.id for one in opened.others], opened.item.totals) == (None, [first], [])
    await work.a_review(head, item)
    assert (await work.desk.reading.item(head, item)).item.totals == [85.7, 100.0]
    assert (await work.desk.reading.item(senior, item)).others == []


async def test_who_has_read_anothers_review_cannot_review_the_item(work: Work) -> None:
    head, senior, operator = await work.a_person(Role.SUPERVISOR), await work.a_person(Role.SENIOR), await work.a_person()
    item = await work.an_item(head, operator, two=True)
    review = await work.a_review(senior, item)
    shown = await work.desk.reading.review(head, review)
    assert (shown.review.reviewer, shown.review.review.total) == (senior.full_name, 100.0)
    assert (await work.rows(AuditEntry))[-1].action == "quality.review_read"
    with pytest.raises(NotBlind):
        await work.desk.reviews.start(head, item)
    assert (await work.desk.reading.items(head, ItemList.TODO)).rows == []
    with pytest.raises(NotAllowed):
        await work.desk.reading.review(senior, review)


async def test_remarks_stand_at_a_second_of_a_call_without_personal_data(work: Work) -> None:
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    item = await work.an_item(head, operator)
    review = (await work.desk.reviews.start(head, item)).id or 0
    (recording,) = await work.rows(Recording)
    at = {"recording_id": recording.id, "second": 12.34}
    words = "Перебивает. Звонил Иванов Иван Иванович, +7 918 123-45-67"
    made = await work.desk.reviews.comment(head, review, CommentForm(text=words, criterion="style", **at))
    assert (made.second, made.text) == (12.3, "Перебивает. Звонил имя, телефон")
    later = await work.desk.reviews.comment(head, review, CommentForm(text="Конец", recording_id=recording.id, second=60.5))
    problems = {
        "text": CommentForm(text="   ", **at),
        "criterion": CommentForm(text="x", criterion="smile", **at),
        "second": CommentForm(text="x", recording_id=recording.id, second=99.0),
    }
    for field, form in problems.items():
        with pytest.raises(Invalid) as refused:
            await work.desk.reviews.comment(head, review, form)
        assert list(refused.value.facts["fields"]) == [field]  # type: ignore[call-overload]  # a mapping
    with pytest.raises(Invalid) as refused:
        await work.desk.reviews.comment(head, review, CommentForm(text="x" * (COMMENT_LIMIT + 1), **at))
    assert refused.value.facts["fields"] == {"text": "too_long"}
    await work.desk.reviews.drop_comment(head, review, later.id or 0)
    own = (await work.desk.reading.item(head, item)).own
    assert own is not None and [(one.second, one.criterion) for one in own.comments] == [(12.3, "style")]


async def test_a_remark_on_a_conversation_stands_at_one_of_its_messages(work: Work) -> None:
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    chat, other = await work.a_chat(operator), await work.a_chat(operator)
    (item,) = await work.desk.sampling.add(head, ItemKind.CHAT, chat)
    review = (await work.desk.reviews.start(head, item)).id or 0
    said = await work.centre.operators.reading.earlier(head, chat)
    foreign = await work.centre.operators.reading.earlier(head, other)
    made = await work.desk.reviews.comment(head, review, CommentForm(text="Кратко", message_id=said.messages[-1].id))
    assert made.said_at == said.messages[-1].created_at
    with pytest.raises(Invalid):
        await work.desk.reviews.comment(head, review, CommentForm(text="Кратко", message_id=foreign.messages[0].id))


@pytest.mark.clause("2.10")
async def test_what_is_erased_leaves_the_review_with_its_times(work: Work) -> None:
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    call = await work.an_item(head, operator)
    first = (await work.desk.reviews.start(head, call)).id or 0
    (recording,) = await work.rows(Recording)
    await work.desk.reviews.comment(head, first, CommentForm(text="Долго", recording_id=recording.id, second=5))
    chat = await work.a_chat(operator)
    (talk,) = await work.desk.sampling.add(head, ItemKind.CHAT, chat)
    second = (await work.desk.reviews.start(head, talk)).id or 0
    said = (await work.centre.operators.reading.earlier(head, chat)).messages[-1]
    await work.desk.reviews.comment(head, second, CommentForm(text="Кратко", message_id=said.id))
    for review, kind in ((first, ItemKind.CALL), (second, ItemKind.CHAT)):
        await work.desk.reviews.submit(head, review, SheetForm(marks=marks_of(kind), summary="", version=0))
    async with work.transactions.begin() as tx:
        await tx.execute(text("DELETE FROM recording"))
        await tx.execute(text("DELETE FROM phone_call"))
        await tx.execute(text("DELETE FROM contact"))
        await tx.execute(text("DELETE FROM conversation WHERE id = :id"), {"id": chat})
    heard, read = await work.rows(ReviewComment)
    assert (heard.recording_id, heard.second, heard.text) == (None, 5.0, "Долго")
    assert (read.message_id, read.said_at, read.text) == (None, said.created_at, "Кратко")
    shown = {one.item.kind: one for one in await work.desk.reading.own(operator)}
    assert [(one.item.ref, one.review.review.total) for one in shown.values()] == [(None, 100.0)] * 2
    assert (await work.desk.reading.item(head, call)).facts == []


@pytest.mark.clause("2.7")
async def test_an_operator_reads_their_own_reviews_and_no_others(work: Work) -> None:
    head, operator, colleague = await work.a_person(Role.SUPERVISOR), await work.a_person(), await work.a_person()
    own = await work.a_review(head, await work.an_item(head, operator))
    foreign = await work.a_review(head, await work.an_item(head, colleague))
    assert [one.review.review.id for one in await work.desk.reading.own(operator)] == [own]
    assert (await work.desk.reading.own_review(operator, own)).review.reviewer == head.full_name
    with pytest.raises(NotFound):
        await work.desk.reading.own_review(operator, foreign)
    with pytest.raises(NotFound):
        await work.desk.answers.answer(operator, foreign, OwnAnswer.ACKNOWLEDGED)
    with pytest.raises(NotAllowed):
        await work.desk.reading.review(operator, own)
    with pytest.raises(NotAllowed):
        await work.desk.reading.items(operator, ItemList.TODO)


async def test_an_operator_answers_once_and_objects_in_words(work: Work) -> None:
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    review = await work.a_review(head, await work.an_item(head, operator))
    with pytest.raises(Invalid):
        await work.desk.answers.answer(operator, review, OwnAnswer.OBJECTED, "  ")
    with pytest.raises(NoObjection):
        await work.desk.answers.decide(head, review, Decision.KEEP, "Нет")
    await work.desk.answers.answer(operator, review, OwnAnswer.ACKNOWLEDGED)
    with pytest.raises(AnsweredAlready):
        await work.desk.answers.answer(operator, review, OwnAnswer.OBJECTED, "Не согласен")


@pytest.mark.clause("2.7")
async def test_the_head_answers_an_objection_by_a_second_reviewer(work: Work) -> None:
    head, senior, operator = await work.a_person(Role.SUPERVISOR), await work.a_person(Role.SENIOR), await work.a_person()
    item = await work.an_item(head, operator)
    review = await work.a_review(head, item, style="no")
    await work.desk.answers.answer(operator, review, OwnAnswer.OBJECTED, "Говорил вежливо")
    page = await work.desk.reading.items(head, ItemList.OBJECTED)
    assert ([one.id for one in page.rows], page.objected, page.rows[0].is_objected) == ([item], 1, True)
    with pytest.raises(Invalid):
        await work.desk.answers.decide(head, review, Decision.SECOND, "")
    await work.desk.answers.decide(head, review, Decision.SECOND, "Послушает второй")
    assert (await work.desk.reading.items(head, ItemList.OBJECTED)).rows == []
    assert [one.id for one in (await work.desk.reading.items(senior, ItemList.TODO)).rows] == [item]
    await work.a_review(senior, item)
    totals = {one.review.reviewer: one.review.review.total for one in await work.desk.reading.own(operator)}
    assert totals == {head.full_name: 85.7, senior.full_name: 100.0}


async def test_a_sheet_that_is_given_back_is_written_anew(work: Work) -> None:
    head, senior, operator = await work.a_person(Role.SUPERVISOR), await work.a_person(Role.SENIOR), await work.a_person()
    item = await work.an_item(head, operator)
    review = await work.a_review(senior, item, respect="no")
    assert (await work.review(review)).is_zeroed
    await work.desk.answers.answer(operator, review, OwnAnswer.OBJECTED, "Не грубил")
    given_back = await work.desk.answers.decide(head, review, Decision.REVISE, "Переслушайте")
    assert (given_back.state, given_back.total, given_back.is_zeroed) == ("draft", None, False)
    assert await work.desk.reading.own(operator) == []
    with pytest.raises(ReviewedAlready):
        await work.desk.reviews.give_up(senior, review)
    form = SheetForm(marks=marks_of(ItemKind.CALL), summary="", version=given_back.version)
    assert (await work.desk.reviews.submit(senior, review, form)).total == 100.0
    (own,) = await work.desk.reading.own(operator)
    assert (own.review.review.decision, own.review.decided_by) == ("revise", head.full_name)


async def test_the_head_decides_nothing_about_their_own_work(work: Work) -> None:
    head, senior = await work.a_person(Role.SUPERVISOR), await work.a_person(Role.SENIOR)
    review = await work.a_review(senior, await work.an_item(senior, head), greeting="no")
    await work.desk.answers.answer(head, review, OwnAnswer.OBJECTED, "Здоровался")
    with pytest.raises(NotAllowed):
        await work.desk.answers.decide(head, review, Decision.REVISE, "Исправить")
    with pytest.raises(NotFound):
        await work.desk.reading.review(head, review)


@pytest.mark.clause("2.7")
async def test_facts_stand_beside_the_sheet_and_mark_nothing(work: Work) -> None:
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    chat = await work.a_chat(operator, waited=45)
    (talk,) = await work.desk.sampling.add(head, ItemKind.CHAT, chat)
    opened = await work.desk.reading.item(head, talk)
    facts = {one.code: one.value for one in opened.facts}
    assert opened.own is None
    assert facts["greeting"] == {"state": "not_sent"}
    assert (facts["first_answer"], facts["transfers"]) == ({"seconds": 45}, {"count": 0})
    assert facts["card_missing"] == {"missing": ["full_name", "contact", "consent"]}
    call = await work.desk.reading.item(head, await work.an_item(head, operator))
    facts = {one.code: one.value for one in call.facts}
    assert (facts["hung_up"], facts["holds"], facts["registered"]) == ({"by": "caller"}, {"count": 0}, {"appeals": []})


async def test_the_greeting_of_a_conversation_that_was_taken_is_a_fact(work: Work) -> None:
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    chat = await work.centre.a_conversation()
    await work.centre.operators.take(operator, chat)
    await work.centre.operators.reply(operator, chat, Reply(text="Приём по средам.", client_key="k1"))
    await work.centre.operators.close(operator, chat, "answered")
    (item,) = await work.desk.sampling.add(head, ItemKind.CHAT, chat)
    facts = {one.code: one.value for one in (await work.desk.reading.item(head, item)).facts}
    assert (facts["greeting"], facts["closing"]) == ({"state": "sent"}, {"outcome": "answered"})
