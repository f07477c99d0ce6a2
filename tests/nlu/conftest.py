"""Fixtures of the dialogue's tests: one Rasa server for the session, and citizens who talk to it."""

from collections.abc import Iterator

import pytest

from tests.nlu.citizen import Citizen
from tests.nlu.rasa_process import RasaServer, environment_is_possible, running_rasa

TRAINING_SECONDS = 600
"""The first test of a session may have to wait until the model is trained."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests that need the server the time to train it."""
    for item in items:
        if "rasa_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(TRAINING_SECONDS))


@pytest.fixture(scope="session")
def rasa_server() -> Iterator[RasaServer]:
    """Return a running server with the trained model."""
    if not environment_is_possible():
        pytest.skip("neither nlu/.venv nor uv is here")
    with running_rasa() as server:
        yield server


@pytest.fixture
def citizen(rasa_server: RasaServer) -> Iterator[Citizen]:
    """Return a citizen at the beginning of a dialogue in Telegram."""
    with Citizen(rasa_server) as someone:
        yield someone
