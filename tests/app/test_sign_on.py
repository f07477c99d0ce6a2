"""What the settings make of single sign-on: whole and safe or refused at the start, and what the doctor says of it."""

import pytest

from app.doctor_sign_on import sign_on
from app.finding import BAD, GOOD, NOTE
from app.settings_staff import OidcSettings
from core.vocabulary import Role
from tests.clocks import MovableClock
from tests.oidc_provider import CLIENT, provider_running

WHOLE = {"oidc_issuer": "https://login.example.org/realms/city", "oidc_client_id": CLIENT}


def test_roles_are_read_by_their_groups() -> None:
    part = OidcSettings(**WHOLE, oidc_roles_claim="groups", oidc_roles={"heads": "supervisor"})
    assert part.oidc_roles == {"heads": Role.SUPERVISOR}


@pytest.mark.parametrize(
    "given",
    [
        {**WHOLE, "oidc_issuer": "http://login.example.org"},
        {**WHOLE, "oidc_client_id": ""},
        {"oidc_client_id": CLIENT},
        {**WHOLE, "oidc_roles_claim": "groups"},
        {**WHOLE, "oidc_roles": {"heads": "supervisor"}},
        {**WHOLE, "oidc_roles_claim": "groups", "oidc_roles": {"heads": "king"}},
    ],
    ids=["in clear", "no client", "no issuer", "no roles", "no claim", "a role that is not there"],
)
def test_half_of_it_is_refused_at_the_start(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"OIDC_|oidc_"):
        OidcSettings.model_validate(given)


async def test_the_doctor_says_whether_the_provider_answers(clock: MovableClock) -> None:
    assert (await sign_on(OidcSettings())).mark == NOTE
    async with provider_running(clock) as provider:
        part = OidcSettings(oidc_issuer=provider.address, oidc_client_id=CLIENT)
        assert (await sign_on(part)).mark == GOOD
        provider.discovery = {"issuer": "https://provider.example"}
        assert (await sign_on(part)).mark == BAD
    assert (await sign_on(part)).mark == BAD
