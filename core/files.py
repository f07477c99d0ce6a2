"""Files that belong to conversations, kept in the database so that any replica serves any file and a backup holds all."""

import hashlib
from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import NotFound
from core.table import insert_row, moment

FILE_LIMIT = 20 * 1024 * 1024
"""Bytes; what the Telegram Bot API lets a bot download."""


class StoredFile(SQLModel, table=True):
    """Bytes under the SHA-256 of themselves."""

    __tablename__ = "stored_file"

    key: str = Field(primary_key=True, max_length=64)
    media_type: str = Field(max_length=128)
    size: int = Field(sa_type=BigInteger)
    content: bytes = Field(sa_type=LargeBinary)
    stored_at: datetime = moment()


def stored_file(content: bytes, media_type: str, now: datetime) -> StoredFile:
    """The row that keeps the bytes, under their key."""
    key = hashlib.sha256(content).hexdigest()
    return StoredFile(key=key, media_type=media_type[:128], size=len(content), content=content, stored_at=now)


async def store_file(tx: AsyncSession, content: bytes, media_type: str, now: datetime) -> str:
    """Keep the bytes; gives their key. The same bytes are kept once."""
    kept = stored_file(content, media_type, now)
    await insert_row(tx, kept, unless_same="key")
    return kept.key


async def load_file(tx: AsyncSession, key: str) -> StoredFile:
    """The file under this key; raises NotFound."""
    found = await tx.get(StoredFile, key)
    if found is None:
        raise NotFound("no such file")
    return found
