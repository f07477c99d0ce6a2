"""Storing a turn: the hot path, in plain SQL on the transaction that is given (scale: few statements, no entities)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.channels import Inbound, InboundFile
from core.conversations.situation import Situation
from core.conversations.turn import Reply, Turn
from core.deliveries.desk import INSERT_DELIVERIES, Row, first_state
from core.errors import Conflict
from core.files import FILE_LIMIT
from core.vocabulary import Author, DeliveryState

TEXT_LIMIT = 20_000
"""Characters of one message that are kept; a channel that brings more is told so."""
PREVIEW = 200
JSON_COLUMNS = {"dialogue_state", "pending_outcome"}

_MESSAGE = text(
    "INSERT INTO message (conversation_id, author, audience, text, buttons, details, reply_to_id, external_id, created_at)"
    " VALUES (:conversation, :author, :audience, :text, CAST(:buttons AS jsonb), CAST(:details AS jsonb),"
    " (SELECT id FROM message WHERE conversation_id = :conversation AND external_id = :reply_to AND external_id <> '' LIMIT 1),"
    " :external, :now) RETURNING id"
)
_ATTACHMENT = text(
    "INSERT INTO attachment (message_id, kind, file_name, media_type, size, state, remote_id, storage_key, details)"
    " VALUES (:message, :kind, :file_name, :media_type, :size, :state, :remote_id, '', CAST(:details AS jsonb)) RETURNING id"
)
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


async def store_citizen_message(
    tx: AsyncSession, at: Situation, inbound: Inbound, details: Mapping[str, Any], now: datetime
) -> int:
    """The citizen's message as it came; gives its id."""
    return await _message(
        tx,
        conversation=at.conversation_id,
        author=Author.CITIZEN,
        words=inbound.text[:TEXT_LIMIT],
        details={**inbound.details, **details},
        external=inbound.external_id,
        reply_to=inbound.reply_to,
        now=now,
    )


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
            "details": json.dumps(dict(file.details)),
        }
        attachment = (await tx.execute(_ATTACHMENT, values)).scalar_one()
        if state == "remote":
            to_fetch.append(attachment)
    return to_fetch


async def store_replies(tx: AsyncSession, at: Situation, replies: Sequence[Reply], now: datetime) -> list[Row]:
    """The answers and their deliveries, in order."""
    state = first_state(at.unsent)
    rows: list[Row] = []
    for reply in replies:
        drawn = [{"title": b.title, "intent": b.intent, "entities": dict(b.entities)} for b in reply.buttons]
        message = await _message(
            tx, conversation=at.conversation_id, author=reply.author, words=reply.text, buttons=drawn, details={}, now=now
        )
        content = _content(reply)
        values = {
            "conversation_id": at.conversation_id,
            "message_id": message,
            "channel": at.channel,
            "recipient": at.recipient,
            "content": json.dumps(content),
            "of_record": reply.of_record,
            "state": state,
            "now": now,
        }
        delivery = (await tx.execute(INSERT_DELIVERIES, values)).scalar_one()
        rows.append(
            Row(
                id=delivery,
                message_id=message,
                channel=at.channel,
                recipient=at.recipient,
                content=content,
                of_record=reply.of_record,
                state=state,
                tries=0,
                next_try_at=now,
            )
        )
    return rows


async def change_conversation(tx: AsyncSession, at: Situation, turn: Turn, inbound: Inbound | None, now: datetime) -> None:
    """Write the conversation's columns; raises Conflict when another process stored a turn since ``at`` was read."""
    changes = dict(turn.changes)
    if inbound is not None and (inbound.text or inbound.files):
        changes.update(last_message_at=now, last_author=Author.CITIZEN, preview=_preview(inbound))
    if turn.replies:
        changes.update(last_message_at=now, last_author=turn.replies[-1].author)
    columns = [f"{name} = CAST(:{name} AS jsonb)" if name in JSON_COLUMNS else f"{name} = :{name}" for name in changes]
    if inbound is not None and at.mode in {"operator", "waiting"}:
        columns.append("unread = unread + 1")
    values = {name: json.dumps(value) if name in JSON_COLUMNS and value is not None else value for name, value in changes.items()}
    statement = text(f"UPDATE conversation SET {', '.join([*columns, 'version = version + 1'])} WHERE id = :id AND version = :seen")  # noqa: S608  # names of columns, ours
    done = await tx.execute(statement, {**values, "id": at.conversation_id, "seen": at.version})
    if done.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE gives a cursor result
        raise Conflict("another process stored a turn of this conversation")


async def mark_handled(tx: AsyncSession, item_id: int, now: datetime) -> None:
    """The inbound item is done: in the same transaction as everything it caused."""
    await tx.execute(_HANDLED, {"item": item_id, "now": now})


async def _message(
    tx: AsyncSession,
    *,
    conversation: int,
    author: str,
    words: str,
    now: datetime,
    buttons: Sequence[Mapping[str, Any]] = (),
    details: Mapping[str, Any],
    external: str = "",
    reply_to: str = "",
    audience: str = "citizen",
) -> int:
    values = {
        "conversation": conversation,
        "author": author,
        "audience": audience,
        "text": words.replace("\x00", ""),
        "buttons": json.dumps(list(buttons)),
        "details": json.dumps(dict(details)),
        "reply_to": reply_to,
        "external": external[:64],
        "now": now,
    }
    return int((await tx.execute(_MESSAGE, values)).scalar_one())


def _content(reply: Reply) -> dict[str, Any]:
    content: dict[str, Any] = {"text": reply.text}
    if reply.buttons:
        content["buttons"] = [[{"title": button.title, "index": index}] for index, button in enumerate(reply.buttons)]
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
