"""What stands in the place of personal data for a role that does not need it (reg. 2.10)."""

import re
from collections.abc import Iterable
from enum import StrEnum

from core.masking.texts import has_personal, mask

HIDDEN = "•••"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.+Z-]+)?")
_KNOWN_FROM = 3
"""Letters from which a part of a known name is looked for in the texts beside it."""
_LINKED_FROM = 5
"""Digits from which the end of a known number is looked for."""


class Personal(StrEnum):
    """Kinds of personal data in an answer."""

    NAME = "name"
    CONTACT = "contact"
    """A telephone, an e-mail, an account: nothing of it is shown."""
    ADDRESS = "address"
    TEXT = "text"
    """Words: shown without the data in them."""
    WHOLE = "whole"
    """What cannot be cleaned: nothing of it is shown."""


def hidden(kind: Personal, value: str, known: Iterable[str] = ()) -> str:
    """The value as a role without the ability sees it. ``known``: data of the same answer, which must not stand in its texts.

    An empty value stays empty: that nothing is known is no personal data.
    """
    if not value.strip() or (kind is Personal.TEXT and _MOMENT.fullmatch(value)):
        return value
    if kind is not Personal.TEXT:
        return HIDDEN
    for one in sorted(known, key=len, reverse=True):
        value = re.sub(re.escape(one), HIDDEN, value, flags=re.IGNORECASE)
    masked = mask(value)
    return HIDDEN if has_personal(masked) else masked


def parts(kind: Personal, value: str) -> set[str]:
    """How a known value may stand in a text: each word of a name, the number or the address as it is written."""
    if kind is Personal.NAME:
        return {word for word in re.findall(r"[^\W\d_]+", value) if len(word) >= _KNOWN_FROM}
    if kind in (Personal.CONTACT, Personal.ADDRESS) and len(value.strip()) >= _LINKED_FROM:
        return {value.strip()}
    return set()
