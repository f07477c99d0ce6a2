"""Back-channel logout against a provider on loopback with a real key: what ends a session, and everything that must not."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from joserfc.jwk import OctKey

from core.audit.model import AuditEntry
from core.staff.model import LoginTry
from core.staff.tries import NOTICES_OF_ADDRESS
from inbox.web.live import LiveHub
from integrations.oidc.provider import LOGOUT, LOGOUT_GOOD_FOR
from tests import patience
from tests.inbox.sign_on import SignIn, come_back, is_in, joined
from tests.inbox.world import HOST, PASSWORD, Centre
from tests.oidc_provider import SECRET, LoopbackProvider, new_key

WAY = "/api/oidc/logout"


@pytest.fixture
def teller(app: FastAPI) -> httpx.AsyncClient:
    """The provider's own client: no cookie, and none of a browser's headers."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST)


async def told(teller: httpx.AsyncClient, token: str) -> int:
    answer = await teller.post(WAY, data={"logout_token": token})
    assert answer.headers["cache-control"] == "no-store"
    if answer.status_code == 400:
        assert answer.json() == {"error": "invalid_request"}
    return answer.status_code


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("named", [("sub",), ("sid",), ("sub", "sid")], ids=["person", "session", "both"])
async def test_a_session_ends_with_that_of_the_provider(
    named: tuple[str, ...], centre: Centre, provider: LoopbackProvider, sign_in: SignIn, teller: httpx.AsyncClient
) -> None:
    member, other = (await centre.a_member()).asker, (await centre.a_member()).asker
    one, two, foreign, by_password = [await sign_in(None) for _ in range(4)]
    await come_back(one, provider, member.login)
    await come_back(foreign, provider, other.login)
    provider.claims = {"sid": "another"}
    await come_back(two, provider, member.login)
    await by_password.post("/api/login", json={"login": member.login, "password": PASSWORD})
    says = {"sub": f"id of {member.login}", "sid": f"session of {member.login}"}
    assert await told(teller, provider.logout_token(**{name: says[name] for name in named})) == 200
    assert not await is_in(one)
    assert await is_in(two) is ("sid" in named), "the session is named, or every one of the person"
    assert await is_in(foreign) and await is_in(by_password)
    [entry] = await centre.rows(AuditEntry, AuditEntry.action == "staff.logout_by_provider")
    assert (entry.staff_id, entry.details) == (member.id, {"count": 1 if "sid" in named else 2})


