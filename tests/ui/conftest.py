"""A real browser on the built UI, and behind it the mock API in the same process, so that tests change its state directly."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, expect

from inbox.build import ensure_ui_built
from tests import patience
from tests.ui.mock_api import PASSWORD, build
from tests.ui.town import Town

ROOT = Path(__file__).resolve().parents[2]

expect.set_options(timeout=patience.MS)


@dataclass
class Desk:
    """A browser page of one person, with what its console complained of."""

    page: Page
    town: Town
    complaints: list[str]

    async def sign_in(self, login: str = "operator", *, page: str = "/inbox") -> None:
        """Come as a person whose shift has begun; the screens of login and shift have their own tests."""
        session = self.page.context.request
        await session.post("/api/login", data={"login": login, "password": PASSWORD})
        if login != "auditor":
            await session.post("/api/me/shift")
        await self.page.goto(page)
        await expect(self.page.get_by_label("Состояние связи: на линии")).to_be_attached()

    async def start(self, talk: int, login: str = "operator") -> None:
        """Come straight to a conversation."""
        await self.sign_in(login, page=f"/inbox/{talk}?list=all")
        await expect(self.page.get_by_role("log")).to_be_visible()

    async def sign_in_by_hand(self, login: str = "operator", *, shift: bool = True) -> None:
        """Log in on the screen and begin the shift by its button."""
        await self.page.goto("/")
        await self.page.get_by_label("Логин").fill(login)
        await self.page.get_by_label("Пароль", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Войти").click()
        if shift:
            await self.page.get_by_role("button", name="Начать смену").click()
            await expect(self.page.get_by_role("heading", name="Входящие", level=2)).to_be_visible()

    async def open(self, talk: int) -> None:
        """Open a conversation from the list."""
        await self.page.goto(f"/inbox/{talk}?list=all")
        await expect(self.page.get_by_role("log")).to_be_visible()
        await expect(self.page.get_by_label("Состояние связи: на линии")).to_be_attached()


@pytest.fixture(scope="session")
def town() -> Town:
    """The state behind the mock."""
    return Town()


@pytest.fixture(scope="session")
async def address(town: Town) -> AsyncIterator[str]:
    """The mock served on a free port."""
    await asyncio.to_thread(ensure_ui_built, ROOT)
    config = uvicorn.Config(
        build(town, ROOT / "inbox/web/dist"), port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    town.end_streams()
    await serving


async def open_desk(context: BrowserContext, town: Town) -> Desk:
    """A page that collects what the console says."""
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return Desk(page, town, complaints)


@pytest.fixture
async def context(chromium: Browser, address: str, town: Town) -> AsyncIterator[BrowserContext]:
    """A fresh browser profile on a fresh town."""
    town.reset()
    context = await chromium.new_context(base_url=address, locale="ru-RU", viewport={"width": 1500, "height": 900})
    context.set_default_timeout(patience.MS)
    yield context
    town.end_streams()
    await context.close()
    assert not town.csp, town.csp


@pytest.fixture
async def desk(context: BrowserContext, town: Town) -> Desk:
    """An operator's page."""
    return await open_desk(context, town)
