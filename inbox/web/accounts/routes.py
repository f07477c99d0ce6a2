"""The accounts of the staff: opened, changed, closed and let in again by an administrator (reg. 2.10; ADR 0034)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from core.conversations.thread import NEWEST
from core.staff.abilities import ABILITIES, Ability
from core.staff.account_reading import Which
from inbox.web.accounts import schemas
from inbox.web.auth import Confirmed, RealDesks, SignedIn
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api/staff", tags=["accounts"])
StaffId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]


@router.get("")
async def list_accounts(
    asker: SignedIn,
    office: RealDesks,
    query: Annotated[str, Query(max_length=150)] = "",
    standing: Which = "active",
    after: Annotated[int | None, Query(ge=1, le=NEWEST)] = None,
) -> schemas.AccountPage:
    """A page of the accounts, by name."""
    found = await office.staff.accounts.reading.list(asker, query=query, standing=standing, after=after)
    return schemas.AccountPage.model_validate(found, from_attributes=True)


@router.get("/roles")
async def list_roles(asker: SignedIn) -> list[schemas.RoleView]:
    """What each role may do."""
    asker.must(Ability.MANAGE_STAFF)
    return [schemas.RoleView(role=role, abilities=[one.value for one in Ability if one in may]) for role, may in ABILITIES.items()]


@router.post("")
async def open_account(form: schemas.NewAccount, asker: Confirmed, office: RealDesks) -> schemas.GivenPassword:
    """A new account with its first password."""
    made, password = await office.staff.accounts.open(asker, login=form.login, full_name=form.full_name, role=form.role)
    return schemas.GivenPassword(id=made, password=password)


@router.get("/{id}")
async def see_account(staff_id: StaffId, asker: SignedIn, office: RealDesks) -> schemas.AccountView:
    """One account with its sessions and what it holds."""
    shown = await office.staff.accounts.reading.see(asker, staff_id)
    return schemas.AccountView.model_validate(
        {"line": shown.line, "sessions": shown.sessions, "holding": shown.holding, "own": staff_id == asker.id},
        from_attributes=True,
    )


@router.put("/{id}", status_code=204)
async def change_account(form: schemas.AccountForm, staff_id: StaffId, asker: Confirmed, office: RealDesks) -> None:
    """Name and role."""
    await office.staff.accounts.change(asker, staff_id, full_name=form.full_name, role=form.role, version=form.version)


@router.post("/{id}/deactivate", status_code=204)
async def deactivate_account(form: schemas.AccountSeen, staff_id: StaffId, asker: Confirmed, office: RealDesks) -> None:
    """Close it; the sessions and the shift end."""
    await office.staff.accounts.deactivate(asker, staff_id, form.version)


@router.post("/{id}/reactivate", status_code=204)
async def reactivate_account(form: schemas.AccountSeen, staff_id: StaffId, asker: Confirmed, office: RealDesks) -> None:
    """Open it again."""
    await office.staff.accounts.reactivate(asker, staff_id, form.version)


@router.post("/{id}/password")
async def give_password(form: schemas.AccountSeen, staff_id: StaffId, asker: Confirmed, office: RealDesks) -> schemas.GivenPassword:
    """A new password for who forgot theirs."""
    password = await office.staff.accounts.give_password(asker, staff_id, form.version)
    return schemas.GivenPassword(id=staff_id, password=password)


@router.post("/{id}/second-factor", status_code=204)
async def reset_second_factor(form: schemas.AccountSeen, staff_id: StaffId, asker: Confirmed, office: RealDesks) -> None:
    """Take the second factor off, for who lost telephone and codes."""
    await office.staff.accounts.reset_second_factor(asker, staff_id, form.version)


@router.post("/{id}/unlock", status_code=204)
async def unlock_account(staff_id: StaffId, asker: Confirmed, office: RealDesks) -> None:
    """Let who mistyped the password too often try again."""
    await office.staff.accounts.unlock(asker, staff_id)


@router.delete("/{id}/sessions/{handle}", status_code=204)
async def end_session(handle: str, staff_id: StaffId, asker: Confirmed, office: RealDesks) -> None:
    """End one of the person's sessions."""
    await office.staff.accounts.end_session(asker, staff_id, handle)
