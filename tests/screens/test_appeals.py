"""The screens of the casework in a real browser: the list, the board, the tasks and the card."""

import re
from datetime import date

import pytest
from playwright.async_api import expect

from core.appeals.casework import CaseEdit
from core.audit.live import LiveKind, announce
from core.tasks.raising import raise_task
from core.vocabulary import ReplyForm, Role, TaskKind, Urgency
from tests.inbox.world import Centre
from tests.screens.conftest import Screen, ScreenOf


async def a_busy_morning(centre: Centre) -> dict[str, int]:
    """Cards of every kind of hurry, two of them of one person."""
    talk = await centre.a_conversation(name="Примеров")
    await centre.an_applicant(talk)
    return {
        "late": await centre.an_appeal(days_ago=13, text="Нет горячей воды третью неделю.", address="улица Примерная, 1"),
        "today": await centre.an_appeal(days_ago=10, text="Не вывозят мусор со двора."),
        "urgent": await centre.an_appeal(urgency=Urgency.URGENT, text="Оборван провод у школы.", topic="Провод у школы"),
        "lamp": await centre.an_appeal(conversation_id=talk, text="Во дворе не горит фонарь.", address="ул. Образцовая, д. 5"),
        "again": await centre.an_appeal(conversation_id=talk, text="Фонарь так и не горит.", address="Образцовая ул., 5"),
    }


async def merged_by_keyboard(screen: Screen) -> None:
    """A colleague saved topic and address meanwhile: mine and theirs are chosen on a narrow dark screen, without a mouse."""
    page = screen.page
    merge = page.get_by_role("dialog", name="Эти данные изменил другой сотрудник")
    await expect(merge.get_by_role("alert")).to_contain_text("Дзуцев А. Б.")
    theirs = merge.get_by_role("group", name="Адрес").get_by_label("Коллеги")
    mine = merge.get_by_role("group", name="Тема").get_by_label("Моё")
    await expect(theirs, "the address was not touched here").to_be_checked()
    await expect(theirs).to_be_focused()
    await expect(mine, "the topic was").to_be_checked()
    wide = page.viewport_size
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.emulate_media(color_scheme="dark")
    await screen.fits("conflict")
    await screen.sound("conflict", "[role=dialog]")
    await screen.shot("conflict")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog").get_by_label("Тема")).to_have_value("Освещение")
    await page.get_by_role("dialog").get_by_role("button", name="Сохранить").press("Enter")
    await expect(theirs).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(mine).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(merge).to_have_count(0)
    await page.emulate_media(color_scheme="light")
    if wide is not None:
        await page.set_viewport_size(wide)


async def test_the_list_is_searched_filtered_and_worked_by_keyboard(centre: Centre, screen_of: ScreenOf) -> None:
    cards = await a_busy_morning(centre)
    await centre.a_member(full_name="Петрова Вера Ивановна")
    screen = await screen_of(Role.SENIOR)
    page = screen.page
    await screen.goto("/appeals")
    rows = page.get_by_role("table", name="Обращения").locator("tbody tr")
    await expect(rows).to_have_count(5)
    await expect(rows.last).to_contain_text("просрочено на 2 дня")
    await expect(rows.nth(3)).to_contain_text("сегодня")
    await expect(rows.nth(2)).to_contain_text("осталось 7 дней")
    await screen.shot("list")
    await screen.sound("list")
    await screen.fits("list")

    await page.keyboard.press("Slash")
    await page.keyboard.type("фонари")
    await expect(rows).to_have_count(2)
    await expect(page).to_have_url(re.compile(r"/appeals\?words="))
    await page.keyboard.press("Escape")
    await expect(rows).to_have_count(5)

    await page.get_by_role("button", name="Отбор", exact=True).click()
    await page.get_by_label("Срок ответа").select_option("overdue")
    await expect(rows).to_have_count(1)
    await screen.shot("filters")
    await screen.sound("filters")
    await page.get_by_role("button", name="Сохранённые отборы").click()
    await page.get_by_label("Название отбора").fill("Горит")
    await page.get_by_label("Показывать коллегам").check()
    await page.get_by_role("button", name="Сохранить отбор").click()
    await expect(page.get_by_role("button", name="Горит", exact=True)).to_be_visible()
    await screen.sound("saved filters")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Убрать отбор: Срок ответа: просрочено").click()
    await expect(rows).to_have_count(5)
    await page.get_by_role("button", name="Сохранённые отборы").click()
    await page.get_by_role("button", name="Горит", exact=True).click()
    await expect(rows).to_have_count(1)
    await page.goto("/appeals")

    await expect(rows).to_have_count(5)
    for code in ("KeyJ", "KeyX", "KeyJ", "KeyX"):
        await page.keyboard.press(code)
    await expect(page.get_by_text("Отмечено: 2")).to_be_visible()
    await screen.shot("bulk")
    await page.get_by_role("button", name="Назначить").click()
    await page.get_by_label("Исполнитель").select_option(label="Петрова Вера Ивановна")
    await screen.sound("assign", "[role=dialog]")
    await page.get_by_role("dialog").get_by_role("button", name="Назначить").click()
    await expect(page.get_by_text("Исполнитель изменён: 2 обращения.")).to_be_visible()
    await expect(rows.nth(0)).to_contain_text("Петрова В. И.")
    await page.get_by_role("button", name="Связать").click()
    await expect(page.get_by_text("Связано обращений: 2.")).to_be_visible()
    await page.get_by_role("link", name="А-000005/2026").focus()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(rf"/appeals/{cards['again']}$"))
    await expect(page.get_by_role("link", name="А-000004/2026").first).to_be_visible()


