"""The directory's screens in a real browser: departments, the calendar, forms, duties, refusals, the duty chat."""

import re
from datetime import date
from typing import Any

import pytest
from playwright.async_api import FilePayload, expect

from core.appeals.model import Refusal
from core.departments.model import Absence, Department, Liaison
from core.drafts.model import Draft
from core.knowledge.model import KnowledgeDuty
from core.vocabulary import Role, Urgency
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def a_town_hall(centre: Centre) -> None:
    """Two departments: of one the liaison is on leave with a substitute, the other has nobody with an address."""
    async with centre.transactions.begin() as tx:
        tx.add(Department(key="housing", name="Комитет примерного хозяйства", phone="+7 (8672) 00-00-10"))
        tx.add(Department(key="roads", name="Управление образцовых дорог", note="отдел ремонта"))
        await tx.flush()
        away = Liaison(no=1, full_name="Образцов Пётр", position="начальник отдела", department="housing", email="o@example.org")
        tx.add(away)
        second = Liaison(no=2, full_name="Запасная Вера", position="инженер", department="housing", email="z@example.org")
        tx.add_all((second, Liaison(no=3, full_name="Безадресов Олег", position="мастер", department="roads")))
        await tx.flush()
        leave: dict[str, Any] = {"first": date(2026, 11, 20), "last": date(2026, 12, 4), "reason": "отпуск"}
        tx.add(Absence(liaison_id=away.id or 0, substitute_id=second.id, made_at=centre.clock.now(), **leave))


@pytest.mark.clause("4.4")
async def test_departments_show_who_answers_and_are_edited(centre: Centre, screen_of: ScreenOf) -> None:
    await a_town_hall(centre)
    screen = await screen_of(Role.SUPERVISOR)
    page = screen.page
    await screen.goto("/directory")
    housing = page.get_by_role("listitem", name="Комитет примерного хозяйства")
    roads = page.get_by_role("listitem", name="Управление образцовых дорог")
    await expect(housing).to_contain_text("отсутствует по 04.12.2026")
    await expect(housing).to_contain_text("замещает Запасная Вера")
    await expect(roads).to_contain_text("Сегодня запрос никто не получит")
    await expect(page.get_by_text("Подразделение без ответственного сегодня: 1")).to_be_visible()
    await screen.shot("directory")
    await screen.sound("directory")
    await screen.fits("directory")

    await page.get_by_role("button", name="Изменить: Безадресов Олег").click()
    await page.get_by_label("Эл. почта").fill("не адрес")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_text("Адрес электронной почты не распознан.")).to_be_visible()
    await page.get_by_label("Эл. почта").fill("master@example.org")
    await screen.sound("liaison", "[role=dialog]")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(roads).to_contain_text("Сегодня отвечает: Безадресов Олег")

    await page.get_by_role("button", name="Отметить отсутствие: Безадресов Олег").click()
    await page.get_by_label("Первый день").fill("2026-11-25")
    await page.get_by_label("Последний день").fill("2026-11-30")
    await page.get_by_role("radio", name="Другой сотрудник").check()
    await page.get_by_label("ФИО заместителя").fill("Приглашённый Илья")
    await page.get_by_label("Эл. почта заместителя").fill("guest@example.org")
    await screen.shot("absence")
    await screen.sound("absence", "[role=dialog]")
    await page.get_by_role("dialog").get_by_role("button", name="Отметить отсутствие").click()
    await expect(roads).to_contain_text("Сегодня отвечает: Приглашённый Илья (замещает: Безадресов Олег)")
    await (
        page.get_by_role("button", name="Завершить отсутствие: Безадресов Олег")
        .or_(page.get_by_role("button", name="Отменить отсутствие: Безадресов Олег"))
        .click()
    )
    await expect(roads).to_contain_text("Сегодня отвечает: Безадресов Олег")
    await page.get_by_role("button", name="Вывести из списка: Безадресов Олег").click()
    await expect(roads).to_contain_text("Сегодня запрос никто не получит")
    await page.get_by_role("button", name="Только без ответственного").click()
    await expect(housing).to_have_count(0)
    await page.get_by_role("searchbox").fill("нет такого")
    await expect(page.get_by_text("По этому отбору подразделений нет.")).to_be_visible()


