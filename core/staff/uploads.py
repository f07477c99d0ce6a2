"""Files that an operator attaches before sending: looked at by content, named safely, kept until they are sent or forgotten."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import puremagic
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.conversations.model import Attachment
from core.errors import Invalid
from core.files import FILE_LIMIT, store_file
from core.staff.asker import Asker
from core.staff.cleaning import clean_file_name
from core.staff.model import Upload

KEPT = timedelta(days=1)
"""An upload that was never sent is forgotten after this."""
_KINDS = {"image/jpeg": "photo", "image/png": "photo", "image/webp": "photo"}
_PROGRAMS = frozenset({"application/x-dosexec", "application/x-msdownload", "application/vnd.microsoft.portable-executable"})
UNKNOWN = "application/octet-stream"


def sniff(content: bytes) -> str:
    """The media type by content; a name proves nothing."""
    try:
        found = str(puremagic.from_string(content, mime=True))
    except (puremagic.PureError, ValueError):
        found = ""
    if found and "/" in found:
        return found[:128]
    try:
        content[:4096].decode("utf-8")
    except UnicodeDecodeError as broken:
        return "text/plain" if broken.start > 4000 and b"\x00" not in content[:4000] else UNKNOWN
    return UNKNOWN if b"\x00" in content[:4096] else "text/plain"


def kind_of(media_type: str) -> str:
    """What the channel sends it as."""
    if media_type in _KINDS:
        return _KINDS[media_type]
    family = media_type.partition("/")[0]
    return family if family in ("audio", "video") else "document"


def check(content: bytes) -> str:
    """The media type of an acceptable file; raises Invalid for an empty, oversize or executable one."""
    if not content:
        raise Invalid("an empty file", fields={"file": "empty_file"})
    if len(content) > FILE_LIMIT:
        raise Invalid("too large", fields={"file": "file_too_big"})
    media_type = sniff(content)
    if media_type in _PROGRAMS or content.startswith((b"MZ", b"\x7fELF")):
        raise Invalid("a program", fields={"file": "program"})
    return media_type


async def keep(
    tx: AsyncSession, asker: Asker, conversation_id: int, file_name: str, content: bytes, media_type: str, now: datetime
) -> Upload:
    """Store the bytes under a name of their own, for this person and conversation only."""
    await tx.exec(delete(Upload).where(col(Upload.uploaded_at) < now - KEPT))
    upload = Upload(
        id=secrets.token_urlsafe(16),
        staff_id=asker.id,
        conversation_id=conversation_id,
        file_name=clean_file_name(file_name),
        media_type=media_type,
        size=len(content),
        storage_key=await store_file(tx, content, media_type, now),
        uploaded_at=now,
    )
    tx.add(upload)
    await tx.flush()
    return upload


async def claim(tx: AsyncSession, asker: Asker, conversation_id: int, ids: Sequence[str], message_id: int) -> list[Upload]:
    """Turn uploads into attachments of a message, in the order given; raises Invalid when one is not the asker's to send."""
    if not ids:
        return []
    wanted = select(Upload).where(
        col(Upload.id).in_(ids), col(Upload.staff_id) == asker.id, col(Upload.conversation_id) == conversation_id
    )
    found = {upload.id: upload for upload in (await tx.exec(wanted.with_for_update())).all()}
    if len(found) != len(set(ids)) or len(set(ids)) != len(ids):
        raise Invalid("no such upload", fields={"upload_ids": "unknown_upload"})
    uploads = [found[one] for one in ids]
    for upload in uploads:
        tx.add(
            Attachment(
                message_id=message_id,
                kind=kind_of(upload.media_type),
                file_name=upload.file_name,
                media_type=upload.media_type,
                size=upload.size,
                state="stored",
                storage_key=upload.storage_key,
            )
        )
        await tx.flush()
        await tx.delete(upload)
    return uploads
