"""The paperwork in a real browser: a card from the request to the closing call, with what is refused on the way."""

import pytest
from playwright.async_api import expect

from core.appeals.model import Appeal
from core.calls.model import CallTask
from core.departments.model import Department, Liaison
from core.requests.model import InformationRequest
from core.vocabulary import ReplyForm
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf


async def a_department(centre: Centre) -> None:
    centre.knowledge.departments["lights"] = "Управление света"
    async with centre.transactions.begin() as tx:
        tx.add(Department(key="lights", name="Управление света"))
        await tx.flush()
        tx.add(Liaison(no=1, full_name="Образцова Мария", position="специалист", department="lights", email="lights@example.org"))


@pytest.mark.clause("2.8.11")
async def test_a_card_is_worked_from_the_request_to_the_closing(centre: Centre, screen_of: ScreenOf) -> None:
    await a_department(centre)
    appeal_id = await centre.an_appeal(reply_form=ReplyForm.EMAIL, reply_to="primer@example.org")
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    await page.get_by_role("button", name="Запросить сведения").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Управление света").check()
    await dialog.get_by_role("button", name="Показать документ").click()
    await expect(dialog.get_by_text("Образцова Мария, специалист, lights@example.org")).to_be_visible()
    await screen.sound("the request")
    await screen.shot("paper-request")
    await dialog.get_by_role("button", name="Отправить запрос").click()
    await expect(page.get_by_text("ждём ответа")).to_be_visible()
    assert len(await centre.rows(InformationRequest)) == 1

    await page.get_by_role("button", name="Внести ответ").first.click()
    await dialog.get_by_role("button", name="Внести").click()
    await expect(dialog.get_by_label("Номер записки")).to_have_attribute("aria-invalid", "true")
    await dialog.get_by_label("Номер записки").fill("17-сз")
    await dialog.get_by_label("Дата записки").fill("2026-11-25")
    await dialog.get_by_label("Кто подписал").fill("О. О. Образцов")
    await dialog.get_by_label("Решить вопрос невозможно").check()
    await dialog.get_by_label("Причины").fill("Опора принадлежит другому владельцу.")
    await screen.sound("the note")
    await screen.shot("paper-memo")
    await dialog.get_by_role("button", name="Внести").click()
    await expect(page.get_by_text("решение невозможно", exact=True)).to_be_visible()

    await page.get_by_role("button", name="Написать ответ").first.click()
    await dialog.get_by_label("Текст").fill("Опора принадлежит другому владельцу, ему направлено письмо.")
    await screen.sound("the reply")
    await screen.shot("paper-reply")
    await dialog.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("отправляется", exact=True)).to_be_visible()

    await page.get_by_role("button", name="Отметить звонок").first.click()
    await dialog.get_by_label("Не отвечает").check()
    await dialog.get_by_role("button", name="Отметить звонок").click()
    await expect(dialog).to_be_hidden()
    await page.get_by_role("button", name="Отметить звонок").first.click()
    await dialog.get_by_label("Да, решён").check()
    await dialog.get_by_label("Оценка работы").select_option("5")
    await screen.sound("the call")
    await screen.shot("paper-call")
    await dialog.get_by_role("button", name="Отметить звонок").click()
    await expect(page.get_by_role("region", name="Звонки")).to_contain_text("вопрос решён, оценка 5 из 5")
    await page.get_by_role("button", name="Снять с контроля").first.click()
    await dialog.get_by_role("button", name="Снять с контроля").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await screen.sound("the closed card")
    await screen.shot("paper-closed")
    (card,) = await centre.rows(Appeal)
    assert (card.status, card.closing) == ("closed", "call")


async def test_the_call_list_shows_whom_to_call(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id = await centre.an_appeal()
    screen = await screen_of()
    await screen.goto("/calls")
    await expect(screen.page.get_by_text("Звонить некому.")).to_be_visible()
    async with centre.transactions.begin() as tx:
        today = centre.clock.today()
        tx.add(CallTask(appeal_id=appeal_id, purpose="closing", phone="+79180000001", due_on=today, opened_at=centre.clock.now()))
    await screen.goto("/calls")
    await expect(screen.page.get_by_text("Звонок перед снятием с контроля")).to_be_visible()
    await screen.sound("the call list")
    await screen.fits("the call list")
    await screen.shot("calls")
