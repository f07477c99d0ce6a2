"""An OpenID Connect provider: code flow with PKCE, tokens verified by the provider's keys (OpenID Connect Core 1.0, RFC 7636).

Every address is of the issuer's own origin: a discovery document that leads elsewhere is not followed.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from core.clock import Clock
from core.logs import log
from core.staff.provider_port import Elsewhere, Journey, LoggedOut, NotProved, Proved, ProviderAway

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signed by the provider's private key; never with a shared secret, never unsigned."""
KNOWN_FOR = timedelta(hours=1)
"""How long a discovery document is trusted; keys are fetched anew when a token names one that is not known."""
LEEWAY = 60
"""Seconds that the clocks may differ."""
SECONDS = 8.0
LARGEST = 512 * 1024
"""Bytes of an answer."""
LONGEST = 255
"""Characters of a name of the provider: of a person, a session, a token (OpenID Connect Core 1.0, 2)."""
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_GOOD_FOR = 600
"""Seconds from when a logout token was issued, whatever it says itself: it may be brought again, not years later."""
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcTerms:
    """What the settings say; ``strong``: values of amr or acr that stand for a second factor."""

    issuer: str
    client_id: str
    client_secret: str = ""
    scope: str = "openid profile"
    claim: str = "preferred_username"
    groups_claim: str = ""
    strong: frozenset[str] = frozenset()
    trusted: ssl.SSLContext | bool = True


