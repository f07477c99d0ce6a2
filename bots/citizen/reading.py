"""A Telegram update in our words (https://core.telegram.org/bots/api#update). Pure; no JSON makes it raise."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bots import raw
from bots.citizen.words import BotWords, EditedWords
from bots.media import read_contents
from bots.people import display_name, forward_source
from core.channels import Inbound, InboundKind

CHANNEL = "telegram"
TEXT_LIMIT = 16_384
"""Characters that are kept of one message; Telegram itself sends 4096."""

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(.*))?\Z", re.DOTALL)
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
BUTTON = re.compile(r"b:([0-9]{1,18}):([0-9]{1,3})\Z")
SERVICE = frozenset({
    "new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed", "new_chat_title", "new_chat_photo",
    "delete_chat_photo", "group_chat_created", "supergroup_chat_created", "channel_chat_created",
    "message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message",
    "successful_payment", "refunded_payment", "users_shared", "chat_shared", "gift_upgrade_sent", "connected_website",
    "write_access_allowed", "passport_data", "proximity_alert_triggered", "boost_added", "chat_background_set",
    "checklist_tasks_done", "checklist_tasks_added", "giveaway_created", "giveaway_completed", "managed_bot_created",
    "poll_option_added", "poll_option_deleted", "video_chat_scheduled", "video_chat_started", "video_chat_ended",
    "video_chat_participants_invited", "web_app_data",
})  # fmt: skip
"""What Telegram writes into a chat by itself: nothing that a citizen said."""


class UpdateReader:
    """Reads updates with one set of words."""

    def __init__(self, words: BotWords) -> None:
        self._words = EditedWords(words)
        self._readers: Mapping[str, Callable[[Mapping[str, Any]], Inbound | None]] = {
            "message": self._message,
            "edited_message": self._edit,
            "callback_query": self._button,
            "my_chat_member": self._membership,
        }

    def read(self, payload: object) -> Inbound | None:
        """The update in our words; None for other kinds of updates, for groups, for service messages, and for what is so
        damaged that it names no sender: nobody could be answered, and the stored update is kept."""
        update = payload if isinstance(payload, Mapping) else raw.EMPTY
        for key, reader in self._readers.items():
            if key in update:
                return reader(raw.part(update, key))
        return None

    def _message(self, message: Mapping[str, Any]) -> Inbound | None:
        sender = sender_of(message)
        if not sender or not SERVICE.isdisjoint(message):
            return None
        text = _text_of(message)
        files, entities, refused = read_contents(message)
        problem = refused or ("" if text or files else "unsupported")
        intent, payload = None, ""
        if text and "text" in message:
            intent, payload, unknown = self._meaning(text)
            problem = unknown or problem
        return Inbound(
            channel=CHANNEL,
            kind=InboundKind.MESSAGE,
            sender=sender,
            sender_name=display_name(raw.part(message, "from")),
            external_id=_number(message, "message_id"),
            text=text,
            intent=intent,
            payload=payload,
            entities=entities,
            files=files,
            reply_to=_number(raw.part(message, "reply_to_message"), "message_id"),
            problem=problem,
            sent_at=raw.moment(message, "date"),
            details=_details(message, problem),
        )

    def _meaning(self, text: str) -> tuple[str | None, str, str]:
        """(intent, payload, problem) of a command or of a key's title; nothing for free words."""
        if not text.startswith("/"):
            return self._words.now().intent_of(text), "", ""
        command = COMMAND.match(text)
        if command is None:
            return None, "", ""
        intent = self._words.now().command_intents.get(command[1].lower())
        if intent is None:
            return None, "", "unknown_command"
        argument = (command[2] or "").strip()
        return intent, argument if intent == "start" and START_PAYLOAD.match(argument) else "", ""

    def _edit(self, message: Mapping[str, Any]) -> Inbound | None:
        """An edit; the stream of a live location's positions is left out."""
        sender = sender_of(message)
        if not sender or "location" in message:
            return None
        files, entities, problem = read_contents(message)
        return Inbound(
            channel=CHANNEL,
            kind=InboundKind.EDIT,
            sender=sender,
            sender_name=display_name(raw.part(message, "from")),
            external_id=_number(message, "message_id"),
            text=_text_of(message),
            entities=entities,
            files=files,
            problem=problem,
            sent_at=raw.moment(message, "edit_date") or raw.moment(message, "date"),
            details=_details(message, problem),
        )

    def _button(self, query: Mapping[str, Any]) -> Inbound | None:
        """A pressed inline button; whether it was ever drawn for this citizen is the core's to check."""
        message = raw.part(query, "message")
        sender = sender_of(message) if message else _number(raw.part(query, "from"), "id")
        if not sender:
            return None
        pressed = BUTTON.match(raw.words(query, "data", 64))
        return Inbound(
            channel=CHANNEL,
            kind=InboundKind.BUTTON if pressed else InboundKind.UNREADABLE,
            sender=sender,
            sender_name=display_name(raw.part(query, "from")),
            external_id=raw.words(query, "id", 64),
            button=(int(pressed[1]), int(pressed[2])) if pressed else None,
            reply_to=_number(message, "message_id"),
            problem="" if pressed else "stale_button",
        )

    def _membership(self, change: Mapping[str, Any]) -> Inbound | None:
        """The citizen stopped the bot or came back."""
        sender = sender_of(change)
        status = raw.words(raw.part(change, "new_chat_member"), "status", 32)
        kind = {"kicked": InboundKind.BLOCKED, "left": InboundKind.BLOCKED, "member": InboundKind.UNBLOCKED}.get(status)
        if not sender or kind is None:
            return None
        return Inbound(
            channel=CHANNEL,
            kind=kind,
            sender=sender,
            sender_name=display_name(raw.part(change, "from")),
            sent_at=raw.moment(change, "date"),
        )


def sender_of(event: Mapping[str, Any]) -> str:
    """The private chat that the event came from; empty for groups and channels and when it cannot be told."""
    chat = raw.part(event, "chat")
    return _number(chat, "id") if chat.get("type") == "private" else ""


def _number(mapping: Mapping[str, Any], key: str) -> str:
    found = raw.whole(mapping, key)
    return "" if found is None else str(found)


def _text_of(message: Mapping[str, Any]) -> str:
    return raw.words(message, "text" if "text" in message else "caption", TEXT_LIMIT).strip()


def _details(message: Mapping[str, Any], problem: str) -> dict[str, Any]:
    links = [
        raw.words(entity, "url", 2048)
        for key in ("entities", "caption_entities")
        for entity in raw.parts(message, key)
        if entity.get("type") == "text_link"
    ]
    known: dict[str, Any] = {
        "album": raw.words(message, "media_group_id", 64),
        "forwarded_from": forward_source(message),
        "quote": raw.words(raw.part(message, "quote"), "text", 1024),
        "via_bot": raw.words(raw.part(message, "via_bot"), "username", 64),
        "links": links[:20],
        "content": ",".join(sorted(_unknown_content(message)))[:200] if problem == "unsupported" else "",
    }
    return {key: value for key, value in known.items() if value}


ENVELOPE = frozenset({"message_id", "from", "chat", "date"})


def _unknown_content(message: Mapping[str, Any]) -> list[str]:
    return [raw.clean_text(str(key)[:32]) for key in message if key not in ENVELOPE]
