"""The audio socket of jambonz (mod_audio_fork): metadata, then raw sound, then nothing more."""

import hmac
from base64 import b64decode
from binascii import Error as NotBase64

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from channels.voice.recording.frames import is_event, pressed, read_shape
from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.options import RecorderOptions
from channels.voice.recording.recorder import Holding, Recorder
from channels.voice.recording.room import Room
from channels.voice.recording.shelf import CUT
from channels.voice.recording.wave import USUAL, Shape
from channels.voice.seals import Seals
from core.errors import Conflict, Invalid
from core.logs import log

SUBPROTOCOL = "audio.drachtio.org"
PURPOSE = "rec"
NORMAL, TRY_LATER, REPLACED = 1000, 1013, 1012
WHOLE = (1000, 1001)
"""Codes of a socket that was closed by jambonz because the call, or its part, was over."""
NO_ADDRESS, UNKNOWN, FORBIDDEN, NO_ROOM = 404, 401, 403, 503


class AudioSocket:
    """Lets in who has the address and the password; then every byte goes to the recorder.

    Without room the handshake is answered 503: for jambonz the listening has failed, which it tells the menu at once. A disk that
    fills up in the middle closes the socket with 1013.
    """

    def __init__(self, options: RecorderOptions, seals: Seals, recorder: Recorder, room: Room) -> None:
        self._expected = f"{options.user}:{options.password}".encode()
        self._seals = seals
        self._recorder = recorder
        self._room = room

    async def serve(self, socket: WebSocket) -> None:
        """One socket, from its handshake to its end."""
        key, refusal = self._let_in(socket)
        if key is not None and not self._room.is_there():
            await self._recorder.refuse(key)
            refusal = NO_ROOM
        if key is None or refusal:
            log.warning("recording.socket_refused", status=refusal)
            await socket.send_denial_response(Response(status_code=refusal))
            return
        await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in socket.scope["subprotocols"] else None)
        await Sitting(socket, self._recorder, key).last()

    def _let_in(self, socket: WebSocket) -> tuple[RecordingKey | None, int]:
        given = socket.path_params
        name = f"call:{given['call_sid']}" if "part" not in given else f"message:{given['call_sid']}:{given['part']}"
        try:
            key = RecordingKey.parse(name)
        except Invalid:
            return None, NO_ADDRESS
        if key.again > 1 or not self._seals.is_genuine(PURPOSE, name, given["mac"]):
            return None, FORBIDDEN
        return (key, 0) if self._knows(socket.headers.get("authorization", "")) else (None, UNKNOWN)

    def _knows(self, authorization: str) -> bool:
        scheme, _, told = authorization.partition(" ")
        try:
            given = b64decode(told.strip(), validate=True)
        except (NotBase64, ValueError):
            return False
        return hmac.compare_digest(given, self._expected) and scheme.lower() == "basic"


class Sitting:
    """One socket that was let in. The recording begins with the first frame, whatever it is."""

    def __init__(self, socket: WebSocket, recorder: Recorder, key: RecordingKey) -> None:
        self._socket = socket
        self._recorder = recorder
        self._key = key
        self._holding: Holding | None = None

    async def last(self) -> None:
        """Until the socket closes, the disk fails or another socket takes over; the recording is kept in every case."""
        problem = CUT
        try:
            problem = await self._listen()
        except WebSocketDisconnect as gone:
            problem = "" if gone.code in WHOLE else CUT
        except Conflict:
            await self._close(TRY_LATER)
        except OSError as error:
            log.error("recording.disk", recording=str(self._key), error=error.strerror)
            problem = "disk"
            await self._close(TRY_LATER)
        finally:
            if self._holding is not None:
                await self._recorder.close(self._holding, problem)

    async def _listen(self) -> str:
        """Gives the problem that ended the recording."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", NORMAL))
            if (sound := message.get("bytes")) is not None:
                holding = self._holding or await self._begin(USUAL[self._key.kind])
                if not self._recorder.take(holding, sound):
                    await self._close(NORMAL)
                    return "too_long"
            elif text := message.get("text"):
                await self._read(text)

    async def _read(self, text: str) -> None:
        """Anything but metadata in the beginning and a pressed key is nothing to us."""
        if is_event(text):
            if self._holding is not None and (key := pressed(text)):
                self._recorder.press(self._holding, key)
        elif self._holding is None:
            await self._begin(read_shape(text, USUAL[self._key.kind]))

    async def _begin(self, shape: Shape) -> Holding:
        self._holding = await self._recorder.open(self._key, shape, self._give_way)
        return self._holding

    async def _give_way(self) -> None:
        await self._close(REPLACED)

    async def _close(self, code: int) -> None:
        if self._socket.application_state is WebSocketState.CONNECTED:
            try:
                await self._socket.close(code)
            except (RuntimeError, WebSocketDisconnect):
                log.info("recording.socket_gone", recording=str(self._key))
