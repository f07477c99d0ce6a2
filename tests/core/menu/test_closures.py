"""«Сегодня до 16:00» is one truth for telephone, bot, mail and inbox (reg. 2.3, 2.9)."""

from datetime import UTC, date, datetime, time

import pytest

from channels.voice.knowing import Centre as VoiceCentre
from channels.voice.knowing import KnownFacts
from channels.voice.menu.deciding import decide
from channels.voice.menu.model import Hours, Say
from core.calendar import Closure, WorkCalendar
from core.calendars.closures import ClosureForm
from core.calendars.keeping import CalendarKeeper
from core.errors import Invalid, NotFound
from core.mail.acknowledging import Contacts, acknowledgement_words
from core.phone.hours import HoursDesk
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.channels.voice.menu.callers import STARTED
from tests.clocks import MovableClock
from tests.inbox.world import Centre

pytestmark = [pytest.mark.clause("2.3"), pytest.mark.clause("2.9")]
TODAY = date(2026, 11, 25)
NOTICE = "Сегодня операторы работают до 16:00."
SHORT = ClosureForm(day=TODAY, opens=time(9), closes=time(16), notice=NOTICE)


async def head_of(centre: Centre) -> Asker:
    """Whoever may decide the hours."""
    return (await centre.a_member(Role.SUPERVISOR)).asker


async def always() -> bool:
    """There is room for recordings."""
    return True


async def test_callers_are_told_and_after_the_hour_hear_the_menu_of_the_night(centre: Centre, clock: MovableClock) -> None:
    await centre.closures.set(await head_of(centre), SHORT)
    hours = HoursDesk(transactions=centre.transactions, clock=clock, calendar_of=CalendarKeeper().calendar_of)
    centre_facts = VoiceCentre(name="", dispatch=("112",), recognises=False)
    facts = await KnownFacts(centre=centre_facts, hours=hours, has_room=always, clock=clock).facts("")
    assert facts.hours is Hours.DAY
    said = [prompt.text for prompt in decide(None, STARTED, facts).prompts if isinstance(prompt, Say)]
    assert said[2] == NOTICE
    clock.move(hours=4)
    later = await KnownFacts(centre=centre_facts, hours=hours, has_room=always, clock=clock).facts("")
    assert later.hours is Hours.NIGHT
    assert "26 ноября" in later.opening


async def test_a_letter_is_told_the_same(centre: Centre, clock: MovableClock) -> None:
    await centre.closures.set(await head_of(centre), SHORT)
    async with centre.transactions.begin() as tx:
        calendar = await CalendarKeeper().calendar_of(tx)
    contacts = Contacts(centre_phone="1", dispatch=("1", "2"))
    words = acknowledgement_words(answer=None, appeal=None, waits=True, calendar=calendar, contacts=contacts, now=clock.now())
    assert NOTICE in words


async def test_the_inbox_knows_the_hours_and_the_usual_ones_come_back(centre: Centre) -> None:
    head = await head_of(centre)
    await centre.closures.set(head, SHORT)
    today = await centre.closures.today(head)
    assert (today.closes, today.notice) == (time(16), NOTICE)
    await centre.closures.remove(head, TODAY)
    assert (await centre.closures.today(head)).closes == time(18)
    with pytest.raises(NotFound):
        await centre.closures.remove(head, TODAY)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"day": date(2026, 11, 24)}, {"day": "past_day"}, id="yesterday"),
        pytest.param({"day": date(2026, 11, 29)}, {"day": "day_off"}, id="Sunday"),
        pytest.param({"closes": time(19)}, {"closes": "outside_hours"}, id="longer than the regulation says"),
        pytest.param({"notice": " "}, {"notice": "missing"}, id="citizens are told nothing"),
        pytest.param({"notice": "ы" * 301}, {"notice": "too_long"}, id="longer than a notice"),
        pytest.param({"notice": "Closed"}, {"notice": "unreadable_aloud"}, id="cannot be read aloud"),
    ],
)
async def test_hours_that_cannot_be(centre: Centre, changed: dict[str, object], reason: dict[str, str]) -> None:
    given = {"day": TODAY, "opens": time(9), "closes": time(16), "notice": NOTICE} | changed
    with pytest.raises(Invalid) as refused:
        await centre.closures.set(await head_of(centre), ClosureForm(**given))  # type: ignore[arg-type]  # a table of fields
    assert refused.value.facts["fields"] == reason


def test_a_closed_day_is_worked_for_terms_and_passed_over_for_the_next_opening() -> None:
    closed = Closure(opens=time(9), closes=time(9))
    calendar = WorkCalendar({}, {TODAY: closed})
    evening = datetime(2026, 11, 24, 18, tzinfo=UTC)
    assert calendar.is_working(TODAY)
    assert not calendar.is_open(datetime(2026, 11, 25, 9, tzinfo=UTC))
    assert calendar.next_opening(evening) == datetime(2026, 11, 26, 6, tzinfo=UTC)
