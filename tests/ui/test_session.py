"""Sign-in, shift, expiry: what an operator meets first and last in a day."""

from playwright.async_api import BrowserContext, Route, expect

from tests.ui.conftest import Desk, open_desk
from tests.ui.town import Town


async def test_a_wrong_password_is_told_and_the_login_stays(desk: Desk) -> None:
    await desk.page.goto("/inbox")
    await desk.page.get_by_label("Логин").fill("operator")
    await desk.page.get_by_label("Пароль", exact=True).fill("wrong")
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Неверный логин или пароль")
    await expect(desk.page.get_by_label("Логин")).to_have_value("operator")


async def test_too_many_tries_say_how_many_seconds_to_wait(desk: Desk) -> None:
    desk.town.tries = 5
    await desk.page.goto("/login")
    await desk.page.get_by_label("Логин").fill("operator")
    await desk.page.get_by_label("Пароль", exact=True).fill("wrong")
    await desk.page.get_by_role("button", name="Войти").click()
    await expect(desk.page.get_by_role("alert")).to_contain_text("Повторите через 30 секунд")
    await expect(desk.page.get_by_role("button", name="Войти")).to_be_disabled()


async def test_a_password_manager_is_welcome(desk: Desk) -> None:
    await desk.page.goto("/login")
    await expect(desk.page.get_by_label("Логин")).to_have_attribute("autocomplete", "username")
    await expect(desk.page.get_by_label("Пароль", exact=True)).to_have_attribute("autocomplete", "current-password")


async def test_the_shift_begins_and_ends_by_a_button(desk: Desk) -> None:
    await desk.sign_in_by_hand()
    assert desk.town.staff[1].on_shift
    await desk.page.get_by_role("button", name="Меню сотрудника").click()
    await desk.page.get_by_role("menuitem", name="Завершить смену").click()
    await expect(desk.page.get_by_text("Вы не на смене")).to_be_visible()
    assert not desk.town.staff[1].on_shift
    await desk.page.get_by_role("button", name="Начать смену").click()
    await expect(desk.page.get_by_text("Вы не на смене")).to_have_count(0)


async def test_after_logout_nothing_opens_without_a_password(desk: Desk) -> None:
    await desk.sign_in()
    await desk.page.get_by_role("button", name="Меню сотрудника").click()
    await desk.page.get_by_role("menuitem", name="Выйти").click()
    await expect(desk.page.get_by_role("heading", name="Вход в систему")).to_be_visible()
    await desk.page.goto("/inbox/100")
    await expect(desk.page.get_by_role("heading", name="Вход в систему")).to_be_visible()


async def _ends_with_the_next_words(desk: Desk) -> None:
    """The session ends when what is typed is about to be kept: whatever else the page asks by itself asks before."""
    sessions = dict(desk.town.sessions)

    async def end(route: Route) -> None:
        if route.request.method == "PUT":
            for cookie in sessions:
                desk.town.sessions.pop(cookie, None)
        await route.continue_()

    await desk.page.route("**/api/drafts/reply/*", end)


async def test_an_expired_session_is_taken_up_over_the_page_that_is_kept(desk: Desk) -> None:
    """The very page, not one like it: what stands nowhere but in it is there."""
    await desk.start(106)
    await _ends_with_the_next_words(desk)
    await desk.page.evaluate("document.body.dataset.kept = 'yes'")
    await desk.page.get_by_label("Текст ответа").fill("Ответ, который нельзя потерять")
    over = desk.page.get_by_role("dialog", name="Вход в систему")
    await expect(over.get_by_role("alert")).to_contain_text("Сеанс закончился")
    await expect(over.get_by_label("Логин")).to_be_focused()
    await desk.page.keyboard.press("Escape")
    await expect(desk.page.get_by_role("log")).to_have_count(0)  # covered, for a screen reader too
    await over.get_by_label("Логин").fill("operator")
    await over.get_by_label("Пароль", exact=True).fill("wrong")
    await desk.page.keyboard.press("Enter")
    await expect(over.get_by_role("alert")).to_contain_text("Неверный логин или пароль")
    await over.get_by_label("Пароль", exact=True).fill("correct horse")
    await desk.page.keyboard.press("Enter")
    await expect(over).to_have_count(0)
    await expect(desk.page).to_have_url("/inbox/106?list=all")
    await expect(desk.page.get_by_label("Текст ответа")).to_have_value("Ответ, который нельзя потерять")
    await expect(desk.page.get_by_label("Состояние связи: на линии")).to_be_attached()
    assert await desk.page.evaluate("document.body.dataset.kept") == "yes"


async def test_somebody_else_does_not_see_the_words_of_the_one_before(desk: Desk) -> None:
    await desk.start(106)
    await _ends_with_the_next_words(desk)
    await desk.page.get_by_label("Текст ответа").fill("Чужой черновик")
    await expect(desk.page.get_by_role("heading", name="Вход в систему")).to_be_visible()
    desk.town.talks[106].row.operator = None
    desk.town.talks[106].row.mode = "waiting"
    await desk.page.get_by_label("Логин").fill("second")
    await desk.page.get_by_label("Пароль", exact=True).fill("correct horse")
    await desk.page.keyboard.press("Enter")
    await desk.page.get_by_role("button", name="Начать смену").click()
    await desk.page.get_by_role("button", name="Взять", exact=True).click()
    await expect(desk.page.get_by_label("Текст ответа")).to_have_value("")
    await expect(desk.page.get_by_role("log")).not_to_contain_text("Чужой черновик")


async def test_an_auditor_reads_and_is_offered_no_deed(context: BrowserContext, town: Town) -> None:
    desk = await open_desk(context, town)
    await desk.start(100, "auditor")
    await expect(desk.page.get_by_text("Отвечать в этом разговоре Вы не можете")).to_be_visible()
    for deed in ("Взять", "Закрыть разговор", "Отправить", "Изменить карточку"):
        await expect(desk.page.get_by_role("button", name=deed, exact=True)).to_have_count(0)


async def test_a_wrong_old_password_is_told_and_does_not_end_the_session(desk: Desk) -> None:
    await desk.sign_in()
    await desk.page.get_by_role("button", name="Меню сотрудника").click()
    await desk.page.get_by_role("menuitem", name="Смена пароля").click()
    dialog = desk.page.get_by_role("dialog")
    await dialog.get_by_label("Нынешний пароль").fill("не тот")
    await dialog.get_by_label("Новый пароль").fill("новый длинный пароль")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Неверный логин или пароль")
    await dialog.get_by_label("Нынешний пароль").fill("correct horse")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(desk.page.get_by_text("Пароль изменён.")).to_be_visible()


async def test_settings_are_kept_on_the_server(desk: Desk) -> None:
    await desk.sign_in()
    await desk.page.get_by_role("button", name="Меню сотрудника").click()
    await desk.page.get_by_role("menuitem", name="Настройки").click()
    await desk.page.get_by_label("Только о моих разговорах").check()
    await desk.page.get_by_label("Включить клавиши").uncheck()
    await desk.page.get_by_role("button", name="Сохранить").click()
    await expect(desk.page.get_by_role("dialog")).to_have_count(0)
    assert (desk.town.staff[1].notify, desk.town.staff[1].shortcuts_on) == ("mine", False)
