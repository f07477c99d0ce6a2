"""Single sign-on: to the identity provider and back; what went wrong is told on the login page (ADR 0034).

Whoever goes there holds a key in a cookie of ten minutes, one for each way there, so that tabs do not disturb each other; nothing
of it is kept here.
"""

from hashlib import sha256
from typing import Annotated
from urllib.parse import quote, unquote, urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from core.errors import NotFound, OfficeError
from core.staff.provider_port import NotProved, ProviderAway
from core.staff.second_factor import NeedsCode
from core.staff.sessions import Origin
from core.staff.single_sign_on import SingleSignOn
from inbox.web import mapping
from inbox.web.auth import RealDesks, Settings, SignedIn, asker, set_cookie
from inbox.web.masking import MaskedRoute
from inbox.web.schemas import GivenCode, Me, SignInView
from inbox.web.settings import InboxSettings

router = APIRouter(route_class=MaskedRoute, prefix="/api", tags=["session"])
CALLBACK = "/api/oidc/callback"
HELD_FOR = 600
"""Seconds of the key."""
LONGEST_TOKEN = 16384
"""Characters of a logout token."""
LOGIN, CONFIRM = "login", "confirm"
Word = Annotated[str, Query(max_length=4096)]


@router.get("/sign-in")
async def ways_in(office: RealDesks, settings: Settings) -> SignInView:
    """How one can log in here."""
    return SignInView(provider=settings.provider_name if office.staff.sign_on is not None else None)


@router.get("/oidc/begin", response_class=Response)
async def begin_sign_on(office: RealDesks, settings: Settings, to: Annotated[str, Query(max_length=500)] = "/") -> Response:
    """To the provider; ``to``: the page that is opened after the login."""
    return await _go(_sign_on(office), settings, LOGIN, to)


@router.get("/oidc/confirm", response_class=Response)
async def begin_confirmation(office: RealDesks, settings: Settings, who: SignedIn) -> Response:
    """To the provider, to prove once more who one is."""
    return await _go(_sign_on(office), settings, CONFIRM, "/")


@router.get("/oidc/callback", response_class=Response)
async def come_back(
    request: Request, office: RealDesks, settings: Settings, state: Word = "", code: Word = "", error: Word = ""
) -> Response:
    """Back from the provider: the session is opened, a code is asked for, or the login page says what went wrong."""
    sign_on, name = _sign_on(office), _cookie_name(settings, state)
    purpose, key, to = _held(request, name)
    back, came = settings.public_url + CALLBACK, _origin(request)
    try:
        if error or not code:
            raise NotProved("the provider let nobody in")
        if purpose == CONFIRM:
            await sign_on.confirm(await asker(request), key, state, code, back, came)
            return _forgetting(RedirectResponse("/confirmed", 303), settings, name)
        token, _ = await sign_on.finish(key, state, code, back, came)
    except NeedsCode:
        answer = _forgetting(RedirectResponse(f"/login?{urlencode({'code': 1, 'next': to})}", 303), settings, name)
        return _holding(answer, settings, _cookie_name(settings), purpose, key, to)
    except OfficeError as refused:
        return _forgetting(_refused(refused, purpose, to), settings, name)
    answer = _forgetting(RedirectResponse(to, 303), settings, name)
    set_cookie(answer, settings, token)
    return answer


@router.post("/oidc/code")
async def give_code(form: GivenCode, request: Request, response: Response, office: RealDesks, settings: Settings) -> Me:
    """The second factor of who came back from the provider."""
    name = _cookie_name(settings)
    _, key, _ = _held(request, name)
    token, who = await _sign_on(office).give_code(key, form.code, _origin(request))
    _forgetting(response, settings, name)
    set_cookie(response, settings, token)
    return mapping.me(who)


@router.post("/oidc/logout", response_class=Response)
async def hear_of_logout(
    request: Request, office: RealDesks, logout_token: Annotated[str, Form(max_length=LONGEST_TOKEN)] = ""
) -> Response:
    """The provider says that a session is over (OpenID Connect Back-Channel Logout 1.0); it is believed for its signature."""
    if office.staff.back_channel is None:
        raise NotFound()
    try:
        await office.staff.back_channel.end(logout_token, _origin(request).address)
    except (NotProved, ProviderAway):
        return JSONResponse({"error": "invalid_request"}, 400)
    return Response(status_code=200)


@router.get("/oidc/leave", response_class=Response)
async def leave_provider(office: RealDesks, settings: Settings) -> Response:
    """End the session at the provider too, where it can be done."""
    home = settings.public_url + "/login"
    try:
        return RedirectResponse(await _sign_on(office).way_out(home), 303)
    except OfficeError:
        return RedirectResponse("/login", 303)


def _sign_on(office: RealDesks) -> SingleSignOn:
    if office.staff.sign_on is None:
        raise NotFound()
    return office.staff.sign_on


async def _go(sign_on: SingleSignOn, settings: InboxSettings, purpose: str, to: str) -> Response:
    try:
        journey, there = await sign_on.set_out(settings.public_url + CALLBACK, anew=purpose == CONFIRM)
    except OfficeError as refused:
        return _refused(refused, purpose, _own_page(to))
    name = _cookie_name(settings, journey.state)
    return _holding(RedirectResponse(there, 303), settings, name, purpose, journey.key, _own_page(to))


def _refused(refused: OfficeError, purpose: str, to: str) -> Response:
    """Where it is said what went wrong; another try brings to the same page."""
    if purpose == CONFIRM:
        return RedirectResponse(f"/confirmed?{urlencode({'problem': refused.code})}", 303)
    wanted = {} if to == "/" else {"next": to}
    return RedirectResponse(f"/login?{urlencode({'problem': refused.code, **wanted})}", 303)


def _held(request: Request, name: str) -> tuple[str, str, str]:
    """What this browser went there for, its key, and the page it wants."""
    purpose, _, rest = request.cookies.get(name, "").partition(".")
    key, _, to = rest.partition(".")
    return purpose, key, _own_page(unquote(to))


def _own_page(to: str) -> str:
    """A page of ours: an address of another host begins with two strokes, and a browser takes a backslash for one."""
    is_own = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if is_own else "/"


def _cookie_name(settings: InboxSettings, state: str = "") -> str:
    """Of the way with this ``state``; without one, of who is back and owes the second factor."""
    name = "__Host-oidc" if settings.is_secure else "oidc"
    return f"{name}-{sha256(state.encode()).hexdigest()[:16]}" if state else name


def _holding(answer: Response, settings: InboxSettings, name: str, purpose: str, key: str, to: str) -> Response:
    held = f"{purpose}.{key}.{quote(to, safe='')}"
    answer.set_cookie(name, held, max_age=HELD_FOR, path="/", secure=settings.is_secure, httponly=True, samesite="lax")
    return answer


def _forgetting(answer: Response, settings: InboxSettings, name: str) -> Response:
    answer.delete_cookie(name, path="/", secure=settings.is_secure, httponly=True, samesite="lax")
    return answer


def _origin(request: Request) -> Origin:
    address = request.client.host if request.client else "unknown"
    return Origin(address=address, agent=request.headers.get("user-agent", ""))
