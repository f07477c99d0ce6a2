"""The edge of an exchange as a telephone in the browser meets it: SIP over a websocket (RFC 7118), digest, one call."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tests import patience

NONCE = "nonce-of-the-test"


@dataclass(frozen=True)
class Sip:
    """A request or an answer: its first line, its headers, its body."""

    first: str
    headers: dict[str, str]
    body: str

    @classmethod
    def read(cls, text: str) -> "Sip":
        """A message as it came."""
        head, _, body = text.partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        return cls(first, {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}, body)

    @property
    def method(self) -> str:
        """INVITE and the like; of an answer its status."""
        return self.first.split()[1] if self.first.startswith("SIP/2.0") else self.first.split()[0]


@dataclass
class FakeSbc:
    """Knows one SIP user; ``registered`` tells that they are there, ``came`` holds everything that was not a REGISTER."""

    user: str
    password: str
    url: str = ""
    registered: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Queue[Sip] = field(default_factory=asyncio.Queue)
    _line: ServerConnection | None = None
    _contact: str = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeSbc"]:
        """Listen on a free port."""
        async with serve(self._talk, "localhost", 0, subprotocols=[Subprotocol("sip")]) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"ws://localhost:{port}"
            yield self

    async def ring(self, offer: str) -> None:
        """Call the registered telephone."""
        await self._send(f"INVITE {self._contact} SIP/2.0", self._call("1 INVITE"), offer)

    async def acknowledge(self, answer: Sip) -> None:
        """The call is answered."""
        await self._send(f"ACK {self._contact} SIP/2.0", {**self._call("1 ACK"), "To": answer.headers["to"]})

    async def hang_up(self, answer: Sip) -> None:
        """The other side puts the telephone down."""
        await self._send(f"BYE {self._contact} SIP/2.0", {**self._call("2 BYE"), "To": answer.headers["to"]})

    async def next(self, method: str) -> Sip:
        """The next message of this kind; others before it are passed over."""
        async with asyncio.timeout(patience.SECONDS):
            while (found := await self.came.get()).method != method:
                pass
        return found

    async def _talk(self, line: ServerConnection) -> None:
        self._line = line
        async for text in line:
            if isinstance(text, str) and text.strip():
                await self._take(Sip.read(text))

    async def _take(self, message: Sip) -> None:
        if message.method == "REGISTER":
            await self._register(message)
            return
        if message.method == "INFO":
            await self._answer(message, "200 OK")
        self.came.put_nowait(message)

    async def _register(self, message: Sip) -> None:
        given = message.headers.get("authorization", "")
        if not given:
            await self._answer(
                message, "401 Unauthorized", {"WWW-Authenticate": f'Digest realm="centre", nonce="{NONCE}", algorithm=MD5'}
            )
        elif _quoted(given, "response") != self._digest(_quoted(given, "uri")):
            await self._answer(message, "403 Forbidden")
        else:
            contact = message.headers["contact"]
            self._contact = re.findall(r"<([^>]+)>", contact)[0]
            await self._answer(message, "200 OK", {"Contact": f"{contact.partition(';+')[0]};expires=600"})
            self.registered.set()

    def _digest(self, uri: str) -> str:
        return _md5(f"{_md5(f'{self.user}:centre:{self.password}')}:{NONCE}:{_md5(f'REGISTER:{uri}')}")

    def _call(self, step: str) -> dict[str, str]:
        return {
            "Via": f"SIP/2.0/WS sbc.example;branch=z9hG4bK{step.replace(' ', '')}",
            "Max-Forwards": "70",
            "From": "<sip:+79000000001@sbc.example>;tag=caller",
            "To": f"<sip:{self.user}@localhost>",
            "Call-ID": "call-of-the-test",
            "CSeq": step,
            "Contact": "<sip:sbc@sbc.example;transport=ws>",
        }

    async def _answer(self, message: Sip, status: str, more: dict[str, str] | None = None) -> None:
        same = {name: message.headers[name.lower()] for name in ("Via", "From", "Call-ID", "CSeq")}
        to = message.headers["to"]
        headers = {**same, "To": to if "tag=" in to else f"{to};tag=sbc", **(more or {})}
        await self._send(f"SIP/2.0 {status}", headers)

    async def _send(self, first: str, headers: dict[str, str], body: str = "") -> None:
        lines = [first, *(f"{name}: {value}" for name, value in headers.items())]
        kind = ["Content-Type: application/sdp"] if body else []
        assert self._line is not None, "nobody is connected"
        await self._line.send("\r\n".join([*lines, *kind, f"Content-Length: {len(body.encode())}", "", body]))


def _quoted(header: str, name: str) -> str:
    return next(iter(re.findall(rf'{name}="([^"]*)"', header)), "")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
