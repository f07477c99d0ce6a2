"""Numbers of a period: averages with their counts, agreement of two, what is to be talked over."""

import pytest

from core.errors import NotAllowed
from core.quality.metrics import Period
from core.vocabulary import Role
from tests.core.quality.world import Work


@pytest.mark.clause("2.7")
async def test_averages_are_told_with_their_counts_and_a_caution(work: Work) -> None:
    head, senior = await work.a_person(Role.SUPERVISOR), await work.a_person(Role.SENIOR)
    first, second = await work.a_person(name="Абаев А."), await work.a_person(name="Бетанов Б.")
    today = work.clock.today()
    work.clock.move(days=-7)
    await work.a_review(head, await work.an_item(head, first, two=True), style="no")
    work.clock.move(days=7)
    for _ in range(5):
        await work.a_review(head, await work.an_item(head, second))
    zeroed = await work.an_item(head, first, two=True)
    await work.a_review(head, zeroed, respect="no")
    await work.a_review(senior, zeroed)
    before = Period(first=today.replace(day=1), last=today)
    found = await work.desk.numbers(head, before)
    assert (found.whole.items, found.whole.average, found.whole.zeroed, found.whole.is_few) == (7, 90.8, 1, False)
    assert [(one.operator, one.items, one.average, one.zeroed, one.is_few) for one in found.operators] == [
        ("Абаев А.", 2, 67.9, 1, True),
        ("Бетанов Б.", 5, 100.0, 0, False),
    ]
    assert [(one.monday.isoformat(), one.items, one.average) for one in found.weeks] == [
        ("2026-11-16", 1, 85.7),
        ("2026-11-23", 6, 91.7),
    ]
    criteria = {one.criterion.key: (one.items, one.average) for one in found.criteria}
    assert (criteria["style"], criteria["respect"], criteria["greeting"]) == ((8, 87.5), (8, 87.5), (8, 100.0))
    assert ([one.total for one in found.best], [one.total for one in found.worst][:2]) == ([100.0] * 5, [50.0, 85.7])
    assert found.worst[0].item_id == zeroed
    only_this_week = await work.desk.numbers(head, Period(first=today, last=today))
    assert only_this_week.whole.items == 6


async def test_an_operator_sees_their_own_course_and_an_empty_period_is_empty(work: Work) -> None:
    head, operator, colleague = await work.a_person(Role.SUPERVISOR), await work.a_person(), await work.a_person()
    today = work.clock.today()
    await work.a_review(head, await work.an_item(head, operator), warning="na", greeting="no")
    await work.a_review(head, await work.an_item(head, colleague))
    days = Period(first=today, last=today, operator_id=colleague.id)
    own = await work.desk.own_numbers(operator, days)
    assert (own.whole.items, own.whole.average, [one.average for one in own.weeks]) == (1, 90.0, [90.0])
    assert [one.not_applicable for one in own.criteria if one.criterion.key == "warning"] == [1]
    with pytest.raises(NotAllowed):
        await work.desk.numbers(operator, days)
    nothing = await work.desk.numbers(head, Period(first=today.replace(year=2020), last=today.replace(year=2020)))
    assert (nothing.whole.items, nothing.whole.average, nothing.operators, nothing.criteria) == (0, None, [], [])


@pytest.mark.clause("2.7")
async def test_agreement_of_two_and_the_widest_disagreements(work: Work) -> None:
    head, senior, operator = await work.a_person(Role.SUPERVISOR), await work.a_person(Role.SENIOR), await work.a_person()
    pairs = [({"style": "yes"}, {"style": "yes"}), ({"style": "no"}, {"style": "no"}), ({"style": "yes"}, {"style": "partly"})]
    pairs += [({"respect": "no"}, {"respect": "yes"}), ({"answer": "na"}, {"answer": "yes"})]
    items = []
    for one, other in pairs:
        items.append(await work.an_item(head, operator, two=True))
        await work.a_review(head, items[-1], **one)
        await work.a_review(senior, items[-1], **other)
    await work.a_review(head, await work.an_item(head, operator))
    today = work.clock.today()
    criteria, disputed = await work.desk.agreement(head, Period(first=today, last=today))
    found = {one.criterion.key: one for one in criteria}
    style, greeting, answer = found["style"].agreement, found["greeting"].agreement, found["answer"]
    assert (style.pairs, style.percent, found["style"].weights) == (5, 80.0, "linear")
    # Observed 0.9; expected by hand: rows no 1, yes 4; columns no 1, partly 1, yes 3: (1 + 0.5 + 2 + 12) / 25 = 0.62
    assert style.kappa == pytest.approx((0.9 - 0.62) / (1 - 0.62))
    assert (greeting.percent, greeting.kappa, found["greeting"].weights) == (100.0, None, "none")
    assert (answer.agreement.pairs, answer.apart) == (4, 1)
    assert [(one.item_id, one.totals, [line.key for line in one.criteria]) for one in disputed] == [
        (items[3], (0.0, 100.0), ["respect"]),
        (items[2], (100.0, 92.9), ["style"]),
        (items[4], (100.0, 100.0), ["answer"]),
    ]
    with pytest.raises(NotAllowed):
        await work.desk.agreement(senior, Period(first=today, last=today))
