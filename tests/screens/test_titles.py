"""What the browser calls a page: its own name at once, before the shift is begun and while it still loads."""

import re

from playwright.async_api import Page, expect

from core.vocabulary import Role
from tests.core.quality.world import Work
from tests.inbox.world import PASSWORD
from tests.screens.conftest import ScreenOf
from tests.screens.walk import APART, routes

GO = "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }"


async def announced(page: Page, words: str) -> None:
    await expect(page.locator(".sr-only[role=status]").filter(has_text=words)).to_have_count(1)


async def test_every_page_is_called_by_its_own_name_before_the_shift_is_begun(work: Work, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.OPERATOR)
    page, asker = screen.page, screen.member.asker
    await work.centre.staff.end_shift(asker)
    await page.context.clear_cookies()
    await page.goto("/login")
    await expect(page).to_have_title("Вход в систему · Контакт-центр")
    await page.get_by_label("Логин").fill(asker.login)
    await page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Начать смену")).to_be_visible()
    await expect(page).to_have_title("Входящие · Контакт-центр")
    await screen.shot("title-before-shift")

    called: dict[str, str] = {"login": "Вход в систему · Контакт-центр", "inbox": await page.title()}
    for name, path in routes().items():
        if name in APART or name in called:
            continue
        before = await page.title()
        await page.evaluate(GO, "/" + re.sub(r":\w+\(.*\)[?*]?", "1" if "id" in path else "nowhere", path))
        await expect(page, f"{name} is called like the page before").not_to_have_title(before)
        called[name] = await page.title()
    assert sorted(called.values()) == sorted(set(called.values())), "no two pages have one name"
    assert all(re.fullmatch(r".+ · Контакт-центр", one) for one in called.values()), called


async def test_a_page_of_one_thing_is_called_by_it_when_it_is_known_and_then_announced(work: Work, screen_of: ScreenOf) -> None:
    screen, appeal = await screen_of(Role.OPERATOR), await work.centre.an_appeal()
    page = screen.page
    await screen.goto("/tasks")
    await page.evaluate(GO, "/board")
    await announced(page, "Контроль сроков · Контакт-центр")
    await page.evaluate(GO, f"/appeals/{appeal}")
    await announced(page, "А-000001/2026 · Контакт-центр")
    await page.evaluate(GO, f"/appeals/{appeal + 1}")
    await expect(page, "the number of the card before is not this one's").to_have_title("Карточка обращения · Контакт-центр")
