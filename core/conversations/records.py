"""Storing a turn: the hot path, in plain SQL on the transaction that is given (scale: few statements, no entities)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession

from core.channels import Inbound, InboundFile
from core.conversations.json_text import json_text
from core.conversations.situation import Situation
from core.conversations.turn import Reply, Turn, drawn, rows_of
from core.deliveries.desk import Row, first_state
from core.errors import Conflict
from core.files import FILE_LIMIT
from core.vocabulary import Author, ConversationMode, DeliveryState
from db.alone import Alone
from db.types import Marked, Sealed, SealedJson

TEXT_LIMIT = 20_000
"""Characters of one message that are kept; a channel that brings more is told so."""
PREVIEW = 200
JSON_COLUMNS = {"dialogue_state", "pending_outcome"}
DRAWN = {"unread": "unread = unread + :unread", "mode": "mode = CAST(:mode AS text)"}

_TURN = """
    WITH changed AS (
        UPDATE conversation SET {columns}, version = version + 1 WHERE id = :conversation AND version = :seen RETURNING id
    ), line AS MATERIALIZED (
        SELECT told.*, nextval('message_id_seq') AS message_id,
            CASE WHEN told.content IS NULL THEN NULL ELSE nextval('delivery_id_seq') END AS delivery_id
        FROM ROWS FROM (jsonb_to_recordset(CAST(:lines AS jsonb)) AS (
            author text, words text, buttons jsonb, details jsonb, external text, reply_to text, of_record boolean),
            unnest(CAST(:contents AS text[]))) AS told(author, words, buttons, details, external, reply_to, of_record, content)
        WHERE EXISTS (SELECT 1 FROM changed)
    ), said AS (
        INSERT INTO message (id, conversation_id, author, audience, text, buttons, details, reply_to_id, external_id, created_at)
        SELECT message_id, :conversation, author, 'citizen', words, buttons, details,
            (SELECT m.id FROM message m WHERE m.conversation_id = :conversation AND m.external_id = line.reply_to
                AND line.reply_to <> '' LIMIT 1),
            external, :now FROM line
    ), on_its_way AS (
        INSERT INTO delivery (id, conversation_id, message_id, channel, recipient, recipient_mark, content, of_record, state,
            doubtful, tries, next_try_at, provider_id, error, created_at)
        SELECT delivery_id, :conversation, message_id, :channel, :recipient, :mark, content, of_record, :state, false, 0, :now,
            '', '', :now
        FROM line WHERE delivery_id IS NOT NULL
    ), handled AS (
        UPDATE inbound_item SET handled_at = :now WHERE id = :item AND EXISTS (SELECT 1 FROM changed)
    ), event AS (
        INSERT INTO live_event (kind, audience, payload, at)
        SELECT 'message', '', jsonb_build_object('conversation_id', CAST(:conversation AS bigint), 'message_id', message_id), :now
        FROM line RETURNING id
    ), told AS (
        SELECT count(CAST(pg_notify('live_event', CAST(id AS text)) AS text)) FROM event
    )
    SELECT message_id, delivery_id FROM line, told ORDER BY message_id
"""
"""The whole turn in one statement: the lines get their numbers in the order of the list, the citizen's own first. When another
process stored a turn since the situation was read, the version has grown and nothing at all is written. ``contents``: what is sent
of each line, sealed."""
_TYPES = (
    bindparam("recipient", type_=Sealed("delivery.recipient")),
    bindparam("mark", type_=Marked),
    bindparam("contents", type_=ARRAY(SealedJson("delivery.content"))),
)
_ATTACHMENT = text(
    "INSERT INTO attachment (message_id, kind, file_name, media_type, size, state, remote_id, storage_key, details)"
    " VALUES (:message, :kind, :file_name, :media_type, :size, :state, :remote_id, '', :details) RETURNING id"
).bindparams(bindparam("details", type_=SealedJson("attachment.details")))
_HANDLED = text("UPDATE inbound_item SET handled_at = :now WHERE id = :item AND handled_at IS NULL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What is to be done after the commit: send these at once, then whatever else waits."""

    conversation_id: int
    rows: tuple[Row, ...]
    outcome_pending: bool


def received(at: Situation, rows: Sequence[Row], *, outcome_pending: bool) -> Received:
    """Of the rows, those that this process has claimed are sent at once."""
    claimed = tuple(row for row in rows if row.state == DeliveryState.SENDING)
    return Received(conversation_id=at.conversation_id, rows=claimed, outcome_pending=outcome_pending)


