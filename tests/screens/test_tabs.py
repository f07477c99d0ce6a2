"""Several tabs of one browser: they have one session, so its end covers each, and one login does for all."""

import re

import pytest
from playwright.async_api import Locator, Page, Route, expect

from core.vocabulary import Role
from tests.inbox.world import PASSWORD, Centre
from tests.screens.conftest import Screen, ScreenOf

SEEN_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"


async def another(screen: Screen) -> Page:
    """One more tab of the same browser."""
    page = await screen.page.context.new_page()
    await page.goto("/directory")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Подразделения и ответственные")
    await expect(page.get_by_role("region", name="Службы, с которыми соединяют"), "it asks nothing more").to_be_visible()
    return page


async def typing(screen: Screen) -> Locator:
    """A tab with words that stand nowhere but in it."""
    await screen.page.goto("/staff")
    await screen.page.get_by_role("button", name="Новая учётная запись").click()
    await screen.page.evaluate("document.body.dataset.kept = 'yes'")
    field = screen.page.get_by_label("Фамилия, имя, отчество")
    await field.fill("Тестова Анна")
    return field


def cover(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Вход в систему")


async def is_of(page: Page, name: str) -> None:
    """The page is this person's, and nothing of somebody else's is on it."""
    await expect(page.get_by_role("button", name=re.compile(f"^Меню сотрудника.*{name}"))).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def log_in(over: Locator, login: str, password: str = PASSWORD) -> None:
    await over.get_by_label("Логин").fill(login)
    await over.get_by_label("Пароль", exact=True).fill(password)
    await over.page.keyboard.press("Enter")


@pytest.mark.clause("2.10")
async def test_one_login_lets_all_tabs_go_on(centre: Centre, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    first = screen.page
    await typing(screen)
    second = await another(screen)
    await second.evaluate("document.body.dataset.kept = 'yes'")
    await first.get_by_label("Логин", exact=True).fill("anna")

    async def end(route: Route) -> None:
        await centre.staff.sessions.logout(screen.member.asker)
        await route.continue_()

    await first.route("**/api/staff", end, times=1)
    await first.get_by_role("button", name="Создать").click()
    await expect(cover(first)).to_be_visible()
    await expect(cover(second)).to_be_visible()
    await log_in(cover(second), screen.member.asker.login)
    await expect(cover(second)).to_have_count(0)
    await expect(first.get_by_role("dialog", name="Пароль выдан"), "it was sent again").to_contain_text("Тестова Анна")
    assert await second.evaluate("document.body.dataset.kept") == "yes"


@pytest.mark.clause("2.10")
async def test_somebody_else_who_logs_in_gets_fresh_pages_in_all_tabs(centre: Centre, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    other = (await centre.a_member(Role.ADMINISTRATOR, full_name="Другов Пётр")).asker
    first = screen.page
    await typing(screen)
    second = await another(screen)
    await second.get_by_role("button", name=re.compile("^Меню сотрудника")).click()
    await second.get_by_role("menuitem", name="Выйти").click()
    await expect(second.get_by_role("heading", name="Вход в систему")).to_be_visible()
    await expect(cover(first), "logged out in one tab, out in all").to_be_visible()
    await second.get_by_label("Логин").fill(other.login)
    await second.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await second.keyboard.press("Enter")
    await is_of(second, "Другов")
    await is_of(first, "Другов")
    assert await first.evaluate("document.body.dataset.kept") is None


async def test_a_tab_at_the_login_follows_another_tabs(screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    await screen.page.context.clear_cookies()
    first, second = screen.page, await screen.page.context.new_page()
    await first.goto("/staff")
    await second.goto("/directory")
    for page in (first, second):
        await expect(page.get_by_role("heading", name="Вход в систему")).to_be_visible()
    await log_in(first.locator("main"), screen.member.asker.login)
    await expect(first.get_by_role("heading", level=1)).to_have_text("Сотрудники")
    await expect(second.get_by_role("heading", level=1)).to_have_text("Подразделения и ответственные")


@pytest.mark.clause("2.10")
async def test_a_page_is_not_left_under_the_session_of_somebody_else(centre: Centre, screen_of: ScreenOf) -> None:
    """Its own session ended and another began before the page learned of it: nothing is covered, and nothing is sent."""
    screen = await screen_of(Role.ADMINISTRATOR)
    other = await centre.a_member(Role.ADMINISTRATOR, full_name="Другов Пётр")
    await typing(screen)
    await screen.page.context.add_cookies([{"name": "sid", "value": other.token, "url": screen.page.url}])
    beside = await another(screen)
    await is_of(beside, "Другов")
    await is_of(screen.page, "Другов")
    assert await screen.page.evaluate("document.body.dataset.kept") is None


@pytest.mark.clause("2.10")
async def test_a_tab_that_cannot_ask_who_is_in_asks_again(centre: Centre, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    first, field = screen.page, await typing(screen)
    second = await another(screen)
    await second.route("**/api/me", lambda route: route.abort(), times=1)
    await centre.staff.sessions.logout(screen.member.asker)
    await field.fill("Тестова Анна Ивановна")
    await expect(cover(first)).to_be_visible()
    await expect(cover(second)).to_be_visible()
    await log_in(cover(first), screen.member.asker.login)
    await is_of(second, screen.member.asker.full_name.split()[0])


@pytest.mark.clause("2.10")
async def test_who_comes_back_with_a_given_password_sets_their_own_first_in_each_tab(centre: Centre, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    asker, colleague = screen.member.asker, (await centre.a_member(Role.ADMINISTRATOR)).asker
    first, field = screen.page, await typing(screen)
    second = await another(screen)
    given = await centre.staff.accounts.give_password(colleague, asker.id, 1)
    await field.fill("Тестова Анна Ивановна")
    await expect(cover(second)).to_be_visible()
    await log_in(cover(first), asker.login, given)
    for page in (first, second):
        await expect(page.get_by_role("heading", level=1)).to_have_text("Задайте свой пароль")


async def test_a_browser_without_channels_asks_when_a_tab_is_looked_at_again(centre: Centre, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    other = await centre.a_member(Role.ADMINISTRATOR, full_name="Другов Пётр")
    await screen.page.context.add_init_script("delete window.BroadcastChannel")
    first, field = screen.page, await typing(screen)
    second = await another(screen)
    await centre.staff.sessions.logout(screen.member.asker)
    await first.evaluate(SEEN_AGAIN)
    await expect(cover(first)).to_be_visible()
    await second.evaluate(SEEN_AGAIN)
    await expect(cover(second)).to_be_visible()
    await log_in(cover(second), screen.member.asker.login)
    await expect(cover(second)).to_have_count(0)
    await expect(cover(first)).to_be_visible()
    await first.evaluate(SEEN_AGAIN)
    await expect(cover(first)).to_have_count(0)
    await expect(field).to_have_value("Тестова Анна")
    assert await first.evaluate("document.body.dataset.kept") == "yes"
    await first.context.add_cookies([{"name": "sid", "value": other.token, "url": first.url}])
    await first.evaluate(SEEN_AGAIN)
    await is_of(first, "Другов")
