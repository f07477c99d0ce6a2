"""The files, places and contacts in a Telegram message, in our words."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import phonenumbers

from bots import raw
from core.channels import InboundFile
from core.dialogue import Entity

REGION = "RU"
DOWNLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes that a bot may download (getFile)."""

MEDIA_TYPES = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "animation": "video/mp4",
    "video_note": "video/mp4",
    "document": "application/octet-stream",
}
"""What Telegram sends when it does not say; photos and video notes never say."""

UNSUPPORTED = (
    "poll", "dice", "game", "story", "paid_media", "checklist", "invoice", "giveaway", "giveaway_winners", "gift",
    "unique_gift", "rich_message",
)  # fmt: skip
"""Things that a person sends and that we cannot show; each is named to the operator."""

Contents = tuple[tuple[InboundFile, ...], tuple[Entity, ...], str]
"""Files, entities that Telegram vouches for, and the name of a problem."""

NOTHING: Contents = ((), (), "")


class Reader(NamedTuple):
    """How the value under a key of a message is read."""

    key: str
    read: Callable[[Mapping[str, Any], Mapping[str, Any]], Contents]


def read_contents(message: Mapping[str, Any]) -> Contents:
    """The first kind of content that the message has; Telegram puts one kind into a message.

    The order matters: an animation comes with a copy of itself as ``document``, a venue with a copy of its ``location``.
    """
    for reader in READERS:
        if message.get(reader.key):
            return reader.read(message, raw.part(message, reader.key))
    for key in UNSUPPORTED:
        if key in message:
            return (), (), "unsupported"
    return NOTHING


def _file(kind: str, value: Mapping[str, Any], **details: object) -> Contents:
    """A file of the Bot API; one over the limit is noted, for a bot cannot download it."""
    remote_id = raw.words(value, "file_id", 300)
    if not remote_id:
        return (), (), "unsupported"
    length = raw.size(value, "file_size")
    refused = {"refused": "file_too_big"} if length > DOWNLOAD_LIMIT else {}
    known = {key: found for key, found in {**details, "duration": raw.size(value, "duration")}.items() if found}
    found = InboundFile(
        kind="video" if kind == "animation" else kind,
        remote_id=remote_id,
        file_name=raw.words(value, "file_name", 255),
        media_type=raw.words(value, "mime_type", 128) or MEDIA_TYPES[kind],
        size=length,
        details={**known, **refused},
    )
    return (found,), (), refused.get("refused", "")


def _plain_file(kind: str) -> Reader:
    return Reader(kind, lambda message, value: _file(kind, value, animation=kind == "animation"))


def _photo(message: Mapping[str, Any], _value: Mapping[str, Any]) -> Contents:
    sizes = raw.parts(message, "photo")
    largest = max(sizes, key=lambda one: raw.size(one, "width") * raw.size(one, "height"), default=raw.EMPTY)
    return _file("photo", largest, width=raw.size(largest, "width"), height=raw.size(largest, "height"))


def _sticker(_message: Mapping[str, Any], value: Mapping[str, Any]) -> Contents:
    moving = "application/x-tgsticker" if value.get("is_animated") is True else "image/webp"
    media_type = "video/webm" if value.get("is_video") is True else moving
    emoji = raw.words(value, "emoji", 16)
    return _file("sticker", {**value, "mime_type": media_type, "duration": 0}, emoji=emoji)


def _place(value: Mapping[str, Any], **details: object) -> Contents:
    latitude, longitude = raw.degrees(value, "latitude"), raw.degrees(value, "longitude")
    if latitude is None or longitude is None:
        return (), (), "unsupported"
    known = {key: found for key, found in details.items() if found}
    place = {"latitude": latitude, "longitude": longitude, **known}
    return (InboundFile(kind="location", media_type="application/geo+json", details=place),), (), ""


def _location(_message: Mapping[str, Any], value: Mapping[str, Any]) -> Contents:
    return _place(value, live_period=raw.size(value, "live_period"))


def _venue(_message: Mapping[str, Any], value: Mapping[str, Any]) -> Contents:
    title, address = raw.words(value, "title"), raw.words(value, "address", 500)
    return _place(raw.part(value, "location"), title=title, address=address)


def _contact(message: Mapping[str, Any], value: Mapping[str, Any]) -> Contents:
    """A contact; its phone is believed only when it is the sender's own (a forged or foreign one is only shown)."""
    sender = raw.whole(raw.part(message, "from"), "id")
    own = sender is not None and raw.whole(value, "user_id") == sender
    phone = e164(raw.words(value, "phone_number", 32))
    name = " ".join(filter(None, (raw.words(value, "first_name", 128), raw.words(value, "last_name", 128))))
    details = {"phone": phone or raw.words(value, "phone_number", 32), "name": name, "own": own}
    files = (InboundFile(kind="contact", media_type="text/vcard", details=details),)
    if not own:
        return files, (), "foreign_contact"
    return (files, (Entity(entity="phone", value=phone),), "") if phone else (files, (), "unreadable")


def e164(number: str) -> str:
    """A possible telephone number in E.164; empty when it is none. Telegram leaves out the plus."""
    bare = number.strip()
    candidates = (bare,) if bare.startswith("+") else (f"+{bare}", bare)
    for candidate in candidates:
        try:
            found = phonenumbers.parse(candidate, REGION)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(found):
            return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return ""


READERS = (
    Reader("photo", _photo),
    *map(_plain_file, ("voice", "audio", "animation", "video", "video_note", "document")),
    Reader("sticker", _sticker),
    Reader("venue", _venue),
    Reader("location", _location),
    Reader("contact", _contact),
)
