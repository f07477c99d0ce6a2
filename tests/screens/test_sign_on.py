"""Single sign-on in a real browser, against a provider on loopback: in, a code, a deed confirmed, out, and when it is away."""

import re
from collections.abc import AsyncIterator

import pyotp
import pytest
from playwright.async_api import Page, expect

from core.staff.confirming import CONFIRMED_FOR
from core.staff.desk import StaffDesk
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
    totp = pyotp.TOTP((await centre.staff.second.offer(asker)).secret)
    await centre.staff.second.confirm(asker, totp.at(centre.clock.now()))
    centre.clock.move(seconds=30)
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


@pytest.mark.clause("2.10")
async def test_who_is_logged_out_at_the_provider_comes_back_over_the_open_window(
    centre: Centre, provider: LoopbackProvider, screen_of: ScreenOf
) -> None:
    screen = await screen_of(Role.ADMINISTRATOR, width=1024, height=760)
    asker = screen.member.asker
    totp = pyotp.TOTP((await centre.staff.second.offer(asker)).secret)
    await centre.staff.second.confirm(asker, totp.at(centre.clock.now()))
    centre.clock.move(seconds=30)
    provider.claims = {"amr": ["mfa"]}
    page = await at_login(screen, "/staff")
    await page.get_by_role("link", name="Войти через учётную запись АМС").click()
    await prove(page, asker.login)
    await page.get_by_role("button", name="Новая учётная запись").click()
    await page.get_by_label("Фамилия, имя, отчество").fill("Тестова Анна")
    await page.get_by_label("Логин", exact=True).fill("anna")

    notice = {"logout_token": provider.logout_token(sub=f"id of {asker.login}")}
    assert (await page.context.request.post("/api/oidc/logout", form=notice)).status == 200
    await page.get_by_role("button", name="Создать").click()
    over = page.get_by_role("dialog", name="Вход в систему")
    await expect(over.get_by_role("link", name="Войти через учётную запись АМС")).to_be_visible()
    await screen.shot("login-over")
    await screen.sound("login-over")
    await screen.fits("login-over")
    await over.get_by_label("Логин").fill(asker.login)
    await over.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await over.get_by_label("Код из приложения или код восстановления").fill(totp.at(centre.clock.now()))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Пароль выдан")).to_contain_text("Тестова Анна")


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
