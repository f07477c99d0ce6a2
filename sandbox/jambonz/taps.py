"""The sound sockets (mod_audio_fork): metadata first, then frames of L16, exactly as odd as the real ones."""

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aiohttp
import numpy as np

from sandbox.jambonz.faults import FaultKind
from sandbox.jambonz.sound import RATE, Samples, at_rate

if TYPE_CHECKING:
    from sandbox.jambonz.exchange import Exchange
    from sandbox.jambonz.leg import Leg

Json = dict[str, Any]
PROTOCOL = "audio.drachtio.org"
MOST_METADATA = 8192
"""Bytes of metadata; more kill the connection (MAX_METADATA_LEN)."""
CONNECT_SECONDS = 10
DTMF_DURATION = "1280"


class Tap:
    """A socket to which a leg's sound flows. ``sent``: bytes so far; ``closed`` is done when it is gone, by whoever's will."""

    def __init__(self, exchange: "Exchange", leg: "Leg", options: Json, *, mix: str) -> None:
        self._exchange, self._leg, self._options = exchange, leg, options
        self.url = str(options.get("url", ""))
        self._mix = str(options.get("mixType") or mix)
        self._rate = int(options.get("sampleRate") or RATE)
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._cut_at: float | None = None
        self._on_closed: list[Callable[[], None]] = []
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sent = 0

    async def open(self) -> bool:
        """Connect and send the metadata; False when that failed, and no sound will flow."""
        if await self._connected():
            self._leg.sinks.append(self)
            self._leg.listeners.append(self)
            return True
        self._gone()
        return False

    async def _connected(self) -> bool:
        if self._exchange.faults.strike(FaultKind.NO_RECORDER, self.url):
            return False
        metadata = metadata_text(self._leg, self._options, self._mix, self._rate)
        if len(metadata.encode()) > MOST_METADATA:
            self._exchange.problem("listen: the metadata is too long, there is no sound")
            return False
        with self._leg.call.timeline.busy():
            try:
                self._socket = await self._exchange.http.ws_connect(
                    _as_ws(self._exchange.postman.resolved(self.url)),
                    protocols=(PROTOCOL,),
                    headers=self._authorization(),
                    timeout=aiohttp.ClientWSTimeout(ws_close=2),
                )
                if self._socket.protocol != PROTOCOL:
                    await self._socket.close()
                    raise ConnectionError(f"the subprotocol {PROTOCOL} was not accepted")
                await self._socket.send_str(metadata)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                self._exchange.problem(f"listen: {error}")
                return False
        fault = self._exchange.faults.strike(FaultKind.CUT_RECORDER, self.url)
        if fault is not None:
            self._cut_at = self._leg.call.timeline.now + fault.seconds
        self._reader = self._exchange.spawn(self._read(self._socket))
        return True

    def _authorization(self) -> dict[str, str]:
        auth = self._options.get("wsAuth")
        return {"Authorization": aiohttp.encode_basic_auth(auth["username"], auth["password"])} if auth else {}

    async def feed(self, said: Samples, heard: Samples) -> None:
        """Send frames of 20 ms."""
        if self._socket is None or self._socket.closed:
            self._gone()
            return
        cut = self._cut_at is not None and self._leg.call.timeline.now >= self._cut_at
        if cut and self._cut_at is not None:
            left = max(0, len(said) - round((self._leg.call.timeline.now - self._cut_at) * RATE))
            said, heard = said[:left], heard[:left]
        sound = self._mixed(at_rate(said, self._rate), at_rate(heard, self._rate))
        step = 2 * (2 if self._mix == "stereo" else 1) * self._rate // 50
        raw = sound.astype("<i2").tobytes()
        try:
            for place in range(0, len(raw), step):
                await self._socket.send_bytes(raw[place : place + step])
                self.sent += step
        except (aiohttp.ClientError, ConnectionError):
            self._gone()
        if cut:
            await self._cut()

    def _mixed(self, said: Samples, heard: Samples) -> Samples:
        if self._mix == "stereo":
            return np.asarray(np.stack((said, heard), axis=1).reshape(-1), dtype=np.int16)
        if self._mix == "mixed":
            return np.asarray(np.clip(said.astype(np.int32) + heard, -32768, 32767), dtype=np.int16)
        return said

    def key(self, digit: str) -> None:
        """Tell of a key, when that was asked for."""
        if self._options.get("passDtmf") and self._socket is not None and not self._socket.closed:
            event = {"event": "dtmf", "dtmf": digit, "duration": DTMF_DURATION}
            self._exchange.spawn(self._send(json.dumps(event, separators=(",", ":"))))

    def word(self, word: str) -> None:
        """Words go as sound only."""

    def spoken(self, confidence: float) -> None:
        """Words go as sound only."""

    async def close(self) -> None:
        """End the sound, with code 1000."""
        self._gone()
        if self._socket is not None and not self._socket.closed:
            with self._leg.call.timeline.busy():
                await self._socket.close(code=1000)

    async def _send(self, text: str) -> None:
        if self._socket is not None and not self._socket.closed:
            with self._leg.call.timeline.busy():
                await self._socket.send_str(text)

    async def _cut(self) -> None:
        """As a network does: without a word."""
        self._gone()
        if self._socket is not None:
            if (transport := self._socket.get_extra_info("transport")) is not None:
                transport.abort()
            await self._socket.close(code=1006)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT and '"disconnect"' in message.data:
                break
        self._gone()

    def _gone(self) -> None:
        if self in self._leg.sinks:
            self._leg.sinks.remove(self)
        if self in self._leg.listeners:
            self._leg.listeners.remove(self)
        if not self.closed.done():
            self.closed.set_result(None)


def metadata_text(leg: "Leg", options: Json, mix: str, rate: int) -> str:
    """The first text frame. FreeSWITCH's parser takes the quoting out of inner objects, eats an apostrophe and leaves one behind:
    what has these in it is no JSON any more."""
    told = {_camel(key): value for key, value in leg.told().items()}
    whole = {"sampleRate": rate, "mixType": mix, **told, **options.get("metadata", {})}
    text = "{" + ",".join(f"{_compact(key)}:{_inner(value)}" for key, value in whole.items()) + "}"
    return text.replace("'", "") + "'" * text.count("'") if "'" in text else text


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _inner(value: Any) -> str:
    text = _compact(value)
    return text.replace('\\"', '"').replace("\\\\", "\\") if isinstance(value, dict) else text


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _as_ws(url: str) -> str:
    return "ws" + url.removeprefix("http") if url.startswith("http") else url
