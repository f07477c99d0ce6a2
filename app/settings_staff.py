"""The settings of the staff's accounts."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from app.settings_part import Part
from core.vocabulary import Role


class StaffSettings(Part):
    """Sign-in of the staff (reg. 2.10).

    ``staff_secret`` seals the secrets of second factors; without it nobody can have one. ``second_factor``: ``required`` of head
    and administrators, ``offered`` to all, or ``auto``: required where the inbox is reached over HTTPS.
    """

    staff_secret: SecretStr | None = None
    second_factor: Literal["auto", "offered", "required"] = "auto"


class OidcSettings(Part):
    """Single sign-on by OpenID Connect; without an issuer there is none.

    ``oidc_claim`` names the claim whose value is the login of an account. ``oidc_strong``: values of ``amr`` or ``acr``, by commas,
    that stand for a second factor. With ``oidc_roles_claim`` the provider gives the roles: ``oidc_roles`` says which of
    its groups is which role, the first that fits counts. ``oidc_name`` stands on the button of the login page.
    """

    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_scope: str = "openid profile"
    oidc_claim: str = "preferred_username"
    oidc_strong: str = "mfa"
    oidc_roles_claim: str = ""
    oidc_roles: dict[str, Role] = Field(default={})
    oidc_name: str = ""
    oidc_ca_file: Path | None = None

    @model_validator(mode="after")
    def _it_is_whole_and_safe(self) -> Self:
        issuer = urlsplit(self.oidc_issuer)
        if self.oidc_issuer and issuer.scheme != "https" and issuer.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("OIDC_ISSUER is reached over https")
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("OIDC_ISSUER and OIDC_CLIENT_ID go together")
        if bool(self.oidc_roles_claim) != bool(self.oidc_roles):
            raise ValueError("OIDC_ROLES_CLAIM and OIDC_ROLES go together")
        return self
