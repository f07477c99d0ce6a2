"""Who is signed in: what the screens of sign-in and of one's own settings speak."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field


class Me(BaseModel):
    """The signed-in member of staff; ``actions`` are the abilities that the role gives.

    ``training``: this session is on a day of training. ``must_enrol``: nothing else before the second factor is set;
    ``must_change``: nothing else before a password of one's own is set. ``by_provider``: they came by single sign-on.
    """

    id: int
    login: str
    full_name: str
    role: str
    on_shift: bool
    shortcuts_on: bool
    notify: Literal["all", "mine", "none"]
    actions: list[str]
    training: bool
    must_enrol: bool
    must_change: bool
    by_provider: bool


class SignInView(BaseModel):
    """How one can log in here beside the password: ``provider`` is the name of single sign-on, null where there is none."""

    provider: str | None


class SessionView(BaseModel):
    """An open session of one's own; ``handle`` names it for ending it."""

    handle: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str
    current: bool


class Preferences(BaseModel):
    """What a person sets for themselves; a field left out stays as it is."""

    shortcuts_on: bool | None = None
    notify: Literal["all", "mine", "none"] | None = None


class LoginForm(BaseModel):
    """Login and password."""

    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(max_length=20)] = ""


class SecondFactorView(BaseModel):
    """One's own second factor: whether it is on, how many recovery codes are left, whether it is offered here, and required."""

    is_on: bool
    codes_left: int
    is_offered: bool
    is_required: bool


class SecondFactorOffer(BaseModel):
    """A new secret, in force when a code of it was given; ``picture``: a QR code as a data URI."""

    secret: str
    uri: str
    picture: str


class ProofForm(BaseModel):
    """The person's password once more, or a code of the second factor."""

    password: Annotated[str, Field(max_length=200)] = ""
    code: Annotated[str, Field(max_length=20)] = ""


class GivenCode(BaseModel):
    """A code of the authenticator."""

    code: Annotated[str, Field(min_length=1, max_length=20)]


class RecoveryCodes(BaseModel):
    """The codes for who lost the telephone; they are shown this once."""

    codes: list[str]


class PasswordForm(BaseModel):
    """A new password of one's own."""

    old: Annotated[str, Field(min_length=1, max_length=200)]
    new: Annotated[str, Field(min_length=12, max_length=200)]
