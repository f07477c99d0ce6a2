"""The second factor in a real browser: a head sets it before anything else, and is asked for it at the next login."""

import re

import pyotp
import pytest
from playwright.async_api import expect

from core.staff.desk import StaffDesk
from core.staff.passwords import Passwords
from core.staff.second_factor import MUST_HAVE
from core.staff.secret_box import SecretBox
from core.vocabulary import Role
from tests.inbox.world import PASSWORD, Centre
from tests.screens.conftest import ScreenOf


@pytest.mark.clause("2.10")
async def test_a_head_sets_it_first_and_is_asked_for_it(centre: Centre, screen_of: ScreenOf) -> None:
    quick = Passwords(centre.hasher)
    given = {"transactions": centre.transactions, "clock": centre.clock, "passwords": quick}
    centre.staff = StaffDesk(**given, box=SecretBox("x"), second_factor_of=MUST_HAVE)
    screen = await screen_of(Role.SUPERVISOR, width=1024, height=760)
    page = screen.page
    await page.goto("/inbox")
    await expect(page).to_have_url(re.compile("/second-factor$"))
    await page.get_by_role("button", name="Настроить").click()
    await expect(page.get_by_role("img", name="QR-код для приложения-аутентификатора")).to_be_visible()
    await page.get_by_text("Ввести ключ вручную").click()
    await screen.shot("second-factor")
    await screen.sound("second-factor")
    totp = pyotp.TOTP((await page.locator(".second-secret").inner_text()).strip())
    await page.get_by_label("Код из приложения").fill(totp.at(centre.clock.now()))
    await page.get_by_role("button", name="Подтвердить").click()
    codes = page.get_by_role("list", name="Коды восстановления").get_by_role("listitem")
    await expect(codes).to_have_count(10)
    await screen.sound("recovery-codes")
    recovery = await codes.first.inner_text()
    await page.get_by_role("button", name="Коды сохранены").click()
    await expect(page).to_have_url(re.compile("/inbox$"))

    await page.context.clear_cookies()
    await page.goto("/login")
    await page.get_by_label("Логин").fill(screen.member.asker.login)
    await page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Войти").click()
    field = page.get_by_label("Код из приложения или код восстановления")
    await field.fill("000000")
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_text("Код неверный, устарел или уже использован.")).to_be_visible()
    await screen.sound("login-code")
    await field.fill(recovery)
    await page.get_by_role("button", name="Войти").click()
    await expect(page).to_have_url(re.compile("/inbox$"))
