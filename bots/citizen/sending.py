"""Carrying out the steps of a delivery, each with its second form where Telegram refuses the first."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest
from aiogram.methods import TelegramMethod

from bots.citizen.api import SessionOptions
from bots.citizen.keyboards import Keyboard
from bots.citizen.layout import Step, StepKind
from bots.citizen.posting import to_caption, to_method
from bots.citizen.refusals import is_unchanged, said

NOT_A_PHOTO = ("PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED", "PHOTO_EXT_INVALID")
UNDER_A_FILE = "there is no text in the message to edit"


class Sender:
    """Performs steps in one bot's name."""

    def __init__(self, bot: Bot, options: SessionOptions) -> None:
        self._bot = bot
        self._options = options

    async def perform(self, chat: int, step: Step, keyboard: Keyboard | None, contents: list[bytes]) -> str:
        """Carry out one step; gives the id of the (last) message that it made or changed. Raises aiogram's errors."""
        method = to_method(chat, step, keyboard, contents)
        try:
            return await self._call(method, upload=bool(step.files), fallback=step.edit_of)
        except TelegramBadRequest as refused:
            if is_unchanged(refused):
                return str(step.edit_of)
            if step.kind is StepKind.EDIT_TEXT and UNDER_A_FILE in said(refused):
                return await self._perform_caption(chat, step, keyboard)
            if step.files and step.files[0].kind == "photo" and any(sign in said(refused) for sign in NOT_A_PHOTO):
                documents = tuple(replace(file, kind="document") for file in step.files)
                return await self.perform(chat, replace(step, files=documents), keyboard, contents)
            raise

    async def _perform_caption(self, chat: int, step: Step, keyboard: Keyboard | None) -> str:
        try:
            return await self._call(to_caption(chat, step, keyboard), upload=False, fallback=step.edit_of)
        except TelegramBadRequest as refused:
            if is_unchanged(refused):
                return str(step.edit_of)
            raise

    async def _call(self, method: TelegramMethod[Any], *, upload: bool, fallback: int | None) -> str:
        """What was sent is sent, even when aiogram's models cannot read the answer."""
        timeout = self._options.upload_timeout if upload else self._options.timeout
        try:
            answer = await self._bot(method, request_timeout=timeout)
        except ClientDecodeError as unreadable:
            if not isinstance(unreadable.data, Mapping) or unreadable.data.get("ok") is not True:
                raise
            answer = unreadable.data.get("result")
        return _message_id(answer) or str(fallback or "")


def _message_id(answer: Any) -> str:
    """The id in an answer: a message, raw or read, or the last of an album; empty when there is none."""
    last = answer[-1] if isinstance(answer, list) and answer else answer
    found = last.get("message_id") if isinstance(last, Mapping) else getattr(last, "message_id", None)
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""
