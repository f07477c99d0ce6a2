"""An urgent appeal from the citizen's message to the closed card, over the November holiday: everything real but the dialogue."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from core.clock import MOSCOW
from core.vocabulary import Role, Urgency
from sandbox.mail.driver import Got
from sandbox.telegram.driver import Citizen
from tests import patience
from tests.clocks import MovableClock
from tests.journeys.centre import HEAD, STAFF_BOT, Centre, hands_off, running_centre
from tests.journeys.looking import VIEW, Desk, picture, words_of_document
from tests.journeys.november import (
    DELAY,
    HISTORY,
    LIAISON,
    LIGHTS,
    LIGHTS_HEAD,
    LONG_TERM_OVER_NEW_YEAR,
    MEMO_SAYS,
    NUMBER,
    PLEA,
    QUESTION,
    REQUEST,
    SUBSTITUTE,
    URGENT_OVER_NEW_YEAR,
    URGENT_OVER_UNITY_DAY,
)
from tests.journeys.story import Story, a_department, another_card, the_department_answers


@pytest.fixture
async def centre(transactions, database_url, monkeypatch, tmp_path: Path) -> AsyncIterator[Centre]:
    """Monday 2 November 2026, 10:00 in Moscow: two days before the Day of National Unity."""
    clock = MovableClock(datetime(2026, 11, 2, 10, 0, tzinfo=MOSCOW))
    async with running_centre(database_url, clock, monkeypatch, tmp_path) as running:
        yield running


@pytest.fixture
async def story(centre: Centre, desk_of: Callable[[Centre, str], Awaitable[Desk]]) -> Story:
    """An operator whose telephone is bound to the duty chat, and a department whose liaison is on leave."""
    anna = await centre.employs("anna", "Операторова Анна Примеровна", Role.OPERATOR)
    alone = Citizen(centre.colleague.sandbox, centre.colleague.user)
    await alone.starts()
    await alone.writes(await centre.duty.desk.binding_code(anna))
    await alone.hears(anna.full_name)
    await a_department(centre)
    return Story(centre=centre, desk=await desk_of(centre, "anna"))


@pytest.mark.clause("2.8.7")
@pytest.mark.clause("2.8.9")
@pytest.mark.clause("2.8.10")
@pytest.mark.clause("2.8.11")
@pytest.mark.clause("4.4")
async def test_an_urgent_appeal_is_worked_from_the_message_to_the_closing(story: Story, chromium: Browser) -> None:
    await _the_plea_is_answered_from_the_duty_chat(story)
    await _it_is_registered_as_urgent(story)
    letter = await _the_substitute_is_asked(story)
    await _the_document_says_what_is_asked(letter, chromium)
    await _the_timetable_reminds_and_escalates(story)
    await _the_staff_see_that_it_is_urgent(story, chromium)
    await _the_interim_reply_is_edited_and_delivered(story)
    await _the_department_answers_by_its_link(story, chromium)
    await _the_reply_is_composed_of_the_memo(story)
    await _the_closing_call_is_made_twice(story)
    await _it_is_closed(story)
    await _the_citizen_gives_five(story)
    await _the_card_tells_everything(story)
    await _the_new_year_is_counted(story)


async def _the_plea_is_answered_from_the_duty_chat(story: Story) -> None:
    """The hand-off is a topic with a pinned card; its words reach the citizen from the operator's telephone."""
    centre = story.centre
    hands_off(centre.dialogue, PLEA)
    await centre.citizen.writes(PLEA)
    await centre.citizen.hears("ожидайте")
    card = await centre.colleague.hears("Иван Образцов")
    await centre.colleague.sees("pin", lambda body: body["message_id"] == card.id)
    there = centre.colleague.at(card.thread)
    await there.presses("Взять", on=card.id)
    await centre.citizen.hears("Операторова Анна Примеровна")
    await there.writes("Здравствуйте! Регистрирую Ваше обращение как срочное.")
    await centre.citizen.hears("Регистрирую Ваше обращение")


