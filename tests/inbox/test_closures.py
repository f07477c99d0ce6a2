"""Other hours of a day through the API (reg. 2.9)."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from core.vocabulary import Role

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]
DAY = "/api/menu/closures/2026-11-26"


@pytest.mark.parametrize("given", ["16:00:00Z", "16:00:00+03:00"])
async def test_a_time_of_another_clock_is_refused_in_words(sign_in: SignIn, given: str) -> None:
    head = await sign_in(Role.SUPERVISOR)
    refused = await head.put(DAY, json={"opens": "09:00", "closes": given, "notice": "До 16:00."})
    assert (refused.status_code, refused.json()["fields"]) == (
        400,
        {"closes": "Нужно московское время без часового пояса, например 16:00."},
    )
    assert (await head.put(DAY, json={"opens": "09:00", "closes": "16:00", "notice": "До 16:00."})).status_code == 200


async def test_what_is_no_time_is_refused_in_words(sign_in: SignIn) -> None:
    head = await sign_in(Role.SUPERVISOR)
    refused = await head.put(DAY, json={"opens": "утром", "closes": "16:00", "notice": "До 16:00."})
    assert (refused.status_code, refused.json()["fields"]) == (400, {"opens": "Нужно время, например 16:00."})
