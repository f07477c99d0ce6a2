"""Accounts of the staff, as the API speaks of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from core.vocabulary import Role
from inbox.web.schemas import SessionView

FullName = Annotated[str, Field(min_length=1, max_length=200)]


class AccountLine(BaseModel):
    """An account; ``is_in``: it has an open session; ``locked_for``: seconds until its logins are looked at again."""

    id: int
    login: str
    full_name: str
    role: Role
    is_active: bool
    on_shift: bool
    must_change: bool
    has_code: bool
    is_in: bool
    locked_for: int
    created_at: datetime
    version: int


class AccountPage(BaseModel):
    """Accounts by name; ``next``: after which account the next page begins, null on the last."""

    lines: Sequence[AccountLine]
    next: int | None


class AccountView(BaseModel):
    """One account; ``holding``: numbers of the conversations in its hands; ``own``: it is the asker's."""

    line: AccountLine
    sessions: Sequence[SessionView]
    holding: Sequence[int]
    own: bool


class RoleView(BaseModel):
    """A role and what it may do."""

    role: Role
    abilities: Sequence[str]


class NewAccount(BaseModel):
    """An account to be opened."""

    login: Annotated[str, Field(min_length=2, max_length=64)]
    full_name: FullName
    role: Role


class AccountForm(BaseModel):
    """An account as it shall be; ``version`` is the one that was seen."""

    full_name: FullName
    role: Role
    version: int


class AccountSeen(BaseModel):
    """The version that was seen."""

    version: int


class GivenPassword(BaseModel):
    """A password, told this once."""

    id: int
    password: str