async def _it_is_registered_as_urgent(story: Story) -> None:
    """The card of the applicant, then of the appeal; the duty chat gets a topic of the urgent appeal."""
    page, dialog, centre = story.page, story.page.get_by_role("dialog"), story.centre
    await story.desk.sign_in("/inbox/1?list=mine")
    await page.get_by_role("button", name="Зарегистрировать").first.click()
    await page.get_by_role("button", name="Заполнить карточку").click()
    for label, words in (("Фамилия", "Образцов"), ("Имя", "Иван"), ("Отчество", "Примерович"), ("Телефон 1", "8 (8672) 00-00-01")):
        await dialog.get_by_label(label, exact=True).fill(words)
    await dialog.get_by_label("согласие").check()
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog).to_be_hidden()
    await page.get_by_role("button", name="Зарегистрировать").first.click()
    await dialog.get_by_label("Адрес, где это произошло").fill("ул. Примерная, д. 14")
    await dialog.get_by_label("Тема").fill("Уличное освещение")
    await dialog.get_by_role("radio", name="Срочно 5 рабочих дней, до 10.11.2026").check()
    await dialog.get_by_role("button", name="Зарегистрировать").click()
    await expect(dialog.get_by_text(NUMBER)).to_be_visible()
    await dialog.get_by_role("button", name="Готово").click()
    told = await centre.citizen.hears(NUMBER)
    assert "10 ноября 2026" in told.text
    card = await centre.colleague.at(None).hears(lambda heard: NUMBER in heard.text and heard.thread is not None)
    assert "10 ноября 2026" in card.text
    await centre.colleague.at(None).sees("pin", lambda body: body["message_id"] == card.id)


async def _the_substitute_is_asked(story: Story) -> Got:
    """The preview names the substitute; the mail goes to them and a copy to the head, nothing to the liaison on leave."""
    page, dialog, centre = story.page, story.page.get_by_role("dialog"), story.centre
    await page.goto(f"{centre.inbox}/appeals/1")
    assert await story.desk.days_of_the_term() == URGENT_OVER_UNITY_DAY
    await page.get_by_role("button", name="Запросить сведения").click()
    await dialog.get_by_label(LIGHTS).check()
    await dialog.get_by_label("Какие сведения нужны").fill(QUESTION)
    await dialog.get_by_role("button", name="Показать документ").click()
    await expect(dialog).to_contain_text("Запасова Мария Примеровна")
    await expect(dialog).to_contain_text("замещает: Светлов Пётр Примерович")
    await dialog.get_by_role("region", name=f"Документ: {LIGHTS}").scroll_into_view_if_needed()
    await picture(page, "request-preview")
    await dialog.get_by_role("button", name="Отправить запрос").click()
    await expect(page.get_by_text("ждём ответа")).to_be_visible()
    letter = await (await centre.mailbox(SUBSTITUTE)).gets(REQUEST)
    assert "Срочно" in letter.subject
    assert "Запрос направлен Вам как замещающему: Светлов Пётр Примерович." in letter.text
    assert QUESTION in letter.text
    assert letter.headers["Cc"] == LIGHTS_HEAD
    assert (await (await centre.mailbox(LIGHTS_HEAD)).gets(REQUEST)).id == letter.id
    assert await (await centre.mailbox(LIAISON)).count() == 0
    return letter


async def _the_document_says_what_is_asked(letter: Got, chromium: Browser) -> None:
    """The attachment as its reader sees it."""
    assert letter.file_names == ["Информационный запрос З-000001-2026.docx"]
    said = await words_of_document(await letter.file(0), chromium)
    told = (REQUEST, NUMBER, "Запасов", LIGHTS, QUESTION, PLEA, "ул. Примерная, д. 14", "9 ноября 2026", "10 ноября 2026", "Срочно")
    assert [words for words in told if words not in said] == []


