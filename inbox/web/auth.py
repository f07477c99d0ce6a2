"""Who asks: the session cookie, and the dependencies through which every route learns it."""

from typing import Annotated

from fastapi import Depends, Request, Response

from core.staff.asker import Asker
from inbox.web.live import LiveHub
from inbox.web.ports import InboxOffice
from inbox.web.problems import NotSignedIn
from inbox.web.settings import InboxSettings


def office_of(request: Request) -> InboxOffice:
    """The desks that the app was made with."""
    office: InboxOffice = request.app.state.office
    return office


def settings_of(request: Request) -> InboxSettings:
    """The settings that the app was made with."""
    settings: InboxSettings = request.app.state.settings
    return settings


def live_of(request: Request) -> LiveHub:
    """The hub of live events of this process."""
    live: LiveHub = request.app.state.live
    return live


def cookie_name(settings: InboxSettings) -> str:
    """``__Host-`` binds the cookie to this very host over HTTPS; browsers refuse it on plain localhost."""
    return "__Host-sid" if settings.is_secure else "sid"


def set_cookie(response: Response, settings: InboxSettings, token: str) -> None:
    """A session cookie that ends with the browser or, on the server, sooner."""
    response.set_cookie(cookie_name(settings), token, path="/", secure=settings.is_secure, httponly=True, samesite="lax")


def clear_cookie(response: Response, settings: InboxSettings) -> None:
    """Forget the session in the browser."""
    response.delete_cookie(cookie_name(settings), path="/", secure=settings.is_secure, httponly=True, samesite="lax")


async def asker(request: Request) -> Asker:
    """The signed-in member of staff; raises NotSignedIn."""
    return await _asker(request, touch=True)


async def silent_asker(request: Request) -> Asker:
    """The same for what a screen does by itself (heartbeats, the live stream): it does not keep an idle session alive."""
    return await _asker(request, touch=False)


async def _asker(request: Request, *, touch: bool) -> Asker:
    token = request.cookies.get(cookie_name(settings_of(request)), "")
    found = await office_of(request).staff.sessions.who(token, touch=touch) if token else None
    if found is None:
        raise NotSignedIn()
    return found


Desks = Annotated[InboxOffice, Depends(office_of)]
Settings = Annotated[InboxSettings, Depends(settings_of)]
Hub = Annotated[LiveHub, Depends(live_of)]
SignedIn = Annotated[Asker, Depends(asker)]
SilentlySignedIn = Annotated[Asker, Depends(silent_asker)]
