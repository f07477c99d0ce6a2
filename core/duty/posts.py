"""What was said in a conversation, as letters to its topic: each said thing once, whatever happens to it is a letter of its own."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.conversations.thread import said
from core.conversations.views import Said
from core.duty.topics import GENERAL, recipient_of
from core.people.accounts import account_shown
from core.vocabulary import Audience, Author, DeliveryState
from core.words import say
from db.types import Sealed, SealedJson

OWN = "duty"
"""How the client keys of what was typed in the duty chat begin: it stands in the topic already."""

_FILES = (
    text(
        "SELECT id, message_id, kind, file_name, media_type, state, storage_key, details FROM attachment WHERE message_id IN :ids"
        " ORDER BY id"
    )
    .bindparams(bindparam("ids", expanding=True))
    .columns(details=SealedJson("attachment.details"))
)
_NAMES = (
    text(
        "SELECT c.id, COALESCE(NULLIF(btrim(concat_ws(' ', a.surname, a.given_name, a.patronymic)), ''),"
        " NULLIF(a.organisation, ''), i.display_name) AS name, i.channel, i.external_id"
        " FROM conversation c JOIN channel_identity i ON i.id = c.identity_id"
        " LEFT JOIN applicant a ON a.id = c.applicant_id WHERE c.id IN :ids"
    )
    .bindparams(bindparam("ids", expanding=True))
    .columns(external_id=Sealed("channel_identity.external_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One delivery to the duty chat; ``key`` makes it written once."""

    recipient: str
    key: str
    content: Mapping[str, Any] = field(default_factory=dict)


def post(recipient: str, key: str, words: str, *, head: str = "", silent: bool = False, **more: Any) -> Letter:
    """A message; ``silent`` makes no sound on the telephones. ``more`` may hold ``files`` and ``buttons``."""
    return Letter(recipient=recipient, key=key, content={"do": "post", "head": head, "text": words, "silent": silent, **more})


def show_card(recipient: str, key: str) -> Letter:
    """Bring the topic in Telegram to what it shall be: made, its card sent and pinned or edited, opened or closed."""
    return Letter(recipient=recipient, key=key, content={"do": "card"})


def general(key: str, words: str, *, silent: bool = False) -> Letter:
    """What concerns no single topic."""
    return post(GENERAL, key, words, silent=silent)


async def message_letters(tx: AsyncSession, ids: Collection[int]) -> list[Letter]:
    """The letters of these messages, in their order: of the citizen, and of operators who wrote in the inbox."""
    if not ids:
        return []
    messages = await said(await tx.connection(), ids)
    files: dict[int, list[Mapping[Any, Any]]] = defaultdict(list)
    for row in (await tx.execute(_FILES, {"ids": list(ids)})).mappings():
        files[row["message_id"]].append(row)
    conversations = {message.conversation_id for message in messages.values()}
    names = {
        row.id: row.name or account_shown(row.channel, row.external_id)
        for row in await tx.execute(_NAMES, {"ids": list(conversations) or [0]})
    }
    letters: list[Letter] = []
    for number in sorted(messages):
        message = messages[number]
        letters += _of_message(message, files[number], names.get(message.conversation_id) or say("duty.nameless"))
    return letters


def _of_message(message: Said, files: Collection[Mapping[Any, Any]], citizen: str) -> list[Letter]:
    recipient = recipient_of(conversation_id=message.conversation_id)
    if message.author not in (Author.CITIZEN, Author.OPERATOR):
        return []
    letters = []
    if not (message.client_key or "").startswith(OWN):
        head, silent = _head(message, citizen), message.author == Author.OPERATOR
        if message.text:
            letters.append(post(recipient, f"message:{message.id}", message.text, head=head, silent=silent))
        letters += [letter for row in files if (letter := _of_file(row, recipient, head, silent=silent)) is not None]
        if message.versions:
            changed = say("duty.post.edited", name=head)
            letters.append(post(recipient, f"edited:{message.id}:{len(message.versions)}", message.text, head=changed))
    if message.author == Author.OPERATOR and message.delivery == DeliveryState.FAILED:
        letters.append(post(recipient, f"undelivered:{message.id}", say("duty.post.undelivered", text=message.text[:200])))
    return letters


def _head(message: Said, citizen: str) -> str:
    if message.author == Author.CITIZEN:
        return citizen
    return say("duty.post.note" if message.audience == Audience.STAFF else "duty.post.operator", name=message.author_name)


def _of_file(row: Mapping[Any, Any], recipient: str, head: str, *, silent: bool) -> Letter | None:
    """A file when it is here; in words what has no bytes, or will never have; nothing while it is on its way."""
    key = f"file:{row['id']}"
    if row["state"] == "remote":
        return None
    if row["storage_key"]:
        file = {name: row[name] for name in ("file_name", "media_type", "kind")} | {"key": row["storage_key"]}
        return post(recipient, key, "", head=head, silent=silent, files=[file])
    return post(recipient, key, _in_words(row), head=head, silent=silent)


def _in_words(row: Mapping[Any, Any]) -> str:
    details = row["details"]
    if row["kind"] == "location" and row["state"] == "stored":
        return say("duty.post.location", latitude=details.get("latitude", ""), longitude=details.get("longitude", ""))
    if row["kind"] == "contact" and row["state"] == "stored":
        return say("duty.post.contact", name=details.get("name", ""), phone=details.get("phone", ""))
    return say("duty.post.no_file", name=row["file_name"] or row["kind"])
