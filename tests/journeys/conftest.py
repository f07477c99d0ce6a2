"""A running centre and a real browser, shared by the journeys."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import yaml
from playwright.async_api import Browser

from core.clock import MOSCOW
from db.transactions import Transactions
from tests import patience
from tests.clocks import MovableClock
from tests.journeys.centre import PASSWORD, Centre
from tests.journeys.house import House, drain, start_house
from tests.journeys.looking import VIEW, Desk
from tests.journeys.telephone import Telephone, running_telephone

PLANTED: list[str] = yaml.safe_load((Path(__file__).with_name("words.yaml")).read_text(encoding="utf-8"))["planted"]
"""Names, telephones, addresses and sentences of the people in the journeys through the whole house: none is in a log (2.10)."""


WORKED = 180
"""Seconds for a journey itself, beside the start of the house that its first one waits for."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that starts the whole house may wait for it as long as the house is given."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.timeout(patience.START + WORKED))


@pytest.fixture(scope="session")
async def house() -> AsyncIterator[House]:
    """The whole centre on this machine; stopped as Ctrl-C does, which must end well."""
    with tempfile.TemporaryDirectory(prefix="cc-house-") as directory:  # pytest's own is closed to the server's user
        running = await start_house(Path(directory) / "var")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(drain(running))
            yield running
            assert _kept_by_id(Path(directory) / "var") == []
            assert await running.stop() == 0, "\n".join(running.lines[-40:])
            assert running.spilled(PLANTED) == []


def _kept_by_id(var: Path) -> list[str]:
    """Rows of the tables that hold ids and codes only, and that hold a planted word all the same."""
    with psycopg.connect(host=str((var / "postgres").resolve()), user="postgres", dbname="postgres") as connection:
        rows = [row for table in ("live_event", "audit_entry") for (row,) in connection.execute(f"SELECT t::text FROM {table} t")]
    assert len(rows) > 20
    return [row for row in rows if any(word in row for word in PLANTED)]


@pytest.fixture
async def desk_of(chromium: Browser) -> AsyncIterator[Callable[[Centre, str], Awaitable[Desk]]]:
    """Opens browsers of the staff: ``await desk_of(centre, "anna")``."""
    opened: list[Desk] = []

    async def open_desk(centre: Centre, login: str) -> Desk:
        context = await chromium.new_context(viewport=VIEW, locale="ru-RU")
        context.set_default_timeout(patience.MS)
        opened.append(Desk(page=await context.new_page(), address=centre.inbox, login=login, password=PASSWORD))
        return opened[-1]

    yield open_desk
    for desk in opened:
        await desk.page.context.close()


@pytest.fixture
async def telephone(
    request: pytest.FixtureRequest,
    transactions: Transactions,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> AsyncIterator[Telephone]:
    """The centre's telephone on a Wednesday at noon; a test that gives True has callers whose speech is understood."""
    clock = MovableClock(datetime(2026, 11, 25, 12, 0, tzinfo=MOSCOW))
    recognises = bool(getattr(request, "param", False))
    async with running_telephone(database_url, clock, monkeypatch, tmp_path, recognises=recognises) as running:
        yield running
