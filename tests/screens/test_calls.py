"""The call list on the screen, and the times of every screen (reg. 2.8.11, 2.9, 3.1)."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Route, expect

from core.audit.live import LiveKind, announce
from core.calls.model import CallAttempt, CallTask
from core.vocabulary import ReplyForm, Role
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf

FAR_EAST = "Asia/Vladivostok"
"""Seven hours ahead of Moscow."""


async def a_call(centre: Centre, appeal_id: int, phone: str = "+78672000001", *, days_ago: int = 0) -> int:
    """A closing call that is due today, or was so days ago."""
    async with centre.transactions.begin() as tx:
        now, due_on = centre.clock.now(), centre.clock.today() - timedelta(days=days_ago)
        call = CallTask(appeal_id=appeal_id, purpose="closing", phone=phone, due_on=due_on, opened_at=now)
        tx.add(call)
        await tx.flush()
        return call.id or 0


async def refreshed(centre: Centre, appeal_id: int) -> None:
    """Something happened to the appeal: the open lists ask anew."""
    async with centre.transactions.begin() as tx:
        await announce(tx, LiveKind.APPEAL, centre.clock.now(), appeal_id=appeal_id)


@pytest.mark.clause("3.1")
async def test_calls_are_made_by_keyboard_with_the_words_beside_them(centre: Centre, screen_of: ScreenOf) -> None:
    cards = [await centre.an_appeal(text=f"Вопрос {number}.") for number in (1, 2, 3)]
    for appeal_id in cards:
        await a_call(centre, appeal_id)
    operator = await centre.a_member(full_name="Гаглоева Мадина Тотразовна")
    screen = await screen_of(operator)
    page = screen.page
    await screen.goto("/calls")
    rows = page.get_by_role("list", name="Звонки заявителям").locator("> li")
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_contain_text("меня зовут Гаглоева Мадина Тотразовна")
    await expect(rows.first).to_contain_text("А-000001/2026 от 25 ноября 2026 г.")

    await rows.first.get_by_role("button", name="Отметить звонок").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("меня зовут Гаглоева")
    await dialog.get_by_label("Занято").check()
    await dialog.get_by_label("Заметка").fill("короткие гудки")
    await screen.sound("an attempt", "[role=dialog]")
    await dialog.get_by_role("button", name="Отметить звонок").click()
    await expect(rows.first).to_contain_text("25 ноября 2026 г., 12:00: занято. короткие гудки")
    await expect(rows.first).to_contain_text("не раньше 25 ноября 2026 г., 12:15")
    await screen.sound("the call list")
    await screen.fits("the call list")
    await screen.shot("calls-worked")

    await page.locator("h1").click()
    await page.keyboard.press("KeyJ")
    await expect(rows.nth(1).get_by_role("link", name="А-000002/2026")).to_be_focused()
    await page.keyboard.press("KeyK")
    await expect(rows.first.get_by_role("link", name="А-000001/2026")).to_be_focused()
    await page.keyboard.press("Shift+Slash")
    await expect(dialog).to_contain_text("Следующий разговор, обращение или звонок")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="А-000001/2026")).to_be_visible()


async def test_the_rest_of_the_calls_is_a_press_away(centre: Centre, screen_of: ScreenOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.web.paperwork.replies.PAGE", 2)
    appeal_id = await centre.an_appeal()
    calls = [await a_call(centre, appeal_id, f"+7867200000{number}") for number in range(1, 6)]
    operator = await centre.a_member()
    screen = await screen_of(operator)
    page = screen.page
    await screen.goto("/calls")
    rows = page.get_by_role("list", name="Звонки заявителям").locator("> li")
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="Показать ещё").click()
    await expect(rows).to_have_count(4)
    for _ in range(5):
        await page.keyboard.press("Alt+KeyJ")
    await expect(rows).to_have_count(5)
    await expect(page.get_by_role("button", name="Показать ещё")).to_be_hidden()
    await rows.nth(4).get_by_role("button", name="Отметить звонок").click()
    await page.get_by_label("Отказ говорить").check()
    await page.get_by_role("dialog").get_by_role("button", name="Отметить звонок").click()
    await expect(rows.last).to_contain_text("+79180000001")
    await expect(rows).to_have_count(5)
    (attempt,) = await centre.rows(CallAttempt)
    assert (attempt.call_task_id, attempt.outcome) == (calls[-1], "refused")


async def test_a_refresh_that_began_earlier_takes_no_rows_away(
    centre: Centre, screen_of: ScreenOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.web.paperwork.replies.PAGE", 2)
    appeal_id = await centre.an_appeal()
    for number in range(1, 5):
        await a_call(centre, appeal_id, f"+7867200000{number}")
    screen = await screen_of(await centre.a_member())
    page, held, go = screen.page, asyncio.Event(), asyncio.Event()
    await screen.goto("/calls")
    rows = page.get_by_role("list", name="Звонки заявителям").locator("> li")
    await expect(rows).to_have_count(2)

    async def hold(route: Route) -> None:
        held.set()
        await go.wait()
        await route.continue_()

    await page.route(re.compile("/api/calls$"), hold)
    await refreshed(centre, appeal_id)
    await held.wait()
    await page.get_by_role("button", name="Показать ещё").click()
    go.set()
    await expect(rows).to_have_count(4)
    await page.get_by_role("button", name="Отметить звонок").last.click()
    await expect(page.get_by_role("dialog")).to_contain_text("+78672000004")


async def test_a_list_that_is_refreshed_moves_no_button_under_the_hand(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id = await centre.an_appeal()
    await a_call(centre, appeal_id)
    screen = await screen_of(await centre.a_member())
    page = screen.page
    await screen.goto("/calls")
    button = page.get_by_role("button", name="Отметить звонок")
    await button.hover()
    await page.mouse.down()
    before = await button.bounding_box()
    async with page.expect_response(re.compile("/api/phone/tasks")):
        await a_call(centre, appeal_id, "+78672000002", days_ago=1)
        await refreshed(centre, appeal_id)
    assert await button.bounding_box() == before
    await page.mouse.up()
    await expect(page.get_by_role("dialog")).to_contain_text("+78672000001")
    await page.keyboard.press("Escape")
    await expect(button).to_have_count(2)


async def test_every_screen_tells_moscow_time_wherever_it_stands(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id = await centre.an_appeal(reply_form=ReplyForm.EMAIL, reply_to="primer@example.org")
    await a_call(centre, appeal_id)
    talk = await centre.a_conversation(name="Гость")
    screen = await screen_of(Role.SENIOR, zone=FAR_EAST)
    page = screen.page
    assert await page.evaluate("new Date(2026, 0, 1).getTimezoneOffset()") == -600
    await screen.goto("/calls")
    row = page.get_by_role("list", name="Звонки заявителям").locator("> li")
    await row.get_by_role("button", name="Отметить звонок").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Просят перезвонить").check()
    await dialog.get_by_label("Когда перезвонить (московское время)").fill("2026-11-26T10:30")
    await dialog.get_by_role("button", name="Отметить звонок").click()
    await expect(row).to_contain_text("не раньше 26 ноября 2026 г., 10:30")
    await expect(row).to_contain_text("25 ноября 2026 г., 12:00: просят перезвонить")
    (call,) = await centre.rows(CallTask)
    assert call.not_before == datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
    await screen.goto(f"/appeals/{appeal_id}")
    await expect(page.get_by_role("region", name="История")).to_contain_text("25 ноября 2026 г., 12:00")
    await expect(page.get_by_role("region", name="Звонки")).to_contain_text("25 ноября 2026 г., 12:00: просят перезвонить")
    await screen.goto(f"/inbox/{talk}?list=all")
    await expect(page.get_by_role("log")).to_contain_text("12:00")
    await screen.goto("/appeals")
    await expect(page.get_by_role("table", name="Обращения")).to_contain_text("25.11.2026")
