"""Single sign-on against a provider on loopback that signs with a real key: what lets in, and everything that must not."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from joserfc.jwk import OctKey

from core.audit.model import AuditEntry
from core.staff.asker import CameBy
from core.staff.confirming import CONFIRMED_FOR
from core.staff.desk import StaffDesk
from core.staff.model import StaffMember, StaffSession
from core.staff.passwords import Passwords
from core.staff.second_factor import MUST_HAVE
from core.staff.secret_box import SecretBox
from core.staff.tries import TRIES_OF_ADDRESS
from core.vocabulary import Role
from integrations.oidc.provider import OidcProvider
from tests.inbox.world import PASSWORD, Centre
from tests.oidc_provider import SECRET, LoopbackProvider, new_key, provider_running

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def provider(centre: Centre) -> AsyncIterator[LoopbackProvider]:
    async with provider_running(centre.clock) as running:
        joined(centre, running)
        yield running


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


async def land(browser: httpx.AsyncClient, back: str) -> str:
    answer = await browser.get(back.partition("localhost:8080")[2])
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def is_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/api/me")).status_code == 200


@pytest.mark.clause("2.10")
async def test_a_person_of_the_provider_comes_to_their_account(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    assert await come_back(browser, provider, member.login.upper(), "/appeals?status=new") == "/appeals?status=new"
    me = (await browser.get("/api/me")).json()
    assert (me["id"], me["by_provider"], bool(me["actions"])) == (member.id, True, True)
    assert "oidc" not in browser.cookies
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
    assert await come_back(browser, provider, member.login) == "/login?problem=not_proved"
    assert not await is_in(browser)
    assert [one.action for one in await centre.rows(AuditEntry)] == ["staff.login_failed"]


async def test_a_token_of_another_hand_lets_nobody_in(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    provider.published, provider.key = [provider.key], new_key(provider.key.kid or "")
    assert await come_back(browser, provider, member.login) == "/login?problem=not_proved"
    provider.key, provider.algorithm = OctKey.import_key(SECRET, {"kid": "1"}), "HS256"  # type: ignore[assignment]  # the attack
    assert await come_back(browser, provider, member.login) == "/login?problem=not_proved"
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
    held, back = browser.cookies["oidc"], provider.let_in(there.headers["location"], member.login)
    assert await land(browser, back) == "/"
    thief.cookies.set("oidc", held)
    assert await land(thief, back) == "/login?problem=not_proved"
    assert provider.asked.count("token") == 1
    code = parse_qs(urlsplit(back).query)["code"][0]
    there = await thief.get("/api/oidc/begin")
    state = parse_qs(urlsplit(there.headers["location"]).query)["state"][0]
    assert await land(thief, f"http://localhost:8080/api/oidc/callback?state={state}&code={code}") == "/login?problem=not_proved"
    assert not await is_in(thief)


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
        assert await come_back(browser, provider, login) == "/login?problem=no_account"
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
    assert set(found[:-1]) == {"/login?problem=not_proved"} and found[-1] == "/login?problem=too_many_tries"


async def test_keys_that_were_changed_are_fetched_once(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    assert await come_back(browser, provider, member.login) == "/appeals"
    assert await come_back(browser, provider, member.login) == "/appeals"
    assert provider.asked.count("keys") == provider.asked.count("discovery") == 1
    provider.rotate()
    assert await come_back(browser, provider, member.login) == "/appeals"
    assert provider.asked.count("keys") == 2
    provider.key = new_key("unknown")
    assert await come_back(browser, provider, member.login) == "/login?problem=not_proved"
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


async def enrolled(centre: Centre, login: str) -> pyotp.TOTP:
    """A second factor of the centre's own."""
    _, asker = await centre.staff.sessions.login(login, PASSWORD, address="10.0.0.9")
    totp = pyotp.TOTP((await centre.staff.second.offer(asker)).secret)
    await centre.staff.second.confirm(asker, totp.at(centre.clock.now()))
    centre.clock.move(seconds=30)
    return totp


