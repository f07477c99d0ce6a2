"""The card in the records system: what the API says of it, and telling it anew (2.8.6)."""

import pytest

from core.records.case_tasks import requested_tasks
from core.records.desk import RecordsDesk
from core.records.noting import SETTLED
from core.tasks.raising import raise_task
from core.vocabulary import Role
from tests.core.records.fakes import FakeRecords
from tests.inbox.conftest import SignIn
from tests.inbox.world import Centre, card


@pytest.fixture
def system(centre: Centre) -> FakeRecords:
    """A records system in the place of our own journal."""
    system = FakeRecords()
    centre.records = RecordsDesk(
        transactions=centre.transactions, clock=centre.clock, system=system, tasks_of=requested_tasks, raise_task=raise_task
    )
    return system


async def a_round(centre: Centre) -> None:
    """The timetable's work, when the moves have settled."""
    centre.clock.move(seconds=SETTLED.total_seconds() + 1)
    await centre.records.round()


@pytest.mark.clause("2.8.6")
async def test_our_own_journal_is_the_record(centre: Centre, sign_in: SignIn) -> None:
    browser, appeal_id = await sign_in(), await centre.an_appeal()
    record = (await card(browser, appeal_id))["record"]
    assert (record["is_own"], record["state"], record["number"]) == (True, "registered", "А-000001/2026")
    assert (record["steps"], record["may_send_again"]) == ([], False)
    refused = await browser.post(f"/api/appeals/{appeal_id}/record/again")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


@pytest.mark.clause("2.8.6")
async def test_a_card_is_told_refused_told_anew_and_registered(centre: Centre, sign_in: SignIn, system: FakeRecords) -> None:
    browser, auditor, appeal_id = await sign_in(), await sign_in(Role.AUDITOR), await centre.an_appeal()
    before = (await card(browser, appeal_id))["record"]
    assert (before["state"], before["is_own"], before["steps"]) == (None, False, [])
    await a_round(centre)
    told = (await card(browser, appeal_id))["record"]
    assert (told["state"], told["number"], [step["state"] for step in told["steps"]]) == ("written", "", ["written"])
    system.refuses(system.told[-1], "Нет адреса заявителя")
    await a_round(centre)
    refused = (await card(browser, appeal_id))["record"]
    assert (refused["state"], refused["reason"], refused["may_send_again"]) == ("refused", "Нет адреса заявителя", True)
    assert (await card(auditor, appeal_id))["record"]["may_send_again"] is False
    assert (await auditor.post(f"/api/appeals/{appeal_id}/record/again")).status_code == 403
    again = await browser.post(f"/api/appeals/{appeal_id}/record/again")
    assert (again.json()["record"]["state"], again.json()["record"]["may_send_again"]) == ("waiting", False)
    assert (await browser.post(f"/api/appeals/{appeal_id}/record/again")).status_code == 409, "once is enough"
    await a_round(centre)
    system.registers(system.told[-1], "О-77/2026")
    await a_round(centre)
    done = (await card(browser, appeal_id))["record"]
    assert (done["state"], done["number"], done["dated"]) == ("registered", "О-77/2026", "2026-11-25")
    assert [(step["state"], step["number"], step["reason"]) for step in done["steps"]] == [
        ("written", "", ""),
        ("refused", "", "Нет адреса заявителя"),
        ("written", "", ""),
        ("registered", "О-77/2026", ""),
    ]


async def test_a_system_that_is_away_leaves_the_card_waiting(centre: Centre, sign_in: SignIn, system: FakeRecords) -> None:
    browser, appeal_id = await sign_in(), await centre.an_appeal()
    system.away = True
    await a_round(centre)
    record = (await card(browser, appeal_id))["record"]
    assert (record["state"], record["tries"], record["may_send_again"]) == ("waiting", 1, False)
