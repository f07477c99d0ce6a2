"""Steps of single sign-on against the provider on loopback, for the tests of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from core.staff.desk import StaffDesk
from core.staff.passwords import Passwords
from core.staff.secret_box import SecretBox
from integrations.oidc.provider import OidcProvider
from tests.inbox.world import Centre
from tests.oidc_provider import LoopbackProvider

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]


def joined(centre: Centre, provider: LoopbackProvider, **terms: Any) -> None:
    """The centre believes this provider."""
    roles = terms.pop("roles", {})
    required = terms.pop("required", frozenset())
    centre.staff = StaffDesk(
        transactions=centre.transactions,
        clock=centre.clock,
        passwords=Passwords(centre.hasher),
        box=SecretBox("x"),
        second_factor_of=required,
        provider=OidcProvider(provider.terms(**terms), centre.clock),
        roles_of_groups=roles,
    )


async def come_back(browser: httpx.AsyncClient, provider: LoopbackProvider, login: str, to: str = "/appeals") -> str:
    """There and back; where the browser ends."""
    there = await browser.get("/api/oidc/begin", params={"to": to})
    assert there.status_code == 303 and there.headers["location"].startswith(provider.address + "/authorize?")
    return await land(browser, provider.let_in(there.headers["location"], login))


def held_by(browser: httpx.AsyncClient) -> dict[str, str]:
    """The cookies of those ways to the provider that it has not come back from."""
    return {name: value for name, value in browser.cookies.items() if name.startswith("oidc-")}


async def land(browser: httpx.AsyncClient, back: str) -> str:
    answer = await browser.get(back.partition("localhost:8080")[2])
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def is_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/api/me")).status_code == 200
