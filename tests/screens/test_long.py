"""Texts that are too long, in every kind of form: nothing is cut, nothing freezes, and the field says so."""

import json
import re
from urllib.parse import unquote

from playwright.async_api import expect

from core.appeals.model import Appeal
from core.conversations.model import Message
from core.departments.model import Department
from core.menu.model import MenuEdition
from core.vocabulary import Role
from tests.core.quality.world import Work
from tests.screens.conftest import ROOT, ScreenOf
from tests.screens.pasting import paste_a_megabyte, refuses_a_megabyte
from tests.screens.registering import a_form_of_registration

LIMITS = json.loads((ROOT / "inbox/ui/src/api/limits.json").read_text("utf-8"))


async def test_a_paste_that_is_too_long_is_told_of_and_not_cut(work: Work, screen_of: ScreenOf) -> None:
    screen, _ = await a_form_of_registration(work, screen_of)
    page = screen.page
    field = page.get_by_role("dialog").get_by_label("Суть обращения")
    await field.focus()
    await field.evaluate("field => field.select()")
    await page.keyboard.insert_text("я" * 21_000)
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_text(re.compile("На 11.000 знаков длиннее допустимого"))).to_be_visible()
    await page.get_by_role("dialog").get_by_role("button", name="Зарегистрировать", exact=True).click()
    await expect(field, "the form was not sent").to_be_focused()
    await expect(field).to_have_value("я" * 21_000)
    assert await work.centre.rows(Appeal) == []
    await screen.sound("long", "[role=dialog]")


async def test_a_megabyte_freezes_no_page_and_is_refused_in_words(work: Work, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.SENIOR)
    page, talk = screen.page, await work.centre.a_conversation(held_by=screen.member.asker)
    await screen.goto(f"/inbox/{talk}?list=mine")
    reply = page.get_by_label("Текст ответа")
    await paste_a_megabyte(reply)
    await expect(page.get_by_role("alert").filter(has_text="Текст не вставлен.")).to_be_visible()
    await reply.fill("я" * 19_000)
    await expect(page.get_by_text(re.compile("Осталось 1.000 знаков.")).first).to_be_visible()
    await reply.fill("я " * 25_000)
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("alert").filter(has_text=re.compile("На 30.000 знаков длиннее"))).to_be_visible()
    assert len(await reply.input_value()) == 50_000, "nothing is cut"
    await reply.fill("")
    appeal = await work.centre.an_appeal()
    await screen.goto(f"/appeals/{appeal}")
    await page.get_by_role("button", name="Другие действия").click()
    await page.get_by_role("menuitem", name="Изменить карточку").click()
    dialog = page.get_by_role("dialog")
    await paste_a_megabyte(dialog.get_by_label("Текст обращения"))
    await expect(dialog.get_by_text("Текст не вставлен.")).to_be_visible()
    await paste_a_megabyte(dialog.get_by_label("Тема"))
    await expect(dialog.get_by_text("Текст не вставлен.")).to_have_count(2)
    await dialog.get_by_label("Тема").fill("я" * 540)
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog.get_by_label("Тема")).to_be_focused()
    await expect(dialog.get_by_text("На 340 знаков длиннее допустимого.")).to_be_visible()


async def test_the_forms_of_the_press_refuse_a_megabyte(work: Work, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.PRESS)
    page, dialog = screen.page, screen.page.get_by_role("dialog")
    await page.goto("/news")
    await page.get_by_role("button", name="Новая новость").click()
    await refuses_a_megabyte(dialog.get_by_label("Текст", exact=True), LIMITS["NewsForm"]["text"])
    await page.goto("/menu")
    await page.get_by_role("button", name="Начать черновик").click()
    greeting, note = page.get_by_label("Приветствие", exact=True), page.get_by_label("Что меняется и почему")
    shipped = await greeting.input_value()
    await refuses_a_megabyte(greeting, 700)
    await greeting.fill(shipped)
    await refuses_a_megabyte(note, LIMITS["MenuDraftForm"]["note"])
    await note.fill("н" * 301)
    async with page.expect_response(lambda one: "/api/menu/drafts/" in one.url and "Говорит" in (one.request.post_data or "")):
        await greeting.fill("Здравствуйте! Говорит город.")
        await greeting.blur()
    (draft,) = await work.centre.rows(MenuEdition)
    assert (draft.texts, draft.note) == ({"voice:greeting.text": "Здравствуйте! Говорит город."}, ""), "the text waits for no note"
    await expect(note, "and the note stays as it was typed").to_have_value("н" * 301)
    await screen.sound("menu-long")


