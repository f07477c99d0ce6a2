"""Rows of the editions, as the desk asks for them."""

from collections.abc import Iterable, Mapping

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import Conflict, NotFound
from core.menu.model import MenuEdition
from core.staff.model import StaffMember

DRAFT = select(MenuEdition).where(col(MenuEdition.number).is_(None))
_TURN = select(func.pg_advisory_xact_lock(func.hashtext("menu_edition")))


async def in_turn(tx: AsyncSession) -> None:
    """One at a time: numbers have no gaps, and there is one draft."""
    await tx.exec(_TURN)


async def newest_number(tx: AsyncSession) -> int:
    """The number in force; 0: the shipped words."""
    return (await tx.exec(select(func.max(MenuEdition.number)))).one() or 0


async def published(tx: AsyncSession, number: int) -> MenuEdition:
    """A published edition; raises NotFound."""
    found = (await tx.exec(select(MenuEdition).where(col(MenuEdition.number) == number))).first()
    if found is None:
        raise NotFound("no such edition")
    return found


async def locked_draft(tx: AsyncSession, edition_id: int, version: int) -> MenuEdition:
    """The draft as the asker saw it, locked; raises NotFound, Conflict."""
    draft = await tx.get(MenuEdition, edition_id, with_for_update=True)
    if draft is None:
        raise NotFound("no such draft")
    if draft.number is not None or draft.version != version:
        raise Conflict("changed meanwhile", version=draft.version)
    return draft


async def names_of(tx: AsyncSession, editions: Iterable[MenuEdition]) -> Mapping[int, str]:
    """Everybody who wrote in these editions or published them."""
    ids = {number for one in editions for number in (*one.authors, one.published_by_id) if number is not None}
    named = select(StaffMember.id, StaffMember.full_name).where(col(StaffMember.id).in_(ids))
    return {number: name for number, name in (await tx.exec(named)).all() if number is not None}
