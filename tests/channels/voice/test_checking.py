"""What ``doctor --voice`` finds in an exchange that is set up rightly, and in one that is not."""

from dataclasses import replace

import pytest

from channels.voice.api import JambonzApi
from channels.voice.checking import Check, Wanted, examine
from sandbox.jambonz.app import serving
from sandbox.jambonz.settings import ACCOUNT, APPLICATION, KEY, NUMBER, SECRET, Settings

CENTRE = "https://centre.example"
RIGHT = Wanted(account=ACCOUNT, application=APPLICATION, public_url=CENTRE, secret=SECRET, number=NUMBER, trunk="trunk")
SET_UP = Settings(
    call_hook=f"{CENTRE}/voice/call",
    status_hook=f"{CENTRE}/voice/status#rc=2&rp=ct,5xx",
    queue_hook=f"{CENTRE}/voice/queue-event",
)


async def found(settings: Settings, wanted: Wanted = RIGHT, key: str = KEY) -> dict[str, Check]:
    """The checks by their keys."""
    async with serving(settings) as exchange:
        api = JambonzApi(url=exchange.url, account=wanted.account, key=key)
        try:
            return {check.key: check for check in await examine(api, wanted)}
        finally:
            await api.close()


async def test_everything_is_right() -> None:
    checks = await found(SET_UP)
    assert [check.key for check in checks.values() if not check.is_right] == []
    assert set(checks) >= {
        "account",
        "secret",
        "call_hook",
        "status_hook",
        "status_again",
        "speech",
        "carrier",
        "number",
        "language",
    }


@pytest.mark.parametrize(
    ("settings", "wanted", "wrong"),
    [
        pytest.param(replace(SET_UP, call_hook="https://else.example/voice/call"), RIGHT, {"call_hook"}, id="another's hook"),
        pytest.param(replace(SET_UP, status_hook=f"{CENTRE}/voice/status"), RIGHT, {"status_again"}, id="status not repeated"),
        pytest.param(replace(SET_UP, queue_hook=""), RIGHT, {"queue_hook"}, id="no queue hook"),
        pytest.param(replace(SET_UP, language="en-US"), RIGHT, {"language"}, id="another language"),
        pytest.param(SET_UP, replace(RIGHT, secret="another"), {"secret"}, id="another secret"),
        pytest.param(SET_UP, replace(RIGHT, number="+78672111111"), {"number"}, id="a number that leads elsewhere"),
        pytest.param(SET_UP, replace(RIGHT, trunk="none"), {"carrier"}, id="no such carrier"),
        pytest.param(SET_UP, replace(RIGHT, application="none"), {"application", "number"}, id="no such application"),
    ],
)
async def test_what_is_wrong_is_named(settings: Settings, wanted: Wanted, wrong: set[str]) -> None:
    checks = await found(settings, wanted)
    assert {check.key for check in checks.values() if not check.is_right} == wrong


async def test_a_wrong_key_reads_nothing() -> None:
    checks = await found(SET_UP, key="another")
    assert not any(check.is_right for check in checks.values())
    assert {"account", "application", "speech"} <= set(checks)


async def test_an_exchange_that_is_away_is_told() -> None:
    api = JambonzApi(url="http://127.0.0.1:9", account=ACCOUNT, key=KEY)
    try:
        checks = await examine(api, RIGHT)
    finally:
        await api.close()
    assert checks and not any(check.is_right for check in checks)
