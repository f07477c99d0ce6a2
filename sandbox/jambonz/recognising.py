"""Speech as words: by script, or by the custom recogniser at its websocket (one connection for a gather)."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from sandbox.jambonz.faults import FaultKind
from sandbox.jambonz.sound import RATE, Samples

if TYPE_CHECKING:
    from sandbox.jambonz.exchange import Exchange
    from sandbox.jambonz.leg import Leg

Json = dict[str, Any]
INTERIM_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the recogniser says: ``message`` as it came on its socket."""

    message: Json

    @property
    def is_final(self) -> bool:
        """Whether the utterance has ended."""
        return bool(self.message.get("is_final"))

    @property
    def text(self) -> str:
        """The first alternative; the others are not used."""
        alternatives = self.message.get("alternatives") or [{}]
        return str(alternatives[0].get("transcript", ""))

    @property
    def confidence(self) -> float:
        """Of the first alternative."""
        alternatives = self.message.get("alternatives") or [{}]
        return float(alternatives[0].get("confidence") or 0.0)

    def as_speech(self, vendor: str) -> Json:
        """As hooks tell it."""
        return {
            "language_code": self.message.get("language", "ru-RU"),
            "channel_tag": self.message.get("channel", 1),
            "is_final": self.is_final,
            "alternatives": self.message.get("alternatives", []),
            "vendor": {"name": vendor, "evt": self.message},
        }


def transcription(text: str, *, is_final: bool, confidence: float) -> Heard:
    """A message of a recogniser."""
    return Heard(
        message={
            "type": "transcription",
            "is_final": is_final,
            "alternatives": [{"confidence": confidence, "transcript": text}],
            "language": "ru-RU",
            "channel": 1,
        }
    )


class Recogniser:
    """Listens from now on. ``on_heard`` gets what it understands, ``on_error`` that it cannot."""

    def __init__(
        self, exchange: "Exchange", leg: "Leg", on_heard: Callable[[Heard], None], on_error: Callable[[str], None], options: Json
    ) -> None:
        self._exchange, self._leg = exchange, leg
        self._on_heard, self._on_error = on_heard, on_error
        self._options = options
        self._words: list[str] = []
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._works = True
        self.final: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done with the first end of an utterance, or when nothing will be understood any more."""

    async def open(self) -> None:
        """Begin."""
        if self._exchange.faults.strike(FaultKind.STT_ERROR):
            self._works = False
            asyncio.get_running_loop().call_soon(self._on_error, "ordered")
        elif self._exchange.settings.stt:
            await self._connect()

    def word(self, word: str) -> None:
        """A word was spoken; without a recogniser's socket it is understood."""
        if self._socket is None and self._works:
            self._words.append(word)
            self._on_heard(transcription(" ".join(self._words), is_final=False, confidence=INTERIM_CONFIDENCE))

    def spoken(self, confidence: float) -> None:
        """The utterance has ended."""
        if self._socket is None and self._works:
            text, self._words = " ".join(self._words), []
            self._on_heard(transcription(text, is_final=True, confidence=confidence))

    def deaf(self) -> None:
        """Understand nothing any more: keys go before speech."""
        self._works = False

    async def feed(self, said: Samples, heard: Samples) -> None:
        """Sound to the recogniser, in frames of 20 ms."""
        if self._socket is None or self._socket.closed:
            return
        raw = said.astype("<i2").tobytes()
        try:
            for place in range(0, len(raw), 320):
                await self._socket.send_bytes(raw[place : place + 320])
        except (aiohttp.ClientError, ConnectionError):
            self._stop()

    async def close(self) -> None:
        """Stop; the recogniser closes the socket."""
        self._works = False
        self._stop()
        if self._socket is not None and not self._socket.closed:
            with self._leg.call.timeline.busy():
                try:
                    await self._socket.send_str(json.dumps({"type": "stop"}))
                    await asyncio.wait_for(self._socket.close(), 2)
                except (aiohttp.ClientError, ConnectionError, TimeoutError):
                    pass
        if self._reader is not None:
            self._reader.cancel()

    async def _connect(self) -> None:
        settings = self._exchange.settings
        options: Json = {"callSid": self._leg.sid}
        for name in ("hints", "hintsBoost"):
            if self._options.get(name):
                options[name] = self._options[name]
        start = {
            "type": "start",
            "language": self._options.get("language", settings.language),
            "format": "raw",
            "encoding": "LINEAR16",
            "interimResults": True,
            "sampleRateHz": RATE,
            "options": options,
        }
        with self._leg.call.timeline.busy():
            try:
                headers = {"Authorization": f"Bearer {settings.stt_key}"}
                self._socket = await self._exchange.http.ws_connect(settings.stt, headers=headers)
                await self._socket.send_str(json.dumps(start, ensure_ascii=False))
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                self._works = False
                self._on_error(type(error).__name__)
                return
        self._leg.sinks.append(self)
        self._reader = self._exchange.spawn(self._read(self._socket))

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            told = json.loads(message.data)
            if told.get("type") == "error":
                self._works = False
                self._on_error(str(told.get("error", "")))
            elif told.get("type") == "transcription" and self._works:
                heard = Heard(message=told)
                self._on_heard(heard)
                if heard.is_final and heard.text.strip():
                    self._settle()
        self._settle()

    def _settle(self) -> None:
        if not self.final.done():
            self.final.set_result(None)

    def _stop(self) -> None:
        self._settle()
        if self in self._leg.sinks:
            self._leg.sinks.remove(self)
