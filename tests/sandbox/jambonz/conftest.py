"""An application and an exchange that calls it, in one loop, at the fast pace."""

from collections.abc import AsyncIterator

import pytest

from sandbox.jambonz.app import serving
from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.settings import SECRET, Settings
from tests.sandbox.jambonz.application import Application, running


def settings_for(application: Application, **more: object) -> Settings:
    """An exchange's settings with this application's hooks."""
    base = f"{application.base}/voice"
    hooks = {"call_hook": f"{base}/call", "status_hook": f"{base}/status", "queue_hook": f"{base}/queue-event"}
    return Settings(**{**hooks, **more})


@pytest.fixture
async def application() -> AsyncIterator[Application]:
    """What the exchange asks."""
    async with running(SECRET) as application:
        yield application


@pytest.fixture
async def exchange(application: Application) -> AsyncIterator[Exchange]:
    """An exchange without speech services."""
    async with Exchange(settings_for(application)) as exchange:
        yield exchange
    assert not [problem for problem in exchange.problems if "defect" in problem]


@pytest.fixture
async def served(application: Application) -> AsyncIterator[Exchange]:
    """An exchange with its REST API."""
    async with serving(settings_for(application)) as exchange:
        yield exchange
    assert not [problem for problem in exchange.problems if "defect" in problem]
