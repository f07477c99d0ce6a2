"""The editor of the menu in a real browser: a draft, its faults, a pretended call, a second person publishes (reg. 2.3)."""

from collections.abc import AsyncIterator
from datetime import date, time

import pytest
from playwright.async_api import expect

from core.calendars.closures import ClosureForm
from core.departments.model import Department
from core.vocabulary import Role
from core.wording import SHIPPED, in_force, put_in_force
from tests.inbox.world import Centre
from tests.screens.conftest import Screen, ScreenOf

GREETING = "Здравствуйте! Вас слушает контакт-центр Владикавказа."


@pytest.fixture(autouse=True)
async def _the_shipped_words() -> AsyncIterator[None]:
    """Nothing that a test publishes is heard by the next one."""
    yield
    put_in_force(SHIPPED)


async def whole(screen: Screen, name: str) -> None:
    """Looked at by axe and at both widths."""
    await screen.sound(name)
    for width, height in ((1024, 768), (1440, 900)):
        await screen.page.set_viewport_size({"width": width, "height": height})
        await screen.fits(f"{name} at {width}")
        await screen.shot(f"{name}-{width}")


@pytest.mark.clause("2.3")
async def test_a_greeting_is_written_tried_by_a_call_and_published_by_a_second_person(screen_of: ScreenOf) -> None:
    press = await screen_of(Role.PRESS, width=1440, height=900)
    page = press.page
    await page.goto("/menu")
    await expect(page.get_by_text("Действуют исходные тексты")).to_be_visible()
    await page.get_by_role("button", name="Начать черновик").click()
    field = page.get_by_label("Приветствие", exact=True)
    await field.fill("Welcome!")
    await field.blur()
    await expect(page.get_by_text("Есть знаки или латинские буквы")).to_be_visible()
    await expect(field).to_have_value("Welcome!")
    await field.fill(GREETING)
    await field.blur()
    await expect(page.get_by_text("Есть знаки или латинские буквы")).to_have_count(0)
    await page.get_by_role("button", name="Проверить").click()
    await expect(page.get_by_text("Ошибок нет")).to_be_visible()

    call = page.get_by_role("region", name="Пробный звонок")
    await call.get_by_role("button", name="Рабочие часы").click()
    await call.get_by_role("button", name="Позвонить").click()
    await expect(call.get_by_text(GREETING)).to_be_visible()
    await call.get_by_role("group", name="Клавиши телефона").get_by_role("button", name="1", exact=True).press("6")
    await expect(call.get_by_role("status")).to_contain_text("Звонит оператору")
    await call.get_by_role("button", name="Ночь").click()
    await call.get_by_role("button", name="Позвонить снова").click()
    await call.get_by_role("button", name="6", exact=True).click()
    await expect(call.get_by_role("status")).to_contain_text("Предложение оставить сообщение")
    chat = page.get_by_role("region", name="Как это увидит заявитель в Telegram")
    await chat.get_by_role("button", name="Показать меню").click()
    await expect(chat.get_by_role("group", name="Кнопки бота").first.get_by_role("button", name="Новость дня")).to_be_visible()
    await chat.get_by_label("Что напишет заявитель").fill("когда включат отопление")
    await chat.get_by_role("button", name="Отправить").click()
    await expect(chat.get_by_text("когда включат отопление")).to_be_visible()
    await chat.get_by_label("Что напишет заявитель").fill("в подъезде пахнет газом")
    await chat.get_by_role("button", name="Отправить").click()
    await expect(chat.get_by_text("слова о чрезвычайной ситуации")).to_be_visible()
    await call.get_by_role("checkbox", name="Речь распознаётся").check()
    await call.get_by_role("button", name="Позвонить снова").click()
    await call.get_by_label("Что сказать").fill("ты идиот")
    await call.get_by_role("button", name="Сказать").click()
    await expect(call.get_by_text("недопустимые выражения")).to_be_visible()
    await expect(call.get_by_text("Прошу соблюдать корректную форму общения")).to_be_visible()
    await whole(press, "menu-draft")
    await page.get_by_role("button", name="Часы работы и нерабочее время").click()
    await expect(page.get_by_text("По регламенту (п. 2.9)")).to_be_visible()
    await whole(press, "menu-hours")

    admin = await screen_of(Role.ADMINISTRATOR, width=1440, height=900)
    await admin.page.goto("/menu")
    await admin.page.get_by_role("button", name="Что меняет черновик").click()
    await expect(admin.page.get_by_role("dialog").get_by_text(GREETING)).to_be_visible()
    await admin.page.keyboard.press("Escape")
    await admin.page.get_by_role("button", name="Опубликовать").click()
    await expect(admin.page.get_by_text("Действует редакция № 1")).to_be_visible()
    assert in_force().texts == {"voice:greeting.text": GREETING}
    hours = admin.page.get_by_role("region", name="Особые часы")
    await hours.get_by_label("День").fill("2026-11-25")
    await hours.get_by_role("button", name="Установить часы").click()
    await expect(hours.get_by_text("Заполните это поле.")).to_be_visible()
    await hours.get_by_label("Что сказать гражданам").fill("Сегодня операторы работают до 16:00.")
    await hours.get_by_role("button", name="Установить часы").click()
    await expect(hours.get_by_text("с 09:00 до 16:00")).to_be_visible()
    await whole(admin, "menu-published")
    await admin.page.get_by_role("button", name="Вернуть эту редакцию: Исходные тексты").click()
    await admin.page.get_by_role("dialog").get_by_role("button", name="Вернуть эту редакцию").click()
    await expect(admin.page.get_by_role("heading", name="Действует редакция № 2")).to_be_visible()
    assert not in_force().texts


