"""Writing on the page of letters: as a citizen to the centre, as a department with a file, in a thread."""

import os
from email import message_from_bytes
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from sandbox.mail.driver import Mailbox
from sandbox.mail.letters import Reading
from sandbox.mail.settings import CENTRE
from sandbox.mail.writing import Draft, written
from tests.sandbox.test_mail import Running, letter, mail, send
from tests.sandbox.test_mail_page import AXE, page

__all__ = ["mail", "page"]

SHOTS = os.environ.get("SHOTS")
MEMO = Path(__file__).parents[1] / "journeys" / "files" / "memo.doc"


async def shot(page: Page, name: str) -> None:
    """For whoever wants to look."""
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


async def test_a_citizen_writes_to_the_centre_with_a_file(page: Page, mail: Running, tmp_path: Path) -> None:
    (tmp_path / "яма.jpg").write_bytes(b"\xff\xd8")
    await page.goto(mail.base)
    await page.get_by_role("button", name="Написать в центр").click()
    form = page.get_by_role("form", name="Новое письмо")
    await form.get_by_label("Имя").fill("Алан Примеров")
    await form.get_by_label("Адрес").fill("alan@pochta.example")
    await expect(form.get_by_label("Кому")).to_have_value(CENTRE)
    await form.get_by_label("Тема").fill("Яма во дворе")
    await form.get_by_label("Текст письма").fill("Во дворе дома 14 яма.")
    await form.get_by_label("Приложить файлы").set_input_files(tmp_path / "яма.jpg")
    await expect(form.get_by_text("яма.jpg")).to_be_visible()
    await shot(page, "mail-writing")
    await form.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("heading", name="Яма во дворе")).to_be_visible()
    await expect(page.get_by_role("article").get_by_text("Во дворе дома 14 яма.").last).to_be_visible()
    async with Mailbox(mail.base, CENTRE) as centre:
        got = await centre.gets("Яма во дворе")
        assert (got.headers["From"], got.file_names) == ("Алан Примеров <alan@pochta.example>", ["яма.jpg"])
    await expect(page.get_by_role("button", name="Алан Примеров alan@pochta.example")).to_be_visible()


async def test_a_thread_shows_both_sides_and_is_answered_with_a_quote(page: Page, mail: Running) -> None:
    async with Mailbox(mail.base, "vera@pochta.example") as vera, Mailbox(mail.base, CENTRE) as centre:
        await vera.writes("Фонарь", "Не горит фонарь.", name="Вера Примерова")
        asked = await centre.gets("Фонарь")
        await page.goto(f"{mail.base}/?box=vera@pochta.example")
        await page.locator("#letters button").first.click()
        answer = letter(vera.address, "Re: Фонарь", "Фонарь починят.", "<p>Фонарь <b>починят</b>.</p>")
        answer["In-Reply-To"] = asked.headers["Message-ID"]
        answer["Reply-To"] = "centre+appeal-1-abc@vladikavkaz.example"
        await send(mail, answer, vera.address)
        await expect(page.get_by_role("article")).to_have_count(2)
        await expect(page.frame_locator("iframe").get_by_text("Фонарь починят.")).to_be_visible()
        await page.get_by_role("button", name="Ответить").click()
        form = page.get_by_role("form", name="Ответ")
        await expect(form.get_by_label("Кому")).to_have_value("centre+appeal-1-abc@vladikavkaz.example")
        await form.get_by_label("Текст письма").fill("Спасибо!")
        await shot(page, "mail-answering")
        await form.get_by_role("button", name="Отправить").click()
        await expect(page.get_by_role("article")).to_have_count(3)
        got = await centre.gets(lambda one: one["author_address"] == vera.address and one["subject"] == "Re: Фонарь")
        assert got.text.startswith("Спасибо!\n\n")
        assert "> Фонарь починят." in got.text
        await shot(page, "mail-thread")