async def test_what_is_typed_of_a_department_comes_back_until_it_is_saved(centre: Centre, screen_of: ScreenOf) -> None:
    await a_town_hall(centre)
    page = (screen := await screen_of(Role.SUPERVISOR)).page
    await screen.goto("/directory")
    edit = page.get_by_role("button", name="Изменить: Управление образцовых дорог")
    dialog = page.get_by_role("dialog")
    await edit.click()
    async with page.expect_response(lambda answer: "/api/drafts/department/" in answer.url and answer.request.method == "PUT"):
        await dialog.get_by_label("Руководитель", exact=True).fill("Примеров Олег")
    await page.reload()
    await edit.click()
    await expect(dialog.get_by_text("восстановлен")).to_be_visible()
    await expect(dialog.get_by_label("Руководитель", exact=True)).to_have_value("Примеров Олег")
    await screen.sound("department", "[role=dialog]")
    await screen.shot("department-draft")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog).to_have_count(0)
    assert {one.key: one.head_name for one in await centre.rows(Department)} == {"housing": "", "roads": "Примеров Олег"}
    assert [one.text for one in await centre.rows(Draft)] == [""]


async def test_an_operator_reads_the_directory_without_editing_it(centre: Centre, screen_of: ScreenOf) -> None:
    await a_town_hall(centre)
    screen = await screen_of(Role.OPERATOR)
    await screen.goto("/directory")
    await expect(screen.page.get_by_text("Запасная Вера").first).to_be_visible()
    await expect(screen.page.get_by_role("button", name=re.compile("Изменить"))).to_have_count(0)
    tabs = screen.page.get_by_role("navigation", name="Справочники и журналы")
    await expect(tabs.get_by_role("link", name="Журнал отказов")).to_have_count(0)
    await tabs.get_by_role("link", name="Производственный календарь").click()
    await expect(screen.page.get_by_role("table", name="Дни: Ноябрь")).to_be_visible()
    await expect(screen.page.get_by_role("radio")).to_have_count(0)


@pytest.mark.clause("2.8.7")
async def test_the_administrator_decides_a_day_and_is_asked_about_running_terms(centre: Centre, screen_of: ScreenOf) -> None:
    await centre.an_appeal(urgency=Urgency.URGENT)
    screen = await screen_of(Role.ADMINISTRATOR)
    page = screen.page
    await page.goto("/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Подразделения и ответственные")
    await page.get_by_role("link", name="Производственный календарь").click()
    for _ in range(3):
        if await page.locator(".calendar-year").text_content() == "2026":
            break
        await page.get_by_role("button", name="Следующий год").click()
    await expect(page.get_by_role("button", name=re.compile("^04.11.2026, нерабочий день"))).to_be_visible()
    await screen.shot("calendar")
    await screen.sound("calendar")
    await screen.fits("calendar")
    await page.get_by_role("button", name=re.compile("^26.11.2026")).click()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("button", name=re.compile("^27.11.2026"))).to_be_focused()
    await page.get_by_role("radio", name="Нерабочим").check()
    await expect(page.get_by_text("Изменится срок: 1 обращение.")).to_be_visible()
    await page.get_by_role("button", name="Сохранить день").click()
    await expect(page.get_by_text("Заполните это поле.")).to_be_visible()
    await page.get_by_label("Причина").fill("Авария на подстанции")
    await page.get_by_label("Документ").fill("распоряжение № 1")
    await screen.shot("day")
    await screen.sound("day")
    await page.get_by_role("button", name="Сохранить день").click()
    await expect(page.get_by_role("dialog", name="Изменить сроки обращений?")).to_contain_text("А-000001/2026")
    await screen.shot("terms")
    await screen.sound("terms", "[role=dialog]")
    await page.get_by_role("button", name="Пересчитать сроки этих обращений").click()
    await expect(page.get_by_text("День изменён. Пересчитаны сроки: 1 обращение.")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("^27.11.2026, нерабочий день, Авария на подстанции"))).to_be_visible()
    await page.get_by_role("button", name="Вернуть как в официальном календаре").click()
    await page.get_by_role("button", name="Оставить сроки прежними").click()
    await expect(page.get_by_role("button", name=re.compile("^27.11.2026, рабочий день"))).to_be_visible()


