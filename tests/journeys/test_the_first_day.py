"""A new operator's first day: everything that they do is what the tour and its hints tell them, and nothing else."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, TimeoutError, expect

from app.assembly import House, open_house
from app.settings import Settings
from app.training import open_training
from app.web import build
from core.departments.model import Department, Liaison
from core.vocabulary import Role
from db.transactions import Transactions
from inbox.build import ensure_ui_built
from tests import patience
from tests.clocks import MovableClock
from tests.fakes import FakeDialogue
from tests.journeys.centre import PASSWORD, ROOT

LOGIN, NAME = "novice", "Новикова Анна Петровна"
MOST_HINTS = 80
FIRST = "lamp"
"""The citizen with whom the day begins."""
_SAME = """([stage, at]) => {
    const now = document.querySelector('[data-tour-now]');
    const hint = document.querySelector('.coach');
    const same = now && now.dataset.tour + (now.dataset.key ?? '') === at && hint?.dataset.stage === stage;
    return !same || document.querySelector('.coach [data-tour="clock-ahead"]:not(:disabled)') !== null;
}"""


@pytest.fixture
async def house(
    transactions: Transactions, database_url: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[House]:
    """A centre with one department and one new operator."""
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    monkeypatch.setenv("DATABASE_URL", database_url)
    async with transactions.begin() as tx:
        tx.add(Department(key="housing_utilities", name="Комитет жилищно-коммунального хозяйства и энергетики"))
        await tx.flush()
        name = "Ответственный Олег Образцович"
        tx.add(Liaison(no=1, department="housing_utilities", full_name=name, position="инженер", email="lights@org.example"))
    async with open_house(Settings(), clock=clock, dialogue=FakeDialogue()) as opened:
        await opened.office.staff.accounts.create(login=LOGIN, full_name=NAME, role=Role.OPERATOR, password=PASSWORD)
        yield opened


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    """Its inbox, with days of training."""
    await asyncio.to_thread(ensure_ui_built, ROOT)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with open_training(house) as training:
            app = build(house, training)
            server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, ws="none"))
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            yield f"http://localhost:{listening.getsockname()[1]}"
            server.should_exit = True
            await serving
            assert app.state.csp_reports == 0, "the page broke its own content policy"


class Novice:
    """Knows nothing but what the hint says, and looks only at what it points to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pointed: Locator = page.locator("[data-tour-now]")
        self.hint: Locator = page.locator(".coach")

    async def reads(self) -> str:
        """The part of the work that the hint is about, ``citizen.stage``, once it points at something."""
        await expect(self.pointed).to_have_count(1, timeout=patience.MS)
        return await self.hint.get_attribute("data-stage") or ""

    async def follows(self, stage: str) -> None:
        """Do what the hint says, once."""
        at = str(await self.pointed.evaluate("one => one.dataset.tour + (one.dataset.key ?? '')"))
        match await self.pointed.get_attribute("data-tour-now"):
            case "look":
                await self.hint.locator("[data-tour='tour-next']").click()
            case "type":
                await self.hint.locator("[data-tour='coach-insert']").click()
            case _:
                await self.pointed.click()
        try:
            await self.page.wait_for_function(_SAME, arg=[stage, at], timeout=patience.MS)
        except TimeoutError:
            raise AssertionError(f"{stage}: {at} was done, and the hint stays: {await self.hint.inner_text()}") from None


@pytest.fixture
async def page(chromium: Browser, address: str) -> AsyncIterator[Page]:
    """The new operator's browser, signed in for the first time."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 800}, locale="ru-RU", base_url=address)
    opened = await context.new_page()
    opened.set_default_timeout(patience.MS)
    await opened.goto("/")
    await opened.get_by_label("Логин").fill(LOGIN)
    await opened.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await opened.get_by_role("button", name="Войти").click()
    yield opened
    await context.close()


async def _is_sound(page: Page) -> None:
    """No violation of an axe rule, and nothing makes the page scroll sideways."""
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    wide = await page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} px too wide"


@pytest.mark.clause("2.8.3")
async def test_a_new_operator_gets_to_an_interim_reply_by_the_hints_alone(page: Page) -> None:
    novice, seen = Novice(page), list[str]()
    for _ in range(MOST_HINTS):
        stage = await novice.reads()
        is_of_others = bool(stage) and not stage.startswith(f"{FIRST}.")  # it may come before the interim reply is done
        if f"{FIRST}.interim" in seen and stage != f"{FIRST}.interim" and not is_of_others:
            break
        if stage and stage not in seen[-1:]:
            seen.append(stage)
        await novice.follows(stage)
    parts = [part for who, _, part in (stage.partition(".") for stage in seen) if who == FIRST]
    assert list(dict.fromkeys(parts)) == ["take", "ask", "card", "register", "request", "interim"]
    await _is_sound(page)
    await page.get_by_role("region", name="Учебный день", exact=True).get_by_role("button", name="Закончить день").click()
    await page.get_by_role("dialog").get_by_role("button", name="Закончить день").click()
    await expect(page.get_by_role("heading", name="Итог учебного дня")).to_be_visible(timeout=patience.MS)
    marks = page.locator(f"[aria-labelledby='marks-{FIRST}'] tr[data-check]")
    await expect(marks.first).to_be_visible(timeout=patience.MS)
    passed = {str(await row.get_attribute("data-check")): await row.get_attribute("data-passed") for row in await marks.all()}
    right = ("introduced", "by_name", "asked_name", "asked_contact", "registered", "term_told", "request_in_time", "interim")
    assert {name: passed.get(name) for name in right} == dict.fromkeys(right, "true")
    assert passed["closing_call"] == "false"
    await _is_sound(page)
    await page.goto("/inbox")
    await expect(page.get_by_role("button", name="Начать смену").first).to_be_visible(timeout=patience.MS)
    await expect(page.get_by_role("region", name="Учебный день", exact=True)).to_have_count(0)


async def test_the_tour_can_be_put_off_and_is_found_in_the_menu(page: Page) -> None:
    hint = page.get_by_role("region", name="Знакомство с программой")
    await page.set_viewport_size({"width": 1024, "height": 768})
    await expect(hint).to_be_visible(timeout=patience.MS)
    await _is_sound(page)
    await page.keyboard.press("Escape")
    await expect(hint).to_have_count(0)
    await page.reload()
    await page.get_by_role("button", name="Посмотреть входящие без смены").click()
    await expect(page.get_by_label("Состояние связи: на линии")).to_be_attached(timeout=patience.MS)
    await expect(hint).to_have_count(0)
    await page.get_by_role("button", name="Новикова Анна Петровна").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Знакомство с программой").press("Enter")
    await expect(hint).to_contain_text("Шаг 1 из 5")
    await page.set_viewport_size({"width": 640, "height": 400})  # 1280 at 200 %
    await hint.get_by_role("button", name="Дальше").press("Enter")
    await expect(hint).to_contain_text("Шаг 2 из 5")
    await _is_sound(page)
    await page.keyboard.press("Escape")
    await expect(hint).to_have_count(0)