async def _the_timetable_reminds_and_escalates(story: Story) -> None:
    """Sent on the 2nd, due on the 9th: four working days without the 4th. Half is the 5th; on the 10th the head is written to."""
    centre = story.centre
    box, chiefs = centre.boxes[0], await centre.mailbox(HEAD)
    await another_card(centre, Urgency.LONG_TERM, "Не вывозят мусор со двора.")
    await centre.comes(date(2026, 11, 3))
    await centre.comes(date(2026, 11, 4))
    assert await box.count() == 1
    await centre.comes(date(2026, 11, 5))
    half = await box.gets("Напоминание")
    assert "9 ноября 2026" in half.text
    await centre.comes(date(2026, 11, 9))
    await box.gets("Напоминание")
    assert await chiefs.count() == 0
    await another_card(centre, Urgency.URGENT, "Упала ограда детской площадки.")
    await centre.comes(date(2026, 11, 10))
    late = await box.gets("Срок истёк")
    assert late.headers["Cc"] == LIGHTS_HEAD
    told = await chiefs.gets(REQUEST)
    assert NUMBER in told.text
    assert await box.count() == 4


async def _the_staff_see_that_it_is_urgent(story: Story, chromium: Browser) -> None:
    """The board, the duty chat and the card on the last day of the term."""
    page, centre = story.page, story.centre
    await story.desk.sign_in("/board")
    await expect(story.section("Сегодня")).to_contain_text(NUMBER)
    await expect(story.section("На этой неделе").get_by_role("listitem")).to_have_count(1)
    await expect(story.section("Позже").get_by_role("listitem")).to_have_count(1)
    await picture(page, "terms-board")
    await centre.rests()
    context = await chromium.new_context(viewport=VIEW, locale="ru-RU")
    chat = await context.new_page()
    await chat.goto(f"{centre.telegram}/duty?bot={STAFF_BOT}&group={centre.colleague.place}&user={centre.colleague.id}")
    await chat.locator("#topics button", has_text=NUMBER).click()
    await expect(chat.locator("#log .bubble", has_text="промежуточный ответ").first).to_be_visible()
    await picture(chat, "duty-chat")
    await context.close()
    await page.goto(f"{centre.inbox}/appeals/1")
    for task in ("Подразделение не ответило в срок: решить руководителю", "Направить промежуточный ответ"):
        await expect(story.section("Что требуется")).to_contain_text(task)


async def _the_interim_reply_is_edited_and_delivered(story: Story) -> None:
    """The timetable's draft, with the operator's reasons and day, on the last day of the term."""
    page, dialog = story.page, story.page.get_by_role("dialog")
    await page.get_by_role("button", name="Отправить промежуточный ответ").click()
    await dialog.get_by_label("Причины, по которым ответ задерживается").fill(DELAY)
    await dialog.get_by_label("Когда ожидается ответ").fill("2026-11-17")
    await dialog.get_by_role("button", name="Отправить").click()
    await expect(dialog).to_be_hidden()
    heard = await story.centre.citizen.hears(DELAY)
    assert "Уважаемый Иван Примерович!" in heard.text
    assert "до 17 ноября 2026" in heard.text
    await story.centre.rests()


async def _the_department_answers_by_its_link(story: Story, chromium: Browser) -> None:
    """The link of the last letter, in a browser without an account; the note is an old Word file."""
    centre = story.centre
    await story.on_card(date(2026, 11, 11), 11)
    letter = await (await centre.mailbox(SUBSTITUTE)).gets("Срок истёк")
    link = re.search(r"http://\S+/d/\S+", letter.text)
    assert link is not None
    await the_department_answers(link[0], chromium)
    await expect(story.section("Запросы в подразделения")).to_contain_text(MEMO_SAYS, timeout=patience.MS)
    await picture(story.page, "appeal-card")


