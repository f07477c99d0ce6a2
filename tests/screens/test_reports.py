"""The figures of a month and the dashboard in a real browser: seen, opened down to the card, made into a report."""

import io
import re

import docx
import pytest
from playwright.async_api import expect

from core.conversations.model import Contact, Conversation
from core.vocabulary import ReplyForm, Role, Urgency
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf


async def some_work(centre: Centre) -> None:
    """Five contacts by two channels, three cards of two topics; one waits for an operator."""
    for topic in ("Дороги", "Дороги", "Освещение"):
        await centre.an_appeal(urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE, topic=topic)
    await centre.a_conversation(mode="waiting")
    voice = await centre.a_conversation(mode="closed")
    async with centre.transactions.begin() as tx:
        (await tx.get_one(Conversation, voice)).channel = "voice"
    async with centre.transactions.begin() as tx:
        contact = await tx.get_one(Contact, (await centre.rows(Contact, Contact.conversation_id == voice))[0].id)
        contact.channel, contact.outcome, contact.ended_at = "voice", "informed", centre.clock.now()


@pytest.mark.clause("2.8.12")
async def test_a_figure_is_opened_to_its_card_and_the_report_is_made(centre: Centre, screen_of: ScreenOf) -> None:
    await some_work(centre)
    screen = await screen_of(Role.SUPERVISOR, width=1440, height=900)
    page = screen.page
    await screen.goto("/reports")
    await page.get_by_label("Месяц", exact=True).fill("2026-11")
    await expect(page.get_by_text("Зарегистрировано обращений: 3")).to_be_visible()
    await expect(page.get_by_role("row", name=re.compile("^Зарегистрировано обращений")).get_by_role("button")).to_have_text("3")
    await screen.shot("reports")
    await screen.sound("reports")
    await page.get_by_text("Зарегистрированные обращения по темам").click()
    await page.get_by_role("button", name="Дороги, Зарегистрировано обращений: 2, показать строки").click()
    dialog = page.get_by_role("dialog", name="Дороги: Зарегистрировано обращений")
    await expect(dialog.get_by_role("listitem")).to_have_count(2)
    await screen.shot("reports-rows")
    await screen.sound("reports-rows", "[role=dialog]")
    await dialog.get_by_role("link", name=re.compile("^Обращение")).first.click()
    await expect(page).to_have_url(re.compile(r"/appeals/\d+$"))

    await screen.goto("/reports")
    await page.get_by_label("Месяц", exact=True).fill("2026-11")
    await page.get_by_role("button", name="Составить отчёт").click()
    made = page.get_by_role("list", name="Отчёты первому заместителю главы").get_by_role("listitem")
    await expect(made).to_contain_text("ноябрь 2026 года, редакция 1")
    async with page.expect_download() as waiting:
        await made.get_by_role("button", name=re.compile(r"\.docx$")).click()
    download = await waiting.value
    assert download.suggested_filename == "Отчёт контакт-центра за ноябрь 2026 года.docx"
    content = (await download.path()).read_bytes()
    assert any("ноябрь 2026 года" in one.text for one in docx.Document(io.BytesIO(content)).paragraphs)
    await centre.an_appeal(urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE)
    await made.get_by_role("button", name=re.compile("^Что изменилось")).click()
    await expect(made.get_by_role("row", name=re.compile("^Зарегистрировано обращений 3 4"))).to_be_visible()
    await page.set_viewport_size({"width": 390, "height": 844})
    await screen.fits("reports")
    assert not screen.complaints


@pytest.mark.clause("2.7")
async def test_the_dashboard_follows_what_happens(centre: Centre, screen_of: ScreenOf) -> None:
    await some_work(centre)
    screen = await screen_of(Role.SUPERVISOR, width=1440, height=900)
    page = screen.page
    await screen.goto("/dashboard")
    waiting = page.get_by_text("Ждут оператора", exact=True).first.locator("..")
    await expect(waiting).to_contain_text("1")
    await screen.shot("dashboard")
    await screen.sound("dashboard")
    await centre.hand_off(await centre.a_conversation(mode="waiting"))
    await expect(waiting).to_contain_text("2")
    await page.set_viewport_size({"width": 390, "height": 844})
    await screen.fits("dashboard")
    assert not screen.complaints
