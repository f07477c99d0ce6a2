"""The plain pages in Chromium, wide and narrow: sound by axe, without a script, with a keyboard."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from core.errors import Invalid
from core.requests.memos import MemoForm
from core.requests.model import Memo
from core.requests.receiving import RequestPage
from inbox.web.settings import InboxSettings
from tests.inbox.plain_site import FakeDesk, Office, plain_app
from tests.serving import serve

RULES = {"rules": {"target-size": {"enabled": True}}}
WIDTHS = (1280, 390, 320)


class FakeRequests:
    """One request that is late; a note under the number 0 is refused in every field."""

    async def page(self, token: str) -> RequestPage:
        """The request."""
        return RequestPage(
            number="З-000045/2026",
            dated=date(2026, 11, 25),
            department_name="Управление примерного освещения и благоустройства территорий",
            addressee_name="Светлова Пример",
            appeal_number="А-000123/2026",
            appeal_text="Во дворе дома третий день не горят фонари.\nПрошу восстановить освещение.",
            address="г. Владикавказ, ул. Примерная, д. 5",
            topic="Уличное освещение",
            question="Сообщите причину отсутствия освещения и срок его восстановления.",
            due_on=date(2026, 12, 1),
            is_late=token == "late",
        )

    async def answer(self, token: str, form: MemoForm) -> Memo:
        """Everything is wrong with the number 0."""
        if form.number == "0":
            faults = {"number": "missing", "dated_on": "before_request", "signed_by": "missing", "file": "wrong_kind"}
            raise Invalid("by the test", fields=faults)
        return a_memo_row(form)


def a_memo_row(form: MemoForm) -> Memo:
    """The note as a desk would give it."""
    return Memo(
        request_id=1,
        appeal_id=1,
        number=form.number,
        dated_on=date(2026, 11, 25),
        signed_by=form.signed_by,
        outcome=form.outcome,
        text_state="none",
        came_by="link",
        received_at=datetime.now(UTC),
    )


class NoLimit:
    """Anybody may look."""

    async def count_try(self, address: str, token: str) -> None:
        """Nothing is counted."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The pages on a free port."""
    fake = FakeDesk()
    office = Office(requests=FakeRequests(), one_time_links=NoLimit(), closing=fake, duties=fake)
    with serve(plain_app(office, InboxSettings())) as url:
        yield url


@pytest.fixture
async def tab(chromium: Browser, address: str) -> AsyncIterator[Page]:
    """A page; the console must stay silent but for refusals."""
    context = await chromium.new_context(base_url=address, locale="ru-RU", java_script_enabled=True)
    opened, said = await context.new_page(), []
    opened.on("console", lambda one: said.append(one.text))
    yield opened
    await context.close()
    assert [one for one in said if "status of 4" not in one] == []


async def sound(page: Page, where: str) -> None:
    """No violation of any axe rule and no sideways scrolling, at every width."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        results: Any = await Axe().run(page, None, RULES)
        assert results.violations_count == 0, f"{where} at {width}: {results.generate_report()}"
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where} at {width}"


@pytest.mark.parametrize("path", ["/d/late", "/d/good", "/c/good", "/k/good", "/c/used", "/c/late", "/c/unknown"])
async def test_every_page_is_sound(tab: Page, path: str) -> None:
    await tab.goto(path)
    await sound(tab, path)


async def test_a_department_sees_its_faults_and_then_the_thanks(tab: Page) -> None:
    await tab.goto("/d/good")
    await expect(tab.get_by_label("Причины")).to_be_visible()
    await tab.get_by_label("Ответ готов").check()
    await expect(tab.get_by_label("Причины")).to_be_hidden()
    await tab.get_by_label("Номер служебной записки").fill("0")
    await tab.get_by_label("Дата служебной записки").fill("2026-11-20")
    await tab.get_by_label("Кто подписал").fill("Образцов О. О., начальник управления")
    await tab.get_by_role("button", name="Отправить ответ").click()
    await expect(tab.get_by_role("alert")).to_contain_text("Подойдёт только файл Word")
    assert await tab.get_by_label("Номер служебной записки").input_value() == "0"
    await expect(tab.get_by_label("Ответ готов")).to_be_checked()
    await sound(tab, "faults")
    await tab.get_by_role("link", name="Номер").click()
    await expect(tab.get_by_label("Номер служебной записки")).to_be_focused()
    await tab.get_by_label("Номер служебной записки").fill("17-сз")
    await tab.get_by_label("Файл служебной записки").set_input_files(
        {"name": "записка.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    await tab.get_by_role("button", name="Отправить ответ").click()
    await expect(tab.get_by_role("heading", name="Спасибо, ответ принят")).to_be_visible()
    await sound(tab, "thanks")


async def test_an_applicant_confirms_with_the_keyboard(tab: Page) -> None:
    await tab.goto("/c/good")
    await tab.get_by_label("Да, вопрос решён").focus()
    await tab.keyboard.press("Space")
    await tab.keyboard.press("Tab")
    await tab.keyboard.press("Space")
    await expect(tab.get_by_label("1", exact=True)).to_be_checked()
    await tab.get_by_role("button", name="Отправить").press("Enter")
    await expect(tab.get_by_role("heading", name="Спасибо за ответ")).to_be_visible()
