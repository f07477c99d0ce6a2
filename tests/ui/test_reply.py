"""Writing: replies, notes, drafts, files, canned answers, knowledge."""

import asyncio
import re

from playwright.async_api import FilePayload, Route, expect

from inbox.web import schemas as s
from tests.ui.conftest import Desk

MINE = 106


async def test_a_reply_is_seen_at_once_and_again_when_it_is_stored(desk: Desk) -> None:
    await desk.start(MINE)
    await desk.page.get_by_label("Текст ответа").fill("Добрый день!")
    await desk.page.keyboard.press("Control+Enter")
    bubble = desk.page.get_by_role("log").get_by_role("article").filter(has_text="Добрый день!")
    await expect(bubble).to_have_count(1)
    await expect(bubble).to_contain_text("ждёт отправки")
    await expect(desk.page.get_by_label("Текст ответа")).to_have_value("")
    message = desk.town.talks[MINE].messages[-1]
    message.delivery, message.delivery_error = "failed", "чат закрыт"
    desk.town.changed(MINE)
    desk.town.publish(s.MessageAdded(kind="message", conversation_id=MINE, message=message))
    await expect(bubble).to_contain_text("не доставлено: чат закрыт")


async def test_a_failed_reply_stays_and_goes_by_retry_exactly_once(desk: Desk) -> None:
    await desk.start(MINE)
    desk.town.break_replies = 1
    await desk.page.get_by_label("Текст ответа").fill("Повторите мне")
    await desk.page.get_by_role("button", name="Отправить", exact=True).click()
    bubble = desk.page.get_by_role("log").get_by_role("article").filter(has_text="Повторите мне")
    await expect(bubble).to_contain_text("не отправлено")
    await bubble.get_by_role("button", name="Повторить").click()
    await expect(bubble).to_contain_text("ждёт отправки")
    assert [m.text for m in desk.town.talks[MINE].messages].count("Повторите мне") == 1


async def test_a_failed_reply_can_go_back_into_the_field(desk: Desk) -> None:
    await desk.start(MINE)
    desk.town.break_replies = 1
    await desk.page.get_by_label("Текст ответа").fill("Исправить меня")
    await desk.page.keyboard.press("Control+Enter")
    await desk.page.get_by_role("button", name="Вернуть в поле ответа").click()
    await expect(desk.page.get_by_label("Текст ответа")).to_have_value("Исправить меня")
    await expect(desk.page.get_by_role("log")).not_to_contain_text("не отправлено")


async def test_a_note_is_for_colleagues_and_looks_so(desk: Desk) -> None:
    await desk.start(MINE)
    await desk.page.get_by_role("button", name="Заметка", exact=True).click()
    await expect(desk.page.get_by_text("Заметка видна только сотрудникам")).to_be_visible()
    await desk.page.get_by_label("Текст заметки для коллег").fill("Звонил в водоканал")
    async with desk.page.expect_response("**/note"):
        await desk.page.get_by_role("button", name="Сохранить заметку").click()
    await expect(desk.page.get_by_role("log").get_by_role("article").filter(has_text="Звонил в водоканал")).to_contain_text(
        "Заметка для коллег"
    )
    assert desk.town.talks[MINE].messages[-1].audience == "staff"


async def test_a_draft_is_on_the_server_and_comes_back(desk: Desk) -> None:
    await desk.start(MINE)
    await desk.page.get_by_label("Текст ответа").fill("Начатый ответ")
    await expect(desk.page.get_by_text("Черновик сохранён")).to_be_visible()
    assert desk.town.talks[MINE].drafts[(1, "reply")].text == "Начатый ответ"
    await desk.open(100)
    await desk.open(MINE)
    await expect(desk.page.get_by_label("Текст ответа")).to_have_value("Начатый ответ")
    assert await desk.page.evaluate("Object.values(localStorage).join().includes('Начатый')") is False


async def test_canned_answers_open_by_a_slash_and_refuse_unfilled_variables(desk: Desk) -> None:
    await desk.start(MINE)
    field = desk.page.get_by_label("Текст ответа")
    await field.press_sequentially("/wait")
    options = desk.page.get_by_role("listbox", name="Готовые ответы").get_by_role("option")
    await expect(options).to_have_count(1)
    await field.press("Enter")
    await expect(field).to_have_value(re.compile("Уточняем сведения у ответственного подразделения: {подразделение}"))
    await field.press("Control+Enter")
    await expect(desk.page.get_by_text("Заполните: {подразделение}, {срок}")).to_be_visible()
    await desk.page.keyboard.type("водоканал")
    await expect(field).to_have_value(re.compile("подразделения: водоканал"))


async def test_canned_answers_open_by_the_full_stop_and_the_button_and_know_the_operator(desk: Desk) -> None:
    await desk.start(MINE)
    field = desk.page.get_by_label("Текст ответа")
    await field.press_sequentially(".")
    await expect(desk.page.get_by_role("listbox", name="Готовые ответы")).to_be_visible()
    await field.press("Escape")
    await expect(desk.page.get_by_role("listbox")).to_have_count(0)
    await desk.page.get_by_role("button", name="Готовые ответы").click()
    await desk.page.get_by_role("option", name="Приветствие").click()
    await expect(field).to_have_value(re.compile("оператор Гаглоева Мадина Тотразовна"))


