"""Mails on the screen: in the thread, as letters, as bounces, and those that are in no conversation (reg. 2.8, 3.1)."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from core.appeals.model import Appeal
from core.conversations.model import Conversation
from core.deliveries.model import Delivery
from core.mail.port import Checked, Failure, FileKind, MailFile, MailKind, MailPerson, Report
from core.people.desk import CardForm
from core.people.model import Applicant
from core.requests.model import Memo
from tests.core.requests.world import a_docx
from tests.inbox.mails import ANNA, PIXEL, Answered, a_file, a_mail_comes, sent
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf
from tests.screens.test_paperwork import a_department

YARD = "Прошу починить фонарь во дворе дома 5 по ул. Примерной.\nОбразцова Анна Петровна, +7 (8672) 00-00-05"
WHOLE = f"{YARD}\n\n> Вы писали нам вчера."
PAGE = '<p>Прошу <b>починить</b> фонарь.</p><p><a href="https://example.org/" target="_blank">Снимок</a> <img src="cid:lamp@x"></p>'
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def files() -> tuple[MailFile, ...]:
    """A picture of the page, a file with macros, and an infected one."""
    return (
        a_file(1, "лампа.png", "image/png", content=PIXEL, kind=FileKind.INLINE, content_id="lamp@x"),
        a_file(2, "смета.docm", DOCX, warnings=("macros",)),
        a_file(3, "счёт.exe", "application/octet-stream", warnings=("executable", "infected")),
    )


async def a_yard(centre: Centre, **given: Any) -> int:
    """Anna's mail about the yard; gives the conversation."""
    said: dict[str, Any] = {
        "subject": "Фонарь во дворе",
        "name": "Анна",
        "text": WHOLE,
        "reading": YARD,
        "html": PAGE,
        "files": files(),
        "checked": Checked(spf="fail", dmarc="fail"),
        "remarks": ("charset_guessed", "infected"),
        "reply_to": MailPerson(address="work@example.org"),
        "to": (MailPerson(name="Контакт-центр", address="centre@example.org"),),
    }
    mail = await a_mail_comes(centre, **{**said, **given})
    return mail.conversation_id or 0


