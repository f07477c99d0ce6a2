"""A small OpenID Connect provider on loopback: it signs with a real key, and can be told to do each thing wrong."""

import asyncio
import base64
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from core.clock import Clock
from integrations.oidc.provider import LOGOUT, OidcTerms

CLIENT, SECRET = "contact-centre", "a secret: of the client"
PAGE = """<!doctype html><title>Provider</title><form method="post">
<label>Account <input name="login"></label><button>Sign in</button></form>"""


@dataclass
class LoopbackProvider:
    """One provider; ``claims`` replace what it would say, None takes a claim away."""

    clock: Clock
    address: str = ""
    key: RSAKey = field(default_factory=lambda: new_key("1"))
    published: list[RSAKey] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    is_down: bool = False
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, tuple[dict[str, str], str]] = field(default_factory=dict)

    def terms(self, **given: Any) -> OidcTerms:
        """What the centre is told of it."""
        said = {"issuer": self.address, "client_id": CLIENT, "client_secret": SECRET, "strong": frozenset({"mfa"}), **given}
        return OidcTerms(**said)

    def rotate(self) -> None:
        """Sign with a new key from now on, and publish it alone."""
        self.key = new_key(secrets.token_hex(4))
        self.published = [self.key]

    def let_in(self, there: str, login: str) -> str:
        """The person logs in: the address where the browser is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT and asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split() and len(asked["code_challenge"]) == 43
        code = secrets.token_urlsafe(16)
        self._codes[code] = (asked, login)
        return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'code': code})}"

    def logout_token(self, **claims: Any) -> str:
        """What it tells of a session that is over, signed; ``claims`` as those of the provider."""
        now = int(self.clock.now().timestamp())
        said = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_hex(8),
            "events": {LOGOUT: {}},
            **claims,
        }
        return self._sealed(said, "logout+jwt")

    def app(self) -> Starlette:
        """Its routes."""
        routes = [
            Route("/.well-known/openid-configuration", self._discovery),
            Route("/authorize", self._authorize, methods=["GET", "POST"]),
            Route("/token", self._token, methods=["POST"]),
            Route("/keys", self._keys),
            Route("/logout", self._logout),
        ]
        return Starlette(routes=routes)

    async def _discovery(self, request: Request) -> Response:
        told = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/logout",
            **self.discovery,
        }
        return self._answer("discovery", told)

    async def _authorize(self, request: Request) -> Response:
        if request.method == "GET":
            return HTMLResponse(PAGE)
        form = parse_qs((await request.body()).decode())
        return RedirectResponse(self.let_in(str(request.url), form["login"][0]), 303)

    async def _token(self, request: Request) -> Response:
        given = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked, login = self._codes.pop(given["code"], ({}, ""))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).decode().rstrip("=")
        if request.headers.get("authorization") != f"Basic {known}":
            return JSONResponse({"error": "invalid_client"}, 401)
        if (asked.get("code_challenge"), asked.get("redirect_uri")) != (challenge, given["redirect_uri"]):
            return self._answer("token", {"error": "invalid_grant"}, 400)
        return self._answer("token", {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(asked, login)})

    def _signed(self, asked: dict[str, str], login: str) -> str:
        now = self.clock.now()
        said = {
            "iss": self.address,
            "sub": f"id of {login}",
            "aud": CLIENT,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()),
            "auth_time": int(now.timestamp()),
            "sid": f"session of {login}",
            "nonce": asked["nonce"],
            "preferred_username": login,
            **self.claims,
        }
        return self._sealed(said, "JWT")

    def _sealed(self, said: dict[str, Any], kind: str) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid, "typ": kind}
        return jwt.encode(header, {name: one for name, one in said.items() if one is not None}, self.key)

    async def _keys(self, request: Request) -> Response:
        keys = self.published or [self.key]
        return self._answer("keys", {"keys": [one.as_dict(private=False) for one in keys]})

    async def _logout(self, request: Request) -> Response:
        self.asked.append("logout")
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 303)

    def _answer(self, what: str, told: dict[str, Any], status: int = 200) -> Response:
        self.asked.append(what)
        return Response("sorry", 503) if self.is_down else JSONResponse(told, status)


def new_key(kid: str) -> RSAKey:
    """A key to sign with."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@asynccontextmanager
async def provider_running(clock: Clock) -> AsyncIterator[LoopbackProvider]:
    """A provider on a free port of loopback."""
    provider = LoopbackProvider(clock)
    config = uvicorn.Config(provider.app(), host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    provider.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield provider
    server.should_exit = True
    await serving
