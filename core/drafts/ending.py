"""A draft ends with the deed that its form does: in the same transaction, so that what was sent never comes back as unsent."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from core.drafts.forms import DraftKind, subject_of
from core.drafts.model import Draft
from core.table import table_of


async def end_draft(tx: AsyncSession, staff_id: int, kind: DraftKind, subject_id: int, now: datetime) -> None:
    """The form was sent or thrown away: its words go, and a save that comes late is refused."""
    table = table_of(Draft)
    fresh = {
        "staff_id": staff_id,
        "kind": kind,
        "subject": subject_of(kind),
        "subject_id": subject_id,
        "text": "",
        "replaced": "",
        "version": 1,
        "seen": 0,
        "writer": "",
        "saved_at": now,
    }
    emptied = {"text": "", "replaced": "", "version": table.c.version + 1, "saved_at": now}
    wanted = insert(table).values(fresh)
    await tx.execute(wanted.on_conflict_do_update(index_elements=["staff_id", "kind", "subject_id"], set_=emptied))
