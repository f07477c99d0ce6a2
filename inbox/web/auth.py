"""Who asks: the session cookie, and the dependencies through which every route learns it."""

from dataclasses import replace
from typing import Annotated, Protocol

from fastapi import Depends, Request, Response

from core.errors import Conflict, NotAllowed
from core.staff.asker import Asker
from core.training.desk import TrainingDesk
from core.training.room import Room
from inbox.web.live import LiveHub
from inbox.web.ports import InboxOffice
from inbox.web.problems import NotSignedIn
from inbox.web.settings import InboxSettings

PLACE = "X-Training"
"""Header of our own pages: 1 when the page shows a day of training, 0 when it shows the real records."""


BEFORE_A_PASSWORD = frozenset({("GET", "/api/me"), ("POST", "/api/me/password"), ("POST", "/api/logout")})
"""All that may be asked before a password that an administrator gave is changed."""


class PasswordToChange(NotAllowed):
    """The password was given by an administrator: the person sets their own first."""

    code = "password_to_change"


class Training(Protocol):
    """The days of training of this process."""

    @property
    def days(self) -> TrainingDesk: ...

    def hub(self, room: Room) -> LiveHub:
        """The live stream of a room."""
        ...


class OtherRecords(Conflict):
    """The page was opened before the session went to a day of training, or came back."""

    code = "other_records"


def office_of(request: Request) -> InboxOffice:
    """The desks that the app was made with."""
    office: InboxOffice = request.app.state.office
    return office


def training_of(request: Request) -> Training | None:
    """The days of training, where there are any."""
    training: Training | None = request.app.state.training
    return training


async def desks_of(request: Request) -> InboxOffice:
    """The desks that this session works with: those of the centre, or of its day of training (ADR 0032)."""
    room = await _room_of(request)
    return office_of(request) if room is None else room.office


async def _room_of(request: Request) -> Room | None:
    training, has_cookie = training_of(request), cookie_name(settings_of(request)) in request.cookies
    found = await _found(request, touch=False) if training is not None and has_cookie else None
    return await training.days.room_of(found) if training is not None and found is not None and found.training_id else None


def settings_of(request: Request) -> InboxSettings:
    """The settings that the app was made with."""
    settings: InboxSettings = request.app.state.settings
    return settings


async def live_of(request: Request) -> LiveHub:
    """The hub of live events of this process, or of the day of training."""
    live: LiveHub = request.app.state.live
    training, room = training_of(request), await _room_of(request)
    return live if training is None or room is None else training.hub(room)


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


async def confirmed_asker(request: Request) -> Asker:
    """The same for a dangerous deed: they gave their password or a code a short while ago; raises NeedsConfirmation."""
    found = await asker(request)
    office_of(request).staff.confirming.must_have_confirmed(found)
    return found


async def _asker(request: Request, *, touch: bool) -> Asker:
    found = await _found(request, touch=touch)
    if found is None:
        raise NotSignedIn()
    if found.must_change and (request.method, request.url.path) not in BEFORE_A_PASSWORD:
        raise PasswordToChange()
    shown = request.headers.get(PLACE)
    if shown is not None and (shown == "1") != (found.training_id is not None):
        raise OtherRecords("the page shows other records than the session works with")
    return found


async def _found(request: Request, *, touch: bool) -> Asker | None:
    """Whose session it is, asked for once in a request; on a day of training they are on the line there."""
    if hasattr(request.state, "asker") and (request.state.touched or not touch):
        known: Asker | None = request.state.asker
        return known
    token = request.cookies.get(cookie_name(settings_of(request)), "")
    found = await office_of(request).staff.sessions.who(token, touch=touch) if token else None
    training = training_of(request)
    if found is not None and found.training_id is not None:
        is_on = training is not None and training.days.is_on
        found = replace(found, on_shift=True) if is_on else replace(found, training_id=None)
    request.state.asker, request.state.touched = found, touch
    return found


RealDesks = Annotated[InboxOffice, Depends(office_of)]
"""For what is of the person: their session, their shift, their account."""
Desks = Annotated[InboxOffice, Depends(desks_of)]
Settings = Annotated[InboxSettings, Depends(settings_of)]
Hub = Annotated[LiveHub, Depends(live_of)]
SignedIn = Annotated[Asker, Depends(asker)]
Confirmed = Annotated[Asker, Depends(confirmed_asker)]
SilentlySignedIn = Annotated[Asker, Depends(silent_asker)]
