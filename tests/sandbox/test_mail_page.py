"""The page of letters in Chromium."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from sandbox.mail.driver import Mailbox
from tests.sandbox.test_mail import Running, letter, mail, send

__all__ = ["mail"]

AXE: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
async def page(chromium: Browser, mail: Running) -> AsyncIterator[Page]:
    """A page that must not complain."""
    complaints: list[str] = []
    page = await chromium.new_page(viewport={"width": 1360, "height": 820}, locale="ru-RU")
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    yield page
    await page.close()
    assert complaints == []


def _request(to: str) -> EmailMessage:
    message = letter(
        to,
        "Запрос З-000001",
        "Ответить: https://city.example/d/1.",
        '<p>Ответить: <a href="https://city.example/d/1">по ссылке</a></p>',
    )
    message.add_attachment(b"PK\x03\x04", maintype="application", subtype="octet-stream", filename="Запрос.docx")
    return message


async def test_a_letter_appears_by_itself_and_is_read(page: Page, mail: Running) -> None:
    await page.goto(mail.base)
    await expect(page.locator("#line")).to_have_text("На связи")
    await send(mail, _request("dorogi@example.org"), "dorogi@example.org")
    await page.get_by_role("button", name="dorogi@example.org").first.click()
    await page.locator("#letters").get_by_role("button", name="Запрос З-000001").click()
    await expect(page.get_by_role("heading", name="Запрос З-000001")).to_be_visible()
    link = page.frame_locator("iframe").get_by_role("link", name="по ссылке")
    assert (await link.get_attribute("href"), await link.get_attribute("target")) == ("https://city.example/d/1", "_blank")
    await page.get_by_role("button", name="Простой текст").click()
    assert await page.locator(".plain-text a").get_attribute("href") == "https://city.example/d/1"
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="Запрос.docx").click()
    assert (await loading.value).suggested_filename == "Запрос.docx"


async def test_a_link_of_a_letter_opens_beside_the_page(page: Page, mail: Running) -> None:
    await send(
        mail, letter("link@example.org", html=f'<p><a href="{mail.base}/sandbox/api/boxes">туда</a></p>'), "link@example.org"
    )
    await page.goto(f"{mail.base}/?box=link@example.org")
    await page.locator("#letters button").first.click()
    async with page.expect_popup() as opening:
        await page.frame_locator("iframe").get_by_role("link", name="туда").click()
    assert (await opening.value).url == f"{mail.base}/sandbox/api/boxes"


async def test_the_address_of_the_page_shows_the_same_letter_again(page: Page, mail: Running) -> None:
    await send(mail, letter("again@example.org", "Снова"), "again@example.org")
    await page.goto(f"{mail.base}/?box=again@example.org")
    await page.locator("#letters button").first.click()
    await expect(page.get_by_role("heading", name="Снова")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Снова")).to_be_visible()


async def test_a_person_lets_a_box_refuse(page: Page, mail: Running) -> None:
    await send(mail, letter("full@example.org"), "full@example.org")
    await page.goto(f"{mail.base}/?box=full@example.org")
    await page.get_by_label("Этот ящик").select_option("refuse")
    await expect(page.locator("#failing")).to_have_class("who failing")
    async with Mailbox(mail.base, "full@example.org") as box:
        assert [(fault["kind"], fault["address"]) for fault in await box.ask("GET", "faults")] == [("refuse", "full@example.org")]
    await page.get_by_label("Этот ящик").select_option("")
    await expect(page.locator("#failing")).to_have_class("who")


async def test_markup_in_names_stays_words(page: Page, mail: Running) -> None:
    evil = "<img src=x onerror=alert(1)>"
    message = letter("evil@example.org", evil, evil)
    message.add_attachment(b"1", maintype="text", subtype="html", filename=f"{evil}.html")
    await send(mail, message, "evil@example.org")
    await page.goto(f"{mail.base}/?box=evil@example.org")
    await page.locator("#letters button").first.click()
    await expect(page.get_by_role("heading", name=evil)).to_be_visible()
    assert await page.locator("img").count() == 0


@pytest.mark.parametrize("width", [1360, 390], ids=["wide", "narrow"])
async def test_the_page_is_usable_by_everybody(page: Page, mail: Running, width: int) -> None:
    await send(mail, _request("axe@example.org"), "axe@example.org")
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"{mail.base}/?box=axe@example.org")
    await page.locator("#letters button").first.click()
    await page.get_by_role("button", name="Простой текст").click()
    found = await Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
