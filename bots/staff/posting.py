"""The steps of a post as calls of python-telegram-bot. Texts are plain: no parse mode ever meets anybody's words."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest

from bots.staff.api import DutyBot
from bots.staff.layout import Rows, Step
from bots.staff.refusals import is_no_photo
from core.channels import DeliveryError

UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it is said: a chat and, in the duty chat, a topic (None is the general one)."""

    chat: int
    thread: int | None = None


class Poster:
    """Carries out steps in one bot's name; raises PTB's errors."""

    def __init__(self, bot: DutyBot) -> None:
        self._bot = bot

    async def say(self, place: Place, step: Step, content: bytes | None, *, silent: bool) -> int:
        """One step; gives the number of its message."""
        if step.file is None or content is None:
            return await self._text(place, step, silent=silent)
        if not content or len(content) > UPLOAD_LIMIT:
            raise DeliveryError("file is empty or too big", permanent=True)
        try:
            return await self._file(place, step, content, silent=silent)
        except BadRequest as refused:
            if step.file.kind != "photo" or not is_no_photo(refused):
                raise
            document = replace(step, file=replace(step.file, kind="document"))
            return await self._file(place, document, content, silent=silent)

    async def change(self, place: Place, message_id: int, step: Step) -> None:
        """Other words and buttons for a message."""
        await self._bot.api.edit_message_text(
            step.text,
            chat_id=place.chat,
            message_id=message_id,
            reply_markup=keyboard(step.rows),
            link_preview_options=NO_PREVIEW,
        )

    async def _text(self, place: Place, step: Step, *, silent: bool) -> int:
        sent = await self._bot.api.send_message(
            text=step.text, entities=_bold(step), link_preview_options=NO_PREVIEW, **_frame(place, step, silent)
        )
        return sent.message_id

    async def _file(self, place: Place, step: Step, content: bytes, *, silent: bool) -> int:
        file, api = step.file, self._bot.api
        assert file is not None, "called for a file only"
        kind = file.kind if file.kind != "photo" or len(content) <= PHOTO_LIMIT else "document"
        upload = InputFile(content, filename=file.name)
        senders: Mapping[str, Callable[..., Awaitable[Message]]] = {
            "photo": api.send_photo,
            "audio": api.send_audio,
            "voice": api.send_voice,
            "video": api.send_video,
            "document": api.send_document,
        }
        options: dict[str, Any] = {
            kind: upload,
            "caption": step.text or None,
            "caption_entities": _bold(step),
            "write_timeout": self._bot.options.upload_timeout,
            "read_timeout": self._bot.options.upload_timeout,
        }
        sent = await senders[kind](**options, **_frame(place, step, silent))
        return sent.message_id


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Inline buttons; None without any."""
    made = [[InlineKeyboardButton(title, callback_data=data) for title, data in row] for row in rows]
    return InlineKeyboardMarkup(made) if made else None


def _frame(place: Place, step: Step, silent: bool) -> dict[str, Any]:
    """What every message has: place, sound, what it answers (even if that was deleted), buttons."""
    answered = ReplyParameters(step.reply_to, allow_sending_without_reply=True) if step.reply_to else None
    return {
        "chat_id": place.chat,
        "message_thread_id": place.thread,
        "disable_notification": silent or None,
        "reply_parameters": answered,
        "reply_markup": keyboard(step.rows),
    }


def _bold(step: Step) -> list[MessageEntity] | None:
    return [MessageEntity(MessageEntity.BOLD, 0, step.bold)] if step.bold else None
