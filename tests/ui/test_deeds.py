"""The card, registration, refusal, closing, messages left."""

import pytest
from playwright.async_api import expect

from tests.ui.conftest import Desk

MINE = 106


@pytest.mark.clause("3.2")
async def test_the_card_shows_what_is_missing_and_says_which_line_is_wrong(desk: Desk) -> None:
    await desk.start(MINE)
    page = desk.page
    card = page.get_by_role("region", name="Заявитель")
    await expect(card).to_contain_text("ФИО или название; телефон, эл. почта или адрес; согласие")
    await page.get_by_role("button", name="Изменить карточку").click()
    dialog = page.get_by_role("dialog", name="Карточка заявителя")
    await dialog.get_by_label("Фамилия").fill("Дзагоева")
    await dialog.get_by_label("Телефон 1", exact=True).fill("12")
    await dialog.get_by_role("button", name="Добавить эл. почту").click()
    await dialog.get_by_label("Эл. почта 2", exact=True).fill("не адрес")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog.get_by_label("Телефон 1", exact=True)).to_have_attribute("aria-invalid", "true")
    await expect(dialog.get_by_label("Эл. почта 2", exact=True)).to_have_attribute("aria-invalid", "true")
    await dialog.get_by_label("Телефон 1", exact=True).fill("+7 918 123-45-67")
    await dialog.get_by_label("Эл. почта 2", exact=True).fill("d@example.org")
    await dialog.get_by_label("Гражданин дал согласие").check()
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog).to_have_count(0)
    await expect(card).to_contain_text("Дзагоева")
    await expect(card).not_to_contain_text("Не хватает")


async def test_two_who_edit_one_card_lose_nothing(desk: Desk) -> None:
    await desk.start(MINE)
    await desk.page.get_by_role("button", name="Изменить карточку").click()
    dialog = desk.page.get_by_role("dialog")
    await dialog.get_by_label("Имя", exact=True).fill("Моё")
    theirs = desk.town.talks[MINE].applicant
    theirs.version, theirs.surname = 2, "Первый"
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog.get_by_role("group", name="Фамилия").get_by_label("Коллеги")).to_be_checked()
    await dialog.get_by_role("button", name="Сохранить выбранное").click()
    await expect(dialog).to_have_count(0)
    kept = desk.town.talks[MINE].applicant
    assert (kept.surname, kept.given_name) == ("Первый", "Моё")


@pytest.mark.clause("2.8.4")
async def test_an_anonymous_appeal_is_refused_with_the_reason_and_can_be_declined(desk: Desk) -> None:
    await desk.start(MINE)
    page = desk.page
    await page.get_by_role("button", name="Зарегистрировать").click()
    dialog = page.get_by_role("dialog", name="Регистрация обращения")
    await expect(dialog).to_contain_text("Обращение без этих сведений не регистрируется (п. 2.8.4)")
    await dialog.get_by_role("button", name="Зарегистрировать", exact=True).click()
    await expect(dialog.get_by_text("Укажите, куда направить ответ")).to_be_visible()
    await dialog.get_by_label("На какой почтовый адрес").fill("ул. Кирова, 14")
    await dialog.get_by_role("button", name="Зарегистрировать", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Анонимное обращение не регистрируется")
    await dialog.get_by_role("button", name="Отказать в регистрации").click()
    refusal = page.get_by_role("dialog", name="Отказ в регистрации (п. 2.8.4)")
    await expect(refusal.get_by_label("Анонимное обращение")).to_be_checked()
    await refusal.get_by_role("button", name="Отказать").click()
    await expect(page.get_by_role("log")).to_contain_text("Отказано в регистрации")


@pytest.mark.clause("2.8.7")
@pytest.mark.clause("2.8.3")
async def test_an_appeal_is_registered_from_the_conversation_with_number_and_date(desk: Desk) -> None:
    await desk.start(100)
    page = desk.page
    await page.get_by_role("button", name="Взять", exact=True).click()
    await expect(page.get_by_label("Текст ответа")).to_be_focused()
    await page.get_by_role("button", name="Зарегистрировать").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Суть обращения")).to_have_value(
        "Здравствуйте! Подскажите, когда принимает глава администрации?\n"
        "А ещё третий день нет холодной воды, ул. Кирова, 14. Вот фото крана\nВот тут, где арка (там ещё гараж)"
    )
    await expect(dialog.get_by_text("5 рабочих дней, до")).to_be_visible()
    await dialog.get_by_role("radio", name="Срочно").check()
    await dialog.get_by_role("radio", name="Телефон").check()
    await expect(dialog.get_by_label("По какому телефону")).to_have_value("+7 918 822-11-33")
    await dialog.get_by_role("button", name="Зарегистрировать", exact=True).click()
    await expect(page.get_by_role("dialog", name="Обращение зарегистрировано")).to_contain_text("Регистрационный номер: А-")
    await page.get_by_role("button", name="Готово").click()
    number = desk.town.talks[100].appeals[0].registration_number
    await expect(page.get_by_role("list", name="Обращения заявителя")).to_contain_text(number)
    await expect(page.get_by_role("log")).to_contain_text(number)


@pytest.mark.clause("2.8.2")
@pytest.mark.clause("3.4")
async def test_a_conversation_is_closed_as_answered_and_the_summary_is_reminded(desk: Desk) -> None:
    await desk.start(MINE)
    page = desk.page
    await page.get_by_role("button", name="Закрыть разговор").click()
    dialog = page.get_by_role("dialog", name="Закрыть разговор")
    await expect(dialog).to_contain_text("Подведите итог (п. 3.4)")
    await expect(dialog.get_by_role("radio", name="Дан справочный ответ")).to_be_checked()
    await dialog.get_by_role("button", name="Закрыть разговор").click()
    await expect(page.get_by_text("Разговор закрыт. Он откроется снова")).to_be_visible()
    assert desk.town.talks[MINE].row.mode == "closed"


async def test_a_conversation_is_handed_back_to_the_bot(desk: Desk) -> None:
    desk.town.talks[MINE].row.channel = "telegram"
    await desk.start(MINE)
    await desk.page.get_by_role("button", name="Вернуть боту").click()
    await expect(desk.page.get_by_role("region", name="Разговор", exact=True)).to_contain_text("ведёт бот")


@pytest.mark.clause("2.6")
async def test_a_message_left_is_reviewed(desk: Desk) -> None:
    await desk.sign_in()
    await desk.page.get_by_role("link", name="Оставленные сообщения").click()
    await desk.page.get_by_role("button", name="Отметить просмотренным: Хугаева Инна Павловна").click()
    await expect(desk.page.get_by_text("Хугаева Инна Павловна")).to_have_count(0)
    await desk.page.get_by_role("button", name="Все", exact=True).click()
    await expect(desk.page.get_by_role("listitem").filter(has_text="Хугаева")).to_contain_text("просмотрено")
    await desk.page.get_by_role("link", name="Открыть разговор: Томаев Георгий Аланович").click()
    await expect(desk.page.get_by_role("log")).to_be_visible()
