"""WCAG 2.2 AA by axe on every screen and window; the strict policy is checked by the fixture after every test."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from inbox.web import schemas as s
from tests.ui.conftest import Desk

RULES = {"rules": {"target-size": {"enabled": True}}}
"""axe leaves the size of targets out by itself; WCAG 2.2 AA has it (2.5.8)."""


WINDOW = "[role=dialog]"


async def sound(page: Page, where: str, within: str | None = None) -> None:
    """No violation of any axe rule, on the page or in one part of it."""
    await page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished.catch(() => {})))")
    results = await Axe().run(page, within, RULES)
    assert results.violations_count == 0, f"{where}: {results.generate_report()}"


async def test_login_and_start_of_shift(desk: Desk) -> None:
    await desk.page.goto("/login")
    await expect(desk.page.get_by_role("heading", name="Вход в систему")).to_be_visible()
    await sound(desk.page, "login")
    await desk.page.get_by_role("button", name="Войти").click()
    await sound(desk.page, "login refused")
    await desk.sign_in_by_hand(shift=False)
    await expect(desk.page.get_by_role("button", name="Начать смену")).to_be_visible()
    await sound(desk.page, "start of shift")


async def test_the_inbox_with_everything_on_it(desk: Desk) -> None:
    await desk.sign_in()
    page, town = desk.page, desk.town
    await expect(page.get_by_role("tabpanel").get_by_role("listitem")).to_have_count(8)
    await sound(page, "list")
    await desk.open(101)
    await sound(page, "waiting conversation")
    await desk.open(100)
    await page.get_by_role("button", name="Взять", exact=True).click()
    await expect(page.get_by_label("Текст ответа")).to_be_focused()
    town.look(100, s.StaffBrief(id=2, full_name="Дзуцев Алан Борисович"), typing=True)
    town.publish(s.Alarm(kind="alarm", conversation_id=102, words="пахнет газом", alarm="gas"))
    town.break_replies = 1
    await page.get_by_label("Текст ответа").fill("Не уйдёт")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("не отправлено")).to_be_visible()
    for delivery in ("sent", "delivered", "failed", "bounced", "waiting"):
        town.add(
            100, town.said(100, "operator", f"Ответ {delivery}", author_name="Гаглоева", delivery=delivery, delivery_error="отказ")
        )
    town.add(100, town.said(100, "operator", "Сомнительный", delivery="sent", doubtful=True))
    town.add(100, town.said(100, "operator", "Заметка", audience="staff", delivery=None))
    await expect(page.get_by_text("доставка не подтверждена")).to_be_visible()
    await sound(page, "open conversation")
    await page.get_by_role("button", name="Заметка", exact=True).click()
    await sound(page, "note")
    await page.get_by_role("button", name="Ответ", exact=True).click()
    await page.keyboard.type("/")
    await expect(page.get_by_role("listbox")).to_be_visible()
    await sound(page, "canned answers")


async def test_every_window(desk: Desk) -> None:
    await desk.sign_in()
    page = desk.page
    await desk.open(106)
    for button, title in (
        ("Изменить карточку", "Карточка заявителя"),
        ("Зарегистрировать", "Регистрация обращения"),
        ("Закрыть разговор", "Закрыть разговор"),
    ):
        await page.get_by_role("button", name=button).click()
        await expect(page.get_by_role("dialog", name=title)).to_be_visible()
        await sound(page, title, WINDOW)
        await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Ещё действия").click()
    await sound(page, "menu")
    await page.get_by_role("menuitem", name="Отказать в регистрации").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await sound(page, "refusal", WINDOW)
    await page.keyboard.press("Escape")
    for item in ("Настройки", "Горячие клавиши", "Смена пароля"):
        await page.get_by_role("button", name="Меню сотрудника").click()
        await page.get_by_role("menuitem", name=item).click()
        await expect(page.get_by_role("dialog", name=item)).to_be_visible()
        await sound(page, item, WINDOW)
        await page.keyboard.press("Escape")
    await desk.open(100)
    await page.get_by_role("button", name="Открыть изображение").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await sound(page, "image", WINDOW)


async def test_a_window_keeps_the_focus_and_gives_it_back(desk: Desk) -> None:
    await desk.start(106)
    page = desk.page
    await page.get_by_role("button", name="Закрыть разговор").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("radio", name="Дан справочный ответ")).to_be_focused()
    for _ in range(8):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Закрыть разговор")).to_be_focused()


async def test_messages_left_and_the_lost_page(desk: Desk) -> None:
    await desk.sign_in()
    await desk.page.get_by_role("link", name="Оставленные сообщения").click()
    await expect(desk.page.get_by_role("button", name="Отметить просмотренным").first).to_be_visible()
    await sound(desk.page, "messages left")
    await desk.page.goto("/no/such/page")
    await expect(desk.page.get_by_role("heading", name="Такой страницы нет.")).to_be_visible()
    await sound(desk.page, "lost")


async def test_a_narrow_screen_has_a_drawer_and_one_pane_at_a_time(desk: Desk) -> None:
    await desk.start(106)
    page = desk.page
    await page.set_viewport_size({"width": 750, "height": 450})
    await expect(page.get_by_role("heading", name="Входящие", level=2)).to_be_hidden()
    await page.get_by_role("button", name="Показать карточку заявителя").click()
    await expect(page.get_by_role("button", name="Изменить карточку")).to_be_in_viewport()
    await sound(page, "drawer")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Изменить карточку")).to_be_hidden()
    await page.get_by_role("link", name="К списку").click()
    await expect(page.get_by_role("heading", name="Входящие", level=2)).to_be_visible()
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await page.evaluate("document.documentElement.scrollWidth <= 320"), "no sideways scrolling at 400 % (1.4.10)"
    await sound(page, "narrow list")
