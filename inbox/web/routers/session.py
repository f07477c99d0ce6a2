"""Sign-in, one's own account, shift and sessions."""

from fastapi import APIRouter, Request, Response

from core.staff.asker import Asker
from inbox.web import mapping
from inbox.web.auth import Confirmed, RealDesks, Settings, SignedIn, clear_cookie, set_cookie
from inbox.web.masking import MaskedRoute
from inbox.web.schemas import (
    GivenCode,
    LoginForm,
    Me,
    PasswordForm,
    Preferences,
    ProofForm,
    RecoveryCodes,
    SecondFactorOffer,
    SecondFactorView,
    SessionView,
)

router = APIRouter(route_class=MaskedRoute, prefix="/api", tags=["session"])


@router.post("/login")
async def login(form: LoginForm, request: Request, response: Response, office: RealDesks, settings: Settings) -> Me:
    """Open a session; the cookie is the only place where its token is."""
    address = request.client.host if request.client else "unknown"
    agent = request.headers.get("user-agent", "")
    token, who = await office.staff.sessions.login(form.login, form.password, address=address, agent=agent, code=form.code)
    set_cookie(response, settings, token)
    return mapping.me(who)


@router.post("/logout", status_code=204)
async def logout(response: Response, asker: SignedIn, office: RealDesks, settings: Settings) -> None:
    """End this session."""
    await office.staff.sessions.logout(asker)
    clear_cookie(response, settings)


@router.get("/me")
async def me(asker: SignedIn) -> Me:
    """Who is signed in."""
    return mapping.me(asker)


@router.patch("/me")
async def set_preferences(form: Preferences, asker: SignedIn, office: RealDesks) -> Me:
    """Keep one's own preferences."""
    changed = await office.staff.set_preferences(asker, shortcuts_on=form.shortcuts_on, notify=form.notify)
    return mapping.me(changed)


@router.post("/me/shift")
async def start_shift(asker: SignedIn, office: RealDesks) -> Me:
    """Start to receive conversations; on a day of training one is on the line there already."""
    return mapping.me(asker if asker.training_id else await office.staff.start_shift(asker))


@router.delete("/me/shift")
async def end_shift(asker: SignedIn, office: RealDesks) -> Me:
    """Stop receiving conversations."""
    return mapping.me(asker if asker.training_id else await office.staff.end_shift(asker))


@router.post("/me/password", status_code=204)
async def change_password(form: PasswordForm, asker: SignedIn, office: RealDesks) -> None:
    """Set a new password; the other sessions end."""
    await office.staff.sessions.change_password(asker, form.old, form.new)


@router.post("/me/confirm", status_code=204)
async def confirm_oneself(form: ProofForm, asker: SignedIn, office: RealDesks) -> None:
    """Say once more who one is, before a dangerous deed."""
    await office.staff.confirming.confirm(asker, password=form.password, code=form.code)


@router.get("/me/second-factor")
async def second_factor(asker: SignedIn, office: RealDesks) -> SecondFactorView:
    """One's own second factor."""
    return SecondFactorView.model_validate(await office.staff.second.standing(asker), from_attributes=True)


@router.post("/me/second-factor")
async def offer_second_factor(asker: Confirmed, office: RealDesks) -> SecondFactorOffer:
    """A new secret for an authenticator."""
    return SecondFactorOffer.model_validate(await office.staff.second.offer(asker), from_attributes=True)


@router.post("/me/second-factor/confirm")
async def confirm_second_factor(form: GivenCode, asker: SignedIn, office: RealDesks) -> RecoveryCodes:
    """The authenticator gives the right code: from now on it is asked for."""
    return RecoveryCodes(codes=list(await office.staff.second.confirm(asker, form.code)))


@router.delete("/me/second-factor", status_code=204)
async def drop_second_factor(asker: Confirmed, office: RealDesks) -> None:
    """Do without it."""
    await office.staff.second.drop(asker)


@router.get("/me/sessions")
async def sessions(asker: SignedIn, office: RealDesks) -> list[SessionView]:
    """One's own open sessions."""
    return await _sessions(asker, office)


@router.delete("/me/sessions/{handle}", status_code=204)
async def revoke_session(handle: str, asker: SignedIn, office: RealDesks) -> None:
    """End one of one's own sessions."""
    await office.staff.sessions.revoke(asker, handle)


async def _sessions(asker: Asker, office: RealDesks) -> list[SessionView]:
    found = await office.staff.sessions.sessions(asker)
    return [SessionView.model_validate(one, from_attributes=True) for one in found]
