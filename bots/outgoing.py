"""Files on their way out: under a safe name, and as what Telegram shows them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bots.raw import clean_text

MEDIA_KINDS = {
    "image/jpeg": "photo",
    "image/png": "photo",
    "image/webp": "photo",
    "audio/mpeg": "audio",
    "audio/mp4": "audio",
    "audio/x-m4a": "audio",
    "audio/ogg": "voice",
    "audio/opus": "voice",
    "video/mp4": "video",
}
"""What Telegram plays or shows by itself; everything else goes as a document."""

FILE_NAME = re.compile(r"[\x00-\x1f\x7f/\\\"]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFile:
    """A file to upload; ``kind`` is photo, audio, voice, video or document."""

    key: str
    name: str
    kind: str


def out_file(file: Mapping[str, Any]) -> OutFile:
    """A file of a delivery's content."""
    media_type = str(file.get("media_type") or "").split(";")[0].strip().lower()
    asked = str(file.get("kind") or "")
    kind = asked if asked in ("document", "voice") else MEDIA_KINDS.get(media_type, "document")
    name = FILE_NAME.sub("_", clean_text(str(file.get("file_name") or ""))).strip(" .")[-128:]
    return OutFile(key=str(file["key"]), name=name or "file", kind=kind)
