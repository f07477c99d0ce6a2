"""An auditor in a real browser: data are hidden until they are shown for a reason."""

import pytest
from playwright.async_api import expect

from core.vocabulary import ReplyForm, Role, Urgency
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf


@pytest.mark.clause("2.10")
async def test_an_auditor_is_shown_the_data_of_one_card_for_a_reason(centre: Centre, screen_of: ScreenOf) -> None:
    number = await centre.an_appeal(urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE)
    screen = await screen_of(Role.AUDITOR, width=1440, height=900)
    page = screen.page
    await screen.goto(f"/appeals/{number}")
    await expect(page.get_by_role("button", name="Показать данные")).to_be_visible()
    await expect(page.get_by_text("Примеров")).to_have_count(0)
    await expect(page.get_by_text("•••").first).to_be_visible()
    await page.get_by_role("button", name="Показать данные").click()
    dialog = page.get_by_role("dialog", name="Показать персональные данные")
    await dialog.get_by_text("Другое", exact=True).click()
    await dialog.get_by_role("button", name="Показать данные").click()
    await expect(dialog.get_by_text("Заполните это поле.")).to_be_visible()
    await dialog.get_by_label("Пояснение").fill("Жалоба № 12")
    await screen.shot("reveal")
    await screen.sound("reveal")
    await dialog.get_by_role("button", name="Показать данные").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("Примеров").first).to_be_visible()
    await page.set_viewport_size({"width": 1024, "height": 700})
    await screen.shot("revealed")