async def test_files_go_with_the_reply_and_too_big_ones_are_refused_in_words(desk: Desk) -> None:
    await desk.start(MINE)
    small = {"name": "Справка.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" * 100}
    async with desk.page.expect_file_chooser() as chooser:
        await desk.page.get_by_role("button", name="Прикрепить файлы").click()
    await (await chooser.value).set_files([small])
    await desk.page.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(20 * 1024 * 1024 + 1)], 'Видео.bin'));
            const drop = new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: files});
            document.querySelector('.composer').dispatchEvent(drop);
        }"""
    )
    await expect(desk.page.get_by_text("«Видео.bin» больше 20 МБ")).to_be_visible()
    await expect(desk.page.get_by_role("button", name="Убрать файл Справка.pdf")).to_be_visible()
    await desk.page.get_by_label("Текст ответа").press("Control+Enter")
    await expect(desk.page.get_by_role("log").get_by_role("link", name="Скачать: Справка.pdf")).to_be_visible()


async def test_a_reply_waits_for_its_files_and_then_goes_by_itself(desk: Desk) -> None:
    await desk.start(MINE)
    on_the_way, may_go = asyncio.Event(), asyncio.Event()

    async def held(route: Route) -> None:
        on_the_way.set()
        await may_go.wait()
        await route.continue_()

    await desk.page.route("**/uploads", held)
    sheet = FilePayload(name="Справка.pdf", mimeType="application/pdf", buffer=b"%PDF" * 100)
    await desk.page.locator("input[type=file]").first.set_input_files(sheet)
    await on_the_way.wait()
    await desk.page.get_by_label("Текст ответа").fill("Направляю справку.")
    await desk.page.get_by_role("button", name="Отправить", exact=True).click()
    await expect(desk.page.get_by_text("Ответ уйдёт, как только загрузятся файлы.")).to_be_visible()
    assert desk.town.talks[MINE].messages[-1].text != "Направляю справку."
    may_go.set()
    await expect(desk.page.get_by_role("log").get_by_role("link", name="Скачать: Справка.pdf")).to_be_visible()
    assert desk.town.talks[MINE].messages[-1].text == "Направляю справку."


async def test_a_pasted_and_a_dropped_file_are_attached(desk: Desk) -> None:
    await desk.start(MINE)
    give = """([name, kind]) => {
        const files = new DataTransfer();
        files.items.add(new File(['данные'], name, {type: 'text/plain'}));
        const field = document.querySelector('.composer textarea');
        const options = {bubbles: true, cancelable: true};
        field.dispatchEvent(kind === 'paste' ? new ClipboardEvent(kind, {...options, clipboardData: files})
                                             : new DragEvent(kind, {...options, dataTransfer: files}));
    }"""
    await desk.page.evaluate(give, ["вставлен.txt", "paste"])
    await desk.page.evaluate(give, ["брошен.txt", "drop"])
    await expect(desk.page.get_by_role("button", name="Убрать файл вставлен.txt")).to_be_visible()
    await expect(desk.page.get_by_role("button", name="Убрать файл брошен.txt")).to_be_visible()


async def test_an_article_is_inserted_with_its_source(desk: Desk) -> None:
    await desk.start(MINE)
    page = desk.page
    hints = page.get_by_role("list", name="Подсказки по последнему вопросу")
    await expect(hints.get_by_role("listitem")).to_have_count(3)
    await expect(hints).to_contain_text("устарело, проверено 02.08.2026")
    await page.keyboard.press("Alt+KeyB")
    await expect(page.get_by_label("Поиск по базе знаний", exact=True)).to_be_focused()
    await page.keyboard.type("детский сад")
    found = page.get_by_role("list", name="Найдено в базе знаний")
    await expect(found.get_by_role("listitem")).to_have_count(1)
    await found.get_by_role("button", name="Запись ребёнка", exact=False).first.click()
    await expect(found).to_contain_text("Заявление подаётся через портал госуслуг")
    await page.get_by_role("button", name="Вставить в ответ").click()
    await expect(page.get_by_label("Текст ответа")).to_have_value(re.compile("Источник: Регламент услуги"))
    async with page.expect_request("**/reply") as sent:
        await page.keyboard.press("Control+Enter")
    assert (await sent.value).post_data_json["article_id"] == 14


async def test_a_reply_may_answer_one_message(desk: Desk) -> None:
    await desk.start(MINE)
    asked = desk.town.talks[MINE].messages[0]
    await (
        desk.page.get_by_role("article").filter(has_text=asked.text).get_by_role("button", name="Ответить на это сообщение").click()
    )
    await desk.page.keyboard.type("Ответ именно на это")
    await desk.page.keyboard.press("Control+Enter")
    await expect(desk.page.get_by_role("article").filter(has_text="Ответ именно на это").get_by_role("blockquote")).to_contain_text(
        asked.text
    )
    assert desk.town.talks[MINE].messages[-1].reply_to_id == asked.id
