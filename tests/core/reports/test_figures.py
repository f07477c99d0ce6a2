"""The figures of a month are those of plain SQL written anew here, and each leads to just as many rows."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlmodel import select

from core.conversations.model import Contact
from core.errors import Invalid, NotAllowed, NotFound
from core.quality.model import QualityItem, QualityReview
from core.reports.drilling import Question
from core.reports.metrics import BREAKDOWNS, METRICS
from core.staff.asker import Asker
from core.unanswered.model import QuestionGroup, UnansweredQuestion
from core.vocabulary import ReplyForm, Role, Urgency
from tests.inbox.world import Centre

At = Callable[[str], datetime]
MONTH = "2026-11"
BETWEEN = ">= '2026-10-31T21:00Z' AND {0} < '2026-11-30T21:00Z'"
"""Midnight in Moscow is 21:00 UTC of the day before."""


async def a_contact(centre: Centre, when: datetime, channel: str = "telegram", outcome: str = "informed") -> None:
    talk = await centre.a_conversation()
    async with centre.transactions.begin() as tx:
        contact = (await tx.exec(select(Contact).where(Contact.conversation_id == talk))).one()
        contact.channel, contact.started_at, contact.ended_at, contact.outcome = channel, when, when, outcome


async def counted(centre: Centre, statement: str) -> int:
    async with centre.transactions.begin() as tx:
        return int((await tx.execute(text(statement))).scalar_one())


@pytest.mark.clause("2.8.12")
async def test_a_month_begins_and_ends_at_midnight_in_moscow(centre: Centre, head: Asker, at: At) -> None:
    for when in ("2026-10-31T23:59:59", "2026-11-01T00:00:00", "2026-11-30T23:59:59", "2026-12-01T00:00:00"):
        await a_contact(centre, at(when))
    seen = await centre.reports.month(head, MONTH)
    assert (seen.now.totals["contacts"], seen.before and seen.before.totals["contacts"], seen.year_ago) == (2, 1, None)
    assert await counted(centre, f"SELECT count(*) FROM contact WHERE started_at {BETWEEN.format('started_at')}") == 2


@pytest.mark.clause("2.8.12")
@pytest.mark.clause("2.5.1")
async def test_every_figure_leads_to_as_many_rows(centre: Centre, head: Asker, at: At) -> None:
    outcomes = ("informed", "message", "reference", "registered", "abandoned", "")
    for day, outcome in enumerate(outcomes, start=1):
        await a_contact(centre, at(f"2026-11-{day:02}T10:00"), ("voice", "telegram", "email")[day % 3], outcome)
    for urgency, topic in ((Urgency.URGENT, "Дороги"), (Urgency.LONG_TERM, "дороги "), (Urgency.LONG_TERM, "")):
        await centre.an_appeal(urgency=urgency, topic=topic, reply_form=ReplyForm.PHONE)
    now = (await centre.reports.month(head, MONTH)).now
    for metric, definition in METRICS.items():
        if not definition.measure:
            page = await centre.reports.behind(head, MONTH, Question(metric=metric))
            assert len(page.rows) == now.totals[metric], metric
    for table, breakdown in BREAKDOWNS.items():
        for line in now.tables[table]:
            for metric in breakdown.metrics:
                if not METRICS[metric].measure:
                    asked = Question(metric=metric, table=table, key=line.key)
                    assert len((await centre.reports.behind(head, MONTH, asked)).rows) == line.figures[metric], (table, line)
    assert (now.totals["contacts"], now.totals["contacts_by_bot"], now.totals["bot_share"]) == (9, 2, 0.5), (
        "each card came with a contact that is not over"
    )
    topics = {line.key: line.figures["appeals"] for line in now.tables["appeals_by_topic"]}
    assert topics == {"дороги": 2, "": 1}


@pytest.mark.clause("2.8.7")
async def test_terms_are_told_apart_and_add_up(centre: Centre, head: Asker) -> None:
    numbers = [await centre.an_appeal(urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE, days_ago=14) for _ in range(5)]
    changes = (
        "replied_at = due_on::timestamp AT TIME ZONE 'Europe/Moscow' + interval '23 hours'",
        "replied_at = due_on::timestamp AT TIME ZONE 'Europe/Moscow' + interval '25 hours'",
        "promised_on = due_on + 9",
        "status = 'merged'",
        "due_on = due_on",
    )
    async with centre.transactions.begin() as tx:
        for number, change in zip(numbers, changes, strict=True):
            await tx.execute(text(f"UPDATE appeal SET {change} WHERE id = :id"), {"id": number})
    totals = (await centre.reports.month(head, MONTH)).now.totals
    told = [totals[name] for name in ("terms", "terms_kept", "terms_interim", "terms_late", "terms_running")]
    assert told == [4, 1, 1, 2, 0]
    assert totals["kept_share"] == 0.25
    in_term = "(replied_at AT TIME ZONE 'Europe/Moscow')::date <= due_on"
    assert await counted(centre, f"SELECT count(*) FROM appeal WHERE status <> 'merged' AND {in_term}") == 1


async def test_a_month_without_rows_has_figures_and_one_sentence(centre: Centre, head: Asker) -> None:
    seen = await centre.reports.month(head, "2025-02")
    assert (seen.now.totals["contacts"], seen.now.totals["service_level"], seen.now.totals["waiting_median"]) == (0, None, None)
    assert seen.findings == ["За февраль 2025 года обращений не поступало."]


@pytest.mark.parametrize(
    ("month", "reason"),
    [
        pytest.param("2026-13", "unreadable", id="no such month"),
        pytest.param("ноябрь", "unreadable", id="words"),
        pytest.param("2027-01", "to_come", id="to come"),
    ],
)
async def test_a_wrong_month_is_refused(centre: Centre, head: Asker, month: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        await centre.reports.month(head, month)
    assert refused.value.facts["fields"] == {"month": reason}


async def test_figures_are_for_the_head_and_rows_of_known_figures_only(centre: Centre, head: Asker) -> None:
    operator = (await centre.a_member()).asker
    with pytest.raises(NotAllowed):
        await centre.reports.month(operator, MONTH)
    for asked in (Question(metric="1); DROP TABLE appeal"), Question(metric="contacts", table="terms_by_urgency")):
        with pytest.raises(NotFound):
            await centre.reports.behind(head, MONTH, asked)


@pytest.mark.clause("2.7")
async def test_the_dashboard_tells_the_moment_and_the_day(centre: Centre, head: Asker) -> None:
    await centre.a_conversation(mode="waiting")
    await a_contact(centre, centre.clock.now())
    await a_contact(centre, centre.clock.now().replace(day=24))
    standing = await centre.reports.standing(head)
    assert standing.counts["waiting"] == 3
    assert standing.totals["contacts"] == 2


@pytest.mark.clause("2.7")
async def test_quality_and_questions_without_an_answer_are_counted(centre: Centre, head: Asker) -> None:
    operator, second = (
        (await centre.a_member(full_name="Оценкин Образец Примерович")).asker,
        (await centre.a_member(Role.SENIOR)).asker,
    )
    now, talks = centre.clock.now(), [await centre.a_conversation() for _ in range(3)]
    async with centre.transactions.begin() as tx:
        items = [
            QualityItem(source="manual", kind="chat", conversation_id=talk, operator_id=operator.id, happened_at=now, added_at=now)
            for talk in talks
        ]
        group = QuestionGroup(text="где купить слона", model="m", vector=b"", first_at=now, last_at=now)
        tx.add_all([*items, group])
        await tx.flush()
        given = [
            (0, head, 90.0, "done", False),
            (0, second, 80.0, "done", False),
            (1, head, 0.0, "done", True),
            (2, head, 50.0, "draft", False),
        ]
        for place, reviewer, total, state, is_zeroed in given:
            review = QualityReview(
                item_id=items[place].id or 0,
                reviewer_id=reviewer.id,
                sheet="1",
                state=state,
                total=total,
                is_zeroed=is_zeroed,
                started_at=now,
            )
            review.answered_as = "objected" if is_zeroed else ""
            tx.add(review)
        tx.add(
            UnansweredQuestion(
                message_id=1,
                conversation_id=talks[0],
                channel="telegram",
                text="?",
                digest="",
                group_id=group.id or 0,
                asked_at=now,
            )
        )
    figures = (await centre.reports.month(head, MONTH)).now
    wanted = {"quality": 2, "quality_mean": 42.5, "quality_zeroed": 1, "quality_disputed": 1, "questions": 1}
    assert {name: figures.totals[name] for name in wanted} == wanted
    (line,) = figures.tables["quality_by_operator"]
    assert (line.key, line.figures["quality_mean"]) == ("Оценкин Образец Примерович", 42.5)
    behind = await centre.reports.behind(head, MONTH, Question(metric="quality_zeroed"))
    assert [row.target for row in behind.rows] == [talks[1]]
