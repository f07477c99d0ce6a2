"""The part of ``doctor`` that asks whether single sign-on answers."""

import secrets

from app.accounts import oidc_terms
from app.finding import BAD, GOOD, NOTE, Finding
from app.settings_staff import OidcSettings
from core.clock import SystemClock
from core.staff.provider_port import Journey, ProviderAway
from core.words import say
from integrations.oidc.provider import OidcProvider


async def sign_on(part: OidcSettings) -> Finding:
    """Its discovery document is there and is that of the issuer; a file of authorities that cannot be read is told too."""
    what = say("doctor.sign_on")
    if not part.oidc_issuer:
        return Finding(mark=NOTE, what=what, told=say("doctor.no_sign_on"))
    try:
        await OidcProvider(oidc_terms(part), SystemClock()).way_there(Journey(key=secrets.token_urlsafe()), "")
    except (ProviderAway, OSError):
        return Finding(mark=BAD, what=what, told=say("doctor.sign_on_away", url=part.oidc_issuer))
    return Finding(mark=GOOD, what=what, told=say("doctor.answers", url=part.oidc_issuer))