async def test_a_form_is_checked_put_in_force_and_restored(centre: Centre, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.SUPERVISOR)
    page = screen.page
    await screen.goto("/forms")
    first = page.get_by_role("list", name="Бланки документов").get_by_role("listitem").first
    title = await first.get_by_role("heading", level=2).text_content() or ""
    await expect(first).to_contain_text("Действует: встроенный бланк")
    await screen.shot("forms")
    await screen.sound("forms")
    async with page.expect_download() as download:
        await first.get_by_role("link", name="Скачать действующий").click()
    assert (await download.value).suggested_filename.endswith(".docx")
    await first.get_by_role("button", name=f"Посмотреть образец: {title}").click()
    await expect(page.get_by_text("Данные в образце вымышленные.")).to_be_visible()
    await screen.sound("sample", "[role=dialog]")
    await page.get_by_role("dialog").get_by_role("button", name="Закрыть").last.click()

    await first.get_by_role("button", name=f"Загрузить новый бланк: {title}").click()
    await page.get_by_role("button", name="Проверить и применить").click()
    await expect(page.get_by_text("Выберите файл.")).to_be_visible()
    chosen = FilePayload(name="бланк.docx", mimeType=DOCX, buffer=b"the template of the tests")
    centre.typist.unknown = ("nomer",)
    await page.get_by_label("Файл Word").set_input_files(chosen)
    await page.get_by_role("button", name="Проверить и применить").click()
    await expect(page.get_by_role("alert")).to_contain_text("nomer")
    await screen.shot("report")
    await screen.sound("report", "[role=dialog]")
    centre.typist.unknown = ()
    await page.get_by_label("Файл Word").set_input_files(chosen)
    await page.get_by_label("Что изменено").fill("Новая шапка")
    await page.get_by_role("button", name="Проверить и применить").click()
    await expect(first).to_contain_text("версия 1, бланк.docx")
    await first.get_by_text("Версии (1)").click()
    await expect(first.get_by_role("cell", name="Новая шапка")).to_be_visible()
    await first.get_by_text("Поля бланка").click()
    await screen.shot("versions")
    await screen.sound("versions")
    await screen.fits("versions")
    await first.get_by_role("button", name=f"Вернуть встроенный бланк: {title}").click()
    await page.get_by_role("button", name="Заменить").click()
    await expect(first).to_contain_text("Действует: встроенный бланк")


@pytest.mark.clause("4.3")
async def test_a_duty_is_confirmed_on_behalf_of_the_department(centre: Centre, screen_of: ScreenOf) -> None:
    await a_town_hall(centre)
    async with centre.transactions.begin() as tx:
        given: dict[str, Any] = {"kind": "review", "period": "2026-Q4", "raised_on": date(2026, 10, 1)}
        tx.add(KnowledgeDuty(key="a", department="housing", due_on=date(2026, 11, 20), **given))
        tx.add(KnowledgeDuty(key="b", department="roads", due_on=date(2026, 11, 30), **given))
    screen = await screen_of(Role.SUPERVISOR)
    page = screen.page
    await screen.goto("/duties")
    housing = page.get_by_role("region", name="Комитет примерного хозяйства")
    await expect(housing).to_contain_text("просрочено, срок был 20.11.2026")
    await expect(page.get_by_role("region", name="Управление образцовых дорог")).to_contain_text("до 30.11.2026")
    await screen.shot("duties")
    await screen.sound("duties")
    await screen.fits("duties")
    await housing.get_by_role("button", name=re.compile("Записать ответ")).click()
    await page.get_by_role("radio", name="Есть замечания").check()
    await page.get_by_label("Кто ответил").fill("Образцов Пётр")
    await page.get_by_role("dialog").get_by_role("button", name="Записать ответ").click()
    await expect(page.get_by_text("Запишите замечания.")).to_be_visible()
    await page.get_by_label("Замечания", exact=True).fill("Часы приёма изменились.")
    await screen.sound("duty", "[role=dialog]")
    await page.get_by_role("dialog").get_by_role("button", name="Записать ответ").click()
    await expect(housing).to_have_count(0)
    await page.get_by_role("button", name="Все", exact=True).click()
    await expect(housing).to_contain_text("Часы приёма изменились.")