class OidcProvider:
    """Implements core.staff.provider_port.IdentityProvider."""

    def __init__(self, terms: OidcTerms, clock: Clock) -> None:
        self._terms = terms
        self._clock = clock
        self._found: Mapping[str, Any] = {}
        self._found_at: datetime | None = None
        self._keys: KeySet | None = None
        self._looking = asyncio.Lock()

    async def way_there(self, journey: Journey, back: str, *, anew: bool = False) -> str:
        """The address of the provider's login page; raises ProviderAway."""
        found = await self._discover()
        asked = {
            "response_type": "code",
            "client_id": self._terms.client_id,
            "redirect_uri": back,
            "scope": self._terms.scope,
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": create_s256_code_challenge(journey.verifier),
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if anew else {}),
        }
        return _with_query(found["authorization_endpoint"], asked)

    async def redeem(self, journey: Journey, back: str, code: str) -> Proved:
        """Change the code for a token; it is believed if it is signed and meant for us. Raises ProviderAway, NotProved."""
        found = await self._discover()
        token = await self._token(found, journey, back, code)
        claims = await self._verified(found, token, journey.nonce)
        name = claims.get(self._terms.claim)
        if not isinstance(name, str) or not name.strip():
            raise NotProved("the token does not name the person")
        if self._terms.claim == "email" and claims.get("email_verified") is not True:
            raise NotProved("the address was not verified")
        said_at = claims.get("auth_time")
        return Proved(
            name=name,
            at=self._elsewhere(claims),
            is_strong=bool(self._terms.strong & {*_words(claims.get("amr")), *_words(claims.get("acr"))}),
            groups=frozenset(_words(claims.get(self._terms.groups_claim))) if self._terms.groups_claim else frozenset(),
            proved_at=datetime.fromtimestamp(said_at, UTC) if isinstance(said_at, int) else None,
        )

    async def logged_out(self, token: str) -> LoggedOut:
        """What a logout token says, where it is signed, for us, recent and nothing else (2.6 of the standard)."""
        found = await self._discover()
        now = int(self._clock.now().timestamp())
        try:
            claims = (await self._read(found, token)).claims
            JWTClaimsRegistry(
                now,
                LEEWAY,
                iss={"essential": True, "value": self._terms.issuer},
                aud={"essential": True, "value": self._terms.client_id},
                iat={"essential": True},
                jti={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError) as error:
            raise _refused(error) from error
        events, at = claims.get("events"), self._elsewhere(claims)
        is_logout = isinstance(events, dict) and isinstance(events.get(LOGOUT), dict) and "nonce" not in claims
        if not is_logout or not (at.subject or at.session) or claims["iat"] < now - LOGOUT_GOOD_FOR:
            raise _refused(ValueError("no logout token, of nobody, or an old one"))
        return LoggedOut(at=at, token_id=_name(claims, "jti"))

    async def way_out(self, back: str) -> str:
        """RP-initiated logout, where the provider offers it; raises ProviderAway."""
        found = await self._discover()
        address = str(found.get("end_session_endpoint", ""))
        if not address or not self._is_own(address):
            return ""
        return _with_query(address, {"client_id": self._terms.client_id, "post_logout_redirect_uri": back})

    async def _discover(self) -> Mapping[str, Any]:
        async with self._looking:
            now = self._clock.now()
            if self._found_at is None or now - self._found_at > KNOWN_FOR:
                found = await self._asked("GET", self._terms.issuer.rstrip("/") + DISCOVERY)
                wrong = [name for name in ADDRESSES if not self._is_own(str(found.get(name, "")))]
                if found.get("issuer") != self._terms.issuer or wrong:
                    log.error("oidc.misconfigured", wrong=wrong)
                    raise ProviderAway("not the provider of the settings")
                self._found, self._found_at, self._keys = found, now, None
            return self._found

    def _is_own(self, address: str) -> bool:
        there, ours = urlsplit(address), urlsplit(self._terms.issuer)
        return (there.scheme, there.netloc) == (ours.scheme, ours.netloc)

    async def _token(self, found: Mapping[str, Any], journey: Journey, back: str, code: str) -> str:
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": journey.verifier}
        secret, ways = self._terms.client_secret, found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = httpx.BasicAuth(self._terms.client_id, secret) if secret and "client_secret_basic" in ways else None
        if basic is None:
            given |= {"client_id": self._terms.client_id, **({"client_secret": secret} if secret else {})}
        told = await self._asked("POST", found["token_endpoint"], data=given, auth=basic)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise NotProved("no token for this code")
        return token

    async def _verified(self, found: Mapping[str, Any], token: str, nonce: str) -> Mapping[str, Any]:
        try:
            read = await self._read(found, token)
            options = {
                "iss": {"essential": True, "value": self._terms.issuer},
                "aud": {"essential": True, "value": self._terms.client_id},
            }
            params = {"nonce": nonce, "client_id": self._terms.client_id}
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(now=int(self._clock.now().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError) as error:
            raise _refused(error) from error
        return read.claims

    async def _read(self, found: Mapping[str, Any], token: str) -> jwt.Token:
        """What is signed by the provider; raises JoseError, ValueError."""
        keys = self._keys or await self._fetch_keys(found)
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):  # its keys may have changed since: asked for once more
            return jwt.decode(token, await self._fetch_keys(found), algorithms=ALGORITHMS)

    def _elsewhere(self, claims: Mapping[str, Any]) -> Elsewhere:
        return Elsewhere(issuer=self._terms.issuer, subject=_name(claims, "sub"), session=_name(claims, "sid"))

    async def _fetch_keys(self, found: Mapping[str, Any]) -> KeySet:
        told = await self._asked("GET", found["jwks_uri"])
        try:
            self._keys = KeySet.import_key_set(told)  # type: ignore[arg-type]  # JSON of the provider: it is checked there
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderAway("unreadable keys") from error
        return self._keys

    async def _asked(self, method: str, address: str, **given: Any) -> dict[str, Any]:
        """JSON of the provider. A refusal of the code is an answer too (RFC 6749, 5.2)."""
        try:
            async with httpx.AsyncClient(timeout=SECONDS, verify=self._terms.trusted, trust_env=False) as client:
                answer = await client.request(method, address, headers={"Accept": "application/json"}, **given)
            told = answer.json() if len(answer.content) <= LARGEST else None
        except (httpx.HTTPError, ValueError) as error:
            log.warning("oidc.away", error=type(error).__name__)
            raise ProviderAway("the provider does not answer") from error
        if answer.status_code >= 500 or not isinstance(told, dict) or (answer.status_code >= 300 and "error" not in told):
            log.warning("oidc.away", status=answer.status_code)
            raise ProviderAway("the provider does not answer as it should")
        return told


def _with_query(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"


def _words(told: Any) -> list[str]:
    """A claim of one word or of several."""
    return [told] if isinstance(told, str) else [one for one in told if isinstance(one, str)] if isinstance(told, list) else []


def _name(claims: Mapping[str, Any], claim: str) -> str:
    """A name that the provider gives, empty where it gives none; raises NotProved for what cannot be one."""
    name = claims.get(claim, "")
    if not isinstance(name, str) or len(name) > LONGEST or "\0" in name:
        raise _refused(ValueError("a name of the provider that is none"))
    return name


def _refused(error: Exception) -> NotProved:
    log.warning("oidc.refused", error=type(error).__name__)
    return NotProved("the token is not good")
