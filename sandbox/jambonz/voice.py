"""Where sound comes from: the speech service, and the files that the application names."""

import asyncio
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
import numpy as np
import soundfile
from yarl import URL

from sandbox.jambonz.faults import FaultKind
from sandbox.jambonz.sound import Samples, babble, decoded, silence, spoken_seconds

if TYPE_CHECKING:
    from sandbox.jambonz.exchange import Exchange

CHUNK = 900
"""Letters that go to the speech service at once (JAMBONES_SAY_CHUNK_SIZE)."""
_LOOKS_LIKE_A_URL = re.compile(r"^\s*[A-Za-z][A-Za-z0-9+.-]*:")
_SILENCE = re.compile(r"^silence_stream://(\d+)$")


class PlayFailed(Exception):
    """A file could not be had."""


def is_taken_for_url(text: str) -> bool:
    """Whether the server would look for a file instead of speaking: a Latin word and a colon are enough."""
    return bool(_LOOKS_LIKE_A_URL.match(text))


class Voice:
    """Speech and files as sound, kept as the server keeps them."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._spoken: dict[tuple[str, str], Samples] = {}
        self._being_made: dict[tuple[str, str], asyncio.Lock] = {}
        self._files: dict[str, Samples] = {}

    async def say(self, text: str, synthesizer: dict[str, Any], *, cached: bool) -> Samples | None:
        """The sound of a text, None when the speech service failed; without a service silence of the length that it would have."""
        if self._exchange.faults.strike(FaultKind.TTS_FAILURE, text):
            return None
        if not self._exchange.settings.tts:
            return silence(spoken_seconds(text) / self._exchange.settings.haste)
        voice = str(synthesizer.get("voice") or self._exchange.settings.voice)
        if not cached:
            return await self._made(text, voice)
        async with self._being_made.setdefault((voice, text), asyncio.Lock()):
            if (voice, text) not in self._spoken and (made := await self._made(text, voice)) is not None:
                self._spoken[voice, text] = made
            return self._spoken.get((voice, text))

    async def _made(self, text: str, voice: str) -> Samples | None:
        pieces = []
        for piece in _pieces(text):
            sound = await self._asked(piece, voice)
            if sound is None:
                return None
            pieces.append(sound)
        return np.concatenate(pieces)

    async def person(self, text: str) -> Samples:
        """How a person says it: by the speech service when there is one, else a hum."""
        if not self._exchange.settings.tts:
            return babble(text)
        sound = await self.say(text, {}, cached=True)
        return babble(text) if sound is None else sound

    async def file(self, url: str) -> Samples:
        """A file's sound: HEAD, then GET, and never again for the same address. Raises PlayFailed."""
        if found := _SILENCE.match(url):
            return silence(int(found[1]) / 1000)
        address = self._exchange.postman.resolved(url)
        if address not in self._files:
            self._files[address] = await self._fetched(address)
        return self._files[address]

    async def _asked(self, text: str, voice: str) -> Samples | None:
        settings = self._exchange.settings
        body = {
            "language": settings.language,
            "voice": voice,
            "type": "ssml" if text.startswith("<speak>") else "text",
            "text": text,
        }
        own = {"Connection": "close"}  # a kept one may be closing just now, and nobody asks a second time
        headers = {"Authorization": f"Bearer {settings.tts_key}", "Accept": "audio/wav, audio/l16", **own}
        try:
            async with self._exchange.http.post(settings.tts, json=body, headers=headers, timeout=self._within(20)) as response:
                if response.status != HTTPStatus.OK:
                    self._exchange.problem(f"tts-failure: {response.status}")
                    return None
                return decoded(await response.read(), response.headers.get("Content-Type", ""))
        except (aiohttp.ClientError, TimeoutError, soundfile.LibsndfileError) as error:
            self._exchange.problem(f"tts-failure: {type(error).__name__}")
            return None

    def _within(self, seconds: float) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=self._exchange.at_most(seconds))

    async def _fetched(self, address: str) -> Samples:
        try:
            for method in ("HEAD", "GET"):
                async with self._exchange.http.request(method, URL(address, encoded=True), timeout=self._within(10)) as response:
                    self._exchange.fetched.append((method, address, response.status))
                    if response.status != HTTPStatus.OK:
                        raise PlayFailed(f"{method} {response.status}")
                    content = await response.read()
            return decoded(content, response.headers.get("Content-Type", ""))
        except (aiohttp.ClientError, TimeoutError, soundfile.LibsndfileError) as error:
            raise PlayFailed(type(error).__name__) from error


def _pieces(text: str) -> list[str]:
    pieces, rest = [], text
    while len(rest) > CHUNK:
        cut = rest.rfind(". ", 0, CHUNK) + 1 or rest.rfind(" ", 0, CHUNK) + 1 or CHUNK
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*pieces, rest]
