"""What is done with an update before anybody reads it: its lane, and the courtesy that it asks for."""

from collections.abc import Mapping
from typing import Any

from aiogram.methods import AnswerCallbackQuery, LeaveChat, TelegramMethod

from bots import raw
from bots.citizen.api import RECEIVED


def lane_of(payload: Mapping[str, Any]) -> str:
    """The chat of an update, so that one citizen's updates stay in order; ``0`` for updates without a chat."""
    for key in RECEIVED:
        event = raw.part(payload, key)
        chat = raw.whole(raw.part(raw.part(event, "message"), "chat"), "id") if key == "callback_query" else None
        chat = chat or raw.whole(raw.part(event, "chat"), "id") or raw.whole(raw.part(event, "from"), "id")
        if chat is not None:
            return str(chat)
    return "0"


def courtesy_for(payload: Any) -> TelegramMethod[Any] | None:
    """The courtesy that an update asks for."""
    if not isinstance(payload, Mapping):
        return None
    query = raw.words(raw.part(payload, "callback_query"), "id", 64)
    if query:
        return AnswerCallbackQuery(callback_query_id=query)
    change = raw.part(payload, "my_chat_member")
    chat = raw.part(change, "chat")
    chat_id = raw.whole(chat, "id")
    joined = raw.words(raw.part(change, "new_chat_member"), "status", 32) in ("member", "administrator")
    if joined and chat_id is not None and chat.get("type") in ("group", "supergroup", "channel"):
        return LeaveChat(chat_id=chat_id)
    return None
