"""What an account adds to single sign-on: its second factor, its roles, the confirming of deeds, the leaving."""

from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from core.audit.model import AuditEntry
from core.staff.asker import CameBy
from core.staff.confirming import CONFIRMED_FOR
from core.staff.model import StaffSession
from core.staff.second_factor import MUST_HAVE
from core.vocabulary import Role
from tests.inbox.sign_on import SignIn, come_back, is_in, joined, land
from tests.inbox.world import PASSWORD, Centre
from tests.oidc_provider import LoopbackProvider


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
    assert await come_back(await sign_in(None), provider, member.login) == "/login?problem=no_role&next=%2Fappeals"


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
    assert await come_back(browser, provider, "x") == "/login?problem=not_proved&next=%2Fappeals"
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
