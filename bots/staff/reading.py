"""The updates of the duty bot in our words: strict about who and where, forgiving about everything inside."""

import re
from collections.abc import Mapping
from typing import Any

from bots import raw
from bots.media import read_contents
from bots.people import display_name
from core.duty.inbound import DutyDeed, DutyInbound
from core.logs import log

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(.*))?", re.DOTALL)
TEXT_LIMIT = 4096
MESSAGES = {"message": DutyDeed.SAID, "edited_message": DutyDeed.EDITED}


class DutyReader:
    """Reads what happens in one duty chat, and what people write to the bot alone."""

    def __init__(self, bot_id: int, chat_id: int) -> None:
        self._bot_id = bot_id
        self._chat_id = chat_id

    def identity(self, payload: Any) -> tuple[str, str, int] | None:
        """(identity, lane, position) under which an update is stored; None when it does not concern us: another group, no update.

        The lane is the topic, or the person in a private chat, so that what happens in one topic is handled in order.
        """
        number = raw.whole(payload, "update_id") if isinstance(payload, Mapping) else None
        if number is None:
            return None
        message, sender = _message(payload)
        chat = raw.part(message, "chat")
        who = raw.whole(sender, "id")
        if who is None or sender.get("is_bot") is True:
            return None
        if chat.get("type") == "private":
            return f"{self._bot_id}:{number}", f"person:{who}", number
        if raw.whole(chat, "id") != self._chat_id:
            return None
        return f"{self._bot_id}:{number}", f"thread:{_thread(message) or 0}", number

    def read(self, payload: Any) -> DutyInbound | None:
        """See core.duty.inbound.DutyPort."""
        try:
            return self._read(payload)
        except Exception:  # noqa: BLE001  # an update of a kind that nobody foresaw must not stop its topic
            log.exception("duty.unreadable")
            return None

    def _read(self, payload: Any) -> DutyInbound | None:
        if self.identity(payload) is None:
            return None
        message, sender = _message(payload)
        known: dict[str, Any] = {
            "key": f"{self._bot_id}:{payload['update_id']}",
            "chat_id": raw.whole(raw.part(message, "chat"), "id") or 0,
            "telegram_id": raw.whole(sender, "id") or 0,
            "name": display_name(sender),
            "private": raw.part(message, "chat").get("type") == "private",
            "thread_id": _thread(message),
            "message_id": raw.whole(message, "message_id") or 0,
        }
        query = raw.part(payload, "callback_query")
        if query:
            known |= {"pressed": raw.words(query, "data", 64), "query": raw.words(query, "id", 64)}
            return DutyInbound(deed=DutyDeed.PRESSED, **known)
        deed = next(deed for kind, deed in MESSAGES.items() if raw.part(payload, kind))
        return _said(deed, message, known)


def _said(deed: DutyDeed, message: Mapping[str, Any], known: dict[str, Any]) -> DutyInbound | None:
    """Words and files; None for what only tells that something happened to the chat."""
    text = (raw.words(message, "text", TEXT_LIMIT) or raw.words(message, "caption", TEXT_LIMIT)).strip()
    files, _, problem = read_contents(message)
    if not (text or files or problem):
        return None
    found = COMMAND.fullmatch(text)
    command, argument = (found[1].lower(), (found[2] or "").strip()) if found else ("", "")
    return DutyInbound(deed=deed, text=text, command=command, argument=argument, files=files, problem=problem, **known)


def _message(payload: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The message that an update is about, and who did something with it."""
    query = raw.part(payload, "callback_query")
    if query:
        return raw.part(query, "message"), raw.part(query, "from")
    message = next((found for kind in MESSAGES if (found := raw.part(payload, kind))), raw.EMPTY)
    return message, raw.part(message, "from")


def _thread(message: Mapping[str, Any]) -> int | None:
    """The topic; a thread of answers in the general topic has a number too, but is none."""
    return raw.whole(message, "message_thread_id") if message.get("is_topic_message") is True else None
