"""Headers of a mail, read so that nothing raises and nothing takes long, whatever policy the message was parsed with."""

from email.message import Message

from channels.email.reading.encoded_words import words

LONGEST = 65_536
"""Signs of one header that are read."""


def header(message: Message, name: str) -> str:
    """The first header of that name, decoded, in one line; empty when there is none."""
    return next(iter(headers(message, name)), "")


def headers(message: Message, name: str) -> list[str]:
    """All headers of that name in their order, topmost first, each decoded and in one line."""
    return [words(value) for value in raw_headers(message, name)]


def raw_header(message: Message, name: str) -> str:
    """The first of them as it was written: encoded words not decoded, 8-bit bytes as surrogates; for what has a structure."""
    return next(iter(raw_headers(message, name)), "")


def raw_headers(message: Message, name: str) -> list[str]:
    """All of them as they were written."""
    wanted = name.lower()
    return [str(value)[:LONGEST] for found, value in message.raw_items() if found.lower() == wanted]
