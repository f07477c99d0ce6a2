"""Single sign-on in a real browser, against a provider on loopback: in, a code, over a page, a deed confirmed, out, and away."""

import re
from collections.abc import AsyncIterator

import pyotp
import pytest
from playwright.async_api import Locator, Page, Route, expect

from core.staff.asker import Asker
from core.staff.confirming import CONFIRMED_FOR
from core.staff.desk import StaffDesk
from core.staff.model import StaffMember
from core.staff.passwords import Passwords
from core.staff.secret_box import SecretBox
from core.vocabulary import Role
from inbox.web.settings import InboxSettings
from integrations.oidc.provider import OidcProvider
from tests.inbox.world import PASSWORD, Centre
from tests.oidc_provider import LoopbackProvider, provider_running
from tests.screens.conftest import Screen, ScreenOf


@pytest.fixture
async def provider(centre: Centre, address: str, inbox_settings: InboxSettings) -> AsyncIterator[LoopbackProvider]:
    """The centre believes it; its addresses are those of the served inbox."""
    inbox_settings.public_url, inbox_settings.provider_name = address, "учётную запись АМС"
    async with provider_running(centre.clock) as running:
        centre.staff = StaffDesk(
            transactions=centre.transactions,
            clock=centre.clock,
            passwords=Passwords(centre.hasher),
            box=SecretBox("x"),
            provider=OidcProvider(running.terms(), centre.clock),
        )
        yield running


async def at_login(screen: Screen, path: str = "/login") -> Page:
    await screen.page.context.clear_cookies()
    await screen.page.goto(path)
    return screen.page


async def prove(page: Page, login: str) -> None:
    """On the provider's page."""
    await page.get_by_label("Account").fill(login)
    await page.get_by_role("button", name="Sign in").click()


async def with_second_factor(centre: Centre, asker: Asker) -> pyotp.TOTP:
    """They have an authenticator; its next code is good."""
    totp = pyotp.TOTP((await centre.staff.second.offer(asker)).secret)
    await centre.staff.second.confirm(asker, totp.at(centre.clock.now()))
    centre.clock.move(seconds=30)
    return totp


@pytest.mark.clause("2.10")
async def test_the_whole_way_in_and_out(centre: Centre, provider: LoopbackProvider, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.ADMINISTRATOR, width=1024, height=760)
    login = screen.member.asker.login
    page = await at_login(screen, "/staff")
    enter = page.get_by_role("link", name="Войти через учётную запись АМС")
    await expect(enter).to_be_visible()
    await screen.shot("sign-on")
    await screen.sound("sign-on")
    await screen.fits("sign-on")
    await enter.click()
    await prove(page, login)
    await expect(page).to_have_url(re.compile("/staff$"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Сотрудники")

    centre.clock.move(seconds=CONFIRMED_FOR.total_seconds())
    await page.get_by_role("button", name="Новая учётная запись").click()
    await page.get_by_label("Фамилия, имя, отчество").fill("Тестова Анна")
    await page.get_by_label("Логин", exact=True).fill("anna")
    await page.get_by_role("button", name="Создать").click()
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Подтвердить через единый вход").click()
    await screen.shot("proof-by-provider")
    tab = await opened.value
    await prove(tab, login)
    await expect(tab.get_by_role("heading", level=1)).to_have_text("Личность подтверждена")
    await tab.close()
    await expect(page.get_by_role("dialog", name="Пароль выдан")).to_contain_text("Тестова Анна")
    await page.get_by_role("button", name="Пароль передан").click()

    await page.get_by_role("button", name=re.compile("^Меню")).click()
    await page.get_by_role("menuitem", name="Выйти").click()
    await expect(page).to_have_url(re.compile("/login$"))
    assert provider.asked.count("logout") == 1
    await page.goto("/staff")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Вход в систему")


async def test_the_second_factor_is_asked_for_on_the_way_back(
    centre: Centre, provider: LoopbackProvider, screen_of: ScreenOf
) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    asker = screen.member.asker
    totp = await with_second_factor(centre, asker)
    page = await at_login(screen)
    await page.get_by_role("link", name="Войти через учётную запись АМС").click()
    await prove(page, asker.login)
    field = page.get_by_label("Код из приложения или код восстановления")
    await expect(field).to_be_focused()
    await expect(page.get_by_label("Пароль", exact=True)).to_have_count(0)
    await screen.sound("code after sign-on")
    await field.fill("000000")
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_text("Код неверный, устарел или уже использован.")).to_be_visible()
    await field.fill(totp.at(centre.clock.now()))
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_role("button", name=re.compile("^Меню"))).to_be_visible()


async def covered(centre: Centre, provider: LoopbackProvider, screen: Screen) -> Locator:
    """Somebody with a second factor is logged out by the provider while they fill in a form: the login over it."""
    page, asker = screen.page, screen.member.asker
    provider.claims = {"amr": ["mfa"]}
    await at_login(screen, "/staff")
    await page.get_by_role("link", name="Войти через учётную запись АМС").click()
    await prove(page, asker.login)
    await page.get_by_role("button", name="Новая учётная запись").click()
    await page.get_by_label("Фамилия, имя, отчество").fill("Тестова Анна")
    await page.get_by_label("Логин", exact=True).fill("anna")
    await page.evaluate("document.body.dataset.kept = 'yes'")

    async def end(route: Route) -> None:
        notice = {"logout_token": provider.logout_token(sub=f"id of {asker.login}")}
        assert (await page.context.request.post("/api/oidc/logout", form=notice)).status == 200
        await route.continue_()

    await page.route("**/api/staff", end, times=1)
    await page.get_by_role("button", name="Создать").click()
    over = page.get_by_role("dialog", name="Вход в систему")
    await expect(over.get_by_role("link", name="Войти через учётную запись АМС")).to_be_visible()
    return over