async def test_a_session_whose_number_there_was_not_told_ends_with_any_of_its_person(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn, teller: httpx.AsyncClient
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    provider.claims = {"sid": None}
    await come_back(browser, provider, member.login)
    assert await told(teller, provider.logout_token(sid="7")) == 200 and await is_in(browser)
    assert await told(teller, provider.logout_token(sid="7", sub="another person")) == 200 and await is_in(browser)
    assert await told(teller, provider.logout_token(sid="7", sub=f"id of {member.login}")) == 200
    assert not await is_in(browser)


WRONG: dict[str, dict[str, Any]] = {
    "of another issuer": {"iss": "https://provider.example"},
    "of no issuer": {"iss": None},
    "for another client": {"aud": ["somebody-else"]},
    "for nobody": {"aud": None},
    "of no time": {"iat": None},
    "of a time that is none": {"iat": "now"},
    "from the future": {"iat": 4_000_000_000},
    "of long ago": {"iat": 1_700_000_000},
    "over": {"exp": 1_700_000_000},
    "without a number": {"jti": None},
    "with a number that is none": {"jti": 7},
    "of no event": {"events": None},
    "of another event": {"events": {"http://schemas.openid.net/event/other": {}}},
    "of an event that says nothing": {"events": {LOGOUT: None}},
    "of events that are no object": {"events": LOGOUT},
    "with a nonce": {"nonce": "0" * 64},
    "of nobody": {"sub": None},
    "of an empty name": {"sub": ""},
    "of a name that is no word": {"sub": ["anna"]},
    "of a name too long": {"sub": "x" * 256},
    "of a session that is no word": {"sid": 7},
}


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG.keys())
async def test_a_token_that_says_something_wrong_ends_nothing(
    claims: dict[str, Any], centre: Centre, provider: LoopbackProvider, sign_in: SignIn, teller: httpx.AsyncClient
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    await come_back(browser, provider, member.login)
    assert await told(teller, provider.logout_token(**{"sub": f"id of {member.login}", **claims})) == 400
    assert await is_in(browser)
    assert not await centre.rows(AuditEntry, AuditEntry.action == "staff.logout_by_provider")


async def test_a_token_of_another_hand_or_none_ends_nothing(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn, teller: httpx.AsyncClient
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    await come_back(browser, provider, member.login)
    says = {"sub": f"id of {member.login}"}
    provider.published, provider.key = [provider.key], new_key(provider.key.kid or "")
    assert await told(teller, provider.logout_token(**says)) == 400
    provider.key, provider.algorithm = OctKey.import_key(SECRET, {"kid": "1"}), "HS256"  # type: ignore[assignment]  # the attack
    assert await told(teller, provider.logout_token(**says)) == 400
    head, _, rest = provider.logout_token(**says).partition(".")
    for token in ("", "x", f"eyJhbGciOiJub25lIn0.{rest.partition('.')[0]}.", f"{head}.{rest}x"):
        assert await told(teller, token) == 400
    assert (await teller.post(WAY, json={"logout_token": "x"})).status_code == 400
    assert (await teller.post(WAY, data={"logout_token": "x" * 20_000})).status_code == 400
    assert await is_in(browser)


async def test_a_token_is_taken_once_and_not_for_long(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn, teller: httpx.AsyncClient
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    token = provider.logout_token(sub=f"id of {member.login}")
    old = provider.logout_token(sub=f"id of {member.login}", exp=None)
    assert await told(teller, token) == 200, "nobody is in: it is as if they were out"
    await come_back(browser, provider, member.login)
    assert await told(teller, token) == 400
    centre.clock.move(seconds=LOGOUT_GOOD_FOR + 1)
    assert await told(teller, old) == 400
    assert await is_in(browser)


async def test_who_still_owes_the_code_is_not_let_in_after_it(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn, teller: httpx.AsyncClient
) -> None:
    member, browser = await centre.a_member(), await sign_in(None)
    totp = pyotp.TOTP((await centre.staff.second.offer(member.asker)).secret)
    await centre.staff.second.confirm(member.asker, totp.at(centre.clock.now()))
    centre.clock.move(seconds=30)
    assert (await come_back(browser, provider, member.asker.login)).startswith("/login?code=1")
    assert await told(teller, provider.logout_token(sid=f"session of {member.asker.login}")) == 200
    refused = await browser.post("/api/oidc/code", json={"code": totp.at(centre.clock.now())})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_proved")
    await come_back(browser, provider, member.asker.login)
    assert (await browser.post("/api/oidc/code", json={"code": totp.at(centre.clock.now())})).status_code == 200
    assert await told(teller, provider.logout_token(sid=f"session of {member.asker.login}")) == 200
    assert not await is_in(browser), "what the code opened knows its session there"


async def test_its_live_stream_ends_too(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn, teller: httpx.AsyncClient, a_hub: Callable[[], LiveHub]
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    await come_back(browser, provider, member.login)
    asker = await centre.staff.sessions.who(browser.cookies["sid"])
    assert asker is not None
    async with a_hub().running() as hub:
        await asyncio.wait_for(hub.ready.wait(), patience.SECONDS)
        async with hub.screen(asker) as screen:
            assert await told(teller, provider.logout_token(sub=f"id of {member.login}")) == 200
            assert await asyncio.wait_for(screen.queue.get(), patience.SECONDS) is None


async def test_another_provider_ends_no_session_of_the_one_before(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn, teller: httpx.AsyncClient
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    await come_back(browser, provider, member.login)
    before, provider.address = provider.address, provider.address.replace("127.0.0.1", "localhost")
    joined(centre, provider)
    assert await told(teller, provider.logout_token(sub=f"id of {member.login}")) == 200
    assert await is_in(browser)
    provider.address = before


async def test_a_provider_that_is_away_is_no_try_and_bad_tokens_are(
    centre: Centre, provider: LoopbackProvider, teller: httpx.AsyncClient
) -> None:
    good = provider.logout_token(sub="x")
    provider.is_down = True
    for _ in range(3):
        assert await told(teller, good) == 400
    provider.is_down = False
    assert await told(teller, good) == 200, "one that could not be read is not used up"
    assert await told(teller, "x") == 400
    [kept] = await centre.rows(LoginTry)
    async with centre.transactions.begin() as tx:
        tx.add_all([LoginTry(key=kept.key, tried_at=kept.tried_at) for _ in range(NOTICES_OF_ADDRESS - 2)])
    assert await told(teller, "x") == 400
    refused = await teller.post(WAY, data={"logout_token": "x"})
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0


async def test_a_page_of_another_host_may_post_there_and_nowhere_else(
    provider: LoopbackProvider, teller: httpx.AsyncClient
) -> None:
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert (await teller.post(WAY, data={"logout_token": "x"}, headers=foreign)).status_code == 400
    assert (await teller.post("/api/oidc/code", json={"code": "1"}, headers=foreign)).json()["code"] == "foreign_origin"


async def test_confirming_there_binds_the_session_to_the_newest_one(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn, teller: httpx.AsyncClient
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    await come_back(browser, provider, member.login)
    provider.claims = {"sid": "newer"}
    back = provider.let_in((await browser.get("/api/oidc/confirm")).headers["location"], member.login)
    await browser.get(back.partition("localhost:8080")[2])
    assert await told(teller, provider.logout_token(sid=f"session of {member.login}")) == 200 and await is_in(browser)
    assert await told(teller, provider.logout_token(sid="newer")) == 200 and not await is_in(browser)
