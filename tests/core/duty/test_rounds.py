"""What the duty chat is told by the clock."""

from datetime import date, timedelta

import pytest

from core.conversations.model import LeftMessage
from core.duty.topics import GENERAL, recipient_of
from core.vocabulary import Urgency
from tests.core.duty.world import DutyWorld, moment


async def _repeats(world: DutyWorld, number: int) -> list[str]:
    return [words for words in await world.posts(recipient_of(conversation_id=number)) if "никто не взял" in words]


async def test_a_missed_hand_off_is_repeated_until_somebody_takes_it(world: DutyWorld) -> None:
    number = await world.a_hand_off()
    for minutes, expected in ((4, 0), (1, 1), (2, 1), (3, 2), (5, 3)):
        world.clock.move(minutes=minutes)
        for _ in range(3):
            await world.rounds.round()
        assert len(await _repeats(world, number)) == expected
    anna = await world.a_duty_member()
    await anna.presses(number, f"t:{number}")
    world.clock.move(minutes=20)
    await world.rounds.round()
    assert len(await _repeats(world, number)) == 3


async def test_the_repeat_has_the_button_and_says_how_long(world: DutyWorld) -> None:
    number = await world.a_hand_off()
    world.clock.move(minutes=11)
    await world.rounds.round()
    letter = (await world.letters(recipient_of(conversation_id=number)))[-1]
    assert letter.content["buttons"] == [[{"title": "Взять", "data": f"t:{number}"}]]
    assert "11 мин" in letter.content["text"] and letter.content["silent"] is False


@pytest.mark.clause("2.9")
@pytest.mark.parametrize(
    ("now", "emergency", "told"),
    [
        pytest.param("2026-11-25T12:00:00+03:00", False, True, id="in office hours"),
        pytest.param("2026-11-25T18:30:00+03:00", False, False, id="in the evening"),
        pytest.param("2026-11-28T12:00:00+03:00", False, False, id="on Saturday"),
        pytest.param("2026-11-28T03:00:00+03:00", True, True, id="an emergency at night"),
    ],
)
async def test_hand_offs_are_repeated_in_office_hours_and_emergencies_always(
    world: DutyWorld, now: str, emergency: bool, told: bool
) -> None:
    world.clock.moment = moment(now) - timedelta(minutes=6)
    number = await world.a_hand_off(emergency=emergency)
    world.clock.moment = moment(now)
    await world.rounds.round()
    assert bool(await _repeats(world, number)) == told


async def test_a_waiting_conversation_whose_hand_off_was_missed_gets_its_topic(world: DutyWorld) -> None:
    number = await world.centre.a_conversation()
    await world.rounds.round()
    assert [letter.content["do"] for letter in await world.letters(recipient_of(conversation_id=number))] == ["card"]


async def test_a_round_repeats_ten_at_most_and_emergencies_first(world: DutyWorld) -> None:
    for _ in range(11):
        await world.a_hand_off()
    urgent = await world.a_hand_off(emergency=True)
    world.clock.move(minutes=6)
    await world.rounds.round()
    told = [letter.recipient for letter in await world.letters() if letter.content.get("buttons")]
    assert len(told) == 10 and told[0] == recipient_of(conversation_id=urgent)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        pytest.param("2026-11-25T08:59:00+03:00", False, id="before nine"),
        pytest.param("2026-11-25T09:00:00+03:00", True, id="at nine"),
        pytest.param("2026-11-25T15:00:00+03:00", True, id="after a night without power"),
        pytest.param("2026-11-28T09:00:00+03:00", False, id="on Saturday"),
        pytest.param("2026-11-04T09:00:00+03:00", False, id="on Unity Day"),
    ],
)
async def test_the_digest_comes_on_working_days_from_nine_on(world: DutyWorld, now: str, told: bool) -> None:
    world.clock.moment = moment(now)
    await world.rounds.digest(world.clock.now())
    assert len(await world.letters(GENERAL)) == told


async def test_the_digest_counts_what_waits_and_comes_once_a_day(world: DutyWorld) -> None:
    await world.centre.a_conversation()
    left = await world.centre.a_conversation(mode="bot")
    today = world.clock.today()
    await world.an_appeal(answer_by=today)
    await world.an_appeal(answer_by=today, status="replied")
    await world.an_appeal(answer_by=date(2026, 11, 20), urgency=Urgency.LONG_TERM)
    async with world.transactions.begin() as tx:
        tx.add(LeftMessage(conversation_id=left, full_name="И", text="?", left_at=world.clock.now()))
    again = type(world)(world.transactions, world.relay._locks, world.clock)
    for rounds in (world.rounds, world.rounds, again.rounds):
        await rounds.digest(world.clock.now())
    [words] = await world.posts(GENERAL)
    assert "25 ноября 2026" in words
    lines = ("оператора: 1", "сегодня: 1", "Просрочено: 1", "без ответа: 0, из них просрочено: 0", "сообщения: 1", "рабочих дня: 0")
    for line in (*lines, "промежуточный ответ: 0", "снятием с контроля: 0", "подтверждений: 0"):
        assert line in words
