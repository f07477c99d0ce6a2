"""A parsed message's parts and their text, within bounds, for those who judge what kind of mail it is."""

from collections.abc import Iterator
from email.message import Message

from channels.email.reading.charsets import decoded
from channels.email.reading.parameters import parameters
from channels.email.reading.safely import raw_header

DEPTH, MOST = 8, 100
TEXT = 65_536
"""Bytes of a part that are looked at."""


def media_type(message: Message) -> str:
    """What the part says that it is, in small letters; ``text/plain`` when it says nothing."""
    return parameters(raw_header(message, "content-type")).value.lower() or "text/plain"


def parameter(message: Message, name: str) -> str:
    """A parameter of the content type, in small letters; empty when there is none."""
    return parameters(raw_header(message, "content-type")).get(name).lower()


def children(message: Message) -> list[Message]:
    """The parts within; none of a part with a text."""
    payload = message.get_payload() if message.is_multipart() else None
    return [one for one in payload[:MOST] if isinstance(one, Message)] if isinstance(payload, list) else []


def parts(message: Message, *, depth: int = DEPTH, into_mails: bool = False) -> Iterator[Message]:
    """This one and those below it, in the order of the mail; what is inside a mail within it only when asked for."""
    yield message
    if depth and (into_mails or not media_type(message).startswith("message/")):
        for child in children(message):
            yield from parts(child, depth=depth - 1, into_mails=into_mails)


def text_of(part: Message) -> str:
    """The words of a part that has some; never raises."""
    if part.is_multipart():
        return ""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return ""
    return decoded(content[:TEXT], parameter(part, "charset"))[0].replace("\r\n", "\n") if isinstance(content, bytes) else ""


def plain_text(message: Message) -> str:
    """All that is said in plain text, one part below the other."""
    found = [text_of(part) for part in parts(message) if media_type(part) == "text/plain"]
    return "\n".join(found)[:TEXT]