@pytest.mark.clause("2.10")
async def test_the_second_factor_is_asked_for_unless_the_provider_did(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    member, browser, strong = (await centre.a_member()).asker, await sign_in(None), await sign_in(None)
    totp = await enrolled(centre, member.login)
    assert await come_back(browser, provider, member.login) == "/login?code=1&next=%2Fappeals"
    assert not await is_in(browser)
    wrong = await browser.post("/api/oidc/code", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_code")
    entered = await browser.post("/api/oidc/code", json={"code": totp.at(centre.clock.now())})
    assert entered.status_code == 200 and entered.json()["id"] == member.id
    assert await is_in(browser)
    provider.claims = {"amr": ["pwd", "mfa"]}
    assert await come_back(strong, provider, member.login) == "/appeals"
    assert await is_in(strong)
    sessions = await rows_of_sessions(centre)
    assert [one.came_by for one in sessions[-2:]] == [CameBy.PROVIDER_STRONG] * 2


async def rows_of_sessions(centre: Centre) -> list[StaffSession]:
    from sqlmodel import select

    async with centre.transactions.begin() as tx:
        return list((await tx.exec(select(StaffSession).order_by(StaffSession.created_at))).all())  # type: ignore[arg-type]


async def test_who_waits_for_a_code_waits_ten_minutes_and_comes_in_once(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    totp = await enrolled(centre, member.login)
    await come_back(browser, provider, member.login)
    held = browser.cookies["oidc"]
    assert (await browser.post("/api/oidc/code", json={"code": totp.at(centre.clock.now())})).status_code == 200
    again = await sign_in(None)
    again.cookies.set("oidc", held)
    centre.clock.move(seconds=30)
    refused = await again.post("/api/oidc/code", json={"code": totp.at(centre.clock.now())})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_proved")
    late = await sign_in(None)
    await come_back(late, provider, member.login)
    centre.clock.move(minutes=10)
    assert (await late.post("/api/oidc/code", json={"code": totp.at(centre.clock.now())})).status_code == 403
    assert (await (await sign_in(None)).post("/api/oidc/code", json={"code": "123456"})).status_code == 403


async def test_a_strong_login_elsewhere_is_enough_for_who_must_have_a_second_factor(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    joined(centre, provider, required=MUST_HAVE)
    head = (await centre.a_member(Role.SUPERVISOR)).asker
    weak, strong = await sign_in(None), await sign_in(None)
    await come_back(weak, provider, head.login)
    assert (await weak.get("/api/me")).json()["must_enrol"] is True
    provider.claims = {"acr": "mfa"}
    await come_back(strong, provider, head.login)
    assert (await strong.get("/api/me")).json()["must_enrol"] is False


async def test_who_comes_by_the_provider_needs_no_password_of_their_own(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    admin, browser = (await centre.a_member(Role.ADMINISTRATOR)).asker, await sign_in(None)
    await centre.staff.accounts.open(admin, login="anna", full_name="Тестова", role=Role.OPERATOR)
    await come_back(browser, provider, "anna")
    assert (await browser.get("/api/conversations")).status_code == 200


@pytest.mark.clause("2.10")
async def test_roles_come_from_the_provider_only_where_it_is_set_so(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    provider.claims = {"groups": ["other", "heads"]}
    await come_back(browser, provider, member.login)
    assert (await browser.get("/api/me")).json()["role"] == "operator"
    joined(centre, provider, groups_claim="groups", roles={"heads": Role.SUPERVISOR, "line": Role.OPERATOR})
    other = await sign_in(None)
    await come_back(other, provider, member.login)
    assert (await other.get("/api/me")).json()["role"] == "supervisor"
    assert not await is_in(browser), "what was open under the role before is over"
    [entry] = await centre.rows(AuditEntry, AuditEntry.action == "staff.role_by_provider")
    assert entry.details == {"role_before": "operator", "role": "supervisor"}
    provider.claims = {"groups": ["other"]}
    assert await come_back(await sign_in(None), provider, member.login) == "/login?problem=no_role"


async def test_the_provider_does_not_take_the_last_administrator(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    admin, browser = (await centre.a_member(Role.ADMINISTRATOR)).asker, await sign_in(None)
    joined(centre, provider, groups_claim="groups", roles={"line": Role.OPERATOR})
    provider.claims = {"groups": "line"}
    assert await come_back(browser, provider, admin.login) == "/appeals"
    assert (await browser.get("/api/me")).json()["role"] == "administrator"


async def test_an_address_counts_only_when_the_provider_verified_it(
    centre: Centre, provider: LoopbackProvider, sign_in: SignIn
) -> None:
    admin, browser = (await centre.a_member(Role.ADMINISTRATOR)).asker, await sign_in(None)
    await centre.staff.accounts.open(admin, login="anna@example.org", full_name="Тестова", role=Role.OPERATOR)
    joined(centre, provider, claim="email")
    provider.claims = {"email": "Anna@example.org"}
    assert await come_back(browser, provider, "x") == "/login?problem=not_proved"
    provider.claims |= {"email_verified": True}
    assert await come_back(browser, provider, "x") == "/appeals"


@pytest.mark.clause("2.10")
async def test_a_dangerous_deed_is_confirmed_at_the_provider(centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    admin, other = (await centre.a_member(Role.ADMINISTRATOR)).asker, (await centre.a_member()).asker
    browser = await sign_in(None)
    await come_back(browser, provider, admin.login)
    centre.clock.move(seconds=CONFIRMED_FOR.total_seconds())
    refused = (await browser.post(f"/api/staff/{other.id}/unlock")).json()
    assert (refused["code"], refused["facts"]["by_provider"]) == ("needs_confirmation", True)

    async def confirm(login: str) -> str:
        there = (await browser.get("/api/oidc/confirm")).headers["location"]
        assert parse_qs(urlsplit(there).query)["prompt"] == ["login"]
        return await land(browser, provider.let_in(there, login))

    assert await confirm(other.login) == "/confirmed?problem=not_proved"
    provider.claims = {"auth_time": None}
    assert await confirm(admin.login) == "/confirmed?problem=not_proved"
    provider.claims = {"auth_time": int(centre.clock.now().timestamp() - CONFIRMED_FOR.total_seconds())}
    assert await confirm(admin.login) == "/confirmed"
    assert (await browser.post(f"/api/staff/{other.id}/unlock")).status_code == 403, "a proof of long ago is none"
    provider.claims = {}
    assert await confirm(admin.login) == "/confirmed"
    assert (await browser.post(f"/api/staff/{other.id}/unlock")).status_code == 204


async def test_the_session_at_the_provider_is_ended_where_it_can_be(provider: LoopbackProvider, sign_in: SignIn) -> None:
    browser = await sign_in(None)
    there = (await browser.get("/api/oidc/leave")).headers["location"]
    assert there.startswith(provider.address + "/logout?")
    assert parse_qs(urlsplit(there).query)["post_logout_redirect_uri"] == ["http://localhost:8080/login"]


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/\r\nSet-Cookie: a=b", "evil"],
)
async def test_nobody_is_sent_to_a_foreign_page(to: str, centre: Centre, provider: LoopbackProvider, sign_in: SignIn) -> None:
    member, browser = (await centre.a_member()).asker, await sign_in(None)
    assert await come_back(browser, provider, member.login, to) == "/"


async def test_without_a_provider_there_is_no_such_way(sign_in: SignIn) -> None:
    assert (await (await sign_in(None)).get("/api/sign-in")).json() == {"provider": None}
