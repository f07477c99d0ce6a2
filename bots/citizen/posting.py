"""The steps of a delivery as calls of the Bot API.

Texts are plain: no parse mode ever meets a citizen's or an operator's words, and no entities are needed, since Telegram itself
makes addresses and international telephone numbers (+7...) tappable and ignores such entities when they are given.
"""

from collections.abc import Callable, Mapping
from typing import Any

from aiogram.methods import (
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    SendAudio,
    SendContact,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendVideo,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)

from bots.citizen.keyboards import Keyboard
from bots.citizen.layout import Step, StepKind
from bots.outgoing import OutFile
from core.channels import DeliveryError

UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
"""Bytes (https://core.telegram.org/bots/api#sending-files); a larger photo goes as a document."""

FILE_METHODS: Mapping[str, Callable[..., TelegramMethod[Any]]] = {
    "photo": SendPhoto,
    "audio": SendAudio,
    "voice": SendVoice,
    "video": SendVideo,
    "document": SendDocument,
}
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""A preview pushes the answer off the screen, and Telegram would visit addresses that citizens and operators write."""


def to_method(chat: int, step: Step, keyboard: Keyboard | None, contents: list[bytes]) -> TelegramMethod[Any]:
    """The call for a step; ``contents`` are the bytes of its files. Raises DeliveryError for a file that cannot be sent."""
    markup = keyboard if step.keyboard else None
    inline = markup if isinstance(markup, InlineKeyboardMarkup) else None
    match step.kind:
        case StepKind.TEXT:
            return SendMessage(
                chat_id=chat,
                text=step.text,
                parse_mode=None,
                link_preview_options=NO_PREVIEW,
                reply_parameters=_reply(step),
                reply_markup=markup,
            )
        case StepKind.EDIT_TEXT:
            return EditMessageText(
                chat_id=chat,
                message_id=step.edit_of,
                text=step.text,
                parse_mode=None,
                link_preview_options=NO_PREVIEW,
                reply_markup=inline,
            )
        case StepKind.EDIT_BUTTONS:
            return EditMessageReplyMarkup(chat_id=chat, message_id=step.edit_of, reply_markup=inline)
        case StepKind.CONTACT:
            return SendContact(
                chat_id=chat,
                phone_number=step.phone,
                first_name=step.text,
                reply_parameters=_reply(step),
                reply_markup=markup,
            )
        case StepKind.ALBUM:
            return _album(chat, step, contents)
        case StepKind.FILE:
            return _file(chat, step, markup, contents[0])


def to_caption(chat: int, step: Step, keyboard: Keyboard | None) -> EditMessageCaption:
    """The call for an edit of words that stand under a file."""
    inline = keyboard if step.keyboard and isinstance(keyboard, InlineKeyboardMarkup) else None
    return EditMessageCaption(
        chat_id=chat,
        message_id=step.edit_of,
        caption=step.text,
        parse_mode=None,
        reply_markup=inline,
    )


def _file(chat: int, step: Step, markup: Keyboard | None, content: bytes) -> TelegramMethod[Any]:
    file = step.files[0]
    kind = file.kind if file.kind != "photo" or len(content) <= PHOTO_LIMIT else "document"
    values: dict[str, Any] = {
        "chat_id": chat,
        kind: _upload(file, content),
        "caption": step.text or None,
        "parse_mode": None,
        "reply_parameters": _reply(step),
        "reply_markup": markup,
    }
    return FILE_METHODS[kind](**values)


def _album(chat: int, step: Step, contents: list[bytes]) -> SendMediaGroup:
    """Photos together; Telegram does not mix documents into an album of photos, so one too large makes all documents."""
    documents = any(len(content) > PHOTO_LIMIT for content in contents) or step.files[0].kind == "document"
    medium = InputMediaDocument if documents else InputMediaPhoto
    media = [
        medium(
            media=_upload(file, content),
            caption=(step.text or None) if at == 0 else None,
            parse_mode=None,
        )
        for at, (file, content) in enumerate(zip(step.files, contents, strict=True))
    ]
    return SendMediaGroup(chat_id=chat, media=list(media), reply_parameters=_reply(step))


def _upload(file: OutFile, content: bytes) -> BufferedInputFile:
    if not content or len(content) > UPLOAD_LIMIT:
        raise DeliveryError("file is empty or too big", permanent=True)
    return BufferedInputFile(content, filename=file.name)


def _reply(step: Step) -> ReplyParameters | None:
    """An answer to a message; one that the citizen has deleted meanwhile is answered all the same."""
    return ReplyParameters(message_id=step.reply_to, allow_sending_without_reply=True) if step.reply_to else None
