"""What the office needs of an identity provider (OpenID Connect Core 1.0): implemented in integrations/oidc."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from core.errors import NotAllowed, OfficeError


class ProviderAway(OfficeError):
    """The provider does not answer, or not as the standard says; the login by password goes on."""

    code = "provider_away"


class NotProved(NotAllowed):
    """The provider's answer proves nothing: it is not the one asked for, is over, was used, or is not signed by it."""

    code = "not_proved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One way to the provider and back. All that binds its answer comes from ``key``, which only the browser holds.

    ``state`` binds the answer to the browser, ``nonce`` the token to the request, ``verifier`` the code to who asked (RFC 7636).
    """

    key: str

    @property
    def state(self) -> str:
        """Goes with the browser and comes back."""
        return self._word("state")

    @property
    def nonce(self) -> str:
        """Comes back within the token."""
        return self._word("nonce")

    @property
    def verifier(self) -> str:
        """Is told when the code is redeemed; only its hash went before."""
        return self._word("verifier")

    def _word(self, purpose: str) -> str:
        return hmac.new(self.key.encode(), purpose.encode(), sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Who somebody is at the provider, and in which session there (``sub`` and ``sid``); one of them may be empty."""

    issuer: str = ""
    subject: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOut:
    """The provider says that this session, or each session of this person, is over; ``token_id`` is told once."""

    at: Elsewhere
    token_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What a verified token says: the name of the account, whether two factors were asked, groups, when the person proved it."""

    name: str
    is_strong: bool
    at: Elsewhere
    groups: frozenset[str] = frozenset()
    proved_at: datetime | None = None


class IdentityProvider(Protocol):
    """Whoever knows the staff elsewhere."""

    async def way_there(self, journey: Journey, back: str, *, anew: bool = False) -> str:
        """Where the browser goes; ``back``: where it returns; ``anew``: the person proves it now. Raises ProviderAway."""
        ...

    async def redeem(self, journey: Journey, back: str, code: str) -> Proved:
        """What the provider says of who came back with this code. Raises ProviderAway, NotProved."""
        ...

    async def logged_out(self, token: str) -> LoggedOut:
        """What its logout token says (OpenID Connect Back-Channel Logout 1.0). Raises ProviderAway, NotProved."""
        ...

    async def way_out(self, back: str) -> str:
        """Where the browser ends its session at the provider; empty when there is no such place. Raises ProviderAway."""
        ...
