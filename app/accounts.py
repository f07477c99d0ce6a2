"""The desk of the accounts, as the settings want it."""

import ssl

from app.settings import Settings
from app.settings_staff import OidcSettings
from core.clock import Clock
from core.staff.desk import StaffDesk
from core.staff.second_factor import MUST_HAVE
from core.staff.secret_box import SecretBox
from db.transactions import Transactions
from integrations.oidc.provider import OidcProvider, OidcTerms


def staff_desk(settings: Settings, transactions: Transactions, clock: Clock) -> StaffDesk:
    """With second factors where there is a secret to seal them with, and single sign-on where there is a provider."""
    secret, wanted = settings.staff.staff_secret, settings.staff.second_factor
    is_required = wanted == "required" or (wanted == "auto" and settings.web.public_url.startswith("https://"))
    return StaffDesk(
        transactions=transactions,
        clock=clock,
        box=SecretBox(secret.get_secret_value()) if secret is not None else None,
        second_factor_of=MUST_HAVE if is_required else frozenset(),
        provider=OidcProvider(oidc_terms(settings.oidc), clock) if settings.oidc.oidc_issuer else None,
        roles_of_groups=settings.oidc.oidc_roles,
    )


def oidc_terms(part: OidcSettings) -> OidcTerms:
    """What the provider needs of the settings."""
    secret = part.oidc_client_secret
    return OidcTerms(
        issuer=part.oidc_issuer,
        client_id=part.oidc_client_id,
        client_secret=secret.get_secret_value() if secret is not None else "",
        scope=part.oidc_scope,
        claim=part.oidc_claim,
        groups_claim=part.oidc_roles_claim,
        strong=frozenset(one.strip() for one in part.oidc_strong.split(",") if one.strip()),
        trusted=ssl.create_default_context(cafile=part.oidc_ca_file) if part.oidc_ca_file else True,
    )
