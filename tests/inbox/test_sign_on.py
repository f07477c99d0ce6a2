"""Single sign-on against a provider on loopback that signs with a real key: what lets in, and everything that must not."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey

from core.audit.model import AuditEntry
from core.staff.model import StaffMember
from core.staff.tries import TRIES_OF_ADDRESS
from core.vocabulary import Role
from tests.inbox.sign_on import SignIn, come_back, held_by, is_in, joined, land
from tests.inbox.world import PASSWORD, Centre
from tests.oidc_provider import SECRET, LoopbackProvider, new_key


@pytest.mark.clause("2.10")
async def test_a_person_of_the_provider_comes_to_their_account(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    assert await come_back(browser, provider, member.login.upper(), "/appeals?status=new") == "/appeals?status=new"
    me = (await browser.get("/api/me")).json()
    assert (me["id"], me["by_provider"], bool(me["actions"])) == (member.id, True, True)
    assert not held_by(browser)
    [entry] = await centre.rows(AuditEntry, AuditEntry.action == "staff.login")
    assert (entry.staff_id, entry.details) == (member.id, {"by": "provider"})


WRONG: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "0" * 64},
    "no nonce": {"nonce": None},
    "over": {"exp": 1_700_000_000},
    "never over": {"exp": None},
    "for another client": {"aud": "somebody-else"},
    "for several, not given to us": {"aud": ["contact-centre", "somebody-else"], "azp": "somebody-else"},
    "of another issuer": {"iss": "https://provider.example"},
    "from the future": {"iat": 4_000_000_000},
    "nobody": {"preferred_username": None},
    "a blank name": {"preferred_username": "  "},
    "a name that is no word": {"preferred_username": ["anna"]},
    "an amr that is no list": {"amr": "mfa"},
}


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG.keys())
async def test_a_token_that_says_something_wrong_lets_nobody_in(
    claims: dict[str, Any], centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    provider.claims = claims
    assert await come_back(browser, provider, member.login) == "/login?problem=not_proved&next=%2Fappeals"
    assert not await is_in(browser)
    assert [one.action for one in await centre.rows(AuditEntry)] == ["staff.login_failed"]


async def test_a_token_of_another_hand_lets_nobody_in(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    provider.published, provider.key = [provider.key], new_key(provider.key.kid or "")
    assert await come_back(browser, provider, member.login) == "/login?problem=not_proved&next=%2Fappeals"
    provider.key, provider.algorithm = OctKey.import_key(SECRET, {"kid": "1"}), "HS256"  # type: ignore[assignment]  # the attack
    assert await come_back(browser, provider, member.login) == "/login?problem=not_proved&next=%2Fappeals"
    assert not await is_in(browser)


async def test_the_state_binds_the_answer_to_the_browser_that_asked(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    member, browser, other = (await centre.a_member()).asker, await sign_in(None), await sign_in(None)
    there = (await browser.get("/api/oidc/begin")).headers["location"]
    back = provider.let_in(there, member.login)
    assert await land(other, back) == "/login?problem=not_proved"
    await other.get("/api/oidc/begin")
    assert await land(other, back) == "/login?problem=not_proved"
    assert await land(browser, back.replace("state=", "state=0")) == "/login?problem=not_proved"
    assert not await is_in(other) and not await is_in(browser)
    assert "token" not in provider.asked


async def test_an_answer_is_taken_once(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser, thief = (await centre.a_member()).asker, await sign_in(None), await sign_in(None)
    there = await browser.get("/api/oidc/begin")
    held, back = held_by(browser), provider.let_in(there.headers["location"], member.login)
    assert await land(browser, back) == "/"
    thief.cookies.update(held)
    assert await land(thief, back) == "/login?problem=not_proved"
    assert provider.asked.count("token") == 1
    code = parse_qs(urlsplit(back).query)["code"][0]
    there = await thief.get("/api/oidc/begin")
    state = parse_qs(urlsplit(there.headers["location"]).query)["state"][0]
    assert await land(thief, f"http://localhost:8080/api/oidc/callback?state={state}&code={code}") == "/login?problem=not_proved"
    assert not await is_in(thief)


async def test_two_tabs_on_their_way_at_once_both_arrive(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    ways = [await browser.get("/api/oidc/begin", params={"to": to}) for to in ("/appeals", "/directory")]
    backs = [provider.let_in(there.headers["location"], member.login) for there in ways]
    assert [await land(browser, back) for back in backs] == ["/appeals", "/directory"]
    assert await is_in(browser) and not held_by(browser)


async def test_a_refusal_of_the_provider_is_told(provider: LoopbackProvider, sign_in: SignIn) -> None:
    browser = await sign_in(None)
    there = await browser.get("/api/oidc/begin")
    state = parse_qs(urlsplit(there.headers["location"]).query)["state"][0]
    back = f"http://localhost:8080/api/oidc/callback?state={state}&error=access_denied"
    assert await land(browser, back) == "/login?problem=not_proved"


@pytest.mark.clause("2.10")
async def test_only_an_active_account_that_is_there_is_come_to(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, admin = (await centre.a_member()).asker, (await centre.a_member(Role.ADMINISTRATOR)).asker
    await centre.staff.accounts.deactivate(admin, member.id, 1)
    browser = await sign_in(None)
    for login in ("nobody.here", member.login, "x" * 65):
        assert await come_back(browser, provider, login) == "/login?problem=no_account&next=%2Fappeals"
    assert not await is_in(browser)
    assert len(await centre.rows(StaffMember)) == 2


async def test_a_provider_that_is_away_leaves_the_password(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    back = [
        provider.let_in((await browser.get("/api/oidc/begin")).headers["location"], member.login),
    ]
    provider.is_down = True
    assert await land(browser, back[0]) == "/login?problem=provider_away"
    joined(centre, provider)
    for _ in range(TRIES_OF_ADDRESS + 1):
        assert (await browser.get("/api/oidc/begin")).headers["location"] == "/login?problem=provider_away"
    entered = await browser.post("/api/login", json={"login": member.login, "password": PASSWORD})
    assert entered.status_code == 200


async def test_one_whose_provider_fails_at_the_end_is_not_locked_out(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    for _ in range(TRIES_OF_ADDRESS + 1):
        provider.is_down = False
        back = provider.let_in((await browser.get("/api/oidc/begin")).headers["location"], member.login)
        provider.is_down = True
        assert await land(browser, back) == "/login?problem=provider_away"
    assert (await browser.post("/api/login", json={"login": member.login, "password": PASSWORD})).status_code == 200


async def test_bad_answers_are_counted_as_tries_of_their_address(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    provider.claims = {"nonce": "wrong"}
    found = [await come_back(browser, provider, member.login) for _ in range(TRIES_OF_ADDRESS + 1)]
    assert (
        set(found[:-1]) == {"/login?problem=not_proved&next=%2Fappeals"}
        and found[-1] == "/login?problem=too_many_tries&next=%2Fappeals"
    )


async def test_keys_that_were_changed_are_fetched_once(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    assert await come_back(browser, provider, member.login) == "/appeals"
    assert await come_back(browser, provider, member.login) == "/appeals"
    assert provider.asked.count("keys") == provider.asked.count("discovery") == 1
    provider.rotate()
    assert await come_back(browser, provider, member.login) == "/appeals"
    assert provider.asked.count("keys") == 2
    provider.key = new_key("unknown")
    assert await come_back(browser, provider, member.login) == "/login?problem=not_proved&next=%2Fappeals"
    assert provider.asked.count("keys") == 3


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://provider.example"},
        {"token_endpoint": "http://127.0.0.1:1/token"},
        {"jwks_uri": "https://provider.example/keys"},
        {"authorization_endpoint": None},
    ],
    ids=["another issuer", "another port", "another host", "no address"],
)
async def test_a_discovery_that_leads_elsewhere_is_not_followed(
    told: dict[str, Any], provider: LoopbackProvider, sign_in: SignIn
) -> None:
    provider.discovery = told
    assert (await (await sign_in(None)).get("/api/oidc/begin")).headers["location"] == "/login?problem=provider_away"
    assert provider.asked == ["discovery"]


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/\r\nSet-Cookie: a=b", "evil"],
)
async def test_nobody_is_sent_to_a_foreign_page(to: str, centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    assert await come_back(browser, provider, member.login, to) == "/"


async def test_without_a_provider_there_is_no_such_way(sign_in: SignIn) -> None:
    assert (await (await sign_in(None)).get("/api/sign-in")).json() == {"provider": None}