@pytest.mark.clause("2.8.7")
async def test_the_board_and_the_tasks_are_live(centre: Centre, screen_of: ScreenOf) -> None:
    cards = await a_busy_morning(centre)
    screen = await screen_of()
    page = screen.page
    await screen.goto("/board")
    overdue = page.get_by_role("region", name="Просрочено")
    await expect(overdue).to_contain_text("А-000001/2026")
    await expect(page.get_by_role("region", name="Сегодня")).to_contain_text("А-000002/2026")
    await expect(page.get_by_role("region", name="Позже").get_by_role("listitem")).to_have_count(3)
    await screen.shot("board")
    await screen.sound("board")
    await screen.fits("board")
    await page.get_by_role("button", name="Мои").click()
    await expect(overdue).to_contain_text("Пусто")
    await centre.cases.assign(screen.member.asker, [cards["late"]], screen.member.asker.id)
    await expect(overdue).to_contain_text("А-000001/2026")

    async with centre.transactions.begin() as tx:
        due, now = date(2026, 11, 23), centre.clock.now()
        await raise_task(tx, TaskKind.OVERDUE, now, key="late", appeal_id=cards["late"], due_on=due)
        await raise_task(tx, TaskKind.MEMO_RECEIVED, now, key="memo", appeal_id=cards["lamp"])
    told = page.locator(".sr-only[role=status]")
    await expect(told).to_have_text("Срок ответа истёк")
    async with centre.transactions.begin() as tx:
        about = {"task_id": 1, "task": "overdue", "for_role": "operator", "again": "2026-11-25"}
        await announce(tx, LiveKind.TASK, now, **about)
    await expect(told).to_have_text("Повторно: Срок ответа истёк")
    await expect(page.get_by_role("link", name="Задачи: тревог по срокам: 1")).to_be_visible()
    await page.get_by_role("link", name="Задачи: тревог по срокам: 1").click()
    tasks = page.get_by_role("list", name="Задачи").get_by_role("listitem")
    await expect(tasks).to_have_count(2)
    await screen.shot("tasks")
    await screen.sound("tasks")
    await page.get_by_role("button", name="Готово: Срок ответа истёк").click()
    await expect(tasks).to_have_count(1)
    await expect(page.get_by_role("link", name="Задачи", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Мои").click()
    await expect(page.get_by_text("Задач нет.")).to_be_visible()


@pytest.mark.clause("2.8.7")
async def test_a_card_from_its_conversation_through_its_moves(centre: Centre, screen_of: ScreenOf) -> None:
    cards = await a_busy_morning(centre)
    member = await centre.a_member(full_name="Гаглоева Мадина Тотразовна")
    screen = await screen_of(member)
    page = screen.page
    shown = (await centre.cards.card(member.asker, cards["again"])).appeal
    await centre.operators.take(member.asker, shown.conversation_id or 0)
    await screen.goto(f"/inbox/{shown.conversation_id}?list=all")
    await page.get_by_role("button", name="Зарегистрировать").first.click()
    await page.get_by_role("dialog").get_by_label("Адрес").first.fill("Образцовая, 5")
    await expect(page.get_by_role("dialog")).to_contain_text("Возможно, об этом же")
    await expect(page.get_by_role("dialog").get_by_role("link", name="А-000004/2026")).to_be_visible()
    await screen.shot("register-like")
    await screen.sound("register", "[role=dialog]")
    await page.keyboard.press("Escape")
    await page.get_by_role("link", name="А-000005/2026", exact=True).click()
    await expect(page.get_by_role("heading", name="А-000005/2026")).to_be_visible()
    await expect(page.get_by_role("region", name="История")).to_contain_text("Обращение зарегистрировано")
    await expect(page.get_by_role("region", name="Связанные обращения")).to_contain_text("тот же заявитель, тот же адрес")
    await screen.shot("card")
    await screen.sound("card")
    await screen.fits("card")

    await page.get_by_role("button", name="Как считается срок").click()
    days = page.get_by_role("dialog", name="Как считается срок")
    await expect(days.get_by_role("row").last).to_contain_text("07.12.2026")
    await expect(days).to_contain_text("первый рабочий день после выходных")
    await screen.shot("term")
    await screen.sound("term")
    await page.keyboard.press("Escape")

    async def choose(move: str) -> None:
        await page.get_by_role("button", name="Другие действия").click()
        await page.get_by_role("menuitem", name=move).click()

    await choose("Изменить карточку")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Тема").fill("Освещение")
    colleague = await centre.a_member(full_name="Дзуцев Алан Борисович")
    edit = CaseEdit(
        text=shown.text, topic="Свет", address="Образцовая, 7", urgency=Urgency.LONG_TERM, reply_form=ReplyForm.PHONE, reply_to=""
    )
    await centre.cases.edit(colleague.asker, cards["again"], edit, 1)
    await dialog.get_by_role("button", name="Сохранить").click()
    await merged_by_keyboard(screen)
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("region", name="Сведения")).to_contain_text("Освещение")
    await expect(page.get_by_role("region", name="Сведения")).to_contain_text("Образцовая, 7")

    await page.get_by_role("button", name="Объединить с А-000004/2026").click()
    await expect(page.get_by_role("link", name="Обращение объединено с А-000004/2026")).to_be_visible()
    await page.get_by_role("button", name="Открыть объединённое обращение").click()
    await expect(page.get_by_role("heading", name="А-000004/2026")).to_be_visible()
    await page.get_by_role("button", name="Отменить связь с А-000005/2026").click()
    await expect(page.get_by_text("Связанных обращений нет.")).to_be_visible()

    await choose("Выделить второй вопрос")
    await dialog.get_by_role("button", name="Выделить второй вопрос").click()
    await expect(dialog.get_by_text("Заполните это поле.")).to_be_visible()
    await screen.sound("split", "[role=dialog]")
    await dialog.get_by_label("Текст второго вопроса").fill("И скамейка сломана.")
    await dialog.get_by_role("button", name="Выделить второй вопрос").click()
    await expect(page.get_by_role("heading", name="А-000006/2026")).to_be_visible()
    await expect(page.get_by_role("region", name="История")).to_contain_text("Выделено из обращения А-000004/2026")

    await choose("Связать с другим")
    await dialog.get_by_label("Какое обращение").fill("3")
    await dialog.get_by_role("button", name="Найти").click()
    await expect(dialog).to_contain_text("Оборван провод")
    await dialog.get_by_role("button", name="Связать").click()
    await expect(page.get_by_role("region", name="Связанные обращения")).to_contain_text("А-000003/2026")

    await choose("Переадресовать")
    await dialog.get_by_label("Кому").fill("Министерство примеров")
    await screen.sound("forward", "[role=dialog]")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("region", name="История")).to_contain_text("Обращение переадресовано: Министерство примеров")
    await page.locator("input[type=file]").set_input_files(
        {"name": "справка.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 sample"}
    )
    await expect(page.get_by_role("link", name="Скачать: справка.pdf")).to_be_visible()
    await choose("Назначить исполнителя")
    await dialog.get_by_role("button", name="Назначить").click()
    await expect(page.get_by_role("region", name="История")).to_contain_text("Назначен исполнитель: Гаглоева")
    await screen.shot("card-worked")
    await screen.sound("card after work")
    await page.get_by_role("link", name="Открыть разговор").click()
    await expect(page.get_by_role("log")).to_be_visible()


async def test_the_screens_at_200_percent_and_for_an_auditor(centre: Centre, screen_of: ScreenOf) -> None:
    cards = await a_busy_morning(centre)
    screen = await screen_of(Role.AUDITOR, width=640, height=430)
    page = screen.page
    for path, name in (("/appeals", "list"), ("/board", "board"), (f"/appeals/{cards['lamp']}", "card"), ("/tasks", "tasks")):
        await screen.goto(path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await screen.shot(f"{name}-200")
        await screen.fits(name)
        await screen.sound(f"{name} at 200 %")
    await page.goto(f"/appeals/{cards['lamp']}")
    await expect(page.get_by_role("heading", name="А-000004/2026")).to_be_visible()
    await expect(page.get_by_role("button", name="Другие действия")).to_have_count(0)
    await expect(page.get_by_role("button", name="Приложить файл")).to_have_count(0)
    await page.goto("/appeals/999")
    await expect(page.get_by_role("heading", name="Такого обращения нет.")).to_be_attached()