async def _the_reply_is_composed_of_the_memo(story: Story) -> None:
    """The draft holds the words of the note; the operator edits it and sends it."""
    page, dialog = story.page, story.page.get_by_role("dialog")
    await page.get_by_role("button", name="Написать ответ").first.click()
    body = dialog.get_by_label("Текст", exact=True)
    await expect(body).to_have_value(re.compile(MEMO_SAYS))
    await body.fill((await body.input_value()).replace("С уважением", "Благодарим за сигнал.\n\nС уважением"))
    await picture(page, "reply-composer")
    await dialog.get_by_role("button", name="Отправить").click()
    await expect(dialog).to_be_hidden()
    heard = await story.centre.citizen.hears("Благодарим за сигнал.")
    assert MEMO_SAYS in heard.text
    await story.centre.rests()


async def _the_closing_call_is_made_twice(story: Story) -> None:
    """The next working day: nobody answers; two hours later the applicant says that the lamps burn."""
    page, dialog = story.page, story.page.get_by_role("dialog")
    await story.on_card(date(2026, 11, 12))
    await page.goto(f"{story.centre.inbox}/calls")
    await expect(page.get_by_role("link", name=NUMBER)).to_be_visible()
    await picture(page, "call-list")
    await page.get_by_role("button", name="Отметить звонок").first.click()
    await dialog.get_by_label("Не отвечает").check()
    await dialog.get_by_role("button", name="Отметить звонок").click()
    await expect(dialog).to_be_hidden()
    await story.on_card(date(2026, 11, 12), 11, 10)
    await page.get_by_role("button", name="Отметить звонок").first.click()
    await dialog.get_by_label("Ответили").check()
    await dialog.get_by_label("Да, решён").check()
    await dialog.get_by_role("button", name="Отметить звонок").click()
    await expect(dialog).to_be_hidden()


async def _it_is_closed(story: Story) -> None:
    """The applicant's word on the telephone is what the closing rests on."""
    page, dialog = story.page, story.page.get_by_role("dialog")
    await page.get_by_role("button", name="Снять с контроля").first.click()
    await dialog.get_by_role("button", name="Снять с контроля").click()
    await expect(dialog).to_be_hidden()
    await expect(story.section("История")).to_contain_text("Обращение снято с контроля")


async def _the_citizen_gives_five(story: Story) -> None:
    """Asked in the messenger, answered by a button; the operator sees it on the open card."""
    citizen = story.centre.citizen
    asked = await citizen.hears(lambda heard: NUMBER in heard.text and "5" in heard.buttons)
    await citizen.presses("5", on=asked.id)
    await citizen.hears("Спасибо")
    await expect(story.section("Звонки")).to_contain_text("оценка 5 из 5", timeout=patience.MS)


async def _the_card_tells_everything(story: Story) -> None:
    """What happened stands in the history, oldest last."""
    told = story.section("История").get_by_role("listitem")
    await expect(told.first).to_contain_text(HISTORY[-1][0])
    lines = [" ".join(line.split()) for line in reversed(await told.all_inner_texts())]
    assert [line for line, known in zip(lines, HISTORY, strict=True) if any(words not in line for words in known)] == []


async def _the_new_year_is_counted(story: Story) -> None:
    """Both kinds of control from Monday 28 December, over the longest holidays of the year."""
    page, centre = story.page, story.centre
    await centre.comes(date(2026, 12, 28), 10)
    urgent = await another_card(centre, Urgency.URGENT, "Нет освещения на остановке.")
    long_term = await another_card(centre, Urgency.LONG_TERM, "Сломана скамейка в сквере.")
    await story.desk.sign_in(f"/appeals/{urgent}")
    assert await story.desk.days_of_the_term() == URGENT_OVER_NEW_YEAR
    await page.goto(f"{centre.inbox}/appeals/{long_term}")
    assert await story.desk.days_of_the_term() == LONG_TERM_OVER_NEW_YEAR
