"""The websocket on which jambonz lets us listen: ``start``, sound, ``stop``; from us, words.

We never send an error for what passes: jambonz would go on without telling the menu, and its timer would break into what is
played next. Where nothing can be understood nothing is sent, and the caller's keys are waited for.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from channels.voice.speech.hearing.ends import Detectors
from channels.voice.speech.hearing.listening import Listener, Words
from channels.voice.speech.port import TELEPHONE_RATE, Recogniser
from core.logs import log

RATES = range(8000, 48001)
MOST_HINTS = 200
_REFUSED, _NOT_UNDERSTOOD = 4401, 1003
"""Close codes: no key; not the protocol (RFC 6455)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What ``start`` said."""

    rate: int
    interims: bool
    hints: tuple[str, ...]
    language: str


def read_start(message: str) -> Started | None:
    """The first message; None when it is not a ``start`` of linear sound at a rate that is known."""
    asked = _object(message)
    if asked.get("type") != "start" or str(asked.get("encoding", "LINEAR16")).upper() != "LINEAR16":
        return None
    rate = asked.get("sampleRateHz", TELEPHONE_RATE)
    if not isinstance(rate, int) or isinstance(rate, bool) or rate not in RATES:
        return None
    options = asked.get("options")
    hints = _hints(options.get("hints")) if isinstance(options, Mapping) else ()
    return Started(
        rate=rate, interims=bool(asked.get("interimResults", True)), hints=hints, language=str(asked.get("language") or "ru-RU")
    )


async def listen(socket: WebSocket, recogniser: Recogniser, detectors: Detectors) -> None:
    """Serves one stream until ``stop``, the caller's end, or a message that is not of the protocol. The socket is accepted."""
    try:
        started = read_start(await socket.receive_text())
    except (WebSocketDisconnect, KeyError):
        started = None
    if started is None:
        await _close(socket, _NOT_UNDERSTOOD)
        return
    stream = _Stream(socket, started)
    if not recogniser.hears:
        await stream.ignore()
    else:
        await _understand(stream, recogniser, detectors)
    await _close(socket, 1000)


async def _understand(stream: "_Stream", recogniser: Recogniser, detectors: Detectors) -> None:
    """The recogniser runs in a thread, piece after piece. If it fails the rest of the stream is let go, and logged."""
    listener = await asyncio.to_thread(Listener, recogniser, detectors, stream.started.rate, stream.started.hints)
    try:
        while sound := await stream.sound():
            for words in await asyncio.to_thread(listener.feed, sound):
                await stream.tell(words)
    except (RuntimeError, ValueError) as failed:
        log.warning("speech.recogniser_failed", recogniser=recogniser.name, kind=type(failed).__name__)
        await stream.ignore()
    finally:
        last = await asyncio.to_thread(listener.finish)
        if last is not None:
            await stream.tell(last)


class _Stream:
    """The sound and the words of one socket."""

    def __init__(self, socket: WebSocket, started: Started) -> None:
        self._socket = socket
        self.started = started
        self._is_over = False

    async def sound(self) -> bytes:
        """The next piece; empty when the stream is over."""
        while not self._is_over:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect" or _object(message.get("text") or "").get("type") == "stop":
                self._is_over = True
            elif message.get("bytes"):
                return bytes(message["bytes"])
        return b""

    async def ignore(self) -> None:
        """Lets the sound go until the stream is over."""
        while await self.sound():
            pass

    async def tell(self, words: Words) -> None:
        """Sends words; interim ones only where they were asked for."""
        if not (words.final or self.started.interims):
            return
        alternative = {"confidence": round(words.sure, 3), "transcript": words.text}
        message = {
            "type": "transcription",
            "is_final": words.final,
            "alternatives": [alternative],
            "language": self.started.language,
            "channel": 1,
        }
        try:
            await self._socket.send_text(json.dumps(message, ensure_ascii=False))
        except (WebSocketDisconnect, RuntimeError):
            self._is_over = True


async def refuse(socket: WebSocket) -> None:
    """Answers a stream without the key: 403 at the handshake."""
    await socket.close(_REFUSED)


async def _close(socket: WebSocket, code: int) -> None:
    try:
        await socket.close(code)
    except (WebSocketDisconnect, RuntimeError):
        return


def _hints(given: object) -> tuple[str, ...]:
    """Words, phrases, or phrases with a boost, which come as an object or as its JSON in a string."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return (given,) if isinstance(given, str) else ()
    if not isinstance(given, Sequence) or isinstance(given, str):
        return ()
    phrases = (hint.get("phrase") if isinstance(hint, Mapping) else hint for hint in given[:MOST_HINTS])
    return tuple(phrase for phrase in phrases if isinstance(phrase, str) and phrase)


def _object(message: str) -> Mapping[str, Any]:
    try:
        read = json.loads(message)
    except ValueError:
        return {}
    return read if isinstance(read, Mapping) else {}