async def test_a_department_answers_with_its_word_file(page: Page, mail: Running) -> None:
    await send(mail, letter("dorogi@org.example", "Запрос З-000001/2026"), "dorogi@org.example")
    await page.goto(f"{mail.base}/?box=dorogi@org.example")
    await page.locator("#letters button").first.click()
    await page.get_by_role("button", name="Ответить").click()
    form = page.get_by_role("form", name="Ответ")
    await form.get_by_label("Текст письма").fill("Ответ во вложении.")
    await form.get_by_label("Приложить файлы").set_input_files(MEMO)
    await form.get_by_label("С цитатой письма").uncheck()
    await form.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("link", name="memo.doc")).to_be_visible()
    async with Mailbox(mail.base, "centre@city.example") as box:
        got = await box.gets("Re: Запрос З-000001/2026")
        assert (got.text.strip(), await got.file(0)) == ("Ответ во вложении.", MEMO.read_bytes())


async def test_what_is_being_written_survives_new_letters(page: Page, mail: Running) -> None:
    await send(mail, letter("busy@pochta.example", "Первое", message_id="<first@city.example>"), "busy@pochta.example")
    await page.goto(f"{mail.base}/?box=busy@pochta.example")
    await page.locator("#letters button").first.click()
    await page.get_by_role("button", name="Ответить").click()
    text = page.get_by_label("Текст письма").last
    await text.fill("Пишу долго")
    more = letter("busy@pochta.example", "Re: Первое")
    more["References"] = "<first@city.example>"
    await send(mail, more, "busy@pochta.example")
    await expect(page.get_by_role("article")).to_have_count(2)
    await expect(text).to_have_value("Пишу долго")
    await page.get_by_role("button", name="Отмена").click()
    await expect(text).to_be_hidden()


async def test_nobody_answers_for_the_centre(page: Page, mail: Running) -> None:
    async with Mailbox(mail.base, "one@pochta.example") as one:
        await one.writes("Вопрос", "Когда приём?")
    await page.goto(f"{mail.base}/?box={CENTRE}")
    await page.locator("#letters").get_by_role("button", name="Вопрос").first.click()
    await expect(page.get_by_role("article").get_by_text("Когда приём?").last).to_be_visible()
    await expect(page.get_by_role("button", name="Ответить")).to_have_count(0)


async def test_a_letter_that_does_not_arrive_is_told_of(page: Page, mail: Running) -> None:
    async with Mailbox(mail.base, "away@pochta.example") as away:
        await away.fails("unknown")
        await page.goto(f"{mail.base}/?box=zaur@pochta.example")
        await page.get_by_role("button", name="Написать в центр").click()
        form = page.get_by_role("form", name="Новое письмо")
        await form.get_by_label("Кому").fill(away.address)
        await form.get_by_label("Текст письма").fill("Текст")
        await form.get_by_role("button", name="Отправить").click()
        await expect(page.get_by_text("Письмо не дошло")).to_be_visible()
        await expect(page.locator("#letters").get_by_text("Undelivered Mail Returned to Sender")).to_be_visible()


@pytest.mark.parametrize("width", [1360, 390], ids=["wide", "narrow"])
async def test_the_composer_is_usable_by_everybody(page: Page, mail: Running, width: int) -> None:
    await send(mail, letter("axe2@example.org", "Письмо"), "axe2@example.org")
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"{mail.base}/?box=axe2@example.org")
    await page.locator("#letters button").first.click()
    await page.get_by_role("button", name="Ответить").click()
    await shot(page, f"mail-composer-{width}")
    found = await Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_answer_of_an_answer_keeps_the_thread() -> None:
    first = written(Draft(name="", address="a@x.example", to="b@x.example", subject="Тема", text="1"))
    second = written(Draft(name="", address="b@x.example", to="a@x.example", subject="", text="2", answered=Reading(first)))
    third = message_from_bytes(
        written(Draft(name="", address="a@x.example", to="b@x.example", subject="", text="3", answered=Reading(second)))
    )
    ids = [message_from_bytes(one)["Message-ID"] for one in (first, second)]
    assert (third["References"].split(), third["In-Reply-To"]) == (ids, ids[1])
