"""The content policy with a telephone in the browser: the exchange may be reached, and nothing else (reg. 2.10)."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from inbox.web.app import create_app
from inbox.web.guards import SecurityHeaders
from inbox.web.live import LiveHub
from inbox.web.settings import InboxSettings
from tests.inbox.world import Browser, Centre


@pytest.mark.clause("2.10")
async def test_only_the_exchange_may_be_reached_beside_us(centre: Centre, a_hub: Callable[[], LiveHub]) -> None:
    app = create_app(centre, InboxSettings(softphone_url="wss://sbc.example:8443/path?query"), a_hub())
    browser = Browser(app, await centre.a_member()).http
    answer = await browser.get("/api/phone/mine")
    assert answer.json()["softphone_url"] == "wss://sbc.example:8443/path?query"
    assert "connect-src 'self' wss://sbc.example:8443;" in answer.headers["content-security-policy"]
    await browser.aclose()


@pytest.mark.parametrize("url", ["https://sbc.example", "wss://", "wss://sbc.example; script-src *", "wss://user@sbc.example"])
def test_a_softphone_address_adds_nothing_else_to_the_policy(url: str) -> None:
    with pytest.raises(ValueError, match="no websocket address"):
        SecurityHeaders(FastAPI(), InboxSettings(softphone_url=url))