@pytest.mark.clause("2.8.4")
async def test_the_journal_of_refusals_hides_abuse_until_asked(centre: Centre, screen_of: ScreenOf) -> None:
    talk = await centre.a_conversation(mode="closed")
    async with centre.transactions.begin() as tx:
        for number in range(52):
            tx.add(Refusal(reason="anonymous", text=f"Без подписи {number}", refused_at=centre.clock.now(), conversation_id=talk))
        tx.add(Refusal(reason="abusive", text="Грубый текст", refused_at=centre.clock.now()))
    screen = await screen_of(Role.SUPERVISOR)
    page = screen.page
    await screen.goto("/refusals")
    lines = page.get_by_role("list", name="Журнал отказов").get_by_role("listitem")
    await expect(lines).to_have_count(50)
    await expect(page.get_by_text("Грубый текст")).to_be_hidden()
    await screen.shot("refusals")
    await screen.sound("refusals")
    await page.get_by_role("button", name="Показать ещё").click()
    await expect(lines).to_have_count(53)
    await page.get_by_role("button", name="Оскорбительное").click()
    await expect(lines).to_have_count(1)
    await page.get_by_text("Показать текст").click()
    await expect(page.get_by_text("Грубый текст")).to_be_visible()


async def test_an_operator_binds_their_telegram_by_a_code(centre: Centre, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.OPERATOR)
    page = screen.page
    await screen.goto("/inbox")
    await page.get_by_role("button", name=re.compile("Меню")).click()
    await page.get_by_role("menuitem", name="Дежурный чат").click()
    await page.get_by_role("button", name="Получить код").click()
    code = await page.locator(".duty-code").text_content() or ""
    await screen.shot("code")
    await screen.sound("code", "[role=dialog]")
    await page.get_by_role("button", name="Проверить").click()
    await expect(page.get_by_text("Пока не подключён.")).to_be_visible()
    await centre.duty.bind(700, code)
    await page.get_by_role("button", name="Проверить").click()
    await expect(page.get_by_text("Ваш Telegram подключён")).to_be_visible()
    await expect(page.locator(".duty-code")).to_have_count(0)
    await page.get_by_role("button", name="Отключить Telegram").click()
    await page.get_by_role("button", name="Отключить Telegram").click()
    await expect(page.get_by_text("Ваш Telegram не подключён к дежурному чату.")).to_be_visible()
    assert await centre.duty.membership(screen.member.asker) is None


@pytest.mark.parametrize("path", ["/directory", "/calendar", "/duties", "/forms", "/refusals", "/citizens/1"])
async def test_every_page_fits_and_is_sound_at_double_zoom(centre: Centre, screen_of: ScreenOf, path: str) -> None:
    await a_town_hall(centre)
    await centre.an_appeal()
    screen = await screen_of(Role.SUPERVISOR, width=640, height=430)
    await screen.goto(path)
    await expect(screen.page.get_by_text("Загрузка…")).to_have_count(0)
    await screen.fits(path)
    await screen.sound(path)
    await screen.shot(f"zoom{path.replace('/', '-')}")
