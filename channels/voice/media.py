"""Sounds for the exchange. It asks HEAD before GET, and keeps what it got by the address: an address never changes its sound."""

import asyncio
import io
import re
from collections import OrderedDict

import soundfile
from starlette.requests import Request
from starlette.responses import Response

from channels.voice.addresses import OWN, part_key
from channels.voice.menu.model import Wait
from channels.voice.music import music_key, waiting_music
from channels.voice.ports import MediaOf
from channels.voice.seals import Seals
from core.logs import log

NAME = re.compile(r"([0-9a-f]{16,64})\.(wav|mp3|ogg)")
MOST_BYTES = 32 * 1024 * 1024
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
PRIVATE = {"Cache-Control": "private, no-store"}
WAV, OPUS = "audio/wav", "audio/ogg"
SECONDS = (Wait().seconds,)
"""Lengths of the waiting music that the menu asks for."""


class MediaShelf:
    """The music of our own, and what ``media`` loads, kept in memory up to MOST_BYTES; ``recordings`` loads what callers said."""

    def __init__(self, media: MediaOf, recordings: MediaOf, seals: Seals) -> None:
        self._media = media
        self._recordings = recordings
        self._seals = seals
        self._kept: OrderedDict[str, tuple[bytes, str]] = OrderedDict()
        self._size = 0

    async def answer(self, request: Request) -> Response:
        """The sound for GET, its size and type for HEAD."""
        name = NAME.fullmatch(request.path_params["name"])
        found = await self._find(name[1]) if name else None
        if found is None:
            return Response(status_code=404)
        return _sound(request, found, FOREVER)

    async def own(self, request: Request) -> Response:
        """A part of a caller's message that they hear again, by an address that only this caller's exchange was given."""
        key = part_key(request.path_params["call_sid"], request.path_params["take"])
        if not self._seals.is_genuine(OWN, key, request.path_params["mac"]):
            return Response(status_code=404)
        found = await self._load(self._recordings, key)
        if found is not None and found[1] == OPUS:
            found = await asyncio.to_thread(_unpacked, found[0]), WAV
        return Response(status_code=404) if found is None else _sound(request, found, PRIVATE)

    async def _find(self, key: str) -> tuple[bytes, str] | None:
        for seconds in SECONDS:
            if key == music_key(seconds):
                return waiting_music(seconds), WAV
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = await self._load(self._media, key)
        if found is not None:
            self._keep(key, found)
        return found

    async def _load(self, port: MediaOf, key: str) -> tuple[bytes, str] | None:
        try:
            return await port.load(key)
        except Exception as error:  # noqa: BLE001 - the exchange goes on to the next verb
            log.error("voice.media_failed", key=key, error=type(error).__name__)
            return None

    def _keep(self, key: str, found: tuple[bytes, str]) -> None:
        self._kept[key] = found
        self._size += len(found[0])
        while self._size > MOST_BYTES and self._kept:
            _, (sound, _kind) = self._kept.popitem(last=False)
            self._size -= len(sound)


def _sound(request: Request, found: tuple[bytes, str], headers: dict[str, str]) -> Response:
    sound, kind = found
    told = {**headers, "Content-Length": str(len(sound))}
    return Response(b"" if request.method == "HEAD" else sound, media_type=kind, headers=told)


def _unpacked(packed: bytes) -> bytes:
    """The exchange plays WAV surely, Opus only in some builds."""
    samples, rate = soundfile.read(io.BytesIO(packed), dtype="int16")
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV", subtype="PCM_16")
    return file.getvalue()