async def at_the_provider(over: Locator) -> Page:
    """The new tab in which the provider asks."""
    async with over.page.context.expect_page() as opened:
        await over.get_by_role("link", name="Войти через учётную запись АМС").click()
    return await opened.value


async def goes_on(page: Page) -> None:
    """The very page that was covered has sent what was typed."""
    await expect(page.get_by_role("dialog", name="Пароль выдан")).to_contain_text("Тестова Анна")
    assert await page.evaluate("document.body.dataset.kept") == "yes"


@pytest.mark.clause("2.10")
async def test_who_is_logged_out_at_the_provider_comes_back_over_the_open_window(
    centre: Centre, provider: LoopbackProvider, screen_of: ScreenOf
) -> None:
    screen = await screen_of(Role.ADMINISTRATOR, width=1024, height=760)
    asker, page = screen.member.asker, screen.page
    totp = await with_second_factor(centre, asker)
    over = await covered(centre, provider, screen)
    await screen.shot("login-over")
    await screen.sound("login-over")
    await screen.fits("login-over")
    await over.get_by_label("Логин").fill(asker.login)
    await over.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await over.get_by_label("Код из приложения или код восстановления").fill(totp.at(centre.clock.now()))
    await page.keyboard.press("Enter")
    await goes_on(page)


@pytest.mark.clause("2.10")
async def test_single_sign_on_in_a_new_tab_loses_nothing_of_the_page_that_is_covered(
    centre: Centre, provider: LoopbackProvider, screen_of: ScreenOf
) -> None:
    screen = await screen_of(Role.ADMINISTRATOR, width=1024, height=760)
    over = await covered(centre, provider, screen)
    tab = await at_the_provider(over)
    assert await tab.evaluate("window.opener") is None
    await prove(tab, screen.member.asker.login)
    await expect(tab.get_by_role("heading", level=1)).to_have_text("Вы вошли")
    await goes_on(screen.page)
    beside = Screen(page=tab, member=screen.member)
    await beside.shot("entered")
    await beside.sound("entered")


async def test_the_code_that_the_provider_did_not_ask_for_is_given_in_the_new_tab(
    centre: Centre, provider: LoopbackProvider, screen_of: ScreenOf
) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    totp = await with_second_factor(centre, screen.member.asker)
    over = await covered(centre, provider, screen)
    provider.claims = {}
    tab = await at_the_provider(over)
    await prove(tab, screen.member.asker.login)
    await tab.get_by_label("Код из приложения или код восстановления").fill(totp.at(centre.clock.now()))
    await expect(over, "half a login is none").to_be_visible()
    await tab.get_by_role("button", name="Войти").click()
    await expect(tab.get_by_role("heading", level=1)).to_have_text("Вы вошли")
    await goes_on(screen.page)


async def test_a_sign_on_that_is_refused_leaves_the_login_over_the_page_with_its_password(
    centre: Centre, provider: LoopbackProvider, screen_of: ScreenOf
) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    over = await covered(centre, provider, screen)
    await over.get_by_label("Логин").fill(screen.member.asker.login)
    tab = await at_the_provider(over)
    await prove(tab, "nobody.here")
    await expect(tab.get_by_role("alert")).to_contain_text("нет действующей учётной записи")
    await tab.close()
    await screen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await (await at_the_provider(over)).close()
    await expect(over.get_by_label("Логин")).to_have_value(screen.member.asker.login)
    await over.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await screen.page.keyboard.press("Enter")
    await goes_on(screen.page)


@pytest.mark.clause("2.10")
async def test_somebody_else_who_signs_on_in_the_new_tab_gets_a_fresh_page(
    centre: Centre, provider: LoopbackProvider, screen_of: ScreenOf
) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    other = (await centre.a_member(Role.ADMINISTRATOR, full_name="Другов Пётр")).asker
    over = await covered(centre, provider, screen)
    tab = await at_the_provider(over)
    await prove(tab, other.login)
    await expect(tab.get_by_role("heading", level=1)).to_have_text("Вы вошли")
    await expect(screen.page.get_by_role("button", name=re.compile("^Меню сотрудника.*Другов"))).to_be_visible()
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)
    assert await screen.page.evaluate("document.body.dataset.kept") is None
    assert await centre.rows(StaffMember, StaffMember.login == "anna") == []


async def test_a_provider_that_is_away_is_told_and_the_password_works(
    centre: Centre, provider: LoopbackProvider, screen_of: ScreenOf
) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    provider.is_down = True
    page = await at_login(screen)
    await page.get_by_role("link", name="Войти через учётную запись АМС").click()
    await expect(page.get_by_role("alert")).to_contain_text("Единый вход сейчас не отвечает.")
    await screen.sound("provider away")
    await page.get_by_label("Логин").fill(screen.member.asker.login)
    await page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_role("button", name=re.compile("^Меню"))).to_be_visible()


async def test_somebody_without_an_account_is_told_whom_to_ask(provider: LoopbackProvider, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    page = await at_login(screen)
    await page.get_by_role("link", name="Войти через учётную запись АМС").click()
    await prove(page, "nobody.here")
    await expect(page.get_by_role("alert")).to_contain_text("нет действующей учётной записи")
    await page.goto("/confirmed?problem=not_proved")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Личность не подтверждена")
    await screen.sound("not confirmed")
