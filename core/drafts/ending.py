"""A draft ends with the deed that its form does: in the same transaction, so that what was sent never comes back as unsent."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.ending import end_last
from core.drafts.forms import DraftKind, subject_of


async def end_draft(tx: AsyncSession, staff_id: int, kind: DraftKind, subject_id: int, now: datetime) -> None:
    """The form was sent or thrown away: its words go just before the commit, and a save that comes late is refused."""
    end_last(tx, staff_id, kind.value, subject_of(kind), subject_id, now)
