"""What was said in a conversation: a page of it, or single messages, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.conversations.views import File, Said, Thread
from db.types import SealedJson

PAGE = 50
_COLUMNS = (
    "SELECT m.id, m.conversation_id, m.author, m.audience, m.text, m.buttons, m.details, m.reply_to_id, m.created_at, m.edited_at,"
    " COALESCE(s.full_name, '') AS author_name FROM message m LEFT JOIN staff_member s ON s.id = m.staff_id"
)
_PAGE = text(f"{_COLUMNS} WHERE m.conversation_id = :conversation AND m.id < :before ORDER BY m.id DESC LIMIT :limit")
_SOME = text(f"{_COLUMNS} WHERE m.id IN :ids").bindparams(bindparam("ids", expanding=True))
_FILES = (
    text(
        "SELECT message_id, id, kind, file_name, media_type, size, state, details FROM attachment WHERE message_id IN :ids"
        " ORDER BY id"
    )
    .bindparams(bindparam("ids", expanding=True))
    .columns(details=SealedJson("attachment.details"))
)
_VERSIONS = text("SELECT message_id, text FROM message_version WHERE message_id IN :ids ORDER BY id").bindparams(
    bindparam("ids", expanding=True)
)
_DELIVERIES = text(
    "SELECT message_id, state, doubtful, error, delayed_at FROM delivery WHERE message_id IN :ids ORDER BY id"
).bindparams(bindparam("ids", expanding=True))
_LAST_WORDS = text(
    "SELECT text FROM message WHERE conversation_id = :conversation AND author = 'citizen' AND text <> ''"
    " AND NOT details ? 'button' AND text NOT LIKE '/%' ORDER BY id DESC LIMIT 1"
)
NEWEST = 2**63 - 1


async def thread(connection: AsyncConnection, conversation_id: int, before: int = NEWEST) -> Thread:
    """The 50 messages before ``before``, oldest first."""
    wanted = {"conversation": conversation_id, "before": before, "limit": PAGE + 1}
    rows = list((await connection.execute(_PAGE, wanted)).mappings())
    shown = rows[:PAGE][::-1]
    return Thread(messages=await _complete(connection, shown), earlier=str(shown[0]["id"]) if len(rows) > PAGE else None)


async def said(connection: AsyncConnection, ids: Collection[int]) -> Mapping[int, Said]:
    """These messages by id."""
    if not ids:
        return {}
    rows = list((await connection.execute(_SOME, {"ids": list(ids)})).mappings())
    return {one.id: one for one in await _complete(connection, rows)}


async def last_words(connection: AsyncConnection, conversation_id: int) -> str:
    """The last thing that the citizen wrote in their own words: no pressed button, no command."""
    return str((await connection.execute(_LAST_WORDS, {"conversation": conversation_id})).scalar() or "")


async def _complete(connection: AsyncConnection, rows: Sequence[Mapping[Any, Any]]) -> list[Said]:
    """Files, earlier versions and deliveries joined by message, three queries for a whole page."""
    if not rows:
        return []
    ids = {"ids": [row["id"] for row in rows]}
    files: dict[int, list[File]] = defaultdict(list)
    for row in (await connection.execute(_FILES, ids)).mappings():
        files[row["message_id"]].append(File(**{name: value for name, value in row.items() if name != "message_id"}))
    versions: dict[int, list[str]] = defaultdict(list)
    for message_id, words in await connection.execute(_VERSIONS, ids):
        versions[message_id].append(words)
    deliveries = {row["message_id"]: row for row in (await connection.execute(_DELIVERIES, ids)).mappings()}
    return [_said(row, files[row["id"]], versions[row["id"]], deliveries.get(row["id"])) for row in rows]


def _said(row: Mapping[Any, Any], files: Sequence[File], versions: Sequence[str], delivery: Mapping[Any, Any] | None) -> Said:
    return Said(
        id=row["id"],
        conversation_id=row["conversation_id"],
        author=row["author"],
        author_name=row["author_name"],
        audience=row["audience"],
        text=row["text"],
        buttons=row["buttons"],
        attachments=files,
        reply_to_id=row["reply_to_id"],
        created_at=row["created_at"],
        edited_at=row["edited_at"],
        versions=versions,
        delivery=None if delivery is None else delivery["state"],
        doubtful=delivery is not None and delivery["doubtful"],
        delivery_error="" if delivery is None else delivery["error"],
        client_key=row["details"].get("client_key"),
        delayed=delivery is not None and delivery["delayed_at"] is not None,
        details=row["details"],
    )
