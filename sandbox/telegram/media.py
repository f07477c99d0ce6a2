"""Media objects of messages, out of stored files."""

from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import PHOTO_LIMIT, StoredFile, ogg_seconds, picture_size
from sandbox.telegram.people import Json, present

KINDS = ("photo", "document", "voice", "audio", "video", "video_note", "sticker", "animation")
_ROUND = 384


def content_of(stored: StoredFile, *, kind: str | None = None, duration: int | None = None) -> Json:
    """The part of a message that carries this file. Raises Refusal 400 for a picture that is none."""
    kind = kind or stored.kind
    head = stored.head()
    named = present(file_name=stored.name, mime_type=stored.mime)
    if kind == "photo":
        return {"photo": _photo(stored)}
    if kind == "sticker":
        width, height = picture_size(stored.content) or (512, 512)
        return {
            "sticker": head
            | {"type": "regular", "width": width, "height": height, "is_animated": False, "is_video": False, "emoji": "\U0001f44d"}
        }
    if kind == "document":
        return {"document": head | named}
    seconds = duration if duration is not None else (ogg_seconds(stored.content) or 1)
    if kind == "voice":
        return {"voice": head | {"duration": seconds, "mime_type": stored.mime}}
    if kind == "audio":
        return {"audio": head | {"duration": seconds} | named}
    if kind == "video_note":
        return {"video_note": head | {"duration": seconds, "length": _ROUND}}
    film = head | {"duration": seconds, "width": 640, "height": 360} | named
    return {"animation": film, "document": head | named} if kind == "animation" else {"video": film}


def _photo(stored: StoredFile) -> list[Json]:
    size = picture_size(stored.content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if stored.size > PHOTO_LIMIT:
        raise bad_request(f"file of size {stored.size} bytes is too big for a photo; the maximum size is {PHOTO_LIMIT} bytes")
    width, height = size
    if width + height > 10_000 or max(width, height) > 20 * max(1, min(width, height)):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return [stored.head() | {"width": width, "height": height}]


def file_of(body: Json) -> tuple[str, Any] | None:
    """The kind and the file id of a message's media, or None."""
    for kind in KINDS:
        if kind in body and not (kind == "document" and "animation" in body):
            media = body[kind][-1] if kind == "photo" else body[kind]
            return kind, media["file_id"]
    return None
