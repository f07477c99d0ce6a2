"""Locking a reply, and in which states it may still be changed."""

from collections.abc import Collection

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import VersionConflict
from core.errors import Conflict, NotFound
from core.replies.model import Reply
from core.vocabulary import ReplyState

EDITABLE = (ReplyState.DRAFT, ReplyState.FAILED)
_BOTH = (
    select(Appeal, Reply)
    .join(Reply, col(Reply.appeal_id) == Appeal.id)
    .where(Reply.id == bindparam("reply"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


class ReplyLeft(Conflict):
    """The reply is on its way already, or was dropped; ``facts['state']`` says which."""

    code = "reply_left"


async def locked_reply(
    tx: AsyncSession, reply_id: int, version: int | None, states: Collection[ReplyState] = EDITABLE
) -> tuple[Appeal, Reply]:
    """The card and its reply, both locked. Raises NotFound, ReplyLeft, VersionConflict."""
    found = (await tx.exec(_BOTH, params={"reply": reply_id})).first()
    if found is None:
        raise NotFound("no such reply")
    appeal, reply = found
    if reply.state not in states:
        raise ReplyLeft(state=reply.state)
    if version is not None and reply.version != version:
        raise VersionConflict("the reply was changed", version=reply.version, changed=[])
    return appeal, reply
