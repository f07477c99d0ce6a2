"""The six items of the menu and their keys: the order's own, or what the edition in force says (order 4.1, reg. 2.3)."""

from collections.abc import Mapping
from enum import StrEnum

from core.wording import worded
from core.words import say

KEYS = "123456"


class Item(StrEnum):
    """The items in the sequence of the order's annex; the values are the intents that the bot's keys give."""

    ABOUT = "start"
    NEWS = "news"
    QUESTION = "ask_question"
    DISPATCH = "connect_dispatch"
    MESSAGE = "leave_message"
    OPERATOR = "operator"


SHIPPED: Mapping[str, str] = {f"key:{item}": key for item, key in zip(Item, KEYS, strict=True)}
"""The order's key of each item, by the name under which an edition may say another."""


def items_in_order() -> tuple[Item, ...]:
    """The items as the edition in force has them, the one of key 1 first. All six, whatever an edition says."""
    return tuple(sorted(Item, key=lambda item: worded(f"key:{item}") or SHIPPED[f"key:{item}"]))


def menu_words(notice: str) -> str:
    """The menu as it is written in a chat; ``notice``: of the day's other hours, or empty."""
    items = "\n".join(f"{key}. {say(f'menu.items.{item}')}" for key, item in zip(KEYS, items_in_order(), strict=True))
    return "\n\n".join(filter(None, (notice, say("menu.text", items=items))))