@pytest.mark.clause("2.8.3")
async def test_a_mail_is_read_answered_and_registered_with_one_press(centre: Centre, screen_of: ScreenOf) -> None:
    number = await a_yard(centre)
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/inbox/{number}")
    bubble = page.get_by_role("article").filter(has_text="Фонарь во дворе").first
    await expect(bubble).to_contain_text("Отправитель не подтверждён: адрес может быть подделан.")
    await expect(bubble).to_contain_text("Просит отвечать на другой адрес: work@example.org")
    await expect(bubble).to_contain_text("Кодировка письма не указана")
    await expect(bubble).to_contain_text("Содержит макросы")
    await expect(bubble.get_by_role("link", name=re.compile("счёт"))).to_have_count(0)
    await expect(bubble).to_contain_text(ANNA)
    await expect(bubble).not_to_contain_text("Вы писали нам вчера")
    await bubble.get_by_role("button", name="Показать полностью").click()
    await expect(bubble.get_by_text("Вы писали нам вчера")).to_be_in_viewport()
    await screen.sound("a mail in the thread")
    await screen.shot("mail-thread")
    await bubble.get_by_role("button", name="Письмо целиком").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Анна <anna@example.org>")
    await expect(dialog).to_contain_text("SPF: не пройдена, DMARC: не пройдена")
    await expect(dialog.get_by_role("link", name="Скачать .eml")).to_have_count(0)
    await dialog.get_by_role("button", name="Как в письме").click()
    frame = dialog.frame_locator("iframe")
    await expect(frame.locator("b")).to_have_text("починить")
    assert await frame.locator("img").evaluate("one => one.complete && one.naturalWidth") == 1
    await screen.sound("a whole mail", "[role=dialog]")
    await screen.shot("mail-page")
    await dialog.get_by_role("button", name="Заголовки").click()
    await expect(dialog.get_by_role("region", name="Заголовки")).to_contain_text("From: anna@example.org")
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name="Взять").click()
    await expect(page.get_by_text("Письмо у Вас. Можно отвечать.")).to_be_visible()
    letter = page.get_by_role("group", name="Письмо", exact=True)
    await expect(letter).to_contain_text("Кому: work@example.org")
    await expect(letter.get_by_label("Тема письма")).to_have_attribute("placeholder", "Re: Фонарь во дворе")
    await page.get_by_text("Что добавится к тексту").click()
    await expect(page.get_by_role("region", name="Что добавится к тексту")).to_contain_text("С уважением,")
    await page.get_by_label("Текст ответа").fill("Мастер придёт завтра.")
    await letter.get_by_role("button", name="Добавить копию").click()
    await letter.get_by_label("Копия").fill("мастер")
    await page.get_by_role("button", name="Отправить", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("Адрес копии не распознан: мастер")
    await letter.get_by_label("Копия").fill("master@lights.example")
    await screen.sound("a letter")
    await screen.shot("mail-compose")
    await page.get_by_role("button", name="Отправить", exact=True).click()
    answer = page.get_by_role("article").filter(has_text="Мастер придёт завтра.").last
    await expect(answer).to_contain_text("Копия: master@lights.example")
    told = (await centre.rows(Delivery, Delivery.channel == "email"))[-1]
    assert (told.recipient, told.content["subject"], told.content["cc"]) == (
        "work@example.org",
        "Re: Фонарь во дворе",
        ["master@lights.example"],
    )

    await page.get_by_role("button", name="Зарегистрировать").click()
    await expect(dialog.get_by_label("Фамилия")).to_have_value("Образцова")
    await expect(dialog.get_by_label("Тема")).to_have_value("Фонарь во дворе")
    await expect(dialog.get_by_label("На какой адрес эл. почты")).to_have_value(ANNA)
    await expect(dialog).to_contain_text("Из письма: проверьте.")
    await screen.sound("the registration", "[role=dialog]")
    await screen.shot("mail-register")
    await dialog.get_by_role("button", name="Зарегистрировать").click()
    await expect(dialog).to_contain_text("Обращение зарегистрировано")
    [appeal] = await centre.rows(Appeal)
    assert (appeal.applicant_name, appeal.topic, appeal.reply_form, appeal.reply_to) == (
        "Образцова Анна Петровна",
        "Фонарь во дворе",
        "email",
        ANNA,
    )


@pytest.mark.clause("2.8.8")
async def test_a_letter_that_comes_back_is_told_everywhere(centre: Centre, screen_of: ScreenOf) -> None:
    number = await a_yard(centre, files=(), reply_to=None, checked=Checked(dmarc="pass"), remarks=())
    [acknowledged] = await sent(centre)
    report = Report(failures=(Failure(recipient=ANNA, status="4.2.2", diagnostic="452 full"),))
    await a_mail_comes(centre, kind=MailKind.DELAY, author="mx@example.org", report=report, answers=token(acknowledged.id))
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/inbox/{number}")
    await expect(page.get_by_text("задерживается: сервер получателя пока не принял")).to_be_visible()
    report = Report(failures=(Failure(recipient=ANNA, status="5.1.1", diagnostic="550 no such user"),))
    await a_mail_comes(centre, kind=MailKind.BOUNCE, author="mx@example.org", report=report, answers=token(acknowledged.id))
    await screen.goto(f"/inbox/{number}")
    await expect(page.get_by_text("вернулось: такого адреса нет")).to_be_visible()
    await page.get_by_role("button", name="Взять").click()
    await expect(page.get_by_text(f"{ANNA} не принимает письма: такого адреса нет (25.11.2026)").first).to_be_visible()
    await screen.sound("a dead address")
    await screen.shot("mail-bounced")


def token(delivery_id: int | None) -> tuple[Answered, ...]:
    """The sealed sender of a letter of ours."""
    return (Answered(purpose="b", number=delivery_id or 0),)


@pytest.mark.clause("2.8.10")
async def test_a_department_answers_by_mail(centre: Centre, screen_of: ScreenOf) -> None:
    await a_department(centre)
    appeal_id = await centre.an_appeal(reply_form="email", reply_to="primer@example.org")
    asker = (await centre.a_member()).asker
    [request] = await centre.requests.send(asker, appeal_id, ["lights"], "Когда починят?", version=1, client_key="key-of-test")
    by = {
        "author": "lights@example.org",
        "name": "Образцова Мария",
        "answers": (Answered(purpose="request", number=request.id or 0),),
    }
    await a_mail_comes(centre, "Решить вопрос не представляется возможным: нет опоры.", **by)
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    proposal = page.get_by_role("group", name=re.compile("решить вопрос не может"))
    await expect(proposal).to_contain_text("нет опоры")
    await screen.sound("a proposal")
    await screen.shot("mail-proposal")
    await proposal.get_by_role("button", name="Принять: решение невозможно").click()
    await expect(page.get_by_role("group", name="Служебная записка № б/н от 25.11.2026")).to_contain_text("нет опоры")
    [memo] = await centre.rows(Memo)
    assert (memo.outcome, memo.signed_by, memo.is_draft) == ("cannot", "Образцова Мария", False)

    note = a_file(1, "записка.docx", DOCX, content=a_docx("Служебная записка № 17-сз от 25.11.2026\nФонарь починен."))
    await a_mail_comes(centre, "Во вложении.", files=(note,), **by)
    await expect(page.get_by_text("не проверено").first).to_be_visible()
    await page.get_by_role("button", name="Написать ответ").first.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Непроверенные записки (1) в текст не вошли")
    await screen.shot("mail-left-out")
    await dialog.get_by_role("button", name="Удалить черновик").click()
    await page.get_by_role("button", name=re.compile("Проверить: Служебная записка")).click()
    await expect(dialog.get_by_label("Номер записки")).to_have_value("17-сз")
    await screen.sound("checking a note", "[role=dialog]")
    await screen.shot("mail-check")
    await dialog.get_by_label("Кто подписал").fill("Образцов О. О.")
    await dialog.get_by_role("button", name="Верно").click()
    await expect(page.get_by_text("не проверено")).to_have_count(0)
    assert [(one.number, one.signed_by, one.is_draft) for one in await centre.rows(Memo)][1] == ("17-сз", "Образцов О. О.", False)


async def test_other_mail_and_the_mailboxes(centre: Centre, screen_of: ScreenOf) -> None:
    await a_mail_comes(
        centre, "Меня нет до понедельника.", kind=MailKind.AUTO, subject="Автоответ: Приём", author="boris@example.org"
    )
    await a_mail_comes(centre, "Скидки недели", kind=MailKind.LIST, subject="Рассылка", author="shop@example.org")
    report = Report(failures=(Failure(recipient="lost@example.org", status="5.1.1", diagnostic="550 no such user"),))
    await a_mail_comes(centre, "", kind=MailKind.BOUNCE, subject="Undelivered", author="mx@example.org", report=report)
    await a_mail_comes(centre, "", kind=MailKind.UNREAD, subject="", author="", remarks=("unreadable",))
    now = centre.clock.now()
    await centre.mail.note_mailbox("centre", "connected", now)
    await centre.mail.note_mailbox("press", "failed", now, trouble="login_refused", trouble_at=now)
    screen = await screen_of()
    page = screen.page
    await screen.goto("/mail")
    boxes = page.get_by_role("region", name="Почтовые ящики")
    await expect(boxes).to_contain_text("Последняя ошибка: неверный логин или пароль ящика")
    await expect(boxes).to_contain_text("подключён")
    rows = page.get_by_role("list", name="Прочая почта").get_by_role("listitem")
    await expect(rows).to_have_count(4)
    await screen.sound("the other mail")
    await screen.shot("mail-other")
    await page.get_by_role("button", name="Возвраты").click()
    await expect(rows).to_have_count(1)
    await page.get_by_role("button", name="Открыть письмо: Undelivered").click()
    await expect(page.get_by_role("dialog")).to_contain_text("lost@example.org: такого адреса нет")
    await expect(page.get_by_role("dialog").get_by_role("link", name="Скачать .eml")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Просмотрено: Undelivered").click()
    await expect(page.get_by_text("Письмо отмечено просмотренным.")).to_be_visible()
    await page.get_by_role("button", name="Все", exact=True).click()
    await page.get_by_label("Только непросмотренные").check()
    await expect(rows).to_have_count(1)
    await page.get_by_label("Только непросмотренные").uncheck()
    await page.get_by_role("button", name="Это письмо человека: Автоответ: Приём").click()
    await expect(page.get_by_role("log")).to_contain_text("Меня нет до понедельника.")
    await page.set_viewport_size({"width": 640, "height": 430})
    await screen.goto("/mail")
    await screen.fits("the other mail at 200 %")


async def test_an_operator_writes_first(centre: Centre, screen_of: ScreenOf) -> None:
    number = await a_yard(centre, files=())
    asker = (await centre.a_member()).asker
    await centre.operators.take(asker, number)
    await centre.operators.close(asker, number, "reference")
    async with centre.transactions.begin() as tx:
        person = Applicant(surname="Тестова", given_name="Анна", created_at=centre.clock.now())
        tx.add(person)
        await tx.flush()
        applicant_id = person.id or 0
    await centre.people.save(asker, applicant_id, CardForm(surname="Тестова", given_name="Анна", emails=("new@example.org",)))
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/citizens/{applicant_id}")
    await page.get_by_role("button", name="Написать письмо: new@example.org").click()
    await expect(page.get_by_role("group", name="Письмо", exact=True)).to_contain_text("Кому: new@example.org")
    await page.get_by_label("Текст ответа").fill("Уточните, пожалуйста, адрес.")
    await page.get_by_role("button", name="Отправить", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("Укажите тему письма.")
    await page.get_by_label("Тема письма").fill("Ваш двор")
    await page.get_by_role("button", name="Отправить", exact=True).click()
    await expect(page.get_by_role("article").filter(has_text="Ваш двор")).to_be_visible()
    told = (await centre.rows(Delivery, Delivery.channel == "email"))[-1]
    assert (told.recipient, told.content["subject"]) == ("new@example.org", "Ваш двор")
    assert [one.mode for one in await centre.rows(Conversation)] == ["closed", "operator"]
