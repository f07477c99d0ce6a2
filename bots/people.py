"""The names of people as Telegram gives them: free text of strangers, shown to operators as plain data."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from bots import raw

NAME_LIMIT = 128
INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn", "Zl", "Zp"})
"""Control and format characters (bidi overrides and zero widths among them) and line breaks: they forge the look of a screen."""


def display_name(user: Mapping[str, Any]) -> str:
    """First and last name in one line, else the username; empty for nobody."""
    names = (shown(raw.words(user, "first_name")), shown(raw.words(user, "last_name")))
    return shown(" ".join(filter(None, names))) or shown(raw.words(user, "username"))


def shown(name: str) -> str:
    """A name without what cannot be seen, clipped."""
    visible = "".join(" " if char.isspace() else char for char in name if unicodedata.category(char) not in INVISIBLE)
    return " ".join(visible.split())[:NAME_LIMIT]


def forward_source(message: Mapping[str, Any]) -> str:
    """From whom a forwarded message comes; ``?`` when Telegram names nobody, empty when it is not forwarded."""
    origin = raw.part(message, "forward_origin")
    if not origin:
        return ""
    chat = raw.part(origin, "sender_chat") or raw.part(origin, "chat")
    hidden = shown(raw.words(origin, "sender_user_name"))
    return display_name(raw.part(origin, "sender_user")) or hidden or shown(raw.words(chat, "title")) or "?"
