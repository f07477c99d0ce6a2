"""Files of the sandbox: kept by digest, named as the real service names them."""

import hashlib
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.telegram.errors import bad_request

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_FOLDERS = {
    "photo": ("photos", ".jpg"),
    "voice": ("voice", ".oga"),
    "audio": ("music", ".mp3"),
    "video": ("videos", ".mp4"),
    "video_note": ("video_notes", ".mp4"),
    "sticker": ("stickers", ".webp"),
    "animation": ("animations", ".mp4"),
    "document": ("documents", ""),
}
_PREFIX = {
    "photo": "AgAC",
    "voice": "AwAC",
    "audio": "CQAC",
    "video": "BAAC",
    "video_note": "DQAC",
    "sticker": "CAAC",
    "animation": "CgAC",
}


@dataclass(slots=True)
class StoredFile:
    """One file; `size` may be claimed larger than the content, to try limits cheaply."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    size: int
    path: str
    content: bytes

    def head(self) -> dict[str, Any]:
        """The fields that every media object has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    """Files by their id and by their download path."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, content: bytes, *, kind: str, name: str = "", mime: str = "", size: int | None = None) -> StoredFile:
        """Keep a file. The same content of the same kind and name gets the same id."""
        true_size = len(content) if size is None else size
        digest = hashlib.sha256(b"\0".join([kind.encode(), name.encode(), str(true_size).encode(), content])).hexdigest()
        file_id = f"{_PREFIX.get(kind, 'BQAC')}{digest[:48]}"
        if file_id in self._by_id:
            return self._by_id[file_id]
        folder, suffix = _FOLDERS[kind]
        path = f"{folder}/file_{len(self._by_id)}{suffix or _suffix(name)}"
        stored = StoredFile(
            file_id, "AgAD" + digest[48:60], kind, name, mime or "application/octet-stream", true_size, path, content
        )
        self._by_id[file_id] = self._by_path[path] = stored
        if self._folder is not None:
            target = self._folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return stored

    def find(self, file_id: str) -> StoredFile:
        """The file. Raises Refusal 400 for an unknown id."""
        try:
            return self._by_id[file_id]
        except KeyError as error:
            raise bad_request("wrong file identifier/HTTP URL specified") from error

    def at(self, path: str) -> StoredFile | None:
        """The file under a download path."""
        return self._by_path.get(path)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP, or None."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        return struct.unpack(">II", content[16:24])
    if content[:4] == b"GIF8" and len(content) >= 10:
        return struct.unpack("<HH", content[6:10])
    if content[:2] == b"\xff\xd8":
        return _jpeg_size(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP" and len(content) >= 30:
        return _webp_size(content)
    return None


def ogg_seconds(content: bytes) -> int | None:
    """Length of an OGG/Opus recording by its last page (RFC 7845: 48 kHz granules), or None when it is not one."""
    if content[:4] != b"OggS" or b"OpusHead" not in content[:128]:
        return None
    last = content.rfind(b"OggS")
    granule = int.from_bytes(content[last + 6 : last + 14], "little")
    return max(1, round(granule / 48000))


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        if 0xC0 <= content[at + 1] <= 0xCF and content[at + 1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return None


def _webp_size(content: bytes) -> tuple[int, int]:
    if content[12:16] == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if content[12:16] == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _suffix(name: str) -> str:
    match = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    return match.group().lower() if match else ""
