"""A real browser on the real inbox: the built app, the real API and desks, a real database; only the ports are fakes.

The API runs in the test's own event loop, so that a test changes the world under the open pages directly.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from core.vocabulary import Role
from db.engine import plain_url
from db.transactions import Transactions
from inbox.build import ensure_ui_built
from inbox.web.live import LiveHub
from inbox.web.settings import InboxSettings
from tests import patience
from tests.clocks import MovableClock
from tests.core.phone.world import Phone
from tests.core.quality.world import Work
from tests.inbox.reused import an_inbox
from tests.inbox.world import Centre, Member

ROOT = Path(__file__).resolve().parents[2]
RULES = {"resultTypes": ["violations"], "iframes": False, "rules": {"target-size": {"enabled": True}}}
"""axe leaves the size of targets out by itself; WCAG 2.2 AA has it (2.5.8).
The only frame is a citizen's mail, where no script runs."""
COLOURS = {**RULES, "runOnly": ["color-contrast", "link-in-text-block"]}
"""What another theme can change: every colour, and nothing else (ADR 31)."""
AXE = Axe()
WORKS_IN_SHIFTS = frozenset({Role.OPERATOR, Role.SENIOR, Role.SUPERVISOR})
EXPECTED = ("the server responded with a status of 4",)
"""Refusals that a test provokes are no complaints of the page."""

expect.set_options(timeout=patience.MS)


@dataclass
class Screen:
    """A page of one member of staff, with what its console complained of."""

    page: Page
    member: Member
    complaints: list[str] = field(default_factory=list)

    async def goto(self, path: str) -> None:
        """Open a page of the app and wait until it is on line."""
        await self.page.goto(path)
        await expect(self.page.get_by_label("Состояние связи: на линии")).to_be_attached()

    async def sound(self, where: str, within: str | None = None, *, colours_only: bool = False) -> None:
        """No violation of any axe rule, on the page or in one part of it; or of those about colours only."""
        await self.page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished.catch(() => {})))")
        results = await AXE.run(self.page, within, COLOURS if colours_only else RULES)
        assert results.violations_count == 0, f"{where}: {results.generate_report()}"

    async def fits(self, where: str) -> None:
        """Nothing makes the page scroll sideways."""
        wide = await self.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{where}: {wide} px too wide"

    async def shot(self, name: str) -> None:
        """A picture for a person to look at, when SHOTS names a folder."""
        if folder := os.environ.get("SHOTS"):
            await self.page.screenshot(path=f"{folder}/{name}.png")


ScreenOf = Callable[..., Awaitable[Screen]]


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    """Real desks on an empty database; the clock stands at Wednesday, 25 November 2026, 12:00."""
    return Centre(transactions, clock)


@pytest.fixture
async def phone(transactions: Transactions, clock: MovableClock, centre: Centre) -> Phone:
    """Short ways to make calls; its desks share database and exchange with those of the inbox."""
    return Phone(transactions, clock, centre)


@pytest.fixture
async def work(transactions: Transactions, clock: MovableClock, centre: Centre) -> Work:
    """Short ways to what is reviewed; its desks share the database with those of the inbox."""
    return Work(transactions, clock, centre)


@pytest.fixture
def inbox_settings() -> InboxSettings:
    """What the inbox is set to; a module may have its own."""
    return InboxSettings()


@pytest.fixture
async def address(centre: Centre, database_url: str, inbox_settings: InboxSettings) -> AsyncIterator[str]:
    """The inbox served on a free port, with its live stream."""
    await asyncio.to_thread(ensure_ui_built, ROOT)
    hub = LiveHub(url=plain_url(database_url), reading=centre.operators.reading, sessions=centre.staff.sessions, clock=centre.clock)
    app = an_inbox(centre, inbox_settings, hub)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on", timeout_graceful_shutdown=1, ws="none"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    await hub.ready.wait()
    yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving
    assert app.state.csp_reports == 0, "the page broke its own content policy"


@pytest.fixture
async def screen_of(chromium: Browser, address: str, centre: Centre) -> AsyncIterator[ScreenOf]:
    """Opens screens: ``await screen_of(Role.SENIOR)``, signed in and on shift, each in a profile of its own.

    A ``newcomer`` is offered the tour.
    """
    opened: list[Screen] = []

    async def open_screen(
        who: Role | Member = Role.OPERATOR,
        *,
        width: int = 1280,
        height: int = 860,
        zone: str = "Europe/Moscow",
        newcomer: bool = False,
    ) -> Screen:
        member = await centre.a_member(who) if isinstance(who, Role) else who
        context = await chromium.new_context(
            base_url=address, locale="ru-RU", viewport={"width": width, "height": height}, timezone_id=zone
        )
        context.set_default_timeout(patience.MS)
        await context.add_cookies([{"name": "sid", "value": member.token, "url": address}])
        if not newcomer:
            await centre.tours.keep(member.asker, "declined", "")
        if member.asker.role in WORKS_IN_SHIFTS:
            await centre.staff.start_shift(member.asker)
        screen = Screen(page=await context.new_page(), member=member)
        screen.page.on("console", lambda said: _complain(screen, said.text) if said.type in ("error", "warning") else None)
        screen.page.on("pageerror", lambda error: _complain(screen, str(error)))
        opened.append(screen)
        return screen

    yield open_screen
    for screen in opened:
        await screen.page.context.close()
    assert [one for screen in opened for one in screen.complaints] == []


def _complain(screen: Screen, words: str) -> None:
    if not any(expected in words for expected in EXPECTED):
        screen.complaints.append(words)