async def store_turn(
    tx: AsyncSession | Alone,
    at: Situation,
    turn: Turn,
    now: datetime,
    *,
    said: Inbound | None = None,
    item_id: int | None = None,
) -> tuple[int | None, list[Row]]:
    """The conversation's changes, what the citizen said, the answers with their deliveries, the events for the screens, and the
    item marked as handled. Something must have been said by either side.

    Gives the id of the citizen's message (None without ``said``) and the deliveries in order; raises Conflict when another process
    stored a turn since ``at`` was read.
    """
    contents = [_content(reply) for reply in turn.replies]
    lines = [] if said is None else [_said(said, turn.details)]
    lines += [_line(reply) for reply in turn.replies]
    changes = _changes(at, turn, said, now)
    state = first_state(at.unsent)
    values = {
        "lines": json_text(lines),
        "conversation": at.conversation_id,
        "channel": at.channel,
        "recipient": at.recipient,
        "mark": at.recipient,
        "contents": [*([] if said is None else [None]), *contents],
        "state": state.value,
        "item": item_id,
        "now": now,
        "seen": at.version,
        **{name: json_text(value) if name in JSON_COLUMNS and value is not None else value for name, value in changes.items()},
    }
    numbers: list[Mapping[str, Any]] = [*(await tx.execute(_statement(tuple(changes)), values)).mappings()]
    if not numbers:
        raise Conflict("another process stored a turn of this conversation")
    own = numbers.pop(0)["message_id"] if said is not None else None
    rows = [
        Row(
            id=number["delivery_id"],
            message_id=number["message_id"],
            channel=at.channel,
            recipient=at.recipient,
            content=content,
            of_record=reply.of_record,
            state=state,
            tries=0,
            next_try_at=now,
        )
        for number, reply, content in zip(numbers, turn.replies, contents, strict=True)
    ]
    return own, rows


async def store_attachments(tx: AsyncSession, message_id: int, files: Sequence[InboundFile]) -> list[int]:
    """The files of a message; gives the ids of those that are still to be fetched from the channel."""
    to_fetch = []
    for file in files:
        state = "refused" if file.size > FILE_LIMIT else "remote" if file.remote_id else "stored"
        values = {
            "message": message_id,
            "kind": file.kind[:16],
            "file_name": file.file_name[:255],
            "media_type": file.media_type[:128],
            "size": file.size,
            "state": state,
            "remote_id": file.remote_id[:300],
            "details": dict(file.details),
        }
        attachment = (await tx.execute(_ATTACHMENT, values)).scalar_one()
        if state == "remote":
            to_fetch.append(attachment)
    return to_fetch


async def mark_handled(tx: AsyncSession, item_id: int | None, now: datetime) -> None:
    """The inbound item is done: in the same transaction as everything it caused."""
    await tx.execute(_HANDLED, {"item": item_id, "now": now})


@cache
def _statement(columns: tuple[str, ...]) -> TextClause:
    """The statement for these columns of the conversation; there are few sets of them."""
    drawn = [
        DRAWN.get(name, f"{name} = CAST(:{name} AS jsonb)" if name in JSON_COLUMNS else f"{name} = :{name}") for name in columns
    ]
    return text(_TURN.replace("{columns}", ", ".join(drawn))).bindparams(*_TYPES)


def _changes(at: Situation, turn: Turn, said: Inbound | None, now: datetime) -> dict[str, Any]:
    changes = {**turn.changes, "last_message_at": now}
    if said is not None:
        changes["last_author"] = Author.CITIZEN.value
        if said.text or said.files:
            changes["preview"] = _preview(said)
        if at.mode in {ConversationMode.OPERATOR, ConversationMode.WAITING}:
            changes["unread"] = 1
    if turn.replies:
        changes["last_author"] = turn.replies[-1].author.value
    return changes


def _said(inbound: Inbound, details: Mapping[str, Any]) -> dict[str, Any]:
    """The citizen's message as it came."""
    return {
        "author": Author.CITIZEN,
        "words": inbound.text[:TEXT_LIMIT],
        "buttons": [],
        "details": {**inbound.details, **details},
        "external": inbound.external_id[:64],
        "reply_to": inbound.reply_to,
    }


def _line(reply: Reply) -> dict[str, Any]:
    return {
        "author": reply.author,
        "words": reply.text,
        "buttons": drawn(reply.buttons),
        "details": {},
        "external": "",
        "reply_to": "",
        "of_record": reply.of_record,
    }


def _content(reply: Reply) -> dict[str, Any]:
    content: dict[str, Any] = {"text": reply.text}
    if reply.buttons:
        content["buttons"] = rows_of(reply.buttons, reply.columns)
    if reply.menu:
        content["menu"] = True
    if reply.ask_contact:
        content["ask_contact"] = True
    if reply.phones:
        content["phones"] = [{"phone": phone, "title": title} for phone, title in reply.phones]
    if reply.files:
        content["files"] = [dict(file) for file in reply.files]
    return content


def _preview(inbound: Inbound) -> str:
    words = " ".join(inbound.text.split())[:PREVIEW]
    return words.replace("\x00", "") or (f"[{inbound.files[0].kind}]" if inbound.files else "")
