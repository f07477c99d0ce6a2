"""Accounts in a real browser: opened, changed, closed; the first password; a dangerous deed confirmed with nothing typed lost."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from core.staff.abilities import Ability
from core.staff.confirming import CONFIRMED_FOR
from core.staff.model import StaffMember
from core.vocabulary import Role
from tests.inbox.world import PASSWORD, Centre
from tests.screens.conftest import ScreenOf
from tests.screens.walk import UI, WIDTHS

NAME = "Немировичаданченковладикавказская Анна"


def test_every_role_and_ability_has_words() -> None:
    words = (UI / "locales/accounts.ts").read_text("utf-8")
    assert not [one for one in Ability if f'"{one.value}": ' not in words]
    assert not [one for one in Role if f"    {one.value}: " not in words]


@pytest.mark.clause("2.10")
async def test_a_new_colleague_gets_in_with_a_password_of_their_own(centre: Centre, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.ADMINISTRATOR, width=1024, height=768)
    page = screen.page
    await page.goto("/staff")
    await page.get_by_role("button", name="Новая учётная запись").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Фамилия, имя, отчество").fill(NAME)
    await dialog.get_by_label("Логин").fill(screen.member.asker.login)
    await dialog.get_by_label("Роль", exact=True).select_option("senior")
    await dialog.get_by_text("Что может эта роль").click()
    await expect(dialog.get_by_text("забирает разговор у другого оператора")).to_be_visible()
    await screen.sound("new account", "[role=dialog]")
    await dialog.get_by_role("button", name="Создать").click()
    await expect(dialog).to_contain_text("Такой логин уже есть.")
    await dialog.get_by_label("Логин").fill("anna")

    centre.clock.move(seconds=CONFIRMED_FOR.total_seconds())
    await dialog.get_by_role("button", name="Создать").click()
    proof = page.get_by_role("dialog", name="Подтвердите, что это Вы")
    await proof.get_by_label("Ваш пароль").fill("wrong")
    await proof.get_by_role("button", name="Подтвердить").click()
    await expect(proof).to_contain_text("Пароль неверный.")
    assert await proof.evaluate(
        "one => { const at = one.getBoundingClientRect();"
        " return one.contains(document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2)); }"
    ), "it lies above the window that asked for it"
    await screen.shot("proof")
    await screen.sound("proof", "[role=dialog]:has(#proof-form)")
    await proof.get_by_label("Ваш пароль").fill(PASSWORD)
    await proof.get_by_role("button", name="Подтвердить").click()
    given = page.get_by_role("dialog", name="Пароль выдан")
    password = await given.locator("code").inner_text()
    await expect(given).to_contain_text(NAME)
    await screen.shot("given-password")
    await screen.sound("given password", "[role=dialog]")
    await given.get_by_role("button", name="Пароль передан").click()
    await expect(page.get_by_role("row").filter(has_text="anna")).to_contain_text("ждёт смены пароля")
    for width, height in WIDTHS:
        await page.set_viewport_size({"width": width, "height": height})
        await screen.fits(f"accounts at {width}")

    await page.context.clear_cookies()
    await page.goto("/login")
    await page.get_by_label("Логин").fill("anna")
    await page.get_by_label("Пароль", exact=True).fill(password)
    await page.get_by_role("button", name="Войти").click()
    await expect(page).to_have_url(re.compile("/password$"))
    await screen.sound("first password")
    await screen.fits("first password")
    await page.goto("/appeals")
    await expect(page).to_have_url(re.compile("/password$"))
    await page.get_by_label("Нынешний пароль").fill(password)
    await page.get_by_label("Новый пароль").fill("a password of my own")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("button", name="Начать смену")).to_be_visible()


async def test_an_account_is_changed_beside_a_colleague_and_closed(centre: Centre, screen_of: ScreenOf) -> None:
    operator = await centre.a_member(full_name="Тестова Анна")
    held = await centre.a_conversation(held_by=operator.asker)
    other = (await centre.a_member(Role.ADMINISTRATOR)).asker
    screen = await screen_of(Role.ADMINISTRATOR)
    page = screen.page
    await page.goto("/staff")
    await page.get_by_label("Имя или логин").fill("тестова")
    await page.get_by_role("button", name="Найти").click()
    await page.get_by_role("button", name="Открыть учётную запись: Тестова Анна").click()
    dialog = page.get_by_role("dialog", name="Тестова Анна")
    await expect(dialog).to_contain_text(f"1 разговор: Разговор {held}.")
    await screen.shot("account")
    await screen.sound("account", "[role=dialog]")
    await centre.staff.accounts.change(other, operator.asker.id, full_name="Тестова Алина", role=Role.SENIOR, version=1)
    await dialog.get_by_label("Фамилия, имя, отчество").fill("Тестова Анна Петровна")
    await dialog.get_by_role("button", name="Сохранить").click()
    merge = page.get_by_role("dialog", name="Эти данные изменил другой сотрудник")
    await expect(merge.get_by_role("group", name="Роль").get_by_label("Коллеги")).to_be_checked()
    await expect(merge.get_by_role("group", name="Роль")).to_contain_text("Старший оператор")
    await merge.get_by_role("button", name="Вернуться к форме").click()
    await expect(dialog.get_by_label("Фамилия, имя, отчество")).to_have_value("Тестова Анна Петровна")
    await dialog.get_by_role("button", name="Показать как есть сейчас").click()
    dialog = page.get_by_role("dialog", name="Тестова Алина")
    await dialog.get_by_role("button", name="Закрыть учётную запись").click()
    await screen.sound("closing an account", "[role=dialog]")
    await dialog.get_by_role("button", name="Да, выполнить").click()
    await expect(dialog.get_by_role("button", name="Открыть снова")).to_be_visible()
    await expect(dialog).to_contain_text("Открытых сеансов нет.")
    [kept] = await centre.rows(StaffMember, StaffMember.id == operator.asker.id)
    assert not kept.is_active


async def test_ones_own_account_is_changed_by_another(screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.ADMINISTRATOR)
    page = screen.page
    await page.goto("/staff")
    await page.get_by_role("button", name=f"Открыть учётную запись: {screen.member.asker.full_name}").click()
    await expect(page.get_by_role("dialog")).to_contain_text("меняет другой администратор")
    await expect(page.get_by_role("button", name="Закрыть учётную запись")).to_have_count(0)


async def test_a_screen_of_other_roles_is_refused_in_words(screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.OPERATOR)
    for path in ("/news", "/staff", "/keeping", "/quality/plan", "/audit"):
        await screen.page.goto(path)
        await expect(screen.page.get_by_text("Этот раздел не входит в обязанности Вашей роли.")).to_be_visible()


@pytest.mark.clause("2.10")
async def test_a_form_that_is_opened_before_its_page_is_loaded_keeps_its_draft_too(screen_of: ScreenOf) -> None:
    page, is_open = (await screen_of(Role.ADMINISTRATOR)).page, asyncio.Event()

    async def wait(route: Route) -> None:
        await is_open.wait()
        await route.continue_()

    await page.route("**/api/staff/roles", wait)
    await page.goto("/staff")
    await page.get_by_role("button", name="Новая учётная запись").click()
    is_open.set()
    async with page.expect_response(lambda answer: answer.url.endswith("/api/drafts/account/0") and answer.request.method == "PUT"):
        await page.get_by_label("Фамилия, имя, отчество").fill("Тестова Анна")
    await page.reload()
    await page.get_by_role("button", name="Новая учётная запись").click()
    await expect(page.get_by_label("Фамилия, имя, отчество")).to_have_value("Тестова Анна")
