"""What is drawn for review: by lot for each operator, by rules, once a week, and by hand."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from core.audit.model import AuditEntry
from core.calls.model import Satisfaction
from core.errors import Conflict, Invalid, NotAllowed
from core.quality.candidates import Candidate, candidates, rules_of
from core.quality.drawing import draw
from core.quality.model import QualityItem, QualitySample, SamplingPlan
from core.quality.sampling import AlreadyItem, NobodyTalked, PlanForm
from core.quality.vocabulary import ItemKind, Rule, Source
from core.vocabulary import Role
from tests.clocks import MovableClock
from tests.core.quality.world import Work

WEDNESDAY = MovableClock().now()
PLAN = SamplingPlan(rules=[rule.value for rule in Rule])
PLAIN = Candidate(
    kind=ItemKind.CALL, ref=1, operator_id=7, happened_at=WEDNESDAY, employed_at=WEDNESDAY - timedelta(weeks=60), seconds=60
)
FORM = PlanForm(
    is_weekly=True,
    random_per_operator=2,
    ruled_per_operator=1,
    twice_percent=0,
    rules=["long", "complaint"],
    long_minutes=5,
    long_messages=30,
    low_score=2,
    transfers=2,
    wait_minutes=3,
    newcomer_weeks=4,
)
MET: dict[str, tuple[dict[str, Any], tuple[Rule, ...]]] = {
    "an ordinary call": ({}, ()),
    "a long call": ({"seconds": 600}, (Rule.LONG,)),
    "nearly a long call": ({"seconds": 599}, ()),
    "a long conversation": ({"kind": ItemKind.CHAT, "messages": 40, "seconds": 9}, (Rule.LONG,)),
    "hours over a short conversation": ({"kind": ItemKind.CHAT, "messages": 39, "seconds": 90000}, ()),
    "a low rating": ({"score": 2}, (Rule.LOW_RATING,)),
    "a middling rating": ({"score": 3}, ()),
    "a complaint": ({"complains": True}, (Rule.COMPLAINT,)),
    "handed on twice": ({"transfers": 2}, (Rule.TRANSFERS,)),
    "handed on once": ({"transfers": 1}, ()),
    "a long wait": ({"waited": 180.0}, (Rule.LONG_WAIT,)),
    "reopened": ({"is_reopened": True}, (Rule.REOPENED,)),
    "the first weeks": ({"employed_at": WEDNESDAY - timedelta(weeks=3)}, (Rule.NEWCOMER,)),
    "several at once": ({"seconds": 900, "complains": True, "score": 1}, (Rule.LONG, Rule.LOW_RATING, Rule.COMPLAINT)),
    "rated now, long ago": ({"is_of_period": False, "seconds": 900, "score": 1}, (Rule.LOW_RATING,)),
}


@pytest.mark.parametrize(("given", "met"), MET.values(), ids=MET)
def test_a_candidate_meets_the_rules_that_it_meets(given: dict[str, Any], met: tuple[Rule, ...]) -> None:
    assert rules_of(replace(PLAIN, **given), PLAN) == met


def test_a_rule_that_is_switched_off_is_met_by_nobody() -> None:
    assert rules_of(replace(PLAIN, seconds=900, complains=True), SamplingPlan(rules=["complaint"])) == (Rule.COMPLAINT,)


def many(count: int, operators: int = 3) -> list[Candidate]:
    return [replace(PLAIN, ref=ref, operator_id=ref % operators + 1) for ref in range(1, count + 1)]


def test_each_operator_has_as_many_and_the_seed_decides_which() -> None:
    plan = SamplingPlan(random_per_operator=3, ruled_per_operator=2, rules=[], twice_percent=0)
    drawn = draw(many(60), plan, 5)
    assert sorted(one.candidate.operator_id for one in drawn) == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert {one.source for one in drawn} == {Source.RANDOM}
    assert draw(list(reversed(many(60))), plan, 5) == drawn
    assert draw(many(60), plan, 6) != drawn


def test_one_more_candidate_moves_no_other() -> None:
    plan = SamplingPlan(random_per_operator=3, rules=[], twice_percent=0)
    before = {one.candidate.ref for one in draw(many(60), plan, 5)}
    after = {one.candidate.ref for one in draw(many(63), plan, 5)}
    assert len(before - after) <= 3
    assert after - before <= {61, 62, 63}


def test_lots_are_fair() -> None:
    plan = SamplingPlan(random_per_operator=1, rules=[], twice_percent=0)
    first = [draw(many(4, operators=1), plan, seed)[0].candidate.ref for seed in range(400)]
    assert all(60 <= first.count(ref) <= 140 for ref in range(1, 5))


def test_those_that_meet_the_most_rules_come_first_and_lots_take_the_rest() -> None:
    plan = SamplingPlan(random_per_operator=1, ruled_per_operator=2, rules=[rule.value for rule in Rule], twice_percent=100)
    long, twice = replace(PLAIN, ref=2, seconds=900), replace(PLAIN, ref=3, seconds=900, complains=True)
    older = replace(PLAIN, ref=4, is_of_period=False)
    drawn = draw([PLAIN, long, twice, older], plan, 1)
    assert [(one.candidate.ref, one.source, one.is_twice) for one in drawn] == [
        (3, Source.RULE, False),
        (2, Source.RULE, False),
        (1, Source.RANDOM, True),
    ]


@pytest.mark.clause("2.7")
async def test_what_was_talked_and_written_in_the_days_is_found_with_its_facts(work: Work) -> None:
    first, second = await work.a_person(), await work.a_person(weeks=1)
    today = work.clock.today()
    call = await work.a_call(first, seconds=700, transcript="Это безобразие, буду писать жалобу.")
    chat = await work.a_chat(first, second, words="Спасибо", waited=300)
    await work.a_chat(first, closed=False)
    work.clock.move(days=-10)
    await work.a_call(first)
    work.clock.move(days=10)
    async with work.transactions.begin() as tx:
        found = await candidates(tx, today, today)
    assert [(one.kind, one.ref, one.operator_id) for one in found] == [
        (ItemKind.CALL, call, first.id),
        (ItemKind.CHAT, chat, first.id),
        (ItemKind.CHAT, chat, second.id),
    ]
    assert (found[0].seconds, found[0].complains) == (700, True)
    assert (found[1].waited, found[1].transfers, found[1].messages, found[1].complains) == (300, 1, 3, False)
    assert rules_of(found[2], PLAN) == (Rule.LONG_WAIT, Rule.NEWCOMER)


async def test_an_old_conversation_comes_back_with_its_low_rating(work: Work) -> None:
    operator, today = await work.a_person(), work.clock.today()
    work.clock.move(days=-20)
    chat = await work.a_chat(operator)
    await work.centre.an_applicant(chat)
    appeal = await work.centre.an_appeal(conversation_id=chat)
    work.clock.move(days=20)
    async with work.transactions.begin() as tx:
        assert await candidates(tx, today, today) == []
        tx.add(Satisfaction(appeal_id=appeal, solved=False, asked_at=work.clock.now(), answered_at=work.clock.now()))
        await tx.flush()
        (found,) = await candidates(tx, today, today)
    assert (found.ref, found.score, found.is_of_period) == (chat, 1, False)


async def test_the_head_draws_a_sample_and_the_same_things_are_not_drawn_again(work: Work) -> None:
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    today = work.clock.today()
    for _ in range(6):
        await work.a_call(operator)
    await work.desk.sampling.set_plan(head, FORM, 0)
    sample, count = await work.desk.sampling.draw(head, today, today, 42)
    assert (sample.seed, count, sample.plan["random_per_operator"]) == (42, 2, 2)
    chosen = {one.call_id for one in await work.rows(QualityItem)}
    _, more = await work.desk.sampling.draw(head, today, today, 42)
    assert more == 2
    assert chosen < {one.call_id for one in await work.rows(QualityItem)}
    assert [one.seed for one in await work.desk.sampling.samples(head)] == [42, 42]
    assert [one.action for one in await work.rows(AuditEntry)][-1] == "quality.sample_drawn"


@pytest.mark.clause("2.7")
async def test_the_week_that_has_ended_is_drawn_once_however_often_it_is_asked(work: Work) -> None:
    operator = await work.a_person()
    work.clock.move(days=-7)
    call = await work.a_call(operator)
    work.clock.move(days=7)
    drawn = await asyncio.gather(*(work.desk.sampling.draw_week() for _ in range(3)))
    assert sorted(drawn, key=str) == [1, None, None]
    (sample,), (item,) = await work.rows(QualitySample), await work.rows(QualityItem)
    assert (sample.week, sample.first, sample.last) == (date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 22))
    assert (item.call_id, item.sample_id, item.source, item.added_by_id) == (call, sample.id, "random", None)


async def test_no_week_is_drawn_when_the_head_switched_it_off(work: Work) -> None:
    head = await work.a_person(Role.SUPERVISOR)
    await work.desk.sampling.set_plan(head, replace(FORM, is_weekly=False), 0)
    assert await work.desk.sampling.draw_week() is None
    assert await work.rows(QualitySample) == []


async def test_what_is_added_by_hand_becomes_an_item_for_each_who_took_part(work: Work) -> None:
    senior, first, second = await work.a_person(Role.SENIOR), await work.a_person(), await work.a_person()
    chat = await work.a_chat(first, second)
    assert len(await work.desk.sampling.add(senior, ItemKind.CHAT, chat)) == 2
    with pytest.raises(AlreadyItem):
        await work.desk.sampling.add(senior, ItemKind.CHAT, chat)
    bots_own = await work.centre.a_conversation(mode="closed")
    for nothing in (bots_own, 999):
        with pytest.raises(NobodyTalked):
            await work.desk.sampling.add(senior, ItemKind.CHAT, nothing)
    with pytest.raises(NotAllowed):
        await work.desk.sampling.add(first, ItemKind.CHAT, chat)


async def test_the_plan_is_kept_within_its_limits_and_not_saved_over(work: Work) -> None:
    head = await work.a_person(Role.SUPERVISOR)
    assert (await work.desk.sampling.plan(head)).version == 0
    saved = await work.desk.sampling.set_plan(head, FORM, 0)
    assert (saved.version, saved.rules, saved.long_minutes) == (1, ["long", "complaint"], 5)
    with pytest.raises(Conflict):
        await work.desk.sampling.set_plan(head, FORM, 0)
    with pytest.raises(Invalid) as refused:
        await work.desk.sampling.set_plan(head, replace(FORM, random_per_operator=51, low_score=0, rules=["mood"]), 1)
    assert refused.value.facts["fields"] == {
        "random_per_operator": "less_than_equal",
        "low_score": "greater_than_equal",
        "rules": "literal_error",
    }


@pytest.mark.parametrize(
    ("first", "last", "seed", "field"),
    [(0, 1, None, "last"), (-1, -2, None, "last"), (-92, 0, None, "first"), (0, 0, -1, "seed")],
)
async def test_no_sample_is_drawn_of_impossible_days(work: Work, first: int, last: int, seed: int | None, field: str) -> None:
    head, today = await work.a_person(Role.SUPERVISOR), work.clock.today()
    with pytest.raises(Invalid) as refused:
        await work.desk.sampling.draw(head, today + timedelta(days=first), today + timedelta(days=last), seed)
    assert list(refused.value.facts["fields"]) == [field]  # type: ignore[call-overload]  # a mapping
