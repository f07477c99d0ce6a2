"""The files of official notes that go along with a reply (reg. 2.8.10)."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.conversations.model import Attachment
from core.files import StoredFile
from core.replies.composing import memos_of
from core.replies.model import Reply
from core.requests.model import Memo

DOCUMENT = "document"


async def with_files(tx: AsyncSession, appeal_id: int, memo_ids: Collection[int]) -> Sequence[Memo]:
    """These notes of the card as far as they came with a file, oldest first."""
    return [memo for memo in await memos_of(tx, appeal_id, memo_ids) if memo.file_key]


async def enclosed_of(tx: AsyncSession, reply: Reply) -> Sequence[Memo]:
    """The notes whose files go along with the reply."""
    return await with_files(tx, reply.appeal_id, reply.enclosed_ids)


def as_files(memos: Sequence[Memo]) -> list[dict[str, str]]:
    """The files as a delivery carries them."""
    return [{"key": one.file_key, "file_name": one.file_name, "media_type": one.media_type, "kind": DOCUMENT} for one in memos]


async def attach(tx: AsyncSession, message_id: int, memos: Sequence[Memo]) -> None:
    """Show the files in the conversation, below the words that they were sent with."""
    sizes = select(StoredFile.key, StoredFile.size).where(col(StoredFile.key).in_([one.file_key for one in memos]))
    size_of: dict[str, int] = {key: size for key, size in (await tx.exec(sizes)).all()} if memos else {}
    tx.add_all(
        Attachment(
            message_id=message_id,
            kind=DOCUMENT,
            file_name=one.file_name,
            media_type=one.media_type,
            size=size_of.get(one.file_key, 0),
            state="stored",
            storage_key=one.file_key,
        )
        for one in memos
    )
