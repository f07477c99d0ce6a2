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
_CARD = (
    select(Appeal)
    .join(Reply, col(Reply.appeal_id) == Appeal.id)
    .where(Reply.id == bindparam("reply"))
    .with_for_update(of=Appeal)
    .execution_options(populate_existing=True)
)
_REPLY = select(Reply).where(Reply.id == bindparam("reply")).with_for_update().execution_options(populate_existing=True)


class ReplyLeft(Conflict):
    """The reply is on its way already, or was dropped; ``facts['state']`` says which."""

    code = "reply_left"


async def locked_reply(
    tx: AsyncSession, reply_id: int, version: int | None, states: Collection[ReplyState] = EDITABLE
) -> tuple[Appeal, Reply]:
    """The card and then its reply, locked in this order everywhere. Raises NotFound, ReplyLeft, VersionConflict."""
    appeal = (await tx.exec(_CARD, params={"reply": reply_id})).first()
    if appeal is None:
        raise NotFound("no such reply")
    reply = (await tx.exec(_REPLY, params={"reply": reply_id})).one()
    if reply.state not in states:
        raise ReplyLeft(state=reply.state)
    if version is not None and reply.version != version:
        raise VersionConflict("the reply was changed", version=reply.version, changed=[])
    return appeal, reply