async def test_the_forms_of_an_operator_refuse_a_megabyte(work: Work, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.SENIOR)
    page, dialog = screen.page, screen.page.get_by_role("dialog")
    talk = await work.centre.a_conversation(held_by=screen.member.asker)
    await screen.goto(f"/inbox/{talk}?list=mine")
    await page.get_by_role("button", name="Заметка", exact=True).click()
    note = page.get_by_label("Текст заметки для коллег")
    await paste_a_megabyte(note)
    await expect(page.get_by_role("alert").filter(has_text="Текст не вставлен.")).to_be_visible()
    await expect(note).to_have_value("")
    await page.get_by_role("button", name="Зарегистрировать").click()
    await dialog.get_by_role("button", name="Отказать в регистрации").click()
    await refuses_a_megabyte(dialog.get_by_role("textbox"), LIMITS["RefuseForm"]["text"])


async def test_the_forms_of_the_head_refuse_a_megabyte(work: Work, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.SUPERVISOR)
    page, dialog = screen.page, screen.page.get_by_role("dialog")
    await page.goto("/menu")
    closures = page.get_by_role("region", name="Особые часы")
    await refuses_a_megabyte(closures.get_by_label("Что сказать гражданам"), LIMITS["ClosureForm"]["notice"])
    async with work.centre.transactions.begin() as tx:
        tx.add(Department(key="water", name="Отдел воды"))
    await page.goto("/directory")
    await page.get_by_role("button", name="Изменить: Отдел воды").click()
    await refuses_a_megabyte(dialog.get_by_label("Примечание"), LIMITS["DepartmentForm"]["note"])


async def test_a_search_for_too_many_words_says_so_and_asks_nothing(work: Work, screen_of: ScreenOf) -> None:
    talk = await work.centre.a_conversation(name="Примеров")
    screen = await screen_of(Role.OPERATOR)
    page, asked = screen.page, list[str]()
    await screen.goto("/inbox?list=all")
    await expect(page.get_by_role("link", name="Примеров")).to_be_visible()
    page.on("request", lambda request: asked.append(request.url))
    await refuses_a_megabyte(page.get_by_role("searchbox", name="Поиск разговоров"), LIMITS["conversations"]["query"])
    await page.get_by_role("searchbox", name="Поиск разговоров").fill("я" * 300)
    await screen.shot("search-long")
    await screen.sound("search-long")
    await page.keyboard.press("Control+KeyK")
    palette = page.get_by_role("dialog", name="Быстрый переход").get_by_role("combobox")
    await refuses_a_megabyte(palette, LIMITS["list_appeals"]["words"])
    await palette.fill("я" * 300)
    await screen.shot("palette-long")
    await page.goto("/appeals")
    await refuses_a_megabyte(page.get_by_role("searchbox"), LIMITS["list_appeals"]["words"])
    assert [one for one in asked if "я" * 9 in unquote(one)] == [] and talk


async def test_a_password_that_is_too_long_is_not_cut_into_a_wrong_one(screen_of: ScreenOf) -> None:
    page = (await screen_of(Role.OPERATOR)).page
    await page.context.clear_cookies()
    await page.goto("/login")
    await page.get_by_label("Логин").fill("anna")
    await page.get_by_label("Пароль", exact=True).fill("п" * 207)
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_role("alert")).to_contain_text("Пароль: На 7 знаков длиннее допустимого")


async def test_the_search_for_the_right_article_is_not_asked_for_too_many_words(work: Work, screen_of: ScreenOf) -> None:
    talk = await work.centre.a_conversation(mode="bot", words="Где приём?")
    async with work.transactions.begin() as tx:
        tx.add(Message(conversation_id=talk, author="bot", text="Приём граждан по средам.", created_at=work.clock.now()))
    screen = await screen_of(Role.OPERATOR)
    page, dialog, asked = screen.page, screen.page.get_by_role("dialog"), list[str]()
    await screen.goto(f"/inbox/{talk}?list=all")
    await page.get_by_role("button", name=re.compile("^Неверный ответ бота")).click()
    words = dialog.get_by_label("Слова для поиска")
    await refuses_a_megabyte(words, LIMITS["search_knowledge"]["query"])
    await words.fill("приём")
    await words.press("Enter")
    await expect(dialog.get_by_label("Часы приёма")).to_be_visible()
    page.on("request", lambda request: asked.append(request.url))
    await words.fill("я" * 500)
    await screen.shot("article-search-long")
    await words.press("Enter")
    await dialog.get_by_role("button", name="Найти статью").click()
    await expect(words).to_have_attribute("aria-invalid", "true")
    assert [one for one in asked if "/api/knowledge/search" in one] == []
    await screen.sound("article-search-long", "[role=dialog]")