@pytest.mark.clause("2.3")
async def test_items_change_places_and_the_screen_says_that_the_order_is_another(screen_of: ScreenOf) -> None:
    head = await screen_of(Role.SUPERVISOR, width=1440, height=900)
    page = head.page
    await page.goto("/menu")
    await page.get_by_role("button", name="Начать черновик").click()
    await page.get_by_role("button", name="Порядок пунктов").click()
    items = page.get_by_role("list", name="Порядок пунктов").get_by_role("listitem")
    await expect(items).to_have_count(6)
    await expect(page.get_by_text("Порядок отличается")).to_have_count(0)
    await page.get_by_role("button", name="Выше: Оператор").press("Enter")
    await expect(items.nth(4)).to_contain_text("Оператор")
    await expect(page.get_by_text("Порядок отличается от установленного распоряжением")).to_be_visible()
    await expect(items.nth(5)).to_contain_text("Сообщение (по распоряжению 5)")
    await whole(head, "menu-order")
    call = page.get_by_role("region", name="Пробный звонок")
    await call.get_by_role("button", name="Рабочие часы").click()
    await call.get_by_role("button", name="Позвонить").click()
    await expect(call.get_by_text("Оператор — пять. Оставить сообщение — шесть.")).to_be_visible()
    await call.get_by_role("button", name="5", exact=True).click()
    await expect(call.get_by_role("status")).to_contain_text("Звонит оператору")
    await page.get_by_role("button", name="Вернуть порядок распоряжения").click()
    await expect(items.nth(5)).to_contain_text("Оператор")


@pytest.mark.clause("2.3")
async def test_a_service_is_added_tried_and_stands_in_the_directory_with_a_hostile_name_as_a_name(screen_of: ScreenOf) -> None:
    head = await screen_of(Role.SUPERVISOR, width=1440, height=900)
    page = head.page
    await page.goto("/menu")
    await page.get_by_role("button", name="Начать черновик").click()
    await page.get_by_role("button", name="Другие службы").click()
    await expect(page.get_by_role("group", name="Аварийная газовая служба")).to_be_visible()
    await page.get_by_role("button", name="Добавить службу").click()
    fields = {"название": "<img src=x onerror=alert(1)>", "номер телефона": "8 (8672) 53-00-01", "как её называют": "водоканал"}
    for label, words in fields.items():
        field = page.get_by_role("textbox", name=f"Служба 6: {label}")
        await field.fill(words)
        await field.blur()
    await expect(page.get_by_text("Есть знаки или латинские буквы")).to_be_visible()
    await expect(page.get_by_role("group", name=fields["название"])).to_be_visible()
    assert await page.evaluate("() => document.querySelectorAll('img[src=x], [onerror]').length") == 0
    await page.get_by_role("textbox", name="Служба 6: название").fill("Водоканал города")
    await page.get_by_role("textbox", name="Служба 6: название").blur()
    await expect(page.get_by_text("Есть знаки или латинские буквы")).to_have_count(0)
    chat = page.get_by_role("region", name="Как это увидит заявитель в Telegram")
    await chat.get_by_role("button", name="Показать меню").click()
    await chat.get_by_label("Что напишет заявитель").fill("телефон водоканала")
    await chat.get_by_role("button", name="Отправить").click()
    await expect(chat.get_by_text("Водоканал города.")).to_be_visible()
    await whole(head, "menu-services")

    admin = await screen_of(Role.ADMINISTRATOR, width=1440, height=900)
    await admin.page.goto("/menu")
    await admin.page.get_by_role("button", name="Опубликовать").click()
    await expect(admin.page.get_by_text("Действует редакция № 1")).to_be_visible()
    await head.goto("/directory")
    listed = page.get_by_role("region", name="Службы, с которыми соединяют")
    await expect(listed.get_by_text("Аварийная газовая служба")).to_be_visible()
    await page.get_by_placeholder("Подразделение, ФИО").fill("водоканал")
    await expect(listed.get_by_role("listitem")).to_have_count(1)
    await expect(listed.get_by_text("8 (8672) 53-00-01")).to_be_visible()
    await whole(head, "directory-services")


@pytest.mark.clause("2.3")
async def test_a_caller_s_words_bring_the_department_up_with_the_reason(centre: Centre, screen_of: ScreenOf) -> None:
    async with centre.transactions.begin() as tx:
        tx.add(Department(key="roads_landscaping", name="Управление дорожного строительства"))
        tx.add(Department(key="culture", name="Управление культуры"))
    head = (await centre.a_member(Role.SUPERVISOR)).asker
    notice = "Сегодня операторы работают до 16:00."
    await centre.closures.set(head, ClosureForm(day=date(2026, 11, 25), opens=time(9), closes=time(16), notice=notice))
    screen = await screen_of(Role.OPERATOR, width=1440, height=900)
    await screen.goto("/directory")
    await screen.page.get_by_placeholder("Подразделение, ФИО").fill("яма на асфальте во дворе")
    await expect(screen.page.get_by_text("Отвечает за: яма на дороге, асфальт")).to_be_visible()
    await expect(screen.page.get_by_text("Управление культуры")).to_have_count(0)
    await whole(screen, "directory-answering")
    await screen.goto("/inbox")
    await expect(screen.page.get_by_text(f"Гражданам сообщается: {notice}")).to_be_visible()
    pane = screen.page.get_by_label("Кто отвечает")
    await pane.get_by_role("searchbox").press_sequentially("клумба")
    await expect(pane.get_by_text("Управление дорожного строительства")).to_be_visible()
    await expect(pane.get_by_text("Отвечает за: клумба")).to_be_visible()
    await screen.sound("answering-pane")
    await screen.shot("answering-pane")
