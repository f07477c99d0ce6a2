"""The fixture; a folder of tests that needs it imports it in its conftest."""

import os
from collections.abc import Iterator

import pytest

from tests.mail_servers.servers import MailServers, why_not


@pytest.fixture(scope="session")
def mail_servers() -> Iterator[MailServers]:
    """The real pair for the whole run. Skipped where it cannot run, but never in CI: there it fails."""
    reason = why_not()
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    servers = MailServers()
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()
