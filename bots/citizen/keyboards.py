"""The keyboards under a message; at most one of them fits, inline buttons first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bots.citizen.words import BotWords, EditedWords
from bots.raw import clean_text
from core.channels import Outbound

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

TITLE_LIMIT = 64
ROW_WIDTH = 28
"""Characters that stand in one row on a telephone."""


class Keyboards:
    """Draws keyboards with the words of the edition in force; those that never change are drawn once."""

    def __init__(self, words: BotWords) -> None:
        self._words = EditedWords(words)
        self._ask_contact = ReplyKeyboardMarkup(
            keyboard=[
                [KeyboardButton(text=words.share_contact, request_contact=True)],
                [KeyboardButton(text=words.cancel)],
            ],
            resize_keyboard=True,
            one_time_keyboard=True,
            input_field_placeholder=words.contact_placeholder,
        )
        self._remove = ReplyKeyboardRemove(remove_keyboard=True)

    def draw(self, outbound: Outbound) -> Keyboard | None:
        """What the content asks for."""
        content = outbound.content
        if content.get("buttons") and (inline := inline_keyboard(outbound)):
            return inline
        if content.get("ask_contact"):
            return self._ask_contact
        if content.get("menu"):
            return menu_keyboard(self._words.now())
        return self._remove if content.get("remove_keyboard") else None


def menu_keyboard(words: BotWords) -> ReplyKeyboardMarkup:
    """The items of the menu as keys that stay."""
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=title) for title in row] for row in words.menu_rows],
        resize_keyboard=True,
        is_persistent=True,
        input_field_placeholder=words.menu_placeholder,
    )


def inline_keyboard(outbound: Outbound) -> InlineKeyboardMarkup | None:
    """The buttons of a message, each with ``b:<message id>:<index>``; None without buttons or without a message to belong to."""
    buttons = outbound.content.get("buttons")
    if not buttons or outbound.message_id is None:
        return None
    rows = buttons if isinstance(buttons[0], list | tuple) else _packed(buttons)
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text=_title(button), callback_data=f"b:{outbound.message_id}:{int(button['index'])}")
                for button in row
            ]
            for row in rows
        ]
    )


def _packed(buttons: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[Mapping[str, Any]]]:
    """A flat list in rows: short titles share one, long ones stand alone."""
    rows: list[list[Mapping[str, Any]]] = []
    room = 0
    for button in buttons:
        width = len(_title(button)) + 4
        if width > room or len(rows[-1]) == 3:
            rows.append([])
            room = ROW_WIDTH
        rows[-1].append(button)
        room -= width
    return rows


def _title(button: Mapping[str, Any]) -> str:
    title = " ".join(clean_text(str(button["title"])).split()) or "\u2026"
    return title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 1].rstrip() + "\u2026"
