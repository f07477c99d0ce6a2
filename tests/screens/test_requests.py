"""Information requests on the screen: looked at and saved before they leave, reminded of, readdressed (reg. 2.8.9, 4.4)."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from core.appeals.casework import CaseEdit
from core.calls.desk import Attempt
from core.calls.model import CallTask
from core.deliveries.model import Delivery
from core.departments.model import Liaison
from core.forms.desk import TemplateDesk
from core.replies.desk import ReplyDraft
from core.requests.desk import RequestDesk
from core.requests.model import InformationRequest
from core.vocabulary import CallOutcome, ReplyForm, ReplyKind, Role, Urgency
from documents.built_in import built_in
from documents.typist import DocumentTypist
from tests import patience
from tests.documents.making import text_of
from tests.fakes import plain_calendar
from tests.inbox.world import HOST, Centre
from tests.screens.conftest import ScreenOf
from tests.screens.test_paperwork import a_department
from tests.screens.test_replies import EMAIL, saved

QUESTION = "Когда во дворе восстановят освещение?"


def with_real_forms(centre: Centre) -> None:
    """Requests are typed by the real typist."""
    given = {"transactions": centre.transactions, "clock": centre.clock}
    typist = DocumentTypist()
    templates = TemplateDesk(**given, typist=typist, built_in=built_in)
    given |= {"outbox": centre.replies._outbox, "typist": typist, "calendar_of": plain_calendar}
    centre.requests = RequestDesk(**given, template_of=templates.current, public_url=HOST, centre_phone="+7 (8672) 00-00-00")


@pytest.mark.clause("2.8.9")
async def test_a_request_is_looked_at_and_saved_before_it_leaves(centre: Centre, screen_of: ScreenOf) -> None:
    await a_department(centre)
    with_real_forms(centre)
    appeal_id = await centre.an_appeal(**EMAIL, address="ул. Примерная, д. 5")
    colleague = (await centre.a_member(Role.SENIOR, full_name="Дзуцев Ацамаз Батразович")).asker
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    await page.get_by_role("button", name="Запросить сведения").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Управление света").check()
    await dialog.get_by_label("Какие сведения нужны").fill(QUESTION)
    await dialog.get_by_role("button", name="Показать документ").click()
    sheet = dialog.get_by_role("region", name="Документ: Управление света")
    await expect(sheet).to_contain_text(QUESTION)
    await expect(sheet).to_contain_text("ИНФОРМАЦИОННЫЙ ЗАПРОС")
    await sheet.scroll_into_view_if_needed()
    await screen.sound("the request", "[role=dialog]")
    await screen.shot("request-sheet")
    name, word = await saved(screen, dialog.get_by_role("button", name="Скачать .docx"))
    assert QUESTION in text_of(word)
    assert name == "Управление света.docx" and await centre.rows(InformationRequest) == []

    edit = CaseEdit(text="Во дворе не горит фонарь.", address="ул. Примерная, д. 7", topic="", urgency=Urgency.LONG_TERM, **EMAIL)
    await centre.cases.edit(colleague, appeal_id, edit, 1)
    await dialog.get_by_role("button", name="Отправить запрос").click()
    note = dialog.get_by_role("alert")
    sent = page.get_by_text("ждём ответа")
    await expect(note).to_be_in_viewport()
    await expect(dialog.get_by_label("Какие сведения нужны")).to_have_value(QUESTION)
    await expect(note).to_contain_text("Изменено: адрес (Дзуцев А. Б.")
    await screen.shot("request-conflict")
    await screen.sound("a conflict", "[role=dialog]")
    await note.get_by_role("button", name="Обновить карточку, набранное останется").click()
    await expect(dialog.get_by_label("Какие сведения нужны")).to_have_value(QUESTION)
    await expect(page.get_by_text("ул. Примерная, д. 7").first).to_be_attached()
    await dialog.get_by_role("button", name="Отправить запрос").click()
    await expect(sent).to_be_visible()
    assert [one.question for one in await centre.rows(InformationRequest)] == [QUESTION]


@pytest.mark.clause("4.4")
async def test_a_request_is_reminded_of_and_sent_to_another_official(centre: Centre, screen_of: ScreenOf) -> None:
    await a_department(centre)
    async with centre.transactions.begin() as tx:
        for no, (name, phone) in enumerate(
            (("Примерова Залина", "+7 (8672) 00-00-02"), ("Тестов Казбек", "+7 (8672) 00-00-03")), 2
        ):
            official = {"position": "инженер", "department": "lights", "email": f"official{no}@example.org", "phone": phone}
            tx.add(Liaison(no=no, full_name=name, **official))
    appeal_id = await centre.an_appeal(**EMAIL)
    asker = (await centre.a_member()).asker
    await centre.requests.send(asker, appeal_id, ["lights"], QUESTION, version=1, client_key="key-of-the-test")
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    await page.get_by_role("button", name="Напомнить").click()
    await expect(page.get_by_text("Напоминание отправлено")).to_be_visible()
    assert [one.recipient for one in await centre.rows(Delivery, Delivery.channel == "email")] == ["lights@example.org"] * 2

    await page.get_by_role("button", name="Указать адресата").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("radio")).to_have_count(4)
    for words in ("казбек инженер", "00-00-03", "official3"):
        await dialog.get_by_label("Найти ответственного").fill(words)
        await expect(dialog.get_by_role("radio")).to_have_count(2)
        await expect(dialog.get_by_role("radio", name=re.compile("Тестов Казбек"))).to_be_visible()
    await dialog.get_by_role("button", name="Отправить запрос").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Выберите, кому направить запрос.")
    await screen.sound("readdressing", "[role=dialog]")
    await screen.shot("readdress")
    await dialog.get_by_role("radio", name=re.compile("Тестов Казбек")).check()
    await dialog.get_by_role("button", name="Отправить запрос").click()
    await expect(page.get_by_role("region", name="Запросы в подразделения")).to_contain_text("Тестов Казбек")
    assert (await centre.rows(InformationRequest))[0].addressee_email == "official3@example.org"

    await page.get_by_role("button", name="Указать адресата").click()
    await dialog.get_by_label("Другой человек, по адресу почты").check()
    await dialog.get_by_role("button", name="Отправить запрос").click()
    await expect(dialog.get_by_label("Адрес электронной почты")).to_have_attribute("aria-invalid", "true")


@pytest.mark.clause("2.8.11")
async def test_a_card_that_changed_is_closed_only_after_a_second_look(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id = await centre.an_appeal(reply_form=ReplyForm.PHONE)
    operator = await centre.a_member()
    draft = await centre.replies.draft(operator.asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    await centre.replies.send(operator.asker, draft.id, draft.version)
    (call,) = await centre.rows(CallTask)
    await centre.calls.log(operator.asker, call.id, Attempt(outcome=CallOutcome.ANSWERED, confirmed=True, score=5))
    screen = await screen_of(operator)
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    await page.get_by_role("button", name="Снять с контроля").first.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Обращение будет снято с контроля")
    await centre.cases.add_file((await centre.a_member(Role.SENIOR)).asker, appeal_id, "акт.pdf", b"%PDF-1.4 sample")
    await dialog.get_by_role("button", name="Снять с контроля").click()
    note = dialog.get_by_role("alert")
    await expect(note).to_contain_text("акт.pdf")
    await note.get_by_role("button", name="Обновить карточку").click()
    await expect(page.get_by_role("link", name="Скачать: акт.pdf", include_hidden=True)).to_be_attached()
    await dialog.get_by_role("button", name="Снять с контроля").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("Снято с контроля").first).to_be_visible()


async def test_another_card_is_found_by_a_telephone_or_an_address(centre: Centre, screen_of: ScreenOf) -> None:
    talk = await centre.a_conversation(name="Примеров")
    await centre.an_applicant(talk, phone="+79180000077")
    first = await centre.an_appeal(conversation_id=talk, text="Не горит фонарь.", address="ул. Образцовая, д. 5")
    await centre.an_appeal(conversation_id=talk, text="Течёт кран.", address="ул. Пробная, д. 2")
    await centre.an_appeal(conversation_id=talk, text="Сломана скамейка.", address="ул. Пробная, д. 9")
    screen = await screen_of(Role.SENIOR)
    page = screen.page
    await screen.goto(f"/appeals/{first}")
    await page.get_by_role("button", name="Другие действия").click()
    await page.get_by_role("menuitem", name="Связать с другим").click()
    dialog = page.get_by_role("dialog")
    for words, count in (("8 (918) 000-00-77", 2), ("ул. Пробная", 2), ("скамейка", 1), ("2", 1), ("Примеров", 2)):
        await dialog.get_by_label("Какое обращение").fill(words)
        await dialog.get_by_role("button", name="Найти").click()
        await expect(dialog.get_by_role("radio"), words).to_have_count(count)
    await dialog.get_by_role("button", name="Связать").click()
    await expect(dialog).to_contain_text("Выберите обращение из найденных.")
    await screen.sound("another card", "[role=dialog]")
    await screen.shot("other-card")
    await dialog.get_by_role("radio", name=re.compile("Сломана скамейка")).check()
    await dialog.get_by_role("button", name="Связать").click()
    await expect(page.get_by_role("region", name="Связанные обращения")).to_contain_text("А-000003/2026")


async def test_a_request_that_was_begun_is_there_again_and_tells_what_was_changed(centre: Centre, screen_of: ScreenOf) -> None:
    await a_department(centre)
    appeal_id = await centre.an_appeal(**EMAIL)
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    ask, dialog = page.get_by_role("button", name="Запросить сведения"), page.get_by_role("dialog")
    question, department = dialog.get_by_label("Какие сведения нужны"), dialog.get_by_label("Управление света")
    await ask.click()
    await department.check()
    await question.fill(QUESTION)
    await expect(dialog.get_by_text("Черновик сохранён")).to_be_visible()
    colleague = (await centre.a_member(Role.SENIOR)).asker
    edit = CaseEdit(text="Во дворе не горит фонарь.", address="ул. Примерная, д. 7", topic="", urgency=Urgency.LONG_TERM, **EMAIL)
    await centre.cases.edit(colleague, appeal_id, edit, 1)

    other = await screen_of(screen.member)  # another computer
    page, dialog = other.page, other.page.get_by_role("dialog")
    await other.goto(f"/appeals/{appeal_id}")
    await page.get_by_role("button", name="Запросить сведения").click()
    await expect(dialog.get_by_label("Какие сведения нужны")).to_have_value(QUESTION)
    await expect(dialog.get_by_label("Управление света")).to_be_checked()
    await expect(dialog.get_by_text("восстановлен")).to_be_visible()
    await expect(dialog.get_by_role("alert")).to_contain_text("Пока черновик лежал, карточку изменили")
    await expect(dialog.get_by_role("alert")).to_contain_text("адрес")
    assert QUESTION not in await page.evaluate("() => JSON.stringify({...localStorage, ...sessionStorage})")
    await other.sound("a request gone on with", "[role=dialog]")

    await question.fill(f"{QUESTION} В первом окне.")
    await expect(screen.page.get_by_text("Черновик сохранён")).to_be_visible()
    async with page.expect_response(f"**/api/drafts/request/{appeal_id}"):
        await dialog.get_by_label("Какие сведения нужны").fill(f"{QUESTION} Во втором окне.")
    await expect(dialog).to_contain_text("В другом окне Вы набрали другой текст.")
    await dialog.get_by_role("button", name="Взять тот текст").click()
    await expect(dialog.get_by_label("Какие сведения нужны")).to_have_value(f"{QUESTION} В первом окне.")
    await expect(dialog.get_by_role("button", name="Взять тот текст")).to_have_count(0)
    await dialog.get_by_role("button", name="Удалить черновик").click()
    await expect(dialog.get_by_label("Управление света")).not_to_be_checked()


async def test_a_step_that_changed_under_the_hand_is_not_done_and_that_is_told(centre: Centre, screen_of: ScreenOf) -> None:
    await a_department(centre)
    appeal_id = await centre.an_appeal(**EMAIL)
    screen, held, go = await screen_of(), asyncio.Event(), asyncio.Event()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    step = page.get_by_role("button", name="Следующий шаг")
    await expect(step).to_be_visible()

    async def hold(route: Route) -> None:
        held.set()
        await go.wait()
        await route.continue_()

    await page.route(f"**/api/appeals/{appeal_id}", hold)
    colleague = (await centre.a_member(Role.SENIOR)).asker
    await centre.requests.send(colleague, appeal_id, ["lights"], QUESTION, version=1, client_key="key-of-the-test")
    async with asyncio.timeout(patience.SECONDS):
        await held.wait()
    await step.click()
    go.set()
    await expect(page.get_by_text("Карточка изменилась, следующий шаг теперь другой.")).to_be_visible()
    await expect(page.get_by_text("ждём ответа").first).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)
